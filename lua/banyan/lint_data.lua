-- SPDX-License-Identifier: MIT
-- What a strategy asks of prices and the store does not have: tickers without bars, windows longer than
-- a ticker's history.
local ffi = require "ffi"
local as_of = require "banyan.as_of"
local engine = require "banyan.ffi"
local identity_of = require "banyan.identity"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local outline = require "banyan.outline"
local timeframe = require "banyan.timeframe"
local tree_of = require "banyan.tree"
local views_of = require "banyan.views"

local C = engine.C
local M = {}

local VARIANTS_MAX = 8 -- more are lengths of a history, which do not move the first value
local SHORTEST_MONTH = 28 * 86400 -- seconds
local NUMBER = 1 -- the numbers of an indicator do not move it either

-- The fewest closes that any of an indicator's kinds needs with its smallest windows.
local function closes_needed(series)
  local recipe = ffi.new("by_recipe", { number = { NUMBER, NUMBER } })
  for i, name in ipairs(tree_of.WINDOW_NAMES) do
    local low = nil
    for _, each in ipairs(series[name] ~= nil and identity_of.values(series[name]) or {}) do
      low = math.min(low or each, each)
    end
    recipe.window[i - 1] = low or 1
  end
  local fewest = math.huge
  for _, fn in ipairs(identity_of.values(series.fn)) do
    local known = tree_of.known(series, fn)
    if not known.code then return 1 end -- a script's own: nobody knows how many
    for variant = 0, math.min(C.by_indicator_variant_max(known.code), VARIANTS_MAX) do
      recipe.variant = variant
      fewest = math.min(fewest, C.by_indicator_closes_needed(known.code, recipe))
    end
  end
  return fewest
end

-- The most bars that a series can have on a timeframe.
local function bars_of(info, on)
  if not on then return info.bars end
  local length = math.min(timeframe.seconds(on), SHORTEST_MONTH)
  return math.min(info.bars, math.floor((info.last - info.first) / length) + 2)
end

-- The most bars that any ticker of a field has; nil when one is not known, or has values
-- instead.
local function most_bars(infos, ticker, on)
  local most = 0
  for _, each in ipairs(identity_of.values(ticker)) do
    if not infos[each] or as_of.name(each) then return nil end
    most = math.max(most, bars_of(infos[each], on))
  end
  return most
end

-- Bars of a higher timeframe are made of whole bars of the store's.
local function check_timeframe(self, at, ticker, on)
  for _, each in ipairs(identity_of.values(ticker)) do
    local below = self.infos[each] and not as_of.name(each) and self.infos[each].timeframe
    if below and not timeframe.is_above(timeframe.seconds(on), timeframe.seconds(below)) then
      return self.add("no-timeframe", at, ("bars of %s cannot be made of those of %s, which are of %s")
        :format(on, each, below), "run it on shorter bars, or ask for a higher timeframe")
    end
  end
end

local function check_history(self, at, series, ticker, on)
  if on then check_timeframe(self, at, ticker, on) end
  local bars = most_bars(self.infos, ticker, on)
  local needed = closes_needed(series)
  if not bars or needed <= bars then return end
  local shown = setmetatable({ ticker = ticker }, { __index = series })
  self.add("window-too-long", at, ("%s needs %d bars%s and %s has %s%d: it is never computable"):format(
    outline.series_text(shown), needed, on and " of " .. on or "",
    outline.node_text { kind = "asset", ticker = ticker }, on and "at most " or "", bars),
    "take a shorter window or a ticker with a longer history")
end

-- Calls visit(series, on) for each indicator of a ticker in a node.
local function each_of_ticker(node, visit)
  tree_of.each_series_of(node, function(series, on)
    if series.ticker ~= nil and not series.over then visit(series, on) end
  end)
end

-- What a node measures of each of its children that are assets, and on which timeframe.
local function template_of(node)
  local indicator = node.kind == "filter" and node.indicator
  local on = indicator and indicator.on
  if on then indicator = indicator.over end
  if indicator and tree_of.is_template(indicator) and not indicator.over and not indicator.op then
    return indicator, on
  elseif node.kind == "inverse_vol" then
    return { fn = "stdev_return", window = node.window }
  end
end

-- What the store has to have for a ticker: the symbols of a view, or itself.
local function parts_of(ticker, known)
  local view = views_of.parse(ticker, known)
  return view and view.kind ~= "series" and view.parts or { ticker }
end

local function check_tickers(self, tickers)
  local names = lists.sorted_keys(self.infos)
  local told = {}
  for _, ticker in ipairs(tickers) do
    for _, part in ipairs(parts_of(ticker, self.infos)) do
      if not self.infos[part] and not told[part] then
        told[part] = true
        local near = nearest(part, names)
        local outside = as_of.name(part)
        self.add("no-data", self.places[ticker], ("%s%s"):format(outside
          and ("the store has no series %s"):format(outside)
          or ("%s has no bars in dataset %s"):format(part, self.dataset),
          near and (", did you mean %s?"):format(near) or ""),
          "import or backfill it, or change the ticker")
      end
    end
  end
end

-- The first place of each ticker.
local function places_of(root)
  local places = {}
  local function put(ticker, node, path)
    for _, each in ipairs(identity_of.values(ticker)) do
      places[each] = places[each] or { node = node, path = { unpack(path) } }
    end
  end
  tree_of.each_node(root, function(node, path)
    if node.ticker ~= nil then put(node.ticker, node, path) end
    each_of_ticker(node, function(series) put(series.ticker, node, path) end)
  end)
  return places
end

--- Adds what is found to a list of findings.
---@param root table
---@param tickers string[] of the strategy, under all values of its params
---@param dataset string
---@param infos table<string, banyan.SeriesInfo> what the dataset has, by symbol
---@param add fun(code: string, at: { node: table, path: table[] }, message: string, remedy: string)
function M.check(root, tickers, dataset, infos, add)
  local self = { dataset = dataset, infos = infos, add = add, places = places_of(root) }
  check_tickers(self, tickers)
  tree_of.each_node(root, function(node, path)
    local at = { node = node, path = path }
    each_of_ticker(node, function(series, on)
      check_history(self, at, series, series.ticker, on)
    end)
    local template, on = template_of(node)
    for _, child in ipairs(template and node.children or {}) do
      if child.kind == "asset" then check_history(self, at, template, child.ticker, on) end
    end
  end)
end

return M
