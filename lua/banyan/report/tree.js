// SPDX-License-Identifier: MIT
// The tree of a run: a grid of rows that open and close (the treegrid of WAI-ARIA), made as they are opened, so that
// thousands of nodes cost nothing until somebody looks at them.
"use strict";
(function () {
  const { data: { tree }, format, element: make } = banyan;
  const home = document.getElementById("tree");
  if (!home) return;
  const SHOWN_AT_FIRST = 40, MARKED_MAX = 2000;
  const count = tree.parent.length, children = tree.parent.map(() => []);
  tree.parent.forEach((parent, node) => {
    if (parent >= 0) children[parent].push(node);
  });

  // A node with one child alone stands in one row with it; below, a node is the first of such a chain.
  const chainOf = (node) => {
    const chain = [node];
    while (children[node].length === 1 && tree.days[children[node][0]] === tree.days[node]) {
      node = children[node][0];
      chain.push(node);
    }
    return chain;
  };
  const chains = new Map(), parts = new Map(), above = new Map(), indent = new Map();
  (function lay() {
    const stack = [[0, -1, 0]];
    while (stack.length) {
      const [node, parent, level] = stack.pop(), chain = chainOf(node), last = chain[chain.length - 1];
      chains.set(node, chain);
      parts.set(node, children[last]);
      above.set(node, parent);
      indent.set(node, level);
      // What is behind an "else" stands as far left as its "if", as in code.
      children[last].forEach((child) => {
        const isElse = tree.heading[child] >= 0 && tree.texts[tree.heading[child]] === "else";
        stack.push([child, node, level + (isElse ? 0 : 1)]);
      });
    }
  })();

  const dead = (node) => tree.days[node] === 0;
  // To weigh a single node equally says nothing.
  const textOf = (node) => chains.get(node).map((each) => tree.texts[tree.label[each]])
    .filter((text, index, all) => text !== "equal" || index === all.length - 1).join(" \u203a ");
  const levelOf = (node) => {
    let level = 1;
    for (let at = above.get(node); at >= 0; at = above.get(at)) level++;
    return level;
  };

  let hideDead = false, found = null; // found: the nodes to show while searching, else null
  const open = new Set(), rows = new Map();
  const shown = (node) => !(hideDead && dead(node)) && (!found || found.has(node));
  const inSight = (node) => parts.get(node).filter(shown);

  function valuesOf(node) {
    const last = chains.get(node)[chains.get(node).length - 1], days = tree.days[node];
    return [
      { text: `${format.number(days)} (${format.percent(days / tree.sessions, days / tree.sessions < 0.1 ? 1 : 0)})`,
        name: "days" },
      { text: dead(node) ? "" : format.percent(tree.log_return[last], 2),
        name: "gain " + (tree.log_return[last] < 0 ? "less" : "more") },
      { text: dead(node) ? "" : format.percent(tree.turnover[last], 0), name: "" },
      { text: dead(node) ? "" : format.percent(tree.drawdown[last]), name: "minor" },
    ];
  }

  function rowOf(node) {
    let row = rows.get(node);
    if (row) return row;
    const heading = tree.heading[node], last = chains.get(node)[chains.get(node).length - 1];
    const label = make("span", { class: "label", role: "rowheader" },
      make("span", { class: "twist", "aria-hidden": "true" }),
      make("span", { class: "text" }, heading >= 0 ? make("span", { class: "lead" }, tree.texts[heading] + " ") : null,
        make("bdi", {}, textOf(node))),
      dead(node) ? make("span", { class: "tag" }, "never used") : null);
    const cells = valuesOf(node).map(({ text, name }) => make("span", { class: name, role: "gridcell" }, text));
    cells[0].style.setProperty("--part", `${(100 * tree.days[node] / tree.sessions).toFixed(1)}%`);
    row = make("div", { role: "row", tabindex: -1, "aria-level": levelOf(node),
      class: [tree.leaf[last] ? "leaf" : "", dead(node) ? "dead" : ""].join(" ").trim() }, label, ...cells);
    label.style.setProperty("--level", Math.min(indent.get(node), 14));
    row.node = node;
    rows.set(node, row);
    return row;
  }

  function paint(node) {
    const row = rowOf(node), some = inSight(node).length > 0;
    if (some) row.setAttribute("aria-expanded", String(open.has(node)));
    else row.removeAttribute("aria-expanded");
    row.querySelector(".twist").textContent = some ? open.has(node) ? "\u25be" : "\u25b8" : "";
  }

  // The rows in sight from a node on, in their order.
  function gather(node, list) {
    const stack = [node];
    while (stack.length) {
      const at = stack.pop();
      list.push(at);
      if (open.has(at)) stack.push(...inSight(at).reverse());
    }
    return list;
  }

  const body = make("div", { class: "lines", role: "rowgroup" });
  const status = document.getElementById("tree-status");

  function fragmentOf(nodes) {
    const fragment = document.createDocumentFragment();
    for (const node of nodes) {
      paint(node);
      fragment.append(rowOf(node));
    }
    return fragment;
  }

  function redraw() {
    const nodes = shown(0) ? gather(0, []) : [];
    body.replaceChildren(fragmentOf(nodes));
    focusable(nodes.length ? rowOf(nodes[0]) : null);
  }

  let current = null;
  function focusable(row, focus) {
    if (current) current.tabIndex = -1;
    current = row;
    if (!row) return;
    row.tabIndex = 0;
    if (focus) row.focus();
  }

  function setOpen(node, wanted) {
    if (open.has(node) === wanted || inSight(node).length === 0) return;
    if (wanted) {
      open.add(node);
      rowOf(node).after(fragmentOf(gather(node, []).slice(1)));
    } else {
      for (const each of gather(node, []).slice(1)) rowOf(each).remove();
      open.delete(node);
    }
    paint(node);
  }

  // Keys and clicks ------------------------------------------------------------------------------

  const KEYS = {
    ArrowDown: (row) => focusable(row.nextSibling || row, true),
    ArrowUp: (row) => focusable(row.previousSibling || row, true),
    Home: () => focusable(body.firstChild, true),
    End: () => focusable(body.lastChild, true),
    ArrowRight(row) {
      if (!open.has(row.node)) setOpen(row.node, true);
      else if (inSight(row.node).length) focusable(row.nextSibling, true);
    },
    ArrowLeft(row) {
      if (open.has(row.node) && inSight(row.node).length) setOpen(row.node, false);
      else if (above.get(row.node) >= 0) focusable(rowOf(above.get(row.node)), true);
    },
    Enter: (row) => setOpen(row.node, !open.has(row.node)),
    " ": (row) => setOpen(row.node, !open.has(row.node)),
  };

  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("[role=row]"), action = KEYS[event.key];
    if (!row || !action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(row);
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest("[role=row]");
    if (!row || String(getSelection())) return;
    focusable(row, true);
    setOpen(row.node, !open.has(row.node));
  });

  // What is in sight -----------------------------------------------------------------------------

  function openAll() {
    for (const node of chains.keys()) if (parts.get(node).length) open.add(node);
    redraw();
  }

  // Breadth first, what was used most before the rest, until enough rows are there.
  function openSome() {
    open.clear();
    let rest = SHOWN_AT_FIRST - 1, layer = [0];
    while (layer.length && rest > 0) {
      const next = [];
      for (const node of layer) {
        const below = inSight(node);
        if (below.length === 0 || below.length > rest) continue;
        open.add(node);
        rest -= below.length;
        next.push(...below.filter((child) => !dead(child)));
      }
      layer = next.sort((a, b) => tree.days[b] - tree.days[a]);
    }
    redraw();
  }

  const field = document.getElementById("tree-search");
  function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = null;
    status.textContent = "";
    if (words.length === 0) return openSome();
    const hits = [...chains.keys()].filter((node) => {
      const text = textOf(node).toLowerCase();
      return !(hideDead && dead(node)) && words.every((word) => text.includes(word));
    });
    found = new Set();
    open.clear();
    for (const hit of hits.slice(0, MARKED_MAX)) {
      found.add(hit);
      for (let at = above.get(hit); at >= 0 && !(found.has(at) && open.has(at)); at = above.get(at)) {
        found.add(at);
        open.add(at);
      }
    }
    status.textContent = `${format.number(hits.length)} found`
      + (hits.length > MARKED_MAX ? `, the first ${format.number(MARKED_MAX)} shown` : "");
    redraw();
  }
  field.addEventListener("input", banyan.calmly(search, 150));
  document.getElementById("tree-used").addEventListener("change", (event) => {
    hideDead = event.target.checked;
    if (found) search();
    else redraw();
  });
  document.getElementById("tree-open").addEventListener("click", openAll);
  document.getElementById("tree-close").addEventListener("click", () => {
    open.clear();
    redraw();
  });

  const heads = make("div", { class: "heads", role: "row" }, ...["Branch", "Days", "Contribution", "Turnover",
    "Of the drawdown"].map((title, index) => make("span", { role: "columnheader",
    class: index === 0 ? "label" : index === 4 ? "minor" : "" }, title)));
  home.append(make("div", { role: "treegrid", "aria-label": "The tree, and how its branches were used" },
    make("div", { role: "rowgroup" }, heads), body));
  openSome();

  // Leaves ---------------------------------------------------------------------------------------

  // The last choices and groups on the way to a leaf.
  const pathOf = (leaf) => {
    const path = [];
    for (let node = leaf; tree.parent[node] >= 0 && path.length < 3; node = tree.parent[node]) {
      const at = tree.parent[node], text = tree.texts[tree.label[at]], heading = tree.heading[node];
      if (children[at].length === 1 && !text.startsWith("group")) continue;
      const place = heading >= 0 ? tree.texts[heading] : "";
      path.unshift(place === "else" ? text.replace(/^if/, "unless") : place ? `${text} (${place})` : text);
    }
    return path.join(" \u203a ");
  };
  const leaves = [];
  for (let node = 0; node < count; node++) if (tree.leaf[node]) leaves.push(node);
  banyan.grid(document.getElementById("leaves"), { caption: "Leaves", search: "Search", step: 10, rows: leaves,
    sort: { column: 3, descending: true }, columns: [
      { title: "Leaf", value: (node) => tree.texts[tree.label[node]] },
      { title: "Where", align: "long", value: pathOf },
      { title: "Days", align: "right", first: "descending", value: (node) => tree.days[node],
        text: (node) => format.number(tree.days[node]) },
      { title: "Contribution", align: "right", first: "descending", value: (node) => tree.log_return[node],
        text: (node) => format.percent(tree.log_return[node], 2) },
      { title: "Turnover", align: "right", first: "descending", value: (node) => tree.turnover[node],
        text: (node) => format.percent(tree.turnover[node], 0) },
      { title: "Of the drawdown", align: "right", first: "descending", value: (node) => tree.drawdown[node],
        text: (node) => format.percent(tree.drawdown[node]) },
    ] });
})();
