-- SPDX-License-Identifier: MIT
-- Files that verbs write: standard output in the place of one, bars that are shorter than a day, full disks.
local helper = require "spec.helper"
local intraday = require "spec.intraday"
local simulated = require "spec.simulated"

local quote = helper.quote

local strategy = helper.write(helper.scratch() .. "/mine.lua", [[
local b = require "banyan"
local window = b.param("window", 5, { 5, 6 })
return b.strategy { name = "Mine", b.when(b.rsi("AAA", window):gt(50), "AAA"):otherwise("BBB") }]])

local function run(words)
  words.env = { BANYAN_DATA = intraday.store() }
  return helper.run(words)
end

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

describe("a file that is called -", function()
  it("is standard output, which then has nothing else", function()
    local folder, heads = helper.scratch(), { weights = "time,ticker,weight\n", equity = "time,equity\n",
      rolling = "time,sharpe,volatility,beta\n", branches = "node,parent," }
    for option, head in pairs(heads) do
      local out, err, code = run { "run", strategy, "--timeframe", "5m", "--" .. option, "-" }
      assert.equal(0, code, err)
      assert.equal(head, out:sub(1, #head))
      run { "run", strategy, "--timeframe", "5m", "--" .. option, folder .. "/" .. option }
      assert.equal(helper.read(folder .. "/" .. option), out)
    end
    assert.is_nil(helper.read "-")
  end)

  it("is so for a report, an export and a combo, too", function()
    local store = helper.scratch() .. "/mine.sweep"
    run { "sweep", strategy, "--timeframe", "5m", "--store", store }
    local plain = run { "export", store }
    assert.equal(plain, (run { "export", store, "-o", "-" }))
    assert.equal("time,equity\n", (run { "show", store, "1", "--equity", "-" }):match "^[^\n]*\n")
    local out, err = run { "report", strategy, "--timeframe", "5m", "-o", "-" }
    assert.equal("", err)
    assert.truthy(out:find "^<!DOCTYPE html>" and out:find "</html>%s*$")
    local _, message, code = run { "export", store, "-f", "sqlite", "-o", "-" }
    assert.equal(2, code)
    has(message, "needs a file")
    assert.is_nil(helper.read "-")
  end)

  it("is so for the equity of walking forward", function()
    local script = helper.write(helper.scratch() .. "/two.lua", [[
      local b = require "banyan"
      local window = b.param("window", 5, { 5, 6 })
      return b.strategy { name = "Two", b.when(b.rsi("SPY", window):gt(50), "SPY"):otherwise("TLT") }]])
    local store = helper.scratch() .. "/two.sweep"
    simulated.run { "sweep", script, "--store", store }
    local words = { "stats", store, "--walk-forward", "504:126", "--top", "0", "--equity", "-" }
    local out, err, code = simulated.run(words)
    assert.equal(0, code, err)
    assert.truthy(out:find "^date,equity,combo\n[%d%-]+,1,\n" and not out:find("Trials", 1, true))
    words[#words + 1] = "--json"
    assert.equal(2, (select(3, simulated.run(words))))
  end)

  it("is not two things at once", function()
    for _, more in ipairs { { "--equity", "-" }, { "--json" } } do
      local out, err, code = run { "run", strategy, "--timeframe", "5m", "--weights", "-", unpack(more) }
      assert.same({ "", 2 }, { out, code })
      has(err, "standard output takes one of them; name a file for --")
    end
  end)
end)

describe("bars that are shorter than a day", function()
  it("are told by when they began, and compared so", function()
    local folder = helper.scratch()
    local weights, equity = folder .. "/weights.csv", folder .. "/equity.csv"
    run { "run", strategy, "--timeframe", "5m", "--weights", weights, "--equity", equity }
    local seen, count = {}, 0
    for time in helper.read(equity):gmatch "\n([^,]+)," do
      assert.truthy(time:find "^2020%-01%-%d%dT%d%d:%d[05]:00Z$", time)
      assert.is_nil(seen[time])
      seen[time], count = true, count + 1
    end
    assert.is_true(count > 600)
    has(run { "now", strategy, "--timeframe", "5m" }, "Mine on 2020-01-15 20:55\n")
    for _, file in ipairs { weights, equity } do
      local out, err, code = run { "diff", strategy, file, "--timeframe", "5m" }
      assert.equal(0, code, out .. err)
      has(out, "to 2020-01-15 20:55")
    end
    local json = run { "run", strategy, "--timeframe", "5m", "--json" }
    local out = run { "diff", strategy, helper.write(folder .. "/run.json", json), "--timeframe", "5m" }
    assert.is_nil(out:find("2020-01-06", 1, true), out)
    local _, _, code = run { "diff", strategy, equity, "--timeframe", "5m", "-p", "window=6" }
    assert.equal(1, code)
  end)
end)

describe("walking forward on bars that are shorter than a day", function()
  local store = helper.scratch() .. "/mine.sweep"
  run { "sweep", strategy, "--timeframe", "5m", "--store", store }

  it("tells times, and counts bars", function()
    local csv = helper.scratch() .. "/equity.csv"
    local out, err, code = run { "stats", store, "--walk-forward", "200:60", "--replicates", "10", "--equity", csv }
    assert.equal(0, code, err)
    has(out, " bars; stationary bootstrap")
    has(out, "walk-forward: rolling, 200 bars to train, 60 bars to test; ")
    has(out, " bars fill no test window")
    assert.is_nil(out:find("session", 1, true))
    local first, last = out:match "\n2020%-01%-%d%d %d%d:%d%d to [^ ]+ [^ ]+  ([^ ]+ %d%d:%d%d) to ([^ ]+ %d%d:%d%d) "
    local seen, times = {}, {}
    for time in helper.read(csv):gmatch "\n(2020%-01%-%d%dT%d%d:%d[05]:00Z),[%d.]+," do
      assert.is_nil(seen[time])
      seen[time], times[#times + 1] = true, time
    end
    assert.equal(first:gsub(" ", "T") .. ":00Z", times[2]) -- behind the one before the first window
    assert.equal(last:gsub(" ", "T") .. ":00Z", times[61])
    assert.equal("time,equity,combo", helper.read(csv):match "^[^\n]*")
    local _, lines = helper.read(csv):gsub("\n", "")
    assert.equal(lines - 1, #times)
  end)

  it("refuses windows that are too long in bars", function()
    local _, err, code = run { "stats", store, "--walk-forward", "900:60", "--top", "0" }
    assert.equal(2, code)
    has(err, "need 960 bars with returns")
  end)
end)

describe("the words of a run", function()
  it("count bars where these are shorter than a day", function()
    local out = run { "run", strategy, "--timeframe", "5m", "--full" }
    for _, words in ipairs { "win rate of bars", "best bar", "holding (bars)", "drawdown (calendar days)" } do
      has(out, words)
    end
    out = run { "run", strategy, "--timeframe", "5m" }
    has(out, "bars and months")
    has(run { "report", strategy, "--timeframe", "5m", "-o", "-" }, "at the close of each bar, free of costs")
    out = simulated.run { "run", "strategies/tqqq_ftlt.lua" }
    has(out, "win rate of days")
  end)
end)

local function ends_full(words)
  words.env = { BANYAN_DATA = simulated.store() }
  local _, err, code = helper.run(words)
  assert.equal(6, code, table.concat(words, " ") .. ": " .. err)
  has(err, "No space left on device")
end

local function left_in(folder)
  return (helper.shell("cd " .. quote(folder) .. " && find . -mindepth 1"))
end

describe("a full disk", function()
  it("ends what writes files with 6, and leaves no half project or report", function()
    local mounted = helper.with_disk("size=8k", function(folder)
      ends_full { "init", folder .. "/mine" }
      ends_full { "init", folder }
      ends_full { "report", "strategies/tqqq_ftlt.lua", "-o", folder .. "/report.html" }
      assert.equal("", left_in(folder))
      for _, option in ipairs { "weights", "equity", "rolling" } do
        ends_full { "run", "strategies/tqqq_ftlt.lua", "--" .. option, folder .. "/" .. option }
      end
      ends_full { "data", "export", "-o", folder .. "/bars" }
    end)
    if not mounted then pending "mounting a small disk takes root: skipped" end
  end)

  it("is one that has no room for another file, too", function()
    local mounted = helper.with_disk("nr_inodes=1", function(folder)
      ends_full { "init", folder .. "/mine" }
      ends_full { "init", folder }
      ends_full { "report", "strategies/tqqq_ftlt.lua", "-o", folder .. "/report.html" }
      ends_full { "data", "export", "-o", folder .. "/bars" }
      ends_full { "run", "strategies/tqqq_ftlt.lua", "--weights", folder .. "/weights" }
    end)
    if not mounted then pending "mounting a small disk takes root: skipped" end
  end)
end)
