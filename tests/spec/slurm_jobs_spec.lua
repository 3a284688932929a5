-- SPDX-License-Identifier: MIT
-- Handing a sweep in to Slurm, and what is said of its jobs, with commands in the place of Slurm's that note how they
-- were called and answer what they are told. What a real cluster makes of it is in slurm_spec.
local cjson = require "cjson"
local helper = require "spec.helper"
local passed = require "banyan.slurm.passed"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local quote = helper.quote
local SCRIPT = sweeps.script((sweeps.long "{ 1 }":gsub("b.range%(2, 41%)", "b.range(2, 5)")))
local COMBOS = 4 * 41

-- A folder with the commands of a cluster: `queue` is what squeue answers.
local function cluster()
  local folder = helper.scratch()
  local function command(name, text)
    local path = helper.write(folder .. "/" .. name, "#!/bin/sh\ncd " .. folder .. "\n" .. text)
    assert(os.execute("chmod +x " .. path) == 0)
  end
  command("sbatch", [[test ! -e slow || sleep 0.5
echo "$*" >>calls
case "$*" in *"$(cat refused)") cat refusal >&2; exit 1;; esac
wc -l <calls]])
  command("squeue", "cat queue")
  command("scancel", [[echo "$*" >>cancelled]])
  command("scontrol", [[echo "MaxArraySize            = 4"]])
  helper.write(folder .. "/calls", "")
  helper.write(folder .. "/refused", "nothing")
  helper.write(folder .. "/queue", "")
  return folder
end

local function command_of(folder, words)
  words.env = { BANYAN_DATA = simulated.store(), PATH = folder .. ":" .. os.getenv "PATH" }
  return helper.command(words)
end

local function run(folder, words)
  return helper.shell(command_of(folder, words))
end

local function hand_in(folder, store, ...)
  return run(folder, { "sweep", SCRIPT, "--on", "slurm", "--store", store, "--shards", "3", ... })
end

-- Evaluates a shard as a job would.
local function shard(folder, store, text, ...)
  local _, err, code = run(folder, { "sweep", SCRIPT, "--store", store, "--shard", text, "-q", ... })
  assert(code == 0, err)
end

local function calls(folder)
  local _, count = helper.read(folder .. "/calls"):gsub("\n", "")
  return count
end

local function has(text, part)
  assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text))
end

describe("a sweep that is handed in to Slurm", function()
  it("comes through once when several hand it in at the same time", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    helper.write(folder .. "/slow", "")
    helper.write(folder .. "/queue", "1|1|PENDING||Resources\n")
    local one = command_of(folder, { "sweep", SCRIPT, "--on", "slurm", "--store", store, "--detach", "-q" })
    local out = helper.shell(("for i in 1 2 3 4; do { %s >/dev/null 2>&1; echo $?; } & done; wait"):format(one))
    local codes = {}
    for code in out:gmatch "%d+" do codes[#codes + 1] = code end
    table.sort(codes)
    assert.same({ "0", "7", "7", "7" }, codes)
    assert.equal(2, calls(folder))
    local _, said, code = hand_in(folder, store)
    assert.equal(7, code)
    has(said, "job 1 of this sweep is still queued or running")
  end)

  it("is told as JSON, with what the scripts of its jobs are to do", function()
    local folder, store = cluster(), helper.scratch() .. "/it's $x é"
    local out, err, code = hand_in(folder, store, "--detach", "--json", "-p", "hot=61", "--slippage", "0.001", "--",
      "-d", "afterok:7", "--partition", "all")
    assert(code == 0, err)
    local told = cjson.decode(out)
    assert.same({ "banyan.slurm/1", 3, "1", "2" }, { told.schema, told.shards, told.job, told.merge })
    local first, second = helper.read(folder .. "/calls"):match "^([^\n]*)\n([^\n]*)\n$"
    has(first, "-d afterok:7 --partition all --array=1-3")
    has(second, "--job-name=banyan-merge --partition all --dependency=afterok:1")
    has(helper.read(store .. "/shards/array.sh"), [[-j "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}" '--param]])
    -- The script does what it says in a shell, as the job that it is.
    for number = 1, 3 do
      local _, said, ended = helper.shell(("env BANYAN_DATA=/nowhere SLURM_ARRAY_TASK_ID=%d sh %s"):format(number,
        quote(store .. "/shards/array.sh")))
      assert(ended == 0, said)
    end
    assert.equal(0, select(3, helper.shell("sh " .. quote(store .. "/shards/merge.sh"))))
    out = hand_in(folder, store, "-p", "hot=61", "--slippage", "0.001")
    has(out, "nothing to do: 4 combos were done before")
    assert.equal(2, calls(folder))
  end)

  it("is taken back where the second job is refused, and refused with what to do", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    helper.write(folder .. "/refusal", "sbatch: error: Batch job submission failed: Invalid job array specification\n")
    helper.write(folder .. "/refused", "/merge.sh")
    assert.equal(5, select(3, hand_in(folder, store)))
    assert.equal("1\n", helper.read(folder .. "/cancelled"))
    helper.write(folder .. "/refused", "/array.sh")
    local _, said, code = hand_in(folder, store)
    assert.equal(5, code)
    has(said, "refused the job: Batch job submission failed: Invalid job array specification; this cluster takes 3 "
      .. "--shards at most")
    helper.write(folder .. "/refusal", "sbatch: fatal: Could not establish a configuration source\n")
    has(select(2, hand_in(folder, store)), "configuration source; do it on a machine of a cluster")
    _, said, code = hand_in(folder, helper.scratch() .. "/back\\slash")
    assert.equal(2, code)
    has(said, "name another --store")
    local text = sweeps.long "{ 1 }":gsub("return b.sweep {", "%0 search = { method = 'genetic', count = 50 },")
    local search = sweeps.script(text)
    store = helper.scratch() .. "/search"
    _, said, code = run(folder, { "sweep", search, "--on", "slurm", "--store", store })
    assert.equal(2, code)
    has(said, "it cannot be cut into shards")
    assert.equal(4, calls(folder))
    assert.equal(nil, require "banyan.host".stat(store))
  end)
end)

describe("a sweep on Slurm that did not end well", function()
  it("is told by how its jobs ended, where, and why", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    assert.equal(0, select(3, hand_in(folder, store, "--detach")))
    shard(folder, store, "3/3")
    helper.write(store .. "/shards/1-of-3.log", "banyan: stopped after 1 of 5 combos\n")
    helper.write(folder .. "/queue", "1|1|TIMEOUT|elm|None\n1|2|FAILED|oak|None\n1|3|COMPLETED|elm|None\n"
      .. "2|N/A|CANCELLED||None\n")
    local _, said, code = run(folder, { "sweep", "status", store, "--follow" })
    assert.equal(5, code)
    has(said, "shard 1/3 on elm (TIMEOUT): stopped after 1 of 5 combos; give it more time by -- --time=")
    has(said, "shard 2/3 on oak: it left no log: its node could not write to " .. store .. "/shards")
    assert.falsy(said:find("3/3", 1, true), said)
    helper.write(store .. "/shards/2-of-3.log", "")
    helper.write(folder .. "/queue", "1|2|FAILED|oak|None\n1|3|NODE_FAIL|elm|None\n")
    _, said = run(folder, { "sweep", "status", store, "--follow" })
    has(said, "shard 2/3 on oak: its log is empty: it was killed, or lost its files")
    has(said, "shard 3/3 on elm (NODE_FAIL): all of its combos are there")
  end)

  it("is handed in again over a snapshot that was damaged", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    assert.equal(0, select(3, hand_in(folder, store, "--detach")))
    shard(folder, store, "1/3")
    local bars = quote(store .. "/bars/data.mdb")
    assert(os.execute("chmod u+w " .. bars .. " && truncate -s 0 " .. bars) == 0)
    local _, said, code = hand_in(folder, store, "--detach")
    assert(code == 0, said)
    has(helper.read(folder .. "/calls"), "--array=2,3")
    shard(folder, store, "2/3", "--data", store .. "/bars")
  end)
end)

describe("the status of shards", function()
  it("counts those of one sweep and one cut, and names the others", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    shard(folder, store, "1/3")
    shard(folder, store, "2/3")
    shard(folder, store, "3/3", "--from", "2015-01-02")
    shard(folder, store, "1/2")
    local told = cjson.decode((run(folder, { "sweep", "status", store, "--json" })))
    assert.same({ 3, 2, COMBOS }, { told.shards.count, told.shards.finished, told.combos })
    table.sort(told.others)
    assert.same({ store .. "/shards/1-of-2", store .. "/shards/3-of-3" }, told.others)
    has(run(folder, { "sweep", "status", store }), "not counted: 2 shards of another sweep or another cut")
  end)

  it("says how the job is", function()
    local folder, store = cluster(), helper.scratch() .. "/s"
    assert.equal(0, select(3, hand_in(folder, store, "--detach")))
    shard(folder, store, "1/3")
    helper.write(folder .. "/queue", "1|2|PENDING||Priority\n1|3|PENDING||Priority\n2|N/A|PENDING||Dependency\n")
    local out = run(folder, { "sweep", "status", store })
    has(out, "waiting for Slurm")
    has(out, "1: 2 waiting (Priority)")
    helper.write(folder .. "/queue", "1|2|PENDING||launch failed requeued held\n")
    has(run(folder, { "sweep", "status", store }), "(launch failed requeued held; `scontrol release 1`)")
    helper.write(folder .. "/queue", "")
    has(run(folder, { "sweep", "status", store }), "1 is over; `banyan sweep --on slurm` hands in what is left")
  end)
end)

describe("what is passed to sbatch", function()
  it("is not what would lose the jobs", function()
    for _, bad in ipairs { "--array=1", "--arr=1", "-a 1", "--output x", "-o/x", "--err=x", "--wrap=ls", "--wait", "-W",
      "--test-only", "-M x", "--clusters=x", "x.sh", "--partition=all x.sh", "-n4 x.sh", "--", "--help", "-h" } do
      local words = {}
      for word in bad:gmatch "%S+" do words[#words + 1] = word end
      assert.falsy((pcall(passed.check, words)), bad)
    end
    passed.check { "--partition", "all", "-p", "all", "-n4", "--wait-all-nodes=1", "--hold", "-A", "me" }
  end)

  it("waits for other jobs before the shards alone", function()
    assert.same({ "--hold", "-p", "all" }, passed.without_dependency { "--hold", "-d", "afterok:1", "-p", "all",
      "--dep=singleton", "-dafterok:2", "--dependency", "afterany:3" })
  end)
end)
