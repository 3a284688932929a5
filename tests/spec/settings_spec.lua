-- SPDX-License-Identifier: MIT
-- Settings of a strategy: as a script writes them, as the command line overrides them, as params that
-- a sweep walks, and as results record them.
local cjson = require "cjson"
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local HALVES = "b.equal { 'SPY', 'TLT' }"

-- Days on which a run trades.
local function trade_days(node, ...)
  return runs.of(node, ...).json.metrics.trade_days
end

local function changes_of(dates, key)
  local count = 1
  for i = 2, #dates do
    if key(dates[i]) ~= key(dates[i - 1]) then count = count + 1 end
  end
  return count
end

local function month_of(day) return day:sub(1, 7) end
local function year_of(day) return day:sub(1, 4) end
local function quarter_of(day)
  return year_of(day) .. math.floor((tonumber(day:sub(6, 7)) - 1) / 3)
end

-- A run of the same with words of the command line is the run of the script with settings.
local function same_by_command(settings, ...)
  local written, given = runs.of(HALVES .. ", " .. settings), runs.of(HALVES, ...)
  runs.same(written, given)
  assert.same(written.json.settings, given.json.settings)
  return written
end

describe("rebalancing", function()
  local dates = runs.of(HALVES).dates

  it("follows the calendar", function()
    assert.equal(#dates, trade_days(HALVES))
    assert.equal(#dates, trade_days(HALVES .. ", rebalance = 'daily'"))
    for rule, key in pairs { monthly = month_of, quarterly = quarter_of, yearly = year_of } do
      assert.equal(changes_of(dates, key), trade_days(HALVES, "--rebalance", rule))
      -- The first session, too, and the last one of the data ends no period.
      assert.equal(changes_of(dates, key), trade_days(HALVES, "--rebalance", rule .. "_last"))
    end
    local weeks = trade_days(HALVES, "--rebalance", "weekly")
    assert(math.abs(weeks - #dates / 5) < #dates / 50, weeks)
    assert.equal(1, trade_days(HALVES, "--rebalance", "none"))
  end)

  it("keeps within a corridor", function()
    local wide, narrow = trade_days(HALVES .. ", rebalance = { corridor = 0.05 }"),
      trade_days(HALVES .. ", rebalance = { corridor = 0.01 }")
    assert(wide > 1 and wide < narrow and narrow < #dates)
    same_by_command("rebalance = { corridor = 0.05 }", "--rebalance", "corridor:0.05")
  end)

  it("is the same by script and by command", function()
    same_by_command("rebalance = 'weekly_last'", "--rebalance", "weekly_last")
    same_by_command("fill = 'open'", "--fill", "open")
  end)
end)

describe("costs", function()
  it("are profiles", function()
    local composer = same_by_command("costs = 'composer'", "--costs", "composer")
    assert.equal(0.0001, composer.json.settings.costs.slippage)
    runs.same(composer, runs.of(HALVES, "--slippage", "0.0001"))
    local alpaca = same_by_command("costs = 'alpaca'", "--costs", "alpaca")
    assert.equal(8.3, alpaca.json.settings.costs.share_fee_maximum)
    local free = runs.of(HALVES)
    assert(alpaca.equity[#alpaca.equity] < free.equity[#free.equity])
    runs.same(free, runs.of(HALVES .. ", costs = 'alpaca'", "--costs", "none"))
  end)

  it("are tables, over a profile or nothing", function()
    local both = runs.of(HALVES .. ", costs = { profile = 'alpaca', slippage = 0.001 }")
    runs.same(both, runs.of(HALVES, "--costs", "alpaca", "--slippage", "0.001"))
    runs.same(both, runs.of(HALVES .. ", costs = 'alpaca'", "--slippage", "0.001"))
    runs.same(runs.of(HALVES .. ", costs = { slippage = 0.001 }"),
      runs.of(HALVES .. ", costs = { commission_bps = 10 }"), 1e-9)
  end)

  it("have a capital", function()
    local run = runs.of(HALVES .. ", costs = { capital = 500000 }")
    assert.equal(500000, run.equity[1])
    runs.holds(run, function() return { SPY = 0.5, TLT = 0.5 } end)
  end)
  it("have a yield of cash", function()
    local run = runs.of("b.weighted { { 0, 'SPY' } }, costs = { cash_yield = 0.0252 }")
    for i = 2, 100 do
      assert(math.abs(run.equity[i] / run.equity[i - 1] - 1.0001) < 1e-12)
    end
  end)

  it("have tickers that are held in whole shares", function()
    local all = runs.of("'SPY', costs = { whole_shares = true, capital = 1000 }")
    runs.same(all, runs.of("'SPY', costs = { whole_shares = { 'SPY' }, capital = 1000 }"))
    local first = all.json.metrics.exposure
    assert(first < 1 and first > 0.5, first)
    assert.is_true(all.json.settings.costs.whole_shares)
  end)
end)

describe("an option", function()
  -- A strategy that an option makes another one, and the option as an indicator says it itself.
  local CASES = {
    { "ddof=0", "b.stdev_return('SPY', 5):gt(1)", "b.stdev_return('SPY', 5, { ddof = 0 }):gt(1)" },
    { "rsi_history=20", "b.rsi('SPY', 14):gt(55)", "b.rsi('SPY', 14, { history = 20 }):gt(55)" },
    { "ema_seed=sma", "b.close('SPY'):gt(b.ema('SPY', 400))",
      "b.close('SPY'):gt(b.ema('SPY', 400, { seed = 'sma' }))" },
  }

  local function node(condition)
    return ("b.when(%s, 'SPY'):otherwise('TLT')"):format(condition)
  end

  for _, case in ipairs(CASES) do
    it(case[1] .. " is said by the strategy, the command or the indicator", function()
      local name, value = case[1]:match "(.*)=(.*)"
      local written = runs.of(("%s, options = { %s = %s }"):format(node(case[2]), name,
        tonumber(value) or "'" .. value .. "'"))
      runs.same(written, runs.of(node(case[2]), "--option", case[1]))
      runs.same(written, runs.of(node(case[3])))
      assert.equal(tonumber(value) or value, written.json.settings.options[name])
      assert.not_same(written.held, runs.of(node(case[2])).held)
      runs.same(runs.of(node(case[3])), runs.of(node(case[3]), "--option", name .. "="
        .. (name == "ddof" and 1 or name == "rsi_history" and "all" or "first")))
    end)
  end

  it("decides ties, duplicates and what an empty filter holds", function()
    local tied = "b.top(1, b.close() * 0, { 'TLT', 'SPY', 'GLD' })"
    for option, ticker in pairs { first = "TLT", last = "GLD", ticker = "GLD" } do
      runs.holds(runs.of(tied, "--option", "ties=" .. option), function() return { [ticker] = 1 } end)
    end
    local twice = "b.top(2, b.close() * 0, { 'SPY', 'SPY', 'TLT' })"
    runs.holds(runs.of(twice), function() return { SPY = 1 } end)
    runs.holds(runs.of(twice, "--option", "duplicates=merge"), function()
      return { SPY = 0.5, TLT = 0.5 }
    end)
    local nothing = "(b.close() - b.close()) / (b.close() - b.close())"
    local empty = ("b.equal { 'TLT', b.top(1, %s, { 'SPY' }) }"):format(nothing)
    runs.holds(runs.of(empty .. ", options = { empty_filter = 'rest' }"), function()
      return { TLT = 1 }
    end)
    runs.holds(runs.of(empty), function() return { TLT = 0.5 } end)
  end)

  it("values groups by their holdings", function()
    local groups = "b.inverse_vol(20, { b.group('one', 'SPY'), b.equal { 'TLT', 'GLD' } })"
    local held = runs.of(groups, "--option", "group_volatility=holdings")
    assert.not_same(runs.of(groups).held, held.held)
    runs.same(runs.of "b.inverse_vol(20, { 'SPY', 'TLT' })",
      runs.of("b.inverse_vol(20, { b.group('one', 'SPY'), b.group('two', 'TLT') })", "--option",
        "group_volatility=holdings"))
  end)
end)

describe("a setting that is bound to a param", function()
  local SCRIPT = [[
local b = require "banyan"
local rule = b.param("rule", "daily", { "daily", "monthly", "none" })
local profile = b.param("profile", "none", { "none", "composer" })
local ddof = b.param("ddof", 1, { 0, 1 })
local t = b.strategy { name = "x", rebalance = rule, costs = { profile = profile, capital = 20000 },
  options = { ddof = ddof },
  b.when(b.stdev_return("SPY", 5):gt(1), b.equal { "SPY", "TLT" }):otherwise("TLT") }
return b.sweep { strategy = t }
]]

  it("is swept, and each combo is the run with the words", function()
    local script = sweeps.script(SCRIPT)
    local _, directory = sweeps.sweep(script, simulated.store())
    local rows = sweeps.rows(directory)
    assert.equal(12, #rows)
    for _, row in ipairs(rows) do
      local p = row.params
      local run = runs.of([[b.when(b.stdev_return("SPY", 5):gt(1), b.equal { "SPY", "TLT" })
        :otherwise("TLT"), costs = { profile = "]] .. p.profile .. [[", capital = 20000 }]],
        "--rebalance", p.rule, "--option", "ddof=" .. p.ddof)
      helper.same_metrics(row.metrics, run.json.metrics)
    end
  end)

  it("is recorded by its value in a run, and told by a dry run", function()
    local script = sweeps.script(SCRIPT)
    local out = simulated.run { "run", script, "--json", "-p", "rule=monthly" }
    local run = cjson.decode(out)
    assert.equal("monthly", run.settings.rebalance)
    assert.equal(run.params.profile, run.settings.costs.profile)
    assert.equal(20000, run.settings.costs.capital)
    assert.equal(run.params.ddof, run.settings.options.ddof)
    assert.equal("monthly", run.params.rule)
    out = simulated.run { "sweep", script, "--dry-run", "-v" }
    for _, line in ipairs { "rule sets the rebalance of the strategy\n",
      "profile sets the costs of the strategy\n", "ddof sets the ddof of the strategy\n" } do
      assert.truthy(out:find(line, 1, true), out)
    end
  end)

  it("ends with the word that overrides it", function()
    local script = sweeps.script(SCRIPT)
    local out = simulated.run { "run", script, "--json", "--rebalance", "none", "--option", "ddof=0" }
    local run = cjson.decode(out)
    assert.equal("none", run.settings.rebalance)
    assert.same({ profile = "none" }, run.params)
  end)
end)

describe("the settings of a sweep", function()
  local SWEEP = "local b = require 'banyan'\nlocal w = b.param('w', 10, { 10, 12 })\n"
    .. "return b.sweep { strategy = b.strategy { name = 'x', b.top(1, b.rsi(w), "
    .. "{ 'SPY', 'TLT' }) } %s }"

  it("make it another sweep", function()
    local script = sweeps.script(SWEEP:format "")
    local results = helper.scratch() .. "/results"
    local _, _, code = simulated.run { "sweep", script, "--store", results }
    assert.equal(0, code)
    for _, words in ipairs { { "--rebalance", "weekly" }, { "--fill", "open" },
      { "--costs", "alpaca" }, { "--slippage", "0.001" }, { "--option", "ties=last" } } do
      local _, err, refused = simulated.run { "sweep", script, "--store", results, unpack(words) }
      assert.equal(7, refused, err)
    end
  end)

  it("are told by a tear sheet", function()
    local script = runs.script(HALVES .. ", costs = { profile = 'alpaca', slippage = 0.0005 }, "
      .. "rebalance = { corridor = 0.05 }, fill = 'open', options = { ddof = 0 }")
    local out = simulated.run { "run", script }
    assert.truthy(out:find("\nrebalancing beyond a corridor of 0.05, filled at the next open, costs "
      .. "of alpaca,\nslippage 0.0005, ddof 0\n", 1, true), out)
  end)
end)

describe("settings that are wrong", function()
  -- Refused by a script with exit code 3, and in the same words by a command line with 2.
  local function refused(settings, message, ...)
    local out, err, code = simulated.run { "run", runs.script(HALVES .. ", " .. settings) }
    assert.same({ "", 3 }, { out, code }, err)
    assert.truthy(err:find(message, 1, true), err)
    if not ... then return end
    out, err, code = simulated.run { "run", runs.script(HALVES), ... }
    assert.same({ "", 2 }, { out, code }, err)
    assert.truthy(err:find(message, 1, true), err)
  end

  it("are refused with what they can be", function()
    refused("rebalance = 'weeky'", "rebalance must be daily, monthly, monthly_last, none, quarterly, "
      .. "quarterly_last, weekly, weekly_last, yearly, yearly_last, not 'weeky', did you mean "
      .. "'weekly'?", "--rebalance", "weeky")
    refused("rebalance = { corridor = 2 }", "the corridor must be a number from 0 to 1, not '2'",
      "--rebalance", "corridor:2")
    refused("rebalance = { width = 2 }", "rebalance: unknown key 'width'; known are corridor")
    refused("fill = 'noon'", "fill must be close, open, not 'noon'")
    refused("costs = 'alpacca'", "costs must be alpaca, composer, none or a table such as "
      .. "{ slippage = 0.0005 }, not 'alpacca', did you mean 'alpaca'?")
    refused("costs = { slipage = 1 }", "costs: unknown key 'slipage', did you mean 'slippage'?")
    refused("costs = { slippage = 1 }", "slippage must be a number from 0 to 0.5, not '1'")
    refused("costs = { capital = 0 }", "capital must be a number from 1 to 1e+15, not '0'")
    refused("costs = { whole_shares = 5 }", "whole_shares must be true or a list of tickers")
    refused("costs = { whole_shares = { 'QQQ' } }", "whole_shares names QQQ, which the strategy does "
      .. "not have")
    refused("options = { dof = 0 }", "options: unknown key 'dof', did you mean 'ddof'?", "--option",
      "dof=0")
    refused("options = { ddof = 2 }", "ddof must be 0, 1, not '2'", "--option", "ddof=2")
    refused("options = { rsi_history = 0 }", "rsi_history must be all or a whole number of bars")
    refused("options = 5", "options must be a table, not '5'")
  end)

  it("are refused as values of params", function()
    refused("rebalance = b.param('r', 'daly')", "x: rebalance must be daily")
    refused("costs = b.param('c', 'none', { 'none', 'aplaca' }), fill = b.param('f', 'opn')",
      "fill must be close, open, not 'opn', did you mean 'open'?")
    refused("costs = { slippage = b.param('s', 0.7) }", "slippage must be a number from 0 to 0.5")
    refused("options = { ties = b.param('t', 'lst') }", "ties must be first, last, ticker")
  end)

  it("are refused by override", function()
    local path = sweeps.script("local b = require 'banyan'\nlocal t = b.strategy { name = 'x', 'SPY' }\n"
      .. "return t:override { fil = 'open' }")
    local _, err, code = simulated.run { "run", path }
    assert.equal(3, code)
    assert.truthy(err:find("x: override: unknown key 'fil', did you mean 'fill'?", 1, true), err)
  end)
end)

describe("override", function()
  it("makes another strategy of the same tree", function()
    local script = sweeps.script [[
local b = require "banyan"
local t = b.strategy { name = "x", options = { ddof = 0 }, b.equal { "SPY", "TLT" } }
local u = t:override { rebalance = { corridor = 0.05 }, options = { ties = "last" }, slippage = 0.001 }
assert(t.rebalance == "daily" and t.options.ties == nil and t.costs == "none")
t:select { ticker = "SPY" }:param("ticker", "p", "SPY", { "SPY", "QQQ" })
return u]]
    local run = cjson.decode((simulated.run { "run", script, "--json" }))
    assert.same({ "none", 0.05 }, { run.settings.rebalance, run.settings.corridor })
    assert.same({ 0, "last" }, { run.settings.options.ddof, run.settings.options.ties })
    assert.same({ p = "SPY" }, run.params)
  end)
end)
