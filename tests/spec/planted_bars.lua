-- SPDX-License-Identifier: MIT
-- Small bar stores made in the test itself, and copies of bars with single values changed.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local helper = require "spec.helper"
local market_of = require "banyan.market"
local random = require "banyan.random"
local store_of = require "banyan.store"

local C = engine.C
local M = {}

local FIELDS = { "open", "high", "low", "close", "volume" }

-- Puts bars first .. last of a ticker.
local function put(store, dataset, ticker, columns, first, last, replace)
  local n, kept, counts = last - first + 1, {}, ffi.new "by_put_counts"
  for _, name in ipairs { "time", unpack(FIELDS) } do
    kept[name] = ffi.new(name == "time" and "int64_t[?]" or "double[?]", n)
    for i = 1, n do kept[name][i - 1] = columns[name][first + i - 1] end
  end
  engine.call(C.by_store_put, store.c, store_of.id(dataset, "1d", ticker), ffi.new("by_bars", { count = n,
    time = kept.time, open = kept.open, high = kept.high, low = kept.low, close = kept.close,
    volume = kept.volume }), replace, 0, counts)
end

--- Writes a store of its own: bars are { n =, time =, open =, ... }, columns from 1, by ticker.
---@return string folder
function M.write(bars, dataset)
  local directory = helper.scratch() .. "/data"
  local store = store_of.open(directory, "write")
  for ticker, columns in pairs(bars) do put(store, dataset or "csv/all", ticker, columns, 1, columns.n, 0) end
  store:close()
  return directory
end

--- Bars of random walks with prices of four decimals.
---@param starts table<string, number> first price by ticker
---@param n integer sessions
function M.walks(starts, n)
  local bars = {}
  for ticker, price in pairs(starts) do
    local stream, columns = random.stream("planted " .. ticker), { n = n, time = {} }
    for _, name in ipairs(FIELDS) do columns[name] = {} end
    local function rounded(value) return math.max(1, math.floor(value * 1e4 + 0.5)) / 1e4 end
    for i = 1, n do
      local open = price * (1 + 0.004 * stream:normal())
      price = math.max(0.1, open * (1 + 0.015 * stream:normal()))
      columns.time[i] = 1546387200 + 86400 * (i - 1 + 2 * math.floor((i + 1) / 5)) -- from Wednesday, 2019-01-02
      columns.open[i], columns.close[i] = rounded(open), rounded(price)
      columns.high[i] = rounded(math.max(open, price) * (1 + 0.004 * stream:uniform())) + 0.0001
      columns.low[i] = rounded(math.min(open, price) * (1 - 0.004 * stream:uniform())) - 0.0001
      columns.volume[i] = math.floor(1e6 * stream:uniform()) + 1
    end
    bars[ticker] = columns
  end
  return bars
end

--- The bars of some tickers of a store, as M.write takes them.
function M.read(directory, tickers, to)
  local bars = {}
  for _, ticker in ipairs(tickers) do
    local market = market_of.open({ ticker }, { data = directory, full = true })
    local panel, last = market.panel, market:range(nil, to).last
    local columns = { n = last + 1, time = {} }
    for _, name in ipairs(FIELDS) do columns[name] = {} end
    for i = 1, columns.n do
      columns.time[i] = tonumber(panel.time[i - 1])
      for _, name in ipairs(FIELDS) do columns[name][i] = panel[name][0][i - 1] end
    end
    bars[ticker] = columns
    market:close()
  end
  return bars
end

local folders = setmetatable({}, { __mode = "k" })

local function put_one(directory, bars, ticker, i)
  local store = store_of.open(directory, "write")
  put(store, "csv/all", ticker, bars[ticker], i, i, 1)
  store:close()
end

--- Calls use(folder) with a store in which a ticker has another value on bar i, its range widened to a close.
function M.with(bars, ticker, i, field, value, use)
  folders[bars] = folders[bars] or M.write(bars)
  local columns, kept = bars[ticker], {}
  for _, name in ipairs(FIELDS) do kept[name] = columns[name][i] end
  columns[field][i] = value
  if field == "close" then
    columns.high[i], columns.low[i] = math.max(columns.high[i], value), math.min(columns.low[i], value)
  end
  put_one(folders[bars], bars, ticker, i)
  for _, name in ipairs(FIELDS) do columns[name][i] = kept[name] end
  local results = { use(folders[bars]) }
  put_one(folders[bars], bars, ticker, i)
  return unpack(results)
end

return M
