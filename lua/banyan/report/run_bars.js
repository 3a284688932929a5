// SPDX-License-Identifier: MIT
// The charts of a run's report in bars: years, the distribution of returns, and holdings.
"use strict";
(function () {
  const { data, format, colour } = banyan;
  const { histogram, years, holdings } = data;
  const signed = (value) => colour(value < 0 ? "less" : "more");
  const percentAxis = { position: "right", ticks: { callback: banyan.percentTick } };

  // The bars of the run have two colours, and its legend has the first.
  const yearsLegend = (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart)
    .map((label) => label.datasetIndex ? label : { ...label, fillStyle: colour("more"), lineWidth: 0 });

  banyan.chart("years", () => {
    const datasets = [{ label: "Strategy", data: years.map((each) => each.value), pointStyle: "rect",
      backgroundColor: years.map((each) => signed(each.value)) }];
    if (data.benchmark) {
      datasets.push({ label: data.benchmark, data: years.map((each) => each.benchmark), pointStyle: "rect",
        backgroundColor: colour("rest", 0.55), borderColor: colour("strong-line"), borderWidth: 1 });
    }
    return { type: "bar", data: { labels: years.map((each) => each.year), datasets }, options: {
      datasets: { bar: { categoryPercentage: 0.72, barPercentage: 0.95, maxBarThickness: 44 } },
      plugins: { reader: false, legend: { display: Boolean(data.benchmark), labels: { generateLabels: yearsLegend } },
        tooltip: { callbacks: { label: (item) => ` ${item.dataset.label}  ${format.percent(item.parsed.y)}` } } },
      scales: { x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 8 } }, y: percentAxis } } };
  });

  banyan.chart("histogram", () => {
    const { from, width, counts } = histogram, digits = width > 0.0099 ? 0 : width > 0.00099 ? 1 : 2;
    const sum = counts.reduce((all, count) => all + count, 0);
    const edge = (bin) => format.percent(from + bin * width, digits);
    const title = ([{ dataIndex: bin }]) => {
      if (bin === 0) return `below ${edge(1)} (lowest ${format.percent(histogram.lowest, 2)})`;
      if (bin < counts.length - 1) return `${edge(bin)} to ${edge(bin + 1)}`;
      return `${edge(bin)} and more (highest ${format.percent(histogram.highest, 2)})`;
    };
    const dataset = { label: "sessions", data: counts, categoryPercentage: 1, barPercentage: 0.9,
      backgroundColor: counts.map((_, bin) => signed(from + (bin + 0.5) * width)) };
    const zero = Math.round(-from / width), every = Math.ceil(counts.length / 8);
    const ticks = counts.map((_, bin) => ({ value: bin })).filter(({ value }) => (value - zero) % every === 0);
    return { type: "bar", data: { labels: counts.map((_, bin) => edge(bin)), datasets: [dataset] }, options: {
      plugins: { reader: false, legend: { display: false }, tooltip: { callbacks: { title,
        label: (item) => ` ${format.number(item.parsed.y)} sessions, ${format.percent(item.parsed.y / sum)}` } } },
      scales: { x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkip: false }, afterBuildTicks(axis) {
        axis.ticks = ticks;
      } },
        y: { position: "right", ticks: { precision: 0, callback: (value) => format.number(value) } } } } };
  });

  // Holdings -------------------------------------------------------------------------------------

  // Where a year, a month or a day begins, with its label; as many as there is room for.
  function marks() {
    const { first } = holdings, days = first[first.length - 1] - first[0];
    const size = days > 900 ? 4 : days > 120 ? 7 : 16;
    const label = (index) => format.date(first[index]).slice(0, size);
    const found = first.map((_, index) => index).filter((index) => index > 0 && label(index) !== label(index - 1));
    const every = Math.ceil(found.length / Math.max(2, Math.floor(innerWidth / (size > 7 ? 130 : 90))));
    return found.filter((_, k) => k % every === 0).map((value) => ({ value, label: label(value) }));
  }

  // Whether everything is between 0 and the whole portfolio.
  const isWhole = () => holdings.first.every((_, k) => holdings.series.every((series) => series.weights[k] >= 0)
    && holdings.series.reduce((sum, series) => sum + series.weights[k], 0) <= 1.0005);

  banyan.chart("holdings", () => {
    const name = (series, index) => series.cash ? "empty" : series.rest ? "rest" : `series-${index % 8 + 1}`;
    const datasets = holdings.series.map((series, index) => ({ label: series.name, data: series.weights,
      backgroundColor: colour(name(series, index)), pointStyle: "rect", categoryPercentage: 1, barPercentage: 1,
      inflateAmount: 0.4 }));
    const title = ([{ dataIndex: k }]) => {
      const a = format.date(holdings.first[k]), b = format.date(holdings.last[k]);
      return a === b ? a : `${a} to ${b}, mean`;
    };
    return { type: "bar", data: { labels: holdings.first, datasets }, options: {
      plugins: { tooltip: { filter: (item) => Math.abs(item.parsed.y) >= 0.0005,
        itemSort: (a, b) => Math.abs(b.parsed.y) - Math.abs(a.parsed.y),
        callbacks: { title, label: (item) => ` ${item.dataset.label}  ${format.percent(item.parsed.y)}` } } },
      scales: { x: { stacked: true, grid: { display: false }, afterBuildTicks(axis) {
        axis.ticks = marks();
      }, ticks: { maxRotation: 0, autoSkip: false, callback: (value, index, ticks) => ticks[index].label } },
      y: { ...percentAxis, stacked: true, max: isWhole() ? 1 : undefined } } } };
  });
})();
