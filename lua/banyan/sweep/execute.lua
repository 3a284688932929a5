-- SPDX-License-Identifier: MIT
-- The rounds of a sweep, one after the other: workers evaluate what the store does not have.
local ffi = require "ffi"
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local identity = require "banyan.sweep.identity"
local prepare = require "banyan.prepare"
local results_of = require "banyan.results"
local rounds_of = require "banyan.sweep.rounds"
local shard_of = require "banyan.sweep.shard"
local watching = require "banyan.sweep.watching"

local C = engine.C
local M = {}

local COMMIT_SECONDS = 0.5
local TAKE_MS = 100

-- Hands what has come in to the store's own thread now and then.
local function submit(results, state)
  local now = host.clock()
  if now - state.submitted < COMMIT_SECONDS then return end
  engine.call(C.by_results_submit, results, watching.text(state, "running"))
  state.submitted = now
end

-- How far the workers have come with a round before which `before` combos were done, and the best of all.
local function observe(c_sweep, results, state, before)
  local counts, best = ffi.new "by_sweep_counts", ffi.new "by_results_best"
  C.by_sweep_count(c_sweep, counts)
  C.by_results_found(results, best)
  state.done = before + tonumber(counts.combos_done)
  if best.combo >= 0 then state.best, state.best_combo = best.value, tonumber(best.combo) + 1 end
end

-- Keeps what the summary tells of the best combo, when it is one of this round.
local function keep_best(results, round, space, state)
  local best = ffi.new "by_results_best"
  C.by_results_found(results, best)
  if best.combo < 0 or best.round ~= round.number then return end
  local params, first = {}, best.position * #space.params
  for p, param in ipairs(space.params) do
    params[p] = { name = param.name, value = param.values[round.digits[first + p - 1] + 1] }
  end
  state.best_found = { combo = state.best_combo, params = params, metrics = results_of.metrics_of(best.result) }
end

-- Waits until all combos of a round are in the store or the user stops. Returns whether it was stopped.
local function wait(c_sweep, results, state, progress)
  local before, stopped, taken = state.done, false, 0
  while taken == 0 do
    taken = C.by_sweep_take(c_sweep, TAKE_MS, nil, nil, nil)
    observe(c_sweep, results, state, before)
    submit(results, state)
    if progress then progress(state) end
    if host.interrupted() > 0 and not stopped then
      stopped = true
      C.by_sweep_cancel(c_sweep)
    end
  end
  return stopped
end

-- Adds what the workers counted to the counts of the rounds before.
local function add_counts(total, counts)
  for _, name in ipairs { "nodes_asked", "nodes_computed", "busy_seconds" } do
    total[name] = (total[name] or 0) + tonumber(counts[name])
  end
  total.memory_bytes = math.max(total.memory_bytes or 0, tonumber(counts.memory_bytes_least))
end

-- Keeps the strategy in the store, which is work for the time in which others work. Of shards the first one does.
local function keep_source(results, sweep, state)
  if state.source_kept or state.shard and state.shard.number > 1 then return end
  state.source_kept = true
  local source = C.by_results_describe(results).source == nil and identity.source(sweep.strategy)
  if source then engine.call(C.by_results_source, results, source) end
end

-- How many combos of a round the store holds, and in which chunks: chunk_done[chunks of the round].
local function stored_of(results, number, chunk_done)
  local combos = ffi.new "int64_t[1]"
  engine.call(C.by_results_done, results, number, chunk_done, combos)
  return tonumber(combos[0])
end

--- Counts what the store holds of all rounds before the first one, so that a search that is stopped while it replays
--- them knows.
---@param results ffi.cdata* by_results *
---@param state table of the sweep
function M.count_stored(results, state)
  local header = C.by_results_describe(results)
  local chunk_done = ffi.new("uint8_t[?]", header.chunk_count + 1)
  for number = 0, header.round_count - 1 do
    state.stored[number] = stored_of(results, number, chunk_done)
    state.done = state.done + state.stored[number]
  end
  state.resumed = state.done
end

-- Marks what other shards evaluate as done. Returns how many combos of the round are this one's.
local function leave_to_others(shard, combo_count, chunk_done)
  if not shard then return combo_count end
  local first, last, combos = shard_of.chunks(shard, combo_count)
  for chunk = 0, math.ceil(combo_count / C.by_sweep_chunk_size(combo_count)) - 1 do
    if chunk < first or chunk >= last then chunk_done[chunk] = 1 end
  end
  return combos
end

-- Of a round a shard keeps its own combos.
local function add_round(results, round, shard)
  if not shard then
    engine.call(C.by_results_round, results, round.number, round.count, round.combos, round.digits)
    return
  end
  local first, combos = shard_of.stretch(shard, round.count)
  engine.call(C.by_results_round_part, results, round.number, round.count, first, combos, round.combos, round.digits)
end

-- One round: those of its combos that the store does not have.
local function execute(at, round, space, sweep, results, settings, state, progress)
  local number = round.number
  add_round(results, round, settings.shard)
  if state.stored[number] == round.count then return false end
  local chunk_done = ffi.new("uint8_t[?]", math.ceil(round.count / C.by_sweep_chunk_size(round.count)))
  local stored = stored_of(results, number, chunk_done)
  local wanted = leave_to_others(settings.shard, round.count, chunk_done)
  if not state.stored[number] then -- of a damaged store there may be results of a round that was lost
    state.done, state.resumed = state.done + stored, state.resumed + stored
  end
  if stored == wanted then return false end
  local options = ffi.new("by_sweep_options", { asked = at.range, thread_count = settings.threads,
    alone = settings.alone and 1 or 0, memory_bytes_max = settings.memory or prepare.MEMORY_BYTES,
    chunk_done = chunk_done })
  local c_sweep = engine.make("by_sweep", C.by_sweep_free, C.by_results_sweep, results, number, at.columns,
    round.combos, round.digits, round.count, options)
  local ok, stopped = pcall(function()
    keep_source(results, sweep, state)
    local stopped = wait(c_sweep, results, state, progress)
    if not stopped then
      custom_failures.call(sweep.strategy, engine.call, C.by_sweep_finish, c_sweep)
    end
    return stopped
  end)
  local counts = ffi.new "by_sweep_counts"
  if ok then
    keep_best(results, round, space, state)
    C.by_sweep_cancel(c_sweep)
    C.by_sweep_finish(c_sweep, nil)
    C.by_sweep_count(c_sweep, counts)
    add_counts(state.counts, counts)
  end
  engine.close(c_sweep, C.by_sweep_free)
  if not ok then error(stopped, 0) end
  return stopped
end

-- The next round, nil after the last one. A user who stops the sweep while it is sought, in `where`, stops it as
-- well as in a round.
local function next_round(rounds, results, state)
  local ok, round = pcall(rounds.next, rounds, results)
  if ok then return round end
  local failed = failure.failure_of(round)
  if not failed or failed.status ~= "CANCELLED" then error(round, 0) end
  state.stopped = true
end

--- Evaluates all rounds that the sweep asks for, until the user stops it, and commits.
---@param at banyan.Prepared
---@param space banyan.Space
---@param sweep table of b.sweep
---@param results ffi.cdata* by_results *
---@param settings table
---@param state table of the sweep; done, best, counts, stopped and interrupted are kept up to date
---@param progress (fun(state: table))?
function M.all(at, space, sweep, results, settings, state, progress)
  local begin = host.clock()
  state.execution_begin = begin
  local rounds = rounds_of.new(space, sweep, state.metric, C.by_metric_direction(state.metric))
  C.by_results_seek(results, ffi.new("by_results_best", { metric = state.metric,
    round = -1, combo = (state.best_combo or 0) - 1, value = state.best or 0 }))
  local round = next_round(rounds, nil, state)
  while round do
    state.stopped = execute(at, round, space, sweep, results, settings, state, progress) or host.interrupted() > 0
    round = not state.stopped and next_round(rounds, results, state) or nil
  end
  if not state.stopped then state.total = state.done end -- a search may end before its count
  -- Asked to stop when all was done: done.
  state.interrupted = state.stopped and state.done < state.total
  keep_source(results, sweep, state)
  engine.call(C.by_results_commit, results,
    watching.text(state, state.interrupted and "stopped" or "finished"))
  at.timing.execution_seconds = host.clock() - begin
end

return M
