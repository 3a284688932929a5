-- SPDX-License-Identifier: MIT
-- Rankings, fronts, neighbours and behaviours, against what plain loops find.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local ffi = require "ffi"
local made = require "spec.made_results"
local failures = require "spec.failures"
local pareto = require "banyan.results.pareto"
local ranking_of = require "banyan.results.ranking"

local NAN = 0 / 0

local function shown(ranking)
  local list = {}
  for k = 0, ranking.count - 1 do list[k + 1] = ranking.order[k] + 1 end
  return list
end

local FAST = { name = "fast", values = { 5, 10, 20 }, default = 10 }

describe("a ranking", function()
  local combos = made.combos({ FAST }, {
    { digits = { 0 }, sharpe = 1, volatility = 0.3, behaviour = 7 },
    { digits = { 1 }, sharpe = 2, volatility = 0.2, behaviour = 8 },
    { digits = { 2 }, sharpe = 2, volatility = 0.1, behaviour = 7 },
    { digits = { 0 }, sharpe = NAN, volatility = 0.4, behaviour = 9 },
    { digits = { 1 }, failed = true },
    { digits = { 2 }, missing = true },
  }, "sharpe")

  it("goes by the metric's own direction, ties by number, and leaves out what has no value", function()
    assert.same({ 2, 3, 1 }, shown(ranking_of.new(combos, {})))
    assert.same({ 3, 2, 1, 4 }, shown(ranking_of.new(combos, { by = "volatility" })))
    assert.same({ 4, 1, 2, 3 }, shown(ranking_of.new(combos, { by = "1 * volatility" })))
    assert.same({ 3, 2, 1, 4 }, shown(ranking_of.new(combos, { by = "1 * volatility", ascending = true })))
    assert.same({ 1, 2, 3 }, shown(ranking_of.new(combos, { ascending = true })))
    assert.same({ 3, 2, 1, 4 }, shown(ranking_of.new(combos, { by = "fast + 1 / combo" })))
    assert.same({}, shown(ranking_of.new(combos, { by = "1 / (combo - combo)" })))
  end)

  it("keeps what all filters keep", function()
    local ranking = ranking_of.new(combos, { keep = { "sharpe > 0", "fast > 5" } })
    assert.same({ 2, 3 }, shown(ranking))
    assert.equal(2, ranking.kept)
    assert.equal(4, ranking_of.new(combos, {}).kept)
  end)

  it("shows a behaviour once", function()
    assert.same({ 2, 3 }, shown(ranking_of.new(combos, { distinct = true })))
    local behaviours = combos:behaviours()
    assert.equal(3, behaviours.distinct)
    assert.equal(2, behaviours.shared[behaviours.first[2]])
    assert.equal(0, behaviours.first[2])
    assert.equal(-1, behaviours.first[4])
  end)

  -- Combos of few values, so that many are equal, some of them undefined, failed or missing.
  local function random_combos(count)
    local list = {}
    for i = 1, count do
      local kind = math.random(12)
      local value = kind == 3 and NAN or kind == 4 and math.huge or kind == 5 and -0.0 or math.random(5) - 3
      list[i] = { digits = { math.random(3) - 1 }, behaviour = math.random(count), failed = kind == 1,
        missing = kind == 2, sharpe = value, volatility = math.random(4), cagr = math.random(6) }
    end
    return made.combos({ FAST }, list, "sharpe")
  end

  it("begins with the same ones when few are asked for", function()
    math.randomseed(5)
    for _, count in ipairs { 0, 1, 7, 90, 700 } do
      local many = random_combos(count)
      for _, options in ipairs { {}, { ascending = true }, { by = "volatility" }, { by = "sharpe * cagr" },
        { distinct = true }, { keep = { "cagr > 2" } }, { pareto = "cagr, sharpe" },
        { distinct = true, by = "cagr", keep = { "fast > 5" } } } do
        local whole = ranking_of.new(many, options)
        for _, number in ipairs { 1, 2.5, 10, 1000 } do
          local few = ranking_of.new(many, setmetatable({ number = number }, { __index = options }))
          assert.same({ whole.count, whole.kept, whole.on_front }, { few.count, few.kept, few.on_front })
          for k = 0, math.min(math.floor(number), whole.count) - 1 do
            assert.equal(whole.order[k], few.order[k])
            assert.equal(whole.values[whole.order[k]], few.values[few.order[k]])
          end
        end
      end
    end
  end)

  it("shows the best of each behaviour, the first of equal ones", function()
    math.randomseed(6)
    local many = random_combos(300)
    local all, first, seen, expected = shown(ranking_of.new(many, {})), many:behaviours().first, {}, {}
    for _, number in ipairs(all) do
      if not seen[first[number - 1]] then expected[#expected + 1] = number end
      seen[first[number - 1]] = true
    end
    assert.same(expected, shown(ranking_of.new(many, { distinct = true })))
  end)

  it("refuses a front of one or four", function()
    for _, text in ipairs { "sharpe", "sharpe, cagr, calmar, sortino" } do
      failures.mentions({ "--pareto takes two or three metrics" }, ranking_of.new, combos, { pareto = text })
    end
    failures.mentions({ "',' or an operator is missing" }, ranking_of.new, combos, { pareto = "sharpe cagr" })
  end)
end)

describe("a front", function()
  -- By the definition, for every pair.
  local function plain_front(points, count)
    local on = {}
    for i = 0, count - 1 do
      local dominated = false
      for j = 0, count - 1 do
        local no_worse, better = true, false
        for _, keys in ipairs(points) do
          no_worse = no_worse and keys[j] >= keys[i]
          better = better or keys[j] > keys[i]
        end
        dominated = dominated or no_worse and better
      end
      if not dominated then on[#on + 1] = i end
    end
    return on
  end

  for _, dimensions in ipairs { 2, 3 } do
    it(("over %d is what nothing dominates"):format(dimensions), function()
      math.randomseed(dimensions)
      for round = 1, 60 do
        local count, spread, keys = math.random(1, 120), ({ 3, 12, 1e9 })[round % 3 + 1], {}
        for k = 1, dimensions do
          keys[k] = ffi.new("double[?]", count)
          for i = 0, count - 1 do keys[k][i] = math.random(0, spread) - spread / 2 end
        end
        local indices = ffi.new("int32_t[?]", count)
        for i = 0, count - 1 do indices[i] = i end
        local found, on = pareto.front(indices, count, keys, count), {}
        for k = 0, found - 1 do on[k + 1] = indices[k] end
        assert.same(plain_front(keys, count), on)
      end
    end)
  end

  it("goes by the directions of its metrics, and is ranked", function()
    local combos = made.combos({ FAST }, {
      { digits = { 0 }, sharpe = 1, volatility = 0.1 },
      { digits = { 1 }, sharpe = 2, volatility = 0.2 },
      { digits = { 2 }, sharpe = 1.5, volatility = 0.3 },
      { digits = { 2 }, sharpe = 2, volatility = NAN },
    }, "sharpe")
    assert.same({ 2, 1 }, shown(ranking_of.new(combos, { pareto = "sharpe,volatility" })))
    assert.same({ 3, 2, 1 }, shown(ranking_of.new(combos, { pareto = "sharpe, 0 - volatility, fast",
      by = "fast" })))
  end)
end)

describe("neighbours", function()
  local function neighbours(combos)
    local list = {}
    for i = 0, combos.count - 1 do
      list[i + 1] = combos:plateau():of(i)
      table.sort(list[i + 1])
    end
    return list
  end

  it("differ by one step in one param that has numbers, by value", function()
    local combos = made.grid({ { name = "a", values = { 20, 5, 10 } }, { name = "t", values = { "x", "y" } } },
      function() return {} end)
    -- 1, 2: 20; 3, 4: 5; 5, 6: 10
    assert.same({ { 5 }, { 6 }, { 5 }, { 6 }, { 1, 3 }, { 2, 4 } }, neighbours(combos))
  end)

  it("are those that have results", function()
    local combos = made.combos({ FAST }, { { digits = { 0 }, failed = true }, { digits = { 1 } },
      { digits = { 2 }, missing = true } })
    assert.same({ {}, {}, {} }, neighbours(combos))
  end)

  it("are found where params do not matter", function()
    local params = { { name = "mode", values = { 0, 1 }, default = 0 },
      { name = "x", values = { 1, 2, 3 }, default = 2 } }
    local combos = made.combos(params, { { digits = { 0 } }, { digits = { 1, 0 } }, { digits = { 1, 1 } },
      { digits = { 1, 2 } } })
    assert.same({ { 3 }, { 1, 3 }, { 1, 2, 4 }, { 1, 3 } }, neighbours(combos))
  end)

  it("are the same as plain loops find, and so are their median and worst", function()
    math.randomseed(3)
    for _ = 1, 20 do
      local params, list, taken = {}, {}, {}
      for p = 1, 3 do params[p] = { name = "p" .. p, values = { 1, 2, 3, 4, 5 }, default = 1 } end
      for _ = 1, 70 do
        local digits = { math.random(0, 4), math.random(0, 4), math.random(0, 4) }
        local key = table.concat(digits, " ")
        if not taken[key] then
          taken[key] = true
          list[#list + 1] = { digits = digits, sharpe = math.random(1, 9), volatility = math.random(1, 9) }
        end
      end
      local combos = made.combos(params, list, "sharpe")
      local worst = combos:evaluate(combos:parse("plateau_worst", "number"))
      local median = combos:evaluate(combos:parse("plateau_median(volatility)", "number"))
      local most = combos:evaluate(combos:parse("plateau_worst(volatility)", "number"))
      local counts = combos:evaluate(combos:parse("neighbours", "number"))
      for i, each in ipairs(list) do
        local sharpes, volatilities = {}, {}
        for _, other in ipairs(list) do
          local far = 0
          for p = 1, 3 do far = far + math.abs(each.digits[p] - other.digits[p]) end
          if far == 1 then
            sharpes[#sharpes + 1], volatilities[#volatilities + 1] = other.sharpe, other.volatility
          end
        end
        table.sort(sharpes)
        table.sort(volatilities)
        local n = #sharpes
        assert.equal(n, counts[i - 1])
        if n > 0 then
          assert.equal(sharpes[1], worst[i - 1])
          assert.equal(volatilities[n], most[i - 1])
          local low, high = volatilities[math.floor((n + 1) / 2)], volatilities[math.ceil((n + 1) / 2)]
          assert.equal((low + high) / 2, median[i - 1])
        else
          assert.is_true(worst[i - 1] ~= worst[i - 1])
        end
      end
    end
  end)

  it("rank by what ranks, or by the sweep's own when that is a plateau", function()
    local combos = made.combos({ FAST }, { { digits = { 0 }, sharpe = 1, cagr = 9 },
      { digits = { 1 }, sharpe = 2, cagr = 8 }, { digits = { 2 }, sharpe = 5, cagr = 4 } }, "sharpe")
    assert.same({ 2, 1, 3 }, shown(ranking_of.new(combos, { by = "plateau_median" })))
    combos = made.combos({ FAST }, { { digits = { 0 }, sharpe = 1, cagr = 9 },
      { digits = { 1 }, sharpe = 2, cagr = 8 }, { digits = { 2 }, sharpe = 5, cagr = 4 } }, "sharpe")
    assert.same({ 1, 3 }, shown(ranking_of.new(combos, { by = "cagr",
      keep = { "plateau_worst > 4" } })))
  end)

  it("take the direction of what they measure", function()
    local function calm(rank)
      return made.combos({ FAST }, { { digits = { 0 }, volatility = 0.3 },
        { digits = { 1 }, volatility = 0.2 }, { digits = { 2 }, volatility = 0.1 } }, rank)
    end
    -- The worst neighbours: 0.2, 0.3, 0.2.
    assert.same({ 1, 3, 2 }, shown(ranking_of.new(calm "volatility", { by = "plateau_worst" })))
    assert.same({ 1, 3, 2 }, shown(ranking_of.new(calm "sharpe", { by = "plateau_worst(volatility)" })))
    assert.same({ 2, 1, 3 }, shown(ranking_of.new(calm "sharpe", { by = "1 * plateau_worst(volatility)" })))
  end)
end)
