-- SPDX-License-Identifier: MIT
-- Guided searches end to end: `banyan sweep` of a search evaluates the same combos whatever the threads, and after
-- any number of kills.
local cjson = require "cjson"
local helper = require "spec.helper"
local print_ = require "banyan.print"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

-- Params that matter under others, and a where.
local SWEEP = [[
local b = require "banyan"
local fast = b.param("fast", 5, b.range(2, 41))
local slow = b.param("slow", 50, b.range(20, 200, 5))
local hot = b.param("hot", 70, b.range(50, 90, 0.5))
local calm = b.param("calm", 1, b.range(0.5, 3, 0.1))
local rule = b.choice(b.param("rule", "trend", { "trend", "heat", "calm" }), {
  trend = b.when(b.sma("SPY", fast):gt(b.sma("SPY", slow)), "SPY"):otherwise("TLT"),
  heat = b.when(b.rsi("QQQ", fast):gt(hot), "BIL"):otherwise("TQQQ"),
  calm = b.when(b.stdev_return("SPY", slow):lt(calm), "UPRO"):otherwise("GLD"),
})
return b.sweep {
  strategy = b.strategy { name = "Of three kinds", rule },
  where = function(p) return p.fast < p.slow end,
  search = { %s },
}
]]

local MATTERS = {
  trend = { fast = true, slow = true, hot = false, calm = false },
  heat = { fast = true, slow = false, hot = true, calm = false },
  calm = { fast = false, slow = true, hot = false, calm = true },
}

local function script_of(search)
  return sweeps.script(SWEEP:format(search))
end

local function exported(directory)
  local out, err, code = helper.run { "export", directory }
  assert.same({ "", 0 }, { err, code })
  return out
end

local function sweep(script, directory, ...)
  local out, err, code = simulated.run { "sweep", script, "--store", directory, "--json", ... }
  assert.equal(0, code, err)
  return cjson.decode(out)
end

-- The columns of the CSV text by name, one list each.
local function columns_of(text)
  local columns, names = {}, nil
  for line in text:gmatch "[^\n]+" do
    local fields = {}
    for field in (line .. ","):gmatch "([^,]*)," do fields[#fields + 1] = field end
    if not names then
      names = fields
      for _, name in ipairs(names) do columns[name] = {} end
    else
      for i, name in ipairs(names) do table.insert(columns[name], fields[i]) end
    end
  end
  return columns
end

local COUNT = helper.sanitized and 200 or 1500
local SEARCHES = {
  tpe = ('method = "tpe", count = %d, seed = 5'):format(COUNT),
  genetic = ('method = "genetic", count = %d, population = 24'):format(COUNT),
}

for method, search in pairs(SEARCHES) do
  describe("a sweep by " .. method, function()
    local script, whole = script_of(search), nil

    it("evaluates as many distinct combos as it should, all allowed", function()
      local directory = helper.scratch() .. "/results"
      local done = sweep(script, directory, "-j", "1")
      assert.same({ COUNT, COUNT, 0 }, { done.combos, done.done, done.resumed })
      whole = exported(directory)
      local columns, seen = columns_of(whole), {}
      assert.equal(COUNT, #columns.combo)
      for i = 1, COUNT do
        local fast, slow = tonumber(columns.fast[i]), tonumber(columns.slow[i])
        assert.is_true(not fast or not slow or fast < slow)
        local rule = columns.rule[i]
        for param, matters in pairs(MATTERS[rule]) do
          assert.equal(matters, columns[param][i] ~= "", rule .. " " .. param)
        end
        local key = table.concat({ rule, columns.fast[i], columns.slow[i], columns.hot[i], columns.calm[i] }, " ")
        assert.is_nil(seen[key], key)
        seen[key] = true
      end
    end)

    it("gives the same bytes on two threads and on three, and alone", function()
      for _, words in ipairs { { "-j", "2" }, { "-j", "3", "--mem", "16M" }, { "-j", "2", "--no-share" } } do
        local directory = helper.scratch() .. "/results"
        sweep(script, directory, unpack(words))
        assert(whole == exported(directory), table.concat(words, " "))
      end
    end)

    it("gives the same bytes after kills", function()
      local directory = helper.scratch() .. "/results"
      local line = helper.command { "sweep", script, "--store", directory, "-j", "1", "-q",
        env = { BANYAN_DATA = simulated.store() } }
      for i, signal in ipairs { "KILL", "KILL", "INT", "TERM", "KILL" } do
        local wait = (0.05 + 0.05 * i) * (helper.sanitized and 10 or 1)
        helper.shell(("%s & p=$!; sleep %g; kill -%s $p; wait $p"):format(line, wait, signal))
      end
      local done = sweep(script, directory)
      assert.equal(COUNT, done.done)
      assert(whole == exported(directory), "other bytes")
      assert.equal(COUNT, sweep(script, directory).resumed)
    end)
  end)
end

describe("a sweep by search", function()
  it("seeks by the metric that ranks, in its direction", function()
    local directory = helper.scratch() .. "/results"
    local script = sweeps.script((SWEEP:format 'method = "tpe", count = 400'
      :gsub("return b.sweep {", 'return b.sweep { rank = "max_drawdown",')))
    local best = tonumber(sweep(script, directory).best.metrics.max_drawdown)
    local by_chance = helper.scratch() .. "/results"
    local draws = sweeps.script((SWEEP:gsub("search = { %%s }", 'sample = { method = "random", count = 400 }')))
    sweep(draws, by_chance)
    local most = -math.huge
    for _, value in ipairs(columns_of(exported(by_chance)).max_drawdown) do
      most = math.max(most, tonumber(value) or most)
    end
    assert.is_true(best >= most, ("%g and by chance %g"):format(best, most))
  end)

  it("ends when there is nothing left, and says how many there were", function()
    local small = sweeps.script((SWEEP:format 'method = "tpe", count = 5000'
      :gsub("return b.sweep {", 'return b.sweep { over = { fast = { 5, 25 }, slow = { 20, 30 }, '
        .. 'hot = { 60, 70, 80 }, calm = { 1 } },')))
    local directory = helper.scratch() .. "/results"
    local done = sweep(small, directory)
    -- trend: three of four pairs; heat: two by three; calm: two.
    assert.same({ 11, 11, 0 }, { done.combos, done.done, done.resumed })
    assert.same({ 11, 11, 11 }, (function(again) return { again.combos, again.done, again.resumed } end)(
      sweep(small, directory)))
  end)

  it("that is stopped while where is asked says how to go on", function()
    local where = "where = function(p) local x = 0 for i = 1, 1e6 do x = x + i end "
      .. "return p.fast < p.slow + x end,"
    local slow = sweeps.script((SWEEP:format 'method = "genetic", count = 1000'
      :gsub("where = [^\n]*", where)))
    local directory = helper.scratch() .. "/results"
    local line = helper.command { "sweep", slow, "--store", directory,
      env = { BANYAN_DATA = simulated.store() } }
    local status = helper.command { "sweep", "status", directory }
    local _, err, code = helper.shell(("%s & p=$!\n"
      .. "while kill -0 $p; do %s 2>&1 | grep -q 'combos  [1-9]' && break; sleep 0.1; done\n"
      .. "kill -INT $p; wait $p"):format(line, status))
    assert.equal(130, code, err)
    assert.truthy(err:find("of 1,000 combos; they are kept in " .. directory, 1, true), err)
    local kept = err:match "stopped after ([%d,]+) of"
    assert(kept ~= "0")
    -- Stopped again while it goes through the rounds that are there, it has lost none of them.
    _, err, code = helper.shell(("%s & p=$!; while kill -0 $p && ! [ -s %s/writer.lock ]; do sleep 0.01; done\n"
      .. "sleep 0.1; kill -INT $p; wait $p"):format(line, directory))
    assert.equal(130, code, err)
    assert.equal(kept, err:match "stopped after ([%d,]+) of")
    local out = helper.run { "sweep", "status", directory, "--json" }
    local progress = cjson.decode(out)
    assert.same({ kept, "stopped" }, { print_.thousands(progress.done), progress.state })
  end)

  it("takes its seed from the command line, and is another sweep then", function()
    local script, directory = script_of 'method = "tpe", count = 70', helper.scratch() .. "/results"
    sweep(script, directory)
    local _, err, code = simulated.run { "sweep", script, "--store", directory, "--seed", "2" }
    assert.equal(7, code)
    assert.truthy(err:find("search", 1, true), err)
    local other = helper.scratch() .. "/results"
    sweep(script, other, "--seed", "2")
    assert(exported(directory) ~= exported(other))
  end)

  it("is described by a dry run", function()
    local out, err, code = simulated.run { "sweep", script_of 'method = "genetic", count = 1200', "--dry-run" }
    assert.same({ "", 0 }, { err, code })
    assert.truthy(out:find("genetic search for 1,200 combos in a grid of 9,350,640 points", 1, true), out)
  end)

  it("is named where its luck is told", function()
    local directory = helper.scratch() .. "/results"
    sweep(script_of 'method = "tpe", count = 200', directory)
    assert.truthy((simulated.run { "top", directory }):find " trials of a search, ")
    assert.truthy((simulated.run { "stats", directory, "--top", "0" }):find("\n  a search chose them", 1, true))
  end)

  it("refuses what cannot be meant", function()
    local function says(search, text)
      local _, err, code = simulated.run { "sweep", script_of(search), "--store", helper.scratch() .. "/results" }
      assert.equal(3, code)
      assert(err:find(text, 1, true), err)
    end
    says('method = "tpe"', "sweep: 'search.count' is missing")
    says('method = "tpe", count = 10, bacth = 5', "did you mean 'batch'?")
    local both = sweeps.script((SWEEP:format 'method = "tpe", count = 4'
      :gsub("return b.sweep {", "return b.sweep { sample = { count = 5 },")))
    local _, err, code = simulated.run { "sweep", both }
    assert.equal(3, code)
    assert.truthy(err:find("has a sample and a search", 1, true), err)
  end)
end)
