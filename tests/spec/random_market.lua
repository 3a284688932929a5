-- SPDX-License-Identifier: MIT
-- A store with bars for random strategies.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local helper = require "spec.helper"
local random = require "banyan.random"
local store_of = require "banyan.store"

local C = engine.C
local M = {}

local SESSIONS = 500
local TICKERS = { "BRK.B", "GLD", "NAN", "QQQ", "SPY", "TLT", "UVXY" } -- those of the random strategies

-- Bars of a random walk with gaps between sessions, and now and then a session without a change.
local function bars_of(ticker)
  local stream = random.stream("same " .. ticker)
  local kept = {}
  for _, name in ipairs { "open", "high", "low", "close", "volume" } do
    kept[name] = ffi.new("double[?]", SESSIONS)
  end
  kept.time = ffi.new("int64_t[?]", SESSIONS)
  local close = 20 + 80 * stream:uniform()
  for i = 0, SESSIONS - 1 do
    local still = stream:uniform() < 0.03
    local open = still and close or close * (1 + 0.004 * stream:normal())
    close = still and close or open * (1 + 0.012 * stream:normal())
    kept.time[i] = 1546387200 + 86400 * (i + 2 * math.floor((i + 2) / 5)) -- from Wednesday, 2019-01-02
    kept.open[i], kept.close[i] = open, close
    kept.high[i] = math.max(open, close) * (1 + 0.003 * stream:uniform())
    kept.low[i] = math.min(open, close) * (1 - 0.003 * stream:uniform())
    kept.volume[i] = math.floor(1e6 * stream:uniform())
  end
  return ffi.new("by_bars", { count = SESSIONS, time = kept.time, open = kept.open, high = kept.high,
    low = kept.low, close = kept.close, volume = kept.volume }), kept
end

--- Fills a store of its own; its folder.
---@return string
function M.fill()
  local directory = helper.scratch() .. "/data"
  local store, counts = store_of.open(directory, "write"), ffi.new "by_put_counts"
  for _, ticker in ipairs(TICKERS) do
    local bars, kept = bars_of(ticker)
    engine.call(C.by_store_put, store.c, store_of.id("sim/all", "1d", ticker), bars, 0, 0, counts)
    assert(kept and tonumber(counts.added) == SESSIONS)
  end
  store:close()
  return directory
end

return M
