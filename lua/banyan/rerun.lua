-- SPDX-License-Identifier: MIT
-- A strategy that is evaluated again and again under other values of its params: bars, plan, columns and the state of
-- the tree stay, and what a new value changes is all that is computed. Each run is the run that banyan.backtest gives,
-- to the last bit.
--
-- Bars are those of the tickers that the values ask for, as in a single run; so there is a stage for each set of
-- tickers: its market, a wide plan over the values that the params declare, as a sweep has it, and a narrow one over
-- the last values that are not among these.
local ffi = require "ffi"
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local lists = require "banyan.lists"
local market_of = require "banyan.market"
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local prepare = require "banyan.prepare"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

local STAGES_MAX = 3          -- that are kept
local COLUMN_VALUES_MAX = 2e7 -- of a wide plan: 160 MB

---@class banyan.Evaluated
---@field c ffi.cdata* by_run *
---@field at banyan.Prepared not to be closed
---@field space { name: string, values: any[] }[] one value each
---@field computed integer? parts of the plan that had to be computed; nil where all of it was
---@field parts integer distinct parts of the plan

---@class banyan.Rerun
---@field strategy banyan.Strategy
---@field options table as of banyan.backtest.run, without params
local Rerun = {}
Rerun.__index = Rerun

--- Makes one. Close it with :close().
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run
---@return banyan.Rerun
function M.new(strategy, options)
  return setmetatable({ strategy = strategy, options = options, stages = {}, params = strategy:params() }, Rerun)
end

-- Columns --------------------------------------------------------------------------------------------

-- The params on which a series depends, itself and what it is made of.
local function params_of(series, known)
  if known[series] then return known[series] end
  local found = {}
  known[series] = found
  for _, value in pairs(series) do
    if param_of.is_bound(value) then found[value.param.name] = true end
  end
  for _, below in ipairs { series.over or false, series.other or false, series.left or false, series.right or false } do
    for name in pairs(below and params_of(below, known) or {}) do found[name] = true end
  end
  return found
end

-- How many series depend on each set of params: { { params, count }, ... }.
local function groups_of(root)
  local known, seen, groups, by_key = {}, {}, {}, {}
  tree_of.each_node(root, function(node)
    tree_of.each_series_of(node, function(series)
      local names = lists.sorted_keys(params_of(series, known))
      local text = #names > 0 and outline.series_text(series)
      if not text or seen[text] then return end -- equal ones are computed once
      seen[text] = true
      local key = table.concat(names, " ")
      if not by_key[key] then
        by_key[key] = { names = names, count = 0 }
        groups[#groups + 1] = by_key[key]
      end
      by_key[key].count = by_key[key].count + 1
    end)
  end)
  return groups
end

-- How many columns a plan over a space has beside those that depend on no param, at most.
local function column_count(self, space)
  self.groups = self.groups or groups_of(self.strategy.root)
  local counts, total = {}, 0
  for _, param in ipairs(space) do counts[param.name] = #param.values end
  for _, group in ipairs(self.groups) do
    local product = group.count
    for _, name in ipairs(group.names) do product = product * (counts[name] or 1) end
    total = total + product
  end
  return total
end

-- Stages ---------------------------------------------------------------------------------------------

-- What tells apart which bars are read.
local function bars_key(self, space)
  return table.concat(self.strategy:tickers(space), "\n")
    .. (self.strategy:needs_full_bars(space) and "\nfull" or "")
end

-- The value that a param has, and those that it declares.
local function values_of(param, declared)
  local values = { param.values[1] }
  for _, value in ipairs(declared.values) do
    if value ~= values[1] then values[#values + 1] = value end
  end
  return values
end

-- The space of a wide plan: as many values of each param as need the same bars and not too many columns; those with few
-- values come first.
local function wide_space(self, space, key, rows)
  local wide, order = {}, {}
  for i, param in ipairs(space) do
    wide[i] = { name = param.name, values = param.values }
    order[i] = { index = i, values = values_of(param, self.params[i]) }
  end
  table.sort(order, function(a, b)
    if #a.values ~= #b.values then return #a.values < #b.values end
    return a.index < b.index
  end)
  for _, each in ipairs(order) do
    local param = wide[each.index]
    param.values = each.values
    if column_count(self, wide) * rows > COLUMN_VALUES_MAX or bars_key(self, wide) ~= key then
      param.values = space[each.index].values
    end
  end
  return wide
end

local function close_plan(plan)
  if not plan then return end
  engine.close(plan.rerun, C.by_rerun_free)
  prepare.close(plan.at)
end

local function close_stage(self, key)
  local stage = self.stages[key]
  self.stages[key] = nil
  close_plan(stage.wide)
  close_plan(stage.narrow)
  stage.market:close()
end

-- Closes those that were not asked for of late.
local function make_room(self)
  local keys = lists.sorted_keys(self.stages)
  if #keys < STAGES_MAX then return end
  table.sort(keys, function(a, b) return self.stages[a].used < self.stages[b].used end)
  close_stage(self, keys[1])
end

local function open_market(self, space)
  local options = self.options
  return market_of.open(self.strategy:tickers(space), { data = options.data, dataset = options.dataset,
    timeframe = options.timeframe, full = self.strategy:needs_full_bars(space), to = options.to,
    fresh = options.fresh })
end

local function stage_of(self, key, space)
  self.clock = (self.clock or 0) + 1
  local stage = self.stages[key]
  if not stage then
    make_room(self)
    stage = { market = open_market(self, space) }
    self.stages[key] = stage
  end
  stage.used = self.clock
  return stage
end

-- A plan over a space with its columns and a walk.
local function make_plan(self, stage, space)
  local options = { from = self.options.from, to = self.options.to, market = stage.market }
  local at = prepare.new(self.strategy, space, options, host.cores())
  local ok, rerun = pcall(engine.make, "by_rerun", C.by_rerun_free, C.by_rerun_new, at.columns, at.range,
    prepare.MEMORY_BYTES / 2)
  if ok then return { at = at, rerun = rerun } end
  prepare.close(at)
  error(rerun, 0)
end

local function make_narrow(self, stage, space)
  close_plan(stage.narrow)
  stage.narrow = nil
  stage.narrow = make_plan(self, stage, space)
  return stage.narrow
end

-- Where the values of a space stand among those of a plan; nil when one is not there.
local function digits_of(plan, space)
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  for p, param in ipairs(space) do
    local found
    for k, value in ipairs(plan.at.space[p].values) do
      if value == param.values[1] then found = k - 1 end
    end
    if not found then return nil end
    digits[p - 1] = found
  end
  return digits
end

-- A plan that has the values of a space.
local function plan_for(self, stage, space, key)
  if not stage.tried then
    stage.tried = true
    local ok, made = pcall(make_plan, self, stage, wide_space(self, space, key, stage.market.panel.bar_count))
    if ok then stage.wide = made elseif host.interrupted() > 0 then error(made, 0) end
  end
  if stage.wide and digits_of(stage.wide, space) then return stage.wide end
  if stage.narrow and digits_of(stage.narrow, space) then return stage.narrow end
  return make_narrow(self, stage, space)
end

local function run_on(self, plan, space)
  local at, start = plan.at, host.clock()
  local c = custom_failures.call(self.strategy, engine.make, "by_run", C.by_run_free, C.by_rerun_run, plan.rerun,
    digits_of(plan, space))
  local computed, figures = tonumber(C.by_rerun_computed(plan.rerun)), ffi.new "by_plan_figures"
  C.by_plan_describe(at.plan, figures)
  local timing = setmetatable({ execution_seconds = host.clock() - start }, { __index = at.timing })
  return { c = c, space = space, computed = computed >= 0 and computed or nil,
    at = setmetatable({ borrowed = true, space = space, timing = timing }, { __index = at }),
    parts = figures.distinct_nodes + figures.distinct_conditions + figures.distinct_series }
end

--- The run under some values of the params, the others at their defaults.
---@param params table<string, any>?
---@return banyan.Evaluated
function Rerun:evaluate(params)
  local space = self.strategy:assignment(params, self.params)
  local key = bars_key(self, space)
  local stage = stage_of(self, key, space)
  local plan = plan_for(self, stage, space, key)
  local ok, result = pcall(run_on, self, plan, space)
  if ok then return result end
  if plan == stage.narrow or host.interrupted() > 0 then error(result, 0) end
  -- What fails over many values, such as an indicator of a script, need not fail over these.
  return run_on(self, make_narrow(self, stage, space), space)
end

--- Frees all of it; what was evaluated stays good, but for its market.
function Rerun:close()
  for _, key in ipairs(lists.sorted_keys(self.stages)) do close_stage(self, key) end
end

return M
