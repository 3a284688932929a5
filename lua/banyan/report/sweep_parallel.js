// SPDX-License-Identifier: MIT
// Parallel coordinates: each combo of the table as a line through axes of params and metrics, kept by ranges on them.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  const bar = document.getElementById("parallel-bar");
  if (!bar) return;

  const PARAMS_FIRST = 6, METRICS_FIRST = ["cagr", "max_drawdown", "sharpe", "volatility"], AXIS_WIDTH = 74, TIERS = 5;

  // Axes: where a row lies on it, from 0 to 1, and what stands there ------------------------------

  const paramAxis = (p) => {
    const param = data.params[p], last = Math.max(param.values - 1, 1);
    return { key: "param " + p, title: param.name, low: param.low, high: param.high,
      at: (row) => row.params[p] === null ? null : param.places[row.params[p]] / last,
      text: (part) => {
        const place = Math.round(part * last);
        const near = param.places.reduce((best, each, k) =>
          Math.abs(each - place) < Math.abs(param.places[best] - place) ? k : best, 0);
        return param.labels[near] ?? "";
      } };
  };
  const metricAxis = (metric) => {
    const values = sweep.rows.map((row) => row.metrics[metric.index]).filter((value) => value !== null);
    const low = Math.min(...values), high = Math.max(...values), wide = high > low ? high - low : 1;
    return { key: "metric " + metric.index, title: metric.title, low: metric.text(low), high: metric.text(high),
      at: (row) => row.metrics[metric.index] === null ? null : (row.metrics[metric.index] - low) / wide,
      text: (part) => metric.text(low + part * wide) };
  };
  const all = [...data.by_weight.map((p) => paramAxis(p - 1)),
    ...sweep.metrics.filter((metric) => metric.defined > 0).map(metricAxis)];
  const isFirst = (axis, k) => axis.key.startsWith("param") ? k < PARAMS_FIRST
    : axis.key === "metric " + sweep.rank.index || METRICS_FIRST.some((name) =>
      axis.key === "metric " + sweep.metric(name).index);
  const shown = new Set(all.filter(isFirst).map((axis) => axis.key));
  const ranges = new Map(); // key -> [low, high], parts of an axis
  const axes = () => all.filter((axis) => shown.has(axis.key));

  const isKept = (row) => axes().every((axis) => {
    const range = ranges.get(axis.key), at = axis.at(row);
    return !range || at !== null && at >= range[0] - 1e-9 && at <= range[1] + 1e-9;
  });

  // Setting them ----------------------------------------------------------------------------------

  function rangeField(axis) {
    const output = make("output", { class: "status" });
    const field = (label, value) => make("input", { type: "range", min: 0, max: 1000, step: 1, value,
      autocomplete: "off", "aria-label": `${axis.title}, ${label}` });
    const low = field("lowest", 0), high = field("highest", 1000);
    const show = () => {
      output.textContent = ranges.has(axis.key) ? `${axis.text(low.value / 1000)} to ${axis.text(high.value / 1000)}`
        : `all, ${axis.low} to ${axis.high}`;
      low.setAttribute("aria-valuetext", axis.text(low.value / 1000));
      high.setAttribute("aria-valuetext", axis.text(high.value / 1000));
    };
    const change = (event) => {
      if (Number(low.value) > Number(high.value)) (event.target === low ? high : low).value = event.target.value;
      const [from, to] = [low.value / 1000, high.value / 1000];
      if (from === 0 && to === 1) ranges.delete(axis.key);
      else ranges.set(axis.key, [from, to]);
      show();
      redraw();
    };
    low.addEventListener("input", change);
    high.addEventListener("input", change);
    show();
    return make("fieldset", { class: "range", "data-axis": axis.title }, make("legend", {}, axis.title), low, high,
      output);
  }

  const fields = make("div", { class: "ranges" });
  function showFields() {
    ranges.clear();
    fields.replaceChildren(...axes().map(rangeField));
  }
  const chooser = make("details", { class: "chooser" }, make("summary", {}, "Axes"), make("div", { class: "bar" },
    ...all.map((axis) => make("label", {}, make("input", { type: "checkbox", checked: shown.has(axis.key),
      autocomplete: "off", change: (event) => {
        if (event.target.checked) shown.add(axis.key);
        else shown.delete(axis.key);
        showFields();
        redraw();
      } }), axis.title))));
  const keeper = make("details", { class: "chooser", open: innerWidth > 640 },
    make("summary", {}, "Keep lines within ranges"), fields,
    make("button", { type: "button", id: "parallel-reset", click: () => {
      showFields();
      redraw();
    } }, "Keep all"));
  bar.replaceWith(chooser);

  // Drawing ---------------------------------------------------------------------------------------

  const status = document.getElementById("parallel-status");
  const canvas = document.getElementById("parallel-chart");
  const sized = canvas.parentElement;
  const scroll = make("div", { class: "scroll" });
  sized.before(scroll);
  scroll.append(sized);
  status.after(keeper);

  // Lines one after the other in one list, with gaps between them.
  function pointsOf(rows, list) {
    const points = [];
    for (const row of rows) {
      list.forEach((axis, x) => {
        const y = axis.at(row);
        points.push({ x, y: y === null ? NaN : y, row });
      });
      points.push({ x: NaN, y: NaN });
    }
    return points;
  }

  // Kept rows in groups by the sweep's own metric, the worst first.
  function tiersOf(rows) {
    const sorted = [...rows].sort((a, b) => b.place - a.place), tiers = [];
    for (let k = 0; k < TIERS; k++) {
      tiers.push(sorted.slice(Math.floor(k * sorted.length / TIERS), Math.floor((k + 1) * sorted.length / TIERS)));
    }
    return tiers;
  }

  // Neither end of the colours is lost on the ground.
  const tone = (part) => document.documentElement.dataset.theme === "dark" ? 0.3 + 0.7 * part : 0.8 * part;
  const TIER_LABELS = ["worst fifth", "", "", "", "best fifth"];
  const line = (label, points, more) => ({ type: "line", label, data: points, spanGaps: false, pointRadius: 0,
    pointStyle: "line", pointHitRadius: 4, ...more });

  function datasets(list) {
    const kept = sweep.rows.filter(isKept), others = sweep.rows.filter((row) => !isKept(row));
    const best = sweep.byCombo.get(sweep.rows[0].combo);
    status.textContent = `${format.number(kept.length)} of ${format.number(sweep.rows.length)} lines kept`;
    const sets = tiersOf(kept).map((rows, k) => line(TIER_LABELS[k] || `tier ${k + 1}`, pointsOf(rows, list),
      { borderColor: sweep.shades(tone(k / (TIERS - 1))).back, borderWidth: 1 + k * 0.15, order: 10 - k }));
    if (others.length) {
      sets.push(line("not kept", pointsOf(others, list), { borderColor: banyan.colour("rest", 0.3), borderWidth: 0.75,
        order: 20 }));
    }
    if (isKept(best)) {
      sets.push(line("the best", pointsOf([best], list), { borderColor: banyan.colour("text"), borderWidth: 2.5,
        pointRadius: 3, pointStyle: "rectRot", backgroundColor: banyan.colour("text"), order: 1 }));
    }
    return sets;
  }

  // The axes, with their lowest and highest values.
  const rulers = { id: "rulers", beforeDatasetsDraw(chart) {
    const { ctx, scales: { x, y }, chartArea: { bottom } } = chart;
    ctx.save();
    ctx.strokeStyle = banyan.colour("strong-line");
    ctx.fillStyle = banyan.colour("muted");
    ctx.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    axes().forEach((axis, k) => {
      const at = x.getPixelForValue(k);
      ctx.textAlign = k === 0 ? "left" : k === axes().length - 1 ? "right" : "center";
      ctx.beginPath();
      ctx.moveTo(at, y.getPixelForValue(1));
      ctx.lineTo(at, bottom);
      ctx.stroke();
      ctx.fillText(axis.high, at, y.getPixelForValue(1) - 5);
      ctx.fillText(axis.low, at, bottom + 13);
    });
    ctx.restore();
  } };

  function config() {
    const list = axes();
    sized.style.minWidth = `${Math.max(2, list.length) * AXIS_WIDTH}px`;
    return { type: "line", data: { datasets: datasets(list) }, plugins: [rulers], options: {
      parsing: false, normalized: true, interaction: { mode: "nearest", intersect: true },
      layout: { padding: { left: 8, right: 8 } },
      scales: { x: { type: "linear", min: 0, max: Math.max(1, list.length - 1), grid: { display: false },
        border: { display: false }, afterBuildTicks: (axis) => { axis.ticks = list.map((_, value) => ({ value })); },
        ticks: { padding: 20, autoSkip: false, maxRotation: 30, callback: (value) => list[value].title } },
      y: { min: 0, max: 1.08, display: false } },
      plugins: { reader: false, legend: { labels: { ...sweep.LINES.labels,
        filter: (item) => !item.text.startsWith("tier") } },
        tooltip: { filter: (item, index) => index === 0 && Boolean(item.raw.row), callbacks: {
          title: (items) => items.length ? sweep.describe(items[0].raw.row.combo) : "",
          label: (item) => `#${format.number(item.raw.row.place)}, ${list[item.raw.x].title} ${
            list[item.raw.x].text(item.raw.y)}` } } } } };
  }

  showFields();
  const chart = banyan.chart("parallel-chart", config);
  const redraw = banyan.calmly(() => chart.redraw(), 40);
})();
