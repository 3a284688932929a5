-- SPDX-License-Identifier: MIT
-- The settings of a strategy beside its tree: when it trades, where orders are filled, what trading
-- costs, and the options that choose between the definitions on which tools differ. A setting is a
-- plain value or bound to a param; what it may be stands here and nowhere else.
local engine = require "banyan.ffi"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"

local C = engine.C
local M = {}

local WINDOW_MAX = tonumber(C.BY_WINDOW_MAX)

-- Settings that are one of some words (or numbers): what each is to the engine, and the default.
local WORDS = {
  rebalance = { "daily", codes = { daily = C.BY_REBALANCE_DAILY,
    weekly = C.BY_REBALANCE_WEEKLY_FIRST, monthly = C.BY_REBALANCE_MONTHLY_FIRST,
    quarterly = C.BY_REBALANCE_QUARTERLY_FIRST, yearly = C.BY_REBALANCE_YEARLY_FIRST,
    weekly_last = C.BY_REBALANCE_WEEKLY_LAST, monthly_last = C.BY_REBALANCE_MONTHLY_LAST,
    quarterly_last = C.BY_REBALANCE_QUARTERLY_LAST, yearly_last = C.BY_REBALANCE_YEARLY_LAST,
    none = C.BY_REBALANCE_NEVER } },
  fill = { "close", codes = { close = C.BY_FILL_CLOSE, open = C.BY_FILL_OPEN } },
  ddof = { 1, codes = { [1] = 0, [0] = 1 } },
  rsi_history = { "all", codes = { all = 0 }, count_max = WINDOW_MAX },
  ema_seed = { "first", codes = { first = 0, sma = 1, talib = 2 } },
  ties = { "first", codes = { first = C.BY_TIES_FIRST, last = C.BY_TIES_LAST,
    ticker = C.BY_TIES_TICKER } },
  duplicates = { "keep", codes = { keep = 0, merge = 1 } },
  empty_filter = { "cash", codes = { cash = 0, rest = 1 } },
  group_volatility = { "equity", codes = { equity = C.BY_MEASURE_EQUITY,
    holdings = C.BY_MEASURE_HOLDINGS } },
}

--- Names of the options, in the order in which they are shown.
M.OPTIONS = { "ddof", "rsi_history", "ema_seed", "ties", "duplicates", "empty_filter",
  "group_volatility" }

-- Which option an indicator goes by that does not say its own.
M.OPTION_OF_INDICATOR = { ddof = "ddof", seed = "ema_seed", history = "rsi_history" }

local FRACTION_MAX, MONEY_MAX, CAPITAL_MAX = 0.5, 1e6, 1e15

---@class banyan.Cost
---@field name string in a table of costs
---@field field string of by_trading
---@field min number
---@field max number
---@field per number? how many of its units the engine's has

--- What a table of costs may have beside profile and whole_shares.
---@type banyan.Cost[]
M.COSTS = {
  { name = "slippage", field = "slippage", min = 0, max = FRACTION_MAX },
  { name = "commission_bps", field = "commission", min = 0, max = FRACTION_MAX * 1e4, per = 1e4 },
  { name = "commission_per_share", field = "commission_share", min = 0, max = MONEY_MAX },
  { name = "commission_per_order", field = "commission_order", min = 0, max = MONEY_MAX },
  { name = "commission_minimum", field = "commission_minimum", min = 0, max = MONEY_MAX },
  { name = "sale_fee", field = "sale_fee", min = 0, max = FRACTION_MAX },
  { name = "share_fee", field = "share_fee", min = 0, max = MONEY_MAX },
  { name = "share_fee_maximum", field = "share_fee_maximum", min = 0, max = MONEY_MAX },
  { name = "cash_yield", field = "cash_yield", min = -1, max = 1 },
  { name = "borrow_rate", field = "borrow_rate", min = -1, max = 1 },
  { name = "capital", field = "capital", min = 1, max = CAPITAL_MAX },
}

--- What each profile of costs charges; 0 for all that it does not name.
M.PROFILES = {
  none = {},
  composer = { slippage = 0.0001 },
  alpaca = { sale_fee = 27.8e-6, share_fee = 0.000166, share_fee_maximum = 8.30 },
}
local CAPITAL = 10000

local function sorted_keys(of)
  local keys = {}
  for key in pairs(of) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return keys
end

--- ", did you mean 'x'?" when a word is near one of some names, else nothing.
---@param word any
---@param names string[]
---@return string
function M.suggestion(word, names)
  local near = type(word) == "string" and nearest(word, names)
  return near and (", did you mean '%s'?"):format(near) or ""
end

--- What the engine calls a word of a setting or option: its code; or nil and what it must be.
---@param name string "rebalance", "fill" or an option
---@param value any plain
---@return number? code, string? expected
function M.code(name, value)
  local known = WORDS[name]
  local code = known.codes[value]
  if code then return tonumber(code) end
  local count_max = known.count_max
  if count_max and type(value) == "number" and value % 1 == 0 and value >= 1
    and value <= count_max then
    return value
  end
  local names = sorted_keys(known.codes)
  return nil, ("%s%s, not '%s'%s"):format(table.concat(names, ", "),
    count_max and " or a whole number of bars" or "", tostring(value), M.suggestion(value, names))
end

--- Whether a plain value suits a number: it, in the engine's unit; or nil and what it must be.
---@param cost banyan.Cost
---@return number? number, string? expected
function M.number(cost, value)
  if type(value) == "number" and value >= cost.min and value <= cost.max then
    return value / (cost.per or 1)
  end
  return nil, ("a number from %.10g to %.10g, not '%s'"):format(cost.min, cost.max, tostring(value))
end

local CORRIDOR = { name = "corridor", min = 0, max = 1 }

--- The same for the corridor of a rebalancing.
function M.corridor(value)
  return M.number(CORRIDOR, value)
end

--- The default of a setting or option that is a word.
function M.default(name)
  return WORDS[name][1]
end

--- What an option of a strategy is, plain or bound.
---@param options table of a strategy
---@param name string
function M.option(options, name)
  local value = options[name]
  if value == nil then return M.default(name) end
  return value
end

--- The profile of costs, plain or bound, and the table of what was written beside it.
function M.profile(costs)
  if type(costs) ~= "table" or param_of.is_bound(costs) then return costs, {} end
  return costs.profile == nil and "none" or costs.profile, costs
end

-- What a profile charges.
local function of_profile(profile, name)
  local charges = M.PROFILES[profile]
  if not charges then return profile end -- refused, with its name, where numbers are checked
  return charges[name] or (name == "capital" and CAPITAL or 0)
end

--- What a cost is, plain or bound: as written, else as its profile has it.
---@param costs any of a strategy
---@param name string
function M.cost(costs, name)
  local profile, own = M.profile(costs)
  if own[name] ~= nil then return own[name] end
  if not param_of.is_bound(profile) then return of_profile(profile, name) end
  return param_of.map(profile.param, function(value) return of_profile(profile.map(value), name) end)
end

--- Whole shares as written: true, a list of tickers, or nil.
function M.whole_shares(costs)
  local _, own = M.profile(costs)
  return own.whole_shares or nil
end

--- Costs with another slippage.
function M.with_slippage(costs, slippage)
  local profile, own = M.profile(costs)
  local made = { profile = profile }
  for key, value in pairs(own) do made[key] = value end
  made.slippage = slippage
  return made
end

--- Calls visit(value, name) for each setting that a strategy has written, plain or bound.
---@param strategy table
---@param visit fun(value: any, name: string)
function M.each(strategy, visit)
  local profile, own = M.profile(strategy.costs)
  visit(strategy.rebalance, "rebalance")
  visit(strategy.corridor, "corridor")
  visit(strategy.fill, "fill")
  visit(profile, "costs")
  for _, cost in ipairs(M.COSTS) do visit(own[cost.name], cost.name) end
  for _, name in ipairs(M.OPTIONS) do visit(strategy.options[name], name) end
end

return M
