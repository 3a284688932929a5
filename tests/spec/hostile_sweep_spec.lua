-- SPDX-License-Identifier: MIT
-- Sweeps of careless and hostile users, end to end.
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function contains(text, ...)
  for _, part in ipairs { ... } do assert(text:find(part, 1, true), text) end
end

-- Sweeps the nodes of a strategy, the text of Lua: what it says, and its store.
local function swept(nodes, ...)
  local directory = helper.scratch() .. "/results"
  local script = sweeps.script(('local b = require "banyan"\n'
    .. 'return b.sweep { strategy = b.strategy { name = "odd", %s }, from = "2018-01-02" }'):format(nodes))
  local out, err, code = simulated.run { "sweep", script, "--store", directory, "--no-color", ... }
  assert.equal(0, code, err)
  return out, directory
end

local function read(...)
  local out, err, code = helper.run { ... }
  assert.equal(0, code, err)
  return out
end

describe("a sweep", function()
  it("is read by its own ranking when a param is called like the metric", function()
    local out, directory = swept [[b.when(b.rsi("SPY", b.param("sharpe", 10, { 5, 10 })):gt(50), "SPY")
      :otherwise("TLT")]]
    contains(out, "combo  sharpe")
    contains(read("top", directory), "2 combos", "by sharpe")
    contains(read("show", directory, "best", "--data", simulated.store()), "neighbour by sharpe: ")
    contains(read("stats", directory, "--data", simulated.store()), "by sharpe more than luck")
  end)

  it("whose combos have no value to rank by says so", function()
    local out, directory = swept [[b.when(b.close("SPY"):gt(b.param("high", 1e9, { 1e9, 2e9 })), "SPY")
      :otherwise(b.cash)]]
    contains(out, "no combo has a value to rank by")
    contains(read("top", directory), "no combo has a value to rank by")
  end)

  it("shows each combo on one line whatever its texts", function()
    local _, directory = swept [[b.choice(b.param("text", "a\nb", { "a\nb", "c\27[31m" }),
      { ["a\nb"] = "SPY", ["c\27[31m"] = "TLT" })]]
    contains(read("top", directory), "a?b\n", "c?[31m\n")
  end)

  it("is not exported over what is no file", function()
    local _, directory = swept [[b.when(b.rsi("SPY", b.param("window", 10, { 5, 10 })):gt(50), "SPY")
      :otherwise("TLT")]]
    local pipe = helper.scratch() .. "/pipe"
    assert.equal(0, os.execute("mkfifo " .. pipe))
    local _, err, code = helper.run { "export", directory, "-f", "sqlite", "-o", pipe }
    assert.equal(2, code)
    contains(err, pipe .. ": it is no plain file")
    assert.equal(0, os.execute("test -p " .. pipe))
  end)

  it("ends well when it is stopped again while it ends", function()
    local _, directory = swept [[b.when(b.rsi("SPY", b.param("window", 10, b.range(2, 99))):gt(50), "SPY")
      :otherwise("TLT")]]
    local line = helper.command { "show", directory, "best", "--data", simulated.store(),
      env = { ASAN_OPTIONS = "detect_leaks=0" } } -- what is broken into twice frees nothing any more
    local out = helper.shell(([[for at in 1 2 3 4 5 6 7 8 9; do
      %s >/dev/null 2>&1 & p=$!; sleep 0.0$at
      kill -TERM $p; sleep 0.00$at; kill -TERM $p; wait $p; echo $?
    done]]):format(line))
    for code in out:gmatch "%d+" do
      assert(code == "0" or code == "130" or code == "143", out) -- 143: it did not watch for signals yet
    end
  end)

  it("leaves an earlier export as it was when the new one cannot be whole", function()
    local _, directory = swept [[b.when(b.rsi("SPY", b.param("window", 10, b.range(2, 99))):gt(50), "SPY")
      :otherwise("TLT")]]
    local file = helper.write(helper.scratch() .. "/old.csv", "old\n")
    local _, err, code = helper.shell("ulimit -f 8; " .. helper.command { "export", directory, "-o", file })
    assert.equal(6, code, err)
    assert.equal("old\n", helper.read(file))
    assert.is_nil(helper.read(file .. ".part"))
    read("export", directory, "-o", file)
    assert.equal(read("export", directory), helper.read(file))
    assert.equal(read("export", directory), (helper.shell(helper.command { "export", directory, "-o",
      "/dev/stdout" } .. " | cat")))
  end)
end)
