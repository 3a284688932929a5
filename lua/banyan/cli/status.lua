-- SPDX-License-Identifier: MIT
-- banyan sweep status: how far a sweep is.
local failure = require "banyan.failure"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local queue = require "banyan.slurm.queue"
local shard_of = require "banyan.sweep.shard"
local slurm = require "banyan.slurm"
local status_of = require "banyan.sweep.status"

local M = {}

local function shards_json(counts)
  local list = {}
  for _, state in ipairs { "count", "finished", "running", "stopped", "killed", "failed" } do
    list[#list + 1] = { state, counts[state] or 0 }
  end
  return list
end

-- The job of a sweep on Slurm that is not finished, and whether it is still there.
local function job_of(status)
  local job = status.shards and slurm.last_job(status.store)
  if not job then return nil end
  local ids = slurm.ids(job)
  local jobs = queue.jobs(ids)
  return { id = ids[1], jobs = jobs, is_over = jobs ~= nil and jobs.count == 0 }
end

local function job_json(job)
  if not job then return nil end
  local jobs = job.jobs
  return json.object { { "id", job.id }, { "over", job.is_over },
    { "running", jobs and jobs.running or json.null }, { "waiting", jobs and jobs.waiting or json.null } }
end

local function job_text(job)
  return job.id .. (job.is_over and " is over; `banyan sweep --on slurm` hands in what is left"
    or ": " .. queue.text(job.jobs))
end

local function others_text(others)
  return ("not counted: %s of another sweep or another cut, such as %s; remove what is not wanted"):format(
    print_.count(#others, "shard"), others[1])
end

local function as_json(status, job)
  local best = status.best
  return json.encode(json.object {
    { "schema", "banyan.sweep_status/1" }, { "store", status.store },
    { "strategy", status.strategy }, { "state", status.state }, { "pid", status.writer.pid },
    { "host", status.writer.host }, { "shard", status.shard and shard_of.text(status.shard) },
    { "shards", status.shards and json.object(shards_json(status.shards)) },
    { "others", status.others and json.array(status.others) }, { "job", job_json(job) }, { "message", status.message },
    { "combos", status.total },
    { "done", status.done }, { "rounds", status.rounds }, { "seconds", status.seconds },
    { "combos_per_second", status.rate }, { "eta_seconds", status.eta }, { "rank", status.rank },
    { "best", best and json.object { { "combo", best.combo }, { "value", best.value },
      { "params", json.named(best.params) } } or json.null },
  }, { indent = 2 })
end

local STATES = {
  running = "running", finished = "finished", stopped = "stopped by its user",
  unmerged = "all shards are finished; `banyan merge` puts them into one store",
  waiting = "no shard is running, and some have not begun",
  killed = "not running, and not finished: it was killed, its disk was full, or this is a copy",
}

local NOT_RUNNING = { waiting = true, killed = true, stopped = true }

local function state_text(status, job)
  local writer = status.writer
  if NOT_RUNNING[status.state] and job and job.jobs and not job.is_over then return "waiting for Slurm" end
  if status.state == "failed" then return "failed: " .. tostring(status.message) end
  return STATES[status.state]
    .. (writer.pid and (" (process %d on %s)"):format(writer.pid, writer.host) or "")
end

-- "8: 5 finished, 2 running, 1 not begun"
local function shards_text(counts)
  local words, begun = {}, 0
  for _, state in ipairs { "finished", "running", "stopped", "killed", "failed" } do
    if counts[state] then words[#words + 1] = counts[state] .. " " .. state end
    begun = begun + (counts[state] or 0)
  end
  if begun < counts.count then words[#words + 1] = (counts.count - begun) .. " not begun" end
  return counts.count .. ": " .. table.concat(words, ", ")
end

local function best_text(status)
  local best = status.best
  return ("%s %s, combo %d%s"):format((status.rank:gsub("_", " ")), print_.metric(status.rank, best.value),
    best.combo, #best.params > 0 and ": " .. print_.params(best.params) or "")
end

local function lines_of(status, job)
  local rows = { { "sweep", status.strategy }, { "state", state_text(status, job) },
    { "combos", ("%s of %s, %s"):format(print_.thousands(status.done),
      print_.thousands(status.total), print_.percent(status.done / status.total)) } }
  if status.shard then table.insert(rows, 2, { "shard", shard_of.text(status.shard) }) end
  if status.shards then rows[#rows + 1] = { "shards", shards_text(status.shards) } end
  if status.others and #status.others > 0 then rows[#rows + 1] = { "", others_text(status.others) } end
  if job then rows[#rows + 1] = { "job", job_text(job) } end
  for _, message in ipairs(status.failed or {}) do rows[#rows + 1] = { "", message } end
  if type(status.search) == "string" then rows[#rows + 1] = { "rounds", tostring(status.rounds) } end
  if status.seconds > 0 then
    local rate = status.rate > 0 and (", %s/s"):format(print_.thousands(status.rate)) or ""
    local eta = status.eta and ", ETA " .. print_.eta(status.eta) or ""
    rows[#rows + 1] = { "time", print_.duration(status.seconds) .. rate .. eta }
  end
  if status.best then rows[#rows + 1] = { "best", best_text(status) } end
  local over = status.state == "running" or status.state == "finished" or status.state == "unmerged"
  if not over and not status.shards then
    rows[#rows + 1] = { "", "the same `banyan sweep` goes on from there" }
  end
  return print_.columns(rows, "ll")
end

-- Of a sweep that was handed in and has not begun, there is a job and nothing else.
local function status_or_job(store)
  local job = slurm.last_job(store)
  local ok, status = pcall(status_of.of, store, job and job.shards)
  if ok then return status end
  if not job or not failure.failure_of(status) or status.status ~= "DATA" then error(status, 0) end
  failure.fail("DATA", "%s: nothing has begun yet of job %s; `squeue --jobs=%s` tells why, and `banyan sweep status "
    .. "--follow` waits", store, slurm.ids(job)[1], table.concat(slurm.ids(job), ","))
end

--- The verb.
---@return integer exit_code
function M.status(options, arguments)
  if options.follow then return require "banyan.cli.sweep_slurm".follow(arguments[1], options) end
  local status = status_or_job(arguments[1])
  local job = job_of(status)
  output.line(options.json and as_json(status, job) or lines_of(status, job))
  return 0
end

return M
