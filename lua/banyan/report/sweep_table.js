// SPDX-License-Identifier: MIT
// The table of combos: which metrics it has, and which rows.
"use strict";
(function () {
  const { data, element: make, format, sweep } = banyan;
  const host = document.getElementById("combos-table");
  if (!host) return;

  const FIRST = new Set(["sharpe", "cagr", "volatility", "max_drawdown", "calmar", sweep.rank.name]);
  const shown = new Set(sweep.metrics.filter((metric) => FIRST.has(metric.name)).map((metric) => metric.index));
  const PARAMS_FIRST = 5; // more stand behind the metrics
  const filters = []; // { text, holds(row) }
  const anyShared = sweep.rows.some((row) => row.shared > 1);

  // Columns -------------------------------------------------------------------------------------

  const number = { align: "right" };
  const metricColumn = (metric) => ({ ...number, title: metric.title, value: (row) => row.metrics[metric.index],
    text: (row) => metric.text(row.metrics[metric.index]), first: metric.direction > 0 ? "descending" : "ascending" });
  const paramColumn = (param, p) => ({ title: param.name, align: param.numbers ? "right" : "left",
    value: (row) => row.params[p], text: (row) => sweep.valueOf(row, p) });
  const params = () => data.params.map(paramColumn);
  const others = () => sweep.metrics.filter((metric) => shown.has(metric.index) && metric !== sweep.rank)
    .map(metricColumn);
  const columns = () => [
    { ...number, title: "#", value: (row) => row.place, text: (row) => format.number(row.place) },
    { ...number, title: "combo", value: (row) => row.combo, text: (row) => format.number(row.combo) },
    ...(shown.has(sweep.rank.index) ? [metricColumn(sweep.rank)] : []),
    ...(data.params.length > PARAMS_FIRST ? [...others(), ...params()] : [...params(), ...others()]),
    ...(anyShared ? [{ ...number, title: "alike", value: (row) => row.shared,
      text: (row) => format.number(row.shared) }] : []),
    { title: "why here", value: (row) => row.why },
  ];

  // Filters -------------------------------------------------------------------------------------

  const BOUND = { "≥": (a, b) => a >= b, "≤": (a, b) => a <= b, "=": (a, b) => a === b };
  // A percentage is typed as it is shown: 12.5 is 12.5%.
  const typed = (text, metric) => {
    const value = parseFloat(text.replace(",", ".").replace("%", ""));
    return isFinite(value) ? value / (metric.percent ? 100 : 1) : null;
  };

  function holdsOf(kind, index, sign, text) {
    if (kind === "metric") {
      const metric = sweep.metrics[index], bound = typed(text, metric);
      if (bound === null) return null;
      return (row) => row.metrics[index] !== null && BOUND[sign](row.metrics[index], bound);
    }
    const param = data.params[index];
    if (param.numbers) {
      const bound = parseFloat(text);
      if (!isFinite(bound)) return null;
      return (row) => row.params[index] !== null && BOUND[sign](Number(param.labels[row.params[index]]), bound);
    }
    const words = text.toLowerCase();
    return (row) => row.params[index] !== null && param.labels[row.params[index]].toLowerCase().includes(words);
  }

  const column = make("select", { id: "filter-column", "aria-label": "Column to filter by", autocomplete: "off" },
    ...sweep.metrics.filter((metric) => metric.defined > 0).map((metric) =>
      make("option", { value: "metric " + metric.index, selected: metric === sweep.rank }, metric.title)),
    ...data.params.map((param, p) => make("option", { value: "param " + p }, param.name)));
  const sign = make("select", { id: "filter-sign", "aria-label": "Comparison", autocomplete: "off" },
    ...Object.keys(BOUND).map((each) => make("option", {}, each)));
  const value = make("input", { id: "filter-value", size: 8, inputmode: "decimal", autocomplete: "off",
    "aria-label": "Value" });
  const chips = make("span", { class: "chips" });

  const chosen = () => {
    const [kind, index] = column.value.split(" ");
    return { kind, index: Number(index), texts: kind === "param" && !data.params[index].numbers };
  };
  column.addEventListener("change", () => {
    sign.hidden = chosen().texts;
    value.inputMode = chosen().texts ? "text" : "decimal";
  });

  function add() {
    const { kind, index, texts } = chosen();
    const holds = holdsOf(kind, index, sign.value, value.value.trim());
    value.setAttribute("aria-invalid", String(!holds || value.value.trim() === ""));
    if (!holds || value.value.trim() === "") return value.focus();
    const name = kind === "metric" ? sweep.metrics[index].title : data.params[index].name;
    const unit = kind === "metric" && sweep.metrics[index].percent && !value.value.includes("%") ? "%" : "";
    filters.push({ text: `${name} ${texts ? "has" : sign.value} ${value.value.trim()}${unit}`, holds });
    value.value = "";
    showFilters();
  }

  function showFilters() {
    chips.replaceChildren(...filters.map((filter) => make("button", { type: "button", class: "chip",
      "aria-label": `Remove the filter ${filter.text}`, click: () => {
        filters.splice(filters.indexOf(filter), 1);
        showFilters();
      } }, filter.text + " ×")));
    grid.where((row) => filters.every((filter) => filter.holds(row)));
  }

  // The whole -----------------------------------------------------------------------------------

  const bar = make("form", { class: "bar", submit: (event) => {
    event.preventDefault();
    add();
  } }, make("label", {}, "Keep ", column), sign, value, make("button", { id: "filter-add" }, "Filter"), chips);

  const chooser = make("details", { class: "chooser" }, make("summary", {}, "Metrics"),
    make("div", { class: "bar" }, ...sweep.metrics.filter((metric) => metric.defined > 0).map((metric) =>
      make("label", {}, make("input", { type: "checkbox", autocomplete: "off", checked: shown.has(metric.index),
        change: (event) => {
          if (event.target.checked) shown.add(metric.index);
          else shown.delete(metric.index);
          build();
        } }), metric.title))));

  const place = make("div", { id: "combos-grid" });
  let grid;
  function build() {
    place.replaceChildren();
    grid = banyan.grid(place, { caption: "Combos", columns: columns(), rows: sweep.rows,
      sort: { column: 0, descending: false }, step: 25 });
    if (filters.length) showFilters();
  }
  host.append(bar, chooser, place);
  build();
})();
