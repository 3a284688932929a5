-- SPDX-License-Identifier: MIT
-- Where the bars of two stores differ, among those that a strategy reads.
local host = require "banyan.host"
local store_of = require "banyan.store"
local timeframe_of = require "banyan.timeframe"

local M = {}

local LIST_MAX = 1000 -- of a symbol, and of all
local FULL, CLOSES = { "open", "high", "low", "close", "volume" }, { "close" }

---@class banyan.BarDiff
---@field symbol string
---@field date string
---@field time number
---@field field string "bar" where one of the stores has none
---@field a number? nil where it has none
---@field b number?

---@class banyan.BarsDiff
---@field bars integer how many differ
---@field symbols string[] which have such
---@field list banyan.BarDiff[] the earliest ones

-- The bars of a series one by one: a function that gives the next slice and the place in it.
local function reader(snapshot, at, symbol)
  local slices, count = snapshot:read(at.dataset, at.timeframe, symbol)
  local slice, place = 0, -1
  return function()
    place = place + 1
    while slice < count and place >= slices[slice].count do slice, place = slice + 1, 0 end
    if slice >= count then return nil end
    return slices[slice], place, tonumber(slices[slice].time[place])
  end
end

local Comparer = {}
Comparer.__index = Comparer

function Comparer:add(symbol, time, field, a, b)
  self.listed[symbol] = (self.listed[symbol] or 0) + 1
  if self.listed[symbol] > LIST_MAX then return end
  self.list[#self.list + 1] = { symbol = symbol, time = time,
    date = timeframe_of.begin_text(self.length, time), field = field, a = a, b = b }
end

-- Compares one bar that both have; whether it differs.
function Comparer:bar(symbol, time, slice_a, i, slice_b, k)
  local differs = false
  for _, field in ipairs(self.fields) do
    local a, b = slice_a[field][i], slice_b[field][k]
    if a ~= b and (a == a or b == b) then
      differs = true
      self:add(symbol, time, field, a == a and a or nil, b == b and b or nil)
    end
  end
  return differs
end

function Comparer:symbol(symbol, next_a, next_b, last)
  local count = 0
  local slice_a, i, time_a = next_a()
  local slice_b, k, time_b = next_b()
  while time_a or time_b do
    local time = math.min(time_a or math.huge, time_b or math.huge)
    if time > last then break end
    local has_a, has_b = time_a == time, time_b == time
    local differs = not (has_a and has_b)
    if differs then
      self:add(symbol, time, "bar", has_a and slice_a.close[i] or nil, has_b and slice_b.close[k] or nil)
    else
      differs = self:bar(symbol, time, slice_a, i, slice_b, k)
    end
    count = count + (differs and 1 or 0)
    if has_a then slice_a, i, time_a = next_a() end
    if has_b then slice_b, k, time_b = next_b() end
  end
  return count
end

-- Symbols and series that are read, with what views are made of.
local function sources_of(market)
  local list, seen = {}, {}
  local function add(symbol, at)
    if not seen[symbol] then list[#list + 1] = { symbol = symbol, at = at } end
    seen[symbol] = true
  end
  for _, symbol in ipairs(market.symbols) do
    local view = market.views[symbol]
    if not view then add(symbol) end
    if view and view.kind == "series" then add(view.name, store_of.SERIES) end
    for _, part in ipairs(view and view.parts or {}) do add(part) end
  end
  return list
end

local function opened(directory)
  local store = store_of.open(directory, "read")
  return store, store:snapshot()
end

-- Compares what two snapshots have of each source.
local function compare(self, sources, a, b, last)
  local bars, symbols = 0, {}
  for _, source in ipairs(sources) do
    local count = self:symbol(source.symbol, reader(a.snapshot, source.at or a, source.symbol),
      reader(b.snapshot, source.at or b, source.symbol), last)
    bars = bars + count
    if count > 0 then symbols[#symbols + 1] = source.symbol end
  end
  table.sort(self.list, function(x, y)
    if x.time ~= y.time then return x.time < y.time end
    return x.symbol < y.symbol
  end)
  for i = #self.list, LIST_MAX + 1, -1 do self.list[i] = nil end
  return { bars = bars, symbols = symbols, list = self.list }
end

--- Compares the bars that the strategy of the first side reads, up to the last session of either: closes, or all
--- fields where it reads others, too.
---@param a banyan.DiffSide
---@param b banyan.DiffSide
---@return banyan.BarsDiff
function M.find(a, b)
  local market_a, market_b = a.explainer.at.market, b.explainer.at.market
  local last = math.max(tonumber(market_a.panel.time[a.explainer.at.range.last]),
    tonumber(market_b.panel.time[b.explainer.at.range.last]))
  local directory_a, directory_b = host.absolute(store_of.directory(a.options.data)),
    host.absolute(store_of.directory(b.options.data))
  local store_a, snapshot_a = opened(directory_a)
  local store_b, snapshot_b = store_a, snapshot_a -- a folder is not opened twice at a time
  if directory_a ~= directory_b then store_b, snapshot_b = opened(directory_b) end
  local self = setmetatable({ list = {}, listed = {}, fields = market_a.panel.open ~= nil and FULL or CLOSES,
    length = store_of.TIMEFRAMES[market_a.timeframe] or math.huge }, Comparer)
  local ok, result = pcall(compare, self, sources_of(market_a),
    { snapshot = snapshot_a, dataset = market_a.dataset, timeframe = market_a.timeframe },
    { snapshot = snapshot_b, dataset = market_b.dataset, timeframe = market_b.timeframe }, last)
  store_a:close()
  if store_b ~= store_a then store_b:close() end
  if not ok then error(result, 0) end
  return result
end

return M
