-- SPDX-License-Identifier: MIT
-- The report of a run in a real browser: charts are drawn, tables sort and filter, the tree opens by keyboard, and all
-- of it can be read on a phone, in the dark, and without a mouse.
local helper = require "spec.helper"
local judge = require "spec.judge"
local pages = require "spec.pages"
local reports = require "spec.reports"
local shared = require "spec.shared"

local absent = pages.absent()

-- The texts of a column of a table, from 1.
local COLUMN = [[return [...document.querySelectorAll(arguments[0] + " tbody tr")]
  .map((row) => row.children[arguments[1] - 1].textContent)]]

describe("the page of a run", function()
  if absent then return pending(absent) end
  local browser, path

  setup(function()
    path = reports.write("strategies/tqqq_ftlt.lua", "--benchmark", "SPY", "--slippage", "0.0005")
    browser = pages.browser()
  end)
  teardown(pages.close)
  before_each(function()
    browser:scheme "light"
    browser:size(1440, 900)
    browser:open(path)
  end)

  it("has no fault in light and dark, on a phone and on a desk", function()
    for _, width in ipairs { 360, 1440 } do
      browser:size(width, 800)
      browser:open(path)
      for _, scheme in ipairs { "light", "dark" } do
        browser:scheme(scheme)
        assert.equal(scheme, browser:js "return document.documentElement.dataset.theme")
        judge.page(browser)
      end
    end
  end)

  it("marks the section that is on the screen, and the first one at the top of a phone", function()
    local current = "document.querySelector('.top nav [aria-current]')?.hash === '#%s'"
    browser:size(390, 844)
    browser:open(path)
    browser:js "document.getElementById('metrics').scrollIntoView()"
    browser:wait(current:format "metrics")
    browser:js "scrollTo(0, 0)"
    browser:wait(current:format "performance")
  end)

  it("switches to the other colours, draws charts in them, and remembers", function()
    local colour = "return [Chart.getChart('equity').data.datasets[0].borderColor, "
      .. "getComputedStyle(document.body).backgroundColor].join()"
    local before = browser:js(colour)
    browser:click "#theme"
    assert.equal("dark", browser:js "return document.documentElement.dataset.theme")
    assert.are_not.equal(before, browser:js(colour))
    browser:open(path)
    assert.equal("dark", browser:js "return document.documentElement.dataset.theme")
    browser:js "dispatchEvent(new Event('beforeprint'))"
    assert.equal(before:match "^(.-),rgb", browser:js(colour):match "^(.-),rgb") -- paper is white
    browser:js "dispatchEvent(new Event('afterprint'))"
    assert.equal("dark", browser:js "return document.documentElement.dataset.theme")
    browser:click "#theme"
    assert.equal(before, browser:js(colour))
    browser:scheme "dark" -- what the system says is followed again
    assert.are_not.equal(before, browser:js(colour))
    assert.same({}, browser:errors())
  end)

  it("switches the scale of equity, and the stretch of time", function()
    local scale = "return Chart.getChart('equity').scales.y.type"
    assert.equal("logarithmic", browser:js(scale))
    browser:click "#log"
    assert.equal("linear", browser:js(scale))
    browser:press "Space" -- which it has the focus for
    assert.equal("logarithmic", browser:js(scale))
    local axis = "const x = Chart.getChart(arguments[0]).scales.x; return x.max - x.min"
    local all = browser:js(axis, "equity")
    browser:click "#ranges button:nth-child(3)"
    assert.equal("3 y", browser:js "return document.querySelector('#ranges [aria-pressed=true]').textContent")
    assert.equal(3 * 365.25, browser:js(axis, "equity"))
    assert.equal(3 * 365.25, browser:js(axis, "drawdown"))
    browser:click "#ranges button"
    assert.equal(all, browser:js(axis, "equity"))
  end)

  it("reads out a chart by keyboard", function()
    browser:js "document.getElementById('equity').focus()"
    local said = "return document.querySelector('#performance [aria-live]').textContent"
    browser:press "Home"
    assert.truthy(browser:js(said):find "^%d+%-%d+%-%d+,.*Strategy  9,995, +SPY  9,995$", browser:js(said))
    local first = browser:js(said)
    browser:press("Right", "Right")
    assert.are_not.equal(first, browser:js(said))
    browser:press "End"
    local last = browser:js "return banyan.format.date(banyan.data.lines.day.at(-1))"
    assert.equal(last .. ",", browser:js(said):sub(1, 11))
    browser:press "Tab"
    assert.equal("", browser:js(said))
  end)

  it("sorts positions by any column, in both directions", function()
    local function shown(column) return browser:js(COLUMN, "#trades", column) end
    local function head(column) return ("#trades th:nth-child(%d) button"):format(column) end
    browser:click(head(6))
    local values = shown(6)
    assert.equal(25, #values)
    for i = 2, #values do
      assert(tonumber(values[i]:match "^[-%d.]+") <= tonumber(values[i - 1]:match "^[-%d.]+"), values[i])
    end
    local best = browser:js "return banyan.format.percent(Math.max(...banyan.data.positions.value), 2)"
    assert.equal(best, values[1])
    assert.equal("descending", browser:js "return document.querySelector('#trades th:nth-child(6)').ariaSort")
    browser:press "Enter" -- the head has the focus
    assert.equal("ascending", browser:js "return document.querySelector('#trades th:nth-child(6)').ariaSort")
    local worst = browser:js "return banyan.format.percent(Math.min(...banyan.data.positions.value), 2)"
    assert.equal(worst, shown(6)[1])
    browser:click(head(1))
    assert.equal("BSV", shown(1)[1])
  end)

  it("filters positions, and shows more of them", function()
    browser:click "#trades > button"
    assert.equal(50, #browser:js(COLUMN, "#trades", 1))
    browser:type("#trades input", "uvxy 2021-")
    browser:wait "document.querySelector('#trades .status').textContent.includes('in all')"
    local count = browser:js [=[const { symbols, symbol, entry, exit } = banyan.data.positions;
      return symbol.filter((s, k) => symbols[s] === "UVXY"
        && [entry[k], exit[k]].some((day) => banyan.format.date(day).includes("2021-"))).length]=]
    local rows = browser:js(COLUMN, "#trades", 1)
    assert.equal(math.min(25, count), #rows)
    for _, symbol in ipairs(rows) do assert.equal("UVXY", symbol) end
    browser:type("#trades input", "nothing")
    browser:wait "document.querySelector('#trades .status').textContent.startsWith('None')"
    assert.same({}, browser:js(COLUMN, "#trades", 1))
  end)

  it("searches metrics by title and name", function()
    browser:type("#metric-search", "average_up")
    browser:wait "document.getElementById('metric-status').textContent.startsWith('1 of')"
    local shown = browser:js [[return [...document.querySelectorAll("#metrics-all tbody tr")]
      .filter((row) => row.checkVisibility()).map((row) => row.querySelector("code").textContent)]]
    assert.same({ "average_up_month" }, shown)
  end)

  it("opens the tree by keyboard, as trees are", function()
    local function at(what) return browser:js("const row = document.activeElement; return " .. what) end
    local rows = "document.querySelectorAll('#tree .lines > [role=row]').length"
    browser:js "document.querySelector('#tree .lines > [role=row]').focus()"
    assert.equal("true", at "row.ariaExpanded")
    assert.equal("1", at "row.ariaLevel")
    browser:press "Left"
    assert.equal("false", at "row.ariaExpanded")
    assert.equal(1, browser:js("return " .. rows))
    browser:press("Right", "Right")
    assert.equal("2", at "row.ariaLevel")
    browser:press "Left"
    browser:press "Left"
    assert.equal("1", at "row.ariaLevel")
    browser:press "End"
    assert.is_true(at "row === row.parentElement.lastChild")
    browser:press("Up", "Down", "Home")
    assert.is_true(at "row === row.parentElement.firstChild")
    assert.equal(1, browser:js "return document.querySelectorAll('#tree [tabindex=\"0\"]').length")
  end)

  it("marks branches that were never used, and hides them", function()
    browser:click "#tree-open"
    local dead = "return document.querySelectorAll('#tree .dead').length"
    local unused = browser:js [[const { tree } = banyan.data;
      return tree.days.filter((days, i) => days === 0 && tree.leaf[i]).length]]
    assert(unused > 0 and browser:js(dead) >= unused, unused)
    assert.equal("never used", browser:js "return document.querySelector('#tree .dead .tag').textContent")
    browser:click "#tree-used"
    assert.equal(0, browser:js(dead))
  end)

  it("says of each leaf where it is", function()
    local wanted = browser:js [=[const { tree } = banyan.data, place = (i) => tree.texts[tree.label[i]];
      const leaf = tree.leaf.findIndex((is, i) => is && tree.heading[i] >= 0 && tree.texts[tree.heading[i]] === "else");
      return { leaf: place(leaf), choice: place(tree.parent[leaf]) }]=]
    browser:type("#leaves input", wanted.choice:gsub("^if", "unless"))
    browser:wait "document.querySelector('#leaves .status').textContent.includes('in all')"
    local leaves, places = browser:js(COLUMN, "#leaves", 1), browser:js(COLUMN, "#leaves", 2)
    local found = false
    for i, place in ipairs(places) do
      local last = place:match "[^\226]*$" -- behind the last separator
      found = found or leaves[i] == wanted.leaf and last:find(wanted.choice:gsub("^if", "unless"), 1, true) ~= nil
    end
    assert.is_true(found)
  end)

  it("prints on some pages, in light colours, from the dark, too", function()
    browser:scheme "dark"
    local file = helper.scratch() .. "/page.pdf"
    browser:print(file)
    local pdf = helper.read(file)
    local _, count = pdf:gsub("/Type /Page\n", "")
    assert(pdf:find "^%%PDF" and count >= 3 and count <= 12, count)
    assert.equal("dark", browser:js "return document.documentElement.dataset.theme")
    assert.equal("", browser:js "return document.documentElement.className")
  end)

  it("finds branches by what stands in them", function()
    browser:type("#tree-search", "rsi(spy")
    browser:wait "document.getElementById('tree-status').textContent.includes('found')"
    local texts = browser:js [[return [...document.querySelectorAll("#tree .text")].map((e) => e.textContent)]]
    local hits = 0
    for _, text in ipairs(texts) do hits = hits + (text:lower():find("rsi(spy", 1, true) and 1 or 0) end
    assert.equal(hits .. " found", browser:js "return document.getElementById('tree-status').textContent")
    assert(hits > 0 and hits < #texts)
  end)
end)

describe("a page", function()
  if absent then return pending(absent) end
  teardown(pages.close)

  it("runs nothing that a hostile name says", function()
    local name = "</script><img src=x onerror='window.harmed=1'><script>window.harmed=1</script>"
    local script = helper.write(helper.scratch() .. "/hostile.lua", ([[
      local b = require "banyan"
      return b.strategy { name = %q, b.when(b.rsi("SPY", 10):gt(50), b.group(%q, b.equal { "SPY", "TLT" }))
        :otherwise("GLD") }
    ]]):format(name, name))
    local browser = pages.browser()
    browser:open((reports.write(script)))
    browser:click "#tree-open"
    assert.is_false(browser:js "return Boolean(window.harmed)")
    assert.equal(name, browser:js "return document.querySelector('h1').textContent")
    assert.truthy(browser:js "return document.getElementById('tree').textContent":find(name, 1, true))
    judge.page(browser)
  end)

  it("opens a tree of thousands of nodes", function()
    if not shared.present() then return pending(shared.absent) end
    local store = shared.import(shared.folder .. "/data/us_daily_adjusted")
    local path = helper.scratch() .. "/large.html"
    local _, err, code = helper.run { "report", shared.strategy "lose_money", "--data", store, "-o", path }
    assert.equal(0, code, err)
    assert(#helper.read(path) < 700e3)
    local browser = pages.browser()
    browser:size(390, 800)
    browser:open(path)
    browser:click "#tree-open"
    local nodes = browser:js "return banyan.data.tree.parent.length"
    local rows = browser:js "return document.querySelectorAll('#tree .lines > [role=row]').length"
    assert(nodes > 3000 and rows > nodes / 2 and rows <= nodes, rows)
    browser:click "#tree-close"
    assert.equal(1, browser:js "return document.querySelectorAll('#tree .lines > [role=row]').length")
    judge.page(browser)
  end)
end)
