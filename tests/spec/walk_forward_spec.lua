-- SPDX-License-Identifier: MIT
-- Walk-forward analysis of a small sweep against the same thing written down plainly: every combo run by itself,
-- its returns by session, loops over windows.
local backtest = require "banyan.backtest"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local json = require "banyan.json"
local load = require "banyan.load"
local reopen = require "banyan.sweep.reopen"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"
local walk_forward = require "banyan.walk_forward"

local YEAR = math.sqrt(252)

-- The long windows begin long after the short ones; two combos hold the same; one never moves.
local SWEEP = [[
local b = require "banyan"
local fast = b.param("fast", 10, { 5, 20, 150, 400 })
local hot = b.param("hot", 60, { 45, 60, 101, 102 })
local cold = b.param("cold", "TLT", { "TLT", "SPY" })
return b.sweep {
  strategy = b.strategy { name = "Hot", costs = "composer",
    b.when(b.rsi("QQQ", fast):gt(hot), b.cash):otherwise(b.choice(cold, { TLT = "TLT", SPY = "SPY" })) },
  from = "2014-06-02", to = "2021-06-30", rank = "%s" }
]]

local directories = {}

-- The store of the sweep, which its specs share.
local function store(rank)
  rank = rank or "sharpe"
  if not directories[rank] then
    local _, directory = sweeps.sweep(sweeps.script(SWEEP:format(rank)), simulated.store())
    directories[rank] = directory
  end
  return directories[rank]
end

local function opened(rank, f)
  local reopened = reopen.open(store(rank), { data = simulated.store(), threads = 2 })
  local ok, result = pcall(f, reopened)
  reopened:close()
  if not ok then error(result, 0) end
  return result
end

local function analyse(lengths, rank)
  return opened(rank, function(reopened) return walk_forward.run(reopened, lengths) end)
end

-- Plainly ----------------------------------------------------------------------------------------

-- The returns of each combo by the date on which they end, and all dates.
local function plain_returns()
  local strategy = load.strategy(sweeps.script(SWEEP:format "sharpe"))
  return opened("sharpe", function(reopened)
    local all, dates, seen, runs = {}, {}, {}, {}
    for number = 1, reopened.results.combo_count do
      local params = {}
      for _, each in ipairs(reopened.results:params(number)) do params[each.name] = each.value end
      local run = backtest.run(strategy, { params = params, data = simulated.store(),
        from = "2014-06-02", to = "2021-06-30" })
      all[number], runs[number] = {}, run
      for i = 2, run.days do
        local date = run:date(i)
        all[number][date] = run.c.returns[i - 2]
        if not seen[date] then dates[#dates + 1], seen[date] = date, true end
      end
    end
    table.sort(dates)
    return { all = all, dates = dates, runs = runs }
  end)
end

local function sharpe_of(list)
  local sum, squares = 0, 0
  for _, r in ipairs(list) do sum = sum + r end
  local mean = sum / #list
  for _, r in ipairs(list) do squares = squares + (r - mean) * (r - mean) end
  local deviation = math.sqrt(squares / (#list - 1))
  return deviation > 1e-9 and mean / deviation * YEAR or 0 / 0
end

local function growth_of(list)
  local growth = 1
  for _, r in ipairs(list) do growth = growth * (1 + r) end
  return growth - 1
end

local MEASURES = { sharpe = sharpe_of, total_return = growth_of }

-- The returns of a combo within dates[first .. last]; fewer when it starts later.
local function cut(returns, dates, first, last)
  local list = {}
  for i = first, last do list[#list + 1] = returns[dates[i]] end
  return list
end

local function best_of(all, dates, first, last, measure)
  local best, value, judged = nil, nil, 0
  for number, returns in ipairs(all) do
    local list = cut(returns, dates, first, last)
    if #list == last - first + 1 then
      local its = measure(list)
      judged = judged + 1
      if its == its and (not best or its > value + 1e-12) then best, value = number, its end
    end
  end
  return best, judged
end

local function rivals_of(all, dates, window, measure)
  local sum, count = 0, 0
  for _, returns in ipairs(all) do
    local trained = cut(returns, dates, window.train[1], window.train[2])
    local value = measure(cut(returns, dates, window.test[1], window.test[2]))
    if #trained == window.train[2] - window.train[1] + 1 and value == value then
      sum, count = sum + value, count + 1
    end
  end
  return sum / count
end

-- What a run holds at the end of a date, by ticker; nothing without a run.
local function held_at(run, date)
  local held = {}
  for i = 1, run and run.days or 0 do
    if run:date(i) == date then
      for k = run.c.held_first[i - 1], run.c.held_first[i] - 1 do
        held[run.tickers[run.c.held_symbol[k] + 1]] = run.c.held_weight[k]
      end
    end
  end
  return held
end

-- What goes from the holdings of one run to those of another, times the slippage of costs = "composer".
local function change(from, to, date)
  local a, z, sum = held_at(from, date), held_at(to, date), 0
  for _, ticker in ipairs { "QQQ", "SPY", "TLT" } do
    sum = sum + math.abs((z[ticker] or 0) - (a[ticker] or 0))
  end
  return 0.0001 * sum
end

-- The equity of some windows, in which each change of holdings costs.
local function stitch(windows, made)
  local list = {}
  for w, window in ipairs(windows) do
    local dates, first, last = made.dates, window.test[1], window.test[2]
    local before, after = windows[w - 1], windows[w + 1]
    local joined = before and before.test[2] == first - 1
    for i = first, last do
      local r = window.combo and made.all[window.combo][dates[i]] or 0
      if i == first then
        local cost = change(joined and made.runs[before.combo] or nil, made.runs[window.combo], dates[i - 1])
        if cost > 0 then r = (1 - cost) * (1 + r) - 1 end
      end
      if i == last and after and after.test[1] > last + 1 then
        r = (1 - change(made.runs[window.combo], nil, dates[i])) * (1 + r) - 1
      end
      list[#list + 1] = r
    end
  end
  local equity = { 1 }
  for i, r in ipairs(list) do equity[i + 1] = equity[i] * (1 + r) end
  return equity
end

local function plain(lengths, rank)
  local made = plain_returns()
  local all, dates = made.all, made.dates
  local measure, list = MEASURES[rank], {}
  local step, embargo = lengths.step or lengths.test, lengths.embargo or 0
  local behind = lengths.train + 1
  while behind + embargo + lengths.test - 1 <= #dates do
    local first = lengths.anchored and 1 or behind - lengths.train
    local test = behind + embargo
    local window = { train = { first, behind - 1 }, test = { test, test + lengths.test - 1 } }
    window.combo, window.judged = best_of(all, dates, first, behind - 1, measure)
    window.rivals = rivals_of(all, dates, window, measure)
    list[#list + 1] = window
    behind = behind + step
  end
  return { windows = list, all = all, dates = dates, stitched = stitch(list, made) }
end

local function near(wanted, got)
  if wanted ~= wanted then return assert(got ~= got, tostring(got)) end
  assert(math.abs(got - wanted) <= 1e-9 * math.max(1, math.abs(wanted)), wanted .. " is not " .. got)
end

local function compare(lengths, rank)
  local wanted, got = plain(lengths, rank), analyse(lengths, rank)
  assert.equal(#wanted.windows, #got.steps)
  for i, window in ipairs(wanted.windows) do
    local step = got.steps[i]
    assert.equal(wanted.dates[window.train[1]], step.dates.train[1])
    assert.equal(wanted.dates[window.train[2]], step.dates.train[2])
    assert.equal(wanted.dates[window.test[1]], step.dates.test[1])
    assert.equal(wanted.dates[window.test[2]], step.dates.test[2])
    assert.equal(window.combo, step.choice.combo)
    assert.equal(window.judged, step.choice.judged)
    near(window.rivals, step.choice.rivals)
    if window.combo then
      local returns = wanted.all[window.combo]
      local inside = cut(returns, wanted.dates, window.train[1], window.train[2])
      local outside = cut(returns, wanted.dates, window.test[1], window.test[2])
      near(sharpe_of(inside), step.in_sample.sharpe)
      near(sharpe_of(outside), step.out_of_sample.sharpe)
      near(growth_of(inside), step.in_sample.total_return)
      near(growth_of(outside), step.out_of_sample.total_return)
    end
  end
  assert.equal(#wanted.stitched, got.stitched.count + 1)
  for i, equity in ipairs(wanted.stitched) do assert.equal(equity, got.stitched.equity[i - 1]) end
  return got, wanted
end

describe("a walk-forward analysis", function()
  it("is what plain loops over the returns of all combos give", function()
    local got = compare({ train = 252, test = 63 }, "sharpe")
    assert.truthy(#got.steps > 10)
    local first, last = got.steps[1].choice.judged, got.steps[#got.steps].choice.judged
    assert.same({ 32, true }, { last, first < last }) -- late combos join when they fill a window
  end)

  it("has windows that are anchored, that leave sessions out, and that rank by return", function()
    compare({ train = 300, test = 100, anchored = true }, "sharpe")
    compare({ train = 200, test = 50, step = 90, embargo = 5 }, "total_return")
  end)

  it("ranks as the sweep does, else by Sharpe, and as asked", function()
    assert.equal("total_return", analyse({ train = 252, test = 252 }, "total_return").rank)
    assert.equal("sharpe", analyse({ train = 252, test = 252 }, "calmar").rank)
    assert.equal("total_return", analyse({ train = 252, test = 252, rank = "total_return" }).rank)
  end)

  it("tells how stable its params are", function()
    local got = analyse { train = 252, test = 126 }
    for p, each in ipairs(got.stability) do
      local distinct, count, changes, last = {}, 0, 0, nil
      for _, step in ipairs(got.steps) do
        local value = step.params[p].value
        if not distinct[value] then distinct[value], count = true, count + 1 end
        if last ~= nil and last ~= value then changes = changes + 1 end
        last = value
      end
      assert.same({ count, changes }, { each.distinct, each.changes })
      assert(each.stability >= 0 and each.stability <= 1)
      if each.name == "cold" then near(1 - changes / (#got.steps - 1), each.stability) end
    end
  end)

  it("stays in cash where no combo can be ranked", function()
    local script = sweeps.script [[
local b = require "banyan"
local window = b.param("window", 10, { 5, 10, 300 })
return b.sweep { strategy = b.strategy { name = "Never",
  b.when(b.rsi("QQQ", window):gt(101), "SPY"):otherwise(b.cash) }, from = "2014-06-02", to = "2016-06-30" }
]]
    local _, directory = sweeps.sweep(script, simulated.store())
    local reopened = reopen.open(directory, { data = simulated.store() })
    local got = walk_forward.run(reopened, { train = 100, test = 50 })
    for i, step in ipairs(got.steps) do
      assert.same({ i <= 4 and 2 or 3, true }, { step.choice.judged, step.choice.combo == nil })
      assert(step.efficiency ~= step.efficiency and step.params == nil)
    end
    for i = 0, got.stitched.count do assert.equal(1, got.stitched.equity[i]) end
    assert.truthy(table.concat(walk_forward.lines(got), "\n"):find "  none  ")
    assert.truthy(json.encode(walk_forward.json(got)):find('"combo":null', 1, true))
    reopened:close()
  end)

  it("is the same on any number of threads", function()
    local texts = {}
    for threads = 1, 3 do
      local reopened = reopen.open(store(), { data = simulated.store(), threads = threads })
      texts[threads] = table.concat(walk_forward.lines(walk_forward.run(reopened, { train = 252, test = 63 })), "\n")
      reopened:close()
    end
    assert.equal(texts[1], texts[2])
    assert.equal(texts[1], texts[3])
  end)

  it("writes its equity", function()
    local got, path = analyse { train = 252, test = 63 }, helper.scratch() .. "/equity.csv"
    walk_forward.write_equity(path, got)
    local lines = {}
    for line in io.lines(path) do lines[#lines + 1] = line end
    assert.equal("date,equity,combo", lines[1])
    assert.truthy(lines[2]:find "^%d+%-%d%d%-%d%d,1,$")
    assert.equal(got.stitched.count + 2, #lines)
    assert.equal(("%s,%.17g,%d"):format(got.steps[1].dates.test[1], got.stitched.equity[1],
      got.steps[1].choice.combo), lines[3])
  end)
end)

describe("a walk-forward analysis of sixteenths", function()
  local function blocks_of(row, first, last)
    local sum, squares, n = 0, 0, 0
    for block = first, last do
      sum, squares = sum + row.block_sum[block], squares + row.block_sum_squares[block]
      n = n + math.floor((block + 1) * row.return_count / 16) - math.floor(block * row.return_count / 16)
    end
    local mean = sum / n
    return mean / math.sqrt((squares - n * mean * mean) / (n - 1)) * YEAR
  end

  it("is what the block sums of the store give", function()
    opened("sharpe", function(reopened)
      local results = reopened.results
      local got = walk_forward.run(reopened, walk_forward.parse "1/2:1/8")
      assert.equal(4, #got.steps)
      assert.same({ 32, 0 }, { got.combos + got.left_out, got.unused })
      for i, step in ipairs(got.steps) do
        local best, value
        for number = 1, 32 do
          local row = results.rows[number - 1]
          local its = blocks_of(row, 2 * i - 2, 2 * i + 5)
          if its == its and row.return_count == got.returns and (not best or its > value + 1e-12) then
            best, value = number, its
          end
        end
        assert.equal(best, step.choice.combo)
        near(value, step.in_sample.sharpe)
        near(blocks_of(results.rows[best - 1], 2 * i + 6, 2 * i + 7), step.out_of_sample.sharpe)
      end
    end)
  end)

  it("has no equity and ranks by Sharpe alone", function()
    opened("sharpe", function(reopened)
      local lengths = walk_forward.parse "8/16:4/16:4/16:1/16"
      local got = walk_forward.run(reopened, lengths)
      assert.is_nil(got.stitched)
      local _, err = pcall(walk_forward.write_equity, helper.scratch() .. "/equity.csv", got)
      assert.equal("USAGE", failure.failure_of(err).status)
      lengths.rank = "total_return"
      _, err = pcall(walk_forward.run, reopened, lengths)
      assert.equal("USAGE", failure.failure_of(err).status)
    end)
  end)
end)

describe("the lengths of windows", function()
  it("are read as users type them", function()
    assert.same({ unit = "session", train = 504, test = 126, step = 126, embargo = 0, anchored = false },
      walk_forward.parse "504:126")
    assert.same({ unit = "session", train = 504, test = 126, step = 200, embargo = 5, anchored = false },
      walk_forward.parse "504:126:200:5")
    assert.same({ unit = "block", train = 8, test = 2, step = 4, embargo = 0, anchored = false },
      walk_forward.parse "1/2:2/16:1/4:0")
  end)

  it("are refused when they make no sense", function()
    for _, text in ipairs { "", "504", "504:", ":126", "504:126:126:5:1", "a:b", "504:0", "0:126", "1:5",
      "504:126:100", "-5:10", "1e3:10", "5.5:10", "1/3:1/8", "1/2:126", "1/0:1/2", "9999999999:1", "0/2:1/2" } do
      local ok, err = pcall(walk_forward.parse, text)
      assert.is_false(ok, text)
      assert.equal("USAGE", assert(failure.failure_of(err), tostring(err)).status)
      assert.truthy(tostring(err):find("504:126", 1, true), tostring(err))
    end
  end)

  it("are refused when they do not fit", function()
    for _, lengths in ipairs { { train = 2000, test = 100 }, walk_forward.parse "1/1:1/2" } do
      local ok, err = pcall(analyse, lengths)
      assert.is_false(ok)
      assert.equal("USAGE", failure.failure_of(err).status)
      assert.truthy(tostring(err):find("use shorter windows", 1, true))
    end
    local ok, err = pcall(analyse, { train = 252, test = 63, rank = "calmar" })
    assert.is_false(ok)
    assert.truthy(tostring(err):find("sharpe or total_return", 1, true))
  end)
end)
