-- SPDX-License-Identifier: MIT
-- Shards: a sweep cut into parts that machines evaluate each by itself. A shard is a stretch of the walk in whole
-- chunks, so that neighbours stay together and its chunks are those of the whole sweep; `banyan merge` puts them
-- into one store.
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"

local C = engine.C
local M = {}

local SHARDS_MAX = 100000

---@class banyan.Shard
---@field number integer from 1
---@field count integer

-- How array systems tell a job which one it is: the variables of its number, of the first number, and of how many
-- there are.
local SYSTEMS = {
  { name = "Slurm", number = "SLURM_ARRAY_TASK_ID", first = 1, least = "SLURM_ARRAY_TASK_MIN",
    most = "SLURM_ARRAY_TASK_MAX", count = "SLURM_ARRAY_TASK_COUNT" },
  { name = "Kubernetes", number = "JOB_COMPLETION_INDEX", first = 0 },
  { name = "AWS Batch", number = "AWS_BATCH_JOB_ARRAY_INDEX", first = 0, count = "AWS_BATCH_JOB_ARRAY_SIZE" },
  { name = "GNU parallel", number = "PARALLEL_SEQ", first = 1 },
}

local function refuse(text, message, ...)
  failure.fail("USAGE", "--shard %s: " .. message, text, ...)
end

local function whole(text)
  return text and #text < 10 and tonumber(text:match "^%d+$")
end

-- How many shards there are, where the system alone can tell. A part of an array, submitted again, cannot.
local function count_of(system, text)
  local count = system.count and whole(os.getenv(system.count))
  if not count then
    refuse(text, "%s does not tell how many jobs there are; say it, as in --shard auto/8", system.name)
  elseif system.least and (whole(os.getenv(system.least)) ~= system.first
    or whole(os.getenv(system.most)) ~= system.first + count - 1) then
    refuse(text, "the array's numbers are not 1 to %d; say how many shards there are, as in --shard auto/8", count)
  end
  return count
end

local function of_environment(text, count)
  for _, system in ipairs(SYSTEMS) do
    local number = os.getenv(system.number)
    if number then
      if not whole(number) then refuse(text, "%s is '%s', which is no number", system.number, number) end
      return whole(number) - system.first + 1, count or count_of(system, text)
    end
  end
  local names = {}
  for i, system in ipairs(SYSTEMS) do names[i] = system.number end
  refuse(text, "no array system has set %s; say the number, as in --shard 1/8", table.concat(names, ", "))
end

--- Parses "3/8", or "auto" and "auto/8", for which an array system tells the number.
---@param text string?
---@return banyan.Shard? nil for nil
function M.parse(text)
  if not text then return nil end
  local first, of = text:match "^(%w+)/?(%d*)$"
  local number, count = whole(first), whole(of)
  if first == "auto" and (of == "" or count) then number, count = of_environment(text, count) end
  if not number or not count then
    refuse(text, "give a number of how many, such as 3/8, or auto")
  elseif count < 1 or count > SHARDS_MAX then
    refuse(text, "there can be 1 to %d shards", SHARDS_MAX)
  elseif number < 1 or number > count then
    refuse(text, "there is no shard %d of %d", number, count)
  end
  return { number = number, count = count }
end

--- As users write it.
---@param shard banyan.Shard
---@return string
function M.text(shard)
  return shard.number .. "/" .. shard.count
end

--- The folder in which a sweep keeps its shards, each in one of its own.
---@param store string the sweep's folder
---@return string
function M.folder(store)
  return store .. "/shards"
end

--- The store of a shard.
---@param store string the sweep's folder
---@param shard banyan.Shard
---@return string
function M.directory(store, shard)
  return ("%s/%d-of-%d"):format(M.folder(store), shard.number, shard.count)
end

--- The chunks of a shard, from the first up to the one before the last, and how many combos these are.
---@param shard banyan.Shard
---@param combo_count integer of the whole sweep
---@return integer first
---@return integer last
---@return integer combos
function M.chunks(shard, combo_count)
  local size = C.by_sweep_chunk_size(combo_count)
  local chunks = math.ceil(combo_count / size)
  local first = math.floor((shard.number - 1) * chunks / shard.count)
  local last = math.floor(shard.number * chunks / shard.count)
  return first, last, math.min(last * size, combo_count) - math.min(first * size, combo_count)
end

--- Where the combos of a shard stand in the walk.
---@param shard banyan.Shard
---@param combo_count integer of the whole sweep
---@return integer first from 0
---@return integer combos
function M.stretch(shard, combo_count)
  local first, _, combos = M.chunks(shard, combo_count)
  return math.min(first * C.by_sweep_chunk_size(combo_count), combo_count), combos
end

--- The identity of a sweep as its shards have it, one line more.
---@param identity string
---@param shard banyan.Shard
---@return string
function M.identity(identity, shard)
  return identity .. "\nshard " .. M.text(shard)
end

--- The identity of the sweep that a store is of, and which shard it is; nil for a whole sweep.
---@param identity string of a store
---@return string
---@return banyan.Shard?
function M.of_identity(identity)
  local whole_sweep, number, count = identity:match "^(.*)\nshard (%d+)/(%d+)$"
  if not whole_sweep then return identity, nil end
  return whole_sweep, { number = tonumber(number), count = tonumber(count) }
end

--- The stores of shards in a sweep's folder, whatever is in them.
---@param store string
---@return string[] directories
function M.list(store)
  local found, folder = {}, M.folder(store)
  for _, name in ipairs(host.stat(folder) == "directory" and host.list(folder) or {}) do
    if name:find "^%d+%-of%-%d+$" then found[#found + 1] = folder .. "/" .. name end
  end
  return found
end

return M
