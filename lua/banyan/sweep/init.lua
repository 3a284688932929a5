-- SPDX-License-Identifier: MIT
-- Sweeps: all combos of a space, or those that a search asks for, into a result store.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local execute = require "banyan.sweep.execute"
local failure = require "banyan.failure"
local host = require "banyan.host"
local identity = require "banyan.sweep.identity"
local prepare = require "banyan.prepare"
local print_ = require "banyan.print"
local results_of = require "banyan.results"
local shard_of = require "banyan.sweep.shard"
local space_of = require "banyan.space"
local watching = require "banyan.sweep.watching"

local C = engine.C
local M = {}

---@class banyan.SweepOptions
---@field store string? folder of the results
---@field script string? path of the sweep's file
---@field threads integer?
---@field memory number? bytes that the evaluation may take
---@field alone boolean? each combo is computed from nothing
---@field data string? folder of the bars
---@field dataset string?
---@field timeframe string?
---@field from string?
---@field to string?
---@field fresh boolean? see banyan.market.open
---@field params table<string, any>? values of params that are not swept
---@field shard banyan.Shard? evaluate this part alone
---@field progress (fun(state: table))?

-- What a sweep is told by its file, where the options say nothing else.
local function settings_of(sweep, options)
  return { data = options.data, dataset = options.dataset,
    timeframe = options.timeframe or sweep.timeframe, from = options.from or sweep.from,
    to = options.to or sweep.to, fresh = options.fresh,
    memory = options.memory, script = options.script, shard = options.shard,
    threads = options.threads or host.cores(), alone = options.alone }
end

--- Plan, bars, columns and space of a sweep.
---@param sweep table of b.sweep
---@param options banyan.SweepOptions
---@return banyan.Prepared
---@return banyan.Space
---@return table settings
function M.prepare(sweep, options)
  sweep.rank = sweep.rank or "sharpe"
  results_of.metric_index(sweep.rank, "STRATEGY")
  local settings = settings_of(sweep, options)
  if settings.shard and sweep.search then
    failure.fail("USAGE", "a search asks for combos by the results of those before, so it cannot be cut into "
      .. "shards; sweep it as a whole, or a grid or a sample in shards")
  end
  if settings.shard and not host.stat(settings.data .. "/data.mdb") then
    failure.fail("DATA", "shard %s: there is no bar store in %s on this machine; make a snapshot where every machine "
      .. "sees it, with `banyan data snapshot DIR`, and name it with --data DIR", shard_of.text(settings.shard),
      settings.data)
  end
  local params = sweep.strategy:space(sweep.over, options.params)
  local guided = sweep.search ~= nil
  space_of.check_size(params, { sample = sweep.sample, guided = guided })
  local at = prepare.open(sweep.strategy, params, settings)
  local stretch = settings.shard and function(count) return shard_of.stretch(settings.shard, count) end
  local space = space_of.new(params, { plan = at.plan, where = sweep.where, sample = sweep.sample, guided = guided,
    stretch = stretch })
  local met = stretch and space:met(stretch(space.combo_count)) -- other values need no columns
  prepare.compute(at, sweep.strategy, settings, settings.threads, at.range.first, met)
  return at, space, settings
end

local function warnings_of(at, counts, settings)
  local warnings = at.market:warnings(at.range)
  if settings.memory and (counts.memory_bytes or 0) > settings.memory then
    table.insert(warnings, ("the sweep takes %s at least, more than the %s given"):format(
      print_.bytes(counts.memory_bytes), print_.bytes(settings.memory)))
  end
  return warnings
end

local function summarise(at, state, settings)
  local new, counts = state.done - state.resumed, state.counts
  local seconds, execution = host.clock() - state.begin, at.timing.execution_seconds
  local asked, computed = counts.nodes_asked or 0, counts.nodes_computed or 0
  at.timing.average_us = new > 0 and execution / new * 1e6 or 0
  return {
    strategy = state.strategy, dataset = at.market.dataset, simulated = at.market.simulated,
    combos = state.total, done = state.done, resumed = state.resumed,
    seconds = seconds, threads = settings.threads, timing = at.timing,
    combos_per_second = seconds > 0 and new / seconds or 0,
    parallelism = execution > 0 and (counts.busy_seconds or 0) / execution or 0,
    nodes_asked = asked, nodes_computed = computed,
    cache_hit_rate = asked > 0 and 1 - computed / asked or 0,
    rank = state.rank, store = settings.store, interrupted = state.interrupted,
    warnings = warnings_of(at, counts, settings),
  }
end

-- Of what was stored before, the watchers' text may not know the best.
local function best_of(state, store, rank)
  if state.resumed == 0 and (state.best_found or not state.best_combo) then return state.best_found end
  local results = results_of.open(store)
  local number = results:top(rank, 1)[1]
  local best = number and { combo = number, params = results:params(number),
    metrics = results:metrics(number) }
  results:close()
  return best
end

local function open_store(at, space, sweep, settings)
  local header = ffi.new "by_results_header"
  local id = identity.text(at, space, sweep)
  if settings.shard then id = shard_of.identity(id, settings.shard) end
  local description = identity.description(at, space, sweep, settings)
  header.identity, header.description = id, description
  header.param_count = #space.params
  return engine.make("by_results", C.by_results_close, C.by_results_create, settings.store, header)
end

local function planned(space, sweep, shard)
  local count = identity.planned(space, sweep)
  return shard and select(3, shard_of.chunks(shard, count)) or count
end

--- All combos of a sweep, or those of a shard, into a result store; goes on where an earlier, equal sweep stopped.
---@param sweep table of b.sweep
---@param options banyan.SweepOptions
---@return table summary
function M.run(sweep, options)
  local begin = host.clock()
  local at, space, settings = M.prepare(sweep, options)
  settings.store = options.store
  local metric = results_of.metric_index(sweep.rank, "STRATEGY")
  local state = { begin = begin, rank = sweep.rank, strategy = sweep.strategy.name, metric = metric,
    shard = settings.shard, total = planned(space, sweep, settings.shard), done = 0,
    stored = {}, counts = {}, submitted = begin }
  local results = open_store(at, space, sweep, settings)
  watching.resume(state, C.by_results_describe(results))
  execute.count_stored(results, state)
  local report = options.progress and function(s)
    s.seconds = host.clock() - s.begin
    options.progress(s)
  end
  local ok, message = pcall(execute.all, at, space, sweep, results, settings, state, report)
  if not ok then
    pcall(engine.call, C.by_results_commit, results, watching.text(state, "failed", tostring(message)))
  end
  engine.close(results, C.by_results_close)
  if not ok then error(message, 0) end
  local summary = summarise(at, state, settings)
  for _, note in ipairs(space.notes) do table.insert(summary.warnings, note) end
  summary.best = best_of(state, options.store, state.rank)
  prepare.close(at)
  return summary
end

return M
