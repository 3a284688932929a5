-- SPDX-License-Identifier: MIT
-- Every strategy that ships gives, on the simulated market, the metrics in tests/golden. After a
-- change that is meant to move them: UPDATE_GOLDEN=1 make test, and look at the difference.
local helper = require "spec.helper"
local json = require "banyan.json"
local simulated = require "spec.simulated"

local TOLERANCE = 1e-12

local function run(file)
  local out, err, code = simulated.run { "run", "strategies/" .. file, "--json" }
  assert.equal(0, code, err)
  return json.decode(out, file)
end

local function golden_path(file) return "tests/golden/" .. file:gsub("%.lua$", ".json") end

-- The whole answer but for its times, one member a line, so that a difference reads well.
local function golden_text(result, metric_names)
  local lines = {}
  for i, name in ipairs(metric_names) do
    lines[i] = ('    "%s": %.17g'):format(name, result.metrics[name])
  end
  return ('{\n  "strategy": "%s",\n  "start": "%s",\n  "end": "%s",\n  "days": %d,\n'):format(
    result.strategy, result.start, result["end"], result.days)
    .. '  "metrics": {\n' .. table.concat(lines, ",\n") .. "\n  }\n}\n"
end

local function sorted_names(values)
  local names = {}
  for name in pairs(values) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local function compare(result, golden)
  for _, key in ipairs { "strategy", "start", "end", "days" } do
    assert.equal(golden[key], result[key])
  end
  local names = sorted_names(golden.metrics)
  assert.equal(17, #names)
  for _, name in ipairs(names) do
    local wanted, got = golden.metrics[name], result.metrics[name]
    assert(math.abs(got - wanted) <= TOLERANCE * math.max(1, math.abs(wanted)),
      ("%s is %.17g, not %.17g"):format(name, got, wanted))
  end
end

describe("strategies", function()
  for _, file in ipairs(simulated.lua_files "strategies") do
    it(file .. " has its golden result", function()
      local result = run(file)
      if os.getenv "UPDATE_GOLDEN" then
        helper.write(golden_path(file), golden_text(result, sorted_names(result.metrics)))
      end
      compare(result, json.decode(assert(helper.read(golden_path(file))), golden_path(file)))
    end)
  end

  it("canopy is a tree of at least 300 nodes that holds all 19 tickers", function()
    local out, err, code = simulated.run { "tree", "strategies/canopy.lua", "--json" }
    assert.equal(0, code, err)
    local tree = json.decode(out, "tree")
    assert(tree.nodes >= 300)
    assert.equal(19, #tree.tickers)
  end)
end)
