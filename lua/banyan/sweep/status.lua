-- SPDX-License-Identifier: MIT
-- How far a sweep is, from its result store alone, or from those of its shards.
local failure = require "banyan.failure"
local host = require "banyan.host"
local outline_of = require "banyan.results.outline"
local results_of = require "banyan.results"
local shard_of = require "banyan.sweep.shard"

local M = {}

-- A sweep that says "running" and holds no lock had no time to say anything else.
local function state_of(progress, writer)
  if writer then return "running" end
  local told = progress.state
  return (told == nil or told == "running") and "killed" or told
end

-- The best combo as far as the writer told. Its params take reading all combos.
local function best_of(outline)
  local best = outline.progress.best
  if type(best) ~= "table" or best.combo > outline.combos then return nil end
  return { combo = best.combo, value = best.value, directory = outline.directory }
end

local function add_params(best)
  if not best then return end
  local results = results_of.open(best.directory)
  best.params, best.directory = results:params(best.combo), nil
  results:close()
end

---@class banyan.SweepStatus
---@field store string
---@field strategy string
---@field state "running"|"finished"|"stopped"|"failed"|"killed"
---@field writer { pid: integer?, host: string? }
---@field shard banyan.Shard? which one it is
---@field shards table<string, integer>? how many shards are in each state, and how many `count` there are
---@field failed string[]? shards that failed, each with the reason
---@field others string[]? folders of shards of another sweep or another cut, which do not count
---@field total integer
---@field done integer
---@field best { combo: integer, value: number, params: table }?

-- All but the params of the best.
local function of_outline(outline)
  local progress = outline.progress
  local state = state_of(progress, outline.writer)
  local seconds, rate = progress.seconds or 0, progress.combos_per_second or 0
  local total = outline.shard and outline.planned or math.max(progress.total or 0, outline.combos)
  local running = state == "running"
  if running and progress.begun then seconds = math.max(host.now() - progress.begun, 0) end
  return {
    store = outline.directory, identity = outline.identity, strategy = outline.description.strategy,
    search = outline.description.search, state = state, writer = outline.writer or {},
    shard = outline.shard, planned = outline.description.planned, message = progress.message,
    total = total, done = outline.done, rounds = outline.rounds,
    seconds = seconds, rate = rate, rank = progress.rank or outline.description.rank,
    eta = running and rate > 0 and (total - outline.done) / rate or nil, best = best_of(outline),
  }
end

--- What there is to say of one store.
---@param directory string
---@return banyan.SweepStatus
function M.of_store(directory)
  local status = of_outline(outline_of(directory))
  add_params(status.best)
  return status
end

--- The same without the params of the best, and nil for a store that is not readable now: one that is being made, or
--- written by a machine whose locks are not seen here.
---@param directory string
---@return banyan.SweepStatus?
function M.of_shard(directory)
  local ok, outline = pcall(outline_of, directory)
  if ok then return of_outline(outline) end
  if not failure.failure_of(outline) then error(outline, 0) end
  return nil
end

local function is_better(a, b, rank)
  local direction = results_of.direction(rank)
  return not b or a.value * direction > b.value * direction or (a.value == b.value and a.combo < b.combo)
end

local function add(sum, one)
  local counts = sum.shards
  counts[one.state] = (counts[one.state] or 0) + 1
  sum.done, sum.rounds = sum.done + one.done, one.rounds
  sum.seconds = math.max(sum.seconds, one.seconds)
  if one.state == "running" then sum.rate = sum.rate + one.rate end
  if one.state == "failed" then
    sum.failed[#sum.failed + 1] = ("shard %s: %s"):format(shard_of.text(one.shard), tostring(one.message))
  end
  if one.best and one.rank == sum.rank and is_better(one.best, sum.best, sum.rank) then sum.best = one.best end
  table.insert(sum.directories, one.store)
end

-- "running" while one of them is; else what the worst of them is.
local function joint_state(counts)
  for _, state in ipairs { "running", "failed", "killed", "stopped" } do
    if counts[state] then return state end
  end
  return counts.finished == counts.count and "unmerged" or "waiting"
end

-- The shards in a folder by the sweep and the cut that they are of: a sum for each.
local function sums_of(directory)
  local sums = {}
  for _, path in ipairs(shard_of.list(directory)) do
    local one = M.of_shard(path)
    if one and one.shard then
      local key = one.shard.count .. "\n" .. one.identity
      if not sums[key] then
        sums[key] = { store = directory, strategy = one.strategy, rank = one.rank, total = one.planned, done = 0,
          seconds = 0, rate = 0, rounds = 1, writer = {}, failed = {}, directories = {},
          shards = { count = one.shard.count } }
        table.insert(sums, sums[key])
      end
      add(sums[key], one)
    end
  end
  return sums
end

-- Whether one sum is rather what a user asks about than another: of the cut that is wanted, then of what is running,
-- then of what is nearer to its end.
local function comes_first(a, b, count)
  local function order(sum)
    return (sum.shards.count == count and 4 or 0) + (sum.shards.running and 2 or 0) + sum.done / sum.total
  end
  return order(a) > order(b)
end

--- What there is to say of the shards in a sweep's folder, but for the params of the best; nil when there are none.
---@param directory string
---@param count integer? shards of the cut that is asked for, when there are several
---@return banyan.SweepStatus?
function M.of_shards(directory, count)
  local sums, first = sums_of(directory), nil
  for _, sum in ipairs(sums) do
    if not first or comes_first(sum, first, count) then first = sum end
  end
  if not first then return nil end
  first.others = {}
  for _, sum in ipairs(sums) do
    for _, path in ipairs(sum ~= first and sum.directories or {}) do table.insert(first.others, path) end
  end
  table.sort(first.others)
  first.state = joint_state(first.shards)
  first.eta = first.rate > 0 and (first.total - first.done) / first.rate or nil
  return first
end

--- What there is to say of a sweep: of its shards, until they are merged.
---@param directory string
---@param count integer? see of_shards
---@return banyan.SweepStatus
function M.of(directory, count)
  local sum = M.of_shards(directory, count)
  if not sum then return M.of_store(directory) end
  local whole = host.stat(directory .. "/data.mdb") and M.of_shard(directory)
  if whole and whole.state == "finished" then return M.of_store(directory) end
  add_params(sum.best)
  return sum
end

return M
