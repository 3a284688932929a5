-- SPDX-License-Identifier: MIT
-- From the bar store to the engine: which bars, which sessions.
local ffi = require "ffi"
local as_of = require "banyan.as_of"
local catalogue = require "banyan.catalogue"
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
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
---@field as_of table<string, banyan.AsOf> of the symbols that are series from outside
---@field outside ffi.cdata* uint8_t[]: 1 for those
local Market = {}
Market.__index = Market

-- The bars of a symbol: { bars = by_bars *, count =, kept = what must live as long as they do }.
local function bars_of(snapshot, at, symbol)
  local function read(dataset, timeframe, name)
    local slices, count = snapshot:read(dataset, timeframe, name)
    return { bars = slices, count = count }
  end
  local view = at.views[symbol]
  if not view then return read(at.dataset, at.timeframe, symbol) end
  local made
  if view.kind == "series" then
    made = as_of.make(read(store_of.SERIES.dataset, store_of.SERIES.timeframe, view.name), at.seen_from)
    at.as_of[symbol] = made
  else
    local parts = {}
    for i, part in ipairs(view.parts) do parts[i] = read(at.dataset, at.timeframe, part) end
    made = views_of.make(view, symbol, parts)
  end
  local bars = ffi.new "by_bars[1]"
  bars[0].count, bars[0].time, bars[0].close = made.count, made.time, made.close
  bars[0].open, bars[0].high, bars[0].low = made.open, made.high, made.low
  bars[0].volume = made.volume
  return { bars = bars, count = 1, kept = made }
end

local function make_panel(snapshot, at, full)
  local slices_of, total = {}, 0
  local outside = ffi.new("uint8_t[?]", #at.symbols)
  at.outside = outside
  for i, symbol in ipairs(at.symbols) do
    slices_of[i] = bars_of(snapshot, at, symbol)
    total = total + slices_of[i].count
    outside[i - 1] = at.as_of[symbol] and 1 or 0
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
  local panel = engine.make("by_panel", C.by_panel_free, C.by_panel_new_as_of, #at.symbols, names, slices,
    first, outside, full and 1 or 0)
  panel.bar_seconds = store_of.TIMEFRAMES[at.timeframe] or 0
  return panel
end

-- Which of the series that are read are behind; an error when they must be fresh.
local function find_stale(snapshot, infos, options)
  local found = stale_of.find(snapshot, infos, { to = options.to, all = options.fresh })
  if options.fresh then stale_of.refuse(found) end
  return stale_of.texts(found)
end

-- Refuses series from outside that should have a newer value by now, or by the day up to which is asked.
local function refuse_overdue(at, to)
  local day = to and dates.parse(to)
  local moment = math.min(clock.now(), day and day + dates.DAY or math.huge)
  for _, symbol in ipairs(at.symbols) do
    local text = at.as_of[symbol] and as_of.overdue_text(at.views[symbol].name, at.as_of[symbol], moment)
    if text then failure.fail("DATA", "%s; import newer ones, or leave out --fresh", text) end
  end
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
    local found = catalogue.find(snapshot:list(), symbols, { dataset = options.dataset, timeframe = timeframe },
      directory)
    local at = { dataset = found.dataset, timeframe = timeframe, symbols = symbols, views = found.views, as_of = {},
      simulated = store_of.is_simulated(found.dataset) }
    at.stale = options.fresh ~= nil and find_stale(snapshot, found.infos, options) or {}
    at.seen_from = as_of.seen_from(found.dataset, timeframe, found.infos)
    at.panel = make_panel(snapshot, at, options.full)
    if options.fresh then refuse_overdue(at, options.to) end
    return setmetatable(at, Market)
  end)
  store:close()
  if not ok then error(result, 0) end
  return result
end

--- A panel of the rows first .. last alone, to be freed by the caller: what a panel would be of which
--- the bars before and after them had never been.
---@param first integer
---@param last integer
---@return ffi.cdata* by_panel *
function Market:cut(first, last)
  local panel, count = self.panel, #self.symbols
  local slices, ends = ffi.new("by_bars[?]", count), ffi.new("int32_t[?]", count + 1)
  for i = 0, count - 1 do
    local at = math.max(first, panel.first_bar[i])
    local slice = slices[i]
    slice.count, slice.time, slice.close = last - at + 1, panel.time + at, panel.close[i] + at
    if panel.open ~= nil then
      slice.open, slice.high = panel.open[i] + at, panel.high[i] + at
      slice.low, slice.volume = panel.low[i] + at, panel.volume[i] + at
    end
    ends[i + 1] = i + 1
  end
  local names = ffi.new("const char *[?]", count, self.symbols)
  local part = engine.make("by_panel", C.by_panel_free, C.by_panel_new_as_of, count, names, slices, ends,
    self.outside, panel.open ~= nil and 1 or 0)
  part.bar_seconds = panel.bar_seconds
  return part
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

--- Whether its bars are shorter than a day.
function Market:is_intraday()
  local length = self.panel.bar_seconds
  return length > 0 and length < dates.DAY
end

--- What the session of a panel row is called: its day, or the time (UTC) at which a shorter bar began.
function Market:when(row)
  return (self:is_intraday() and dates.format_time or dates.format)(self.panel.time[row])
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
    local made = self.as_of[symbol]
    warnings[#warnings + 1] = made
      and as_of.overdue_text(self.views[symbol].name, made, tonumber(panel.time[range.last])) or nil
  end
  return warnings
end

return M
