// SPDX-License-Identifier: MIT
// The charts of a run's report over time: equity, drawdown, and what rolls.
"use strict";
(function () {
  const { data, format, colour, element: make } = banyan;
  const { lines, rolling, holdings, positions } = data;

  // From here on times are days since 1970-01-01 (see run_data.lua).
  for (const [owner, ...names] of [[lines, "day"], [rolling, "day"], [holdings, "first", "last"],
    [positions, "entry", "exit"]]) {
    if (!owner) continue;
    for (const name of names) owner[name] = owner[name].map((time) => time / data.units);
  }

  const first = lines.day[0], last = lines.day[lines.day.length - 1];
  let from = first;

  // A line; the second one of a chart is dashed, so that colour is not all that tells them apart.
  const BESIDE = { borderDash: [6, 4], borderWidth: 1.5 };
  function line(label, day, values, name, more) {
    return { label, data: day.map((x, i) => ({ x, y: values[i] })), borderColor: colour(name),
      backgroundColor: colour(name), pointStyle: "line", ...more };
  }

  const legendOf = (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart)
    .map((label) => ({ ...label, lineWidth: 2.5 }));

  function lineChart({ datasets, y, text, start, legend }) {
    const tooltip = { callbacks: { title: (items) => items.length ? format.date(items[0].parsed.x) : "",
      label: (item) => ` ${item.dataset.label}  ${text(item.parsed.y)}` } };
    const axis = { position: "right", ...y, afterFit(scale) {
      scale.width = Math.max(scale.width, 52); // so that charts below each other share their dates
    } };
    return { type: "line", data: { datasets }, options: { parsing: false, normalized: true,
      plugins: { tooltip, legend: { display: Boolean(legend), labels: { boxWidth: 26, generateLabels: legendOf } } },
      scales: { x: banyan.dateAxis(start === undefined ? from : start, last), y: axis } } };
  }

  // Equity ---------------------------------------------------------------------------------------

  const log = document.getElementById("log");
  const columns = [lines.equity, lines.benchmark].filter(Boolean);
  log.disabled = columns.some((values) => values.some((value) => value <= 0));
  log.checked = !log.disabled && Math.max(...lines.equity) / Math.min(...lines.equity) > 3;

  // The span of the values in sight, with some air; for a log axis by a factor.
  function span() {
    let low = Infinity, high = -Infinity;
    for (const values of columns) {
      lines.day.forEach((x, i) => {
        if (x < from) return;
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      });
    }
    if (!(high > low)) return {};
    const factor = Math.pow(high / low, 0.04), air = (high - low) * 0.04;
    return log.checked ? { min: low / factor, max: high * factor } : { min: low - air, max: high + air };
  }

  // Round values of a log axis: 1, 2 and 5 times powers of ten, or powers alone where there are many.
  function logTicks(axis) {
    const ticks = [], decades = Math.log10(axis.max / axis.min);
    const steps = decades > 5 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 7];
    for (let power = Math.floor(Math.log10(axis.min)); power <= Math.log10(axis.max); power++) {
      for (const step of steps) {
        const value = step * Math.pow(10, power);
        if (value >= axis.min && value <= axis.max) ticks.push({ value });
      }
    }
    if (ticks.length >= 2) axis.ticks = ticks;
  }

  const name = data.name.length > 40 ? "Strategy" : data.name;
  const equity = banyan.chart("equity", () => {
    const datasets = [line(name, lines.day, lines.equity, "series-1")];
    if (lines.benchmark) datasets.push(line(data.benchmark, lines.day, lines.benchmark, "series-2", BESIDE));
    return lineChart({ datasets, legend: lines.benchmark, text: format.short, y: { ...span(),
      type: log.checked ? "logarithmic" : "linear", afterBuildTicks: log.checked ? logTicks : undefined,
      ticks: { callback: (value) => format.axis(value), includeBounds: false } } });
  });
  log.addEventListener("change", () => equity.redraw());

  // Drawdown -------------------------------------------------------------------------------------

  const percent = { callback: banyan.percentTick, maxTicksLimit: 6 };
  const drawdown = banyan.chart("drawdown", () => {
    const datasets = [line(name, lines.day, lines.drawdown, "series-1",
      { fill: "origin", backgroundColor: colour("series-1", 0.18), borderWidth: 1.25 })];
    if (lines.benchmark) {
      datasets.push(line(data.benchmark, lines.day, lines.benchmark_drawdown, "series-2",
        { ...BESIDE, borderWidth: 1.25 }));
    }
    return lineChart({ datasets, text: (value) => format.percent(value), y: { max: 0, ticks: percent } });
  });

  // Stretches of time, up to the last session.
  (function () {
    const group = document.getElementById("ranges"), year = 365.25;
    const offered = [["All", Infinity], ["10 y", 10 * year], ["5 y", 5 * year], ["3 y", 3 * year], ["1 y", year]]
      .filter(([, days]) => days === Infinity || days < last - first);
    if (offered.length < 2) return;
    const buttons = offered.map(([title, days], index) => make("button", { type: "button",
      "aria-pressed": String(index === 0), click: (event) => {
        from = Math.max(first, last - days);
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === event.currentTarget));
        equity.redraw();
        drawdown.redraw();
      } }, title));
    group.append(...buttons);
  })();

  // What rolls -----------------------------------------------------------------------------------

  banyan.chart("rolling-sharpe", () => lineChart({ start: rolling.day[0],
    datasets: [line("Sharpe ratio", rolling.day, rolling.sharpe, "series-1")],
    text: (value) => format.number(value, 2),
    y: { grid: { color: (at) => colour(at.tick.value === 0 ? "strong-line" : "line") } } }));
  banyan.chart("rolling-volatility", () => lineChart({ start: rolling.day[0],
    datasets: [line("Volatility", rolling.day, rolling.volatility, "series-3")],
    text: (value) => format.percent(value), y: { min: 0, ticks: { ...percent, maxTicksLimit: 9 } } }));
})();
