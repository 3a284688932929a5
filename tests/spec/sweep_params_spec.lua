-- SPDX-License-Identifier: MIT
-- Params in sweeps, on the simulated market: a combo gives what the same strategy gives with the
-- values written into it by hand, wherever the params stand and however they got there.
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local HEAD = 'local b = require "banyan"\n'

-- The metrics of a strategy that is written out.
local function run(node)
  local script = sweeps.script(HEAD .. "return b.strategy { name = 'plain', " .. node .. " }")
  local out, err, code = simulated.run { "run", script, "--json" }
  assert(code == 0, err)
  return cjson.decode(out).metrics
end

local function sweep(text)
  local _, directory = sweeps.sweep(sweeps.script(HEAD .. text), simulated.store())
  return sweeps.rows(directory)
end

-- What a sweep refuses to do: exit code 3 and a message with all `parts`.
local function refused(text, ...)
  local script = sweeps.script(HEAD .. text)
  local out, err, code = simulated.run { "sweep", script, "--store", script .. ".results" }
  assert.same({ "", 3 }, { out, code }, err)
  for _, part in ipairs { ... } do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
  assert.is_nil(helper.read(script .. ".results/data.mdb"), "a store was made")
end

-- The node with $names replaced by the values of a row.
local function filled(node, params)
  return (node:gsub("%$(%w+)", function(name)
    local value = assert(params[name], name)
    return type(value) == "string" and ("%q"):format(value) or ("%.17g"):format(value)
  end))
end

-- Sweeps `node` with params where it has $names, and compares each combo with what is written out.
local function compare(node, params, count)
  local lines, names = {}, {}
  for name, declaration in pairs(params) do
    lines[#lines + 1] = ("local %s = b.param(%q, %s)"):format(name, name, declaration)
  end
  for name in pairs(params) do names[name] = true end
  local swept = node:gsub("%$(%w+)", function(name) return assert(names[name] and name, name) end)
  local rows = sweep(table.concat(lines, "\n") .. "\nreturn b.strategy { name = 'swept', " .. swept
    .. " }")
  assert.equal(count, #rows)
  for _, row in ipairs(rows) do
    helper.same_metrics(row.metrics, run(filled(node, row.params)))
  end
end

describe("a param", function()
  it("can be a window", function()
    compare([[b.when(b.rsi("QQQ", $w):gt(60), "TQQQ"):otherwise("TLT")]],
      { w = "10, b.range(8, 12, 2)" }, 3)
  end)

  it("can be a threshold", function()
    compare([[b.when(b.rsi("QQQ", 10):gt($x), "TQQQ"):otherwise("TLT")]],
      { x = "60, b.range(60, 60.5, 0.25)" }, 3)
  end)

  it("can be a ticker, held or measured", function()
    compare([[b.when(b.rsi($t, 10):gt(60), "TQQQ"):otherwise($t)]],
      { t = '"SPY", { "SPY", "QQQ", "GLD" }' }, 3)
  end)

  it("can be a comparator", function()
    compare([[b.when(b.rsi("QQQ", 10):compare($c, 50), "TQQQ"):otherwise("TLT")]],
      { c = '"gt", { "gt", "gte", "lt", "lte", "eq" }' }, 5)
  end)

  it("can be the number that a filter takes", function()
    compare([[b.top($n, b.rsi(10), { "SPY", "QQQ", "GLD", "TLT" })]], { n = "1, b.range(1, 4)" }, 4)
  end)

  it("can be the window of a filter", function()
    compare([[b.bottom(2, b.cumulative_return($w), { "SPY", "QQQ", "GLD", "TLT" })]],
      { w = "10, { 5, 60 }" }, 2)
  end)

  it("can be a weight", function()
    compare([[b.weighted { { $w, "SPY" }, { 1 - $w, "TLT" } }]],
      { w = "0.5, b.range(0, 1, 0.25)" }, 5)
  end)

  it("can be every window of an indicator", function()
    compare([[b.when(b.ppo("QQQ", $f, 26):gt(b.ppo_signal("QQQ", $f, $s, 9)), "TQQQ")
      :otherwise("TLT")]], { f = "12, { 10, 12 }", s = "26, { 20, 26 }" }, 4)
  end)

  it("shares a node with others", function()
    compare([[b.when(b.rsi($t, $w):compare($c, $x), "TQQQ"):otherwise($t)]], {
      t = '"SPY", { "SPY", "GLD" }', w = "10, { 8, 12 }",
      c = '"gt", { "gt", "lt" }', x = "50, { 45, 55 }",
    }, 16)
  end)

  it("can be calculated with", function()
    compare([[b.when(b.sma("QQQ", 2 * $w + 1):gt(b.sma("QQQ", $w / 1)), "TQQQ"):otherwise("TLT")]],
      { w = "20, { 20, 30 }" }, 2)
  end)

  it("takes its default in a run, and what -p says", function()
    local script = sweeps.script(HEAD .. [[local w = b.param("w", 10, { 20, 30 })
      return b.strategy { name = "x", b.when(b.rsi("QQQ", w):gt(60), "TQQQ"):otherwise("TLT") }]])
    for _, wanted in ipairs { 10, 11, 30 } do
      local out = simulated.run { "run", script, "--json", "-p", "w=" .. wanted }
      assert.equal(wanted, cjson.decode(out).params.w)
    end
    local out = simulated.run { "run", script, "--json" }
    assert.equal(10, cjson.decode(out).params.w)
    assert.same(run [[b.when(b.rsi("QQQ", 10):gt(60), "TQQQ"):otherwise("TLT")]],
      cjson.decode(out).metrics)
  end)

  it("cannot stand for two fields that disagree about it", function()
    refused([[local w = b.param("w", 10, { 10, 12.5 })
      return b.strategy { name = "x", b.when(b.rsi("QQQ", w):gt(60), "TQQQ"):otherwise("TLT") }]],
      "x: at if: the window must be a whole number from 1 to 100000, not 12.5")
    refused([[local w = b.param("w", 0.5, { 0.5, 0.75 })
      return b.strategy { name = "x", b.weighted { { w, "SPY" }, { w, "TLT" } } }]],
      "weights", "1.5")
  end)

  it("has one declaration for one name", function()
    refused([[local one, two = b.param("w", 10), b.param("w", 10)
      return b.strategy { name = "x", b.when(b.rsi("QQQ", one):gt(b.rsi("SPY", two)), "SPY")
        :otherwise("TLT") }]], "x: two params are called w; use one b.param twice")
    refused([[
      local t = b.strategy { name = "x", b.when(b.rsi("QQQ", 10):gt(60), "SPY"):otherwise("TLT") }
      t:select { indicator = "rsi" }:param("window", "w", 10, { 10, 20 })
      t:select { indicator = "rsi" }:param("threshold", "w", 10, { 10, 30 })
      return b.sweep { strategy = t }]], "the param w is declared twice with other values")
  end)
end)

describe("a sweep", function()
  local STRATEGY = [[
local fast, slow = b.param("fast", 5, b.range(5, 20, 5)), b.param("slow", 50, { 50 })
local s = b.strategy { name = "x",
  b.when(b.sma("QQQ", fast):gt(b.sma("QQQ", slow)), "TQQQ"):otherwise("TLT") }
]]
  local SWEEP = STRATEGY .. "return b.sweep { strategy = s, "

  local function keys(rows)
    local list = {}
    for i, row in ipairs(rows) do list[i] = ("%d/%d"):format(row.params.fast, row.params.slow) end
    table.sort(list)
    return table.concat(list, " ")
  end

  it("walks the values that the params declare", function()
    assert.equal("10/50 15/50 20/50 5/50", keys(sweep(SWEEP .. "}")))
  end)

  it("walks those that over names, and those that where keeps", function()
    local rows = sweep(SWEEP .. [[rank = "cagr",
      over = { fast = { 7, 30 }, slow = b.range(20, 40, 10) },
      where = function(p) return p.fast < p.slow end }]])
    assert.equal("30/40 7/20 7/30 7/40", keys(rows))
    for i = 2, #rows do assert(rows[i - 1].metrics.cagr >= rows[i].metrics.cagr) end
    local numbers = {}
    for _, row in ipairs(rows) do
      numbers[row.combo] = ("%d/%d"):format(row.params.fast, row.params.slow)
    end
    assert.same({ "7/20", "7/30", "7/40", "30/40" }, numbers)
  end)

  it("takes dates and costs, from the script or from the command line", function()
    local script = sweeps.script(HEAD .. SWEEP
      .. 'from = "2016-01-04", to = "2018-12-31", slippage = 0.001 }')
    local plain = sweeps.script(HEAD .. SWEEP .. "}")
    local _, one = sweeps.sweep(script, simulated.store())
    local _, other = sweeps.sweep(plain, simulated.store(), "--from", "2016-01-04",
      "--to", "2018-12-31", "--slippage", "0.001")
    assert.equal(sweeps.text(one), sweeps.text(other))
    local row = sweeps.rows(one)[1]
    local out = simulated.run { "run", plain, "--json", "--from", "2016-01-04",
      "--to", "2018-12-31", "--slippage", "0.001", "-p", "fast=" .. row.params.fast }
    helper.same_metrics(row.metrics, cjson.decode(out).metrics)
  end)

  it("refuses what makes no sense", function()
    refused(SWEEP .. "over = { fats = { 1 } } }",
      "x has no param 'fats', did you mean 'fast'?")
    refused(SWEEP .. "wheer = 1 }",
      "unknown key 'wheer', did you mean 'where'?")
    refused(SWEEP .. "where = function() return false end }",
      "where leaves none of the 4 points")
    refused(SWEEP .. "where = function(p) return p.fast < p.slwo end }",
      "sweep.lua:5: attempt to compare number with nil (in where at fast = 5, slow = 50)")
    refused(SWEEP .. 'rank = "shrape" }', "no metric 'shrape'", "sharpe")
    refused(SWEEP .. "over = { fast = {} } }", "param fast", "list")
    refused(SWEEP .. "over = { fast = { 5, 5 } } }", "5 is there twice")
    refused("return b.range(5, 1)", "range(5, 1, 1) is empty")
    refused("return b.range(1, 5, 0)", "the step must not be 0")
    refused("return b.range(1, 1e9)", "at most 65535")
  end)

  it("has a stated limit of combos", function()
    local script = sweeps.script(HEAD .. SWEEP
      .. "over = { fast = b.range(1, 60000), slow = b.range(1, 60000) } }")
    local _, err, code = simulated.run { "sweep", script }
    assert.equal(6, code, err)
    assert.truthy(err:find("3.6e+09 points; at most 50000000 are looked at: use fewer", 1, true), err)
  end)

  it("keeps combos that have no session, without metrics", function()
    local text = SWEEP .. "over = { fast = { 5, 5000 }, slow = { 50 } } }"
    local rows = sweep(text)
    assert.equal("5/50", keys(rows)) -- what has no rank is left out of a ranking
    local script = sweeps.script(HEAD .. text)
    local summary, directory = sweeps.sweep(script, simulated.store())
    assert.same({ 2, 2 }, { summary.combos, summary.done })
    assert.truthy(sweeps.text(directory):find('"combos": 2', 1, true))
    local only = sweeps.script(HEAD .. SWEEP .. "over = { fast = { 5000 } } }")
    summary = sweeps.sweep(only, simulated.store())
    assert.same({ 1, cjson.null }, { summary.done, summary.best })
  end)
end)
