-- SPDX-License-Identifier: MIT
-- A sweep over minute bars: 1,260 sessions of 390 bars of eight made-up symbols, and a made-up tree of 200 gates over
-- some 40 indicators, both the same in every run.
local ffi = require "ffi"
local common = require "bench.common"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local random = require "banyan.random"
local store_of = require "banyan.store"
local sweeps = require "bench.sweeps"

local C = engine.C
local M = {}

local SESSIONS, MINUTES = 1260, 390
local COUNT = SESSIONS * MINUTES
local OPENING = 1514903400 -- 2018-01-02 14:30 UTC, a Tuesday
local DAY, WEEK_END = 86400, 3 -- days from a Tuesday to its Saturday are 4
local SYMBOLS = { "ALFA", "BRAV", "CHAR", "DELT", "ECHO", "FOXT", "GOLF", "HOTE" }
local GATES = 200

-- The times of all bars: weekdays, from the opening on.
local function times()
  local time, filled = ffi.new("int64_t[?]", COUNT), 0
  for session = 0, SESSIONS - 1 do
    local weekday = (session + 1) % 5 -- 0 is Monday
    local day = session + 2 * math.floor((session + 1) / 5)
    assert(weekday <= WEEK_END + 1)
    for minute = 0, MINUTES - 1 do
      time[filled] = OPENING + day * DAY + minute * 60
      filled = filled + 1
    end
  end
  return time
end

-- A random walk that is drawn back to where it began.
local function closes(symbol)
  local stream, close = random.stream("minutes " .. symbol), ffi.new("double[?]", COUNT)
  local price = 100
  for i = 0, COUNT - 1 do
    price = price * (1 + 0.0007 * stream:normal() + 0.00001 * (1 - price / 100))
    close[i] = price
  end
  return close
end

local function fill_store(directory)
  local store, time = store_of.open(directory, "write"), times()
  local counts = ffi.new "by_put_counts"
  for _, symbol in ipairs(SYMBOLS) do
    local close = closes(symbol)
    local bars = ffi.new("by_bars", { count = COUNT, time = time, close = close })
    engine.call(C.by_store_put, store.c, store_of.id("sim/all", "1m", symbol), bars, 0, 0, counts)
    assert(tonumber(counts.added) == COUNT)
  end
  store:close()
end

-- The text of a tree -----------------------------------------------------------------------------

local Maker = {}
Maker.__index = Maker

function Maker:below(count)
  return math.floor(self.stream:uniform() * count)
end

function Maker:one(list)
  return list[1 + self:below(#list)]
end

-- Some gates compare what is swept, all others what is fixed.
function Maker:condition()
  local symbol, swept = self:one(SYMBOLS), self:one { "ALFA", "BRAV" }
  return self:one {
    ("b.rsi(%q, %d):gt(%d)"):format(symbol, self:one { 10, 20 }, 45 + self:below(15)),
    ("b.rsi(%q, 20):lt(b.rsi(%q, 20))"):format(symbol, self:one(SYMBOLS)),
    ("b.close(%q):gt(b.sma(%q, %d))"):format(symbol, symbol, self:one { 60, 390 }),
    ("b.cumulative_return(%q, 60):gt(%.1f)"):format(symbol, (self:below(9) - 4) / 10),
    ("b.rsi(%q, rsi_window):gt(level + %d)"):format(swept, self:below(10)),
    ("b.close(%q):gt(b.sma(%q, average_window))"):format(swept, swept),
  }
end

function Maker:leaf()
  if self:below(3) > 0 then return ("%q"):format(self:one(SYMBOLS)) end
  return ("b.equal { %q, %q }"):format(self:one(SYMBOLS), self:one(SYMBOLS))
end

-- A tree of exactly `gates` gates.
function Maker:node(gates)
  if gates == 0 then return self:leaf() end
  local inside = self:below(gates)
  return ("b.when(%s,\n%s)\n:otherwise(%s)"):format(self:condition(), self:node(inside),
    self:node(gates - 1 - inside))
end

local SCRIPT = [[
local b = require "banyan"
local rsi_window = b.param("rsi_window", 10, b.range(6, 24, 2))
local level = b.param("level", 50, b.range(46, 55))
local average_window = b.param("average_window", 120, b.range(60, 240, 20))
return b.sweep { timeframe = "1m", sample = sample_of(), strategy = b.strategy { name = "Minutes",
%s } }
]]

--- The benchmark.
function M.run()
  if not common.asked "sweep_minutes" then return end
  local data, begin = common.scratch .. "/minutes", host.clock()
  fill_store(data)
  local seconds = host.clock() - begin
  common.report("prepare_minutes", { { "work", COUNT * #SYMBOLS }, { "unit", "bars" }, { "seconds", seconds },
    { "rate", COUNT * #SYMBOLS / seconds } })
  local maker = setmetatable({ stream = random.stream "minutes tree" }, Maker)
  sweeps.bench("minutes_1k", SCRIPT:format(maker:node(GATES)),
    { data = data, timeframe = "1m", runs = 1, alone = 5, plain = 1 })
end

return M
