-- SPDX-License-Identifier: MIT
-- A benchmark: what a symbol of the store earned on the sessions of a run.
local ffi = require "ffi"
local failure = require "banyan.failure"
local market_of = require "banyan.market"

local M = {}

local function open(symbol, options)
  if symbol:sub(1, 1) == "@" then
    failure.fail("USAGE", "benchmark %s: a series from outside has no returns; name a symbol of the dataset",
      symbol)
  end
  local ok, market = pcall(market_of.open, { symbol }, options)
  if ok then return market end
  local known = failure.failure_of(market)
  if not known then error(market, 0) end
  failure.fail(known.status, "benchmark %s: %s", symbol, known.message)
end

local function check_span(symbol, market, first, last)
  local panel = market.panel
  if panel.time[0] > first.time then
    failure.fail("DATA", "benchmark %s: its bars begin on %s, and the run on %s; begin with --from %s, "
      .. "or take another benchmark", symbol, market:date(0), first.date, market:date(0))
  elseif panel.time[panel.bar_count - 1] < last.time then
    local date = market:date(panel.bar_count - 1)
    failure.fail("DATA", "benchmark %s: its bars end on %s, and the run on %s; end with --to %s, or "
      .. "backfill them", symbol, date, last.date, date)
  end
end

--- The returns of a symbol between the sessions of a run, of its last close by each of them.
---@param symbol string
---@param options { data: string?, dataset: string, timeframe: string }
---@param sessions { count: integer, time: ffi.cdata*, date: fun(i: integer): string } time[i] and date(i) from 0
---@return ffi.cdata* returns double[count - 1]
---@return string? warning when it misses sessions
function M.returns(symbol, options, sessions)
  local market = open(symbol, options)
  local count, time, last = sessions.count, sessions.time, sessions.count - 1
  local ok, why = pcall(check_span, symbol, market, { time = time[0], date = sessions.date(0) },
    { time = time[last], date = sessions.date(last) })
  if not ok then
    market:close()
    error(why, 0)
  end
  local panel, close, returns = market.panel, market.panel.close[0], ffi.new("double[?]", count)
  local row, missed, before = 0, 0, nil
  for i = 0, last do
    while row + 1 < panel.bar_count and panel.time[row + 1] <= time[i] do row = row + 1 end
    if panel.time[row] ~= time[i] then missed = missed + 1 end
    if before then returns[i - 1] = close[row] / before - 1 end
    before = close[row]
  end
  market:close()
  return returns, missed > 0 and ("benchmark %s misses %d session%s; its last close was kept there")
    :format(symbol, missed, missed == 1 and "" or "s") or nil
end

return M
