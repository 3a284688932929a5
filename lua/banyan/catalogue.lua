-- SPDX-License-Identifier: MIT
-- What the bar store has of what a strategy asks for: the dataset, its symbols, the series from outside.
local as_of = require "banyan.as_of"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local store_of = require "banyan.store"
local views_of = require "banyan.views"

local M = {}

local NAMED_MAX = 8

-- Symbols of each dataset that has the timeframe.
local function datasets_of(list, timeframe)
  local names, symbols = {}, {}
  for _, info in ipairs(list) do
    if info.timeframe == timeframe then
      if not symbols[info.dataset] then
        symbols[info.dataset] = {}
        names[#names + 1] = info.dataset
      end
      symbols[info.dataset][info.symbol] = info
    end
  end
  return names, symbols
end

-- The timeframes of bars that there are.
local function timeframes_of(list)
  local found = {}
  for _, info in ipairs(list) do
    if info.timeframe ~= store_of.SERIES.timeframe then found[info.timeframe] = true end
  end
  return lists.sorted_keys(found)
end

-- The dataset asked for by its whole name or the part before a /, or the only one there is.
local function choose_dataset(list, names, asked, directory, timeframe)
  if #names == 0 then
    local others = timeframes_of(list)
    failure.fail("DATA", "the bar store in %s has no %s bars yet; %s", directory, timeframe,
      #others == 0 and "fill it with `banyan data import PATH`"
      or ("it has bars of %s, to be chosen with --timeframe"):format(table.concat(others, ", ")))
  end
  local matching = {}
  for _, name in ipairs(names) do
    if asked == nil or name == asked or name:sub(1, #asked + 1) == asked .. "/" then
      matching[#matching + 1] = name
    end
  end
  if #matching == 1 then return matching[1] end
  local there = table.concat(names, ", ")
  if #matching == 0 then
    failure.fail("DATA", "the bar store in %s has no dataset '%s' of %s bars; it has %s", directory,
      asked, timeframe, there)
  end
  failure.fail("USAGE", "the bar store in %s has several datasets (%s); choose one with --dataset",
    directory, there)
end

-- The view that each symbol stands for (none: it is a series of the dataset), and the symbols that
-- must be there for all of them.
local function views_among(symbols, known)
  local views, needed = {}, {}
  for _, symbol in ipairs(symbols) do
    local view = views_of.parse(symbol, known)
    views[symbol] = view
    for _, part in ipairs(view and view.parts or { symbol }) do
      needed[#needed + 1] = { symbol = part, view = view and symbol }
    end
  end
  return views, needed
end

-- The infos of the symbols that are needed, each once.
local function infos_of(needed, known)
  local infos, seen = {}, {}
  for _, each in ipairs(needed) do
    if not seen[each.symbol] then infos[#infos + 1] = known[each.symbol] end
    seen[each.symbol] = true
  end
  return infos
end

local function check_symbols(needed, known, dataset, directory)
  local names, missing = lists.sorted_keys(known), {}
  for _, each in ipairs(needed) do
    if not known[each.symbol] then
      local near = nearest(each.symbol, names)
      missing[#missing + 1] = each.symbol .. (each.view and (" (of %s)"):format(each.view) or "")
        .. (near and (" (did you mean %s?)"):format(near) or "")
    end
  end
  if #missing > 0 then
    failure.fail("DATA", "no bars of %s in dataset %s of the store in %s; import or backfill them, or change the "
      .. "ticker", lists.named(missing, NAMED_MAX), dataset, directory)
  end
end

-- Series from outside by their tickers.
local function series_of(list)
  local _, by_dataset = datasets_of(list, store_of.SERIES.timeframe)
  local known = {}
  for name, info in pairs(by_dataset[store_of.SERIES.dataset] or {}) do known[as_of.ticker(name)] = info end
  return known
end

local function check_series(views, known, directory)
  for _, ticker in ipairs(lists.sorted_keys(views)) do
    if views[ticker].kind == "series" and not known[ticker] then
      local near = as_of.name(nearest(ticker, lists.sorted_keys(known)))
      failure.fail("DATA", "no series %s in the store in %s%s; `banyan data import FILE.csv --series %s` takes it in",
        views[ticker].name, directory, near and (" (did you mean %s?)"):format(near) or "", views[ticker].name)
    end
  end
end

---@class banyan.Found
---@field dataset string
---@field views table<string, banyan.View> of the tickers that are no symbols of the dataset
---@field infos banyan.SeriesInfo[] of the symbols that are needed for all of them

--- Finds what some tickers stand for; fails when something is not there.
---@param list banyan.SeriesInfo[] what the store has
---@param tickers string[]
---@param options { dataset: string?, timeframe: string }
---@param directory string of the store, for messages
---@return banyan.Found
function M.find(list, tickers, options, directory)
  local names, symbols = datasets_of(list, options.timeframe)
  local dataset = choose_dataset(list, names, options.dataset, directory, options.timeframe)
  local known = symbols[dataset]
  local views, needed = views_among(tickers, known)
  check_symbols(needed, known, dataset, directory)
  check_series(views, series_of(list), directory)
  return { dataset = dataset, views = views, infos = infos_of(needed, known) }
end

--- The dataset that the options choose, and what it has.
---@param options { data: string, dataset: string?, timeframe: string? }
---@return string dataset
---@return table<string, banyan.SeriesInfo> infos by ticker; series from outside are among them
function M.of(options)
  local timeframe = options.timeframe or "1d"
  local store = store_of.open(options.data, "read")
  local ok, dataset, known = pcall(function()
    local list = store:snapshot():list()
    local names, symbols = datasets_of(list, timeframe)
    local chosen = choose_dataset(list, names, options.dataset, options.data, timeframe)
    local infos = symbols[chosen]
    for ticker, info in pairs(series_of(list)) do infos[ticker] = info end
    return chosen, infos
  end)
  store:close()
  if not ok then error(dataset, 0) end
  return dataset, known
end

return M
