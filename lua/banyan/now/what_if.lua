-- SPDX-License-Identifier: MIT
-- The bars up to a session, with another last close of one ticker: what an evaluation is made on that asks what if.
--
-- The close alone changes; where it leaves the range from low to high, that is widened to it. What is made of the
-- ticker (a ratio, a leverage) is made again.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local market_of = require "banyan.market"
local views_of = require "banyan.views"

local C = engine.C
local M = {}

---@class banyan.WhatIf
---@field market banyan.Market
---@field row integer the last row
local WhatIf = {}
WhatIf.__index = WhatIf

-- The bars of tickers that stand in views; all columns, as views are made of all.
local function open_parts(market, options)
  local names, seen = {}, {}
  for _, view in pairs(market.views) do
    for _, part in ipairs(view.parts) do
      if not seen[part] then names[#names + 1] = part end
      seen[part] = true
    end
  end
  if #names == 0 then return nil end
  table.sort(names)
  return market_of.open(names, { data = options.data, dataset = market.dataset, timeframe = market.timeframe,
    full = true })
end

local function index_of(symbols)
  local index = {}
  for i, symbol in ipairs(symbols) do index[symbol] = i - 1 end
  return index
end

-- The last row of a panel whose time is not behind.
local function row_at(panel, time)
  local low, high = 0, panel.bar_count
  while low < high do
    local middle = math.floor((low + high) / 2)
    if panel.time[middle] <= time then low = middle + 1 else high = middle end
  end
  return low - 1
end

--- Of an open market, which stays with the caller.
---@param market banyan.Market
---@param row integer the last session
---@param options { data: string? }
---@return banyan.WhatIf
function M.new(market, row, options)
  local self = setmetatable({ market = market, row = row, index = index_of(market.symbols) }, WhatIf)
  self.parts = open_parts(market, options)
  if self.parts then
    self.part_index = index_of(self.parts.symbols)
    self.part_row = row_at(self.parts.panel, market.panel.time[row])
  end
  return self
end

--- Frees what it has opened itself.
function WhatIf:close()
  if self.parts then self.parts:close() end
  self.parts = nil
end

--- The tickers whose prices make those of a symbol: itself, or the parts of a view.
---@param symbol string
---@return string[]
function WhatIf:tickers(symbol)
  local view = self.market.views[symbol]
  return view and view.parts or { symbol }
end

--- The last close of a ticker.
---@param ticker string
---@return number
function WhatIf:price(ticker)
  local at = self.index[ticker]
  if at then return self.market.panel.close[at][self.row] end
  return self.parts.panel.close[self.part_index[ticker]][self.part_row]
end

--- Between which prices, both excluded, a ticker's last close must lie, so that nothing that is levered falls to 0.
---@param ticker string
---@return number low
---@return number high
function WhatIf:bounds(ticker)
  local low, high = 0, math.huge
  for _, view in pairs(self.market.views) do
    if view.kind == "leverage" and view.parts[1] == ticker and view.factor ~= 0 then
      local at = self.part_index[ticker]
      local before = self.parts.panel.close[at][math.max(self.part_row - 1, self.parts.panel.first_bar[at])]
      local end_ = before * (1 - 1 / view.factor)
      if view.factor > 0 then low = math.max(low, end_) else high = math.min(high, end_) end
    end
  end
  return low, high
end

-- Rows first .. last of a symbol as a slice.
local function borrow(slice, panel, symbol, first, last)
  slice.count, slice.time, slice.close = last - first + 1, panel.time + first, panel.close[symbol] + first
  if panel.open ~= nil then
    slice.open, slice.high = panel.open[symbol] + first, panel.high[symbol] + first
    slice.low, slice.volume = panel.low[symbol] + first, panel.volume[symbol] + first
  end
end

-- A slice of one bar with values of its own, and what they lie in.
local function bar_slice(slice, panel, row, values)
  local memory = ffi.new("double[5]", values.open, values.high, values.low, values.close, values.volume)
  slice.count, slice.time = 1, panel.time + row
  slice.open, slice.high, slice.low, slice.close, slice.volume = memory, memory + 1, memory + 2, memory + 3,
    memory + 4
  return memory
end

-- The last bar of a symbol with another close.
local function changed_bar(panel, symbol, row, price)
  local bar = { open = 0 / 0, high = 0 / 0, low = 0 / 0, close = price, volume = 0 / 0 }
  if panel.open ~= nil then
    bar.open, bar.volume = panel.open[symbol][row], panel.volume[symbol][row]
    local high, low = panel.high[symbol][row], panel.low[symbol][row]
    bar.high, bar.low = high < price and price or high, low > price and price or low
  end
  return bar
end

-- The last bar of a view when one of its parts has another last close.
local function view_bar(self, symbol, ticker, price)
  local view, panel, row = self.market.views[symbol], self.parts.panel, self.part_row
  local slices, memory = {}, nil
  for i, part in ipairs(view.parts) do
    local at = self.part_index[part]
    local bars, first = ffi.new "by_bars[2]", panel.first_bar[at]
    borrow(bars[0], panel, at, first, part == ticker and row - 1 or row)
    if part == ticker then memory = bar_slice(bars[1], panel, row, changed_bar(panel, at, row, price)) end
    slices[i] = { bars = bars, count = part == ticker and 2 or 1, memory = memory }
  end
  local made = views_of.make(view, symbol, slices)
  local last, bar = made.count - 1, {}
  for _, name in ipairs { "open", "high", "low", "close", "volume" } do bar[name] = made[name][last] end
  return bar
end

-- The last bar of a symbol when a ticker has another last close; nil when it stays as it is.
local function bar_of(self, symbol, ticker, price)
  if symbol == ticker and self.index[ticker] then
    return changed_bar(self.market.panel, self.index[ticker], self.row, price)
  end
  local view = self.market.views[symbol]
  for _, part in ipairs(view and view.parts or {}) do
    if part == ticker then return view_bar(self, symbol, ticker, price) end
  end
end

--- A panel of some symbols up to the session, to be freed by the caller.
---@param symbols string[] of the market, in rising order
---@param ticker string whose last close is another
---@param price number
---@return ffi.cdata* by_panel *
function WhatIf:panel(symbols, ticker, price)
  local panel, count = self.market.panel, #symbols
  local slices, ends = ffi.new("by_bars[?]", 2 * count), ffi.new("int32_t[?]", count + 1)
  local outside, filled, memory = ffi.new("uint8_t[?]", count), 0, {}
  for i, symbol in ipairs(symbols) do
    local at = self.index[symbol]
    local first, bar = panel.first_bar[at], bar_of(self, symbol, ticker, price)
    local last = bar and self.row - 1 or self.row
    outside[i - 1] = self.market.outside[at]
    if first <= last then
      borrow(slices[filled], panel, at, first, last)
      filled = filled + 1
    end
    if bar then
      memory[#memory + 1] = bar_slice(slices[filled], panel, self.row, bar)
      filled = filled + 1
    end
    ends[i] = filled
  end
  local names = ffi.new("const char *[?]", count, symbols)
  local made = engine.make("by_panel", C.by_panel_free, C.by_panel_new_as_of, count, names, slices, ends, outside,
    panel.open ~= nil and 1 or 0)
  made.bar_seconds, made.periods_per_year = panel.bar_seconds, panel.periods_per_year
  self.memory = memory -- up to here
  return made
end

return M
