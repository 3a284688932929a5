-- SPDX-License-Identifier: MIT
-- banyan sweep status: how far a sweep is.
local failure = require "banyan.failure"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
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

local function as_json(status)
  local best = status.best
  return json.encode(json.object {
    { "schema", "banyan.sweep_status/1" }, { "store", status.store },
    { "strategy", status.strategy }, { "state", status.state }, { "pid", status.writer.pid },
    { "host", status.writer.host }, { "shard", status.shard and shard_of.text(status.shard) },
    { "shards", status.shards and json.object(shards_json(status.shards)) }, { "message", status.message },
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

local function state_text(status)
  local writer = status.writer
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

local function lines_of(status)
  local rows = { { "sweep", status.strategy }, { "state", state_text(status) },
    { "combos", ("%s of %s, %s"):format(print_.thousands(status.done),
      print_.thousands(status.total), print_.percent(status.done / status.total)) } }
  if status.shard then table.insert(rows, 2, { "shard", shard_of.text(status.shard) }) end
  if status.shards then rows[#rows + 1] = { "shards", shards_text(status.shards) } end
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
  local ok, status = pcall(status_of.of, store)
  if ok then return status end
  local job = failure.failure_of(status) and status.status == "DATA" and slurm.last_job(store)
  if not job then error(status, 0) end
  failure.fail("DATA", "%s: nothing has begun yet of job %s; `squeue --jobs=%s` tells why, and `banyan sweep status "
    .. "--follow` waits", store, slurm.ids(job)[1], table.concat(slurm.ids(job), ","))
end

--- The verb.
---@return integer exit_code
function M.status(options, arguments)
  if options.follow then return require "banyan.cli.sweep_slurm".follow(arguments[1], options) end
  local status = status_or_job(arguments[1])
  output.line(options.json and as_json(status) or lines_of(status))
  return 0
end

return M
