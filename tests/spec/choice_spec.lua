-- SPDX-License-Identifier: MIT
-- Sub-trees that a param chooses: each combo is the strategy with that sub-tree in place.
local cjson = require "cjson"
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local CASES = {
  calm = "b.equal { 'SPY', 'TLT' }",
  trend = "b.when(b.close('SPY'):gt(b.sma('SPY', 200)), 'SPY'):otherwise('TLT')",
  best = "b.top(1, b.cumulative_return(20), { 'SPY', 'TLT' })",
}

local SCRIPT = ([[
local b = require "banyan"
local way = b.param("way", "calm", { "calm", "trend", "best" })
local share = b.param("share", 0.5, { 0.25, 0.5 })
return b.strategy { name = "x", b.group("outer", b.weighted {
  { share, b.choice(way, { calm = %s, trend = %s, best = %s }) }, { 1 - share, "GLD" } }) }
]]):format(CASES.calm, CASES.trend, CASES.best)

describe("a choice", function()
  it("is the case that the param names, from the day on that it can be", function()
    local script = sweeps.script(SCRIPT)
    for name, node in pairs(CASES) do
      local plain = runs.of(("b.weighted { { 0.25, %s }, { 0.75, 'GLD' } }"):format(node))
      runs.same(plain, runs.of_script(script, "-p", "way=" .. name, "-p", "share=0.25"))
    end
  end)

  it("is swept", function()
    local script = sweeps.script(SCRIPT)
    local _, directory = sweeps.sweep(script, simulated.store())
    local rows = sweeps.rows(directory)
    assert.equal(6, #rows)
    for _, row in ipairs(rows) do
      local out = simulated.run { "run", script, "--json", "-p", "way=" .. row.params.way, "-p",
        "share=" .. row.params.share }
      helper.same_metrics(row.metrics, cjson.decode(out).metrics)
    end
  end)

  it("is told by a dry run and a tree", function()
    local script = sweeps.script(SCRIPT)
    local out = simulated.run { "sweep", script, "--dry-run", "-v" }
    for _, text in ipairs { "way sets the choice in 1 place:\n  outer/weighted/choice\n",
      "share sets the weight in 2 places:\n  outer/weighted/choice\n  outer/weighted/GLD\n" } do
      assert.truthy(out:find(text, 1, true), out)
    end
    out = simulated.run { "tree", script }
    assert.truthy(out:find("    choice by $way\n    case calm\n      equal\n", 1, true), out)
  end)

  it("can be of numbers, and of the param's arithmetic", function()
    local script = sweeps.script [[
local b = require "banyan"
local n = b.param("n", 1, { 1, 2 })
return b.strategy { name = "x", b.equal { b.choice(n, { "SPY", "TLT" }),
  b.choice(n * 2, { [2] = "SPY", [4] = "TLT" }) } }]]
    runs.holds(runs.of_script(script), function() return { SPY = 1 } end)
    runs.holds(runs.of_script(script, "-p", "n=2"), function() return { TLT = 1 } end)
  end)

  it("has exactly the cases of its param", function()
    local function refused(wanted, cases, words, ...)
      local script = sweeps.script('local b = require "banyan"\nlocal p = b.param("p", "a", { "a", "b" })\n'
        .. "return b.strategy { name = 'x', b.choice(" .. cases .. ") }")
      local out, err, code = simulated.run { "run", script, unpack(words) }
      assert.same({ "", wanted }, { out, code }, err)
      for _, part in ipairs { ... } do assert.truthy(err:find(part, 1, true), err) end
    end
    refused(3, "p, { a = 'SPY' }", {}, "choice: the param p can be b, and there is no such case")
    refused(3, "p, { a = 'SPY', b = 'TLT', c = 'GLD' }", {},
      "choice: the param p is never c; add it to its values or take the case out")
    refused(3, "'a', { a = 'SPY' }", {}, "choice takes a param and a table")
    refused(3, "p, { a = 'SPY', b = 'TLT' }", { "-p", "p=c" },
      "x: at choice: there is no case for 'c'; there are a, b")
  end)
end)
