-- SPDX-License-Identifier: MIT
-- Sweeps on Slurm: an array job over the shards of a sweep, and a job that merges them when all have ended well.
-- Queueing, priorities, and jobs of nodes that died are Slurm's; what a shard has done is in its store, so a job that
-- is queued again goes on from there.
local earlier = require "banyan.slurm.earlier"
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local passed = require "banyan.slurm.passed"
local queue = require "banyan.slurm.queue"
local shard_of = require "banyan.sweep.shard"
local status_of = require "banyan.sweep.status"
local store_of = require "banyan.store"

local M = {}

local quote = queue.quote

---@class banyan.SlurmJob
---@field array string? id of the array job; nil when no shard was left to do
---@field merge string? id of the job that merges; nil when there was no time to hand it in
---@field shards integer

local function job_file(store)
  return shard_of.folder(store) .. "/job"
end

local function write(path, text)
  local file, why = io.open(path, "w")
  local ok = file and file:write(text)
  if not file or not file:close() or not ok then
    failure.fail("STORE", "%s cannot be written: %s", path, why or "the disk is full")
  end
end

--- The job of a sweep that was handed in last; nil when there was none.
---@param store string
---@return banyan.SlurmJob?
function M.last_job(store)
  local file = io.open(job_file(store))
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  local ok, job = pcall(json.decode, text, job_file(store))
  if not ok or type(job) ~= "table" or type(job.shards) ~= "number" then return nil end
  local known = { array = type(job.array) == "string" and job.array or nil,
    merge = type(job.merge) == "string" and job.merge or nil, shards = job.shards }
  return (known.array or known.merge) and known or nil
end

local function keep_job(store, job)
  write(job_file(store), json.encode(json.object { { "array", job.array }, { "merge", job.merge },
    { "shards", job.shards } }))
end

--- The ids of a job's parts.
---@param job banyan.SlurmJob
---@return string[]
function M.ids(job)
  return { job.array or job.merge, job.array and job.merge or nil }
end

local HEAD = [[
#!/bin/sh
# Made by banyan sweep --on slurm.
#SBATCH --requeue --open-mode=append
]]

local function array_script(sweep)
  return ("%sexec %s sweep %s --store %s --shard auto/%d --data %s --no-progress -q%s\n"):format(HEAD,
    quote(sweep.program), quote(sweep.script), quote(sweep.store), sweep.count, quote(sweep.data), sweep.words)
end

local function merge_script(sweep)
  return ("%sexec %s merge %s\n"):format(HEAD, quote(sweep.program), quote(sweep.store))
end

local function check_queue(store)
  local before = M.last_job(store)
  if not before then return end
  local jobs = queue.jobs(M.ids(before))
  if not jobs then
    failure.fail("PROVIDER", "squeue does not answer, so nobody can tell whether job %s of this sweep is still there; "
      .. "try again when it does", M.ids(before)[1])
  elseif jobs.count > 0 then
    failure.fail("STORE", "%s: job %s of this sweep is still queued or running; `banyan sweep status %s --follow` "
      .. "joins it, `scancel %s` takes it back", store, M.ids(before)[1], queue.typed(store),
      table.concat(M.ids(before), " "))
  end
end

-- A file for sbatch would have no %a where there is a backslash.
local function check_store(store)
  if store:find "[\\%c]" then
    failure.fail("USAGE", "--on slurm: Slurm cannot keep a log in %s, with a \\ or a control character in its name; "
      .. "name another --store", (store:gsub("%c", "?")))
  end
end

-- A file for sbatch, which would take %a and the like for something else.
local function log_option(store, name)
  return "--output=" .. shard_of.folder(store):gsub("%%", "%%%%") .. "/" .. name
end

local function submit_array(sweep, left)
  local words = { "--job-name=banyan" }
  for _, word in ipairs(sweep.passed) do words[#words + 1] = word end
  words[#words + 1] = "--array=" .. (#left == sweep.count and "1-" .. sweep.count or table.concat(left, ","))
  words[#words + 1] = log_option(sweep.store, ("%%a-of-%d.log"):format(sweep.count))
  words[#words + 1] = shard_of.folder(sweep.store) .. "/array.sh"
  return queue.submit(words)
end

local function submit_merge(sweep, array)
  local words = { "--job-name=banyan-merge" }
  for _, word in ipairs(passed.without_dependency(sweep.passed)) do words[#words + 1] = word end
  if array then
    words[#words + 1] = "--dependency=afterok:" .. array
    words[#words + 1] = "--kill-on-invalid-dep=yes"
  end
  words[#words + 1] = log_option(sweep.store, "merge.log")
  words[#words + 1] = shard_of.folder(sweep.store) .. "/merge.sh"
  return queue.submit(words)
end

-- What is handed in is written down at once; what cannot be, or not all of it, is taken back.
local function submit_jobs(sweep, left)
  local job = { shards = sweep.count }
  local ok, err = pcall(function()
    job.array = #left > 0 and submit_array(sweep, left) or nil
    if job.array then keep_job(sweep.store, job) end
    job.merge = submit_merge(sweep, job.array)
    keep_job(sweep.store, job)
  end)
  if ok then return job end
  if job.array or job.merge then queue.cancel(M.ids(job)) end
  error(err, 0)
end

-- Logs tell of this submission, and of those before only where nothing is to be done any more.
local function drop_logs(sweep, left)
  local folder = shard_of.folder(sweep.store)
  for _, number in ipairs(left) do os.remove(("%s/%d-of-%d.log"):format(folder, number, sweep.count)) end
  os.remove(folder .. "/merge.log")
end

---@class banyan.SlurmSweep
---@field store string absolute
---@field script string absolute
---@field data string
---@field identity string of the sweep
---@field count integer? shards
---@field words string further words of `banyan sweep`, quoted, each with a blank before it
---@field passed string[] options of sbatch
---@field program string

local function submit(sweep)
  check_queue(sweep.store)
  local found = earlier.look(sweep.store, sweep.identity, sweep.count)
  if found.merged then return nil end
  sweep.data = earlier.snapshot(sweep.store, sweep.data, found.begun)
  sweep.count = found.count
  drop_logs(sweep, found.left)
  write(shard_of.folder(sweep.store) .. "/array.sh", array_script(sweep))
  write(shard_of.folder(sweep.store) .. "/merge.sh", merge_script(sweep))
  return submit_jobs(sweep, found.left)
end

--- Fails where jobs cannot be handed in, or not with these options of sbatch.
---@param words string[]
function M.check(words)
  queue.check()
  passed.check(words)
end

--- Hands a sweep in. What is finished of an earlier submission is kept, and of several users at once one comes through.
---@param sweep banyan.SlurmSweep
---@return banyan.SlurmJob? nil when the whole sweep is there already
function M.submit(sweep)
  check_store(sweep.store)
  store_of.make_directory(shard_of.folder(sweep.store))
  local job
  local lock = shard_of.folder(sweep.store) .. "/handing-in.lock"
  local ok, why = host.locked(lock, function() job = submit(sweep) end)
  if not ok then
    failure.fail("STORE", "%s: it cannot be handed in now: %s: %s; `banyan sweep status %s --follow` joins what "
      .. "somebody else has handed in", sweep.store, lock, why, queue.typed(sweep.store))
  end
  return job
end

--- Whether a store holds the whole sweep.
---@param store string
---@return boolean
function M.is_merged(store)
  if not host.stat(store .. "/data.mdb") then return false end
  local status = status_of.of_shard(store)
  return status ~= nil and status.state == "finished"
end

return M
