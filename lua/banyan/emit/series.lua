-- SPDX-License-Identifier: MIT
-- Emits the series of a tree: indicators of tickers, of nodes and of other series, and arithmetic.
jit.off(true, true) -- see init.lua
local check = require "banyan.emit.check"
local engine = require "banyan.ffi"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local timeframe = require "banyan.timeframe"
local tree_of = require "banyan.tree"

local TEMPLATE = { tonumber(engine.C.BY_TEMPLATE), -1, 0 }

local methods = {}

--- What the engine knows of an indicator by its name.
---@return banyan.Indicator
function methods:indicator(name)
  local found = tree_of.INDICATORS[name] or self.customs[name]
  if found then return found end
  local near = type(name) == "string" and nearest(name, tree_of.indicator_names)
  return self:fail("unknown indicator '%s'%s", tostring(name),
    near and (", did you mean '%s'?"):format(near) or "")
end

--- Takes an indicator that a script defines among those of the tree.
function methods:add_custom(series)
  local custom = series.custom and tree_of.CUSTOMS[series.custom]
  if not custom then return end
  local known = self.customs[custom.name]
  if not known then
    local code = tonumber(engine.C.BY_INDICATOR_COUNT) + #self.customs
    self.customs[#self.customs + 1] = custom
    self.customs[custom.name] = setmetatable({ code = code }, { __index = custom })
  elseif known.identity ~= custom.identity then
    self:fail("two different indicators are called %s; give one of them another name", custom.name)
  end
end

-- Names that fn may be, one a value of its param; of a plain one itself.
local function names_of(self, fn)
  if param_of.is_bound(fn) then return (self:values_of(fn)) end
  self.only[1] = fn
  return self.only
end

-- The most windows or numbers (`what`) that a kind has that a series may be of, and which kind that is.
local function most_of(self, series, what)
  local fn = series.fn
  if not param_of.is_bound(fn) then return self:indicator(fn)[what], fn end
  local count, most = -1, nil
  for _, name in ipairs(names_of(self, fn)) do
    local own = self:indicator(name)[what]
    if own > count then count, most = own, name end
  end
  return count, most
end

-- The fields of a series by their names, as many as the kind that has most of them: `what` is windows
-- or numbers.
local function fields_of(self, series, what, field_names, convert)
  local count, most = most_of(self, series, what)
  if count == 0 then return nil end
  local fields = {}
  for i = 1, #field_names do
    local value = series[field_names[i]]
    if i <= count and value == nil then
      self:fail("%s needs %d %s%s", most, count, what:sub(1, -2), count == 1 and "" or "s")
    end
    fields[i] = i <= count and self:field(value, convert) or self.UNUSED
  end
  return fields
end

local function position(words, value)
  local text = type(value) == "number" and ("%.17g"):format(value) or value
  for i, word in ipairs(words) do
    if word == text then return i - 1 end
  end
end

-- What stands for a word of an option of an indicator, as by_series has it. What is said of a whole
-- strategy may be a word that a kind does not tell from its last one.
local function word_code(self, name, option, value)
  local found = position(option.words, value)
  if found then return found end
  local shared = settings_of.OPTION_OF_INDICATOR[option.name]
  if shared then
    local known, expected = settings_of.code(shared, value)
    if not known then self:fail("%s: %s must be %s", name, option.name, expected) end
    return option.counts and known or math.min(known, option.size - 1)
  elseif option.counts and type(value) == "number" and value % 1 == 0 and value >= 1
    and value < option.size then
    return value
  end
  self:fail("%s: %s must be %s%s, not '%s'%s", name, option.name, table.concat(option.words, ", "),
    option.counts and " or a whole number of bars" or "", tostring(value),
    settings_of.suggestion(value, option.words))
end

-- The word of an option, plain or bound: of the series itself, of the strategy, or nil.
local function word_of(self, series, option)
  local own = series[option.name]
  if own ~= nil then return own end
  local shared = settings_of.OPTION_OF_INDICATOR[option.name]
  return shared and self.options[shared]
end

-- The number of a kind's definition, under a value of a param or none.
local function variant_code(self, series, name, param, value)
  local code, stride = 0, 1
  for _, option in ipairs(self:indicator(name).options) do
    local word = word_of(self, series, option)
    if param_of.is_bound(word) then
      if word.param ~= param then
        self:fail("%s depends on the param %s, so how %s is defined cannot depend on another, %s",
          param_of.is_bound(series.fn) and "the indicator" or "its definition", param.name, name,
          word.param.name)
      end
      word = word.map(value)
    end
    if word ~= nil then code = code + stride * word_code(self, name, option, word) end
    stride = stride * option.size
  end
  return code
end

-- The param that chooses the kind of a series or one of its options.
local function param_of_variant(self, series)
  if param_of.is_bound(series.fn) then return series.fn.param end
  for _, option in ipairs(self:indicator(series.fn).options) do
    local word = word_of(self, series, option)
    if param_of.is_bound(word) then return word.param end
  end
end

-- Whether a series of a plain kind leaves its definition to the strategy.
local function is_usual(self, series)
  if param_of.is_bound(series.fn) then return false end
  for _, option in ipairs(self:indicator(series.fn).options) do
    if series[option.name] ~= nil then return false end
  end
  return true
end

local function variant_of(self, series)
  local usual = is_usual(self, series)
  if usual and self.usual_variants[series.fn] then return self.usual_variants[series.fn] end
  local param = param_of_variant(self, series)
  if not param then
    local variant = self:field(variant_code(self, series, series.fn), check.as_is)
    if usual then self.usual_variants[series.fn] = variant end
    return variant
  end
  local codes, index = {}, self.param_index[param.name]
  if not index then self:fail("the param %s is not one of this strategy's", param.name) end
  for _, each in ipairs(self.space[index + 1].values) do
    local name = param_of.is_bound(series.fn) and series.fn.map(each) or series.fn
    codes[each] = variant_code(self, series, name, param, each)
  end
  return self:field(param_of.map(param, function(each) return codes[each] end), check.as_is)
end

-- The first kind that a series may be of and that reads volume.
local function volume_kind(self, series)
  for _, name in ipairs(names_of(self, series.fn)) do
    if self:indicator(name).reads_volume then return name end
  end
end

local function check_source(self, series)
  for _, each in ipairs(names_of(self, series.fn)) do
    if self:indicator(each).reads_other and not series.other then
      self:fail("%s needs a second series", each)
    end
  end
  local name = (series.of or series.over) and volume_kind(self, series)
  if name then self:fail("%s reads volume, which only a ticker has", name) end
end

--- Refuses to measure what is no ticker by its volume, or in a higher timeframe.
---@param template table a series
---@param children table[] nodes
function methods:check_template(template, children)
  tree_of.each_series(template, function(series)
    self:add_custom(series)
    local name = series.fn and volume_kind(self, series)
    for _, child in ipairs((name or series.on) and children or {}) do
      if child.kind ~= "asset" and series.on then
        self:fail("b.on sees tickers alone, and %s is a node; rank it outside of b.on", tree_of.name(child))
      elseif child.kind ~= "asset" then
        self:fail("%s reads volume, which only a ticker has; %s has none", name, tree_of.name(child))
      end
    end
  end)
end

local function refuse_node(self, node)
  self:fail("b.on sees tickers alone: %s is a node, whose equity has no bars of %s; measure it outside "
    .. "of b.on", tree_of.name(node), timeframe.text(self.timeframe))
end

-- The index of what an indicator is measured over, as the fields over, node and symbol, two of them nil.
local function emit_source(self, series)
  local known = not param_of.is_bound(series.fn) and self:indicator(series.fn)
  if known and known.reads_time then return nil, nil, self.UNUSED end
  if series.over then return self:emit_series(series.over) end
  if not series.of then
    return nil, nil, series.ticker == nil and TEMPLATE or self:field(series.ticker, check.ticker)
  end
  if self.timeframe then refuse_node(self, series.of) end
  return nil, self:emit_node(series.of)
end

local function emit_indicator(self, series)
  self:add_custom(series)
  local over, node, symbol = emit_source(self, series)
  check_source(self, series)
  return {
    form = "indicator", over = over, node = node, symbol = symbol,
    with = series.other and self:emit_series(series.other),
    kind = self:field(series.fn, check.indicator),
    windows = fields_of(self, series, "windows", tree_of.WINDOW_NAMES, check.window),
    numbers = fields_of(self, series, "numbers", tree_of.NUMBER_NAMES, check.indicator_number),
    variant = variant_of(self, series),
    timeframe = self.timeframe, days_ago = false, factor = false, offset = false,
  }
end

local function emit_operation(self, series)
  if not tree_of.OPERATORS[series.op] then
    self:fail("'%s' is no arithmetic; it must be add, subtract, multiply or divide",
      tostring(series.op))
  end
  return { form = series.op, over = self:emit_series(series.left), with = self:emit_series(series.right),
    timeframe = self.timeframe }
end

-- Bars of a timeframe that is above the one at hand.
local function timeframe_of(self, series)
  local above, why = timeframe.seconds(series.on)
  if not above then self:fail("%s", why) end
  if self.timeframe and not timeframe.is_above(above, self.timeframe) then
    local own = timeframe.text(self.timeframe)
    self:fail("%s within %s: %s; inside of b.on goes what is of a higher timeframe", series.on, own,
      above < self.timeframe and ("bars of %s are shorter"):format(series.on)
      or above == self.timeframe and "they are the same bars"
      or ("bars of %s are no whole number of %s"):format(series.on, own))
  end
  return above
end

-- The series inside is another one in each timeframe.
local function emit_seen(self, series)
  local above, outer = timeframe_of(self, series), self.timeframe
  self.timeframe = above
  local over = self:emit_series(series.over)
  self.timeframe = outer
  return { form = "seen", over = over, timeframe = outer }
end

-- Where the series of the timeframe at hand stand.
local function places_of(self)
  if not self.timeframe then return self.series_at end
  self.series_on[self.timeframe] = self.series_on[self.timeframe] or {}
  return self.series_on[self.timeframe]
end

local function push(self, to)
  self.series[#self.series + 1] = to
  return #self.series - 1
end

--- Emits a series, a template or not; its index.
function methods:emit_series(series)
  local places = places_of(self)
  local at = places[series]
  if at then return at end
  if at == false then self:fail("an indicator contains itself") end
  places[series] = false
  local to = series.op and emit_operation(self, series) or series.on and emit_seen(self, series)
    or emit_indicator(self, series)
  to.days_ago = self:field(series.days_ago or 0, check.days_ago)
  to.factor = self:field(series.factor or 1, check.factor)
  to.offset = self:field(series.offset or 0, check.offset)
  places[series] = push(self, to)
  return places[series]
end

--- Emits a series that has to have a source of its own.
function methods:emit_sourced(series)
  if tree_of.is_template(series) then
    self:fail("%s needs a ticker here; only in a filter is it left out",
      tree_of.series_name(series))
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
