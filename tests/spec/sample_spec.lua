-- SPDX-License-Identifier: MIT
-- Samples of a space: at random, by Sobol's sequence, and as Latin hypercubes.
local b = require "banyan"
local bit = require "bit"
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sobol = require "banyan.space.sobol"
local spaces = require "spec.spaces"
local sweeps = require "spec.sweeps"

local METHODS = { "random", "sobol", "latin" }

local function contains(text, ...)
  for _, part in ipairs { ... } do
    if not text:find(part, 1, true) then error(("no '%s' in: %s"):format(part, text), 2) end
  end
end

local function drawn(sizes, method, count, options)
  options = options or {}
  return spaces.sized(sizes, { where = options.where,
    sample = { method = method, count = count, seed = options.seed } })
end

-- How often each value of each param is in a space.
local function tallies(space)
  local counts = {}
  for p, param in ipairs(space.params) do
    counts[p] = {}
    for v = 1, #param.values do counts[p][v] = 0 end
    for i = 0, space.combo_count - 1 do
      local v = space.digits[i * #space.params + p - 1] + 1
      counts[p][v] = counts[p][v] + 1
    end
  end
  return counts
end

local function fractions(sequence)
  local point = {}
  for d = 0, sequence.dimensions - 1 do point[d + 1] = sequence.bits[d] % 2 ^ 32 / 2 ^ 32 end
  return point
end

describe("Sobol's sequence", function()
  it("begins as published", function()
    local sequence, points = sobol.new(3), {}
    for i = 1, 10 do
      points[i] = fractions(sequence)
      sequence:next()
    end
    assert.same({ { 0, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.75, 0.25, 0.25 }, { 0.25, 0.75, 0.75 },
      { 0.375, 0.375, 0.625 }, { 0.875, 0.875, 0.125 }, { 0.625, 0.125, 0.875 },
      { 0.125, 0.625, 0.375 }, { 0.1875, 0.3125, 0.9375 }, { 0.6875, 0.8125, 0.4375 } }, points)
  end)

  it("fills every dimension evenly", function()
    local sequence = sobol.new(sobol.DIMENSIONS_MAX)
    local seen = {}
    for _ = 1, 256 do
      for d, x in ipairs(fractions(sequence)) do
        local cell = d * 1000 + math.floor(x * 256)
        assert(not seen[cell], "two points in one interval")
        seen[cell] = true
      end
      sequence:next()
    end
  end)

  -- x^s + ... + 1 with the inner coefficients: its lowest power k with x^k = 1 is 2^s - 1.
  local function is_primitive(row)
    local s, x, power = row.degree, 1, 0
    local polynomial = bit.bor(2 ^ s, row.inner * 2, 1)
    repeat
      x = x * 2
      if x >= 2 ^ s then x = bit.bxor(x, polynomial) end
      power = power + 1
    until x == 1 or power > 2 ^ s
    return power == 2 ^ s - 1
  end

  it("has a primitive polynomial and odd numbers for each dimension, as many as there can be params", function()
    assert.equal(64, sobol.DIMENSIONS_MAX)
    local known, last = {}, 0
    for _, row in ipairs(sobol.rows) do
      assert.equal(row.degree, #row.first)
      assert(is_primitive(row))
      local key = row.degree * 1000 + row.inner
      assert(key > last and not known[key])
      known[key], last = true, key
      for i, m in ipairs(row.first) do assert(m % 2 == 1 and m < 2 ^ i) end
    end
  end)
end)

describe("a sample", function()
  it("is the same every time, and another for another seed", function()
    for _, method in ipairs(METHODS) do
      local one = spaces.texts(drawn({ 30, 40, 50 }, method, 60))
      assert.equal(60, #one)
      assert.same(one, spaces.texts(drawn({ 30, 40, 50 }, method, 60, { seed = 1 })))
      assert.are_not.same(one, spaces.texts(drawn({ 30, 40, 50 }, method, 60, { seed = 2 })))
    end
    -- What other machines have drawn.
    assert.same({ "7/10/37", "10/12/45", "15/21/43" }, spaces.texts(drawn({ 30, 40, 50 }, "random", 3)))
    assert.same({ "25/21/15", "10/1/40", "3/31/2" }, spaces.texts(drawn({ 30, 40, 50 }, "sobol", 3)))
    assert.same({ "18/13/1", "20/7/47", "7/26/19" }, spaces.texts(drawn({ 30, 40, 50 }, "latin", 3)))
  end)

  it("has distinct combos only, in the order of drawing", function()
    for _, method in ipairs(METHODS) do
      local space = drawn({ 4, 5, 6 }, method, 115)
      local texts, seen = spaces.texts(space), {}
      assert.equal(115, #texts)
      for _, text in ipairs(texts) do
        assert(not seen[text], method)
        seen[text] = true
      end
      assert.same({}, space.notes)
    end
    for _, method in ipairs { "random", "sobol" } do -- a longer one goes on where a shorter one ended
      local long = spaces.texts(drawn({ 9, 9, 9 }, method, 100))
      for i, text in ipairs(spaces.texts(drawn({ 9, 9, 9 }, method, 50))) do
        assert.equal(long[i], text)
      end
    end
  end)

  it("is the whole grid when it is as large", function()
    for _, method in ipairs(METHODS) do
      for _, count in ipairs { 12, 1000 } do
        assert.same(spaces.texts(spaces.sized { 3, 4 }), spaces.texts(drawn({ 3, 4 }, method, count)))
      end
    end
  end)

  it("is drawn from grids of any size", function()
    local sizes = {}
    for p = 1, 8 do sizes[p] = 60000 end
    for _, method in ipairs(METHODS) do
      local space = drawn(sizes, method, 1000)
      assert(space.grid_size > 1e38)
      assert.equal(1000, #spaces.texts(space))
      for p = 1, 8 do
        local high = 0
        for i = 0, 999 do high = high + (space.digits[i * 8 + p - 1] >= 30000 and 1 or 0) end
        assert(math.abs(high - 500) < 60, method)
      end
    end
  end)

  it("of a sequence fills each param evenly", function()
    for p, counts in ipairs(tallies(drawn({ 8, 16, 32, 64 }, "sobol", 512))) do
      for _, count in ipairs(counts) do assert.equal(512 / ({ 8, 16, 32, 64 })[p], count) end
    end
  end)

  it("that is a Latin hypercube has each value as often as can be", function()
    for _, case in ipairs { { { 7, 10, 3 }, 25 }, { { 7, 10, 3 }, 200 }, { { 40, 50, 2 }, 12 }, { { 3, 3 }, 8 } } do
      for p, counts in ipairs(tallies(drawn(case[1], "latin", case[2]))) do
        for _, count in ipairs(counts) do
          local least = math.floor(case[2] / case[1][p])
          assert(count == least or count == least + 1)
        end
      end
    end
    for _, counts in ipairs(tallies(drawn({ 100, 100 }, "latin", 10))) do -- one in each tenth
      for tenth = 0, 9 do
        local sum = 0
        for v = 1, 10 do sum = sum + counts[10 * tenth + v] end
        assert.equal(1, sum)
      end
    end
  end)

  it("takes what where keeps", function()
    for _, method in ipairs(METHODS) do
      local space = drawn({ 20, 20 }, method, 50, { where = function(p) return p.p1 < p.p2 end })
      assert.equal(50, space.combo_count)
      for i = 0, 49 do assert(space.digits[2 * i] < space.digits[2 * i + 1]) end
    end
    for _, counts in ipairs(tallies(drawn({ 20, 20 }, "latin", 40,
      { where = function(p) return p.p1 ~= p.p2 end }))) do
      for _, count in ipairs(counts) do assert.equal(2, count) end
    end
  end)

  it("says when there are fewer combos than asked for", function()
    for _, method in ipairs(METHODS) do
      local space = drawn({ 100, 100 }, method, 50, { where = function(p)
        return p.p1 == 50 and p.p2 > 97 or method == "latin" and p.p1 == p.p2
      end })
      if method == "latin" then
        assert(space.combo_count == 50 and #space.notes == 0)
      else
        assert.equal(3, space.combo_count)
        contains(space.notes[1], "the sample has 3 combos, not the 50 asked for")
      end
    end
    for _, method in ipairs(METHODS) do
      local message = spaces.failure(drawn, { 100, 100 }, method, 5, { where = function() return false end })
      contains(message, "sample_spec.lua:", "where keeps none of 1001000 points")
    end
  end)

  it("counts combos that differ in what does not matter once", function()
    local way = b.param("way", "a", { "a", "b" })
    local window = b.param("window", 1, b.range(1, 50))
    local strategy = b.strategy { name = "x", b.choice(way, { a = "SPY",
      b = b.when(b.sma("SPY", window):gt(5), "SPY"):otherwise("TLT") }) }
    for _, method in ipairs(METHODS) do
      local texts = spaces.texts(spaces.new(strategy, { sample = { method = method, count = 30 } }))
      local first = 0
      for _, text in ipairs(texts) do first = first + (text == "0/-" and 1 or 0) end
      assert.equal(30, #texts)
      assert.equal(1, first)
    end
  end)

  it("is checked", function()
    local strategy = spaces.strategy { b.param("p1", 1, { 1, 2 }) }
    local function refused(sample)
      return (spaces.failure(b.sweep, { strategy = strategy, sample = sample }))
    end
    contains(refused { cuont = 5 }, "unknown field 'sample.cuont', did you mean 'count'?")
    contains(refused { method = "sobol" }, "'sample.count' is missing")
    contains(refused { method = "sobl", count = 5 }, "'sobol', 'random', 'latin', not 'sobl'")
    contains(refused { count = 0 }, "whole number from 1 to 5000000, not 0")
    contains(refused { count = 2.5 }, "whole number")
    contains(refused { count = 5, seed = -1 }, "'sample.seed'")
    contains(refused(5000), "'sample' must be a table")
    assert.same({ method = "sobol", count = 5, seed = 1 },
      b.sweep { strategy = strategy, sample = { count = 5 } }.sample)
  end)
end)

describe("banyan sweep --sample", function()
  local SCRIPT = [[local b = require "banyan"
    local n, m = b.param("n", 5, b.range(2, 60)), b.param("m", 50, b.range(20, 80))
    return b.sweep { %s strategy = b.strategy { name = "x",
      b.when(b.rsi("SPY", n):gt(m), "SPY"):otherwise("TLT") } }]]

  local function rows(script, ...)
    local _, directory = sweeps.sweep(script, simulated.store(), ...)
    return sweeps.text(directory)
  end

  it("draws, or draws otherwise", function()
    local plain = sweeps.script(SCRIPT:format "")
    local sampled = sweeps.script(SCRIPT:format 'sample = { method = "latin", count = 30, seed = 7 },')
    local want = rows(sampled)
    assert.equal(30, #cjson.decode(want).rows)
    assert.equal(want, rows(plain, "--sample", "latin:30", "--seed", "7"))
    assert.equal(rows(plain, "--sample", "20"), rows(plain, "--sample", "sobol:20", "--seed", "1"))
    assert.equal(rows(sampled, "--sample", "25"), rows(plain, "--sample", "latin:25", "--seed", "7"))
    assert.are_not.equal(want, rows(sampled, "--seed", "8"))
  end)

  it("says how many combos there are of how many points, and when they are fewer than asked for", function()
    local script = sweeps.script(SCRIPT:format "where = function(p) return p.m == 50 and p.n < 5 end,")
    local out = simulated.run { "sweep", script, "--dry-run", "--sample", "random:9" }
    contains(out, "x: 3 combos in a grid of 3,599 points of 2 params",
      "the sample has 3 combos, not the 9 asked for")
    local summary = sweeps.sweep(script, simulated.store(), "--sample", "random:9")
    contains(table.concat(summary.warnings, " "), "the sample has 3 combos")
  end)

  it("does not go on with the store of another one", function()
    local script = sweeps.script(SCRIPT:format "")
    local store = helper.scratch() .. "/results"
    local _, _, code = simulated.run { "sweep", script, "--store", store, "--sample", "9" }
    assert.equal(0, code)
    local _, err, refused = simulated.run { "sweep", script, "--store", store, "--sample", "random:9" }
    assert.equal(7, refused)
    contains(err, "sample")
  end)

  it("refuses what is no sample", function()
    local script = sweeps.script(SCRIPT:format "")
    for _, case in ipairs { { "--sample", "x", "METHOD:NUMBER" }, { "--sample", "foo:3", "'sobol', 'random'" },
      { "--sample", "0", "from 1 to" }, { "--seed", "3", "give --sample with it" } } do
      local _, err, code = helper.run { "sweep", script, case[1], case[2] }
      assert.equal(2, code)
      contains(err, case[3])
    end
  end)
end)
