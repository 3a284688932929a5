-- SPDX-License-Identifier: MIT
-- From the bar store to the engine: which dataset, which bars, which sessions.
local ffi = require "ffi"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local store_of = require "banyan.store"

local C = engine.C
local M = {}

---@class banyan.Market
---@field dataset string
---@field timeframe string
---@field simulated boolean
---@field panel ffi.cdata* by_panel *
---@field symbols string[]
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

-- The dataset asked for by its whole name or the part before the /, or the only one there is.
local function choose_dataset(names, asked, directory, timeframe)
  if #names == 0 then
    failure.fail("DATA", "the bar store in %s has no %s bars yet; fill it with `banyan data import "
      .. "PATH`", directory, timeframe)
  end
  local matching = {}
  for _, name in ipairs(names) do
    if asked == nil or name == asked or name:match "^[^/]*" == asked then
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

local function check_symbols(symbols, known, dataset, directory)
  local names, missing = {}, {}
  for name in pairs(known) do names[#names + 1] = name end
  table.sort(names)
  for _, symbol in ipairs(symbols) do
    if not known[symbol] then
      local near = nearest(symbol, names)
      missing[#missing + 1] = symbol .. (near and (" (did you mean %s?)"):format(near) or "")
    end
  end
  if #missing > 0 then
    local shown = table.concat(missing, ", ", 1, math.min(#missing, 8))
    failure.fail("DATA", "no bars of %s%s in dataset %s of the store in %s; import or backfill them, "
      .. "or change the ticker", shown, #missing > 8 and (" and %d more"):format(#missing - 8) or "",
      dataset, directory)
  end
end

local function make_panel(snapshot, dataset, timeframe, symbols)
  local slices_of, total = {}, 0
  for i, symbol in ipairs(symbols) do
    local slices, count = snapshot:read(dataset, timeframe, symbol)
    slices_of[i] = { slices, count }
    total = total + count
  end
  local slices = ffi.new("by_bars[?]", total)
  local first = ffi.new("int32_t[?]", #symbols + 1)
  local names = ffi.new("const char *[?]", #symbols, symbols)
  local at = 0
  for i, each in ipairs(slices_of) do
    for k = 0, each[2] - 1 do slices[at + k] = each[1][k] end
    at = at + each[2]
    first[i] = at
  end
  return engine.make("by_panel", C.by_panel_free, C.by_panel_new, #symbols, names, slices, first)
end

--- Reads the bars of some symbols.
---@param symbols string[] in rising order
---@param options { data: string?, dataset: string?, timeframe: string? }
---@return banyan.Market
function M.open(symbols, options)
  local directory = store_of.directory(options.data)
  local timeframe = options.timeframe or "1d"
  local store = store_of.open(directory, "read")
  local ok, result = pcall(function()
    local snapshot = store:snapshot()
    local names, known = datasets_of(snapshot:list(), timeframe)
    local dataset = choose_dataset(names, options.dataset, directory, timeframe)
    check_symbols(symbols, known[dataset], dataset, directory)
    return setmetatable({
      dataset = dataset,
      timeframe = timeframe,
      simulated = store_of.is_simulated(dataset),
      symbols = symbols,
      panel = make_panel(snapshot, dataset, timeframe, symbols),
    }, Market)
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

--- What a user should know of the bars within some rows: sessions that tickers missed.
---@return string[]
function Market:warnings(range)
  local warnings, panel = {}, self.panel
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
