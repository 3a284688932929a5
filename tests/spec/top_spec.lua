-- SPDX-License-Identifier: MIT
-- banyan top, end to end.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local combos_of = require "banyan.results.combos"
local helper = require "spec.helper"
local ranking_of = require "banyan.results.ranking"
local read_sweeps = require "spec.read_sweeps"
local results_of = require "banyan.results"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

describe("banyan top", function()
  local store = read_sweeps.store(read_sweeps.MODES)

  local function top(...)
    local out, err, code = helper.run { "top", store, "-n", "1000", "--json", ... }
    assert.same({ "", 0 }, { err, code })
    return cjson.decode(out)
  end

  local function combos(...)
    local list = {}
    for i, row in ipairs(top(...).rows) do list[i] = row.combo end
    return list
  end

  local all = top().rows
  local by_combo = {}
  for _, row in ipairs(all) do by_combo[row.combo] = row end

  it("ranks by the sweep's own metric, and leaves out what has failed", function()
    assert.equal(19, #all)
    assert.equal(25, top().combos)
    for i = 2, #all do assert.is_true(all[i - 1].metrics.calmar >= all[i].metrics.calmar) end
    local text = helper.run { "top", store }
    has(text, 'Calm, "wild": 25 combos, 19 distinct behaviours, by calmar\n')
    has(text, "SIMULATED")
    has(text, "\nluck: ")
  end)

  it("ranks by an expression, turned around or not", function()
    local rows = top("--by", "metrics.sharpe / abs(max_drawdown) - w / 10").rows
    assert.equal(18, #rows) -- w does not matter to one
    for i, row in ipairs(rows) do
      local value = row.metrics.sharpe / math.abs(row.metrics.max_drawdown) - row.params.w / 10
      assert.equal(value, row.value)
      assert.is_true(i == 1 or rows[i - 1].value >= value)
    end
    local forth, back = combos("--by", "cagr"), combos("--by", "cagr", "--ascending")
    for i, combo in ipairs(forth) do assert.equal(combo, back[#back + 1 - i]) end
  end)

  it("keeps", function()
    local kept = combos("--keep", "max_drawdown > -0.4 and trades > 50", "--keep", "Mode == 'GLD'")
    assert.is_true(#kept > 1)
    for _, row in ipairs(all) do
      local holds = row.metrics.max_drawdown > -0.4 and row.metrics.trades > 50 and row.params.Mode == "GLD"
      local found = false
      for _, combo in ipairs(kept) do found = found or combo == row.combo end
      assert.equal(holds, found)
    end
    local text = helper.run { "top", store, "--keep", "cagr > 10" }
    has(text, "0 kept, by calmar\n")
    has(text, "no combo is kept\n")
  end)

  it("finds the front", function()
    local front = combos("--pareto", "cagr,max_drawdown")
    assert.is_true(#front > 1)
    for _, row in ipairs(all) do
      local dominated = false
      for _, other in ipairs(all) do
        local a, b = row.metrics, other.metrics
        dominated = dominated or b.cagr >= a.cagr and b.max_drawdown >= a.max_drawdown
          and (b.cagr > a.cagr or b.max_drawdown > a.max_drawdown)
      end
      local found = false
      for _, combo in ipairs(front) do found = found or combo == row.combo end
      assert.equal(not dominated, found)
    end
    has((helper.run { "top", store, "--pareto", "cagr, max_drawdown" }),
      ("%d on the front of cagr, max drawdown"):format(#front))
  end)

  it("shows neighbours", function()
    local row
    for _, each in ipairs(top("--plateau").rows) do row = each.combo == 12 and each or row end
    assert.same({ "wild", 10, 80, "TLT" }, { row.params.mode, row.params.w, row.params.sharpe, row.params.Mode })
    local around = { by_combo[6].metrics.calmar, by_combo[24].metrics.calmar, by_combo[10].metrics.calmar }
    table.sort(around)
    assert.same({ neighbours = 3, median = around[2], worst = around[1] }, row.plateau)
    assert.equal(12, top("--by", "plateau_worst", "--keep", "combo == 12").rows[1].combo)
    assert.equal(around[1], top("--by", "plateau_worst", "--keep", "combo == 12").rows[1].value)
  end)

  it("writes null where a param does not matter", function()
    assert.equal("calm", by_combo[1].params.mode)
    assert.equal(cjson.null, by_combo[1].params.w)
    has((helper.run { "top", store }), "calm   -       -     -\n")
  end)
end)

describe("banyan top", function()
  it("shows combos of one behaviour once", function()
    local store = read_sweeps.store [[
      local b = require "banyan"
      return b.sweep { strategy = b.strategy { name = "same",
        b.when(b.close("SPY"):gt(b.param("level", 1, { 1, 2, 1e6, 3, 2e6 })), "SPY"):otherwise("TLT") } }]]
    local out = cjson.decode((helper.run { "top", store, "--json", "--distinct" }))
    assert.equal(2, out.behaviours)
    local shared = {}
    for i, row in ipairs(out.rows) do shared[i] = row.combo .. ": " .. row.shared_by end
    table.sort(shared)
    assert.same({ "1: 3", "3: 2" }, shared)
    has((helper.run { "top", store }), "same: 5 combos, 2 distinct behaviours, by sharpe\n")
  end)
end)

describe("what a ranking reads", function()
  local function with_store(f)
    local results = results_of.open(read_sweeps.store(read_sweeps.MODES))
    f(results, combos_of.new(results))
    results:close()
  end

  local function equal(a, b) return a == b or a ~= a and b ~= b end

  it("is columns, which have what the rows have", function()
    with_store(function(results)
      local columns, behaviours, counts = {}, results:all_behaviours()
      for m = 1, #results_of.METRICS do columns[m] = results:column(m - 1) end
      assert.is_nil(rawget(results, "rows"))
      for i = 0, results.combo_count - 1 do
        local row = results.rows[i]
        assert.equal(row.return_count, counts[i])
        assert.is_true(row.return_count >= 0 and row.behaviour == behaviours[i] or behaviours[i] == 0)
        for m, column in ipairs(columns) do
          assert.is_true(equal(column[i], row.return_count >= 0 and row.metric[m - 1] or 0 / 0))
        end
      end
    end)
  end)

  it("is the same from rows that are there", function()
    local read = {}
    with_store(function(results) read = { results:column(3), results:all_behaviours() } end)
    with_store(function(results)
      local count = results.rows and results.combo_count
      assert.equal(25, count)
      local from_rows = { results:column(3), results:all_behaviours() }
      for k, column in ipairs(from_rows) do
        for i = 0, count - 1 do assert.is_true(equal(column[i], read[k][i])) end
      end
    end)
  end)

  it("is no whole rows, whatever ranks", function()
    with_store(function(results, combos)
      for _, options in ipairs { { number = 3 }, { by = "cagr / volatility", keep = { "calmar > 0 or trades > 3" } },
        { pareto = "cagr,max_drawdown", distinct = true }, { by = "plateau_worst" } } do
        assert.is_true(ranking_of.new(combos, options).count > 0)
      end
      assert.is_nil(rawget(results, "rows"))
      assert.is_nil(rawget(combos, "rows"))
    end)
  end)
end)

describe("banyan top refuses", function()
  local store = read_sweeps.store(read_sweeps.MODES)

  local function refused(code, message, ...)
    local out, err, exit_code = helper.run { "top", ... }
    assert.same({ "", code }, { out, exit_code })
    has(err, message)
  end

  it("wrong expressions", function()
    refused(2, "expression 'cagr >', column 7: a value is missing", store, "--keep", "cagr >")
    refused(2, "did you mean 'calmar'?", store, "--by", "camlar")
    refused(2, "this is a number, and a comparison is wanted", store, "--keep", "cagr")
    refused(2, "--pareto takes two or three metrics", store, "--pareto", "cagr")
    refused(2, "--number wants a whole number from 1", store, "-n", "0")
  end)

  it("what is no store", function()
    refused(4, "there is none; `banyan sweep SWEEP.lua --store ", helper.scratch() .. "/nothing")
    refused(7, "what its sweep leaves is the folder strategies/tqqq_ftlt.sweep", "strategies/tqqq_ftlt.lua")
    local folder = helper.scratch()
    helper.write(folder .. "/data.mdb", ("x"):rep(8192))
    refused(4, folder, folder)
  end)

  it("nothing of a store without results", function()
    local out, err, code = helper.run { "top", read_sweeps.empty(), "--plateau", "--distinct" }
    assert.same({ "", 0 }, { err, code })
    assert.equal("e: 0 combos, 0 distinct behaviours, by sharpe\nno combo has a value to rank by\n", out)
  end)

  it("to go on when nobody reads", function()
    local line = helper.command { "top", store, "-n", "1000", "--json" }
    local _, err = helper.shell(("{ %s; echo $? >&2; } | true"):format(line:gsub("env ", "sleep 1; env ", 1)))
    assert.equal("141\n", err)
  end)
end)
