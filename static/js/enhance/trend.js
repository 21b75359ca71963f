"use strict";
// Draws the table of a figure. The table is the source: picture and numbers can't disagree.
afterglow.enhance("[data-trend]", (figure) => {
  const box = figure.querySelector("[data-trend-picture]");
  const rows = [...figure.querySelectorAll("tbody tr")].reverse();
  if (!window.uPlot || !rows.length) {
    box.hidden = true;
    return;
  }
  const seconds = (time) => Date.parse(time.dateTime) / 1000;
  const columns = figure.querySelectorAll("thead th").length - 1;
  const column = (index) => rows.map((row) => {
    const text = row.querySelectorAll("td")[index].textContent.trim();
    return text === "" ? null : Number(text);
  });
  const numbers = [rows.map((row) => seconds(row.querySelector("time")))];
  for (let index = 0; index < columns; index += 1) numbers.push(column(index));
  const many = rows.length > 45;
  const marks = [...figure.querySelectorAll("[data-trend-mark]")].map((time) => ({ at: seconds(time), text: time.dataset.trendMark }));

  const shown = new Intl.DateTimeFormat(afterglow.lang, { day: "numeric", month: "short" });
  const day = 86400;
  const dashes = [[], [9, 5], [2, 5], [12, 4, 2, 4]];
  // Canvas knows no light-dark(): take the colours as the key and the table have resolved them.
  const colour = (index) => getComputedStyle(figure.querySelector(`.series-${index + 1}`), "::before").borderBlockStartColor;
  const soft = () => getComputedStyle(figure.querySelector(".trend-key")).color;
  const faint = () => getComputedStyle(figure.querySelector("thead th")).borderBlockEndColor;

  const drawMarks = (plot) => {
    const { ctx, bbox } = plot;
    const { x: low, x: { min, max } } = plot.scales;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = getComputedStyle(figure.querySelector(".mark-key") ?? figure, "::before").borderInlineStartColor;
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 5 * devicePixelRatio]);
    marks.filter(({ at }) => low && at >= min && at <= max).forEach(({ at }) => {
      const x = plot.valToPos(at, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    });
    ctx.restore();
  };

  const look = () => ({
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    // The whole range that was asked for: days without a check-in at its ends say something too.
    scales: { x: { range: () => [figure.dataset.from, figure.dataset.to].map((noon) => Date.parse(noon) / 1000) }, y: { range: [Number(figure.dataset.low), Number(figure.dataset.high)] } },
    axes: [
      { stroke: soft(), grid: { show: false }, ticks: { stroke: faint(), width: 1 }, font: "12px system-ui, sans-serif", space: 64,
        incrs: [day, 2 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day],
        values: (plot, splits) => splits.map((at) => shown.format(new Date(at * 1000))) },
      { stroke: soft(), grid: { stroke: faint(), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif", size: 28, gap: 4, incrs: [1, 2, 5, 10, 20, 50] },
    ],
    series: [{}, ...numbers.slice(1).map((_, index) => ({ stroke: colour(index), width: many ? 2 : 2.5, dash: dashes[index % 4], points: { show: true, size: many ? 4 : 6, fill: colour(index) } }))],
    hooks: { draw: [drawMarks] },
  });

  let plot = new uPlot(look(), numbers, box);
  const again = () => { plot.destroy(); plot = new uPlot(look(), numbers, box); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: box.clientHeight })).observe(box);
});
