-- SPDX-License-Identifier: MIT
-- What befalls a running sweep: kills at random moments, watchers, copies, full disks. Whatever it was, the sweep
-- that goes on exports the bytes of one that nothing befell.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local quote = helper.quote
local KILLS = helper.sanitized and 2 or 20

-- Some seconds on one thread with nothing shared, with sanitizers or without.
local CALM = helper.sanitized and { text = "{ 1, 2 }", count = 2 } or { text = "{ 1, 1.5, 2, 2.5 }", count = 4 }
local SCRIPT = sweeps.script(sweeps.long(CALM.text))
local COMBOS = 40 * 41 * CALM.count

local function command_of(script, directory, ...)
  return helper.command { "sweep", script, "--store", directory, "-j", "1", "-q",
    env = { BANYAN_DATA = simulated.store() }, ... }
end

local function command(directory, ...)
  return command_of(SCRIPT, directory, ...)
end

-- The same, so slow that it can be caught in the middle.
local function slow(directory)
  return command(directory, "--no-share")
end

local function sweep(directory)
  local _, err, code = helper.shell(command(directory))
  return err, code
end

local function export(directory)
  local out, err, code = helper.run { "export", directory }
  assert(code == 0, err)
  return out
end

local function status(directory)
  local out, err, code = helper.run { "sweep", "status", directory, "--json" }
  assert(code == 0, err)
  return cjson.decode(out)
end

local function has(text, ...)
  for _, part in ipairs { ... } do
    assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text))
  end
end

local whole

-- What a store holds after the sweep has gone on to its end.
local function check_whole(directory)
  local err, code = sweep(directory)
  assert.equal(0, code, err)
  assert(export(directory) == whole, "the results differ")
  assert.same({ "finished", COMBOS }, { status(directory).state, status(directory).done })
end

-- Shell that starts a sweep in the background as $p and waits until some of its results are in its store.
local function started(directory)
  local ask = helper.command { "sweep", "status", directory, "--json" }
  return ([[%s & p=$!
n=0
until %s 2>/dev/null | grep -q '"done": [1-9]'; do
  n=$((n + 1)); [ $n -gt 1500 ] && break
  kill -0 $p 2>/dev/null || break
  sleep 0.02
done
]]):format(slow(directory), ask)
end

describe("a sweep", function()
  it("ends by itself", function()
    local directory = helper.scratch() .. "/whole"
    assert.equal(0, (select(2, sweep(directory))))
    whole = export(directory)
    assert.equal(COMBOS + 1, select(2, whole:gsub("\n", "")))
  end)

  it("that is killed again and again exports the same bytes", function()
    local kills, finished = 0, 0
    math.randomseed(11)
    while kills < KILLS do
      local directory, done = helper.scratch() .. "/killed", false
      while not done and kills < KILLS do
        local delay = math.random() * (helper.sanitized and 4 or 0.9)
        local _, err, code = helper.shell(("%s & p=$!; sleep %.3f; kill -KILL $p; wait $p"):format(
          math.random() < 0.5 and slow(directory) or command(directory), delay))
        assert(code == 137 or code == 0, err)
        done = code == 0
        kills = kills + (done and 0 or 1)
      end
      check_whole(directory)
      finished = finished + 1
    end
    assert(finished > 0)
  end)

  it("of weekly bars and an indicator of its own exports the same bytes after kills", function()
    local script = sweeps.script(sweeps.long_of_its_own(helper.sanitized and CALM.text or "b.range(1, 4.5, 0.5)"))
    local untouched, directory = helper.scratch() .. "/whole", helper.scratch() .. "/killed"
    assert.equal(0, (select(3, helper.shell(command_of(script, untouched)))))
    local before, kills = 0, 0
    for _ = 1, helper.sanitized and 2 or 3 do
      -- Killed when it has written more than the one before it; a fast one may end first.
      local begun = command_of(script, directory, "--no-share") .. " & p=$!; "
      local ask = helper.command { "sweep", "status", directory, "--json" }
      helper.shell(([[%s
for i in $(seq 1500); do
  done=$(%s 2>/dev/null | sed -n 's/.*"done": \([0-9]*\).*/\1/p')
  [ "${done:-0}" -gt %d ] && break
  kill -0 $p 2>/dev/null || break
  sleep 0.02
done
kill -KILL $p; wait $p]]):format(begun, ask, before))
      local told = status(directory)
      assert(told.done > before, told.state)
      kills = kills + (told.state == "killed" and 1 or 0)
      before = told.done
    end
    assert(kills > 0, "none was killed")
    local out, err, code = helper.shell(command_of(script, directory, "--json"))
    assert.equal(0, code, err)
    assert.equal(before, cjson.decode(out).resumed)
    assert(export(directory) == export(untouched), "the results differ")
  end)
end)

describe("banyan sweep status", function()
  it("tells of a sweep that runs, and of one that was killed", function()
    local directory = helper.scratch() .. "/store"
    local ask = { "sweep", "status", directory }
    local in_json = { "sweep", "status", directory, "--json" }
    local out, err = helper.shell(started(directory) .. helper.command(in_json) .. "; "
      .. helper.command(ask) .. "\nkill -KILL $p; wait $p; echo pid $p")
    local pid = tonumber(out:match "pid (%d+)\n$")
    local told = cjson.decode(out:match "^{.-\n}\n")
    assert.same({ "banyan.sweep_status/1", "long", "running", pid, COMBOS, "sharpe" },
      { told.schema, told.strategy, told.state, told.pid, told.combos, told.rank }, err)
    assert(told.done > 0 and told.done < COMBOS and told.seconds > 0 and told.eta_seconds > 0)
    assert(told.best.combo >= 1 and told.best.params.hot >= 50)
    has(out, "running (process " .. pid .. " on ", "combos  ", "best    sharpe ")
    local killed = status(directory)
    assert.same({ "killed", cjson.null }, { killed.state, killed.pid })
    assert(killed.done >= told.done and killed.done < COMBOS)
    has((helper.run { "sweep", "status", directory }), "not running, and not finished",
      "the same `banyan sweep` goes on from there")
    check_whole(directory)
  end)

  it("tells of a sweep that its user stopped", function()
    local directory = helper.scratch() .. "/store"
    local _, err, code = helper.shell(started(directory) .. "kill -INT $p; wait $p")
    assert.equal(130, code, err)
    local told = status(directory)
    assert.equal("stopped", told.state)
    assert(told.done > 0 and told.done < COMBOS)
    check_whole(directory)
    has((helper.run { "sweep", "status", directory }), "state   finished", ", 100.0%")
  end)

  it("says what is no store", function()
    local _, err, code = helper.run { "sweep", "status", "/nowhere/results" }
    assert.equal(4, code)
    has(err, "result store /nowhere/results: there is none")
    _, err, code = helper.run { "sweep", "status", helper.scratch() }
    assert.equal(4, code)
    has(err, "there is none in this folder")
    _, err, code = helper.run { "sweep", "status", simulated.store() }
    assert.equal(7, code, err)
    _, err, code = helper.run { "sweep", "status" }
    assert.equal(2, code)
    has(err, "banyan sweep status needs STORE")
  end)
end)

describe("a copy of a store", function()
  it("that was made while the sweep ran is read, goes on, or says that it is damaged", function()
    local directory, copies = helper.scratch() .. "/store", helper.scratch()
    local copy_all = ("for i in 1 2 3 4; do cp -r %s %s/$i; sleep 0.1; done\n"):format(
      quote(directory), quote(copies))
    helper.shell(started(directory) .. copy_all .. "kill -KILL $p; wait $p")
    for i = 1, 4 do
      local copy = copies .. "/" .. i
      local _, err, code = helper.run { "sweep", "status", copy }
      assert(code == 0 or code == 4 and err:find("damaged", 1, true), err)
      check_whole(copy)
    end
  end)

  it("that has half of the bytes says so, and keeps what is sound", function()
    local directory = helper.scratch() .. "/store"
    assert.equal(0, (select(2, sweep(directory))))
    local data = helper.read(directory .. "/data.mdb")
    helper.write(directory .. "/data.mdb", data:sub(1, math.floor(#data / 2)))
    for _, words in ipairs { { "top", directory }, { "export", directory },
      { "sweep", "status", directory } } do
      local _, err, code = helper.run(words)
      assert.equal(4, code)
      has(err, "result store " .. directory .. ": it is damaged: ", "Sweep again into it to keep")
    end
    local out, err, code = helper.shell(command(directory, "--json"))
    assert.equal(0, code, err)
    local resumed = cjson.decode(out).resumed
    assert(resumed > COMBOS / 4 and resumed < COMBOS, resumed)
    check_whole(directory)
    assert.is_nil(helper.read(directory .. "/data.damaged"))
  end)
end)

-- A disk of its own on a loop device; nil where this machine does not let us.
local function loop_disk(size)
  local folder = helper.scratch()
  local made = os.execute(("cd %s && { truncate -s %s image && mkfs.ext4 -q image && mkdir disk && "
    .. "mount -o loop image disk; } >/dev/null 2>&1"):format(folder, size))
  return made == 0 and folder .. "/disk" or nil
end

describe("a full disk", function()
  it("on a loop device stops the sweep, which goes on when there is room", function()
    local disk = loop_disk "8m"
    if not disk then
      pending "mounting a small disk on a loop device takes root: skipped"
      return
    end
    local ok, why = pcall(function()
      local directory = disk .. "/store"
      -- Some room is left for a part of the results.
      os.execute(("dd if=/dev/zero of=%s/ballast bs=1k count=%d 2>/dev/null"):format(disk,
        helper.sanitized and 5600 or 5000))
      local err, code = sweep(directory)
      assert.equal(6, code, err)
      has(err, "result store " .. directory .. ": the disk is full; what was written before")
      os.remove(disk .. "/ballast")
      check_whole(directory)
    end)
    os.execute("umount " .. disk .. " || umount -l " .. disk)
    if not ok then error(why, 0) end
  end)
end)
