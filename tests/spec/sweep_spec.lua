-- SPDX-License-Identifier: MIT
-- banyan sweep and banyan top end to end: a sweep that is stopped at any moment goes on to the same
-- results, and a store is never mistaken for another sweep's.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local STRATEGY = [[
local b = require "banyan"
local fast = b.param("fast", 10, b.range(2, 41))
local hot = b.param("hot", 70, b.range(50, 90, 0.25))
return b.strategy {
  name = "Hot and cold",
  b.when(b.rsi("SPY", fast):gt(hot), "BIL"):otherwise(b.when(b.rsi("QQQ", fast):lt(30), "TQQQ")
    :otherwise("SPY")),
}
]]

local SWEEP = [[
local b = require "banyan"
return b.sweep { strategy = require "hot", %s }
]]

local function files(more)
  local folder = helper.scratch()
  helper.write(folder .. "/hot.lua", STRATEGY)
  return helper.write(folder .. "/ranges.lua", SWEEP:format(more or "")), folder .. "/ranges.sweep"
end

local function top_of(store)
  local out, err, code = helper.run { "top", store, "-n", "100000", "--json" }
  assert.same({ "", 0 }, { err, code })
  return (out:gsub('"store": "[^"]*"', '"store": ""'))
end

describe("banyan sweep", function()
  local script, store = files()
  local summary, _, code = simulated.run { "sweep", script, "--json" }
  local whole = top_of(store)

  it("runs every combo into a store beside the script", function()
    assert.equal(0, code)
    summary = cjson.decode(summary)
    assert.equal(40 * 161, summary.combos)
    assert.equal(summary.combos, summary.done)
    assert.is_true(summary.simulated)
    assert.equal(store, summary.store)
    local top = cjson.decode(whole)
    assert.equal(summary.combos, #top.rows)
    assert.same(summary.best.params, top.rows[1].params)
    has((helper.run { "top", store }), "SIMULATED")
  end)

  it("has nothing to do the second time", function()
    local out = simulated.run { "sweep", script }
    has(out, "nothing to do: 6,440 combos were done before\n")
  end)

  it("gives the results of a run, bit for bit", function()
    local best = summary.best
    local run = cjson.decode((simulated.run { "run", script, "--json",
      "-p", ("fast=%.17g"):format(best.params.fast), "-p",
      ("hot=%.17g"):format(best.params.hot) }))
    helper.same_metrics(best.metrics, run.metrics)
  end)

  it("goes on after a kill to the same results", function()
    local again, other = files()
    local line = helper.command { "sweep", again, "-j1", env = { BANYAN_DATA = simulated.store() } }
    for _, stop in ipairs { "0.05; kill -9", "0.15; kill -9", "0.1; kill -TERM" } do
      helper.shell(("%s & p=$!; sleep %s $p; wait $p"):format(line, stop))
    end
    local _, err, last = simulated.run { "sweep", again }
    assert.same({ "", 0 }, { err, last })
    assert.equal(whole, top_of(other))
  end)

  it("leaves the store of another sweep alone", function()
    local out, err, refused = simulated.run { "sweep", script, "-p", "fast=10" }
    assert.same({ "", 7 }, { out, refused })
    has(err, "holds another sweep")
    _, err, refused = simulated.run { "sweep", script, "--store", simulated.store() }
    assert.equal(7, refused)
    has(err, "holds something else")
    assert.equal(whole, top_of(store))
  end)

  it("refuses what cannot be swept", function()
    local _, err, refused = simulated.run { "sweep", (files "rank = 'shrape'") }
    assert.equal(3, refused)
    has(err, "no metric 'shrape'")
    _, err, refused = simulated.run { "sweep", (files "orver = {}") }
    assert.equal(3, refused)
    has(err, "did you mean 'over'?")
    _, _, refused = helper.run { "top", helper.scratch() }
    assert.equal(4, refused)
  end)
end)
