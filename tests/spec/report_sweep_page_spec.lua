-- SPDX-License-Identifier: MIT
-- The page of a sweep in a browser: drawn, sorted, filtered, switched, and walked by keyboard.
local helper = require "spec.helper"
local pages = require "spec.pages"
local read_sweeps = require "spec.read_sweeps"
local sweep_pages = require "spec.sweep_pages"

local same, is_true = assert.are.same, assert.is_true

local absent = pages.absent()
if absent then
  describe("the page of a sweep", function() pending(absent, function() end) end)
  return
end

local paths = {}
local function path_of(script)
  paths[script] = paths[script] or (sweep_pages.write(sweep_pages.store(script)))
  return paths[script]
end

local browser
local function open(script, width, height)
  browser = pages.browser()
  browser:scheme "light"
  browser:size(width or 1280, height or 900)
  browser:open(path_of(script))
  browser:wait "document.readyState === 'complete' && banyan.sweep"
end

local function choose(id, value)
  browser:js([[const select = document.getElementById(arguments[0]); select.value = arguments[1];
    select.dispatchEvent(new Event("change", { bubbles: true }));]], id, tostring(value))
end

-- How many pixels of a canvas are not the ground, of each drawn chart by its id.
local DRAWN = [[const drawn = {};
  for (const canvas of document.querySelectorAll("canvas")) {
    const copy = document.createElement("canvas"), context = copy.getContext("2d", { willReadFrequently: true });
    copy.width = canvas.width;
    copy.height = canvas.height;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let count = 0;
    for (let k = 3; k < data.length; k += 4) count += data[k] > 0;
    drawn[canvas.id] = Chart.getChart(canvas) ? count : -1;
  }
  return drawn;]]

local function assert_drawn(ids)
  local drawn = browser:js(DRAWN)
  for _, id in ipairs(ids) do
    is_true((drawn[id] or -2) > 500, id .. " has " .. tostring(drawn[id]) .. " pixels")
    drawn[id] = nil
  end
  same({}, drawn)
end

local function texts(selector)
  return browser:js("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent);", selector)
end

local function column(number)
  return texts(("#combos-grid tbody tr > :nth-child(%d)"):format(number))
end

-- What the cells of the map say, row by row.
local function cells()
  return browser:js [[return [...document.querySelectorAll("#map-picture td[role=gridcell]")].map((each) =>
    each.getAttribute("aria-label"));]]
end

describe("the page of a sweep in a browser", function()
  lazy_teardown(pages.close)

  it("draws all charts without a complaint, in light and dark", function()
    open(sweep_pages.GRID)
    local all = { "equity-chart", "effect-chart", "parallel-chart", "front-chart", "spread-chart", "halves-chart",
      "splits-chart", "places-chart" }
    assert_drawn(all)
    browser:scheme "dark"
    browser:wait "document.documentElement.dataset.theme === 'dark'"
    assert_drawn(all)
    browser:scheme "light"
    same({}, browser:errors())
  end)

  it("sorts and filters the combos", function()
    open(sweep_pages.GRID)
    same("1", column(1)[1])
    browser:js [[[...document.querySelectorAll("#combos-grid th button")].find((each) =>
      each.textContent === "volatility").click();]]
    local sorted = browser:js [[const at = [...document.querySelectorAll("#combos-grid th")].findIndex((head) =>
        head.getAttribute("aria-sort") === "ascending");
      return [...document.querySelectorAll("#combos-grid tbody tr")].map((row) =>
        parseFloat(row.cells[at].textContent));]]
    is_true(#sorted == 25)
    for k = 2, #sorted do is_true(sorted[k] >= sorted[k - 1]) end
    choose("filter-column", "param 0")
    choose("filter-sign", "≤")
    browser:type("#filter-value", "6")
    browser:click "#filter-add"
    for _, value in ipairs(column(4)) do is_true(tonumber(value) <= 6) end
    same({ "w ≤ 6 ×" }, texts ".chip")
    choose("filter-column", "param 2")
    browser:type("#filter-value", "gl")
    browser:press "Enter"
    local kept = column(6)
    is_true(#kept > 0)
    for _, value in ipairs(kept) do same("GLD", value) end
    browser:click ".chip"
    browser:click ".chip"
    same(25, #column(1))
    choose("filter-column", "metric 3")
    choose("filter-sign", "≥")
    browser:click "#filter-add" -- without a value nothing is filtered, and the field says so
    same("true", browser:js "return document.getElementById('filter-value').getAttribute('aria-invalid');")
    same({}, texts ".chip")
    same({}, browser:errors())
  end)

  it("shows the metrics that are chosen", function()
    open(sweep_pages.GRID)
    local before = #texts "#combos-grid th"
    browser:js [[[...document.querySelectorAll("#combos-table .chooser label")].find((each) =>
      each.textContent === "Sortino").click();]]
    same(before + 1, #texts "#combos-grid th")
    same({}, browser:errors())
  end)

  it("changes the map with its selects, and reads it out by keyboard", function()
    open(sweep_pages.GRID)
    local function heads() return browser:js "return document.querySelector('.heat').rows[0].cells.length - 1;" end
    local median, wide = cells(), heads()
    choose("map-statistic", "worst")
    is_true(table.concat(median, " ") ~= table.concat(cells(), " "))
    same(#median, #cells())
    choose("map-metric", 5)
    is_true(cells()[1] ~= median[1])
    local down = browser:js "return document.getElementById('map-down').value;"
    choose("map-across", down) -- both are exchanged
    same(#median, #cells())
    same(#median / wide, heads())
    browser:js "document.querySelector('.heat td[tabindex=\"0\"]').focus();"
    local before = texts("#map-reading")[1]
    browser:press(before:find "Left" and "Right" or "Down")
    browser:press "Up"
    browser:press "Right"
    browser:press "Left"
    browser:press "Left"
    local after = texts("#map-reading")[1]
    is_true(before ~= after)
    is_true(after:find "w %d+, hot [%d.]+.*: max drawdown %-[%d.]+%%, the worst of %d+ combos$" ~= nil, after)
    same(1, browser:js "return document.querySelectorAll('.heat td[tabindex=\"0\"]').length;")
    same({}, browser:errors())
  end)

  it("has in a map the numbers of its data", function()
    open(sweep_pages.GRID)
    local data = sweep_pages.data(helper.read(path_of(sweep_pages.GRID)))
    local map, sharpe = data.maps.maps[1], data.metrics[4]
    local found = cells()
    same("sharpe", sharpe.name)
    for k, value in ipairs(sweep_pages.numbers(map.metrics[4].median)) do
      local text = ("Sharpe %." .. sharpe.digits .. "f, "):format(value / sharpe.scale)
      is_true(value ~= value or found[k]:find(text, 1, true) ~= nil, found[k])
    end
  end)

  it("switches params, metrics and the scale of the equity", function()
    open(sweep_pages.GRID)
    local function labels() return browser:js "return Chart.getChart('effect-chart').data.labels.length;" end
    local values = {}
    for k = 0, 2 do
      choose("effect-param", k)
      values[labels()] = true
    end
    same({ [3] = true, [6] = true, [51] = true }, values)
    choose("spread-metric", 5)
    same("max drawdown", browser:js "return Chart.getChart('spread-chart').options.scales.x.title.text;")
    same("logarithmic", browser:js "return Chart.getChart('equity-chart').options.scales.y.type;")
    browser:click "#equity-log"
    same("linear", browser:js "return Chart.getChart('equity-chart').options.scales.y.type;")
    same({}, browser:errors())
  end)

  it("keeps the lines within ranges", function()
    open(sweep_pages.GRID)
    same({ "500 of 500 lines kept" }, texts "#parallel-status")
    browser:js [[const input = document.querySelector("[data-axis=refuge] input:nth-of-type(2)");
      input.value = 300; input.dispatchEvent(new Event("input"));]]
    browser:wait "!document.getElementById('parallel-status').textContent.startsWith('500')"
    local count = tonumber((texts("#parallel-status")[1]:match "^%d+"))
    same(browser:js [[return banyan.sweep.rows.filter((row) => banyan.sweep.valueOf(row, 2) === "TLT").length;]], count)
    browser:click "#parallel-reset"
    browser:wait "document.getElementById('parallel-status').textContent.startsWith('500')"
    same({}, browser:errors())
  end)

  it("reads its charts out by keyboard", function()
    for _, script in ipairs { sweep_pages.GRID, sweep_pages.LINE } do
      open(script)
      for _, id in ipairs(browser:js "return [...document.querySelectorAll('canvas')].map((each) => each.id);") do
        browser:js("document.getElementById(arguments[0]).focus();", id)
        browser:press("Right", "Right", "End", "Left", "Home", "Right", "PageDown")
      end
      same({}, browser:errors())
    end
    browser:js "document.getElementById('equity-chart').focus();"
    browser:press "Right"
    is_true(browser:js [[return document.getElementById("equity-chart").parentElement.nextElementSibling
      .textContent;]]:find "%d%d%d%d%-%d%d%-%d%d, ?combo" ~= nil)
  end)

  it("holds 200,000 combos in a file of moderate size, with all maps", function()
    local path = path_of(sweep_pages.LARGE)
    local html = helper.read(path)
    is_true(html:find("A sweep of 201,544 combos", 1, true) ~= nil)
    is_true(#html < 5e6, #html)
    open(sweep_pages.LARGE)
    for metric = 0, 16 do
      choose("map-metric", metric)
      same(40 * 40, #cells())
    end
    same({}, browser:errors())
  end)

  it("fits a phone", function()
    for _, script in ipairs { sweep_pages.GRID, read_sweeps.MODES, sweep_pages.LINE, sweep_pages.ONE,
      sweep_pages.WIDE } do
      open(script, 360, 740)
      same(360, browser:js "return document.documentElement.scrollWidth;")
      same({}, browser:errors())
    end
  end)

  it("has a single combo in the middle of axes that are no wider than they must be", function()
    open(sweep_pages.ONE)
    local places = browser:js [[const { scales, data } = Chart.getChart("front-chart");
      const point = data.datasets[0].data[0];
      return ["x", "y"].map((key) => [point[key], scales[key].min, scales[key].max]);]]
    for _, place in ipairs(places) do
      local value, low, high = unpack(place)
      is_true(math.abs((low + high) / 2 - value) < 1e-9 and high - low < math.abs(value), value)
    end
  end)

  it("takes names and values as they are", function()
    for _, script in ipairs { sweep_pages.ONE, sweep_pages.HOSTILE_PARAMS, sweep_pages.SEARCH } do
      open(script)
      same({}, browser:errors())
    end
    open(sweep_pages.ONE)
    same(sweep_pages.HOSTILE, browser:js "return document.title;")
    open(sweep_pages.HOSTILE_PARAMS)
    choose("effect-param", browser:js [[return [...document.getElementById("effect-param").options].find((each) =>
      each.text === "p").value;]])
    is_true(browser:js [[return Chart.getChart("effect-chart").data.labels.includes("</script><i>");]])
  end)
end)
