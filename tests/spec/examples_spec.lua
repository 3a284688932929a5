-- SPDX-License-Identifier: MIT
-- Every example runs, on the simulated market, and is short.
local helper = require "spec.helper"
local json = require "banyan.json"
local simulated = require "spec.simulated"

local function sweep(file)
  local store = helper.scratch() .. "/results"
  local out, err, code = simulated.run { "sweep", "examples/" .. file, "--store", store, "--json" }
  assert.equal(0, code, err)
  return json.decode(out, file)
end

describe("examples", function()
  it("are under 40 lines", function()
    for _, file in ipairs(simulated.lua_files "examples") do
      local _, lines = helper.read("examples/" .. file):gsub("\n", "")
      assert(lines < 40, file)
    end
  end)

  it("demo_plan.lua fills a store, and finds it full the next time", function()
    local out, err, code = simulated.run { "backfill", "examples/demo_plan.lua", "--json" }
    assert.equal(0, code, err)
    local summary = json.decode(out, "backfill")
    assert.equal("sim/all", summary.dataset)
    assert.same({ 0, 0, 0 }, { summary.bars, summary.added, summary.failed })
    local estimate = json.decode((simulated.run { "backfill", "examples/demo_plan.lua", "--dry-run", "--json" }),
      "estimate").estimate
    assert.same({ 19, 19, 19 * 2517 }, { estimate.series, estimate.complete, estimate.stored_bars })
  end)

  it("backfill_plan.lua is priced without a key", function()
    local out, err, code = simulated.run { "backfill", "examples/backfill_plan.lua", "--dry-run", "--json" }
    assert.equal(0, code, err)
    local plan = json.decode(out, "plan")
    assert.same({ "alpaca/sip/all", 8, 0 }, { plan.dataset, #plan.symbols, plan.estimate.complete })
    assert(plan.estimate.requests > 20)
  end)

  it("demo_sweep.lua runs at least 20,000 combos", function()
    local summary = sweep "demo_sweep.lua"
    assert.equal(26 * 31 * 26, summary.done)
    assert(summary.best.metrics.sharpe > 0.5)
  end)

  it("search_sweep.lua finds more than chance", function()
    local found = sweep "search_sweep.lua"
    assert.same({ 600, 600 }, { found.combos, found.done })
    local text, count = helper.read "examples/search_sweep.lua":gsub("search = %b{}",
      'sample = { method = "random", count = 600 }')
    assert.equal(1, count)
    local script = helper.write(helper.scratch() .. "/sample.lua", text)
    local out, err, code = simulated.run { "sweep", script, "--json" }
    assert.equal(0, code, err)
    assert(found.best.metrics.sharpe > json.decode(out, "sweep").best.metrics.sharpe)
  end)

  it("import_and_select.lua sweeps a foreign tree", function()
    assert.equal(16 * 21 * 4, sweep("import_and_select.lua").done)
  end)

  it("custom_indicator.lua sweeps an indicator of its own", function()
    assert.equal(10 * 4, sweep("custom_indicator.lua").done)
  end)
end)
