-- SPDX-License-Identifier: MIT
-- What Composer's JSON and defsymphony text have in common: names of indicators and comparators,
-- windows, weights, numbers that may be text. Functions return nil and a reason when they refuse.
jit.off(true, true) -- see walk.lua
local lists = require "banyan.lists"
local text_of = require "banyan.text"

local WINDOW_MAX = 100000 -- as BY_WINDOW_MAX of engine/tree.h
local TICKER_SIZE_MAX = 64

local M = {
  SELECT_MAX = 1000000, -- children that a filter may choose
  WINDOW_MAX = WINDOW_MAX,
}

local window = { { "window", "window" } }
local short_long = { { "window", "short-window" }, { "window2", "long-window" } }
local short_long_smooth = {
  short_long[1], short_long[2], { "window3", "smooth-window" },
}

-- Foreign name -> our name and its windows: our field, key of the foreign params.
local indicators = {
  ["current-price"] = { "close", {} },
  ["moving-average-price"] = { "sma", window },
  ["exponential-moving-average-price"] = { "ema", window },
  ["relative-strength-index"] = { "rsi", window },
  ["cumulative-return"] = { "cumulative_return", window },
  ["moving-average-return"] = { "mean_return", window },
  ["standard-deviation-return"] = { "stdev_return", window },
  ["standard-deviation-price"] = { "stdev_price", window },
  ["max-drawdown"] = { "max_drawdown", window },
  ["percentage-price-oscillator"] = { "ppo", short_long },
  ["percentage-price-oscillator-signal"] = { "ppo_signal", short_long_smooth },
  ["moving-average-convergence-divergence"] = { "macd", short_long_smooth },
  ["moving-average-convergence-divergence-signal"] = { "macd_signal", short_long_smooth },
}
-- The short names of defsymphony text.
indicators["rsi"] = indicators["relative-strength-index"]
indicators["stdev-return"] = indicators["standard-deviation-return"]
indicators["stdev-price"] = indicators["standard-deviation-price"]

local known = table.concat(lists.sorted_keys(indicators), ", ")

--- A number, or the number that a text spells in decimal; nil for all else and what is not finite.
---@return number|nil
function M.number(value)
  if type(value) == "string" then value = text_of.decimal(value) end
  return text_of.is_finite(value) and value or nil
end

--- Whether a value is a number or spells one, be it too large.
function M.reads_as_number(value)
  return type(value) == "number" or type(value) == "string" and text_of.decimal(value) ~= nil
end

--- A whole number from 1 to `limit`, given as number or text.
---@return integer|nil
function M.whole(value, limit)
  local number = M.number(value)
  if number and number % 1 == 0 and number >= 1 and number <= limit then return number end
  return nil
end

--- A window in bars, given as number or text.
---@param value any nil when it is missing
---@param what string name of the field
---@return integer|nil, string|nil reason
function M.window(value, what)
  if value == nil then
    return nil, ("it has no %s; give it the number of days"):format(what)
  end
  local bars = M.whole(value, WINDOW_MAX)
  if bars then return bars end
  return nil, ("%s is '%s'; it must be a whole number of days from 1 to %d"):format(what,
    text_of.shown(value), WINDOW_MAX)
end

--- A ticker; EQUITIES::SPY//USD is SPY.
---@return string|nil, string|nil reason
function M.ticker(value)
  if type(value) ~= "string" or value == "" then
    return nil, "it has no ticker; name one"
  end
  if #value > TICKER_SIZE_MAX or value:find("[%s%c\127-\255]") then
    return nil, ("'%s' is not a ticker"):format(text_of.shown(value))
  end
  return value:match("^EQUITIES::(.+)//USD$") or value
end

--- An indicator. `get(key)` gives the value of a window's foreign key, nil when it is missing.
---@param name any foreign name
---@param ticker string|nil
---@param get fun(key: string): any
---@return table|nil, string|nil reason
function M.indicator(name, ticker, get)
  local entry = type(name) == "string" and indicators[name]
  if not entry then
    return nil, name == nil and "it has no indicator function; it takes one of " .. known
      or ("unknown indicator '%s'; banyan knows %s"):format(text_of.shown(name), known)
  end
  local result = { fn = entry[1], ticker = ticker }
  for _, field in ipairs(entry[2]) do
    local bars, reason = M.window(get(field[2]), field[2])
    if not bars then return nil, ("indicator %s: %s"):format(name, reason) end
    result[field[1]] = bars
  end
  return result
end

--- Why weights cannot be taken, or nil. They may leave a rest, which stays cash.
---@param weights number[] finite
---@return string|nil reason
function M.weights_fault(weights)
  local sum = 0
  for i, weight in ipairs(weights) do
    if weight < 0 then
      return ("the weight of child %d is %.17g; weights cannot be negative"):format(i, weight)
    end
    sum = sum + weight
  end
  if sum > 1 + 1e-9 then
    return ("its weights sum to %.10g; they must not exceed 1 (100 %%)"):format(sum)
  end
  return nil
end

M.rebalances = {
  none = true, daily = true, weekly = true, monthly = true, quarterly = true, yearly = true,
}

--- The corridor of threshold rebalancing: a fraction.
---@return number|nil, string|nil reason
function M.corridor(value)
  local corridor = M.number(value)
  if corridor and corridor >= 0 and corridor <= 1 then return corridor end
  return nil, ("the rebalancing corridor is '%s'; it must be a fraction from 0 to 1, such as 0.05")
    :format(text_of.shown(value))
end

return M
