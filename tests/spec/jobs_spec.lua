-- SPDX-License-Identifier: MIT
-- Runs and sweeps in the background.
local b = require "banyan"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local host = require "banyan.host"
local jobs_of = require "banyan.repl.jobs"
local load = require "banyan.load"
local script_of = require "banyan.repl.script"
local show = require "banyan.show"
local simulated = require "spec.simulated"
local write = require "banyan.write"

local WAIT_SECONDS = 120

local SWEEP = [[
local b = require "banyan"
local fast, hot = b.param("fast", 10, b.range(5, 9)), b.param("hot", 70, b.range(60, 80, 5))
return b.sweep { strategy = b.strategy { name = "First", b.when(b.rsi("SPY", fast):gt(hot), "SPY"):otherwise "TLT" } }
]]

-- So many combos that nobody waits for them.
local LONG = [[
local b = require "banyan"
local node = "SPY"
for i = 1, 6 do
  node = b.when(b.rsi("SPY", b.param("w" .. i, 10, b.range(2, 13))):gt(b.param("t" .. i, 70, { 50, 60, 70 })), "TLT")
    :otherwise(node)
end
return b.sweep { strategy = b.strategy { name = "Long", node }, sample = { method = "random", count = 1000000 } }
]]

local function message_of(err)
  local known = failure.failure_of(err)
  return known and known.message or tostring(err)
end

local function refused(message, f, ...)
  local ok, err = pcall(f, ...)
  assert.is_false(ok)
  assert.truthy(message_of(err):find(message, 1, true), message_of(err))
end

local function wait(jobs)
  local last = host.clock() + WAIT_SECONDS
  while jobs:running() > 0 do
    assert(host.clock() < last, "a job does not end")
    host.sleep(0.02)
  end
end

-- Until there is a store with results in it.
local function wait_for_results(job)
  local last = host.clock() + WAIT_SECONDS
  while not job:progress():find "[1-9][%d,]*/1,000,000" do
    assert(host.clock() < last, "a job does not begin: " .. job:progress())
    host.sleep(0.05)
  end
end

describe("a job", function()
  local jobs, folder, strategy
  before_each(function()
    jobs = jobs_of.new { data = simulated.store() }
    folder = helper.scratch()
    strategy = load.sweep(helper.write(folder .. "/first.lua", SWEEP)).strategy
  end)
  after_each(function() jobs:close() end)

  it("runs a strategy as b.run does", function()
    local job = jobs:run(strategy, { params = { fast = 7 }, from = "2016-01-04" })
    assert.equal("running", job.state)
    wait(jobs)
    assert.same({ "job 1: run of First, done in " }, { jobs:news()[1]:match "^(.* in )" })
    assert.same({}, jobs:news())
    local result = job:result()
    local alone = b.run(strategy, { data = simulated.store(), params = { fast = 7 }, from = "2016-01-04" })
    for name, value in pairs(alone.metrics) do
      assert(result.metrics[name] == value or value ~= value, name)
    end
    for _, name in ipairs { "dates", "equity", "years", "months", "drawdowns", "simulated", "dataset" } do
      assert.same(alone[name], result[name])
    end
    assert.equal(#alone.returns, #result.returns)
    for i in ipairs(alone.dates) do assert.same(alone.weights(i), result.weights(i)) end
    assert.same(alone.weights(9), job.weights(9))
    refused("weights takes the number of a session, from 1 to", result.weights, 0)
    refused("keeps no branches", result.branches, result)
    assert.equal(show.text(alone:plot()), show.text(job:plot()))
    assert.truthy(show.text(result):find "^First\nSIMULATED prices[^\n]*\n2016%-01%-04 to .*\n  Sharpe +[%d.]+\n")
    assert.equal(alone.metrics.sharpe, job.metrics.sharpe)
  end)

  it("keeps the weights of bars that are shorter than a day, and of sessions that hold nothing", function()
    local intraday = require "spec.intraday".store()
    local half = b.strategy { name = "Half",
      b.when(b.rsi("AAA", 5):gt(55), b.equal { "AAA", "BBB" }):otherwise(b.cash) }
    local job = jobs:run(half, { data = intraday, timeframe = "5m" })
    wait(jobs)
    local alone, result = b.run(half, { data = intraday, timeframe = "5m" }), job:result()
    assert.same(alone.dates, result.dates)
    local empty = 0
    for i in ipairs(alone.dates) do
      assert.same(alone.weights(i), result.weights(i))
      empty = empty + (#result.weights(i) == 0 and 1 or 0)
    end
    assert.is_true(empty > 5 and empty < #alone.dates - 5)
  end)

  it("says why it failed, and leaves no file behind", function()
    local temporary = helper.scratch()
    local lines = helper.write(folder .. "/lines", 'run(b.strategy { name = "A", "NOWHERE" })\n'
      .. "for i = 1, 3e6 do end\n")
    helper.shell(helper.command { "repl", env = { BANYAN_DATA = simulated.store(), TMPDIR = temporary } }
      .. " <" .. helper.quote(lines))
    assert.equal("", (helper.shell("ls -A " .. helper.quote(temporary))))
    local job = jobs:run(b.strategy { name = "A", "NOWHERE" })
    wait(jobs)
    assert.truthy(job:progress():find("failed after .*NOWHERE"), job:progress())
  end)

  it("that was killed is told so, and gone on with", function()
    local path, store = helper.write(folder .. "/long.lua", LONG), folder .. "/long.sweep"
    local job = jobs:sweep(path, { store = store })
    wait_for_results(job)
    os.execute("kill -9 " .. job.pid)
    wait(jobs)
    assert.equal("failed", job.state)
    assert.equal(("it was ended by signal 9; what it has done stays in %s, and the same sweep goes on with that")
      :format(store), job.message)
    local result = job:result()
    assert.is_true(result.done > 0)
    result:close()
    local again = jobs:sweep(path, { store = store })
    wait_for_results(again)
    jobs:cancel(2)
    wait(jobs)
    assert.equal("cancelled", again.state)
  end)

  it("sweeps a file, a sweep, or a strategy into a store", function()
    local stores = {}
    for i, what in ipairs { folder .. "/first.lua", load.sweep(folder .. "/first.lua"), strategy } do
      local store = ("%s/%d.sweep"):format(folder, i)
      local job = jobs:sweep(what, { store = store })
      wait(jobs)
      assert.equal("done", job.state, job:progress())
      assert.truthy(jobs:news()[1]:find "^job %d: sweep of %S+, done in [^,]+, 25 of 25 combos, best sharpe ")
      stores[i] = helper.run { "export", store }
      assert.equal(stores[1], stores[i])
      assert.equal(25, job:result().combos)
      assert.equal(10, #job:top())
      assert.truthy(show.text(job:heatmap("fast", "hot")):find "^best of sharpe")
      job:result():close()
    end
  end)

  it("is what the words of the prompt start, and stand for", function()
    local words = jobs:words()
    assert.is_nil(words.sweep.store)
    local job = words.sweep(folder .. "/first.lua")
    words.run(strategy)
    wait(jobs)
    assert.equal(job.store, words.sweep.store)
    assert.equal(show.text(job:heatmap("fast", "hot")), show.text(words.sweep:heatmap("fast", "hot")))
    assert.equal(show.text(words.jobs[2]:plot()), show.text(words.run:plot()))
    assert.equal(show.text(job), show.text(words.sweep))
    words.sweep:result():close()
  end)

  it("writes beside the file when no store is named", function()
    local job = jobs:sweep(folder .. "/first.lua")
    assert.equal(folder .. "/first.sweep", job.store)
    wait(jobs)
    assert.equal("directory", host.stat(job.store))
  end)

  it("tells how far it is, and stops when asked to", function()
    local script = helper.write(folder .. "/long.lua", LONG)
    local job = jobs:sweep(script)
    refused("job 1 is sweeping into " .. job.store, jobs.sweep, jobs, script)
    wait_for_results(job)
    assert.truthy(show.text(jobs.list, { width = 200 }):find "^job 1: sweep of long.lua, [%d,]+/1,000,000  [%d.]+%%  ")
    local store = b.results(job.store) -- of a sweep that goes on
    local before = store.done
    assert(before < 1000000)
    assert.equal("job 1 is asked to stop; what it has done stays in " .. job.store, jobs:cancel(1))
    wait(jobs)
    assert.equal("cancelled", job.state)
    assert.truthy(jobs:news()[1]:find "^job 1: sweep of long.lua, cancelled after .* of 1,000,000 combos")
    refused("job 1 is cancelled already", jobs.cancel, jobs, 1)
    assert.equal(store, job:result())
    assert(store.done >= before and store.done < 1000000)
    assert.truthy(show.text(store):find "^Long: [%d,]+ of 1,000,000 combos")
    store:close()
  end)

  it("says why it failed", function()
    local job = jobs:run(strategy, { params = { fast = 0.5 } })
    local other = jobs:sweep(helper.write(folder .. "/bad.lua", "error('no\27[2J')"))
    wait(jobs)
    assert.equal("failed", job.state)
    local news = jobs:news()
    assert.truthy(news[1]:find "^job 1: run of First, failed after .*: First: at if: the window must be a whole number")
    assert.truthy(news[2]:find "^job 2: sweep of bad.lua, failed after [^:]*: [^\n\27]*bad.lua:1: no %[2J", news[2])
    refused("job 1 is failed and has no result", job.result, job)
    refused("there is none", other.top, other)
  end)

  it("ends with the explorer, and leaves no files", function()
    local job = jobs:sweep(helper.write(folder .. "/long.lua", LONG))
    local pid, scratch = job.pid, jobs.folder
    assert.equal("directory", host.stat(scratch))
    jobs:close()
    assert.is_nil(job.pid)
    assert.is_nil(host.stat(scratch))
    assert.equal(1, os.execute(("kill -0 %d 2>/dev/null"):format(pid)) == 0 and 0 or 1)
  end)

  it("shows code at the prompt no more of itself than may be seen, and lets it change nothing", function()
    local words = jobs:words()
    local face = words.run(folder .. "/first.lua")
    for _, key in ipairs { "pid", "out", "err", "equity_file", "clean", "face", "lines" } do
      assert.is_nil(face[key])
    end
    refused("a job has no field 'out' to set", function() face.out = "a file of somebody" end)
    words.jobs[1], words.jobs[2] = 5, { poll = error }
    wait(jobs)
    assert.equal("done", face.state)
    assert.equal("number", type(face.equity[1]))
    assert.equal(face.equity[1], words.run.equity[1])
    assert.equal("done", jobs.list[1].state)
    assert.equal(1, #jobs:news())
    jobs:close()
  end)

  it("refuses what it cannot do", function()
    refused("run: there is no file nowhere.lua", jobs.run, jobs, "nowhere.lua")
    refused("run takes a strategy or the path of a file, not number", jobs.run, jobs, 5)
    refused("sweep takes a strategy, a sweep or the path of a file, not nil", jobs.sweep, jobs)
    refused("did you mean 'from'", jobs.run, jobs, strategy, { form = "2020-01-01" })
    refused("First has no param 'fst', did you mean 'fast'?", jobs.run, jobs, strategy, { params = { fst = 1 } })
    local sweep = load.sweep(folder .. "/first.lua")
    sweep.where = function() return true end
    refused("has a function `where`", jobs.sweep, jobs, sweep)
    refused("there is no job 7; none has been started", jobs.cancel, jobs, 7)
    assert.equal("no jobs; run(s) and sweep(s) start some in the background", show.text(jobs.list))
  end)
end)

describe("a script of a sweep", function()
  it("makes the same sweep again", function()
    local sweep = b.sweep { strategy = b.strategy { name = "A \"name\"\n", "SPY" }, from = "2020-01-02",
      over = {}, sample = { method = "sobol", count = 5 }, rank = "calmar" }
    local path = helper.write(helper.scratch() .. "/again.lua", script_of.text(sweep))
    local again = load.sweep(path)
    assert.equal(write.lua(sweep.strategy), write.lua(again.strategy))
    for _, key in ipairs { "from", "to", "over", "sample", "rank" } do assert.same(sweep[key], again[key]) end
  end)
end)
