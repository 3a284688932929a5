-- SPDX-License-Identifier: MIT
-- banyan sweep --on slurm, and banyan sweep status --follow: hands a sweep in to Slurm and follows it.
local failure = require "banyan.failure"
local failures = require "banyan.slurm.failures"
local host = require "banyan.host"
local identity = require "banyan.sweep.identity"
local json = require "banyan.json"
local options_of = require "banyan.cli.options"
local output = require "banyan.cli.output"
local parse = require "banyan.cli.parse"
local prepare = require "banyan.prepare"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local progress_text = require "banyan.cli.sweep_progress"
local queue = require "banyan.slurm.queue"
local results_of = require "banyan.results"
local slurm = require "banyan.slurm"
local status_of = require "banyan.sweep.status"
local store_of = require "banyan.store"
local sweep_of = require "banyan.sweep"

local M = {}

local LOOK_SECONDS, PATIENCE_SECONDS = 1, 120
-- Of a thousand shards on a slow disk, looking takes a while itself.
local LOOK_SHARE, LOOK_SECONDS_MAX = 0.1, 10
local OWN = { "store", "on", "shards", "detach", "json", "threads", "shard", "dry_run" }

-- All that Slurm gives to a job on its node: a number a task when it was asked for, and whole nodes otherwise.
local THREADS = '"${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"'

-- What each shard is told besides: all options of the sweep but those that are about handing it in. Threads are those
-- that Slurm gives, unless somebody says otherwise.
local function words_of(options)
  local kept = {}
  for name, value in pairs(options) do kept[name] = value end
  for _, name in ipairs(OWN) do kept[name] = nil end
  local text = " -j " .. (options.threads or THREADS)
  for _, word in ipairs(parse.words(options_of.by_name.sweep, kept)) do text = text .. " " .. queue.quote(word) end
  return text
end

-- The identity of the sweep. What cannot be evaluated is told now, and not by every shard.
local function identity_of(sweep, given)
  given.shard = { number = 1, count = 1 }
  local at, space = sweep_of.prepare(sweep, given)
  local text = identity.text(at, space, sweep)
  prepare.close(at)
  return text
end

local function joined_text(store, job)
  return ("`banyan sweep status %s --follow` joins it, `scancel %s` takes it back"):format(queue.typed(store),
    table.concat(slurm.ids(job), " "))
end

local function print_end(store, job, begin, options)
  local results = results_of.open(store)
  local combos = results.combo_count
  results:close()
  local id = job and slurm.ids(job)[1]
  if options.json then
    output.line(json.encode(json.object { { "schema", "banyan.slurm/1" }, { "store", store }, { "combos", combos },
      { "shards", job and job.shards or 0 }, { "job", id or json.null }, { "seconds", host.clock() - begin } },
      { indent = 2 }))
    return
  end
  output.line(job and ("%s of %s, job %s"):format(print_.count(combos, "combo"), print_.count(job.shards, "shard"), id)
    or ("nothing to do: %s done before"):format(print_.count(combos, "combo was", "combos were")))
  output.line("results in " .. store)
  require "banyan.cli.sweep".print_best { store = store, best = true }
end

local function print_begin(store, job, options)
  output.line(options.json and json.encode(json.object { { "schema", "banyan.slurm/1" }, { "store", store },
    { "shards", job.shards }, { "job", slurm.ids(job)[1] }, { "merge", job.merge } }, { indent = 2 })
    or slurm.ids(job)[1])
end

-- The rate is that of what has come since somebody looks, and something runs.
local function begin_look(store, job, look)
  local status = status_of.of_shards(store, job.shards)
  if status then look.done, look.begin = status.done, host.clock() end
end

local function progress_of(store, job, jobs, look)
  local status = look.begin and status_of.of_shards(store, job.shards)
  if not status then return ("job %s: %s"):format(slurm.ids(job)[1], queue.text(jobs)) end
  return progress_text({ done = status.done, total = status.total, seconds = host.clock() - look.begin,
    best = status.best and status.best.value, rank = status.rank }, look.done, queue.text(jobs))
end

-- Waits until Slurm has the jobs no more. Returns how they ended, as far as it told; nil when the user leaves before.
local function wait(store, job)
  local bar, asked, look, ended = progress.start(), host.clock(), {}, {}
  while host.interrupted() == 0 do
    local begin = host.clock()
    local jobs = queue.jobs(slurm.ids(job))
    if jobs then
      asked = host.clock()
      for number, how in pairs(jobs.ended) do ended[number] = how end -- Slurm forgets soon
      if jobs.running == 0 or not look.begin then begin_look(store, job, look) end
    end
    if host.clock() - asked > PATIENCE_SECONDS then
      bar:clear()
      failure.fail("PROVIDER", "squeue has not answered for %d seconds; the jobs go on without it, %s",
        PATIENCE_SECONDS, joined_text(store, job))
    elseif jobs and jobs.count == 0 then
      bar:clear()
      return ended
    end
    bar:update(function() return progress_of(store, job, jobs, look) end)
    host.sleep(math.min(math.max(LOOK_SECONDS, (host.clock() - begin) / LOOK_SHARE), LOOK_SECONDS_MAX))
  end
  bar:clear()
  return nil
end

local function follow(store, job, options)
  local begin = host.clock()
  local ended = wait(store, job)
  if not ended then
    output.report(("banyan: left; the sweep goes on as job %s: %s"):format(slurm.ids(job)[1], joined_text(store, job)))
    return 130
  end
  if slurm.is_merged(store) then
    print_end(store, job, begin, options)
    return 0
  end
  for _, line in ipairs(failures.of(store, job, ended)) do output.report("banyan: " .. line) end
  failure.fail("PROVIDER", "job %s ended before all of it was done; what is done is kept in %s, and the same command "
    .. "hands in the rest", slurm.ids(job)[1], store)
end

--- The verb `sweep status --follow`.
---@param store string
---@return integer exit_code
function M.follow(store, options)
  local job = slurm.last_job(store)
  if not job then
    failure.fail("DATA", "%s: no job of a sweep on Slurm is known here", store)
  end
  return follow(store, job, options)
end

--- `banyan sweep --on slurm`.
---@param sweep table of b.sweep
---@param given banyan.SweepOptions
---@param options table of the command line
---@param script string
---@return integer exit_code
function M.hand_in(sweep, given, options, script)
  if options.shard then
    failure.fail("USAGE", "--on hands in all shards, and --shard evaluates one; give one of them")
  end
  slurm.check(options.passed or {})
  local text = identity_of(sweep, given)
  local store = options.store or require "banyan.cli.sweep".default_store(script)
  store_of.make_directory(store)
  store = host.absolute(store)
  local job = slurm.submit { store = store, script = host.absolute(script), data = given.data, identity = text,
    count = options.shards, words = words_of(options), passed = options.passed or {},
    program = host.absolute "/proc/self/exe" }
  if not job then
    print_end(store, nil, host.clock(), options)
    return 0
  end
  output.note(("job %s: %s; %s"):format(slurm.ids(job)[1], print_.count(job.shards, "shard"), joined_text(store, job)))
  if not options.detach then return follow(store, job, options) end
  print_begin(store, job, options)
  return 0
end

return M
