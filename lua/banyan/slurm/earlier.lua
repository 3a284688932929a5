-- SPDX-License-Identifier: MIT
-- What earlier submissions of a sweep have left in its folder: shards, the whole, and a snapshot of the bars. It is
-- gone on with where it is the same sweep, and never mixed with another one.
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local outline_of = require "banyan.results.outline"
local shard_of = require "banyan.sweep.shard"
local store_of = require "banyan.store"

local C = engine.C
local M = {}

local SHARDS = 8

---@class banyan.Earlier
---@field count integer shards of the sweep
---@field left integer[] numbers of those that are not finished
---@field begun boolean whether anything of the sweep has results
---@field merged boolean whether the folder holds the whole sweep

-- Of a store that is readable now; what cannot be read is not finished, and mended by the shard itself.
local function outline(directory)
  if host.stat(directory .. "/data.mdb") ~= "file" then return nil end
  local ok, found = pcall(outline_of, directory)
  if ok then return found end
  if not failure.failure_of(found) then error(found, 0) end
  return nil
end

local function without_bars(identity)
  return (("\n" .. identity):gsub("\ndata [^\n]*", ""):gsub("\nsessions [^\n]*", ""))
end

local function check_same(store, found, identity)
  local ok, err = pcall(engine.call, C.by_results_same, found.directory, found.identity, identity)
  if ok then return end
  if without_bars(found.identity) ~= without_bars(identity) or not M.has_snapshot(store) then error(err, 0) end
  failure.fail("STORE", "%s; --data %s goes on with the bars as they were when it was handed in first",
    tostring(failure.failure_of(err).message), store .. "/bars")
end

-- How many shards: as they are there, so that what they have done counts.
local function count_of(store, asked)
  local count = asked
  for _, directory in ipairs(shard_of.list(store)) do
    local of = tonumber(directory:match "%-of%-(%d+)$")
    if count and of ~= count then
      failure.fail("STORE", "%s has one of %d shards, where %d are asked for; --shards %d goes on with those there, "
        .. "and `rm -r %s` begins anew", directory, of, count, of, shard_of.folder(store))
    end
    count = of
  end
  return count or SHARDS
end

--- Looks at what is there. Fails when it is of another sweep, or cut into another number of shards.
---@param store string the sweep's folder
---@param identity string of the sweep
---@param asked integer? shards
---@return banyan.Earlier
function M.look(store, identity, asked)
  local whole = outline(store)
  if whole then check_same(store, whole, identity) end
  local merged = whole ~= nil and whole.progress.state == "finished" and whole.done == whole.planned
  local count = merged and asked or count_of(store, asked)
  local found = { count = count or SHARDS, left = {}, begun = whole ~= nil, merged = merged }
  for number = 1, merged and 0 or count do
    local shard = outline(shard_of.directory(store, { number = number, count = count }))
    if shard then
      check_same(store, shard, identity)
      found.begun = true
    end
    if not shard or shard.done < shard.planned then table.insert(found.left, number) end
  end
  return found
end

--- Whether a sweep's folder has a snapshot of the bars.
---@param store string
---@return boolean
function M.has_snapshot(store)
  return host.stat(store .. "/bars/snapshot") == "file"
end

-- Whether a snapshot can be opened; of one that is cut short, or described wrongly, no shard could read.
local function opens(directory)
  local ok, bars = pcall(store_of.open, directory, "read")
  if ok then bars:close() end
  return ok
end

--- Bars that every node reads as they are now, beside the results. A snapshot that was made before anything had begun,
--- not to its end, or was damaged, is made anew: the bars are those of what has begun, or it would not get here.
---@param store string
---@param data string
---@param begun boolean
---@return string directory
function M.snapshot(store, data, begun)
  if host.stat(data .. "/snapshot") == "file" then return host.absolute(data) end
  local target = store .. "/bars"
  if not (begun and M.has_snapshot(store) and opens(target)) then
    for _, name in ipairs { "snapshot", "snapshot.part", "data.mdb" } do os.remove(target .. "/" .. name) end
    local bars = store_of.open(data, "read")
    local ok, err = pcall(engine.call, C.by_store_freeze, bars.c, target)
    bars:close()
    if not ok then error(err, 0) end
  end
  return host.absolute(target)
end

return M
