-- SPDX-License-Identifier: MIT
-- The nearest prices above and below the last close of a ticker at which something is otherwise.
local search = require "banyan.now.search"

local M = {}

--- Prices are looked at from the last close divided by this up to the last close times this.
M.RANGE = 10

local TICK_DECIMALS = 2   -- of prices from 1 on
local TICK_DIGITS = 4     -- of prices below
local DECIMALS_MAX = 18

--- Digits behind the point of a tick: two for prices from 1 on, four behind the leading zeros of smaller ones.
---@param price number
---@return integer
function M.decimals(price)
  if price >= 1 then return TICK_DECIMALS end
  return math.min(DECIMALS_MAX, TICK_DIGITS - 1 - math.floor(math.log10(price)))
end

---@class banyan.TickerFlips
---@field ticker string
---@field close number
---@field decimals integer of its tick
---@field scale number ticks in 1
---@field up banyan.Flip?
---@field down banyan.Flip?

---@class banyan.Flip
---@field price number the nearest one on its side at which it is otherwise
---@field distance number from the last close, as a fraction of it
---@field ticks number the same in ticks
---@field at table what the probe says there

-- The first ticks above and below a price.
local function around(price, scale)
  local above, below = math.floor(price * scale), math.ceil(price * scale)
  while above / scale <= price do above = above + 1 end
  while below / scale >= price do below = below - 1 end
  return above, below
end

-- The nearest tick on one side. Where something quicker is asked first, its answer is proved by the probe, and sought
-- again when it is wrong.
local function nearest(entry, source, quick, base, first, last)
  local step = last >= first and 1 or -1
  if (last - first) * step < 0 then return nil end
  local function probe(tick) return source:at(entry.ticker, tick / entry.scale) end
  if quick then
    local function quick_probe(tick) return quick:at(entry.ticker, tick / entry.scale) end
    local found = search.nearest(quick_probe, quick:at(entry.ticker, entry.close), first, last)
    local proved = found and probe(found).holds ~= base.holds
      and (found == first or probe(found - step).holds == base.holds)
    if proved or not found and probe(last).holds == base.holds then return found end
  end
  return search.nearest(probe, base, first, last)
end

--- Finds them.
---@param what_if banyan.WhatIf
---@param source { at: fun(self, ticker: string, price: number): banyan.Probe }
---@param ticker string
---@param quick table? a source that gives nearly always the same answer, in less time
---@return banyan.TickerFlips
---@return banyan.Probe base what it is at the last close
function M.find(what_if, source, ticker, quick)
  local close = what_if:price(ticker)
  local decimals = M.decimals(close)
  local scale = 10 ^ decimals
  local entry, base = { ticker = ticker, close = close, decimals = decimals, scale = scale }, source:at(ticker, close)
  local above, below = around(close, scale)
  local low, high = what_if:bounds(ticker)
  local ends = { up = math.floor(math.min(close * M.RANGE, high - 1 / scale) * scale),
    down = math.ceil(math.max(close / M.RANGE, low + 1 / scale) * scale) }
  local ticks = { up = above <= ends.up and nearest(entry, source, quick, base, above, ends.up) or nil,
    down = below >= ends.down and nearest(entry, source, quick, base, below, ends.down) or nil }
  for side, tick in pairs(ticks) do
    local price = tick / scale
    entry[side] = { price = price, distance = price / close - 1, ticks = (price - close) * scale,
      at = source:at(ticker, price) }
  end
  return entry, base
end

--- The distance of the nearest of several; infinite where there is none.
---@param list banyan.TickerFlips[]
---@return number
function M.nearest(list)
  local distance = math.huge
  for _, each in ipairs(list) do
    for _, flip in ipairs { each.up or false, each.down or false } do
      if flip then distance = math.min(distance, math.abs(flip.distance)) end
    end
  end
  return distance
end

return M
