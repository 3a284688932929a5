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
    assert.equal(19 * 2517, summary.bars)
    assert.equal(0, summary.added)
    assert.equal(19 * 2517, summary.unchanged)
  end)

  it("demo_sweep.lua runs at least 20,000 combos", function()
    local summary = sweep "demo_sweep.lua"
    assert.equal(26 * 31 * 26, summary.done)
    assert(summary.best.metrics.sharpe > 0.5)
  end)

  it("import_and_select.lua sweeps a foreign tree", function()
    assert.equal(16 * 21 * 4, sweep("import_and_select.lua").done)
  end)
end)
