-- SPDX-License-Identifier: MIT
-- A job of the explorer: `banyan run` or `banyan sweep` in a process of its own.
local failure = require "banyan.failure"
local host = require "banyan.host"
local print_ = require "banyan.print"
local progress_text = require "banyan.cli.sweep_progress"
local results_of = require "banyan.api.results"
local run_output = require "banyan.repl.run_output"
local status_of = require "banyan.sweep.status"
local text_of = require "banyan.text"

local M = {}

---@class banyan.Job
---@field number integer
---@field kind "run"|"sweep"
---@field name string of what is evaluated
---@field state "running"|"stopping"|"done"|"cancelled"|"failed"
---@field store string? of a sweep
---@field seconds number that it took, or has taken so far
---@field message string? why it failed
---@field told boolean? somebody has seen that it has ended
local Job = {}

local INTERRUPTED = 130
local SIGNALLED = 128 -- and the number of the signal

--- Starts one.
---@param fields { number: integer, kind: string, name: string, words: string[], folder: string, store: string?,
--- equity_file: string?, weights_file: string? } folder: where its output goes; the files: what a run writes its equity
--- and its weights to
---@return banyan.Job
function M.start(fields)
  local base = ("%s/%d"):format(fields.folder, fields.number)
  local self = { number = fields.number, kind = fields.kind, name = fields.name, store = fields.store,
    state = "running", out = base .. ".out", err = base .. ".err", equity_file = fields.equity_file,
    weights_file = fields.weights_file, begin = host.clock() }
  local pid, message = host.spawn(fields.words, self.out, self.err)
  if not pid then failure.fail("LIMIT", "cannot start a job: %s", message) end
  self.pid = pid
  return setmetatable(self, M.class)
end

-- What a child said last, on one line.
local function last_words(self)
  local last = ""
  for line in run_output.read(self.err):gmatch "[^\n]+" do
    if line:find "^banyan: " and not line:find "^banyan: warning" or last == "" then last = line end
  end
  return text_of.shown(last:gsub("^banyan: ", ""), 1000)
end

local function why_failed(self, code)
  if code <= SIGNALLED then
    local words = last_words(self)
    return words ~= "" and words or ("it ended with %d and without a word"):format(code)
  end
  local why = ("it was ended by signal %d"):format(code - SIGNALLED)
  if not self.store then return why end
  return ("%s; what it has done stays in %s, and the same sweep goes on with that"):format(why, self.store)
end

--- Looks whether it has ended; never waits.
---@return boolean ended now
function Job:poll()
  if not self.pid then return false end
  local code = host.reap(self.pid)
  if not code then return false end
  self.pid, self.took = nil, host.clock() - self.begin
  if code == 0 then
    self.state = "done"
  elseif self.state == "stopping" or code == INTERRUPTED then
    self.state = "cancelled"
  else
    self.state = "failed"
    self.message = why_failed(self, code)
  end
  return true
end

--- Asks it to stop, as Ctrl-C does: a sweep finishes what runs. Asked again, it stops at once.
---@param at_once boolean? without a word
function Job:stop(at_once)
  if not self.pid then return end
  self.state = "stopping"
  host.stop(self.pid, at_once)
end

-- What there is in its store by now, or was at its end; nil before there is one.
local function look(self)
  if not self.store or self.last then return self.last end
  local ok, status = pcall(results_of.aside, self.store, status_of.of)
  if not ok then return nil end
  if not self.pid then self.last = status end
  return status
end

-- How long it took. Nobody looks at the moment at which it ends, so what it says itself is nearer.
local function seconds_of(self)
  if self.pid then return host.clock() - self.begin end
  if self.state == "done" and not self.measured then
    self.measured = true
    local ok, seconds = pcall(function()
      return self.store and look(self).seconds or run_output.told(self.out, self.name).timing.total_seconds
    end)
    if ok and type(seconds) == "number" then self.took = math.min(self.took, seconds) end
  end
  return self.took
end

--- How far it is, or how it ended, on one line.
---@return string
function Job:progress()
  local time = print_.duration(seconds_of(self))
  if self.state == "failed" then return ("failed after %s: %s"):format(time, self.message) end
  local status = look(self)
  if not self.pid then
    local how = self.state == "done" and "done in " or "cancelled after "
    local best = status and status.best and status.best.value
    return how .. time .. (status and (", %s of %s combos"):format(print_.thousands(status.done),
      print_.thousands(status.total)) or "") .. (best and (", best %s %s"):format((status.rank:gsub("_", " ")),
      print_.metric(status.rank, best)) or "")
  end
  local word = self.state == "stopping" and "stopping, " or ""
  if not status or status.state ~= "running" then return word .. "running for " .. time end
  return word .. progress_text({ done = status.done, total = status.total, rank = status.rank,
    seconds = status.rate > 0 and status.done / status.rate or 0, best = status.best and status.best.value },
    0):gsub("^sweep ", "")
end

--- What it has found: the backtest of a run that is done; the store of a sweep, as it is by now.
---@return banyan.Backtest|banyan.Store
function Job:result()
  self:poll()
  if self.kind == "sweep" then return results_of.b.results(self.store) end
  if self.state ~= "done" then
    failure.fail("USAGE", "job %d is %s and has no result: %s", self.number, self.state, self:progress())
  end
  self.found = self.found or run_output.backtest({ json = self.out, equity = self.equity_file,
    weights = self.weights_file }, self.name)
  return self.found
end

-- What can be asked of a result is asked of its job, too: job:heatmap("fast", "hot"), job:plot().
local PASSED = { run = { plot = true, metrics = true, equity = true, dates = true, weights = true },
  sweep = { top = true, show = true, stats = true, heatmap = true, combo = true } }

local function index(self, key)
  if Job[key] then return Job[key] end
  if key == "seconds" then return seconds_of(self) end
  if not PASSED[rawget(self, "kind")][key] then return nil end
  if self.kind == "run" and key ~= "plot" then return self:result()[key] end
  return function(_, ...)
    local result = self:result()
    return result[key](result, ...)
  end
end

--- What the list of jobs, and the prompt, show of it.
---@param screen banyan.Screen
---@return string[]
function Job:lines(screen)
  return screen:wrap { ("job %d: %s of %s, %s"):format(self.number, self.kind, screen:clean(self.name, 40),
    self:progress()) }
end

M.class = { __index = index, __show = function(self, screen)
  self:poll()
  self.told = self.pid == nil or nil
  return self:lines(screen)
end, __tostring = function(self) return ("job %d: %s of %s"):format(self.number, self.kind, self.name) end }

-- What code at the prompt sees of a job. Its process and files are not among that: whoever could change them could end
-- any process and remove any file.
local FIELDS = { number = true, kind = true, name = true, state = true, store = true, message = true, seconds = true,
  metrics = true, equity = true, dates = true, weights = true }
local METHODS = { poll = true, stop = true, progress = true, result = true, plot = true, top = true, show = true,
  stats = true, heatmap = true, combo = true }
local faces = setmetatable({}, { __mode = "k" })

local of_face = { __show = function(face, screen) return M.class.__show(faces[face], screen) end,
  __tostring = function(face) return tostring(faces[face]) end }

function of_face.__index(face, key)
  local job = faces[face]
  if not FIELDS[key] and not METHODS[key] then return nil end
  local value = job[key]
  if not METHODS[key] or not value then return value end
  return function(_, ...) return value(job, ...) end
end

function of_face.__newindex(_, key)
  failure.fail("USAGE", "a job has no field '%s' to set", tostring(key))
end

--- The job as code at the prompt sees it: to be asked and stopped, not to be changed.
---@return table
function Job:face()
  if not self.seen then
    self.seen = setmetatable({}, of_face)
    faces[self.seen] = self
  end
  return self.seen
end

return M
