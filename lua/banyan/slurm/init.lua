-- SPDX-License-Identifier: MIT
-- Sweeps on Slurm: an array job over the shards of a sweep, and a job that merges them when all have ended well.
-- Queueing, priorities, and jobs of nodes that died are Slurm's; what a shard has done is in its store, so a job that
-- is queued again goes on from there.
local earlier = require "banyan.slurm.earlier"
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local queue = require "banyan.slurm.queue"
local shard_of = require "banyan.sweep.shard"
local status_of = require "banyan.sweep.status"
local store_of = require "banyan.store"

local M = {}

local quote = queue.quote

---@class banyan.SlurmJob
---@field array string? id of the array job; nil when no shard was left to do
---@field merge string id of the job that merges
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
  if not ok or type(job) ~= "table" or type(job.merge) ~= "string" or type(job.shards) ~= "number" then return nil end
  return { array = type(job.array) == "string" and job.array or nil, merge = job.merge, shards = job.shards }
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
]]

local function array_script(sweep)
  return ("%s#SBATCH --requeue --open-mode=append\nexec %s --store %s --shard auto/%d --data %s --no-progress -q%s\n")
    :format(HEAD, table.concat({ quote(sweep.program), "sweep", quote(sweep.script) }, " "), quote(sweep.store),
      sweep.count, quote(sweep.data), sweep.words)
end

local function merge_script(sweep)
  return ("%s#SBATCH --open-mode=append\nexec %s merge %s\n"):format(HEAD, quote(sweep.program), quote(sweep.store))
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

-- Options of sbatch that are banyan's own: by these a job finds its shard, and the follower its log.
local OWN = { ["--array"] = "-a", ["--output"] = "-o", ["--error"] = "-e" }

local function check_passed(words)
  for _, word in ipairs(words) do
    for long, short in pairs(OWN) do
      if word:match "^[^=]*" == long or word:sub(1, 2) == short then
        failure.fail("USAGE", "--on slurm: %s is set by banyan and cannot be passed to sbatch; how many shards run at "
          .. "once is set by `scontrol update JobId=N ArrayTaskThrottle=4` on the job, and logs are in STORE/shards",
          long)
      end
    end
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
  for _, word in ipairs(sweep.passed) do
    if not word:find "^%-%-dependency" and not word:find "^%-d" then words[#words + 1] = word end
  end
  if array then
    words[#words + 1] = "--dependency=afterok:" .. array
    words[#words + 1] = "--kill-on-invalid-dep=yes"
  end
  words[#words + 1] = log_option(sweep.store, "merge.log")
  words[#words + 1] = shard_of.folder(sweep.store) .. "/merge.sh"
  local ok, id = pcall(queue.submit, words)
  if ok then return id end
  if array then queue.cancel { array } end
  error(id, 0)
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

--- Hands a sweep in. What is finished of an earlier submission is kept.
---@param sweep banyan.SlurmSweep
---@return banyan.SlurmJob? nil when the whole sweep is there already
function M.submit(sweep)
  queue.check()
  check_passed(sweep.passed)
  check_queue(sweep.store)
  local found = earlier.look(sweep.store, sweep.identity, sweep.count)
  if found.merged then return nil end
  store_of.make_directory(shard_of.folder(sweep.store))
  sweep.data = earlier.snapshot(sweep.store, sweep.data, found.begun)
  sweep.count = found.count
  drop_logs(sweep, found.left)
  write(shard_of.folder(sweep.store) .. "/array.sh", array_script(sweep))
  write(shard_of.folder(sweep.store) .. "/merge.sh", merge_script(sweep))
  local job = { array = #found.left > 0 and submit_array(sweep, found.left) or nil, shards = sweep.count }
  job.merge = submit_merge(sweep, job.array)
  write(job_file(sweep.store), json.encode(json.object { { "array", job.array }, { "merge", job.merge },
    { "shards", job.shards } }))
  return job
end

local function no_log(folder)
  return ("it left no log: it has not begun, or its node does not see %s"):format(folder)
end

-- The last line of a log that says something.
local function last_line(path)
  local file, last = io.open(path), nil
  if not file then return nil end
  for line in file:lines() do
    if line:find "%S" then last = line end
  end
  file:close()
  return last
end

--- Why shards, or the merge, did not end well: lines from their logs.
---@param store string
---@param job banyan.SlurmJob
---@return string[]
function M.failures(store, job)
  local found, folder = {}, shard_of.folder(store)
  for number = 1, job.shards do
    local shard = { number = number, count = job.shards }
    local directory = shard_of.directory(store, shard)
    local state = host.stat(directory .. "/data.mdb") and status_of.of_shard(directory)
    if not state or state.done < state.total then
      found[#found + 1] = ("shard %s: %s"):format(shard_of.text(shard),
        last_line(("%s/%d-of-%d.log"):format(folder, number, job.shards)) or no_log(folder))
    end
  end
  if #found == 0 then found[1] = "merge: " .. (last_line(folder .. "/merge.log") or no_log(folder)) end
  return found
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
