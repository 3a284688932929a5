-- SPDX-License-Identifier: MIT
-- Nodes, conditions and indicators that are written wrong: exit code 3, and a message that says what,
-- where, and what to write instead.
local runs = require "spec.runs"
local simulated = require "spec.simulated"

local function refused(node, ...)
  local out, err, code = simulated.run { "run", runs.script(node) }
  assert.same({ "", 3 }, { out, code }, err)
  assert.equal(1, select(2, err:gsub("\n", "")), err)
  for _, part in ipairs { ... } do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
end

local function condition_refused(condition, ...)
  refused(("b.when(%s, 'SPY'):otherwise('TLT')"):format(condition), ...)
end

describe("a node that is wrong", function()
  it("is a filter", function()
    refused("b.top(1, b.rsi('SPY', 10), { 'SPY' })", "top: leave the ticker out of rsi")
    refused("b.top(1, 'rsi', { 'SPY' })", "top takes a count, an indicator without ticker such as")
    refused("b.top(1, b.rsi(10), {})", "top takes a list of nodes")
    refused("b.top(1, b.rsi(10), { 'SPY' }, { wieghts = { 1 } })",
      "top: unknown key 'wieghts', did you mean 'weights'?")
    refused("b.top(1, b.rsi(10), { 'SPY' }, { weights = { 1 }, inverse_vol = 20 })",
      "top takes weights or inverse_vol, not both")
    refused("b.top(2, b.rsi(10), { 'SPY', 'TLT' }, { weights = { 1 } })",
      "x: at filter: 2 ranks have 1 weight")
    refused("b.bottom(1, b.rsi(10), { 'SPY' }, { weights = { -1 } })",
      "x: at filter: the weight of a rank must be a number from 0 to 1000000, not -1")
    refused("b.bottom(1, b.rsi(10), { 'SPY' }, { inverse_vol = 0 })",
      "x: at filter: the window must be a whole number from 1 to 100000, not 0")
    refused("b.top(1, b.mfi(14), { 'TLT', b.group('stocks', 'SPY') })",
      "x: at filter: mfi reads volume, which only a ticker has; stocks has none")
    refused("b.top(0, b.rsi(10), { 'SPY' })", "the number to choose must be a whole number from 1")
  end)

  it("is mixed", function()
    refused("b.mixed('SPY', 3, 4, 'SPY', 'TLT')", "mixed takes an indicator such as")
    refused("b.mixed(b.rsi('SPY', 10), 70, 30, 'SPY', 'TLT')",
      "x: at mixed: low, 70, must not be above high, 30; swap them and the nodes")
    refused("b.mixed(b.rsi('SPY', 10), '3', 30, 'SPY', 'TLT')",
      "the low must be a number from -1e+300 to 1e+300, not the text '3'")
    refused("b.mixed(b.rsi(10), 30, 70, 'SPY', 'TLT')", "x: at mixed: rsi needs a ticker here")
    refused("b.mixed(b.rsi('SPY', 10), 30, 70, 'SPY')", "mixed takes a ticker, a node or a strategy")
  end)

  it("is a switch or a state", function()
    refused("b.switch({ b.month():eq(1) }, { 'SPY' })",
      "switch: 1 conditions need 2 cases, from none to all of them; there are 1")
    refused("b.switch({}, { 'SPY' })", "switch takes a list of conditions")
    refused("b.enter_exit { enter = b.month():eq(1), exit = 5, inside = 'SPY', outside = 'TLT' }",
      "enter_exit: exit takes a condition such as")
    refused("b.enter_exit { entr = b.month():eq(1) }", "unknown key 'entr', did you mean 'enter'?")
    refused("b.enter_exit { enter = b.month():eq(1), exit = b.month():eq(2), inside = 'SPY' }",
      "enter_exit: outside takes a ticker")
  end)

  it("sums its weights to more than 1", function()
    refused("b.weighted { { 1.5, 'SPY' }, { -0.3, 'TLT' } }", "the weights sum to 1.2")
    refused("b.inverse_vol(1.5, { 'SPY' })", "x: at inverse_vol: the window must be a whole number")
  end)
end)

describe("a condition that is wrong", function()
  it("counts or waits wrongly", function()
    condition_refused("b.at_least(0, { b.month():eq(1) })",
      "x: at if: the number of conditions must be a whole number from 1")
    condition_refused("b.at_least('2', { b.month():eq(1) })",
      "at_least takes a number or a param, not 2")
    condition_refused("b.month():eq(1):for_days(0)",
      "x: at if: the number of for_days must be a whole number from 1 to 100000, not 0")
    condition_refused("b.month():eq(1):days_ago(-1)", "the number of days_ago must be a whole number")
    condition_refused("b.month():eq(1):for_days 'x'", "for_days takes a number or a param, not x")
    condition_refused("b.month():days_ago(1.5):eq(1)", "the number of days_ago must be a whole")
    condition_refused("b.all { b.month() }", "all takes a condition such as", "indicator month")
  end)
end)

describe("an indicator that is wrong", function()
  it("has the wrong arguments", function()
    condition_refused("b.rsi('SPY'):gt(5)", "rsi takes a ticker and 1 window, not 1 argument")
    condition_refused("b.rsi('SPY', 10, 20):gt(5)", "rsi takes a ticker and 1 window, not 3 arguments")
    condition_refused("b.month('SPY'):gt(5)", "month takes nothing, not 1 argument")
    condition_refused("b.rsi(10):gt(5)", "x: at if: rsi needs a ticker here; only in a filter")
    condition_refused("b.rsi(b.rsi(10), 10):gt(5)", "x: at if: rsi needs a ticker here")
    condition_refused("b.rsi(true, 10):gt(5)",
      "rsi: the first argument is a ticker such as \"SPY\", a node or an indicator, not true")
    condition_refused("b.rsi({ 'SPY', 'TLT' }, 10):gt(5)", "a node or an indicator, not a table")
    condition_refused("b.rsi('SPY', 10, { ddof = 0 }):gt(5)",
      "rsi: unknown key 'ddof'; known are smoothing, flat, history")
    condition_refused("b.sma('SPY', 10, { ddof = 0 }):gt(5)", "sma: unknown key 'ddof'; it takes none")
    condition_refused("b.stdev_return('SPY', 10, { ddof = 3 }):gt(5)",
      "x: at if: stdev_return: ddof must be 0, 1, not '3'")
    condition_refused("b.mfi(b.equal { 'SPY' }, 10):gt(5)",
      "mfi reads volume, which only a ticker has")
  end)

  it("has the wrong arithmetic", function()
    condition_refused("(1 / b.close('SPY')):gt(0)",
      "a number over an indicator cannot be expressed; compare close itself")
    condition_refused("(b.close('SPY') + 'x'):gt(0)",
      "indicators go with + - * / and numbers, params or indicators, not x")
    condition_refused("(b.close('SPY') * (1 / 0)):gt(0)", "the factor must be a number from -1e+300 to 1e+300, not inf")
    condition_refused("(b.param('p', 1) + {}):gt(0)", "a param goes with + - * /")
  end)

  it("depends on two params where one decides", function()
    local script = runs.script(
      "b.when(b.rsi('SPY', 10):gt(5), 'SPY'):otherwise('TLT'), options = { rsi_history = h }",
      "local h = b.param('h', 'all', { 'all', 250 })")
    local text = 'local b = require "banyan"\nlocal t = require "' .. script:match "([^/]+)%.lua$"
      .. '"\nt:select { indicator = "rsi" }:param("indicator", "f", "rsi", { "rsi", "sma" })\nreturn t'
    local path = require "spec.helper".write(script:match "^(.*/)" .. "more.lua", text)
    local _, err, code = simulated.run { "run", path }
    assert.equal(3, code)
    assert.truthy(err:find("x: at if: the indicator depends on the param f, so how rsi is defined "
      .. "cannot depend on another, h", 1, true), err)
  end)
end)
