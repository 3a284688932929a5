-- SPDX-License-Identifier: MIT
-- The symbols of a plan: from a list, from a file, from the tickers of a strategy.
local failure = require "banyan.failure"
local host = require "banyan.host"
local strategy_of = require "banyan.strategy"
local views = require "banyan.views"

local M = {}

local COUNT_MAX = 100000
local LENGTH_MAX = 31 -- BY_SYMBOL_SIZE without its NUL
local FILE_BYTES_MAX = 16 * 1024 * 1024
local HEADS = { symbol = true, ticker = true }

local function fail(...)
  return failure.fail("STRATEGY", ...)
end

-- What a message can show of a text from outside.
local function shown(text)
  return text:sub(1, 40):gsub("%c", "?")
end

local function check_symbol(symbol, place)
  if #symbol > LENGTH_MAX then
    fail("backfill: %s: '%s…' is no symbol: it has %d characters, at most %d can be stored",
      place, shown(symbol), #symbol, LENGTH_MAX)
  elseif symbol == "" or symbol:find "[^!-~]" then
    fail("backfill: %s: '%s' is no symbol: it is empty or has blanks, control characters or letters "
      .. "that are not ASCII", place, shown(symbol))
  end
end

-- Each once, in rising order.
local function unique(symbols)
  local list, seen = {}, {}
  for _, symbol in ipairs(symbols) do
    if not seen[symbol] then list[#list + 1] = symbol end
    seen[symbol] = true
  end
  if #list > COUNT_MAX then
    fail("backfill: 'symbols' has %d of them; a plan takes at most %d, so make several plans",
      #list, COUNT_MAX)
  end
  table.sort(list)
  return list
end

--- The symbols of a list, sorted, each once.
---@param list any
---@return string[]
function M.of_list(list)
  if type(list) ~= "table" or #list == 0 then
    fail("backfill: 'symbols' is a list of texts, such as { \"SPY\", \"TLT\" }, the path of a file "
      .. "with one on each line, or b.symbols_of(strategy)")
  end
  for i, symbol in ipairs(list) do
    local place = ("entry %d of 'symbols'"):format(i)
    if type(symbol) ~= "string" then
      fail("backfill: %s is a %s, not a text", place, type(symbol))
    end
    check_symbol(symbol, place)
  end
  return unique(list)
end

local function read(path)
  local kind, size = host.stat(path)
  if kind ~= "file" then
    fail("backfill: 'symbols' names the file %s, but %s; a single symbol is written "
      .. "symbols = { \"%s\" }", shown(path), kind and "that is no plain file" or "there is none",
      shown(path:match "[^/]*$"))
  elseif size > FILE_BYTES_MAX then
    fail("backfill: %s has %d MB; a file of symbols has at most %d", path, size / 1048576,
      FILE_BYTES_MAX / 1048576)
  end
  local file, reason = io.open(path, "rb")
  if not file then fail("backfill: cannot open the file of symbols: %s", reason) end
  local text = file:read "*a"
  file:close()
  return text:gsub("^\239\187\191", "")
end

local function first_column(line)
  return line:match '^"([^"]*)"' or line:match "^[^,;\t]*":match "^(.-)%s*$"
end

--- The symbols of a file, sorted, each once: one a line, or a CSV file whose first column is headed
--- symbol or ticker. Lines that are empty or begin with # are left out.
---@param path string
---@return string[]
function M.of_file(path)
  local symbols, number, is_table, begun = {}, 0, false, false
  for line in (read(path) .. "\n"):gmatch "([^\n]*)\n" do
    number = number + 1
    line = line:match "^%s*(.-)%s*$"
    local is_head = not begun and HEADS[first_column(line):lower()]
    if is_head then
      begun, is_table = true, true
    elseif line ~= "" and line:sub(1, 1) ~= "#" then
      begun = true
      local symbol = is_table and first_column(line) or line
      check_symbol(symbol, ("%s, line %d"):format(path, number))
      if not is_table and symbol:find "[,;]" then
        fail("backfill: %s, line %d: '%s' is no symbol; a file has one on each line, or it is CSV "
          .. "and its first column is headed symbol", path, number, shown(symbol))
      end
      symbols[#symbols + 1] = symbol
    end
  end
  if #symbols == 0 then fail("backfill: %s has no symbols; write one on each line", path) end
  return unique(symbols)
end

-- Under any of the values that its params can take.
local function tickers_of(strategy, over)
  local tickers = strategy:tickers(strategy:space(over))
  for _, ticker in ipairs(strategy:tickers(strategy:assignment())) do
    tickers[#tickers + 1] = ticker
  end
  return tickers
end

--- The symbols whose bars a strategy or a sweep needs, under any of the values of its params: a
--- view such as "SPY/TLT" or "QQQ?L=3" needs those that it is made of.
---@param object banyan.Strategy|table a strategy or a sweep
---@return string[]
function M.of_strategy(object)
  local strategy, over = object, nil
  if type(object) == "table" and object.type == "sweep" then
    strategy, over = object.strategy, object.over
  end
  if not strategy_of.is_strategy(strategy) then
    fail("symbols_of takes a strategy, a sweep, or the path of a file with one, not a %s",
      type(object) == "table" and object.type or type(object))
  end
  local symbols = {}
  for _, ticker in ipairs(tickers_of(strategy, over)) do
    local view = views.parse(ticker, {})
    for _, part in ipairs(view and view.parts or { ticker }) do symbols[#symbols + 1] = part end
  end
  return unique(symbols)
end

return M
