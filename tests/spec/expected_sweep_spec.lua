-- SPDX-License-Identifier: MIT
-- Sweeps of foreign trees of thousands of nodes give, combo by combo, what an independent evaluator
-- got.
local cjson = require "cjson"
local helper = require "spec.helper"
local shared = require "spec.shared"
local sweeps = require "spec.sweeps"

local TOLERANCE = 1e-9

if not shared.present() then
  describe("sweeps on real prices", function()
    it("are compared with", function() pending(shared.absent) end)
  end)
  return
end

-- A path as text in a script; scripts lie elsewhere, so it has to be a whole one.
local function absolute(path)
  local pipe = assert(io.popen("realpath " .. helper.quote(path)))
  local text = pipe:read "*l"
  pipe:close()
  return text
end

local function quoted_list(list)
  return '{ "' .. table.concat(list, '", "') .. '" }'
end

-- Every metric of a row is, to the last bit, that of a run with its params.
local function same_as_run(script, row, store, words)
  local line = { "run", script, "--json", "--data", store, unpack(words) }
  for name, value in pairs(row.params) do
    line[#line + 1] = "-p"
    line[#line + 1] = ("%s=%.17g"):format(name, value)
  end
  local out, err, code = helper.run(line)
  assert(code == 0, err)
  helper.same_metrics(row.metrics, cjson.decode(out).metrics)
end

local ANANSI = [[
local b = require "banyan"
local t = b.import "%s"
t:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, { 5, 8, 10, 12, 14 })
t:select { indicator = "rsi", comparator = "lt", threshold = 30 }
  :shift("threshold", "rsi_lt_30_shift", 0, { -2.5, 0, 2.5 })
t:select { indicator = "sma", window = 30 }:param("window", "ma_window", 30, { 20, 30, 40, 60 })
return b.sweep { strategy = t, from = "2012-01-03", to = "2020-12-11", rank = "sharpe" }
]]

describe("the sweep of anansi", function()
  local expected = shared.json(shared.folder .. "/strategies/expected/sweep_anansi.json")
  local script = sweeps.script(ANANSI:format(absolute(shared.strategy "anansi")))
  local store, directory

  local function key(params)
    return ("%g %g %g"):format(params.rsi_window, params.rsi_lt_30_shift, params.ma_window)
  end

  local function compare(block, ...)
    local summary
    summary, directory = sweeps.sweep(script, store, ...)
    assert.same({ 60, 60 }, { summary.combos, summary.done })
    local rows = sweeps.rows_by(directory, key)
    assert.equal(30, #expected.combos)
    for _, combo in ipairs(expected.combos) do
      local row = assert(rows[key(combo.params)], key(combo.params))
      shared.same_metrics(combo[block], row.metrics, TOLERANCE, key(combo.params))
    end
  end

  it("has its prices", function()
    store = shared.import(shared.folder .. "/data/us_daily_adjusted")
  end)

  it("gives the expected metrics", function() compare "metrics" end)

  it("replaces as many fields as expected", function()
    local out, err, code = helper.run { "sweep", script, "--data", store, "--dry-run", "-v" }
    assert(code == 0, err)
    for _, param in ipairs(expected.parameters) do
      assert.truthy(out:find(("%s sets the %%w+ in %d places"):format(param.name,
        param.fields_replaced)), param.name .. " in:\n" .. out)
    end
  end)

  it("gives the same on one thread and on three", function()
    local text = sweeps.text(directory)
    for _, threads in ipairs { "1", "3" } do
      local _, other = sweeps.sweep(script, store, "-j", threads)
      assert.equal(text, sweeps.text(other))
    end
  end)

  it("gives what a run gives", function()
    local rows = sweeps.rows(directory)
    for _, place in ipairs { 1, 23, 60 } do
      same_as_run(script, rows[place], store, { "--from", "2012-01-03", "--to", "2020-12-11" })
    end
  end)

  it("gives the expected metrics after slippage", function()
    compare("metrics_slippage_0.0001", "--slippage", "0.0001")
  end)
end)

local BENCH = [[
local b = require "banyan"
local t = b.import "%s"
t:select { id = %s }
  :param("window", "rsi_window", 10, b.range(5, 40))
  :param("threshold", "threshold", 70, b.range(60, 80))
t:select { id = %s }:param("right.window", "average_window", 100, b.range(10, 200, 10))
return b.sweep { strategy = t, from = "2016-02-26", to = "2020-12-25", rank = "sharpe" }
]]

describe("the sweep of the bench tree", function()
  local folder = shared.folder .. "/bench"
  local ids = shared.json(folder .. "/sweep.json")
  local script = sweeps.script(BENCH:format(absolute(folder .. "/tree.json"),
    quoted_list(ids.rsi_gates), quoted_list(ids.average_gates)))
  local store, directory

  local function key(params)
    return ("%g,%g,%g"):format(params.rsi_window, params.threshold, params.average_window)
  end

  it("gives 15,120 combos, the same on one thread and on three", function()
    store = shared.import(folder .. "/prices")
    local summary
    summary, directory = sweeps.sweep(script, store, "-j", "3")
    assert.equal(15120, summary.done)
    local _, other = sweeps.sweep(script, store, "-j", "1")
    assert(sweeps.text(directory) == sweeps.text(other), "one thread and three differ")
  end)

  it("gives the expected metrics", function()
    local rows, compared = sweeps.rows_by(directory, key), 0
    local text = assert(helper.read(folder .. "/expected_sweep.csv"))
    for line, total, drawdown in text:gmatch "\n(%d+,%d+,%d+),([^,\n]+),([^,\n]+)" do
      local metrics = assert(rows[line], line).metrics
      shared.near(tonumber(total), metrics.total_return, TOLERANCE, line .. ": total return")
      shared.near(tonumber(drawdown), metrics.max_drawdown, TOLERANCE, line .. ": max drawdown")
      compared = compared + 1
    end
    assert.equal(3780, compared)
  end)

  it("gives what a run gives", function()
    local rows = sweeps.rows(directory)
    for _, place in ipairs { 1, 7777, 15120 } do
      same_as_run(script, rows[place], store, { "--from", "2016-02-26", "--to", "2020-12-25" })
    end
  end)
end)
