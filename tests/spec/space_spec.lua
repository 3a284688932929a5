-- SPDX-License-Identifier: MIT
-- Spaces: which combos there are, ranges of values, and the function that says which are taken.
local b = require "banyan"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local spaces = require "spec.spaces"
local sweeps = require "spec.sweeps"

local function contains(text, ...)
  for _, part in ipairs { ... } do
    if not text:find(part, 1, true) then error(("no '%s' in: %s"):format(part, text), 2) end
  end
end

describe("a grid", function()
  it("is the nested loop over the params, the last one changing fastest", function()
    local space = spaces.sized { 2, 1, 3 }
    assert.same({ "0/0/0", "0/0/1", "0/0/2", "1/0/0", "1/0/1", "1/0/2" }, spaces.texts(space))
    assert.equal(6, space.grid_size)
  end)

  it("is walked so that one digit moves by one", function()
    local space = spaces.sized { 5, 4, 7 }
    assert.equal(140, space.combo_count)
    for i = 1, 139 do
      local moved = 0
      for p = 0, 2 do
        moved = moved + math.abs(space.digits[i * 3 + p] - space.digits[(i - 1) * 3 + p])
      end
      assert.equal(1, moved)
    end
    assert.equal(140, #spaces.texts(space))
  end)

  it("is the same where a stretch of it is looked at", function()
    for _, sizes in ipairs { { 3 }, { 1, 1 }, { 40, 1, 60 }, { 2, 3, 5, 7, 11, 13 } } do
      local whole = spaces.sized(sizes)
      local params, count = #sizes, whole.combo_count
      for _, cut in ipairs { { 0, 0 }, { 0, count - 1 }, { math.floor(count / 3), math.ceil(count / 2) } } do
        local first, held = cut[1], cut[2]
        local part = spaces.sized(sizes, { stretch = function(of)
          assert.equal(count, of)
          return first, held
        end })
        assert.equal(count, part.combo_count)
        assert.equal(whole.hash, part.hash)
        for i = first, first + held - 1 do
          assert.equal(whole.combos[i], part.combos[i])
          for p = 0, params - 1 do assert.equal(whole.digits[i * params + p], part.digits[i * params + p]) end
        end
      end
    end
  end)

  it("may have no params, or one point", function()
    assert.same({ "" }, spaces.texts(spaces.sized {}))
    assert.same({ "0" }, spaces.texts(spaces.sized { 1 }))
  end)

  it("is refused when it is too large, with a way out", function()
    local message, status = spaces.failure(spaces.sized, { 65535, 65535, 65535, 4000 })
    assert.equal("LIMIT", status)
    contains(message, "1.13e+18 points", "at most 50000000", "sample = { method = \"sobol\"")
    message, status = spaces.failure(spaces.sized, { 2500, 2500 })
    assert.equal("LIMIT", status)
    contains(message, "more than 5000000 combos", "sample =")
    assert.equal(65535 ^ 2, spaces.sized({ 65535, 65535 }, { guided = true }).grid_size)
  end)

  it("is refused by the program with the code of a limit", function()
    local script = sweeps.script [[local b = require "banyan"
      local one, two = b.param("one", 1, b.range(1, 60000)), b.param("two", 1, b.range(1, 60000))
      return b.strategy { name = "x",
        b.when(b.sma("SPY", one):gt(b.sma("SPY", two)), "SPY"):otherwise("TLT") }]]
    local _, err, code = simulated.run { "sweep", script, "--dry-run" }
    assert.equal(6, code, err)
    contains(err, "the grid has 3.6e+09 points")
  end)
end)

describe("params that matter only under others", function()
  local way = b.param("way", "calm", { "calm", "trend", "best" })
  local window = b.param("window", 50, { 50, 100, 200 })
  local count = b.param("count", 1, { 1, 2 })
  local fee = b.param("fee", 0, { 0, 0.001 })
  local strategy = b.strategy { name = "x", costs = { slippage = fee }, b.choice(way, {
    calm = "BIL",
    trend = b.when(b.close("SPY"):gt(b.sma("SPY", window)), "SPY"):otherwise("BIL"),
    best = b.top(count, b.sma(window), { "SPY", "TLT", "GLD" }) }) }

  it("count once where they do not", function()
    local space = spaces.new(strategy)
    assert.equal(36, space.grid_size)
    assert.same({ "0/-/-/0", "0/-/-/1", "1/0/-/0", "1/0/-/1", "1/1/-/0", "1/1/-/1", "1/2/-/0",
      "1/2/-/1", "2/0/0/0", "2/0/0/1", "2/0/1/0", "2/0/1/1", "2/1/0/0", "2/1/0/1", "2/1/1/0",
      "2/1/1/1", "2/2/0/0", "2/2/0/1", "2/2/1/0", "2/2/1/1" }, spaces.texts(space))
  end)

  it("stand for the first point that where keeps", function()
    local seen = {}
    local space = spaces.new(strategy, { where = function(p)
      seen[#seen + 1] = ("%s/%d/%d/%g"):format(p.way, p.window, p.count, p.fee)
      return p.fee == 0 and (p.way ~= "calm" or p.window == 200) and p.count * 50 < p.window
    end })
    assert.equal(36, #seen)
    assert.same({ "0/-/-/0", "1/1/-/0", "1/2/-/0", "2/1/0/0", "2/2/0/0", "2/2/1/0" },
      spaces.texts(space))
  end)

  it("are asked for by searches", function()
    local space = spaces.new(strategy, { guided = true })
    assert.is_nil(space.combos)
    assert.same({ 0, 0xffff, 0xffff, 1 }, space:canonical { 0, 2, 1, 1 })
    assert.same({ 2, 2, 1, 1 }, space:canonical { 2, 2, 1, 1 })
    assert.equal(space:key { 0, 2, 1, 1 }, space:key { 0, 0, 0, 1 })
    assert.equal(space:key { 0, 2, 1, 1 }, space:key(space:canonical { 0, 2, 1, 1 }))
    assert.are_not.equal(space:key { 1, 2, 1, 1 }, space:key { 1, 0, 1, 1 })
    local combos, digits = space:arrange({ { 2, 0, 0, 0 }, { 0, 0xffff, 0xffff, 0 }, { 2, 1, 0, 0 } }, 100)
    local walk = {}
    for i = 0, 2 do
      walk[i + 1] = ("%d:%d/%d"):format(combos[i], digits[4 * i], digits[4 * i + 1])
    end
    table.sort(walk)
    assert.same({ "100:2/0", "101:0/65535", "102:2/1" }, walk)
  end)

  it("give the numbers of a run with any of their values", function()
    local script = sweeps.script [[local b = require "banyan"
      local way = b.param("way", "calm", { "calm", "trend" })
      local window = b.param("window", 50, { 20, 50 })
      return b.strategy { name = "x", b.choice(way, { calm = "TLT",
        trend = b.when(b.close("SPY"):gt(b.sma("SPY", window)), "SPY"):otherwise("TLT") }) }]]
    local summary, directory = sweeps.sweep(script, simulated.store())
    assert.equal(3, summary.combos)
    assert.equal(3, #sweeps.rows(directory))
  end)
end)

describe("where", function()
  local function space(where, guided)
    return spaces.sized({ 3, 4 }, { where = where, guided = guided })
  end

  it("sees the values", function()
    local kept = space(function(p) return p.p1 < p.p2 end)
    assert.same({ "0/1", "0/2", "0/3", "1/2", "1/3", "2/3" }, spaces.texts(kept))
    assert.equal(12, kept.grid_size)
  end)

  it("may answer nothing for no, and must answer true or false", function()
    assert.equal(3, space(function(p) if p.p2 == 2 then return true end end).combo_count)
    local message, status = spaces.failure(space, function(p) return p.p1 end)
    assert.equal("STRATEGY", status)
    contains(message, "space_spec.lua:", "where must return true or false, not a number")
  end)

  it("can do what it likes to its table", function()
    local kept = space(function(p)
      assert(p.sum == nil)
      local keep = p.p1 < p.p2
      p.sum, p.p1, p.p2 = 1, nil, "x"
      return keep
    end)
    assert.equal(6, kept.combo_count)
  end)

  it("that fails is told with its line and the values", function()
    local message, status = spaces.failure(space, function(p) return p.p1 < p.slow end)
    assert.equal("STRATEGY", status)
    contains(message, "space_spec.lua:", "(in where at p1 = 1, p2 = 1)")
    contains(spaces.failure(space, function(p) if p.p2 == 3 then error {} end return true end),
      "an error without a text (in where at p1 = 1, p2 = 3)")
    contains(spaces.failure(space, function() return false end), "leaves none of the 12 points")
  end)

  it("that never returns is stopped, whatever it catches", function()
    contains(spaces.failure(space, function() while true do end end),
      "where was stopped: it had not ended after 100 million steps (at p1 = 1, p2 = 1)")
    contains(spaces.failure(space, function()
      while true do pcall(function() while true do end end) end
    end), "where was stopped")
    local hooked = debug.gethook()
    assert.is_nil(hooked)
  end)

  it("that fills the memory is stopped", function()
    contains(spaces.failure(space, function()
      local list = {}
      while true do table.insert(list, { list, list, list, list }) end
    end), "where was stopped: it took more than 256 MB of memory")
    collectgarbage()
  end)

  it("is asked by searches, too", function()
    local guided = space(function(p) return p.p1 < p.p2 end, true)
    assert.is_true(guided:allows { 0, 1 })
    assert.is_false(guided:allows { 1, 1 })
    assert.is_true(guided:allows { 0xffff, 1 })
    contains(spaces.failure(function()
      space(function(p) return p.p1 < p.slow end, true):allows { 0, 1 }
    end), "in where")
  end)

  it("can be interrupted", function()
    if helper.signals_wait then return end
    local script = sweeps.script [[local b = require "banyan"
      local n = b.param("n", 1, b.range(1, 100))
      return b.sweep { strategy = b.strategy { name = "x",
        b.when(b.sma("SPY", n):gt(1), "SPY"):otherwise("TLT") },
        where = function() print "asked" for _ = 1, 3e7 do end return true end }]]
    local line = helper.command { "sweep", script, env = { BANYAN_DATA = simulated.store() } }
    local _, err, code = helper.shell(("%s & p=$!; while ! [ -s /proc/$p/fd/2 ]; do sleep 0.05; done; "
      .. "kill -INT $p; wait $p"):format(line))
    assert.equal(130, code, err)
    contains(err, "interrupted in where")
  end)
end)

describe("ranges", function()
  it("count their steps", function()
    assert.same({ 0, 0.1, 0.2, 0.3 }, b.range(0, 0.3, 0.1))
    assert.same({ 5, 3, 1 }, b.range(5, 1, -2))
    assert.equal(65535, #b.range(1, 65535))
    contains(spaces.failure(b.range, 1, 65536), "65536 values; at most 65535")
    contains(spaces.failure(b.range, -1e308, 1e308), "at most 65535")
    contains(spaces.failure(b.range, 1, 5, 0), "the step must not be 0")
    contains(spaces.failure(b.range, 5, 1), "is empty")
    contains(spaces.failure(b.range, 1, 0 / 0), "takes numbers, not")
    contains(spaces.failure(b.range, 1, math.huge), "takes numbers, not inf")
    contains(spaces.failure(b.range, "1", 5), "takes numbers")
    contains(spaces.failure(b.range, 1, 1 + 1e-14, 1e-15), "too small")
  end)

  it("grow by a factor", function()
    assert.same({ 5, 7, 10, 14, 19, 27, 37, 52, 73, 102, 143, 200 }, b.log_range(5, 200, 12))
    assert.same({ 200, 52, 14 }, { b.log_range(200, 5, 12)[1], b.log_range(200, 5, 12)[5],
      b.log_range(200, 5, 12)[9] })
    assert.same({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, b.log_range(1, 10, 20))
    assert.same({ 0.0001, 0.000316, 0.001, 0.00316, 0.01 }, b.log_range(0.0001, 0.01, 5))
    assert.same({ 1.5, 1.5033, 1.5067, 1.51 }, b.log_range(1.5, 1.51, 4))
    assert.same({ 0.5 }, b.log_range(0.5, 0.5, 1))
    contains(spaces.failure(b.log_range, 0, 5, 3), "must be above 0")
    contains(spaces.failure(b.log_range, 5, -1, 3), "must be above 0")
    contains(spaces.failure(b.log_range, 5, 6, 2.5), "whole number from 1 to 65535")
    contains(spaces.failure(b.log_range, 5, 6, 1), "at least 2 values")
    contains(spaces.failure(b.log_range, 5, 5, 2), "that is 1 value")
    contains(spaces.failure(b.log_range, 1, 2, 0 / 0), "takes numbers")
    contains(spaces.failure(b.log_range, 1, 2), "takes numbers, not nil")
  end)

  it("and lists are checked", function()
    contains(spaces.failure(b.param, "p", 1, { 1, 2, 1 }), "param p: the value 1 is there twice")
    contains(spaces.failure(b.param, "p", 1, {}), "must be a list")
    contains(spaces.failure(b.param, "p", 1, { 1, 0 / 0 }), "a value must be a number or a text")
    contains(spaces.failure(b.param, "p", 1, { 1, math.huge }), "not inf")
    contains(spaces.failure(b.param, "p", 1, { 1, true }), "not true")
    contains(spaces.failure(b.param, "p", 1, 5), "must be a list")
  end)
end)
