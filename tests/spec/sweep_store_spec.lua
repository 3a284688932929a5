-- SPDX-License-Identifier: MIT
-- The result store of a sweep: interrupted, killed, resumed, taken by something else.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

-- Long enough to be caught in the middle, with sanitizers or without.
local LONG = sweeps.long "b.range(0.5, 3, 0.5)"
local COMBOS = 40 * 41 * 6

local SHORT = [[
local b = require "banyan"
local w = b.param("w", 10, b.range(5, 12))
return b.strategy { name = "short", b.when(b.rsi("QQQ", w):gt(%g), "TQQQ"):otherwise("TLT") }
]]

local function command(script, directory, ...)
  return helper.command { "sweep", script, "--store", directory, "-j", "1", "--json",
    env = { BANYAN_DATA = simulated.store() }, ... }
end

-- Starts a sweep that shares nothing, so that it is slow; when results are in its store, `act` (shell)
-- is done to the process $p.
local function catch(script, directory, act)
  local top = helper.command { "top", directory, "-n", "1", "--json" }
  return helper.shell(([[%s & p=$!
n=0
until %s 2>/dev/null | grep -q '"combo":'; do
  n=$((n + 1)); [ $n -gt 1500 ] && break
  kill -0 $p 2>/dev/null || break
  sleep 0.02
done
%s
wait $p]]):format(command(script, directory, "--no-share"), top, act))
end

local function resume(script, directory)
  local out, err, code = helper.shell(command(script, directory))
  assert.equal(0, code, err)
  return cjson.decode(out)
end

describe("a long sweep", function()
  local script = sweeps.script(LONG)
  local directory, whole = helper.scratch() .. "/whole", nil

  it("ends by itself", function()
    local done = resume(script, directory)
    assert.same({ COMBOS, COMBOS, 0, false },
      { done.combos, done.done, done.resumed, done.interrupted })
    whole = sweeps.text(directory)
    assert.equal(COMBOS, #cjson.decode(whole).rows)
  end)

  it("has nothing left to do then", function()
    local done = resume(script, directory)
    assert.same({ COMBOS, COMBOS }, { done.done, done.resumed })
    assert(whole == sweeps.text(directory), "the results changed")
  end)

  it("that is killed goes on where it was, to the same results", function()
    local killed = helper.scratch() .. "/killed"
    local _, _, code = catch(script, killed, "kill -KILL $p")
    assert.equal(137, code)
    local part = sweeps.rows(killed)
    assert(#part > 0 and #part < COMBOS)
    local done = resume(script, killed)
    assert.same({ COMBOS, #part }, { done.done, done.resumed })
    assert(whole == sweeps.text(killed), "the results differ")
  end)

  it("that is interrupted says how to go on, and does", function()
    local stopped = helper.scratch() .. "/stopped"
    local out, err, code = catch(script, stopped, "kill -INT $p")
    assert.equal(130, code, err)
    local summary = cjson.decode(out)
    assert.is_true(summary.interrupted)
    assert(summary.done > 0 and summary.done < COMBOS)
    assert.truthy(err:find("stopped after [%d,]+ of [%d,]+ combos; they are kept in ")
      and err:find(stopped .. ", and the same command goes on from there", 1, true), err)
    assert.equal(summary.done, #sweeps.rows(stopped))
    assert.equal(summary.done, resume(script, stopped).resumed)
    assert(whole == sweeps.text(stopped), "the results differ")
  end)

  it("does not share its store with another process", function()
    local shared = helper.scratch() .. "/shared"
    local second = command(script, shared) .. '\necho "second $?"\nkill -INT $p'
    local out, err = catch(script, shared, second)
    assert.truthy(out:find("^second 7\n"), out)
    assert.truthy(err:find("result store " .. shared .. ": another process is writing it (", 1, true)
      and err:find("; wait for it, or name another --store", 1, true), err)
  end)
end)

describe("a result store", function()
  local function sweep(script, directory, ...)
    return helper.shell(command(script, directory, ...))
  end

  it("belongs to one sweep", function()
    local one, other = sweeps.script(SHORT:format(60)), sweeps.script(SHORT:format(61))
    local directory = helper.scratch() .. "/results"
    local _, err, code = sweep(one, directory)
    assert.equal(0, code, err)
    local before = sweeps.text(directory)
    for _, case in ipairs {
      { "the strategy", other }, { "the strategy", one, "--slippage", "0.001" },
      { "param w", one, "-p", "w=7" },
      { "the sessions", one, "--from", "2015-01-02" }, { "the sessions", one, "--to", "2020-12-31" },
      { "param w", sweeps.script((SHORT:format(60):gsub("12%)", "13)"))) } } do
      local out
      out, err, code = sweep(case[2], directory, unpack(case, 3))
      assert.same({ "", 7 }, { out, code })
      assert.truthy(err:find(directory .. ": it holds another sweep; what differs: " .. case[1]
        .. ". Name another --store, or remove this one to start again", 1, true), err)
    end
    assert.equal(before, sweeps.text(directory))
  end)

  it("is not put into a folder of something else", function()
    local directory = helper.scratch()
    helper.write(directory .. "/letter.txt", "dear")
    local _, err, code = sweep(sweeps.script(SHORT:format(60)), directory)
    assert.equal(7, code)
    assert.truthy(err:find("is no result store and is not empty (letter.txt); name another", 1,
      true), err)
    assert.equal("dear", helper.read(directory .. "/letter.txt"))
  end)

  it("is not a bar store", function()
    local _, err, code = sweep(sweeps.script(SHORT:format(60)), simulated.store())
    assert.equal(7, code, err)
    assert.truthy(err:find(simulated.store(), 1, true), err)
    local _, top_err, top_code = helper.run { "top", simulated.store() }
    assert.equal(7, top_code, top_err)
    assert.truthy(top_err:find("the folder holds something else", 1, true), top_err)
  end)

  it("lies beside the script when it has no name", function()
    local script = sweeps.script(SHORT:format(60), "mine.lua")
    local _, err, code = simulated.run { "sweep", script, "-q" }
    assert.equal(0, code, err)
    assert.equal(8, #sweeps.rows((script:gsub("%.lua$", ".sweep"))))
  end)

  it("that is not there is said so", function()
    local _, err, code = helper.run { "top", "/nowhere/results" }
    assert.equal(4, code)
    assert.truthy(err:find("result store /nowhere/results: there is none", 1, true), err)
  end)

  it("gives the bytes of one thread on any number", function()
    local script, texts = sweeps.script(SHORT:format(60)), {}
    for i, threads in ipairs { "1", "2", "7" } do
      local directory = helper.scratch() .. "/results"
      local _, err, code = sweep(script, directory, "-j", threads)
      assert.equal(0, code, err)
      texts[i] = sweeps.text(directory)
    end
    assert.same({ texts[1], texts[1] }, { texts[2], texts[3] })
  end)
end)
