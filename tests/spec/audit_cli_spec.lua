-- SPDX-License-Identifier: MIT
-- What the verb audit prints, and how it fails.
local audit_of = require "banyan.audit"
local audits = require "spec.audits"
local b = require "banyan"
local cjson = require "cjson"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local planted = require "spec.planted_faults"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function has(text, ...)
  for _, part in ipairs { ... } do
    if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
  end
end

local PEEK = [[
local b = require "banyan"
local peek = b.indicator { name = "peek", compute = function(bars, out, n)
  for i = 1, n - 1 do out[i] = bars.close[i + 1] end
end }
return b.strategy { name = "x", b.when(peek("SPY"):gt(b.close "SPY"), "SPY"):otherwise("TLT") }
]]

describe("the verb audit", function()
  it("says what docs/audit.md shows", function()
    local lua, shown = helper.read "docs/audit.md":match "```lua\n(.-)```\n\n```text\n(.-)```"
    local out, err, code = audits.run(lua)
    assert.same({ shown, "", 1 }, { out, err, code })
  end)

  it("names a fault with its place, session and values", function()
    local out, _, code = audits.run(PEEK, "--from", "2023-12-01")
    assert.equal(1, code)
    has(out, "3 parts change without later bars, causes first\n  indicator peek(SPY)\n    at if\n"
      .. "    first on 2023-12-01: ", "no value without; on 19 of 20 sessions",
      "  allocation if peek(SPY) > close(SPY)")
  end)

  it("writes JSON of one shape", function()
    local out, _, code = audits.run(PEEK, "--json", "--from", "2023-12-01", "--every", "5")
    local found = cjson.decode(out)
    assert.equal(1, code)
    assert.same({ "banyan.audit/1", "x", "sim/all", true, "2023-12-01", "2023-12-29", 20, 4, 4 },
      { found.schema, found.strategy, found.dataset, found.simulated, found.start, found["end"], found.sessions,
        found.cuts, found.parts })
    assert.truthy(found.compared > 12 and found.compared <= 20)
    local first = found.look_ahead[1]
    assert.same({ "indicator", "peek(SPY)", "if", cjson.null },
      { first.kind, first.text, first.path, first.without_later_bars })
    assert.same("number", type(first.with_later_bars))
    -- That the last bar knows no next one depends on where the bars end, not on where they begin.
    assert.same({ sessions = 1, date = "2014-01-02", slowest = cjson.null, unsettled = {}, remembers = {} },
      found.warm_up)
    assert.same({}, found.determinism)
  end)

  it("tells what a rare fault differs by in as many digits as that takes", function()
    local out = audits.run([[
local b = require "banyan"
local a_bit = b.indicator { name = "a_bit", compute = function(bars, out, n)
  for i = 1, n do out[i] = bars.close[i] * (i < n and bars.close[i + 1] > bars.close[i] and 1 + 1e-15 or 1) end
end }
return b.strategy { name = "x", b.when(a_bit("SPY"):gt(100), "SPY"):otherwise("TLT") }
]], "--from", "2023-12-01")
    has(out, "1 part changes without later bars", "indicator a_bit(SPY)")
    local one, other = out:match "first on [%d-]+: (%S+) with them, (%S+) without"
    assert.truthy(one ~= other and math.abs(one / other - 1) < 2e-15)
  end)

  it("takes runs of any length, and steps longer than they are", function()
    local text = 'local b = require "banyan"\nreturn b.strategy { name = "x", b.when(b.sma("SPY", 50):gt(300), '
      .. '"SPY"):otherwise("TLT") }'
    local found = audits.json(text, "--from", "2023-12-29", "--to", "2023-12-29")
    assert.same({ 1, 1, 1, {} }, { found.sessions, found.cuts, found.compared, found.look_ahead })
    assert.equal(50, found.warm_up.sessions)
    found = audits.json(text, "--every", "100000")
    assert.same({ 2468, 1 }, { found.sessions, found.cuts })
    local out, err, code = audits.run(text, "--to", "2014-01-20")
    assert.same({ "", 4 }, { out, code })
    has(err, "data: too little history: sma 50 of SPY needs 50 bars")
    out, err, code = audits.run(text, "-p", "w=3")
    assert.equal("", out)
    assert.equal(3, code)
    has(err, "no param")
    out, err, code = simulated.run { "audit", "examples/frontrunner.json", "--every", "100" }
    assert.equal(0, code, err)
    has(out, "Frontrunner: 2,318 sessions", "the bars were cut 24 times, for 2,318 sessions")
  end)

  it("names the history on which an indicator fails", function()
    local out, err, code = audits.run([[
local b = require "banyan"
local short = b.indicator { name = "short", compute = function(bars, out, n)
  assert(n > 300, "needs 300 bars")
  for i = 1, n do out[i] = bars.close[i] end
end }
return b.strategy { name = "x", b.when(short("SPY"):gt(100), "SPY"):otherwise("TLT") }
]])
    assert.same({ "", 3 }, { out, code })
    has(err, "x.lua:3: in indicator short (at \"if\", SPY): needs 300 bars (on all bars it works, and on those from "
      .. "2014-01-02 to 2014-01-02 alone, as the audit takes them, it does not)")
  end)

  it("finds what is not the same twice, and does not take it for look-ahead", function()
    local out, _, code = audits.run([[
local b = require "banyan"
local odd = b.indicator { name = "odd", compute = function(bars, out, n)
  local address = tonumber(tostring({}):match "0x(%x+)", 16)
  for i = 1, n do out[i] = address + bars.close[i] end
end }
return b.strategy { name = "x", b.when(odd("SPY"):gt(100), "SPY"):otherwise("TLT") }
]], "--json")
    local found = cjson.decode(out)
    if #found.determinism == 0 then return end -- two tables lay at the same place
    assert.same({ 1, cjson.null, cjson.null, "odd(SPY)" },
      { code, found.look_ahead, found.warm_up, found.determinism[1].text })
    assert.truthy(found.determinism[1].first ~= found.determinism[1].again)
  end)

  it("can be interrupted", function()
    local host = require "banyan.host"
    local interrupted, calls = host.interrupted, 0
    host.interrupted = function()
      calls = calls + 1
      return calls > 3 and 1 or 0
    end
    local ok, raised = pcall(audit_of.run, b.strategy { name = "x", "SPY" }, { data = simulated.store() })
    host.interrupted = interrupted
    assert.is_false(ok)
    assert.same({ "CANCELLED", 4 }, { failure.failure_of(raised).status, calls })
  end)

  it("cuts long runs at varying hours", function()
    local look_ahead = require "banyan.audit.look_ahead"
    assert.same({ 1, 1, 6, 492 }, { look_ahead.every(1), look_ahead.every(5000), look_ahead.every(5001),
      look_ahead.every(491400) })
    local shifted
    for _, fault in ipairs(planted.faults) do
      if fault.name == "close_of_the_day_at_noon" then shifted = planted.script(fault) end
    end
    local out, _, code = helper.run { "audit", sweeps.script(shifted), "--json", "--timeframe", "1h", "--every", "8",
      env = { BANYAN_DATA = audits.hours() } }
    local found = cjson.decode(out)
    assert.equal(1, code)
    assert.truthy(found.look_ahead[1].text:find("close_of_the_day_at_noon", 1, true))
    assert.truthy(found.cuts < found.sessions / 7 and found.look_ahead[1].sessions > found.cuts)
  end)
end)
