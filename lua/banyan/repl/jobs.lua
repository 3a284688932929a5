-- SPDX-License-Identifier: MIT
-- Jobs of the explorer: `run` and `sweep` in the background, as processes of the program itself.
local check = require "banyan.api.check"
local failure = require "banyan.failure"
local host = require "banyan.host"
local job_of = require "banyan.repl.job"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local screen_of = require "banyan.show.screen"
local script_of = require "banyan.repl.script"
local strategy_of = require "banyan.strategy"
local sweep_verb = require "banyan.cli.sweep"

local M = {}

local RUNNING_MAX = 16
local END_SECONDS = 10 -- that jobs are given to end when the explorer does

---@class banyan.Jobs
---@field list banyan.Job[]
---@field seen table[] the same as code at the prompt sees them, which may do to this list what it likes
local Jobs = {}
Jobs.__index = Jobs

--- No jobs.
---@param options { data: string?, dataset: string?, timeframe: string?, from: string?, to: string? } of all that are
--- started
---@return banyan.Jobs
function M.new(options)
  local list = {}
  local function show(_, screen) return M.lines(list, screen) end
  return setmetatable({ list = setmetatable(list, { __show = show }), seen = setmetatable({}, { __show = show }),
    options = options }, Jobs)
end

-- The folder of scripts and output, made when first needed; nobody else may enter it.
local function folder_of(self)
  if not self.folder then
    local base = os.getenv "TMPDIR"
    local folder, message = host.scratch(base and base ~= "" and base or "/tmp")
    if not folder then failure.fail("LIMIT", "cannot make a folder for jobs: %s", message) end
    self.folder = folder
  end
  return self.folder
end

local function running_count(self)
  local count = 0
  for _, job in ipairs(self.list) do count = count + (job.pid and 1 or 0) end
  return count
end

-- What is to be evaluated as a file, with its name.
local function file_of(self, what, value, number)
  if type(value) == "string" then
    if host.stat(value) ~= "file" then failure.fail("USAGE", "%s: there is no file %s", what, value) end
    return value, value:match "([^/]*)$"
  end
  local strategy = type(value) == "table" and (rawget(value, "type") == "sweep" and value.strategy or value)
  if not strategy_of.is_strategy(strategy) then
    check.fail("%s takes a strategy%s or the path of a file, not %s", what, what == "sweep" and ", a sweep" or "",
      type(value))
  end
  local text = script_of.text(what == "run" and strategy or value)
  local path = ("%s/%d.lua"):format(folder_of(self), number)
  output.file(path, function(put) put(text) end)
  return path, strategy.name
end

-- "TQQQ for the long term" -> "tqqq_for_the_long_term".
local function slug(name)
  local text = name:lower():gsub("[^%w]+", "_"):gsub("^_+", ""):gsub("_+$", ""):sub(1, 60)
  return text ~= "" and text or "strategy"
end

-- The words of an option, the session's own where it does not say.
local WORDS = { "data", "dataset", "timeframe", "from", "to" }

local function words_of(self, verb, path, options, more)
  local words = { verb, path }
  local function add(name, value)
    if value == nil then return end
    words[#words + 1] = "--" .. name
    words[#words + 1] = type(value) == "number" and ("%.17g"):format(value) or tostring(value)
  end
  for _, name in ipairs(WORDS) do
    local value = options[name]
    if value == nil then value = self.options[name] end
    add(name, value)
  end
  for _, name in ipairs(more) do add(name, options[name]) end
  for name, value in pairs(options.params or {}) do
    words[#words + 1] = "-p"
    words[#words + 1] = ("%s=%s"):format(name, type(value) == "number" and ("%.17g"):format(value) or tostring(value))
  end
  return words
end

local function start(self, fields)
  if running_count(self) >= RUNNING_MAX then
    failure.fail("LIMIT", "%d jobs are running, the most that may; :cancel one, or wait", RUNNING_MAX)
  end
  local job = job_of.start(fields)
  self.list[job.number], self.seen[job.number] = job, job:face()
  return job
end

--- Runs a strategy in the background.
---@param strategy banyan.Strategy|string a strategy, or the path of its file
---@param options { params: table<string, any>?, from: string?, to: string?, data: string?, dataset: string?,
--- timeframe: string?, benchmark: string?, rf: number? }?
---@return banyan.Job its :result() is the backtest
function Jobs:run(strategy, options)
  options = options or {}
  check.keys("run", options, { "params", "benchmark", "rf", unpack(WORDS) })
  local number = #self.list + 1
  local path, name = file_of(self, "run", strategy, number)
  if strategy_of.is_strategy(strategy) then strategy:assignment(options.params) end -- refuses what is no param
  local folder = folder_of(self)
  local words = words_of(self, "run", path, options, { "benchmark", "rf" })
  local equity, weights = ("%s/%d.csv"):format(folder, number), ("%s/%d.weights.csv"):format(folder, number)
  for _, word in ipairs { "--json", "--equity", equity, "--weights", weights } do words[#words + 1] = word end
  return start(self, { number = number, kind = "run", name = name, words = words, folder = folder,
    equity_file = equity, weights_file = weights })
end

--- Sweeps in the background.
---@param sweep table|banyan.Strategy|string a sweep, a strategy (over the values that its params declare), or the path
--- of the file of one
---@param options { store: string?, params: table<string, any>?, from: string?, to: string?, data: string?,
--- dataset: string?, timeframe: string?, threads: integer?, mem: string? }? store: beside the file, or in the current
--- folder by the strategy's name, when not said; a store that has some of the combos already is gone on with
---@return banyan.Job its :result() is the store, which has by then what is done
function Jobs:sweep(sweep, options)
  options = options or {}
  check.keys("sweep", options, { "store", "params", "threads", "mem", unpack(WORDS) })
  local number = #self.list + 1
  local path, name = file_of(self, "sweep", sweep, number)
  local store = options.store or (type(sweep) == "string" and sweep_verb.default_store(path) or slug(name) .. ".sweep")
  for _, job in ipairs(self.list) do
    if job.pid and job.store == store then
      failure.fail("USAGE", "job %d is sweeping into %s; give another store: sweep(..., { store = \"NAME.sweep\" })",
        job.number, store)
    end
  end
  local words = words_of(self, "sweep", path, options, { "threads", "mem" })
  for _, word in ipairs { "--store", store, "--no-progress" } do words[#words + 1] = word end
  return start(self, { number = number, kind = "sweep", name = name, words = words, folder = folder_of(self),
    store = store })
end

-- The last job of a kind.
local function last_of(self, kind)
  for i = #self.list, 1, -1 do
    if self.list[i].kind == kind then return self.list[i] end
  end
end

-- A word that starts jobs of a kind, and stands for the last of them: sweep(s), then sweep:heatmap("fast", "hot").
local function word(self, kind)
  local function index(_, key)
    local job = last_of(self, kind)
    return job and job:face()[key]
  end
  local function lines(_, screen)
    local job = last_of(self, kind)
    return job and getmetatable(job).__show(job, screen)
      or { ("%s(s) %ss in the background; none has been started"):format(kind, kind) }
  end
  return setmetatable({}, { __index = index, __show = lines, __tostring = function() return kind end,
    __call = function(_, ...) return self[kind](self, ...):face() end })
end

--- The words of the prompt: run, sweep, and the list of jobs.
---@return table<string, any>
function Jobs:words()
  return { run = word(self, "run"), sweep = word(self, "sweep"), jobs = self.seen }
end

--- What has ended since somebody asked: a line or two each.
---@return string[]
function Jobs:news()
  local lines, screen = {}, screen_of.current()
  for _, job in ipairs(self.list) do
    job:poll()
    if not job.pid and not job.told then
      job.told = true
      for _, line in ipairs(job:lines(screen)) do lines[#lines + 1] = line end
    end
  end
  return lines
end

--- How many are running.
---@return integer
function Jobs:running()
  for _, job in ipairs(self.list) do job:poll() end
  return running_count(self)
end

--- Asks a job to stop.
---@param number integer
---@return string what happens
function Jobs:cancel(number)
  local job = self.list[number]
  if not job then
    failure.fail("USAGE", "there is no job %s; %s", tostring(number), #self.list == 0 and "none has been started"
      or (":jobs lists the %s"):format(print_.count(#self.list, "job")))
  end
  job:poll()
  if not job.pid then failure.fail("USAGE", "job %d is %s already", number, job.state) end
  local again = job.state == "stopping"
  job:stop()
  return ("job %d is asked to stop%s"):format(number, again and " at once" or job.kind == "sweep"
    and "; what it has done stays in " .. job.store or "")
end

--- A line or two of each job.
---@param list banyan.Job[]
---@param screen banyan.Screen
---@return string[]
function M.lines(list, screen)
  if #list == 0 then return { "no jobs; run(s) and sweep(s) start some in the background" } end
  local lines = {}
  for _, job in ipairs(list) do
    for _, line in ipairs(getmetatable(job).__show(job, screen)) do lines[#lines + 1] = line end
  end
  return screen:first(lines)
end

-- Until none is running, or the time is over.
local function wait(self, seconds)
  local last = host.clock() + seconds
  while self:running() > 0 and host.clock() < last do host.sleep(0.02) end
  return self:running() == 0
end

--- Ends all of them: a sweep finishes what runs, within seconds. Its files go, stores stay.
function Jobs:close()
  for _, job in ipairs(self.list) do job:stop() end
  if not wait(self, END_SECONDS) then
    for _, job in ipairs(self.list) do job:stop(true) end
    wait(self, END_SECONDS)
  end
  if not self.folder then return end
  for _, name in ipairs(host.list(self.folder) or {}) do os.remove(self.folder .. "/" .. name) end
  os.remove(self.folder)
  self.folder = nil
end

-- Jobs are numbered from 1.
local function number_of(session, text)
  local number = tonumber(text:match "^%d+$")
  if number then return number end
  if text == "" and session.jobs:running() == 1 then
    for _, job in ipairs(session.jobs.list) do
      if job.pid then return job.number end
    end
  end
  failure.fail("USAGE", "it is :cancel N, with the number of a job; :jobs lists them")
end

---@type banyan.ReplCommand[]
M.commands = {
  { name = "jobs", summary = "what runs in the background, and how far it is",
    run = function(session) return session.jobs.list end },
  { name = "cancel", arguments = "[N]", summary = "stop job N; again: at once",
    run = function(session, text) return session.jobs:cancel(number_of(session, text)) end },
}

return M
