// SPDX-License-Identifier: MIT
// The equity of the best combos, and of those that were asked for.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  const { equity } = data, bar = document.getElementById("equity-bar");
  if (!equity || !bar) return;

  const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 4], [1, 2], [14, 3, 3, 3]];
  const label = ({ combo, why }) => `combo ${format.number(combo)}, ${why}`;
  const ends = equity.curves.map(({ values }) => [Math.min(...values), Math.max(...values)]);
  const low = Math.min(...ends.map((end) => end[0])), high = Math.max(...ends.map((end) => end[1]));
  let log = low > 0;
  // On a log scale over a wide range only some of the ticks have room.
  const isRound = (value) => !log || high < 4 * low || /^[1235]\.?0*(e|$)/.test(value.toExponential(6));

  const button = make("button", { type: "button", id: "equity-log", "aria-pressed": String(log),
    disabled: !log, click: () => {
      log = !log;
      button.setAttribute("aria-pressed", String(log));
      chart.redraw();
    } }, "Log scale");
  bar.append(button);

  const chart = banyan.chart("equity-chart", () => ({ type: "line", data: {
    datasets: equity.curves.map((curve, k) => ({ label: label(curve),
      data: curve.values.map((y, i) => ({ x: equity.days[i], y })), borderColor: banyan.colour(`series-${k % 8 + 1}`),
      pointStyle: "line", borderDash: DASHES[k % DASHES.length], borderWidth: k === 0 ? 2.25 : 1.5 })) },
  options: { parsing: false, scales: {
    x: banyan.dateAxis(equity.days[0], equity.days[equity.days.length - 1]),
    y: { type: log ? "logarithmic" : "linear", title: { display: true, text: "growth of 1" }, min: low * 0.98,
      max: high * 1.02, ticks: { maxTicksLimit: 10,
        callback: (value) => isRound(value) ? format.number(value, value >= 10 ? 0 : 2) : "" } } },
  plugins: { legend: sweep.LINES, tooltip: { callbacks: { title: ([item]) => format.date(item.raw.x),
    label: (item) => `${item.dataset.label}: ${format.number(item.raw.y, 3)}` } } } } }));

  const metrics = ["sharpe", "cagr", "volatility", "max_drawdown", "calmar"].map(sweep.metric);
  const rows = equity.curves.map(({ combo, why, values }) => ({ combo, why, row: sweep.byCombo.get(combo),
    growth: values[values.length - 1] }));
  const columns = [
    { title: "combo", align: "right", value: (each) => each.combo, text: (each) => format.number(each.combo) },
    { title: "why here", value: (each) => each.why },
    ...metrics.map((metric) => ({ title: metric.title, align: "right",
      value: (each) => each.row ? each.row.metrics[metric.index] : null,
      text: (each) => metric.text(each.row ? each.row.metrics[metric.index] : null), first: "descending" })),
    { title: "growth of 1", align: "right", value: (each) => each.growth, first: "descending",
      text: (each) => format.number(each.growth, 2) },
    ...(data.params.length ? [sweep.paramsColumn((each) => each.row)] : []),
  ];
  const grid = banyan.grid(document.getElementById("equity-table"),
    { caption: "The combos that are drawn", rows, columns });
  grid.bar.hidden = true;
})();
