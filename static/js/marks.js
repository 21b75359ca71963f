"use strict";
// What happened, across a panel: a session is a whole line under its number in a circle, a change of medicines a
// dotted one over its letter in a square. Colours and letters are the key's, so that no forced scheme loses them.
const trendMarks = (all, wall) => {
  const marks = [...all.querySelectorAll(".marks > li")].map((item) => ({
    sign: item.querySelector("b"),
    isSession: item.classList.contains("session"),
    at: wall(item.querySelector("time").dateTime.slice(0, 16)),
  }));
  const radius = 8;

  const drawSign = (ctx, unit, { sign, isSession }, x, y) => {
    const { backgroundColor, color } = getComputedStyle(sign);
    ctx.beginPath();
    if (isSession) ctx.arc(x, y, radius * unit, 0, 2 * Math.PI);
    else ctx.rect(x - radius * unit, y - radius * unit, 2 * radius * unit, 2 * radius * unit);
    ctx.fillStyle = backgroundColor;
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = color;
    ctx.fillText(sign.textContent, x, y + unit / 2);
  };

  return marks.length ? ({ ctx, bbox, scales: { x: { min, max } }, valToPos }) => {
    const unit = devicePixelRatio;
    const last = { true: -Infinity, false: -Infinity };
    ctx.save();
    Object.assign(ctx, { font: `600 ${11 * unit}px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle" });
    marks.filter(({ at }) => at >= min && at <= max).forEach((mark) => {
      const x = valToPos(mark.at, "x", true);
      const bottom = bbox.top + bbox.height;
      ctx.strokeStyle = getComputedStyle(mark.sign).borderBlockStartColor;
      ctx.lineWidth = (mark.isSession ? 2 : 1.5) * unit;
      ctx.setLineDash(mark.isSession ? [] : [1.5 * unit, 4 * unit]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bottom);
      ctx.stroke();
      ctx.setLineDash([]);
      // One upon another would be read as neither; the key names them all.
      if (x - last[mark.isSession] < 2 * radius * unit) return;
      last[mark.isSession] = x;
      ctx.lineWidth = 1.5 * unit;
      drawSign(ctx, unit, mark, x, mark.isSession ? bbox.top - radius * unit : bottom - (radius + 1) * unit);
    });
    ctx.restore();
  } : null;
};
