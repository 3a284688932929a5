-- SPDX-License-Identifier: MIT
-- How many requests something costs: the shape of a provider's pages for a timeframe.
local lists = require "banyan.lists"
local provider_of = require "banyan.provider"

local M = {}

local ceil, max, floor, huge = math.ceil, math.max, math.floor, math.huge

local JOB_PAGES = 200 -- most pages of one chain, so that little is asked again after a failure
local LOCAL_ROWS = 1000000 -- of one call of a provider that makes its bars itself

---@class banyan.Shape
---@field mode "symbols"|"symbol"
---@field rows number most rows of a page; huge: one page has all
---@field job_pages integer most pages of a job
---@field symbols_max number of one request
---@field url_bytes number of the symbols of one request, joined
---@field vendor_bytes fun(symbol: string): integer of a symbol as the vendor names it
---@field by_date boolean
---@field is_local boolean the provider makes the bars itself, which costs no requests
---@field whole_series boolean whatever is asked for, all of a series comes
local Shape = {}
Shape.__index = Shape

local function rows_of(plan, timeframe, seconds, mode)
  local provider = plan.provider
  if provider.whole_series then return huge end
  if not provider.rows_of then return provider.rows or provider.bars and LOCAL_ROWS or huge end
  return provider_of.rows(provider, { mode = mode, timeframe = timeframe, seconds = seconds,
    vendor_timeframe = provider.timeframes[timeframe], adjustment = plan.adjustment,
    feed = plan.feed }) or huge
end

-- Whether the provider has days of all symbols (of one group of them) in one request.
local function serves_dates(by_date, timeframe, group)
  if not by_date then return false end
  return lists.contains(by_date.timeframes, timeframe)
    and (not by_date.groups or group ~= nil and lists.contains(by_date.groups, group))
end

--- The shape of a plan's pages.
---@param plan banyan.Plan
---@param timeframe string
---@param seconds number of the timeframe
---@param group string? of symbols that may stand in one request
---@return banyan.Shape
function M.new(plan, timeframe, seconds, group)
  local provider, batch = plan.provider, plan.provider.batch
  local is_local = provider.bars ~= nil
  local mode = batch and "symbols" or "symbol"
  local chained = provider.paging ~= nil or is_local or provider.whole_series
  local lengths = {}
  local function vendor_bytes(symbol)
    lengths[symbol] = lengths[symbol] or #provider_of.symbol(provider, symbol)
    return lengths[symbol]
  end
  return setmetatable({
    mode = mode, is_local = is_local, vendor_bytes = vendor_bytes,
    -- Without paging, an answer that is as full as can be looks like one that was cut.
    rows = max(1, rows_of(plan, timeframe, seconds, mode) - (chained and 0 or 1)),
    job_pages = (is_local or not provider.paging) and 1 or JOB_PAGES,
    symbols_max = batch and batch.symbols or 1,
    url_bytes = batch and batch.url_bytes or huge,
    whole_series = provider.whole_series == true,
    by_date = serves_dates(provider.by_date, timeframe, group),
  }, Shape)
end

--- Bytes of symbols in a URL, with a comma behind each.
---@param symbols string[]
---@return integer
function Shape:bytes(symbols)
  if self.url_bytes == huge then return 0 end
  local bytes = 0
  for _, symbol in ipairs(symbols) do bytes = bytes + self.vendor_bytes(symbol) + 1 end
  return bytes
end

--- Requests that `count` symbols of `bars` bars each cost.
---@param count integer
---@param bytes integer of the symbols in a URL
---@param bars number
---@return number
function Shape:requests(count, bytes, bars)
  if self.mode == "symbol" then return count * max(1, ceil(bars / self.rows)) end
  return max(1, ceil(count * bars / self.rows), ceil(count / self.symbols_max),
    ceil(bytes / (self.url_bytes + 1)))
end

--- Most symbols of `bars` bars each in one job; 0 when not even one fits.
---@return number
function Shape:symbols_of_job(bars)
  if self.mode == "symbol" then return bars <= self.rows * self.job_pages and 1 or 0 end
  return math.min(self.symbols_max, bars > 0 and floor(self.rows * self.job_pages / bars) or huge)
end

return M
