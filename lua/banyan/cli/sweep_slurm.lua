-- SPDX-License-Identifier: MIT
-- banyan sweep --on slurm, and banyan sweep status --follow: hands a sweep in to Slurm and follows it.
local failure = require "banyan.failure"
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
local OWN = { "store", "on", "shards", "detach", "json", "threads", "shard", "dry_run" }

-- What each shard is told besides: all options of the sweep but those that are about handing it in. Threads are those
-- that Slurm gives, unless somebody says otherwise.
local function words_of(options)
  local kept = {}
  for name, value in pairs(options) do kept[name] = value end
  for _, name in ipairs(OWN) do kept[name] = nil end
  local text = options.threads and " -j " .. options.threads or ' -j "${SLURM_CPUS_PER_TASK:-1}"'
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

local function jobs_text(jobs)
  if not jobs then return "squeue does not answer" end
  if jobs.waiting + jobs.running == 0 then return "the merge is to come" end
  local reason = jobs.waiting > 0 and jobs.reason and (" (%s)"):format(jobs.reason) or ""
  return ("%d shards running, %d waiting%s"):format(jobs.running, jobs.waiting, reason)
end

-- The rate is that of what has come since somebody looks.
local function progress_of(store, job, jobs, look)
  local status = status_of.of_shards(store)
  if not status then return ("job %s: %s"):format(slurm.ids(job)[1], jobs_text(jobs)) end
  look.done, look.begin = look.done or status.done, look.begin or host.clock()
  local line = progress_text({ done = status.done, total = status.total, seconds = host.clock() - look.begin,
    best = status.best and status.best.value, rank = status.rank }, look.done)
  return line .. "  " .. jobs_text(jobs)
end

-- Waits until Slurm has the jobs no more. Returns false when the user leaves before that.
local function wait(store, job)
  local bar, asked, look = progress.start(), host.clock(), {}
  while host.interrupted() == 0 do
    local jobs = queue.jobs(slurm.ids(job))
    if jobs then asked = host.clock() end
    if host.clock() - asked > PATIENCE_SECONDS then
      bar:clear()
      failure.fail("PROVIDER", "squeue has not answered for %d seconds; the jobs go on without it, %s",
        PATIENCE_SECONDS, joined_text(store, job))
    elseif jobs and jobs.count == 0 then
      bar:clear()
      return true
    end
    bar:update(function() return progress_of(store, job, jobs, look) end)
    host.sleep(LOOK_SECONDS)
  end
  bar:clear()
  return false
end

local function follow(store, job, options)
  local begin = host.clock()
  if not wait(store, job) then
    output.report(("banyan: left; the sweep goes on as job %s: %s"):format(slurm.ids(job)[1], joined_text(store, job)))
    return 130
  end
  if slurm.is_merged(store) then
    print_end(store, job, begin, options)
    return 0
  end
  for _, line in ipairs(slurm.failures(store, job)) do output.report("banyan: " .. line) end
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
  queue.check()
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
  output.line(slurm.ids(job)[1])
  return 0
end

return M
