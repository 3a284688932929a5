// SPDX-License-Identifier: MIT
// Tables of any length, made of data: sorted by their heads, filtered, and shown a few at a time.
"use strict";

/**
 * banyan.grid(element, { caption, columns, rows, sort, step, search }) fills the element with a table.
 *
 * columns: { title, value(row), text(row), align: "left"|"right"|"long", cell(row, td), sortable, first } where value
 *   is what is sorted by, text what is shown (value when left out), cell puts something else into the cell, and first
 *   is "descending" where a first click shows the highest. Long texts wrap.
 * rows: anything; sort: { column, descending }; step: how many rows are shown at once (100);
 * search: the label of a field that keeps the rows with all of its words in their texts; none without it.
 *
 * Returns { where(f), update(), shown(), element }: where keeps the rows for which f holds, too; shown gives the rows
 * that are kept, in their order.
 */
banyan.grid = function (element, given) {
  const { element: make, format } = banyan;
  const step = given.step || 100;
  let limit = step, keep = () => true, kept = [];
  let { column: by, descending } = given.sort || {};

  const text = (column, row) => String(column.text ? column.text(row) : column.value(row) ?? "");
  const body = make("tbody");
  const status = make("p", { class: "status", role: "status" });
  const more = make("button", { type: "button", click: () => {
    limit += step;
    show();
  } });
  const field = given.search && make("input", { type: "search", autocomplete: "off", spellcheck: "false" });

  const compare = (a, b) => {
    const missing = (value) => value === null || value === undefined || value !== value;
    if (missing(a) || missing(b)) return missing(a) - missing(b); // last, in either direction
    const order = typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
    return descending ? -order : order;
  };

  const words = new Map(); // row -> its texts, made when first searched
  const wordsOf = (row) => {
    let all = words.get(row);
    if (all === undefined) {
      all = given.columns.map((column) => text(column, row)).join(" ").toLowerCase();
      words.set(row, all);
    }
    return all;
  };

  const heads = given.columns.map((column, index) => {
    const title = column.sortable === false ? column.title : make("button", { type: "button", click: () => {
      descending = by === index ? !descending : column.first === "descending";
      by = index;
      limit = step;
      update();
    } }, column.title);
    return make("th", { scope: "col", class: column.align === "right" ? "number" : null }, title);
  });

  function line(row) {
    const tr = make("tr");
    for (const column of given.columns) {
      const td = make("td", { class: column.align === "right" ? "number" : column.align });
      if (column.cell) column.cell(row, td);
      else td.textContent = text(column, row);
      tr.append(td);
    }
    return tr;
  }

  function show() {
    body.replaceChildren(...kept.slice(0, limit).map(line));
    const rest = kept.length - limit;
    more.hidden = rest <= 0;
    more.textContent = `Show ${format.number(Math.min(step, rest))} more`;
    const all = given.rows.length === kept.length ? "" : `, of ${format.number(given.rows.length)} in all`;
    status.textContent = kept.length === 0 ? `None${all}`
      : `${rest > 0 ? `First ${format.number(limit)} of ` : ""}${format.number(kept.length)}${all}`;
    heads.forEach((head, index) => {
      if (index === by) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function update() {
    const wanted = field ? field.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    kept = given.rows.filter((row) => keep(row)
      && (wanted.length === 0 || wanted.every((word) => wordsOf(row).includes(word))));
    if (by !== undefined) {
      const value = given.columns[by].value;
      kept = kept.map((row) => [value(row), row]).sort((a, b) => compare(a[0], b[0])).map((pair) => pair[1]);
    }
    show();
  }

  const bar = make("div", { class: "bar" }, field && make("label", {}, given.search + " ", field), status);
  if (field) {
    field.addEventListener("input", banyan.calmly(() => {
      limit = step;
      update();
    }));
  }
  element.append(bar, make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": given.caption },
    make("table", { class: "grid" }, make("caption", { class: "unseen" }, given.caption),
      make("thead", {}, make("tr", {}, ...heads)), body)), more);
  update();
  return { element, update, bar, shown: () => kept, where(f) {
    keep = f;
    limit = step;
    update();
  } };
};
