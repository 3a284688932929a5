-- SPDX-License-Identifier: MIT
-- Sweeps on a real Slurm cluster of two nodes on this machine: a node dies and comes back, jobs are taken back and
-- handed in again, and the merged store exports the bytes of a single machine.
local cjson = require "cjson"
local helper = require "spec.helper"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local quote = helper.quote

-- Why there is no cluster here; nil when there can be one.
local function absence()
  if helper.sanitized then return "sanitizers look at the same code in shard_spec: skipped" end
  if (helper.shell "id -u") ~= "0\n" then return "a cluster of one's own needs root: skipped" end
  for _, program in ipairs { "munged", "slurmctld", "slurmd", "sbatch" } do
    if select(3, helper.shell("PATH=$PATH:/usr/sbin command -v " .. program)) ~= 0 then
      return program .. " is not here (make deps installs it): skipped"
    end
  end
end

-- 20,000 combos that take some seconds, of a real tree where there are real ones: script, bars, further words.
local function sweep_of()
  if not shared.present() then
    local text = (sweeps.long "b.range(1, 13)"):gsub("%(2, 41%)", "(2, 40)")
    return sweeps.script(text), simulated.store(), "--no-share"
  end
  local script = sweeps.script(([[
local b = require "banyan"
local t = b.import(%q)
t:select { kind = "condition", indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 24))
t:select { kind = "filter" }:shift("window", "ranking_shift", 0, b.range(0, 39))
t:select { indicator = "rsi", comparator = "gt" }:shift("threshold", "hotter", 0, b.range(-3, 3, 0.25))
return b.sweep { strategy = t }
]]):format(assert(require "banyan.host".absolute(shared.strategy "doctor_strange"))))
  return script, (shared.import(shared.folder .. "/data/us_daily_adjusted")), "--quiet"
end

local missing = absence()

describe("a sweep on Slurm", function()
  if missing then
    pending(missing, function() end)
    return
  end

  local folder = helper.scratch()
  local script, data, slowly = sweep_of()
  local whole

  local function cluster(...)
    local _, err, code = helper.shell("PATH=$PATH:/usr/sbin sh tests/slurm_cluster.sh " .. table.concat({ ... }, " "))
    assert(code == 0, err)
  end

  local function run(words)
    words.env = { BANYAN_DATA = data, SLURM_CONF = folder .. "/slurm.conf" }
    return helper.run(words)
  end

  local function export(store)
    local out, err, code = run { "export", store }
    assert(code == 0, err)
    return out
  end

  local function status(store)
    local out, _, code = run { "sweep", "status", store, "--json" }
    return code == 0 and cjson.decode(out) or { shards = {}, done = 0 }
  end

  local function hand_in(store, ...)
    local out, err, code = run { "sweep", script, "--on", "slurm", "--shards", "6", "--store", store, ... }
    return code, err, out
  end

  -- Waits for something; fails after a minute.
  local function await(what, so)
    for _ = 1, 300 do
      if so() then return end
      os.execute "sleep 0.2"
    end
    error(what .. " did not come")
  end

  local function await_running(store)
    await("a shard with results", function()
      local at = status(store)
      return (at.shards.running or 0) >= 2 and at.done > 0
    end)
  end

  local function finishes(store)
    local _, err, code = run { "sweep", "status", store, "--follow" }
    assert(code == 0, err)
    assert(export(store) == whole, "the results differ")
  end

  setup(function()
    cluster("start", quote(folder))
    local store = folder .. "/one"
    local _, err, code = run { "sweep", script, "--store", store, "-q" }
    assert(code == 0, err)
    whole = export(store)
    local _, combos = whole:gsub("\n", "\n")
    assert(combos >= 20001, combos .. " lines")
  end)

  teardown(function()
    cluster("stop", quote(folder))
    local left = helper.shell(("pgrep -af %s | grep -v pgrep"):format(quote(folder)))
    assert.equal("", left)
  end)

  it("survives the death of a node", function()
    local store = folder .. "/node"
    local code, err, out = hand_in(store, "--detach", slowly)
    assert(code == 0, err)
    assert.truthy(out:find "^%d+\n$")
    await_running(store)
    cluster("kill", quote(folder), "elm")
    os.execute "sleep 1"
    assert.truthy(status(store).done < 20000, "it was over before the node died")
    cluster("revive", quote(folder), "elm")
    finishes(store)
    assert.equal("finished", status(store).state)
  end)

  it("goes on after it was cancelled, with what is not finished", function()
    local store = folder .. "/cancelled"
    local code, err, out = hand_in(store, "--detach", slowly, "--", "--cpus-per-task=2")
    assert(code == 0, err)
    await_running(store)
    assert.equal(7, (hand_in(store, "--detach")))
    local job = out:match "%d+"
    helper.shell(("SLURM_CONF=%s/slurm.conf scancel %s"):format(folder, job))
    local _, said, ended = run { "sweep", "status", store, "--follow" }
    assert.equal(5, ended)
    assert.truthy(said:find("the same command hands in the rest", 1, true), said)
    local before = status(store).done
    assert.truthy(before > 0 and before < 20000, before)
    code, err = hand_in(store, slowly)
    assert(code == 0, err)
    assert(export(store) == whole, "the results differ")
  end)

  it("keeps to one sweep and one cut, and does nothing twice", function()
    local store = folder .. "/it's %a 100%"
    local function refuses(code, part, ...)
      local got, err = hand_in(store, ...)
      assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
      assert.equal(code, got)
    end
    local code, err = hand_in(store, "--detach", "--sample", "400", "--", "--hold")
    assert(code == 0, err)
    local _, said, ended = run { "sweep", "status", store }
    assert.equal(4, ended)
    assert.truthy(said:find("nothing has begun yet of job", 1, true), said)
    helper.shell(("SLURM_CONF=%s/slurm.conf scancel --user=root"):format(folder))
    await("an empty queue", function()
      return helper.shell(("SLURM_CONF=%s/slurm.conf squeue --noheader"):format(folder)) == ""
    end)
    assert.equal(0, select(3, run { "sweep", script, "--sample", "400", "--shard", "2/6", "--store", store, "-q" }))
    refuses(7, "what differs: the sample", "--sample", "401")
    refuses(2, "--array is set by banyan", "--sample", "400", "--", "--array=1-2")
    local _, cut, refused = run { "sweep", script, "--on", "slurm", "--shards", "3", "--sample", "400",
      "--store", store }
    assert.equal(7, refused)
    assert.truthy(cut:find("--shards 6 goes on with those there", 1, true), cut)
    code, err = hand_in(store, "--sample", "400")
    assert(code == 0, err)
    local one = folder .. "/sample"
    assert.equal(0, select(3, run { "sweep", script, "--sample", "400", "--store", one, "-q" }))
    assert(export(store) == export(one), "the results differ")
    local _, _, out = hand_in(store, "--sample", "400")
    assert.truthy(out:find("nothing to do", 1, true), out)
  end)

  it("says what Slurm refuses, and what went wrong", function()
    local store = folder .. "/refused"
    local code, err = hand_in(store, "--", "--partition=nowhere")
    assert.equal(5, code)
    assert.truthy(err:find("sbatch refused the job: .*partition"), err)
    code, err = hand_in(store, "--shard", "1/2")
    assert.equal(2, code)
    assert.truthy(err:find("give one of them", 1, true))
    local _, said, ended = helper.shell("PATH=/nowhere " .. helper.command { "sweep", script, "--on", "slurm",
      "--store", store, env = { BANYAN_DATA = data } }:gsub("^env", "/usr/bin/env"))
    assert.equal(2, ended)
    assert.truthy(said:find("there is no sbatch here", 1, true), said)
    -- A shard that fails leaves its words in a log, which the follower repeats.
    code, err = hand_in(store, "--mem", "1G", "--detach")
    assert(code == 0, err)
    helper.shell(("rm -rf %s/bars"):format(quote(store)))
    _, said, ended = run { "sweep", "status", store, "--follow" }
    assert.equal(5, ended)
    assert.truthy(said:find "shard 1/6, 2/6, 3/6, 4/6 and 2 more on %l+.*: there is no bar store", said)
    _, said, ended = run { "sweep", "status", folder .. "/nowhere", "--follow" }
    assert.equal(4, ended)
    assert.truthy(said:find("no job of a sweep on Slurm", 1, true))
  end)
end)
