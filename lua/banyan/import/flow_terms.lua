-- SPDX-License-Identifier: MIT
-- Indicators and tickers of flows, as TA-Lib defines them.
jit.off(true, true) -- see walk.lua
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local field = object.field

local M = {}

--- Reads the params of one indicator.
---@class banyan.import.flow_reader
---@field w banyan.import.walk
---@field frame banyan.import.frame
---@field variables banyan.import.variables
---@field what string what messages call it
---@field source table { params, period }
local Reader = {}
Reader.__index = Reader

function Reader:fail(reason, ...)
  self.w:fail(self.frame, self.what .. ": " .. reason, ...)
end

function Reader:param(key)
  local params = field(self.source, "params")
  return type(params) == "table" and field(params, key) or nil
end

function Reader:window_of(value, key)
  local bound = self.variables:number(self.w, self.frame, value)
  if bound then return bound end
  local bars, reason = terms.window(value, key)
  return bars or self:fail("%s", reason)
end

function Reader:window(key, default)
  local value = self:param(key)
  return self:window_of(value == nil and default or value, key)
end

-- A period that stands in the params under either name, or beside them.
function Reader:period(default)
  local value = self:param "period" or self:param "timeperiod" or field(self.source, "period")
  return self:window_of(value == nil and default or value, "period")
end

function Reader:number(key, default)
  local value = self:param(key)
  if value == nil then return default end
  return self.variables:number(self.w, self.frame, value) or terms.number(value)
    or self:fail("%s is '%s'; it must be a number", key, text_of.shown(value))
end

-- The kind of moving average: 0 is simple, 1 exponential.
function Reader:average(key, most)
  local value = self:param(key)
  local kind = value == nil and 0 or terms.number(value)
  if kind ~= 0 and kind ~= most then
    self:fail("%s is '%s'; banyan knows 0%s", key, text_of.shown(value),
      most and " (simple) and 1 (exponential)" or " (simple)")
  end
  return kind
end

-- Windows of the short and the long average.
function Reader:short_long()
  local short, long = self:window("fastperiod", 12), self:window("slowperiod", 26)
  if type(short) == "number" and type(long) == "number" and short >= long then
    self:fail("fastperiod is %d and slowperiod %d; the fast one must be the shorter", short, long)
  end
  return short, long
end

local builders = {}

local function simple(fn)
  return function(reader, ticker)
    return { fn = fn, ticker = ticker, window = reader:period() }
  end
end

for name, fn in pairs {
  RSI = "rsi", SMA = "sma", EMA = "ema", ATR = "atr", ADX = "adx", MFI = "mfi",
  AROONOSC = "aroon", AROON_UP = "aroon_up", AROON_DOWN = "aroon_down",
} do
  builders[name] = simple(fn)
end

function builders.CURRENT_PRICE(_, ticker)
  return { fn = "close", ticker = ticker }
end

function builders.OBV(_, ticker)
  return { fn = "obv", ticker = ticker }
end

local function macd(fn)
  return function(reader, ticker)
    local short, long = reader:short_long()
    return { fn = fn, ticker = ticker, window = short, window2 = long,
      window3 = reader:window("signalperiod", 9) }
  end
end

builders.MACD_LINE = macd "macd"
builders.MACD_SIGNAL = macd "macd_signal"
builders.MACD_HIST = macd "macd_histogram"
builders.MACD = builders.MACD_HIST

-- TA-Lib's PPO is of simple averages unless it is told otherwise.
function builders.PPO_LINE(reader, ticker)
  local short, long = reader:short_long()
  if reader:average("matype", 1) == 1 then
    return { fn = "ppo", ticker = ticker, window = short, window2 = long }
  end
  local slow = { fn = "sma", ticker = ticker, window = long }
  local fast = { fn = "sma", ticker = ticker, window = short }
  return { op = "divide", left = { op = "subtract", left = fast, right = slow }, right = slow,
    factor = 100 }
end

function builders.PPO_SIGNAL(reader, ticker)
  return { fn = "ema", over = builders.PPO_LINE(reader, ticker),
    window = reader:window("signalperiod", 9) }
end

function builders.PPO_HIST(reader, ticker)
  local signal = builders.PPO_SIGNAL(reader, ticker)
  return { op = "subtract", left = signal.over, right = signal }
end

builders.PPO = builders.PPO_LINE

function builders.BBANDS_MIDDLE(reader, ticker)
  reader:average "matype"
  return { fn = "sma", ticker = ticker, window = reader:period(20) }
end

local function band(op, key)
  return function(reader, ticker)
    local middle = builders.BBANDS_MIDDLE(reader, ticker)
    return { op = op, left = middle, right = { fn = "stdev_price", ticker = ticker,
      window = middle.window, ddof = 0, factor = reader:number(key, 2) } }
  end
end

builders.BBANDS_UPPER = band("add", "nbdevup")
builders.BBANDS_LOWER = band("subtract", "nbdevdn")

-- The slow %K: an average of the fast one.
function builders.STOCH_K(reader, ticker)
  reader:average "slowk_matype"
  return { fn = "stochastic_k", ticker = ticker, window = reader:window("fastk_period", 14),
    window2 = reader:window("slowk_period", 3), window3 = reader:window("slowd_period", 3) }
end

for alias, name in pairs { PRICE = "CURRENT_PRICE", CLOSE = "CURRENT_PRICE", LAST = "CURRENT_PRICE" } do
  builders[alias] = builders[name]
end

local KNOWN = "ADX, AROONOSC, AROON_DOWN, AROON_UP, ATR, BBANDS_LOWER, BBANDS_MIDDLE, BBANDS_UPPER, "
  .. "CURRENT_PRICE, EMA, MACD, MACD_HIST, MACD_LINE, MACD_SIGNAL, MFI, OBV, PPO, PPO_HIST, "
  .. "PPO_LINE, PPO_SIGNAL, RSI, SMA, STOCH_K"

--- A ticker, or a variable of tickers.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param variables banyan.import.variables
---@return string|banyan.Bound|nil, string|nil reason
function M.ticker(w, frame, variables, value)
  local bound = variables:text(w, frame, value)
  if bound then return bound end
  local ticker, reason = terms.ticker(type(value) == "string" and value:upper() or value)
  return ticker, reason
end

---@class banyan.import.flow_indicator
---@field name any foreign
---@field ticker any nil in a sort
---@field source table what holds the params
---@field params string|nil key of the params, "params" when nil
---@field period string|nil key of an old period beside the params, "period" when nil

--- A series.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param variables banyan.import.variables
---@param what string what messages call it
---@param from banyan.import.flow_indicator
---@param is_template boolean whether it is without a ticker
---@return table series
function M.series(w, frame, variables, what, from, is_template)
  local name = from.name
  local builder = type(name) == "string" and builders[name:upper()]
  if not builder then
    w:fail(frame, "%s: unknown indicator '%s'; banyan knows %s", what, text_of.shown(name), KNOWN)
  end
  local ticker, reason
  if not is_template then
    ticker, reason = M.ticker(w, frame, variables, from.ticker)
    if not ticker then w:fail(frame, "%s: %s", what, reason) end
  end
  local reader = setmetatable({ w = w, frame = frame, variables = variables, what = what,
    source = { params = from.source[from.params or "params"],
      period = from.source[from.period or "period"] } }, Reader)
  local series = builder(reader, ticker)
  if is_template and (series.op or series.over) then
    w:fail(frame, "%s: %s is made of several indicators, which a sort cannot rank by", what, name)
  end
  return series
end

return M
