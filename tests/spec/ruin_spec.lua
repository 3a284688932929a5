-- SPDX-License-Identifier: MIT
-- A strategy that loses everything: each verb says so, and shows what there is.
local helper = require "spec.helper"
local print_ = require "banyan.print"
local simulated = require "spec.simulated"
local sparkline = require "banyan.sparkline"

-- Ten times short in what may double within days.
local path = helper.write(helper.scratch() .. "/ruin.lua", [[
local b = require "banyan"
local short = b.param("short", -10, { -10, -0.1 })
return b.strategy { name = "Ruin",
  b.when(b.rsi("SPY", 10):gt(30), b.weighted { { short, "UVXY" }, { 1, "SPY" } }):otherwise("TLT") }]])

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

describe("a strategy that loses everything", function()
  local LOST = "all is lost on 2014-01-22: nothing is held or traded from then on"

  it("is said to by a run, a combo and a report, and by no other", function()
    local store = helper.scratch() .. "/ruin.sweep"
    local out, err, code = simulated.run { "run", path, "--equity", "-" }
    assert.equal(0, code, err)
    has(err, LOST)
    has(out, "2014-01-22,0\n")
    err = select(2, simulated.run { "run", path, "-p", "short=-0.1" })
    assert.equal("", err)
    assert.equal(0, (select(3, simulated.run { "sweep", path, "--store", store })))
    err = select(2, simulated.run { "show", store, "1" })
    has(err, LOST)
    err = select(2, simulated.run { "show", store, "2" })
    assert.equal("", err)
    for _, what in ipairs { path, store } do
      out, err, code = simulated.run { "report", what, "-o", "-" }
      assert.equal(0, code, err)
      if what == path then has(out, LOST) end
    end
  end)

  it("is explained so from then on", function()
    local out = simulated.run { "explain", path, "2014-01-21" }
    has(out, "to 2014-01-22: -100.00%")
    for _, date in ipairs { "2014-01-22", "2020-01-06", "2023-12-29" } do
      out = simulated.run { "explain", path, date }
      has(out, "all is lost: nothing is held or traded any more")
      has(out, "equity stays 0")
    end
    local _, err = simulated.run { "now", path }
    has(err, "all is lost before: nothing is held or traded any more")
  end)

  it("is drawn in the explorer", function()
    local lines = helper.write(helper.scratch() .. "/lines", ":open " .. path .. "\nr:plot()\nr\n:set short -0.1\n")
    local out, err, code = helper.shell(helper.command { "repl", env = { BANYAN_DATA = simulated.store() } } .. " <"
      .. helper.quote(lines))
    assert.same({ "", 0 }, { err, code })
    has(out, "equity 10,000 to 0")
    assert.is_nil(out:find("%-?nan"), out)
  end)
end)

describe("a chart of one line", function()
  it("is on a log scale but where all is lost", function()
    local line, log = sparkline.of_growth({ 1, 10, 100 }, 3)
    assert.same({ "▁▅█", true }, { line, log })
    line, log = sparkline.of_growth({ 50, 100, 0, 0 }, 4)
    assert.same({ "▅█▁▁", false }, { line, log })
    assert.equal(4, print_.width(line))
  end)
end)
