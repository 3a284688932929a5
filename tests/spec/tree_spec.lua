-- SPDX-License-Identifier: MIT
-- The figures of banyan tree, and what a strategy waits for before it can start.
local b = require "banyan"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local json = require "banyan.json"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local start = require "banyan.start"

local FIRST = dates.parse "2020-01-01"

local store

-- OLD has bars on 300 days, NEW from the 101st of them on.
local function small_store()
  if store then return store end
  local folder = helper.scratch()
  for name, first in pairs { OLD = 0, NEW = 100 } do
    local lines = { "date,close" }
    for day = first, 299 do
      lines[#lines + 1] = ("%s,%d"):format(dates.format(FIRST + day * dates.DAY), 100 + day % 7 + day)
    end
    helper.write(folder .. "/" .. name .. ".csv", table.concat(lines, "\n") .. "\n")
  end
  store = helper.scratch() .. "/data"
  local _, err, code = helper.run { "data", "import", folder, "--data", store }
  assert.equal(0, code, err)
  return store
end

local function start_of(node, params)
  return start.of(b.strategy { name = "Starts", node }, { data = small_store(), params = params })
end

local function when(condition) return b.when(condition, "OLD"):otherwise("NEW") end

describe("a strategy waits for", function()
  local window = b.param("window", 150, { 150, 200 })
  local cases = {
    { "the bars of its youngest ticker", b.equal { "OLD", "NEW" }, "NEW", 100 },
    { "the first bar, when a window is shorter", when(b.sma("OLD", 20):gt(1)), "NEW", 100 },
    { "the longest window", when(b.sma("OLD", 150):gt(b.sma("NEW", 10))), "sma(OLD, 150)", 149 },
    { "a window of the youngest", when(b.any { b.sma("OLD", 150):gt(1), b.rsi("NEW", 60):gt(1) }), "rsi(NEW, 60)",
      160 },
    { "a param", when(b.sma("OLD", window):gt(1)), "sma(OLD, 150)", 149 },
    { "earlier days", when(b.sma("OLD", 150):gt(1):for_days(5):days_ago(10)), "sma(OLD, 150)", 163 },
    { "what a filter ranks", b.top(1, b.cumulative_return(60), { "OLD", "NEW" }), "cumulative_return(60) of NEW", 160 },
    { "what weighs", b.equal { b.inverse_vol(30, { "OLD", "NEW" }), "OLD" }, "stdev_return(30) of NEW", 130 },
    { "what mixes", b.mixed(b.sma("NEW", 40), 1, 2, "OLD", "NEW"), "sma(NEW, 40)", 139 },
    { "a branch that is not taken", when(b.close("OLD"):gt(0)), "NEW", 100 },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      local got = start_of(case[2])
      assert.equal(case[3], got.limit)
      assert.equal(dates.format(FIRST + case[4] * dates.DAY), got.date)
    end)
  end

  it("a param that is given", function()
    local got = start_of(when(b.sma("OLD", window):gt(1)), { window = 200 })
    assert.equal("sma(OLD, 200)", got.limit)
    assert.same({ { ticker = "OLD", first = "2020-01-01" } }, got.tickers)
  end)
end)

describe("banyan tree", function()
  local function tree(file, store_folder)
    local out, err, code = helper.run { "tree", file, "--json", "--data", store_folder }
    assert.equal(0, code, err)
    return json.decode(out, file), err
  end

  for _, file in ipairs(simulated.lua_files "strategies") do
    it("names the first session that a run of strategies/" .. file .. " has", function()
      local got = tree("strategies/" .. file, simulated.store())
      local out = simulated.run { "run", "strategies/" .. file, "--json" }
      assert.equal(json.decode(out, file).start, got.first_session.date)
    end)
  end

  it("counts filters", function()
    assert.equal(24, tree("strategies/canopy.lua", simulated.store()).filters)
  end)

  it("says when there are no prices, and prints the rest", function()
    local got, err = tree("strategies/tqqq_ftlt.lua", helper.scratch())
    assert.equal(json.null, got.first_session)
    assert.equal(27, got.nodes)
    assert.truthy(err:find "^the first computable session is not known: no bar store in ")
  end)

  it("takes every real strategy", function()
    if not shared.present() then return pending(shared.absent) end
    local pipe = assert(io.popen("ls " .. shared.folder .. "/strategies/composer/*.json " .. shared.folder
      .. "/strategies/defsymphony/*.clj"))
    for path in pipe:lines() do
      local got = tree(path, helper.scratch())
      assert.truthy(got.nodes >= got.distinct and #got.tickers > 0)
    end
    pipe:close()
  end)
end)
