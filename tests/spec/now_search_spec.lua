-- SPDX-License-Identifier: MIT
-- The nearest flips that banyan now finds, against every tick in its range.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local b = require "banyan"
local comparison_of = require "banyan.now.comparison"
local explain = require "banyan.explain"
local flips_of = require "banyan.now.flips"
local helper = require "spec.helper"
local lists = require "banyan.lists"
local planted = require "spec.planted_bars"
local search = require "banyan.now.search"
local tree_of = require "banyan.tree"
local what_if_of = require "banyan.now.what_if"

-- The nearest flip of a curve, found by the search and by looking at all ticks; the curve is above 0 where it holds.
local function both(margin_at, base, first, last)
  local function probe(tick)
    local margin = margin_at(tick)
    return { holds = margin > 0, margin = margin }
  end
  local at_close, nearest = { holds = base > 0, margin = base }, nil
  for tick = first, last, last >= first and 1 or -1 do
    if probe(tick).holds ~= at_close.holds then
      nearest = tick
      break
    end
  end
  return search.nearest(probe, at_close, first, last), nearest
end

describe("the search of a flip", function()
  -- A margin of 1 that is below 0 from tick `at` on, for `width` ticks.
  local function gap(at, width)
    return function(tick) return tick >= at and tick < at + width and -1 or 1 end
  end

  it("sees what stays for a tenth of the way, and each of the first twenty ticks", function()
    for at = 1, 1000 do
      local found = both(gap(at, math.max(1, math.floor(at / 10))), 1, 1, 1200)
      assert.equal(at, found)
    end
  end)

  it("sees a margin that turns but once, wherever", function()
    for least = 2, 1000, 7 do
      for _, reach in ipairs { 0.4, 1.5, 3 } do
        local function margin(tick) return math.abs(tick - least) - reach end
        local found, nearest = both(margin, margin(0), 1, 1000)
        assert.equal(nearest, found, least)
        found, nearest = both(function(tick) return margin(-tick) end, margin(0), -1, -1000)
        assert.equal(nearest, found, least)
      end
    end
  end)
end)

-- Closes of some dollars, so that there are no more than some hundred ticks, but each 0.01.
local bars = planted.walks({ AAA = 48.2, EEE = 1.75 }, 260)
local store = planted.write(bars)

-- What `look` makes of a comparison of a series with a number, which is given to it as a probe's left side.
local function with_curve(series, look)
  local strategy = b.strategy { name = "One", b.when(series:gt(0.123), "AAA"):otherwise("EEE") }
  local explainer = explain.open(strategy, { data = store })
  local day = explainer:day(explainer.days)
  local what_if = what_if_of.new(explainer.at.market, day.row, { data = store })
  local alone = comparison_of.new(strategy, strategy.root.condition, {}, what_if)
  local close = what_if:price "EEE"
  look(function(price) return alone:at("EEE", price).left end, close)
  alone:close()
  what_if:close()
  explainer:close()
end

-- Numbers to compare with: in the middle between values that a curve takes, so that nothing hangs on rounding.
local function thresholds(values, count)
  local sorted, found = {}, {}
  for _, value in pairs(values) do
    if value == value then sorted[#sorted + 1] = value end
  end
  table.sort(sorted)
  for i = 1, count do
    local k = math.floor((#sorted - 1) * i / (count + 1)) + 1
    while k < #sorted and sorted[k + 1] - sorted[k] <= 1e-9 * math.abs(sorted[k]) + 1e-12 do k = k + 1 end
    if k < #sorted then found[#found + 1] = (sorted[k] + sorted[k + 1]) / 2 end
  end
  return found
end

local function check(name, series)
  with_curve(series, function(value_at, close)
    local first, last = math.ceil(close / flips_of.RANGE * 100), math.floor(close * flips_of.RANGE * 100)
    local values, base = {}, value_at(close)
    for tick = first, last do values[tick] = value_at(tick / 100) end
    for _, threshold in ipairs(thresholds(values, 40)) do
      local function margin(tick) return values[tick] - threshold end
      local up, true_up = both(margin, base - threshold, math.floor(close * 100) + 1, last)
      local down, true_down = both(margin, base - threshold, math.ceil(close * 100) - 1, first)
      assert.same({ true_up, true_down }, { up, down }, ("%s against %.17g"):format(name, threshold))
    end
  end)
end

describe("the nearest flips against a number of", function()
  for i, name in ipairs(lists.sorted_keys(tree_of.INDICATORS)) do
    local known = tree_of.INDICATORS[name]
    local arguments = { "EEE", known.reads_other and "AAA" or nil }
    for _ = 1, known.windows do arguments[#arguments + 1] = 5 + 3 * #arguments end
    for _ = 1, known.numbers do arguments[#arguments + 1] = 1.5 end
    local made, series = pcall(b[name], unpack(arguments))
    if made and (not helper.sanitized or i % 24 == 0) then
      it(name .. " are none but the nearest", function() check(name, series) end)
    end
  end

  it("sums are so, too", function()
    check("a", b.stdev_return("EEE", 5) - b.stdev_return("EEE", 20) * 1.5)
    if helper.sanitized then return end
    check("b", b.rsi("EEE", 10) * 0.1 - b.max_drawdown("EEE", 30))
    check("c", b.stdev_price(b.rsi("EEE", 4), 6))
  end)
end)
