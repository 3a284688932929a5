// SPDX-License-Identifier: MIT
// Clouds of combos: return against drawdown with its front, one half of the time against the other, and the splits.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  const colour = (name, opacity) => banyan.colour(name, opacity);
  const sharpe = sweep.metric("sharpe");

  const pointsOf = (set) => set.combo.map((combo, k) => ({ combo, x: set.x[k], y: set.y[k] }));
  const dots = (label, points, name, more) => ({ label, data: points, borderColor: colour(name),
    backgroundColor: colour(name), pointRadius: 2, pointHoverRadius: 5, ...more });
  const BEST = { pointStyle: "star", pointRadius: 9, pointHoverRadius: 10, borderWidth: 2.5, order: -2 };

  // The ends of an axis on which all points have one place; elsewhere they are what the points need.
  function around(points, key) {
    const value = points.length > 0 ? points[0][key] : null;
    if (value === null || points.some((point) => point[key] !== value)) return {};
    const room = Math.abs(value) / 10 || 0.1;
    return { min: value - room, max: value + room };
  }

  function config(datasets, x, y) {
    const lined = datasets.some((set) => set.pointStyle === "line");
    const axis = (key, { metric, title }) => ({ type: "linear", title: { display: true, text: title },
      ticks: { callback: sweep.tick(metric) }, ...around(datasets.flatMap((set) => set.data), key) });
    return { type: "scatter", data: { datasets }, options: { parsing: false,
      interaction: { mode: "nearest", intersect: false },
      scales: { x: axis("x", x), y: axis("y", y) },
      plugins: { reader: false, legend: { labels: { ...sweep.LINES.labels, pointStyleWidth: lined ? 16 : 12 } },
        tooltip: { filter: (item, index) => index === 0, callbacks: {
          title: (items) => items.length && items[0].raw.combo ? sweep.describe(items[0].raw.combo) : "",
          label: ({ raw }) => [`${x.title} ${x.metric.text(raw.x)}`, `${y.title} ${y.metric.text(raw.y)}`,
            ...(raw.count ? [`${format.number(raw.count)} splits`] : [])] } } } } };
  }

  // Return against drawdown -----------------------------------------------------------------------

  const cagr = sweep.metric("cagr"), drawdown = sweep.metric("max_drawdown");
  banyan.chart("front-chart", () => config([
    ...(data.front.best ? [dots("best by " + sweep.rank.title, pointsOf(data.front.best), "series-2", BEST)] : []),
    dots("the front", pointsOf(data.front.front).sort((a, b) => a.x - b.x), "series-1",
      { showLine: true, stepped: "before", pointStyle: "rectRot", pointRadius: 4.5, borderWidth: 1.5, order: -1 }),
    dots("other combos", pointsOf(data.front.cloud), "rest", { pointStyle: "circle" }),
  ], { metric: drawdown, title: "max drawdown" }, { metric: cagr, title: "CAGR" }));

  const front = document.getElementById("front-table");
  if (front) {
    const number = { align: "right" };
    banyan.grid(front, { caption: "The front of return against drawdown", rows: pointsOf(data.front.front), step: 25,
      columns: [{ ...number, title: "combo", value: (point) => point.combo,
        text: (point) => format.number(point.combo) },
        { ...number, title: "CAGR", value: (point) => point.y, text: (point) => cagr.text(point.y),
          first: "descending" },
        { ...number, title: "max drawdown", value: (point) => point.x, text: (point) => drawdown.text(point.x),
          first: "descending" },
        sweep.paramsColumn((point) => sweep.byCombo.get(point.combo))] });
  }

  // Halves and splits -----------------------------------------------------------------------------

  if (data.halves) {
    const { best, chosen, cloud } = data.halves, same = best && best.combo[0] === chosen.combo[0];
    banyan.chart("halves-chart", () => config([
      dots(same ? "best of the first half, and of all" : "best of the first half", pointsOf(chosen), "series-2",
        { pointStyle: "triangle", pointRadius: 8, pointHoverRadius: 9, order: -3 }),
      ...(best && !same ? [dots("best of all", pointsOf(best), "series-1", BEST)] : []),
      dots("combos", pointsOf(cloud), "rest", { pointStyle: "circle" }),
    ], { metric: sharpe, title: "Sharpe, first half" }, { metric: sharpe, title: "Sharpe, second half" }));
  }

  if (data.splits) {
    const { points, slope, intercept } = data.splits;
    const most = Math.max(...points.count), radius = points.count.map((count) => 1.5 + 7 * Math.sqrt(count / most));
    const low = Math.min(...points.x), high = Math.max(...points.x);
    const line = (label, f, name, borderDash) => dots(label, [low, high].map((x) => ({ x, y: f(x) })), name,
      { showLine: true, pointRadius: 0, pointHitRadius: 0, pointStyle: "line", borderDash, borderWidth: 2, order: -1 });
    banyan.chart("splits-chart", () => config([
      dots("splits", points.x.map((x, k) => ({ x, y: points.y[k], count: points.count[k] })), "series-1",
        { pointStyle: "circle", pointRadius: radius, backgroundColor: colour("series-1", 0.45), borderWidth: 0.5 }),
      line("as good as where chosen", (x) => x, "muted", [6, 4]),
      ...(slope !== null ? [line("on the mean", (x) => intercept + slope * x, "series-2")] : []),
    ], { metric: sharpe, title: "Sharpe where chosen" }, { metric: sharpe, title: "Sharpe in the other half" }));
  }
})();
