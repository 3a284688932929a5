-- SPDX-License-Identifier: MIT
-- Runs and sweeps: from a strategy and options to numbers.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local json = require "banyan.json"
local prepare = require "banyan.prepare"
local record = require "banyan.settings.record"
local results_of = require "banyan.results"
local space_of = require "banyan.space"

local C = engine.C
local M = {}

local COMMIT_SECONDS = 0.5
local TAKE_MS = 100
M.ENGINE_VERSION = 2 -- changes when results change: a store of another version is not resumed

---@class banyan.Run
local Run = {}
Run.__index = Run

--- The i-th session, from 1.
function Run:date(i)
  return self.dates[i]
end

--- Equity after the i-th session's trades, in money; the capital before the first.
function Run:equity(i)
  return self.c.equity[i - 1]
end

--- Target weights of the i-th session: { { ticker, weight }, ... } in rising order.
function Run:weights(i)
  local list, c = {}, self.c
  for k = c.weight_first[i - 1], c.weight_first[i] - 1 do
    list[#list + 1] = { self.tickers[c.symbol[k] + 1], c.weight[k] }
  end
  return list
end

-- The params of one backtest, as a list and by name.
local function chosen_params(space)
  local list, by_name = {}, {}
  for i, param in ipairs(space) do
    list[i] = { name = param.name, value = param.values[1] }
    by_name[param.name] = param.values[1]
  end
  return list, by_name
end

--- One backtest.
---@param strategy banyan.Strategy
---@param options { params: table?, from: string?, to: string?, data: string?, dataset: string?,
--- timeframe: string?, fresh: boolean? } fresh: see banyan.market.open
---@return banyan.Run
function M.run(strategy, options)
  local begin = host.clock()
  local at = prepare.new(strategy, strategy:assignment(options.params), options, host.cores())
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local start = host.clock()
  local c = engine.make("by_run", C.by_run_free, C.by_run_new, at.columns, digits, at.range)
  at.timing.execution_seconds = host.clock() - start
  local params, by_name = chosen_params(at.space)
  local run = setmetatable({
    c = c, strategy = strategy.name, dataset = at.market.dataset, timeframe = at.market.timeframe,
    simulated = at.market.simulated, tickers = at.tickers, settings = strategy:settings(by_name),
    days = c.day_count, dates = {}, params = params, metrics = results_of.metrics_of(c.result),
    warnings = at.market:warnings(at.range), timing = at.timing,
  }, Run)
  for i = 1, c.day_count do run.dates[i] = at.market:date(c.first + i - 1) end
  run.start, run.finish = run.dates[1], run.dates[c.day_count]
  prepare.close(at)
  at.timing.total_seconds = host.clock() - begin
  return run
end

-- Sweeps -----------------------------------------------------------------------------------------

local function sweep_options(sweep, options)
  return { data = options.data, dataset = options.dataset, timeframe = options.timeframe,
    from = options.from or sweep.from, to = options.to or sweep.to, fresh = options.fresh }
end

local function hex(hash)
  return ("%08x%08x"):format(tonumber(bit.rshift(hash, 32)), tonumber(bit.band(hash, 0xffffffffULL)))
end

-- What makes a sweep this sweep: a store of the same identity is resumed.
local function identity_of(at, space)
  local lines = {
    "engine " .. M.ENGINE_VERSION,
    "plan " .. hex(C.by_plan_hash(at.plan)),
    "data " .. hex(C.by_panel_hash(at.market.panel, at.range.last)),
    "sessions " .. at.market:date(at.range.first) .. " " .. at.market:date(at.range.last),
    ("combos %d"):format(space.combo_count),
    "numbers " .. hex(C.by_hash(space.combos, space.combo_count * 4, 0)),
  }
  for _, param in ipairs(space.params) do
    local values = {}
    for i, value in ipairs(param.values) do
      values[i] = type(value) == "number" and ("%.17g"):format(value) or ("%q"):format(value)
    end
    lines[#lines + 1] = ("param %s %s"):format(param.name, table.concat(values, " "))
  end
  return table.concat(lines, "\n")
end

local function description_of(strategy, at, space, rank)
  local params = {}
  for i, param in ipairs(space.params) do
    params[i] = json.object { { "name", param.name }, { "default", param.default },
      { "values", json.array(param.values) } }
  end
  return json.encode(json.object {
    { "schema", "banyan.store/1" }, { "strategy", strategy.name }, { "rank", rank },
    { "dataset", at.market.dataset }, { "simulated", at.market.simulated },
    { "from", at.market:date(at.range.first) }, { "to", at.market:date(at.range.last) },
    { "settings", record.json(strategy:settings()) }, { "params", json.array(params) },
  })
end

-- The best so far by the ranking metric.
local function track_best(best, metric, direction, count, rows)
  for i = 0, count - 1 do
    local value = rows[i].metric[metric]
    if value == value and (not best or value * direction > best * direction) then best = value end
  end
  return best
end

-- Takes finished chunks and keeps them until all are done or the user stops. Returns whether it was stopped.
local function drain(c_sweep, results, state, progress)
  local first, count = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  local rows = ffi.new "const by_result *[1]"
  local committed, stopped = host.clock(), false
  while true do
    local taken = C.by_sweep_take(c_sweep, TAKE_MS, first, count, rows)
    if taken == 1 then
      engine.call(C.by_results_put, results, first[0], count[0], rows[0])
      state.done = state.done + count[0]
      state.best = track_best(state.best, state.metric, state.direction, count[0], rows[0])
    elseif taken < 0 then
      break
    end
    if host.clock() - committed > COMMIT_SECONDS then
      engine.call(C.by_results_commit, results)
      committed = host.clock()
    end
    if progress then progress(state) end
    if host.interrupted() > 0 and not stopped then
      stopped = true
      C.by_sweep_cancel(c_sweep)
    end
  end
  engine.call(C.by_results_commit, results)
  return stopped
end

local function execute(at, space, results, threads, state, progress)
  local chunk_count = math.ceil(space.combo_count / tonumber(C.BY_CHUNK_COMBOS))
  local chunk_done = ffi.new("uint8_t[?]", chunk_count)
  local before = ffi.new "int64_t[1]"
  engine.call(C.by_results_done, results, chunk_done, before)
  state.done, state.resumed = tonumber(before[0]), tonumber(before[0])
  local options = ffi.new("by_sweep_options", { asked = at.range, thread_count = threads,
    chunk_done = chunk_done })
  local begin = host.clock()
  local c_sweep = engine.make("by_sweep", C.by_sweep_free, C.by_sweep_start, at.columns,
    space.digits, space.combo_count, options)
  local ok, stopped = pcall(drain, c_sweep, results, state, progress)
  if ok and not stopped then engine.call(C.by_sweep_finish, c_sweep) end
  local counts = ffi.new "by_sweep_counts"
  if ok then
    C.by_sweep_cancel(c_sweep)
    C.by_sweep_finish(c_sweep, nil)
    C.by_sweep_count(c_sweep, counts)
  end
  engine.close(c_sweep, C.by_sweep_free)
  if not ok then error(stopped, 0) end
  at.timing.execution_seconds = host.clock() - begin
  return counts, stopped
end

local function summarise(at, space, state, counts, settings)
  local new = state.done - state.resumed
  local seconds = at.timing.execution_seconds
  local asked, computed = tonumber(counts.nodes_asked), tonumber(counts.nodes_computed)
  at.timing.average_us = new > 0 and seconds / new * 1e6 or 0
  return {
    strategy = state.strategy, dataset = at.market.dataset, simulated = at.market.simulated,
    combos = space.combo_count, done = state.done, resumed = state.resumed,
    seconds = host.clock() - state.begin, threads = settings.threads, timing = at.timing,
    combos_per_second = seconds > 0 and new / seconds or 0,
    parallelism = seconds > 0 and counts.busy_seconds / seconds or 0,
    nodes_asked = asked, nodes_computed = computed,
    cache_hit_rate = asked > 0 and 1 - computed / asked or 0,
    rank = state.rank, store = settings.store, interrupted = state.interrupted,
    warnings = at.market:warnings(at.range),
  }
end

local function best_of(store, rank)
  local results = results_of.open(store)
  local number = results:top(rank, 1)[1]
  local best = number and { combo = number, params = results:params(number),
    metrics = results:metrics(number) }
  results:close()
  return best
end

--- All combos of a sweep into a result store; goes on where an earlier, equal sweep stopped.
---@param sweep table of b.sweep
---@param options { store: string, threads: integer?, data: string?, dataset: string?, from: string?, to: string?,
--- fresh: boolean?, params: table?, progress: function? }
---@return table summary
function M.sweep(sweep, options)
  local state = { begin = host.clock(), rank = sweep.rank or "sharpe",
    strategy = sweep.strategy.name, total = 0 }
  state.metric = results_of.metric_index(state.rank, "STRATEGY")
  state.direction = C.by_metric_direction(state.metric)
  local settings = sweep_options(sweep, options)
  settings.threads, settings.store = options.threads or host.cores(), options.store
  local params = sweep.strategy:space(sweep.over, options.params)
  local at = prepare.new(sweep.strategy, params, settings, settings.threads)
  local space = space_of.new(params, sweep.where, at.plan)
  state.total = space.combo_count
  local header = ffi.new "by_results_header"
  local identity = identity_of(at, space)
  local description = description_of(sweep.strategy, at, space, state.rank)
  header.identity, header.description = identity, description
  header.combo_count, header.param_count = space.combo_count, #params
  header.combos, header.digits = space.combos, space.digits
  local results = engine.make("by_results", C.by_results_close, C.by_results_create, options.store,
    header)
  local report = options.progress and function(s)
    s.seconds = host.clock() - s.begin
    options.progress(s)
  end
  local ok, counts, stopped = pcall(execute, at, space, results, settings.threads, state, report)
  engine.close(results, C.by_results_close)
  if not ok then error(counts, 0) end
  state.interrupted = stopped and state.done < state.total -- asked to stop when all was done: done
  local summary = summarise(at, space, state, counts, settings)
  summary.best = best_of(options.store, state.rank)
  prepare.close(at)
  return summary
end

-- What each param stands for, and in which nodes.
local function add_touches(lines, touches)
  for _, touch in ipairs(touches) do
    local places = touch.places or {}
    lines[#lines + 1] = ("%s sets the %s%s"):format(touch.param, touch.field, touch.places
      and (" in %d place%s:"):format(#places, #places == 1 and "" or "s") or " of the strategy")
    for _, place in ipairs(places) do lines[#lines + 1] = "  " .. place end
  end
end

--- What a sweep would do, as lines of text.
---@return string[]
function M.describe_sweep(sweep, options)
  local params = sweep.strategy:space(sweep.over, options.params)
  local settings = sweep_options(sweep, options)
  local at = prepare.new(sweep.strategy, params, settings, options.threads or host.cores())
  local space = space_of.new(params, sweep.where, at.plan)
  local figures = ffi.new "by_plan_figures"
  C.by_plan_describe(at.plan, figures)
  local lines = {
    ("%s: %d combos of %d params"):format(sweep.strategy.name, space.combo_count, #params),
    ("%d nodes as written, %d distinct, of which %d depend on a param"):format(
      tonumber(figures.node_count), figures.distinct_nodes, figures.dynamic_nodes),
    ("sessions %s to %s, dataset %s"):format(at.market:date(at.range.first),
      at.market:date(at.range.last), at.market.dataset),
  }
  for _, param in ipairs(params) do
    lines[#lines + 1] = ("%s: %d values, %s to %s"):format(param.name, #param.values,
      tostring(param.values[1]), tostring(param.values[#param.values]))
  end
  add_touches(lines, sweep.strategy:touches())
  prepare.close(at)
  return lines
end

return M
