-- SPDX-License-Identifier: MIT
-- The shards of a sweep into one store, which is then what a single machine would have made.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local lists = require "banyan.lists"
local outline_of = require "banyan.results.outline"
local results_of = require "banyan.results"
local shard_of = require "banyan.sweep.shard"
local watching = require "banyan.sweep.watching"

local C = engine.C
local M = {}

local NAMED_MAX = 5

-- What a shard says of itself.
local function look(directory)
  local outline = outline_of(directory)
  if not outline.shard then
    failure.fail("STORE", "result store %s: it is no shard of a sweep, but a whole one", directory)
  end
  return outline
end

local function named(list)
  return lists.named(list, NAMED_MAX)
end

-- The shards in the order of their numbers; fails when one is missing, there twice, or not finished.
local function check(states)
  local count, by_number = states[1].shard.count, {}
  for _, state in ipairs(states) do
    local number, other = state.shard.number, by_number[state.shard.number]
    if state.shard.count ~= count then
      failure.fail("STORE", "%s is one of %d shards, and %s is one of %d; name those of one cut", states[1].directory,
        count, state.directory, state.shard.count)
    elseif other then
      failure.fail("STORE", "%s and %s are both shard %s; name one of them", other.directory, state.directory,
        shard_of.text(state.shard))
    end
    by_number[number] = state
  end
  local missing, unfinished, running = {}, {}, false
  for number = 1, count do
    local state = by_number[number]
    if not state then
      missing[#missing + 1] = number .. "/" .. count
    elseif state.done < state.planned then
      running = running or state.writer ~= nil
      unfinished[#unfinished + 1] = ("%d/%d (%d of %d combos%s)"):format(number, count, state.done, state.planned,
        state.writer and ", running" or "")
    end
  end
  if #missing > 0 then
    failure.fail("DATA", "shard %s %s missing; sweep with --shard %s and merge again", named(missing),
      #missing == 1 and "is" or "are", missing[1])
  elseif running then
    failure.fail("DATA", "shard %s not finished; merge when none is running", named(unfinished))
  elseif #unfinished > 0 then
    failure.fail("DATA", "shard %s not finished; sweep with --shard %s again, which goes on from there, and merge "
      .. "then", named(unfinished), unfinished[1]:match "^%S+")
  end
  return by_number
end

-- The stores that are named, or lie in the folder that is named, a sweep's or that of its shards. Of shards that have
-- not begun there may be a folder.
local function stores_of(directories)
  local found = {}
  for _, directory in ipairs(directories) do
    local inside = shard_of.list((directory:gsub("/+$", ""):gsub("/shards$", "")))
    for _, path in ipairs(inside) do
      if host.stat(path .. "/data.mdb") then found[#found + 1] = path end
    end
    if #inside == 0 or #found == 0 then found[#found + 1] = inside[1] or directory end
  end
  return found
end

-- Where the shards of one sweep belong: the folder around theirs.
local function store_around(states)
  local store
  for _, state in ipairs(states) do
    local around = state.directory:gsub("/+$", ""):match "^(.+)/shards/[^/]+$"
    if not around or (store and store ~= around) then
      failure.fail("USAGE", "merge: the shards lie in several places; say where the whole sweep goes with "
        .. "--store DIR")
    end
    store = around
  end
  return store
end

local function with(state, call)
  local from = engine.make("by_results", C.by_results_close, C.by_results_open_brief, state.directory)
  local ok, err = pcall(call, from)
  engine.close(from, C.by_results_close)
  if not ok then error(err, 0) end
end

-- The combos of the whole sweep, of which each shard keeps its own.
local function add_round(into, states)
  local count = states[1].description.planned
  local combos = ffi.new("uint32_t[?]", count + 1)
  local digits = ffi.new("uint16_t[?]", count * states[1].param_count + 1)
  local first, held = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  for _, state in ipairs(states) do
    if state.combos ~= count then
      failure.fail("STORE", "result store %s: it is of %d combos, where the sweep has %d", state.directory,
        state.combos, count)
    end
    with(state, function(from)
      engine.call(C.by_results_round_held, from, 0, combos, digits, first, held)
    end)
    local start, own = shard_of.stretch(state.shard, count)
    if first[0] > start or first[0] + held[0] < start + own then
      failure.fail("DATA", "result store %s: some of its combos are not in it; remove it and sweep with --shard %s "
        .. "again", state.directory, shard_of.text(state.shard))
    end
  end
  engine.call(C.by_results_round, into, 0, count, combos, digits)
end

-- What the shards have found to be the best by the sweep's metric, for those who ask how far the sweep is.
local function best_of(states)
  local best
  local rank = states[1].description.rank
  local direction = results_of.direction(rank)
  for _, state in ipairs(states) do
    local own = state.progress.rank == rank and type(state.progress.best) == "table" and state.progress.best
    if own and (not best or own.value * direction > best.value * direction
      or (own.value == best.value and own.combo < best.combo)) then
      best = own
    end
  end
  return best
end

local function fill(into, states)
  local total, seconds = 0, 0
  add_round(into, states)
  for _, state in ipairs(states) do
    with(state, function(from) engine.call(C.by_results_merge, into, from) end)
    total = total + state.planned
    seconds = seconds + (tonumber(state.progress.seconds) or 0)
  end
  if states[1].source then engine.call(C.by_results_source, into, states[1].source) end
  local best = best_of(states)
  engine.call(C.by_results_commit, into, watching.text({ begin = host.clock() - seconds, total = total, done = total,
    resumed = 0, rank = states[1].description.rank, best_combo = best and best.combo, best = best and best.value },
    "finished"))
  return total
end

--- Merges all shards of a sweep.
---@param directories string[] shards, or a folder with shards
---@param store string? the folder of the whole sweep; the one around the shards when left out
---@return { store: string, shards: integer, combos: integer, seconds: number }
function M.merge(directories, store)
  local begin, states = host.clock(), {}
  for i, directory in ipairs(stores_of(directories)) do states[i] = look(directory) end
  states = check(states)
  store = store or store_around(states)
  local first = states[1]
  local header = ffi.new("by_results_header", { param_count = first.param_count })
  header.identity, header.description = first.identity, first.description_text
  local into = engine.make("by_results", C.by_results_close, C.by_results_create, store, header)
  local ok, total = pcall(fill, into, states)
  engine.close(into, C.by_results_close)
  if not ok then error(total, 0) end
  return { store = store, shards = #states, combos = total, seconds = host.clock() - begin }
end

return M
