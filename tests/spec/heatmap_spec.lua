-- SPDX-License-Identifier: MIT
-- Result stores in scripts, and heat maps of them, exactly.
local b = require "banyan"
local grid_of = require "banyan.results.grid"
local heatmap_of = require "banyan.show.heatmap"
local helper = require "spec.helper"
local print_ = require "banyan.print"
local show = require "banyan.show"
local simulated = require "spec.simulated"

local SWEEP = [[
local b = require "banyan"
local fast, hot = b.param("fast", 10, b.range(5, 9)), b.param("hot", 70, b.range(60, 80, 5))
local pick = b.param("pick", "TLT", { "TLT", "GLD" })
return b.sweep { strategy = b.strategy { name = "First",
  b.when(b.rsi("SPY", fast):gt(hot), "SPY"):otherwise(pick) }, from = "2015-01-02" }
]]

local data, directory

setup(function()
  data = simulated.store()
  local script = helper.write(helper.scratch() .. "/first.lua", SWEEP)
  local _, err, code = helper.run { "sweep", script, "--data", data, "-q" }
  assert(code == 0, err)
  directory = script:gsub("%.lua$", ".sweep")
end)

local function refused(message, f, ...)
  local ok, err = pcall(f, ...)
  assert.is_false(ok)
  assert.truthy(tostring(type(err) == "table" and err.message or err):find(message, 1, true), tostring(err))
end

describe("a result store", function()
  it("tells what it holds", function()
    local store = b.results(directory)
    assert.same({ "First", "sharpe", 50, 50, true }, { store.strategy, store.rank, store.combos, store.done,
      store.simulated })
    assert.same({ "fast", "hot", "pick" }, { store.params[1].name, store.params[2].name, store.params[3].name })
    assert.equal("results of " .. directory, tostring(store))
    local first = store:combo(1)
    assert.same({ fast = 5, hot = 60, pick = "TLT" }, first.params)
    store:close()
  end)

  it("shows nothing of C, and stays within its combos", function()
    local store = b.results(directory)
    local seen = {}
    local function look(value, path)
      assert.is_true(type(value) ~= "cdata", path)
      if type(value) ~= "table" or seen[value] then return end
      seen[value] = true
      for key, each in pairs(value) do look(each, path .. "." .. tostring(key)) end
    end
    look(store, "store")
    look(store:show("best", {}), "show")
    store.combos = 1e9
    refused("combo takes a number from 1 to 50", store.combo, store, 51)
    refused("weights takes the number of a session, from 1 to", store:show(1).weights, 1e8)
    refused("weights takes the number of a session", store:show(1).weights, "x")
    refused("with a colon", store.top, {})
    store:close()
  end)

  it("ranks as banyan top does", function()
    local store = b.results(directory)
    local out = helper.run { "top", directory, "-n", "3", "--keep", "pick == 'GLD'", "--by", "calmar" }
    local best = store:top { number = 3, keep = "pick == 'GLD'", by = "calmar" }
    assert.equal(out, show.text(best, { width = 200 }) .. "\n")
    assert.equal(3, #best)
    assert.equal(best[1].metrics.calmar, best[1].value)
    assert(best[1].value >= best[2].value and best[2].value >= best[3].value)
    assert.equal("GLD", best[1].params.pick)
    out = helper.run { "top", directory, "-n", "10" }
    assert.equal(out, show.text(store, { width = 200 }) .. "\n")
    for line in show.text(store, { width = 50 }):gmatch "[^\n]+" do assert(print_.width(line) <= 50, line) end
    store:close()
    assert.truthy(show.text(best):find "^pick  combo  fast  hot     value\nGLD  ")
  end)

  it("evaluates a combo again, to the last bit", function()
    local store = b.results(directory, { data = data })
    for _, number in ipairs { 1, 33, "best" } do
      local run = store:show(number)
      local kept = store:combo(number == "best" and store:top { number = 1 }[1].combo or number)
      helper.same_metrics(kept.metrics, run.metrics)
      assert.truthy(show.text(run):find "^First\n")
    end
    store:close()
  end)

  it("says how much is luck", function()
    local store = b.results(directory)
    local luck = store:stats()
    assert.equal(50, luck.trials.combos)
    assert(luck.cscv.pbo >= 0 and luck.cscv.pbo <= 1)
    local out = helper.run { "stats", directory, "--data", data, "--top", "0" }
    local text = show.text(luck, { width = 500 })
    assert.truthy(out:find(text, 1, true), text)
    for line in show.text(luck, { width = 60 }):gmatch "[^\n]+" do assert(print_.width(line) <= 60, line) end
    store:close()
  end)

  it("is opened again where it is open already", function()
    local store = b.results(directory)
    local top = store:top { number = 1 }
    assert.equal(store, b.results(directory .. "/."))
    assert.equal(top[1].combo, store:top { number = 1 }[1].combo)
    store:close()
    refused("is closed; open it again with b.results", store.top, store)
    assert.equal(50, b.results(directory).combos)
    b.results(directory):close()
  end)

  it("refuses what it cannot do", function()
    local store = b.results(directory)
    refused("result store /nowhere: there is none", b.results, "/nowhere")
    refused("results takes the folder", b.results)
    refused("combo takes a number from 1 to 50, not 51", store.combo, store, 51)
    refused("did you mean 'number'", store.top, store, { nmber = 3 })
    refused("top: number is how many", store.top, store, { number = 0 })
    refused("there is no combo '99'", store.show, store, 99)
    refused("the sweep has no param 'fst', did you mean 'fast'?; it has fast, hot, pick", store.heatmap, store, "fst",
      "hot")
    refused("a heat map needs two params, and both are fast", store.heatmap, store, "fast", "fast")
    refused("heatmap takes the names of two params", store.heatmap, store, "fast")
    refused('aggregate is "best" or "median", not mean', store.heatmap, store, "fast", "hot", { aggregate = "mean" })
    store:close()
  end)
end)

describe("a grid", function()
  it("has the best or the median of the combos with the same values of both", function()
    local store = b.results(directory)
    local by_cell = {}
    for number = 1, store.combos do
      local combo = store:combo(number)
      local key = combo.params.hot .. " " .. combo.params.fast
      by_cell[key] = by_cell[key] or {}
      table.insert(by_cell[key], { value = combo.metrics.max_drawdown, number = number })
    end
    local best = store:heatmap("hot", "fast", { metric = "max_drawdown" }).grid
    local median = store:heatmap("hot", "fast", { metric = "max_drawdown", aggregate = "median" }).grid
    for row, fast in ipairs(best.y.values) do
      for column, hot in ipairs(best.x.values) do
        local two = by_cell[hot .. " " .. fast]
        assert.equal(2, #two)
        local better = two[2].value > two[1].value and two[2] or two[1]
        assert.equal(better.value, best.cells[row][column])
        assert.equal(better.number, best.combos[row][column])
        assert.equal((two[1].value + two[2].value) / 2, median.cells[row][column])
      end
    end
    store:close()
  end)

  it("knows no value where a metric has none, and any where a param does not matter", function()
    local counts, digits = { [0] = 5, 5, 5, -1 }, { [0] = 0, 0, 1, 65535, 0, 1, 1, 0 }
    local combos = { count = 4, counts = counts, digits = digits, param_count = 2,
      params = { { name = "a", values = { 2, 1 } }, { name = "b", values = { "x", "y" } } },
      own_ranking = function() return { text = "sharpe" } end, direction = function() return 1 end,
      metric_of = function() return { name = "sharpe" } end,
      evaluate = function() return { [0] = 1, 3, 0 / 0, 9 } end }
    local grid = grid_of.new(combos, "a", "b", {})
    assert.same({ 1, 2 }, grid.x.values)
    assert.same({ { 3, 1 }, { 3 } }, grid.cells)
  end)
end)

local function heatmap(rows, fields)
  local grid = { by = "sharpe", metric = "sharpe", direction = 1, aggregate = "best",
    x = { name = "fast", values = {} }, y = { name = "hot", values = {} }, cells = rows, combos = {} }
  for row = 1, #rows do
    grid.y.values[row], grid.combos[row] = 60 + 2.5 * row, {}
    for column = 1, fields and fields.columns or #rows[1] do
      grid.x.values[column], grid.combos[row][column] = column, row * 100 + column
    end
  end
  for key, value in pairs(fields or {}) do grid[key] = value end
  return heatmap_of.new(grid)
end

local function is(wanted, map, options)
  assert.equal(wanted, show.text(map, options))
end

local SMALL = { { 0.5, 1, -0.25 }, { 1.25, 0.75, 0 } }

local function large()
  local rows = {}
  for row = 1, 6 do
    rows[row] = {}
    for column = 1, 16 do rows[row][column] = math.sin(row / 2) * math.sin(column / 3) end
  end
  return rows
end

describe("a heat map", function()
  it("has its numbers where these fit", function()
    is([[
best of sharpe, fast across, hot down
         1       2       3
62.5    ▓0.50   █1.00  ░-0.25
  65   █1.25*  ▓0.75   ░0.00
-0.25 ░▒▓█ 1.25  best: 1.25 at fast=1 hot=65, combo 201]], heatmap(SMALL))
    is([[
best of sharpe, fast across, hot down
         1      2      3
62.5     0.50   1.00  -0.25
  65    1.25*   0.75   0.00
best: 1.25 at fast=1 hot=65, combo 201]], heatmap(SMALL), { unicode = false })
    is("\27[1mbest of sharpe, fast across, hot down\27[0m\n"
      .. "         1      2\n"
      .. "62.5  \27[48;5;53;38;5;231m 1.00  \27[0m\27[48;5;226;38;5;16m 2.00* \27[0m\n"
      .. "1.00 \27[48;5;53;38;5;231m  \27[0m\27[48;5;55;38;5;231m  \27[0m\27[48;5;61;38;5;231m  \27[0m"
      .. "\27[48;5;31;38;5;231m  \27[0m\27[48;5;36;38;5;231m  \27[0m\27[48;5;71;38;5;16m  \27[0m"
      .. "\27[48;5;113;38;5;16m  \27[0m\27[48;5;226;38;5;16m  "
      .. "\27[0m 2.00  best: 2.00 at fast=2 hot=62.5, combo 102", heatmap { { 1, 2 } }, { color = true })
  end)

  it("has shades, or digits, where they do not", function()
    is([[
best of sharpe, fast across, hot down
      1 2 3 4 5 6 7 8 9 10  12  14  16
62.5  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒▒
  65  ▓▓████████████▓▓▓▓▒▒▒▒░░░░░░░░░░
67.5  ▓▓██████◆ ████▓▓▓▓▒▒░░░░░░░░░░░░
  70  ▓▓████████████▓▓▓▓▒▒▒▒░░░░░░░░░░
72.5  ▓▓▓▓████████▓▓▓▓▓▓▒▒▒▒▒▒░░░░░░▒▒
  75  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒▒
-1.00 ░▒▓█ 0.99  best: 0.99 at fast=5 hot=67.5,
    combo 305]], heatmap(large()), { width = 50 })
    is([[
best of sharpe, fast across, hot down
      1 2 3 4 5 6 7 8 9 10  12  14  16
62.5  5 6 7 7 7 7 6 6 5 4 3 3 2 2 2 3
  65  6 7 8 9 9 8 8 6 5 4 2 1 1 0 0 1
67.5  6 8 9 9 * 9 8 7 5 4 2 1 0 0 0 0
  70  6 7 8 9 9 9 8 7 5 4 2 1 0 0 0 1
72.5  5 6 7 7 8 7 7 6 5 4 3 2 2 2 2 2
  75  5 5 5 5 5 5 5 5 5 4 4 4 4 4 4 4
0 is -1.00, 9 is 0.99  best: 0.99 at fast=5
    hot=67.5, combo 305]], heatmap(large()), { width = 50, unicode = false })
  end)

  it("puts neighbours together where there is no room for all", function()
    is([[
best of sharpe, fast across, h
      1 3 5 7 9 11  15
62.5  ████████▓▓▒▒▒▒▒▒
67.5  ████◆ ██▓▓▒▒░░░░
72.5  ▓▓████▓▓▓▓▒▒▒▒▒▒
-1.00 ░▒▓█ 0.99  best: 0.99 at
    fast=5 hot=67.5, combo 305
a cell is the best of 2 values
    of fast and 2 of hot; a
    wider terminal shows more]], heatmap(large()), { width = 30, height = 9 })
  end)

  it("knows what is better", function()
    is([[
best of volatility, fast across, hot down
         1       2
62.5  █10.0%* ░30.0%
30.0% ░▒▓█ 10.0%  best: 10.0% at fast=1 hot=62.5, combo 101]],
      heatmap({ { 0.1, 0.3 } }, { direction = -1, by = "volatility", metric = "volatility" }))
    is([[
median of sharpe, fast across, hot down
         1       2       3
62.5    ▓0.50   █1.00  ░-0.25
  65   █1.25*  ▓0.75   ░0.00
-0.25 ░▒▓█ 1.25  best median: 1.25 at fast=1 hot=65]], heatmap(SMALL, { aggregate = "median" }))
  end)

  it("has holes, a single cell, or nothing", function()
    is([[
best of sharpe, fast across, hot down
         1      2      3
62.5   ░1.00
  65                █2.00*
1.00 ░▒▓█ 2.00  best: 2.00 at fast=3 hot=65, combo 203]], heatmap({ { 1 }, { [3] = 2 } }, { columns = 3 }))
    is([[
best of sharpe, fast across, hot down
         1
62.5  █1.00*
1.00 ░▒▓█ 1.00  best: 1.00 at fast=1 hot=62.5, combo 101]], heatmap { { 1 } })
    is([[
best of sharpe, fast across, hot down: no combo has a value]], heatmap({ {}, {} }, { columns = 2 }))
    is([[
best of sharpe, fast across, hot down
         1      2
62.5  █2.00* █2.00
2.00 ░▒▓█ 2.00  best: 2.00 at fast=1 hot=62.5, combo 101]], heatmap { { 2, 2 } })
  end)

  it("names values that are texts", function()
    is([[
best of sharpe, pick across, hot down
       東京   a?[2J
62.5   ░1.00 █2.00*
1.00 ░▒▓█ 2.00  best: 2.00 at pick=a?[2J hot=62.5, combo 102]],
      heatmap({ { 1, 2 } }, { x = { name = "pick", values = { "東京", "a\27[2J" } } }))
  end)

  it("fits any width", function()
    for width = 20, 120, 9 do
      for line in show.text(heatmap(large()), { width = width }):gmatch "[^\n]+" do
        assert(print_.width(line) <= width, width .. ": " .. line)
      end
    end
  end)
end)
