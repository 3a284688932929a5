-- SPDX-License-Identifier: MIT
-- Emits the series of a tree: indicators of tickers, of nodes and of other series, and arithmetic.
local check = require "banyan.emit.check"
local engine = require "banyan.ffi"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"

local TEMPLATE = { tonumber(engine.C.BY_TEMPLATE), -1, 0 }

local methods = {}

--- What the engine knows of an indicator by its name.
---@return banyan.Indicator
function methods:indicator(name)
  local found = tree_of.INDICATORS[name]
  if found then return found end
  local near = type(name) == "string" and nearest(name, tree_of.indicator_names)
  return self:fail("unknown indicator '%s'%s", tostring(name),
    near and (", did you mean '%s'?"):format(near) or "")
end

-- Names that fn may be, one a value of its param; of a plain one itself.
local function names_of(self, fn)
  if param_of.is_bound(fn) then return (self:values_of(fn)) end
  self.only[1] = fn
  return self.only
end

local function windows_of(self, series)
  local count, widest = -1, nil
  for _, name in ipairs(names_of(self, series.fn)) do
    local windows = self:indicator(name).windows
    if windows > count then count, widest = windows, name end
  end
  local windows = {}
  for i = 1, 3 do
    local value = series[tree_of.WINDOW_NAMES[i]]
    if i <= count and value == nil then
      self:fail("%s needs %d window%s", widest, count, count == 1 and "" or "s")
    end
    windows[i] = i <= count and self:field(value, check.window) or self.UNUSED
  end
  return windows
end

-- Which of its definitions a kind goes by: the word, plain or bound, of the series itself or of the
-- strategy, and what makes a number of it. Nothing where there is one only.
local function variant_word(self, series, name)
  local known = self:indicator(name)
  if not known.variant then return nil end
  local option = settings_of.OPTION_OF_VARIANT[known.variant]
  local own = series[known.variant]
  if own == nil then own = settings_of.option(self.options, option) end
  return own, check.variant(option, known.variant_max)
end

-- The variant of a kind that a param chooses depends on that param alone.
local function variant_of_bound(self, series)
  local fn, codes = series.fn, {}
  local names = names_of(self, fn)
  for i, each in ipairs(self.space[self.param_index[fn.param.name] + 1].values) do
    local word, convert = variant_word(self, series, names[i])
    if param_of.is_bound(word) then
      if word.param ~= fn.param then
        self:fail("the indicator depends on the param %s, so how %s is defined cannot depend on "
          .. "another, %s", fn.param.name, names[i], word.param.name)
      end
      word = word.map(each)
    end
    codes[each] = convert and convert(self, word) or 0
  end
  return self:field(param_of.map(fn.param, function(each) return codes[each] end), check.as_is)
end

local function variant_of(self, series)
  if param_of.is_bound(series.fn) then return variant_of_bound(self, series) end
  local word, convert = variant_word(self, series, series.fn)
  return convert and self:field(word, convert) or self.UNUSED
end

-- The first kind that a series may be of and that reads volume.
local function volume_kind(self, series)
  for _, name in ipairs(names_of(self, series.fn)) do
    if self:indicator(name).reads_volume then return name end
  end
end

local function check_source(self, series)
  local name = (series.of or series.over) and volume_kind(self, series)
  if name then self:fail("%s reads volume, which only a ticker has", name) end
end

--- Refuses to measure what is no ticker by its volume.
---@param template table a series
---@param children table[] nodes
function methods:check_template(template, children)
  tree_of.each_series(template, function(series)
    local name = series.fn and volume_kind(self, series)
    for _, child in ipairs(name and children or {}) do
      if child.kind ~= "asset" then
        self:fail("%s reads volume, which only a ticker has; %s has none", name, tree_of.name(child))
      end
    end
  end)
end

local function emit_indicator(self, series)
  local known = not param_of.is_bound(series.fn) and self:indicator(series.fn)
  local to = { form = "indicator" }
  if known and known.reads_time then
    to.symbol = self.UNUSED
  elseif series.over then
    to.over = self:emit_series(series.over)
  elseif series.of then
    to.node = self:emit_node(series.of)
  else
    to.symbol = series.ticker == nil and TEMPLATE or self:field(series.ticker, check.ticker)
  end
  check_source(self, series)
  to.kind = self:field(series.fn, check.indicator)
  to.windows = windows_of(self, series)
  to.variant = variant_of(self, series)
  return to
end

local function emit_operation(self, series)
  if not tree_of.OPERATORS[series.op] then
    self:fail("'%s' is no arithmetic; it must be add, subtract, multiply or divide",
      tostring(series.op))
  end
  return { form = series.op, over = self:emit_series(series.left),
    with = self:emit_series(series.right) }
end

local function push(self, to)
  self.series[#self.series + 1] = to
  return #self.series - 1
end

--- Emits a series, a template or not; its index.
function methods:emit_series(series)
  local at = self.series_at[series]
  if at then return at end
  if at == false then self:fail("an indicator contains itself") end
  self.series_at[series] = false
  local to = series.op and emit_operation(self, series) or emit_indicator(self, series)
  to.days_ago = self:field(series.days_ago or 0, check.days_ago)
  to.factor = self:field(series.factor or 1, check.factor)
  to.offset = self:field(series.offset or 0, check.offset)
  self.series_at[series] = push(self, to)
  return self.series_at[series]
end

--- Emits a series that has to have a source of its own.
function methods:emit_sourced(series)
  if tree_of.is_template(series) then
    self:fail("%s needs a ticker here; only in a filter is it left out",
      tostring(series.fn or series.op))
  end
  return self:emit_series(series)
end

--- Emits the template of the volatility by which children are weighted.
function methods:emit_volatility(window)
  local at = self.volatility_at[window]
  if at then return at end
  if window == nil then self:fail("weights by inverse volatility need a window") end
  at = push(self, {
    form = "indicator", symbol = TEMPLATE,
    kind = self:field("stdev_return", check.indicator),
    windows = { self:field(window, check.window), self.UNUSED, self.UNUSED },
    variant = self:field(settings_of.option(self.options, "ddof"), check.option.ddof),
    measure = self:field(settings_of.option(self.options, "group_volatility"),
      check.option.group_volatility),
    days_ago = self.UNUSED, factor = self:field(1, check.factor), offset = self.UNUSED,
  })
  self.volatility_at[window] = at
  return at
end

return function(Emitter)
  for name, method in pairs(methods) do Emitter[name] = method end
end
