"use strict";
// Draws columns of the table beside the pictures. The table is the source: picture and numbers can't disagree.
// It comes with the drawing library, only where there is a picture, and so runs before app.js.
document.addEventListener("DOMContentLoaded", () => afterglow.enhance("[data-trend]", (figure) => {
  const box = figure.querySelector("[data-trend-picture]");
  const all = figure.closest("[data-trends]");
  const rows = [...all.querySelectorAll("tbody tr")].reverse();
  box.hidden = !window.uPlot || !rows.length;
  if (box.hidden) return;
  const day = 86400;
  // The days are the patient's, wherever this browser is: their wall clock, taken as if it were UTC.
  const wall = (text) => Date.parse(`${text}Z`) / 1000;
  const [from, to] = [all.dataset.from, all.dataset.to].map((date) => wall(`${date}T12:00`));
  const columns = figure.dataset.trend.split(" ").map(Number);
  const names = columns.map((column) => all.querySelectorAll("thead th")[column].textContent);
  const values = (column) => rows.map(({ cells }) => {
    const text = cells[column].textContent.trim();
    return text === "" ? null : Number(text);
  });
  const numbers = [rows.map((row) => to - row.dataset.ago * day), ...columns.map(values)];
  const marks = trendMarks(all, wall);

  const shown = new Intl.DateTimeFormat(afterglow.lang, { day: "numeric", month: "short", timeZone: "UTC" });
  const dashes = [[], [9, 5], [2, 5], [12, 4, 2, 4]];
  // Canvas knows no light-dark(): take the colours as the key and the table have resolved them.
  const key = (index) => figure.querySelector(`.series-${index + 1}`);
  const colour = (index) => getComputedStyle(key(index), "::before").borderBlockStartColor;
  const soft = () => getComputedStyle(figure.querySelector(".trend-key")).color;
  const faint = () => getComputedStyle(all.querySelector("thead th")).borderBlockEndColor;

  const drawBand = (index) => ({ ctx, bbox, valToPos }) => {
    const [low, middle, high] = (key(index).dataset.band ?? "").split(" ").map((value) => valToPos(Number(value), "y", true));
    if (high === undefined) return;
    const line = 2 * devicePixelRatio;
    ctx.save();
    ctx.fillStyle = colour(index);
    ctx.globalAlpha = 0.14;
    // A half that is all one number is still a band.
    ctx.fillRect(bbox.left, Math.min(high, low - 2 * line), bbox.width, Math.max(low - high, 2 * line));
    ctx.globalAlpha = 0.5;
    ctx.fillRect(bbox.left, middle - line / 4, bbox.width, line / 2);
    ctx.restore();
  };
  // A finger or a mouse on a day reads its numbers out, in the line where the title stands.
  const read = figure.querySelector(".trend-read");
  const readOut = ({ cursor: { idx } }) => {
    const found = idx == null ? [] : names.map((name, index) => [name, numbers[index + 1][idx]]).filter(([, value]) => value !== null);
    read.textContent = found.length ? [rows[idx].cells[0].textContent.trim(), ...found.map((pair) => pair.join(" "))].join(" · ") : "";
  };

  // One panel a column, so that no band lies over another's line.
  const panels = names.map(() => afterglow.make("div", { className: "panel" }));
  const look = (index) => ({
    width: box.clientWidth,
    height: panels[index].clientHeight,
    padding: [marks ? 20 : 10, 22, index === names.length - 1 ? 0 : 10, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 11, width: 2 }, sync: { key: figure.dataset.trend } },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    // The whole range that was asked for: days without a check-in at its ends say something too.
    scales: { x: { range: () => [from, to] }, y: { range: [0, Number(figure.dataset.top)] } },
    axes: [
      { show: index === names.length - 1, stroke: soft(), grid: { show: false }, ticks: { stroke: faint(), width: 1 }, font: "12px system-ui, sans-serif", size: 34, space: 64,
        incrs: [day, 2 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day],
        values: (plot, splits) => splits.map((at) => shown.format(new Date(at * 1000))) },
      { stroke: soft(), grid: { stroke: faint(), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif", size: 28, gap: 4, space: 28, incrs: [1, 2, 5, 10, 20, 50] },
    ],
    series: [{}, { stroke: colour(index), width: 2.5, dash: dashes[index % 4], points: { show: true, size: 6, fill: colour(index) } }],
    hooks: { drawAxes: [drawBand(index)], draw: marks ? [marks] : [], setCursor: [readOut] },
  });

  box.append(...panels);
  const plots = [];
  const draw = (panel, index) => plots.push(new uPlot(look(index), [numbers[0], numbers[index + 1]], panel));
  // A task each, so that a slow phone answers a finger in between.
  panels.forEach((panel, index) => setTimeout(draw, 0, panel, index));
  // A dark screen's light lines would be lost on paper.
  ["(prefers-color-scheme: dark)", "print"].forEach((query) => matchMedia(query).addEventListener("change", () => {
    plots.splice(0).forEach((plot) => plot.destroy());
    panels.forEach(draw);
  }));
  new ResizeObserver(() => plots.filter((plot) => plot.width !== box.clientWidth).forEach((plot) => plot.setSize({ width: box.clientWidth, height: plot.height }))).observe(box);
}));
