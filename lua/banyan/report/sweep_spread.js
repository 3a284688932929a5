// SPDX-License-Identifier: MIT
// How the combos are spread over a metric, where the best lies, and what luck alone would give; and at which places
// what was chosen in a split comes out.
"use strict";
(function () {
  const { data, format, sweep } = banyan;
  const colour = (name, opacity) => banyan.colour(name, opacity);
  const LUCK_POINTS = 120, LUCK_WIDE = 4; // deviations

  // Lines from top to bottom at marked values, each with its label in a row of its own.
  const marks = { id: "marks", afterDatasetsDraw(chart) {
    const { ctx, scales: { x }, chartArea: { top, bottom, left, right } } = chart;
    ctx.save();
    ctx.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
    chart.options.plugins.marks.list.forEach((mark, row) => {
      const at = x.getPixelForValue(mark.x);
      if (at < left - 1 || at > right + 1) return;
      ctx.strokeStyle = ctx.fillStyle = colour(mark.colour);
      ctx.lineWidth = 2;
      ctx.setLineDash(mark.dash || []);
      ctx.beginPath();
      ctx.moveTo(at, top + 18 * row);
      ctx.lineTo(at, bottom);
      ctx.stroke();
      const toLeft = at > (left + right) / 2;
      ctx.textAlign = toLeft ? "right" : "left";
      ctx.fillText(mark.label, at + (toLeft ? -6 : 6), top + 18 * row + 11);
    });
    ctx.restore();
  } };

  // Distribution ----------------------------------------------------------------------------------

  const chosen = sweep.choose("spread-metric", sweep.metricOptions((metric) => metric.histogram), sweep.rank.index,
    () => {
      chart.redraw();
      remark();
    });
  const metricNow = () => sweep.metrics[chosen.value];
  const luckOf = (metric) => metric.name === "sharpe" && data.luck && data.luck.deviation > 0 ? data.luck : null;

  function bars({ low, step, counts }) {
    const points = counts.map((count, k) => ({ x: low + k * step, y: count, from: low + k * step,
      to: low + (k + 1) * step }));
    points.push({ x: low + counts.length * step, y: 0 });
    return [{ x: low, y: 0 }, ...points];
  }

  // As many combos around 0 as there are, spread as much as these: none of them with skill.
  function luckCurve({ deviation }, metric) {
    const points = [];
    for (let k = 0; k <= LUCK_POINTS; k++) {
      const z = -LUCK_WIDE + 2 * LUCK_WIDE * k / LUCK_POINTS;
      points.push({ x: z * deviation, y: metric.defined * metric.histogram.step / deviation
        * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) });
    }
    return points;
  }

  function spreadConfig() {
    const metric = metricNow(), { low, step, counts } = metric.histogram, luck = luckOf(metric);
    const list = [{ x: metric.best, label: `best by ${sweep.rank.title}: ${metric.text(metric.best)}`,
      colour: "series-2" }];
    if (luck) {
      list.push({ x: luck.threshold, label: `best by luck alone: ${metric.text(luck.threshold)}`, colour: "series-4",
        dash: [6, 4] });
    }
    const datasets = [{ label: "combos", data: bars(metric.histogram), stepped: true, fill: "origin",
      pointStyle: "rect",
      borderColor: colour("series-1"), backgroundColor: colour("series-1", 0.35), borderWidth: 1 }];
    if (luck) {
      datasets.push({ label: "as many without skill, spread as much", data: luckCurve(luck, metric),
        pointStyle: "line", borderColor: colour("series-4"), borderDash: [6, 4], borderWidth: 1.5 });
    }
    const edges = [low, low + step * counts.length, metric.best];
    if (luck) edges.push(-3 * luck.deviation, luck.threshold);
    return { type: "line", data: { datasets }, plugins: [marks], options: { parsing: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: { x: { type: "linear", suggestedMin: Math.min(...edges), suggestedMax: Math.max(...edges),
        title: { display: true, text: metric.title }, ticks: { callback: sweep.tick(metric) } },
      y: { min: 0, grace: "8%", title: { display: true, text: "combos" },
        ticks: { precision: 0, callback: (value) => format.axis(value) } } },
      plugins: { marks: { list }, legend: { ...sweep.LINES, display: Boolean(luck) }, tooltip: {
        filter: (item) => item.datasetIndex === 0 && item.raw.to !== undefined, callbacks: { title: () => "",
          label: ({ raw }) => `${metric.text(raw.from)} to ${metric.text(raw.to)}: ${
            format.number(raw.y)} combos` } } } } };
  }

  function remark() {
    const metric = metricNow(), luck = luckOf(metric), parts = [];
    const { below, above } = metric.histogram;
    if (luck) {
      parts.push(`Without any skill, ${format.number(luck.trials)} independent trials would lie around 0 as the `
        + "dashed curve does, spread as much as the combos are, and the best of them would have "
        + `${metric.text(luck.threshold)} by luck alone.`);
    }
    if (below + above > 0) {
      parts.push(`${format.number(below + above)} combos lie further out than is drawn.`);
    }
    document.getElementById("spread-remark").textContent = parts.join(" ");
  }

  const chart = banyan.chart("spread-chart", spreadConfig);
  if (chart) remark();

  // Places ----------------------------------------------------------------------------------------

  if (data.splits) {
    const { places } = data.splits, width = 100 / places.length;
    const sum = places.reduce((a, b) => a + b, 0);
    banyan.chart("places-chart", () => ({ type: "bar", data: {
      labels: places.map((_, k) => `${Math.round(k * width)}`),
      datasets: [{ label: "splits", data: places, borderWidth: 1, categoryPercentage: 1, barPercentage: 0.94,
        backgroundColor: places.map((_, k) => colour(k < places.length / 2 ? "series-2" : "series-1", 0.55)),
        borderColor: places.map((_, k) => colour(k < places.length / 2 ? "series-2" : "series-1")) }] },
    options: { scales: { x: { grid: { display: false }, title: { display: true,
      text: "better than so many of 100 combos" } },
    y: { title: { display: true, text: "splits" }, ticks: { callback: (value) => format.axis(value) } } },
    plugins: { legend: { display: false }, tooltip: { callbacks: {
      title: ([item]) => `better than ${item.dataIndex * width} to ${(item.dataIndex + 1) * width} of 100 combos`,
      label: (item) => `${format.number(item.raw)} splits, ${format.percent(item.raw / sum)}` } } } } }));
  }
})();
