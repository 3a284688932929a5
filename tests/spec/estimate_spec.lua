-- SPDX-License-Identifier: MIT
-- What a sweep is expected to take.
local b = require "banyan"
local estimate = require "banyan.sweep.estimate"
local helper = require "spec.helper"
local json = require "banyan.json"
local prepare = require "banyan.prepare"
local simulated = require "spec.simulated"
local sweep_of = require "banyan.sweep"

local function estimated(sweep)
  local at, space, settings = sweep_of.prepare(sweep, { data = simulated.store(), threads = 2 })
  local result = estimate.of(at, space, settings)
  prepare.close(at)
  return result
end

local function averages(from, to)
  local n = b.param("n", from, b.range(from, to))
  return b.strategy { name = "x", b.when(b.close("SPY"):gt(b.sma("SPY", n)),
    b.choice(b.param("refuge", 1, { 1, 2 }), { "TLT", "GLD" })):otherwise "BIL" }
end

describe("an estimate", function()
  it("of a small sweep has evaluated all of it", function()
    local got = estimated(b.sweep { strategy = averages(20, 24) })
    assert.same({ 10, 10, 10, 1 }, { got.combos, got.grid_size, got.tried, got.distinct_conditions })
    assert(got.seconds > 0 and got.seconds < 60)
    assert(got.memory_bytes > 1e6 and got.memory_bytes < 1e12)
  end)

  it("counts what is to be evaluated: each part once under its own params", function()
    -- SPY, TLT, GLD, BIL or their like once; the choice twice; the condition 5 times, what it decides 10 times.
    local got = estimated(b.sweep { strategy = averages(20, 24) })
    local fixed = got.distinct_nodes - 2
    assert.equal(fixed + 2 + 5 + 10, got.evaluations)
  end)

  it("of a large sweep does not wait for its end", function()
    local one, two = b.param("one", 2, b.range(2, 400)), b.param("two", 2, b.range(2, 400))
    local strategy = b.strategy { name = "x", b.when(b.rsi("QQQ", one):gt(b.rsi("SPY", two)), "QQQ")
      :otherwise(b.top(1, b.cumulative_return(two), { "SPY", "TLT", "GLD" })) }
    local got = estimated(b.sweep { strategy = strategy, where = function(p) return p.one < p.two end })
    assert.same({ 399 * 398 / 2, 399 * 399 }, { got.combos, got.grid_size })
    assert(got.tried > 0 and got.tried <= got.combos)
    assert(got.seconds > 0 and got.evaluations > got.combos)
  end)

  it("stands in a dry run, with the first places of each param, and with -v all", function()
    local script = helper.write(helper.scratch() .. "/many.lua", [[
local b = require "banyan"
local w = b.param("window", 10, b.range(5, 9))
local gates = {}
for i = 1, 7 do gates[i] = b.group("gate " .. i, b.when(b.rsi("SPY", w):gt(i), "SPY"):otherwise "BIL") end
return b.sweep { strategy = b.strategy { name = "Gates", b.equal(gates) } }
]])
    local out, err, code = simulated.run { "sweep", script, "--dry-run" }
    assert.same({ "", 0 }, { err, code })
    for _, text in ipairs { "Gates: 5 combos of 1 param\n  window  5 values  5 to 9\n", "29 nodes as written, ",
      "\nexpected: about ", " on ", " of memory or more; 5 combos were tried to know that\n",
      "window sets the window in 7 places:\n",
      "gate 3/if\n  and 4 more, which -v shows\n" } do
      assert.truthy(out:find(text, 1, true), text .. "\n" .. out)
    end
    local all = simulated.run { "sweep", script, "--dry-run", "-v" }
    assert.equal(7, select(2, all:gsub("\n  [^\n]*gate %d/if", "")))
    local facts = json.decode((simulated.run { "sweep", script, "--dry-run", "--json" }), "dry run")
    assert.same({ "Gates", 5, 5, 29, 5, "window", 7 }, { facts.strategy, facts.combos, facts.grid_points,
      facts.nodes, facts.tried, facts.sets[1].param, #facts.sets[1].places })
    assert(facts.expected_seconds > 0 and facts.distinct_nodes > 0)
  end)

  it("of a search tries combos at random", function()
    local script = helper.write(helper.scratch() .. "/search.lua", [[
local b = require "banyan"
local w, n = b.param("window", 10, b.range(5, 90)), b.param("n", 10, b.range(5, 90))
return b.sweep { search = { method = "tpe", count = 400 }, strategy = b.strategy { name = "Sought",
  b.when(b.rsi("SPY", w):gt(b.rsi("QQQ", n)), "SPY"):otherwise "BIL" } }
]])
    local out, err, code = simulated.run { "sweep", script, "--dry-run" }
    assert.same({ "", 0 }, { err, code })
    assert.truthy(out:find "\nexpected: about [^\n]*; %d+ combos were tried to know that\n", out)
  end)
end)
