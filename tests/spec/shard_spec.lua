-- SPDX-License-Identifier: MIT
-- Sweeps in shards: whatever the cut, the order, and what befell them, the merged store exports the bytes of a sweep
-- on one machine.
local cjson = require "cjson"
local helper = require "spec.helper"
local random = require "banyan.random"
local shard_of = require "banyan.sweep.shard"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local SCRIPT = sweeps.script(sweeps.long "{ 1 }")
local COMBOS = 40 * 41
local DRAWS = helper.sanitized and 2 or 8

local function run(words)
  words.env = words.env or {}
  words.env.BANYAN_DATA = simulated.store()
  return helper.run(words)
end

local function shard(store, text, ...)
  local _, err, code = run { "sweep", SCRIPT, "--store", store, "--shard", text, "-q", ... }
  assert(code == 0, err)
end

local function export(directory)
  local out, err, code = run { "export", directory }
  assert(code == 0, err)
  return out
end

local function refuses(code, part, words)
  local _, err, got = run(words)
  assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  assert.equal(code, got)
end

-- Changes a byte of the first chunk of results, behind its head (cache/block.h).
local function damage_results(path)
  local text, head = assert(helper.read(path)), "YBLK\1\0\8\0"
  local at = assert(text:find(head, 1, true)) + 64 + 8
  helper.write(path, text:sub(1, at - 1) .. string.char((text:byte(at) + 1) % 256) .. text:sub(at + 1))
end

local whole

local function status(directory)
  local out, err, code = run { "sweep", "status", directory, "--json" }
  assert(code == 0, err)
  return cjson.decode(out)
end

describe("shards", function()
  setup(function()
    local directory = helper.scratch() .. "/whole"
    local _, err, code = run { "sweep", SCRIPT, "--store", directory, "-q" }
    assert(code == 0, err)
    whole = export(directory)
  end)

  it("cover the walk in whole chunks, each once, whatever the count", function()
    for _, combos in ipairs { 1, 2, 255, 1640, 202320 } do
      for _, count in ipairs { 1, 2, 3, 7, 64, 1000 } do
        local at, sum = 0, 0
        for number = 1, count do
          local first, last, own = shard_of.chunks({ number = number, count = count }, combos)
          assert.equal(at, first)
          at, sum = last, sum + own
        end
        assert.equal(combos, sum)
      end
    end
  end)

  it("merge to the same bytes in any cut and order, killed and resumed", function()
    local stream = random.stream "shards"
    for draw = 1, DRAWS do
      local store, count = helper.scratch() .. "/cut.sweep", 1 + math.floor(stream:uniform() * 9)
      local left = {}
      for number = 1, count do left[number] = number end
      while #left > 0 do
        local text = table.remove(left, 1 + math.floor(stream:uniform() * #left)) .. "/" .. count
        if stream:uniform() < 0.4 then -- it goes on from wherever it was
          helper.shell(("timeout -s KILL %.2f %s"):format(0.05 + 0.4 * stream:uniform(), helper.command { "sweep",
            SCRIPT, "--store", store, "--shard", text, "-q", "--no-share",
            env = { BANYAN_DATA = simulated.store() } }))
        end
        shard(store, text, "-j", tostring(1 + draw % 3))
      end
      local cut = status(store)
      assert.same({ "unmerged", COMBOS, count }, { cut.state, cut.done, cut.shards.count })
      local out, err, code = run { "merge", store, "--json" }
      assert(code == 0, err)
      assert.same({ COMBOS, count }, { cjson.decode(out).combos, cjson.decode(out).shards })
      assert(export(store) == whole, "the results differ")
      assert.equal("finished", status(store).state)
      assert.truthy(status(store).best.combo)
      local said = run { "sweep", SCRIPT, "--store", store }
      assert.truthy(said:find("nothing to do", 1, true))
    end
  end)

  it("lie where they are said to, and name what is missing", function()
    local store, other = helper.scratch() .. "/a", helper.scratch() .. "/b"
    shard(store, "1/3")
    shard(other, "3/3")
    local one, three = store .. "/shards/1-of-3", other .. "/shards/3-of-3"
    refuses(4, "shard 2/3 is missing; sweep with --shard 2/3", { "merge", one, three, "--store", store })
    assert.equal(1, status(store).shards.finished)
    assert.equal("waiting", status(store).state)
    refuses(7, "are both shard 1/3", { "merge", one, store, "--store", other })
    shard(store, "1/2")
    refuses(7, "name those of one cut", { "merge", store })
    shard(store, "2/3")
    refuses(2, "say where the whole sweep goes with --store", { "merge", one, store .. "/shards/2-of-3", three })
    local _, err, code = run { "merge", one, store .. "/shards/2-of-3", three, "--store", other .. "/all" }
    assert(code == 0, err)
    assert(export(other .. "/all") == whole)
    refuses(7, "it is no shard of a sweep", { "merge", other .. "/all" })
    refuses(4, "there is none", { "merge", other .. "/nowhere" })
  end)

  it("that have not begun are missing, and a cluster's options want a cluster", function()
    local store = helper.scratch() .. "/begun"
    shard(store, "1/2")
    assert(os.execute("mkdir " .. helper.quote(store .. "/shards/2-of-2")) == 0)
    refuses(4, "shard 2/2 is missing", { "merge", store })
    shard(store, "2/2")
    assert.equal(0, select(3, run { "merge", store .. "/shards/" }))
    assert(export(store) == whole)
    for _, word in ipairs { "--detach", "--shards=2" } do
      refuses(2, "goes with --on slurm", { "sweep", SCRIPT, word })
    end
    refuses(2, "goes with --on slurm", { "sweep", SCRIPT, "--", "--partition=cpu" })
  end)

  it("that are not finished are not merged", function()
    local store = helper.scratch() .. "/c"
    shard(store, "2/2")
    helper.shell(("timeout -s KILL %s %s"):format(helper.sanitized and 6 or 1, helper.command { "sweep", SCRIPT,
      "--store", store, "--shard", "1/2", "-q", "--no-share", "-j", "1", env = { BANYAN_DATA = simulated.store() } }))
    if status(store).done < COMBOS then
      refuses(4, "sweep with --shard 1/2 again, which goes on from there", { "merge", store })
    end
    shard(store, "1/2")
    assert.equal(0, select(3, run { "merge", store }))
    assert(export(store) == whole)
  end)

  it("that are damaged are not merged, and mended by sweeping them again", function()
    local store = helper.scratch() .. "/damaged"
    shard(store, "1/2")
    shard(store, "2/2")
    damage_results(store .. "/shards/2-of-2/data.mdb")
    refuses(4, "sweep with --shard 2/2 again, which goes on from there", { "merge", store })
    assert.equal("shards\n", (helper.shell("ls " .. helper.quote(store))))
    shard(store, "2/2")
    assert.equal(0, select(3, run { "merge", store }))
    assert(export(store) == whole)
  end)

  it("are tried as the whole sweep is", function()
    local out, err, code = run { "sweep", SCRIPT, "--shard", "3/3", "--dry-run", "--json" }
    assert(code == 0, err)
    local found = cjson.decode(out)
    assert.equal(COMBOS, found.combos)
    assert.truthy(found.tried > 0)
  end)

  it("of another sweep are named with what differs", function()
    local store = helper.scratch() .. "/d"
    shard(store, "1/2")
    shard(store, "2/2", "--from", "2020-06-01")
    refuses(7, "it holds another sweep; what differs: the sessions", { "merge", store })
    refuses(7, "the sessions", { "sweep", SCRIPT, "--store", store, "--shard", "1/2", "--from", "2020-06-01" })
  end)

  it("are told apart by array systems", function()
    local store = helper.scratch() .. "/e"
    local function auto(text, env)
      local _, err, code = run { "sweep", SCRIPT, "--store", store, "--shard", text, "-q", env = env }
      return code == 0 and "" or err
    end
    assert.equal("", auto("auto", { SLURM_ARRAY_TASK_ID = "2", SLURM_ARRAY_TASK_COUNT = "5",
      SLURM_ARRAY_TASK_MIN = "1", SLURM_ARRAY_TASK_MAX = "5" }))
    assert.equal("", auto("auto/5", { JOB_COMPLETION_INDEX = "0" }))
    assert.equal("", auto("auto", { AWS_BATCH_JOB_ARRAY_INDEX = "4", AWS_BATCH_JOB_ARRAY_SIZE = "5" }))
    assert.equal("", auto("auto/5", { PARALLEL_SEQ = "3" }))
    assert.equal("", auto("auto/5", { SLURM_ARRAY_TASK_ID = "4", SLURM_ARRAY_TASK_COUNT = "1",
      SLURM_ARRAY_TASK_MIN = "4", SLURM_ARRAY_TASK_MAX = "4" }))
    assert.equal(0, select(3, run { "merge", store }))
    assert(export(store) == whole)
    assert.truthy(auto("auto", { JOB_COMPLETION_INDEX = "0" }):find("--shard auto/8", 1, true))
    assert.truthy(auto("auto", { SLURM_ARRAY_TASK_ID = "4", SLURM_ARRAY_TASK_COUNT = "1", SLURM_ARRAY_TASK_MIN = "4",
      SLURM_ARRAY_TASK_MAX = "4" }):find("numbers are not 1 to 1", 1, true))
    assert.truthy(auto("auto", {}):find("no array system has set", 1, true))
    assert.truthy(auto("auto/5", { PARALLEL_SEQ = "6" }):find("there is no shard 6 of 5", 1, true))
    assert.truthy(auto("auto/5", { PARALLEL_SEQ = "x" }):find("which is no number", 1, true))
  end)

  it("cannot be of a search, nor of numbers that are none", function()
    local text = (sweeps.long "{ 1 }"):gsub("return b.sweep {",
      "return b.sweep { search = { method = 'genetic', count = 50 },")
    local search = sweeps.script(text)
    refuses(2, "a search asks for combos by the results", { "sweep", search, "--shard", "1/2" })
    for _, bad in ipairs { "0/2", "3/2", "1/0", "1/100001", "2", "1/2/3", "-1/2", "1.5/2", "auto/x", "" } do
      local _, _, code = run { "sweep", SCRIPT, "--shard", bad }
      assert.equal(2, code, bad)
    end
  end)
end)

describe("data snapshot", function()
  local target = helper.scratch() .. "/bars"

  it("is read without locks by shards, and by nobody changed", function()
    assert.equal(0, select(3, run { "data", "snapshot", target }))
    local store = helper.scratch() .. "/f"
    shard(store, "1/1", "--data", target)
    assert.equal(0, select(3, run { "merge", store }))
    assert(export(store) == whole)
    assert.equal(0, select(3, run { "data", "check", "--data", target }))
    assert.equal("data.mdb\nsnapshot\n", (helper.shell("ls " .. helper.quote(target))))
    refuses(7, "this is a snapshot, which nobody changes", { "data", "drop", "SPY", "--data", target })
    refuses(7, "needs an empty folder", { "data", "snapshot", target })
  end)

  it("tells damage", function()
    local data = helper.quote(target .. "/data.mdb")
    assert(os.execute(("chmod u+w %s && printf x | dd of=%s bs=1 seek=70001 conv=notrunc 2>/dev/null"):format(data,
      data)) == 0)
    refuses(4, "its checksum is not the one that was written", { "data", "check", "--data", target })
    assert(os.execute("truncate -s -4096 " .. data) == 0)
    refuses(4, "cut short", { "data", "ls", "--data", target })
    local _, err, code = run { "sweep", SCRIPT, "--data", target, "--shard", "1/2" }
    assert(code == 4, err)
    helper.write(target .. "/snapshot", "banyan snapshot 1\nsize many\n")
    refuses(4, "snapshot", { "data", "ls", "--data", target })
    refuses(4, "make a snapshot where every machine sees it", { "sweep", SCRIPT, "--data", target .. "/nowhere",
      "--shard", "1/2" })
  end)
end)
