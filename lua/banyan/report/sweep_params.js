// SPDX-License-Identifier: MIT
// What each param does to a metric, and how much of the metric's spread it explains.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  if (!document.getElementById("effect-chart")) return;

  const { effects } = data, BARS_MAX = 24;
  const name = (effect) => data.params[effect.param].name;
  const labels = (effect) => effect.rest ? [...effect.labels, "does not matter"] : effect.labels;
  const params = sweep.choose("effect-param", effects.map((effect, k) => [k, name(effect)]), 0, draw);
  const metrics = sweep.choose("effect-metric", sweep.metricOptions(), sweep.rank.index, draw);

  function now() {
    const effect = effects[params.value], metric = sweep.metrics[metrics.value], found = effect.metrics[metric.index];
    const values = {};
    for (const key of ["best", "upper", "median", "lower", "worst"]) {
      values[key] = sweep.numbers(found[key], metric.scale);
    }
    return { effect, metric, values, labels: labels(effect) };
  }

  const colour = (key, opacity) => banyan.colour(key, opacity);
  const marks = (label, values, pointStyle, name_, radius) => ({ type: "line", label, data: values, showLine: false,
    pointStyle, pointRadius: radius, pointHoverRadius: radius + 1, borderColor: colour(name_),
    backgroundColor: colour(name_), borderWidth: 1.5 });

  // Few values: a bar from quartile to quartile each, with marks.
  function bars({ values }) {
    const half = values.lower.map((low, k) => low === null ? null : [low, values.upper[k]]);
    return [marks("median", values.median, "rectRot", "series-2", 5),
      marks("best", values.best, "triangle", "series-1", 4), marks("worst", values.worst, "cross", "muted", 4),
      { type: "bar", label: "middle half", data: half, pointStyle: "rect", backgroundColor: colour("series-1", 0.35),
        borderColor: colour("series-1"), borderWidth: 1, borderSkipped: false, maxBarThickness: 48, minBarLength: 2 }];
  }

  // Many: a band.
  function band({ values }) {
    const line = (label, list, key, more) => ({ type: "line", label, data: list, borderColor: colour(key),
      backgroundColor: colour(key), pointStyle: "line", ...more });
    return [line("median", values.median, "series-2", { borderWidth: 2.5 }),
      line("best", values.best, "series-1", { borderDash: [6, 3] }),
      line("worst", values.worst, "muted", { borderDash: [2, 3] }),
      line("upper quartile", values.upper, "series-1", { borderWidth: 0.5 }),
      line("lower quartile", values.lower, "series-1", { borderWidth: 0.5, fill: "-1",
        backgroundColor: colour("series-1", 0.22) })];
  }

  // One combo a value: that is all there is to show.
  const single = (effect) => effect.sizes.every((size) => size <= 1);
  const dots = ({ metric, values }) => [{ ...marks(metric.title, values.median, "rectRot", "series-1", 4),
    showLine: true }];

  function config() {
    const shown = now(), { metric, effect } = shown;
    const few = shown.labels.length <= BARS_MAX && !single(effect);
    const datasets = single(effect) ? dots(shown) : few ? bars(shown) : band(shown);
    return { type: few ? "bar" : "line", data: { labels: shown.labels, datasets },
      options: { scales: { x: { title: { display: true, text: name(effect) }, grid: { display: false },
        ticks: { maxRotation: 60, autoSkipPadding: 8, callback(value) {
          return this.getLabelForValue(value).split(" \u2026 ")[0]; // of a bin where it begins
        } } },
      y: { title: { display: true, text: metric.title }, ticks: { callback: sweep.tick(metric) },
        beginAtZero: false, grace: "4%" } },
      plugins: { legend: { display: !single(effect), labels: few ? {} : sweep.LINES.labels }, tooltip: { callbacks: {
        title: ([item]) => `${name(effect)} ${shown.labels[item.dataIndex]}, ${
          format.number(effect.sizes[item.dataIndex])} combos`,
        label: (item) => Array.isArray(item.raw)
          ? `${item.dataset.label}: ${metric.text(item.raw[0])} to ${metric.text(item.raw[1])}`
          : `${item.dataset.label}: ${metric.text(item.raw)}` } } } } };
  }

  function drawTable() {
    const { effect, metric, values, labels: heads } = now();
    const rows = heads.map((label, k) => ({ k, label, size: effect.sizes[k] }));
    const column = (key, title) => ({ title, align: "right", value: (row) => values[key][row.k],
      text: (row) => metric.text(values[key][row.k]) });
    document.getElementById("effect-table").replaceChildren();
    banyan.grid(document.getElementById("effect-table"), { caption: `${metric.title} by ${name(effect)}`, rows,
      step: 25, columns: [{ title: name(effect), value: (row) => row.k, text: (row) => row.label },
        { title: "combos", align: "right", value: (row) => row.size, text: (row) => format.number(row.size) },
        ...(single(effect) ? [column("median", metric.title)] : [column("best", "best"),
          column("upper", "upper quartile"), column("median", "median"), column("lower", "lower quartile"),
          column("worst", "worst")])] });
  }

  // How much each param explains, as bars of a table.
  function drawWeights() {
    const host = document.getElementById("effect-weights"), metric = sweep.metrics[metrics.value];
    if (!host) return;
    const weights = effects.map((effect) => ({ name: name(effect), part: effect.explained[metric.index] }));
    weights.sort((a, b) => (b.part ?? -1) - (a.part ?? -1));
    host.replaceChildren(make("table", { class: "wide weights" },
      make("caption", { class: "unseen" }, `How much of the spread of ${metric.title} each param explains`),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "param"),
        make("th", { scope: "col", class: "number" }, `of ${metric.title}`), make("td"))),
      make("tbody", {}, ...weights.map((each) => {
        const meter = make("span", { class: "meter" });
        meter.style.width = `${100 * (each.part ?? 0)}%`;
        return make("tr", {}, make("th", { scope: "row" }, each.name),
          make("td", { class: "number" }, format.percent(each.part, 1)), make("td", { class: "track" }, meter));
      }))));
  }

  const chart = banyan.chart("effect-chart", config);
  function draw() {
    if (chart) chart.redraw();
    drawTable();
    drawWeights();
  }
  drawTable();
  drawWeights();
})();
