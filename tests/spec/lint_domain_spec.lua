-- SPDX-License-Identifier: MIT
-- What lint takes for the range of an indicator holds for values of any bars, and where a definition has a range, lint
-- knows it.
local domain = require "banyan.lint_domain"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local random_of = require "banyan.random"
local tree_of = require "banyan.tree"

local C = engine.C
local BARS = 400

-- A walk that now and then falls or rises by a lot, stands still, or has no volume.
local function walk(seed)
  local stream, made = random_of.stream("domain " .. seed), {}
  for _, name in ipairs { "open", "high", "low", "close", "volume", "other" } do
    made[name] = ffi.new("double[?]", BARS)
  end
  made.time = ffi.new("int64_t[?]", BARS)
  local close = 100
  for i = 0, BARS - 1 do
    local still = i % 97 > 60
    local open = still and close or close * math.exp(0.1 * (stream:uniform() - 0.5))
    close = still and open or open * math.exp((i % 50 == 0 and 4 or 0.1) * (stream:uniform() - 0.5))
    made.open[i], made.close[i] = open, close
    made.high[i] = still and open or math.max(open, close) * (1 + 0.05 * stream:uniform())
    made.low[i] = still and open or math.min(open, close) * (1 - 0.05 * stream:uniform())
    made.volume[i] = stream:uniform() < 0.2 and 0 or 1000 * stream:uniform()
    made.other[i], made.time[i] = 50 + stream:uniform(), 86400 * i
  end
  return made
end

local RECIPES = { { { 1, 1, 1 }, { 2, 2 } }, { { 3, 5, 2 }, { 0.02, 0.2 } }, { { 20, 14, 9 }, { 1, 1 } } }

local function inside(range, value)
  return (value > range.lo or value == range.lo and not range.lo_open)
    and (value < range.hi or value == range.hi and not range.hi_open)
end

describe("ranges of indicators", function()
  local out, recipe = ffi.new("double[?]", BARS), ffi.new "by_recipe"

  -- Calls f(value, recipe's place, variant) for the values of an indicator.
  local function each(name, bars, f)
    local known = tree_of.INDICATORS[name]
    for place, made in ipairs(RECIPES) do
      for i = 0, 2 do recipe.window[i] = made[1][i + 1] end
      for i = 0, 1 do recipe.number[i] = made[2][i + 1] end
      for variant = 0, math.min(8, C.by_indicator_variant_max(known.code)) do
        recipe.variant = variant
        local first = C.by_indicator_compute(known.code, recipe, ffi.new("by_inputs", bars), BARS, out)
        for i = first, BARS - 1 do
          if out[i] == out[i] then f(out[i], place, variant) end
        end
      end
    end
  end

  it("hold for all values", function()
    for seed = 1, 4 do
      local bars = walk(seed)
      for _, name in ipairs(tree_of.indicator_names) do
        local range = domain.of { fn = name, ticker = "SPY" }
        each(name, bars, function(value, place, variant)
          assert.is_true(inside(range, value), ("%s, recipe %d, variant %d: %.17g is not from %g to %g"):format(name,
            place, variant, value, range.lo, range.hi))
        end)
      end
    end
  end)

  it("are known of what its page says has one", function()
    local page = assert(loadfile "docs/generate_indicators.lua")().page()
    for _, name in ipairs(tree_of.indicator_names) do
      local text = (page .. "\n### "):match("\n### " .. name .. "\n(.-)\n##")
      local lo, hi = text:match "\n%- Units: [^\n]-(%-?%d+) to (%-?%d+)"
      if lo then
        local range = domain.of { fn = name, ticker = "SPY" }
        assert.same({ name, tonumber(lo), tonumber(hi) }, { name, range.lo, range.hi })
      end
    end
  end)
end)
