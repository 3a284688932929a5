-- SPDX-License-Identifier: MIT
-- Params by selection: what each key and each field of a tree matches, and what is swept then.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

-- Every kind of place that a selection can mean, in one tree.
local TREE = [[
local b = require "banyan"
local t = b.strategy { name = "x", b.group("outer",
  b.when(b.all { b.rsi("SPY", 10):gt(70), b.close("QQQ"):gt(b.sma("QQQ", 30)) },
    b.weighted { { 0.5, "UVXY" }, { 0.25, b.top(1, b.rsi(10), { "TLT", "GLD" }) } })
  :otherwise(b.group("inner",
    b.when(b.ema("TLT", 20):lt(b.ema("TLT", 30)), "TLT"):otherwise("SPY")))) }
]]

-- The dry run of a sweep with selections, and the exit code.
local function dry_run(selections)
  local script = sweeps.script(TREE .. selections .. "\nreturn b.sweep { strategy = t }")
  local out, err, code = simulated.run { "sweep", script, "--dry-run", "-v" }
  return code == 0 and out or err, code
end

-- The places that one selection touches, by the dry run, as "path path ...".
local function touched(selection)
  local text, code = dry_run(selection)
  assert.equal(0, code, text)
  local count, list = text:match "\n%w+ sets the [%w.]+ in (%d+) places?:\n(.*)$"
  local places = {}
  for place in list:gmatch "  ([^\n]+)\n" do places[#places + 1] = place end
  assert.equal(tonumber(count), #places)
  return table.concat(places, " ")
end

local function window_of(keys)
  return touched("t:select { " .. keys .. ' }:param("window", "p", 10, { 10, 12 })')
end

local function refused(selection, ...)
  local text, code = dry_run(selection)
  assert.equal(3, code, text)
  for _, part in ipairs { ... } do
    assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text))
  end
end

local AND, FILTER, INNER = "outer/if", "outer/if/weighted/filter", "outer/if/inner/if"

describe("a selection", function()
  it("matches by indicator, in conditions and filters", function()
    assert.equal(AND .. " " .. FILTER, window_of 'indicator = "rsi"')
    assert.equal(AND, window_of 'indicator = "sma"')
    assert.equal(AND .. " " .. AND .. " " .. FILTER, window_of 'indicator = { "rsi", "sma" }')
    assert.equal(INNER .. " " .. INNER, window_of 'indicator = "ema"')
  end)

  it("matches by window", function()
    assert.equal(AND .. " " .. FILTER, window_of "window = 10")
    assert.equal(AND .. " " .. INNER, window_of "window = 30")
    assert.equal(INNER, window_of 'window = 30, indicator = "ema"')
  end)

  it("matches by ticker", function()
    assert.equal(AND, window_of 'ticker = "SPY"')
    assert.equal("outer/if/weighted/$p",
      touched [[t:select { ticker = "UVXY" }:param("ticker", "p", "UVXY", { "UVXY", "BIL" })]])
    assert.equal("outer/if outer/if/inner/if/$p",
      touched [[t:select { ticker = "SPY" }:param("ticker", "p", "SPY", { "SPY", "IWM" })]])
  end)

  it("matches by comparator and threshold", function()
    assert.equal(AND, window_of "threshold = 70")
    assert.equal(AND .. " " .. AND, window_of 'comparator = "gt"')
    assert.equal(INNER .. " " .. INNER, window_of 'comparator = "lt"')
    assert.equal(AND,
      touched [[t:select { threshold = { 60, 70 } }:shift("threshold", "p", 0, { 0, 1 })]])
  end)

  it("matches by kind", function()
    assert.equal(FILTER, window_of 'kind = "filter"')
    assert.equal(AND .. " " .. AND .. " " .. INNER .. " " .. INNER, window_of 'kind = "condition"')
    assert.equal(window_of 'kind = "condition"', window_of 'kind = "if"')
    assert.equal(FILTER, touched [[t:select { kind = "filter" }:param("n", "p", 1, { 1, 2 })]])
  end)

  it("matches by the groups around", function()
    assert.equal(INNER .. " " .. INNER, window_of 'group = "inner"')
    assert.equal(FILTER, window_of 'group = "outer", kind = "filter"')
  end)

  it("finds each field", function()
    local condition = 't:select { indicator = "ema" }:param('
    assert.equal(INNER, touched(condition .. '"left.window", "p", 20, { 20, 25 })'))
    assert.equal(INNER, touched(condition .. '"right.window", "p", 30, { 30, 35 })'))
    assert.equal(INNER, touched(condition .. '"comparator", "p", "lt", { "lt", "gte" })'))
    assert.equal(INNER .. " " .. INNER,
      touched(condition .. '"indicator", "p", "ema", { "ema", "sma" })'))
    assert.equal(INNER .. " " .. INNER,
      touched(condition .. '"ticker", "p", "TLT", { "TLT", "TMF" })'))
    assert.equal("outer/if/weighted/UVXY",
      touched [[t:select { ticker = "UVXY" }:param("weight", "p", 0.5, { 0.25, 0.5 })]])
    assert.equal(FILTER, touched [[t:select { kind = "filter" }:param("weight", "p", 0.25, { 0 })]])
  end)

  it("matches values as they were written", function()
    local text = dry_run [[
      t:select { window = 10 }:param("window", "p", 20, { 20, 30 })
      t:select { window = { 20, 30 } }:scale("window", "q", 1, { 1, 2 })]]
    assert.truthy(text:find("p sets the window in 2 places:", 1, true), text)
    assert.truthy(text:find("q sets the window in 3 places:", 1, true), text)
    assert.truthy(text:find("4 combos of 2 params", 1, true), text)
  end)

  it("matches by the ids of a foreign file", function()
    local script = sweeps.script('local b = require "banyan"\nlocal t = b.import "'
      .. (os.getenv "PWD" or ".") .. [[/examples/frontrunner.json"
      t:select { id = { "f04", "f08" } }:param("threshold", "p", 79, { 79, 80 })
      return b.sweep { strategy = t }]])
    local out, err, code = simulated.run { "sweep", script, "--dry-run", "-v" }
    assert.equal(0, code, err)
    assert.truthy(out:find("p sets the threshold in 2 places:", 1, true), out)
  end)
end)

describe("a selection that is wrong", function()
  it("says that it matches nothing, and where to look", function()
    refused([[t:select { indicator = "rsi", window = 11 }]],
      "x: select { indicator = rsi, window = 11 } matches nothing", "`banyan tree` shows")
    refused([[t:select { indicator = "sma", comparator = "lt" }]], "matches nothing")
    refused([[t:select { id = { "a", "b" } }]], "{ id = {...} } matches nothing")
  end)

  it("suggests keys and fields", function()
    refused([[t:select { indicatr = "rsi" }]], "unknown key 'indicatr', did you mean 'indicator'?")
    refused([[t:select { 5 }]], "unknown key '1'; known are kind, id, group, ticker")
    refused([[t:select "rsi"]], "select takes a table such as")
    refused([[t:select { indicator = "rsi" }:param("windw", "p", 1)]],
      "unknown field 'windw', did you mean 'window'?")
    refused([[t:select { indicator = "rsi" }:shift("zzz", "p", 1)]],
      "unknown field 'zzz'; known are")
  end)

  it("says when what it matches has no such field", function()
    refused([[t:select { kind = "asset" }:param("window", "p", 1)]],
      "nothing that select { kind = asset } matches has a window")
    refused([[t:select { kind = "group" }:param("threshold", "p", 1)]], "has a threshold")
    refused([[t:select { ticker = "UVXY" }:scale("ticker", "p", 1)]],
      "scale needs a number to start from, and the ticker is 'UVXY'")
  end)

  it("binds a field once", function()
    refused([[t:select { window = 10 }:param("window", "p", 10):shift("window", "q", 0)]],
      "at outer/if: the window depends on the param p already")
  end)

  it("finds values that a field cannot have", function()
    refused([[t:select { indicator = "rsi" }:param("window", "p", 10, { 10, 2.5 })]],
      "the window must be a whole number from 1 to 100000, not 2.5")
    refused([[t:select { indicator = "rsi" }:param("indicator", "p", "rsi", { "rsi", "smaa" })]],
      "unknown indicator 'smaa', did you mean 'sma'?")
    refused([[t:select { indicator = "rsi" }:param("indicator", "p", "rsi", { "rsi", "ppo" })]],
      "ppo needs 2 windows")
    refused([[t:select { threshold = 70 }:param("comparator", "p", "gt", { "gt", ">" })]],
      "the comparator must be gt, gte, lt, lte or eq, not >")
    refused([[t:select { ticker = "UVXY" }:param("weight", "p", 0.5, { 0.5, 0.9 })]],
      "weights", "1.15")
    refused([[t:select { ticker = "UVXY" }:param("ticker", "p", "UVXY", { "UVXY", 5 })]],
      "a ticker must be a text such as \"SPY\", not 5")
  end)
end)

describe("a selected field", function()
  local WRITTEN = TREE:gsub("\n$", "")

  local function compare(selection, values, replace)
    local script = sweeps.script(TREE .. selection .. "\nreturn b.sweep { strategy = t }")
    local _, directory = sweeps.sweep(script, simulated.store())
    local rows = sweeps.rows_by(directory, function(params) return tostring(params.p) end)
    for _, value in ipairs(values) do
      local plain = sweeps.script(replace(WRITTEN, value) .. "\nreturn t")
      local out, err, code = simulated.run { "run", plain, "--json" }
      assert.equal(0, code, err)
      helper.same_metrics(rows[tostring(value)].metrics, cjson.decode(out).metrics)
    end
  end

  local function swap(text, from, to)
    local first, last = text:find(from, 1, true)
    assert(first, from)
    return text:sub(1, first - 1) .. to .. text:sub(last + 1)
  end

  it("is replaced", function()
    compare([[t:select { indicator = "sma" }:param("window", "p", 30, { 20, 40 })]], { 20, 40 },
      function(text, v) return swap(text, '"QQQ", 30', '"QQQ", ' .. v) end)
    compare([[t:select { indicator = "sma" }:param("indicator", "p", "sma", { "ema", "rsi" })]],
      { "ema", "rsi" }, function(text, v) return swap(text, "b.sma", "b." .. v) end)
    compare([[t:select { ticker = "UVXY" }:param("weight", "p", 0.5, { 0.25, 0.75 })]],
      { 0.25, 0.75 }, function(text, v) return swap(text, "{ 0.5,", "{ " .. v .. ",") end)
  end)

  it("is shifted and scaled", function()
    compare([[t:select { threshold = 70 }:shift("threshold", "p", 0, { -7.5, 2 })]], { -7.5, 2 },
      function(text, v) return swap(text, "gt(70)", ("gt(%g)"):format(70 + v)) end)
    compare([[t:select { indicator = "ema" }:scale("window", "p", 1, { 0.5, 2 })]], { 0.5, 2 },
      function(text, v)
        return swap(swap(text, '"TLT", 20', ('"TLT", %g'):format(20 * v)), '"TLT", 30',
          ('"TLT", %g'):format(30 * v))
      end)
  end)

  it("is told by a dry run, which makes no store", function()
    local script = sweeps.script(TREE .. [[
      t:select { indicator = "rsi" }:param("window", "w", 10, { 10, 12 })
      return b.sweep { strategy = t }]])
    local out, _, code = simulated.run { "sweep", script, "--dry-run", "-v" }
    assert.equal(0, code)
    assert.truthy(out:find("x: 2 combos of 1 param\n", 1, true), out)
    assert.truthy(out:find("  w  2 values  10, 12\n", 1, true))
    local places = "w sets the window in 2 places:\n  " .. AND .. "\n  " .. FILTER
    assert.truthy(out:find(places, 1, true))
    assert.is_nil(helper.read((script:gsub("%.lua$", ".sweep/data.mdb"))))
  end)

  it("finds what several parents share, by each weight and in each group", function()
    local script = sweeps.script [[
local b = require "banyan"
local shared = b.asset "SPY"
local deep = b.when(b.rsi("QQQ", 10):gt(70), shared):otherwise("TLT")
local t = b.strategy { name = "x", b.weighted {
  { 0.5, b.group("one", b.weighted { { 0.3, shared }, { 0.7, deep } }) },
  { 0.5, b.group("two", b.weighted { { 0.4, shared }, { 0.6, deep } }) } } }
t:select { ticker = "SPY", kind = "asset" }:scale("weight", "less", 1, { 0.5, 1 })
t:select { group = "two", indicator = "rsi" }:param("window", "window", 10, { 10, 12 })
return b.sweep { strategy = t }]]
    local out, err, code = simulated.run { "sweep", script, "--dry-run", "-v" }
    assert.equal(0, code, err)
    assert.truthy(out:find("less sets the weight in 2 places", 1, true), out)
    assert.truthy(out:find("window sets the window in 1 place:", 1, true), out)
  end)
end)
