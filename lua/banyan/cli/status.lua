-- SPDX-License-Identifier: MIT
-- banyan sweep status: how far a sweep is, from its result store alone.
local host = require "banyan.host"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local results_of = require "banyan.results"

local M = {}

-- A sweep that says "running" and holds no lock had no time to say anything else.
local function state_of(progress, writer)
  if writer then return "running" end
  local told = progress.state
  return (told == nil or told == "running") and "killed" or told
end

local function best_of(results, progress)
  local best = progress.best
  if type(best) ~= "table" or best.combo > results.combo_count then return nil end
  return { combo = best.combo, value = best.value, params = results:params(best.combo) }
end

-- What there is to say of a store.
local function look(directory)
  local results = results_of.open(directory)
  local progress, writer = results:progress() or {}, results:writer()
  local state = state_of(progress, writer)
  local done = results:done_count()
  local seconds, rate = progress.seconds or 0, progress.combos_per_second or 0
  local total = math.max(progress.total or 0, results.combo_count)
  local running = state == "running"
  if running and progress.begun then seconds = math.max(host.now() - progress.begun, 0) end
  local status = {
    store = directory, strategy = results.description.strategy,
    search = results.description.search, state = state, writer = writer or {},
    message = progress.message, total = total, done = done, rounds = results.round_count,
    seconds = seconds, rate = rate, rank = progress.rank or results.description.rank,
    eta = running and rate > 0 and (total - done) / rate or nil, best = best_of(results, progress),
  }
  results:close()
  return status
end

local function as_json(status)
  local best = status.best
  return json.encode(json.object {
    { "schema", "banyan.sweep_status/1" }, { "store", status.store },
    { "strategy", status.strategy }, { "state", status.state }, { "pid", status.writer.pid },
    { "host", status.writer.host }, { "message", status.message }, { "combos", status.total },
    { "done", status.done }, { "rounds", status.rounds }, { "seconds", status.seconds },
    { "combos_per_second", status.rate }, { "eta_seconds", status.eta }, { "rank", status.rank },
    { "best", best and json.object { { "combo", best.combo }, { "value", best.value },
      { "params", json.named(best.params) } } or json.null },
  }, { indent = 2 })
end

local STATES = {
  running = "running", finished = "finished", stopped = "stopped by its user",
  killed = "not running, and not finished: it was killed, its disk was full, or this is a copy",
}

local function state_text(status)
  local writer = status.writer
  if status.state == "failed" then return "failed: " .. tostring(status.message) end
  return STATES[status.state]
    .. (writer.pid and (" (process %d on %s)"):format(writer.pid, writer.host) or "")
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
  if type(status.search) == "string" then rows[#rows + 1] = { "rounds", tostring(status.rounds) } end
  if status.seconds > 0 then
    local rate = status.rate > 0 and (", %s/s"):format(print_.thousands(status.rate)) or ""
    local eta = status.eta and ", ETA " .. print_.eta(status.eta) or ""
    rows[#rows + 1] = { "time", print_.duration(status.seconds) .. rate .. eta }
  end
  if status.best then rows[#rows + 1] = { "best", best_text(status) } end
  if status.state ~= "running" and status.state ~= "finished" then
    rows[#rows + 1] = { "", "the same `banyan sweep` goes on from there" }
  end
  return print_.columns(rows, "ll")
end

--- The verb.
---@return integer exit_code
function M.status(options, arguments)
  local status = look(arguments[1])
  output.line(options.json and as_json(status) or lines_of(status))
  return 0
end

return M
