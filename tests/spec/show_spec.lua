-- SPDX-License-Identifier: MIT
-- banyan show: a combo of a sweep is what banyan run computes with its params.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local helper = require "spec.helper"
local read_sweeps = require "spec.read_sweeps"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local STRATEGY = [[
local b = require "banyan"
local w = b.param("w", 10, { 5, 10, 3000 })
local refuge = b.param("refuge", "TLT", { "TLT", "GLD" })
return b.strategy { name = "Shown", b.when(b.rsi("QQQ", w):gt(60), "TQQQ"):otherwise(refuge) }
]]

local folder = helper.scratch()
helper.write(folder .. "/shown.lua", STRATEGY)
local _, store = sweeps.sweep(helper.write(folder .. "/sweep.lua",
  [[local b = require "banyan" return b.sweep { strategy = require "shown", from = "2016-01-04",
    to = "2020-12-31", slippage = 0.001 }]]), simulated.store())

local function show(...)
  return helper.run { "show", store, ... }
end

describe("banyan show", function()
  it("gives what banyan run gives, to the last bit", function()
    local dir = helper.scratch()
    for combo, params in ipairs { { 5, "TLT" }, { 5, "GLD" }, { 10, "TLT" }, { 10, "GLD" } } do
      local out, err, code = show(combo, "--json", "--weights", dir .. "/w", "--equity", dir .. "/e")
      assert.same({ "", 0 }, { err, code })
      local run, run_err = simulated.run { "run", folder .. "/shown.lua", "--json", "--slippage", "0.001",
        "--from", "2016-01-04", "--to", "2020-12-31", "-p", "w=" .. params[1], "-p", "refuge=" .. params[2],
        "--weights", dir .. "/rw", "--equity", dir .. "/re" }
      assert.equal("", run_err)
      local shown, expected = cjson.decode(out), cjson.decode(run)
      assert.equal(combo, shown.combo)
      shown.combo, shown.plateau, shown.same_behaviour = nil, nil, nil
      shown.timing, expected.timing = nil, nil
      assert.same(expected, shown)
      assert.equal(helper.read(dir .. "/rw"), helper.read(dir .. "/w"))
      assert.equal(helper.read(dir .. "/re"), helper.read(dir .. "/e"))
    end
  end)

  it("gives what the store has, of the best, too", function()
    local best = cjson.decode((helper.run { "top", store, "-n", "1", "--json" })).rows[1]
    local shown = cjson.decode((show("best", "--json")))
    assert.equal(best.combo, shown.combo)
    helper.same_metrics(best.metrics, shown.metrics)
    assert.same(best.params, shown.params)
  end)

  it("asks the script for a strategy that cannot be written as Lua", function()
    local dir = helper.scratch()
    local script = helper.write(dir .. "/sweep.lua", [[local b = require "banyan"
      local t = b.strategy { name = "Chosen", b.when(b.close("QQQ"):gt(b.sma("QQQ", 30)), "TQQQ"):otherwise("TLT") }
      t:select { indicator = "sma" }:param("indicator", "p", "sma", { "sma", "ema" })
      return b.sweep { strategy = t, from = "2016-01-04", to = "2020-12-31" }]])
    local _, chosen = sweeps.sweep(script, simulated.store())
    local _, err, code = helper.run { "show", chosen, "2" }
    assert.same({ "", 0 }, { err, code })
    os.remove(script)
    _, err, code = helper.run { "show", chosen, "2" }
    assert.equal(4, code)
    has(err, "its strategy has to be read from " .. script .. ", which is not there")
  end)

  it("prints a tear sheet, neighbours and twins", function()
    local out, err, code = show(1)
    assert.same({ "", 0 }, { err, code })
    has(out, "Shown\ncombo 1 of 6\nSIMULATED")
    has(out, "params: w=5 refuge=TLT\n")
    has(out, "1 neighbour by sharpe: ")
    has(out, "\n  combo 3  w=10  ")
    has(out, "no other combo holds the same on the same days\n")
  end)

  it("says why a combo has failed", function()
    local out, err, code = show(5)
    assert.same({ "", 0 }, { err, code })
    has(out, "params: w=3000 refuge=TLT\nfailed: no session")
    local shown = cjson.decode((show(5, "--json")))
    has(shown.error, "no session")
    assert.equal(cjson.null, shown.metrics.sharpe)
    out, err, code = show(5, "--equity", helper.scratch() .. "/e")
    assert.same({ "", 4 }, { out, code })
    has(err, "combo 5 has nothing to write: no session")
  end)

  it("finds twins", function()
    local same = read_sweeps.store [[
      local b = require "banyan"
      return b.sweep { strategy = b.strategy { name = "same",
        b.when(b.close("SPY"):gt(b.param("level", 1, b.range(1, 30))), "SPY"):otherwise("TLT") } }]]
    local out = helper.run { "show", same, "2" }
    has(out, "29 other combos hold the same on the same days: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11,\n12, 13, 17 more\n")
    assert.equal(29, #cjson.decode((helper.run { "show", same, "2", "--json" })).same_behaviour)
  end)
end)

describe("banyan show refuses", function()
  local function refused(code, message, ...)
    local out, err, exit_code = helper.run { "show", ... }
    assert.same({ "", code }, { out, exit_code })
    has(err, message)
  end

  it("combos that are not there", function()
    for _, combo in ipairs { "0", "7", "99999999999999999999", "x", "1.5", "Best" } do
      refused(2, ("there is no combo '%s'; combos are numbered from 1 to 6"):format(combo), store, combo)
    end
    refused(2, "needs STORE COMBO", store)
    refused(4, "has no results yet", read_sweeps.empty(), "best")
    refused(4, "has no results yet", read_sweeps.empty(), "1")
    refused(4, "there is none", helper.scratch() .. "/nothing", "1")
  end)

  it("files that cannot be written", function()
    refused(2, "cannot write /nowhere/w.csv", store, "1", "--weights", "/nowhere/w.csv")
    refused(6, "No space left", store, "1", "--equity", "/dev/full")
  end)

  it("bars that have changed", function()
    local data = helper.scratch() .. "/data"
    assert(os.execute(("cp -r %s %s"):format(helper.quote(simulated.store()), helper.quote(data))) == 0)
    local csv = helper.write(helper.scratch() .. "/QQQ.csv", "date,close\n2018-06-01,500\n")
    local _, err, code = helper.run { "data", "import", csv, "--dataset", "sim", "--replace",
      env = { BANYAN_DATA = data } }
    assert.equal(0, code, err)
    refused(7, "the bars have changed since the sweep", store, "1", "--data", data)
  end)
end)
