-- SPDX-License-Identifier: MIT
-- What a strategy asks of prices and the store does not have: tickers without bars, windows longer than
-- a ticker's history.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local identity_of = require "banyan.identity"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local outline = require "banyan.outline"
local tree_of = require "banyan.tree"
local views_of = require "banyan.views"

local C = engine.C
local M = {}

local VARIANTS_MAX = 8 -- more are lengths of a history, which do not move the first value

-- The fewest closes that any of an indicator's kinds needs with its smallest windows.
local function closes_needed(series)
  local window = ffi.new "int32_t[3]"
  for i, name in ipairs(tree_of.WINDOW_NAMES) do
    local low = nil
    for _, each in ipairs(series[name] ~= nil and identity_of.values(series[name]) or {}) do
      low = math.min(low or each, each)
    end
    window[i - 1] = low or 1
  end
  local fewest = math.huge
  for _, fn in ipairs(identity_of.values(series.fn)) do
    local known = tree_of.INDICATORS[fn]
    for variant = 0, math.min(C.by_indicator_variant_max(known.code), VARIANTS_MAX) do
      fewest = math.min(fewest, C.by_indicator_closes_needed(known.code, window, variant))
    end
  end
  return fewest
end

-- The most bars that any ticker of a field has; nil when one is not known.
local function most_bars(infos, ticker)
  local most = 0
  for _, each in ipairs(identity_of.values(ticker)) do
    if not infos[each] then return nil end
    most = math.max(most, infos[each].bars)
  end
  return most
end

local function check_history(self, at, series, ticker)
  local bars = most_bars(self.infos, ticker)
  local needed = closes_needed(series)
  if not bars or needed <= bars then return end
  local shown = setmetatable({ ticker = ticker }, { __index = series })
  self.add("window-too-long", at, ("%s needs %d bars and %s has %d: it is never computable"):format(
    outline.series_text(shown), needed, outline.node_text { kind = "asset", ticker = ticker }, bars),
    "take a shorter window or a ticker with a longer history")
end

-- Calls visit(series) for each indicator of a ticker in a node.
local function each_of_ticker(node, visit)
  tree_of.each_series_of(node, function(series)
    if series.ticker ~= nil and not series.over then visit(series) end
  end)
end

-- What a node measures of each of its children that are assets.
local function template_of(node)
  local indicator = node.kind == "filter" and node.indicator
  if indicator and tree_of.is_template(indicator) and not indicator.over and not indicator.op then
    return indicator
  elseif node.kind == "inverse_vol" then
    return { fn = "stdev_return", window = node.window }
  end
end

-- The symbols that a ticker is made of: itself, or those of a view.
local function parts_of(ticker, known)
  local view = views_of.parse(ticker, known)
  return view and view.parts or { ticker }
end

local function check_tickers(self, tickers)
  local names = lists.sorted_keys(self.infos)
  local told = {}
  for _, ticker in ipairs(tickers) do
    for _, part in ipairs(parts_of(ticker, self.infos)) do
      if not self.infos[part] and not told[part] then
        told[part] = true
        local near = nearest(part, names)
        self.add("no-data", self.places[ticker], ("%s has no bars in dataset %s%s"):format(part,
          self.dataset, near and (", did you mean %s?"):format(near) or ""),
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
    each_of_ticker(node, function(series) check_history(self, at, series, series.ticker) end)
    local template = template_of(node)
    for _, child in ipairs(template and node.children or {}) do
      if child.kind == "asset" then check_history(self, at, template, child.ticker) end
    end
  end)
end

return M
