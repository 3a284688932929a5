-- SPDX-License-Identifier: MIT
-- Looking at single series: b.bars("SPY") and b.eval(b.rsi("SPY", 14)), for scripts of `banyan lua` and the
-- explorer. A strategy cannot call them: what it decided by them it would know before its first session.
local check = require "banyan.api.check"
local explain_trace = require "banyan.explain_trace"
local ffi = require "ffi"
local host = require "banyan.host"
local market_of = require "banyan.market"
local engine = require "banyan.ffi"
local prepare = require "banyan.prepare"
local outline = require "banyan.outline"
local series_of = require "banyan.api.series"
local show = require "banyan.show.values"
local strategy_of = require "banyan.strategy"
local tree_of = require "banyan.tree"

local M = { b = {} }

local KEYS = { "data", "dataset", "timeframe", "from", "to" }

local function checked(name, options)
  -- The loader needs this module.
  if require "banyan.load".running() then
    check.fail("%s reads prices, which a strategy does not see before its sessions; call it in a script "
      .. "for `banyan lua`", name)
  end
  if options ~= nil then check.keys(name, options, name == "eval" and
    { "params", unpack(KEYS) } or KEYS) end
  return options or {}
end

-- The rows of a market that lie between the days asked for, if any.
local function rows_of(market, options)
  local range = market:range(options.from, options.to)
  return options.from and range.first or 0, options.to and range.last or market.panel.bar_count - 1
end

---@class banyan.LookOptions which bars to look at
---@field data string? folder of the bar store
---@field dataset string? such as "csv/all", when the store has several
---@field timeframe "1d"|"1h"|"5m"|"1m"|nil "1d" when left out
---@field from string? first day
---@field to string? last day

---@class banyan.EvalOptions: banyan.LookOptions
---@field params table<string, any>? values of params by name

---@class banyan.Bars columns of a ticker, from 1; NaN where a bar does not tell
---@field n integer
---@field ticker string
---@field date string[]
---@field time number[] seconds since 1970-01-01 UTC
---@field open number[]
---@field high number[]
---@field low number[]
---@field close number[]
---@field volume number[]

--- The bars of a ticker.
--- Example:
---     local bars = b.bars("SPY", { from = "2020-01-02", to = "2020-12-31" })
---     print(bars.date[1], bars.close[1], bars.n)
---@param ticker string
---@param options banyan.LookOptions?
---@return banyan.Bars
function M.b.bars(ticker, options)
  options = checked("bars", options)
  if type(ticker) ~= "string" then check.fail("bars takes a ticker such as \"SPY\"") end
  local market = market_of.open({ ticker }, { data = options.data, dataset = options.dataset,
    timeframe = options.timeframe, full = true })
  local first, last = rows_of(market, options)
  local bars, panel = { n = last - first + 1, date = {}, time = {} }, market.panel
  for i = 1, bars.n do
    bars.date[i], bars.time[i] = market:date(first + i - 1), tonumber(panel.time[first + i - 1])
  end
  for _, name in ipairs { "open", "high", "low", "close", "volume" } do
    local column = {}
    for i = 1, bars.n do column[i] = panel[name][0][first + i - 1] end
    bars[name] = column
  end
  market:close()
  return show.bars(bars, ticker)
end

-- A strategy that does nothing but look at a series.
local function looking_at(series)
  return strategy_of.new { name = "eval", root = { kind = "if",
    condition = { kind = "compare", left = series, comparator = "gt", threshold = 0 },
    yes = { kind = "cash" }, no = { kind = "cash" } } }
end

---@class banyan.Values values of a series by session, from 1: s[1] to s[s.n]
---@field n integer
---@field name string such as "rsi(SPY, 14)"
---@field date string[]
---@field [integer] number NaN where it is not computable

--- The values of an indicator, or of a ticker's closes, on all sessions; NaN where not computable.
--- Example:
---     local s = b.eval(b.rsi("SPY", 14))
---     print(s.date[s.n], s[s.n])
---@param series banyan.Series|string
---@param options banyan.EvalOptions?
---@return banyan.Values
function M.b.eval(series, options)
  options = checked("eval", options)
  if type(series) == "string" then series = series_of.new { fn = "close", ticker = series } end
  if not series_of.is(series) then
    check.fail("eval takes an indicator such as b.rsi(\"SPY\", 14), not %s", type(series))
  end
  if tree_of.is_template(series.series) then
    check.fail("eval: %s needs a ticker as its first argument", series_of.name(series))
  end
  local strategy = looking_at(series.series)
  local at = prepare.new(strategy, strategy:assignment(options.params), { data = options.data,
    dataset = options.dataset, timeframe = options.timeframe }, host.cores())
  local ok, result = pcall(function()
    local first, last = rows_of(at.market, options)
    local digits = ffi.new("int32_t[?]", tonumber(engine.C.BY_PARAMS_MAX))
    local trace = explain_trace.new(at.columns, digits, at.emitted, at.market, last)
    local values = { n = last - first + 1, date = {} }
    for i = 1, values.n do
      local row = first + i - 1
      values[i], values.date[i] = trace:value(series.series, row), at.market:date(row)
    end
    trace:close()
    return values
  end)
  prepare.close(at)
  if not ok then error(result, 0) end
  return show.values(result, outline.series_text(series.series))
end

return M
