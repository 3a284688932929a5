// SPDX-License-Identifier: MIT
// Charts: the library in the colours of the page, axes of dates, and what reads a chart by keyboard.
"use strict";
(function () {
  const { element: make, format } = banyan;
  const made = new Map(); // canvas -> { config, chart }
  const probe = make("span", { hidden: true });
  document.body.append(probe);

  /** The colours of the theme by their names in page.css, as the canvas takes them: colours("series-1"), "more". */
  banyan.colour = function (name, opacity = 1) {
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    return opacity === 1 ? found : found.replace("rgb(", "rgba(").replace(")", `, ${opacity})`);
  };

  // A line from top to bottom where the reader is.
  Chart.register({ id: "reader", afterDatasetsDraw(chart) {
    const active = chart.tooltip && chart.tooltip.getActiveElements();
    if (!active || active.length === 0 || chart.options.plugins.reader === false) return;
    const { ctx, chartArea: { top, bottom } } = chart, x = active[0].element.x;
    ctx.save();
    ctx.strokeStyle = banyan.colour("strong-line");
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.restore();
  } });

  function setDefaults() {
    const d = Chart.defaults, dark = document.documentElement.dataset.theme === "dark";
    d.color = banyan.colour("muted");
    d.borderColor = banyan.colour("line");
    d.font.family = getComputedStyle(document.body).fontFamily;
    d.font.size = 12;
    d.animation = false;
    d.responsive = true;
    d.maintainAspectRatio = false;
    d.interaction = { mode: "index", intersect: false };
    d.elements.point.radius = 0;
    d.elements.point.hoverRadius = 3;
    d.elements.line.borderWidth = 1.75;
    d.elements.line.borderJoinStyle = "round";
    Object.assign(d.scale.grid, { drawBorder: false, drawTicks: false });
    d.scale.ticks.padding = 6;
    Object.assign(d.plugins.legend.labels, { usePointStyle: true, boxWidth: 9, boxHeight: 9, padding: 12 });
    Object.assign(d.plugins.legend, { align: "start" });
    Object.assign(d.plugins.tooltip, { backgroundColor: banyan.colour("raised", dark ? 0.97 : 0.96),
      titleColor: banyan.colour("text"), bodyColor: banyan.colour("text"), borderColor: banyan.colour("strong-line"),
      borderWidth: 1, padding: 10, boxPadding: 4, caretSize: 0, usePointStyle: true });
  }

  // Axes of dates -------------------------------------------------------------------------------

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DAY_MS = 86400000;

  // First days of every `step`-th month between two days.
  function monthTicks(from, to, step) {
    const ticks = [], first = new Date(from * DAY_MS);
    for (let m = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step; ; m += step) {
      const year = Math.floor(m / 12), month = m % 12, day = Date.UTC(year, month, 1) / DAY_MS;
      if (day > to) return ticks;
      if (day < from) continue;
      ticks.push({ value: day, label: month === 0 ? String(year) : step >= 12 ? String(year) : MONTHS[month] });
    }
  }

  function dayTicks(from, to, step) {
    const ticks = [];
    for (let day = Math.ceil(from / step) * step; day <= to; day += step) {
      const date = new Date(day * DAY_MS);
      ticks.push({ value: day, label: step < 1 ? format.date(day).slice(11) || format.date(day).slice(5)
        : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` });
    }
    return ticks;
  }

  /** The options of an axis of days since 1970-01-01. */
  banyan.dateAxis = function (from, to) {
    return { type: "linear", min: from, max: to, grid: { display: false },
      ticks: { maxRotation: 0, autoSkip: false, callback: (value, index, ticks) => ticks[index].label },
      afterBuildTicks(axis) {
        const most = Math.max(2, Math.floor(axis.chart.width / 62)), days = axis.max - axis.min;
        const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((step) => days / 30.44 / step <= most);
        const whole = [1 / 24, 0.25, 1, 2, 7, 14].find((step) => days / step <= most);
        axis.ticks = whole && days < 92 ? dayTicks(axis.min, axis.max, whole)
          : monthTicks(axis.min, axis.max, months || 600);
      } };
  };

  /** A percentage at an axis, with as many digits as tell it from the next one. */
  banyan.percentTick = function (value, index, ticks) {
    const step = ticks.length > 1 ? Math.abs(ticks[1].value - ticks[0].value) : 1;
    return format.percent(value, step > 0.0099 ? 0 : step > 0.00099 ? 1 : 2);
  };

  // Making them ---------------------------------------------------------------------------------

  function build(canvas, entry) {
    if (entry.chart) entry.chart.destroy();
    entry.chart = new Chart(canvas, entry.config(entry.chart));
  }

  function readTooltip(chart) {
    const tooltip = chart.tooltip;
    if (!tooltip || tooltip.opacity === 0 && !tooltip.body) return "";
    return [...(tooltip.title || []), ...(tooltip.body || []).flatMap((part) => part.lines)].join(", ");
  }

  function move(chart, steps) {
    const count = Math.max(...chart.data.datasets.map((set) => set.data.length));
    const active = chart.tooltip.getActiveElements();
    const at = active.length ? active[0].index : steps > 0 ? -1 : count;
    const index = Math.min(count - 1, Math.max(0, at + steps));
    const elements = chart.data.datasets.flatMap((set, datasetIndex) =>
      chart.isDatasetVisible(datasetIndex) && index < set.data.length ? [{ datasetIndex, index }] : []);
    if (elements.length === 0) return;
    const place = chart.getDatasetMeta(elements[0].datasetIndex).data[index];
    chart.setActiveElements(elements);
    chart.tooltip.setActiveElements(elements, { x: place.x, y: place.y });
    chart.update("none");
  }

  const KEYS = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity };

  // Arrow keys walk along the chart, and what stands there is read out below it.
  function makeReadable(canvas, entry) {
    const reading = make("p", { class: "unseen", "aria-live": "polite" });
    canvas.parentElement.after(reading);
    canvas.tabIndex = 0;
    canvas.addEventListener("keydown", (event) => {
      const steps = KEYS[event.key];
      if (steps === undefined) return;
      event.preventDefault();
      move(entry.chart, steps === Infinity ? 1e9 : steps === -Infinity ? -1e9 : steps);
      reading.textContent = readTooltip(entry.chart);
    });
    canvas.addEventListener("blur", () => {
      reading.textContent = "";
      entry.chart.setActiveElements([]);
      entry.chart.tooltip.setActiveElements([], { x: 0, y: 0 });
      entry.chart.update("none");
    });
  }

  /**
   * Draws config() on the canvas of that id, again whenever the colours change; config makes the library's
   * configuration and takes its colours from banyan.colour. Returns { redraw(), chart() }.
   */
  banyan.chart = function (id, config) {
    const canvas = document.getElementById(id), entry = { config };
    if (!canvas) return null;
    made.set(canvas, entry);
    setDefaults();
    build(canvas, entry);
    makeReadable(canvas, entry);
    return { redraw: () => build(canvas, entry), chart: () => entry.chart };
  };

  banyan.themeListeners.push(() => {
    setDefaults();
    for (const [canvas, entry] of made) build(canvas, entry);
  });
  const fit = () => made.forEach((entry) => entry.chart.resize());
  addEventListener("beforeprint", fit);
  addEventListener("afterprint", fit);
})();
