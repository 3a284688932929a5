-- SPDX-License-Identifier: MIT
-- Stores on a full disk, on one that is read-only, and damaged ones: what was good is kept, what is
-- not is said, and nothing damaged is taken for data.
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local quote = helper.quote

local STRATEGY = [[
local b = require "banyan"
return b.strategy { name = "all", b.equal { "SPY", "QQQ", "TLT", "GLD", "TQQQ", "UVXY" } }
]]

local SWEEP = [[
local b = require "banyan"
local w, h = b.param("w", 10, b.range(2, 60)), b.param("h", 60, b.range(50, 90))
return b.strategy { name = "swept", b.when(b.rsi("SPY", w):gt(h), "SPY"):otherwise("TLT") }
]]
local COMBOS = 59 * 41

local strategy, swept = sweeps.script(STRATEGY), sweeps.script(SWEEP)

local function has(text, ...)
  for _, part in ipairs { ... } do
    assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text))
  end
end

local function sweep(store, prefix)
  local line = helper.command { "sweep", swept, "-q", "--data", simulated.store(),
    "--store", store }
  return helper.shell((prefix or "") .. line)
end

local function backfill(store, prefix)
  return helper.shell((prefix or "") .. helper.command { "backfill", "examples/demo_plan.lua",
    "--data", store })
end

local function with_disk(size, f)
  return helper.with_disk("size=" .. size, f)
end

local NO_MOUNT = "mounting a small disk takes root: skipped"

describe("a full disk", function()
  local function check_bars(store, err, code)
    assert.equal(6, code, err)
    has(err, "bar store " .. store .. ": the disk is full; what was written before is kept",
      "Make room and do it again")
    local out, check_err, check_code = helper.run { "data", "check", "--data", store }
    assert.equal(0, check_code, check_err)
    assert.truthy(out:find "^[%d,]+ series, [%d,]+ bars: no faults", out)
  end

  local function check_results(store, err, code)
    assert.equal(6, code, err)
    has(err, "result store " .. store .. ": the disk is full; what was written before is kept")
  end

  it("that a limit of file sizes stands for keeps what was written", function()
    local folder = helper.scratch()
    local _, err, code = backfill(folder .. "/bars", "ulimit -f 600; ")
    check_bars(folder .. "/bars", err, code)
    _, err, code = sweep(folder .. "/results", "ulimit -f 200; ")
    check_results(folder .. "/results", err, code)
    _, err, code = sweep(folder .. "/results")
    assert.equal(0, code, err)
    assert.equal(COMBOS, #sweeps.rows(folder .. "/results"))
    _, err, code = backfill(folder .. "/bars")
    assert.equal(0, code, err)
  end)

  it("keeps bars", function()
    local done = with_disk("500k", function(folder)
      local _, err, code = backfill(folder .. "/bars")
      check_bars(folder .. "/bars", err, code)
      _, err, code = helper.shell("mount -o remount,size=8m " .. quote(folder))
      assert.equal(0, code, err)
      _, err, code = backfill(folder .. "/bars")
      assert.equal(0, code, err)
    end)
    if not done then pending(NO_MOUNT) end
  end)

  it("keeps results, and the sweep goes on when there is room", function()
    local done = with_disk("400k", function(folder)
      local _, err, code = sweep(folder .. "/results")
      check_results(folder .. "/results", err, code)
      assert.equal(0, os.execute("mount -o remount,size=8m " .. quote(folder)))
      _, err, code = sweep(folder .. "/results")
      assert.equal(0, code, err)
      assert.equal(COMBOS, #sweeps.rows(folder .. "/results"))
    end)
    if not done then pending(NO_MOUNT) end
  end)
end)

describe("a read-only disk", function()
  it("can be read and says that it cannot be written", function()
    local done = with_disk("16m", function(folder)
      local bars, results = folder .. "/bars", folder .. "/results"
      assert.equal(0, (select(3, backfill(bars))))
      assert.equal(0, (select(3, sweep(results))))
      assert.equal(0, os.execute("mount -o remount,ro " .. quote(folder)))
      for _, words in ipairs { { "run", strategy, "--data", bars }, { "top", results },
        { "data", "ls", "--data", bars }, { "data", "check", "--data", bars } } do
        local _, err, code = helper.run(words)
        assert.equal(0, code, err)
      end
      local _, err, code = sweep(results)
      assert.equal(7, code)
      has(err, "result store " .. results, "Read-only file system", "check its permissions")
      _, err, code = sweep(folder .. "/other")
      assert.equal(7, code)
      has(err, folder .. "/other", "Read-only file system")
      _, err, code = backfill(bars)
      assert.equal(7, code)
      has(err, "bar store " .. bars, "Read-only file system")
      _, err, code = backfill(folder .. "/new")
      assert.equal(7, code)
      has(err, folder .. "/new", "Read-only file system")
    end)
    if not done then pending(NO_MOUNT) end
  end)
end)

-- A copy of a store's folder with other bytes in data.mdb.
local function damaged_copy(store, change)
  local folder = helper.scratch()
  local text = assert(helper.read(store .. "/data.mdb"))
  helper.write(folder .. "/data.mdb", change(text))
  return folder
end

-- One byte in each `step` bytes from the middle on is another one.
local function flipped(step)
  return function(text)
    local parts, last = {}, 0
    for at = math.floor(#text / 2), #text, step do
      parts[#parts + 1] = text:sub(last + 1, at - 1)
      parts[#parts + 1] = string.char(bit.bxor(text:byte(at), 0x55))
      last = at
    end
    parts[#parts + 1] = text:sub(last + 1)
    return table.concat(parts)
  end
end

-- What befalls files.
local DAMAGES = {
  { "bytes that changed", flipped(20000) },
  { "many bytes that changed", flipped(1000) },
  { "a cut in the middle", function(text) return text:sub(1, math.floor(#text / 2)) end },
  { "a cut at the front", function(text) return text:sub(1, 5000) end },
  { "a few bytes", function() return "short" end },
  { "garbage", function(text) return ("garbage!"):rep(#text / 8) end },
  { "no bytes at all", function() return "" end },
  { "zeros", function(text) return ("\0"):rep(#text) end },
}

local function without_path(text)
  return (text:gsub('"store": "[^"]*"', ""))
end

-- Asserts that a command gives the answer of the sound store, or says that this one is damaged.
local function check_answer(words, folder, sound)
  local out, err, code = helper.run(words)
  if code == 0 then
    assert(without_path(out) == without_path(sound), "damaged data were taken for good ones")
    return false
  end
  assert.equal(4, code, err)
  local text = out .. err
  assert.truthy(text:find "damaged", text)
  assert.truthy(text:find(folder, 1, true) or text:find "%u%u%u 1d of sim/all: chunk"
    or text:find "%u%u%u 1d of sim/all: its record", text)
  return true
end

describe("a damaged bar store", function()
  local function answer(store)
    local out = helper.run { "run", strategy, "--data", store, "--equity", "/dev/stdout", "-q" }
    return out
  end

  for _, damage in ipairs(DAMAGES) do
    it("of " .. damage[1] .. " is told", function()
      local store = simulated.store()
      local folder = damaged_copy(store, damage[2])
      local sound = answer(store)
      assert(#sound > 10000)
      check_answer({ "run", strategy, "--data", folder, "--equity", "/dev/stdout", "-q" }, folder,
        sound)
      assert.is_true(check_answer({ "data", "check", "--data", folder }, folder, "no"))
    end)
  end
end)

describe("a damaged result store", function()
  local store = helper.scratch() .. "/results"

  it("is made of a sound one", function()
    local _, err, code = sweep(store)
    assert.equal(0, code, err)
  end)

  for _, damage in ipairs(DAMAGES) do
    it("of " .. damage[1] .. " is told", function()
      local folder = damaged_copy(store, damage[2])
      local words = { "top", folder, "-n", "99999", "--json" }
      local out = helper.run { "top", store, "-n", "99999", "--json" }
      check_answer(words, folder, out)
      local _, err, code = sweep(folder)
      assert(code == 0 or code == 4 or code == 7, ("exit code %s: %s"):format(code, err))
      if code == 0 then assert(sweeps.text(folder) == sweeps.text(store), "it was not mended") end
    end)
  end
end)
