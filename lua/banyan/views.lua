-- SPDX-License-Identifier: MIT
-- Views: tickers that are no symbols of a dataset. "A/B" is the price of A over that of B, and
-- "X?L=2" holds X twice, brought back to that at every close; a symbol that the dataset has under
-- that very name is no view. "@x" is the series x from outside.
local as_of = require "banyan.as_of"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local ffi = require "ffi"

local M = {}

local LEVERAGE_MAX = 10

---@class banyan.View
---@field kind "ratio"|"leverage"|"series"
---@field parts string[] symbols of the dataset
---@field factor number? of a leverage
---@field name string? of a series from outside

local function leverage(symbol)
  local base, text = symbol:match "^(.+)%?L=([%+%-]?[%d%.]+)$"
  local factor = base and tonumber(text)
  if not factor then return nil end
  if math.abs(factor) > LEVERAGE_MAX then
    failure.fail("STRATEGY", "the ticker %s: the leverage must be from -%d to %d", symbol,
      LEVERAGE_MAX, LEVERAGE_MAX)
  end
  return { kind = "leverage", parts = { base }, factor = factor }
end

-- Tickers may have a slash themselves (BRK/B): the split whose parts are both there, else the first.
local function ratio(symbol, known)
  local first, at = nil, 0
  while true do
    at = symbol:find("/", at + 1, true)
    if not at then return first end
    local above, below = symbol:sub(1, at - 1), symbol:sub(at + 1)
    if above ~= "" and below ~= "" then
      local view = { kind = "ratio", parts = { above, below } }
      if known[above] and known[below] then return view end
      first = first or view
    end
  end
end

--- The view that a ticker stands for, or nil.
---@param symbol string
---@param known table<string, any> symbols of the dataset
---@return banyan.View?
function M.parse(symbol, known)
  if known[symbol] then return nil end
  local name = as_of.name(symbol)
  if name then return { kind = "series", parts = {}, name = name } end
  return leverage(symbol) or ratio(symbol, known)
end

local COLUMNS = { "open", "high", "low", "close", "volume" }

-- Columns of a length, prices not known yet.
local function columns(count)
  local made = { count = count, time = ffi.new("int64_t[?]", count) }
  for _, name in ipairs(COLUMNS) do
    local column = ffi.new("double[?]", count)
    for i = 0, count - 1 do column[i] = 0 / 0 end
    made[name] = column
  end
  return made
end

-- All bars of a series, one slice behind the other.
local function joined(slices)
  local count, at = 0, 0
  for i = 0, slices.count - 1 do count = count + slices.bars[i].count end
  local made = columns(count)
  for i = 0, slices.count - 1 do
    local slice = slices.bars[i]
    ffi.copy(made.time + at, slice.time, slice.count * 8)
    for _, name in ipairs(COLUMNS) do ffi.copy(made[name] + at, slice[name], slice.count * 8) end
    at = at + slice.count
  end
  return made
end

-- Each price lies `factor` times as far from the view's last close as the base's from its own.
local function make_leverage(view, base, symbol)
  local made, factor, before, held = columns(base.count), view.factor, nil, nil
  local function price(of)
    local value = held and held * (1 + factor * (of / before - 1)) or of
    return value > 0 and value or 0 / 0
  end
  for i = 0, base.count - 1 do
    local high, low = price(base.high[i]), price(base.low[i])
    if factor < 0 and held then high, low = low, high end
    made.time[i], made.volume[i] = base.time[i], base.volume[i]
    made.open[i], made.high[i], made.low[i] = price(base.open[i]), high, low
    made.close[i] = price(base.close[i])
    if made.close[i] ~= made.close[i] then
      failure.fail("DATA", "%s falls to 0 on %s; use a smaller leverage", symbol,
        dates.format(base.time[i]))
    end
    before, held = base.close[i], made.close[i]
  end
  return made
end

-- Closes of both on the union of their days, from the first that both have reached; a part that
-- misses a day keeps its last close.
local function make_ratio(above, below)
  local made = columns(above.count + below.count)
  local i, k, at, top, bottom = 0, 0, 0, nil, nil
  while i < above.count or k < below.count do
    local of_above = i < above.count and tonumber(above.time[i]) or math.huge
    local of_below = k < below.count and tonumber(below.time[k]) or math.huge
    local time = math.min(of_above, of_below)
    if of_above == time then top, i = above.close[i], i + 1 end
    if of_below == time then bottom, k = below.close[k], k + 1 end
    if top and bottom then
      made.time[at], made.close[at] = time, top / bottom
      at = at + 1
    end
  end
  made.count = at
  return made
end

--- The bars of a view.
---@param view banyan.View
---@param symbol string what the view is called
---@param slices { bars: ffi.cdata*, count: integer }[] by_bars of each part
---@return table columns count, time, open, high, low, close, volume as arrays
function M.make(view, symbol, slices)
  if view.kind == "leverage" then return make_leverage(view, joined(slices[1]), symbol) end
  return make_ratio(joined(slices[1]), joined(slices[2]))
end

return M
