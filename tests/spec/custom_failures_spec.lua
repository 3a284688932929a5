-- SPDX-License-Identifier: MIT
-- What scripts do wrong in indicators of their own: each is refused in words that name the line, the indicator
-- and the node, and none harms the program.
local b = require "banyan"
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"

-- A script whose line 5 is the body of compute(bars, out, n, w), asked for by the condition of an if in a group.
local function script(body, fields)
  return runs.script([[b.group("Risky", b.when(mine("SPY", 20):gt(1), "SPY"):otherwise("TLT"))]],
    ([[local limit = 3; local b = b
local mine = b.indicator { name = "mine", windows = 1, %s
compute = function(bars, out, n, w)
%s
end }]]):format(fields or "", body))
end

local function refused(body, message, fields)
  local _, err, code = simulated.run { "run", script(body, fields) }
  assert.equal(3, code, body .. "\n" .. err)
  assert.truthy(err:find(message, 1, true), body .. "\n" .. err)
  return err
end

local WHERE = ':5: in indicator mine (at "Risky/if", SPY 20): '

describe("an indicator that fails", function()
  it("names the line, itself, the node and what it was computed of", function()
    local err = refused("local x = nil; out[1] = x.y", WHERE .. "attempt to index local 'x' (a nil value)")
    assert.truthy(err:find "^banyan: /%S+/sweep%.lua:5: in indicator", err)
    refused("error('no such thing')", WHERE .. "no such thing")
    refused("error({})", 'in indicator mine (at "Risky/if", SPY 20): raised an error without a text')
    refused("local s = 'x' .. 1 .. bars", WHERE .. "attempt to concatenate")
  end)

  it("cannot leave its columns", function()
    refused("out[n + 1] = 1", WHERE .. "writes out[2518], and there are 1 to 2517")
    refused("out[0] = 1", WHERE .. "writes out[0], and there are 1 to 2517")
    refused("out[-2^40] = 1", WHERE .. "writes out[-1099511627776]")
    refused("out[1.5] = 1", WHERE .. "writes out[1.5]; places are whole numbers")
    refused("out[0/0] = 1", "writes out[")
    refused("out[1] = bars.close[n + 1]", WHERE .. "reads bars.close[2518], and there are 1 to 2517")
    refused("for i = 1, 1e9 do out[i] = bars.close[i] end", WHERE .. "reads bars.close[2518]")
    refused("for i = n, -5, -1 do out[i] = i end", WHERE .. "writes out[0]")
    refused("out[1] = bars.close.at", WHERE .. "bars.close has the values 1 to 2517, and nothing called 'at'")
    refused("out[1] = bars.close[true]", "nothing called 'true'")
    refused("out[1] = 'x'", WHERE .. "writes a string into out; it takes numbers")
    refused("out[1] = 1LL", WHERE .. "writes a cdata into out")
    refused("out[1] = nil", WHERE .. "writes nil into out; it takes numbers")
  end)

  it("cannot change what it is given", function()
    refused("bars.close[1] = 1", WHERE .. "writes into bars.close; only out can be written")
    refused("bars.close = out", WHERE .. "sets 'close'; only locals and out can be changed")
    refused("math.floor = nil", WHERE .. "sets 'floor'")
    refused("string.rep = nil", WHERE .. "sets 'rep'")
  end)

  it("sees what it reads and nothing else", function()
    refused("out[1] = bars.high[1]", WHERE .. 'bars.high is not there; name it in reads = { "high" }')
    refused("out[1] = bars.clos[1]", WHERE .. "bars has no 'clos'; it has open, high")
    refused("out[1] = bars.high[1]", "bars.high is not there", 'reads = { "low" },')
  end)

  it("is held to the bars that it says it needs", function()
    refused("out[10] = 1", "out[10] has a value, and first says that 20 bars are needed",
      "first = function(w) return w end,")
    refused("", "first returns 0; it has to be a whole number of bars", "first = function() return 0 end,")
    refused("", "first returns nil", "first = function() end,")
    refused("return { 1, 2 }", "compute returns something, and leaves out as it was")
  end)

  it("has limits of memory and depth", function()
    refused("local function f(x) return 1 + f(x) end out[1] = f(1)", WHERE .. "stack overflow")
    for _, body in ipairs { "local s = 'x' while true do s = s .. s end",
      "local t = {} for i = 1, 1e9 do t[i] = { i } end" } do
      local _, err, code = simulated.run { "run", script(body) }
      assert.equal(6, code, err)
      assert.truthy(err:find('in indicator mine (at "Risky/if", SPY 20): takes more than 256 MB', 1, true), err)
    end
  end)

  it("fails in a sweep as in a run, and the first of several columns is told", function()
    local path = script("out[1] = x", ""):gsub("sweep%.lua$", "swept.lua")
    helper.write(path, [[
local b = require "banyan"
local mine = b.indicator { name = "mine", windows = 1, compute = function(_, out, _, w)
  if w > 3 then error("not " .. w) end
  out[1] = 1
end }
return b.strategy { name = "x",
  b.when(mine("SPY", b.param("w", 2, b.range(2, 40))):gt(1), "SPY"):otherwise("TLT") }
]])
    for _, threads in ipairs { 1, 3 } do
      local _, err, code = simulated.run { "sweep", path, "--store", helper.scratch() .. "/r", "-j", threads }
      assert.equal(3, code, err)
      assert.truthy(err:find(':3: in indicator mine (at "if", SPY 4): not 4', 1, true), err)
    end
  end)

  it("fails where it is measured of a node's own equity", function()
    local path = runs.script([[b.when(mine(b.equal { "SPY", "TLT" }, 20):gt(1), "SPY"):otherwise("TLT")]],
      [[local mine = b.indicator { name = "mine", windows = 1, compute = function(bars, out, n)
  out[n + 1] = bars.close[n]
end }]])
    local _, err, code = simulated.run { "run", path }
    assert.equal(3, code, err)
    assert.truthy(err:find(':3: in indicator mine (at "if", 20): writes out[', 1, true), err)
  end)
end)

describe("the definition of an indicator", function()
  local function compute(_, out) out[1] = 1 end

  local function wrong(fields, message)
    local ok, err = pcall(b.indicator, fields)
    assert.is_false(ok, message)
    assert.truthy(tostring(err):find(message, 1, true), tostring(err))
  end

  it("is checked", function()
    wrong(nil, "indicator takes a table, not nil")
    wrong({ compute = compute }, "give it a name")
    wrong({ name = "a b", compute = compute }, "give it a name")
    wrong({ name = "rsi", compute = compute }, "indicator rsi: banyan has one of that name")
    wrong({ name = "x" }, "indicator x: compute must be a function, not nil")
    wrong({ name = "x", compute = compute, first = 5 }, "indicator x: first must be a function, not number")
    wrong({ name = "x", compute = compute, windows = 4 }, "windows must be a whole number from 0 to 3, not 4")
    wrong({ name = "x", compute = compute, numbers = 0.5 }, "numbers must be a whole number from 0 to 2, not 0.5")
    wrong({ name = "x", compute = compute, reads = "high" }, "reads is a list")
    wrong({ name = "x", compute = compute, reads = { "hihg" } }, "reads hihg; it can read open, high")
    wrong({ name = "x", computes = compute }, "did you mean 'compute'?")
  end)

  it("refuses functions that are not pure, by the name of what makes them so", function()
    local function uses(value, message)
      wrong({ name = "x", compute = function(_, out) out[1] = value end }, message)
    end
    uses(b, "compute.value is no plain table")
    uses(b.param("w", 1), "params are given to the indicator as windows and numbers")
    uses({ deep = { io.stdout } }, "compute.value.deep.1 is a userdata")
    uses({ [{}] = 1 }, "compute.value has a key that is no text and no number")
    uses(io.open, "compute.value is a function that is not pure")
    uses(math.random, "compute.value differs from one call to the next")
    uses(coroutine.create(compute), "compute.value is a thread")
    uses(1LL, "compute.value is a cdata")
    uses(function() return os.time() end, "uses the global 'os'")
    local many = {}
    for i = 1, 10001 do many[i] = i end
    uses(many, "compute.value has more than 10000 values")
    wrong({ name = "x", compute = function() y = 1 end }, "uses the global 'y'") -- luacheck: ignore
    wrong({ name = "x", compute = function() print "hello" end }, "uses the global 'print'")
    wrong({ name = "x", compute = function() return pairs {} end }, "the global 'pairs'")
    wrong({ name = "x", compute = math.max }, "compute is a function that is not pure")
  end)

  it("is one for a name within a strategy", function()
    local _, err, code = simulated.run { "run", runs.script(
      [[b.when(one("SPY"):gt(other("SPY")), "SPY"):otherwise("TLT")]], [[
local one = b.indicator { name = "mine", compute = function(_, out) out[1] = 1 end }
local other = b.indicator { name = "mine", compute = function(_, out) out[1] = 2 end }]]) }
    assert.equal(3, code)
    assert.truthy(err:find("at if: two different indicators are called mine", 1, true), err)
  end)

  it("says what its calls take", function()
    local mine = b.indicator { name = "mine", windows = 1, reads = { "volume", "other" }, compute = compute }
    for message, call in pairs {
      ["mine takes a ticker, another one and 1 window, not 1 argument"] = function() return mine("SPY") end,
      ["mine reads volume, which only a ticker has"] = function() return mine(b.rsi("SPY", 5), "TLT", 3) end,
      ["mine: unknown key 'ddof'"] = function() return mine("SPY", "TLT", 3, { ddof = 0 }) end,
    } do
      local ok, err = pcall(call)
      assert.is_false(ok)
      assert.truthy(tostring(err):find(message, 1, true), tostring(err))
    end
  end)

  it("cannot be written as the text of a strategy", function()
    local _, err, code = simulated.run { "import", script("out[1] = 1") }
    assert.equal(3, code)
    assert.truthy(err:find("the indicator mine is defined by a script and cannot be written", 1, true), err)
  end)
end)

describe("an endless indicator", function()
  -- The exit code after as many signals, the first of them once the script has been loaded.
  local function interrupted(body, signals)
    local log = helper.scratch() .. "/log"
    local command = helper.command { "run", script(body .. " end }; print 'ready'; local _ = { _ = function()"),
      env = { BANYAN_DATA = simulated.store() } }
    local line = { ("%s 2>%s & run=$!"):format(command, log),
      ("until grep -q ready %s || ! kill -0 $run; do sleep 0.05; done"):format(log) }
    for _ = 1, signals do line[#line + 1] = "sleep 0.3; kill -INT $run" end
    line[#line + 1] = "wait $run"
    -- Where a shell has no job control, its children in the background do not hear SIGINT.
    local _, _, code = helper.shell("bash -mc " .. helper.quote(table.concat(line, "\n")))
    return code, helper.read(log)
  end

  it("ends with Ctrl-C when it looks at a column", function()
    for _, body in ipairs { "while bars.close[1] > 0 do end", "while true do out[1] = 1 end",
      "for i = 1, 1e15 do out[i % n + 1] = bars.close[i % n + 1] end" } do
      local code, err = interrupted(body, 1)
      assert.equal(130, code, err)
      assert.truthy(err:find("interrupted", 1, true), err)
    end
  end)

  it("ends with the second Ctrl-C when it looks at none", function()
    if helper.signals_wait then return pending "compiled loops hear no signal there" end
    local code = interrupted("while true do end", 2)
    assert.equal(130, code)
  end)
end)
