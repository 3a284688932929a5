-- SPDX-License-Identifier: MIT
-- From the bar store to the engine: which dataset, which bars, which sessions.
local ffi = require "ffi"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local stale_of = require "banyan.stale"
local store_of = require "banyan.store"
local views_of = require "banyan.views"

local C = engine.C
local M = {}

---@class banyan.Market
---@field dataset string
---@field timeframe string
---@field simulated boolean
---@field panel ffi.cdata* by_panel *
---@field symbols string[]
---@field views table<string, banyan.View> of the symbols that are made of others
local Market = {}
Market.__index = Market

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

-- The dataset asked for by its whole name or the part before a /, or the only one there is.
local function choose_dataset(names, asked, directory, timeframe)
  if #names == 0 then
    failure.fail("DATA", "the bar store in %s has no %s bars yet; fill it with `banyan data import "
      .. "PATH`", directory, timeframe)
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
    local shown = table.concat(missing, ", ", 1, math.min(#missing, 8))
    failure.fail("DATA", "no bars of %s%s in dataset %s of the store in %s; import or backfill them, "
      .. "or change the ticker", shown, #missing > 8 and (" and %d more"):format(#missing - 8) or "",
      dataset, directory)
  end
end

--- The dataset that the options choose, and what it has.
---@param options { data: string, dataset: string?, timeframe: string? }
---@return string dataset
---@return table<string, banyan.SeriesInfo> infos by symbol
function M.catalogue(options)
  local timeframe = options.timeframe or "1d"
  local store = store_of.open(options.data, "read")
  local ok, dataset, known = pcall(function()
    local names, symbols = datasets_of(store:snapshot():list(), timeframe)
    local chosen = choose_dataset(names, options.dataset, options.data, timeframe)
    return chosen, symbols[chosen]
  end)
  store:close()
  if not ok then error(dataset, 0) end
  return dataset, known
end

-- The bars of a symbol: { bars = by_bars *, count =, kept = what must live as long as they do }.
local function bars_of(snapshot, dataset, timeframe, symbol, view)
  local function read(name)
    local slices, count = snapshot:read(dataset, timeframe, name)
    return { bars = slices, count = count }
  end
  if not view then return read(symbol) end
  local parts = {}
  for i, part in ipairs(view.parts) do parts[i] = read(part) end
  local made = views_of.make(view, symbol, parts)
  local bars = ffi.new "by_bars[1]"
  bars[0].count, bars[0].time, bars[0].close = made.count, made.time, made.close
  bars[0].open, bars[0].high, bars[0].low = made.open, made.high, made.low
  bars[0].volume = made.volume
  return { bars = bars, count = 1, kept = made }
end

local function make_panel(snapshot, at, full)
  local slices_of, total = {}, 0
  for i, symbol in ipairs(at.symbols) do
    slices_of[i] = bars_of(snapshot, at.dataset, at.timeframe, symbol, at.views[symbol])
    total = total + slices_of[i].count
  end
  local slices = ffi.new("by_bars[?]", total)
  local first = ffi.new("int32_t[?]", #at.symbols + 1)
  local names = ffi.new("const char *[?]", #at.symbols, at.symbols)
  local filled = 0
  for i, each in ipairs(slices_of) do
    for k = 0, each.count - 1 do slices[filled + k] = each.bars[k] end
    filled = filled + each.count
    first[i] = filled
  end
  return engine.make("by_panel", C.by_panel_free, C.by_panel_new, #at.symbols, names, slices, first,
    full and 1 or 0)
end

-- Which of the series that are read are behind; an error when they must be fresh.
local function find_stale(snapshot, needed, known, options)
  local infos, seen = {}, {}
  for _, each in ipairs(needed) do
    if not seen[each.symbol] then infos[#infos + 1] = known[each.symbol] end
    seen[each.symbol] = true
  end
  local found = stale_of.find(snapshot, infos, { to = options.to, all = options.fresh })
  if options.fresh then stale_of.refuse(found) end
  return stale_of.texts(found)
end

--- Reads the bars of some symbols.
---@param symbols string[] in rising order
---@param options { data: string?, dataset: string?, timeframe: string?, full: boolean?, to: string?, fresh: boolean? }
--- full: with opens, highs, lows and volumes; fresh: it is an error when bars are missing at the end, nil: nobody
--- looks
---@return banyan.Market
function M.open(symbols, options)
  local directory = store_of.directory(options.data)
  local timeframe = options.timeframe or "1d"
  local store = store_of.open(directory, "read")
  local ok, result = pcall(function()
    local snapshot = store:snapshot()
    local names, known = datasets_of(snapshot:list(), timeframe)
    local dataset = choose_dataset(names, options.dataset, directory, timeframe)
    local views, needed = views_among(symbols, known[dataset])
    check_symbols(needed, known[dataset], dataset, directory)
    local at = { dataset = dataset, timeframe = timeframe, symbols = symbols, views = views,
      simulated = store_of.is_simulated(dataset) }
    at.stale = options.fresh ~= nil and find_stale(snapshot, needed, known[dataset], options) or {}
    at.panel = make_panel(snapshot, at, options.full)
    return setmetatable(at, Market)
  end)
  store:close()
  if not ok then error(result, 0) end
  return result
end

--- Frees the panel.
function Market:close()
  engine.close(self.panel, C.by_panel_free)
  self.panel = nil
end

--- The day of a panel row as YYYY-MM-DD.
function Market:date(row)
  return dates.format(self.panel.time[row])
end

local function parse(text, name)
  local seconds = dates.parse(text)
  if not seconds then
    failure.fail("USAGE", "%s must be a day such as 2015-01-31, not '%s'", name, tostring(text))
  end
  return seconds
end

-- The first session at or after a time.
local function row_at(panel, seconds)
  local low, high = panel.first_common, panel.bar_count
  while low < high do
    local middle = math.floor((low + high) / 2)
    if tonumber(panel.time[middle]) < seconds then low = middle + 1 else high = middle end
  end
  return low
end

--- The sessions from one day to another, both inclusive. Left out: from the first session, and up to the last on
--- which every symbol has a bar.
---@return ffi.cdata* range by_range, rows of the panel
function Market:range(from, to)
  local panel = self.panel
  local range = ffi.new("by_range", panel.first_common, panel.last_common)
  local from_seconds = from and parse(from, "from")
  local to_seconds = to and parse(to, "to")
  if from_seconds and to_seconds and from_seconds > to_seconds then
    failure.fail("USAGE", "from %s to %s is no range of days; swap them", from, to)
  end
  if from then range.first = row_at(panel, from_seconds) end
  if to then range.last = row_at(panel, to_seconds + dates.DAY) - 1 end
  if range.first > range.last then
    failure.fail("DATA", "no session %s%s: the bars of all %d tickers together go from %s to %s",
      from and ("from " .. from) or "", to and (from and " to " or "up to ") .. to or "",
      #self.symbols, self:date(panel.first_common), self:date(panel.last_common))
  end
  return range
end

--- What a user should know of the bars within some rows: series that are behind, sessions that tickers missed.
---@return string[]
function Market:warnings(range)
  local warnings, panel = { unpack(self.stale) }, self.panel
  for i, symbol in ipairs(self.symbols) do
    if panel.filled_count[i - 1] > 0 then
      warnings[#warnings + 1] = ("%s misses %d session%s; its last close was kept there")
        :format(symbol, panel.filled_count[i - 1], panel.filled_count[i - 1] == 1 and "" or "s")
    end
    if panel.last_bar[i - 1] < range.last then
      warnings[#warnings + 1] = ("%s has no bars after %s; its last close was kept")
        :format(symbol, self:date(panel.last_bar[i - 1]))
    end
  end
  return warnings
end

return M
