-- SPDX-License-Identifier: MIT
-- What each node contributed: a case by hand, kinds of nodes that the engine has not, files, real trees.
local b = require "banyan"
local attribution = require "banyan.attribution"
local backtest = require "banyan.backtest"
local helper = require "spec.helper"
local load = require "banyan.load"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function near(wanted, got, what)
  assert(math.abs(wanted - got) <= 1e-13, ("%s: %.17g instead of %.17g"):format(what, got, wanted))
end

-- A store with the closes of some tickers on days in a row.
local function store_of(closes)
  local folder = helper.scratch()
  for ticker, list in pairs(closes) do
    local lines = { "date,open,high,low,close,volume" }
    for i, close in ipairs(list) do
      lines[#lines + 1] = ("2024-01-%02d,%g,%g,%g,%g,1000"):format(i + 7, close, close, close, close)
    end
    helper.write(("%s/%s.csv"):format(folder, ticker), table.concat(lines, "\n") .. "\n")
  end
  local store = helper.scratch() .. "/data"
  local _, err, code = helper.run { "data", "import", folder, "--data", store }
  assert(code == 0, err)
  return store
end

-- The cells of a line of CSV.
local function cells_of(line)
  local cells, at = {}, 1
  while at <= #line + 1 do
    local quoted, behind = line:match('^"(.-)"()%f[,%z]', at)
    while quoted and select(2, quoted:gsub('"', "")) % 2 == 1 do -- a quote and a comma within
      local more
      more, behind = line:match('^(.-)"()%f[,%z]', behind)
      quoted = quoted .. '"' .. more
    end
    if not quoted then quoted, behind = line:match("^([^,]*)()", at) end
    cells[#cells + 1], at = quoted:gsub('""', '"'), behind + 1
  end
  return cells
end

-- Its rows, as tables by the names of the header.
local function rows_of(text)
  local names, rows = nil, {}
  for line in text:gmatch "[^\n]+" do
    local cells, row = cells_of(line), {}
    if names then
      assert.equal(#names, #cells, line)
      for i, name in ipairs(names) do row[name] = cells[i] end
      rows[#rows + 1] = row
    end
    names = names or cells
  end
  return rows, names
end

local function sum_of(found, name)
  local sum = 0
  for _, node in ipairs(found.nodes) do sum = sum + (node.leaf and node[name] or 0) end
  return sum
end

describe("attribution", function()
  local closes = { AAA = { 100, 110, 99, 99 }, BBB = { 50, 50, 55, 44 } }
  local strategy = b.strategy { name = "by hand", costs = { slippage = 0.01, capital = 1000 },
    b.equal { "AAA", b.when(b.close "AAA":gt(105), "AAA"):otherwise "BBB" } }

  -- The value goes 1000 -> 990 (bought) -> * 1.05, traded 20/21 -> * 0.9, traded 1 -> * 0.9, traded 1/9.
  local scale, costs = {}, {}
  for i, step in ipairs { { 0.99, 1.05, 20 / 21 }, { 1, 0.9, 1 }, { 1, 0.9, 1 / 9 } } do
    local net = step[1] * step[2] * (1 - 0.01 * step[3]) - 1
    scale[i] = math.log(1 + net) / net
    costs[i] = scale[i] * -(1 - step[1] + step[1] * step[2] * 0.01 * step[3])
  end
  local depth = math.log(0.9 * 0.99) + math.log(0.9 * (1 - 0.01 / 9))

  it("is what a small case has by hand", function()
    local run = b.run(strategy, { data = store_of(closes) })
    local found = run:branches()
    local wanted = { -- in tree order: days, log return, turnover, log return within the drawdown
      { 4, 0, 0, 0 }, -- sums
      { 4, scale[1] * 0.99 * 0.05 - scale[2] * 0.05, 0.5 + 10 / 21 / 22 + 1 / 18, -scale[2] * 0.05 },
      { 4, 0, 0, 0 },
      { 1, -scale[2] * 0.05, 10 / 21 * 21 / 22 + 0.5, -scale[2] * 0.05 },
      { 3, -scale[3] * 0.1, 0.5 + 10 / 21 + 0.5 + 1 / 18, -scale[3] * 0.1 },
    }
    for k = 2, 4 do
      wanted[3][k] = wanted[4][k] + wanted[5][k]
      wanted[1][k] = wanted[2][k] + wanted[3][k]
    end
    for i, each in ipairs(wanted) do
      local node = found.nodes[i]
      assert.equal(each[1], node.days)
      near(each[2], node.log_return, "log return of " .. node.label)
      near(each[3], node.turnover, "turnover of " .. node.label)
      near(each[4] / depth, node.drawdown_share, "drawdown of " .. node.label)
      assert.is_false(node.dead)
    end
    assert.equal(5, #found.nodes)
    near(costs[1] + costs[2] + costs[3], found.costs, "costs")
    near((costs[2] + costs[3]) / depth, found.drawdown.costs, "costs of the drawdown")
    near(math.log(run.equity[4] / 1000), found.total, "total")
    assert.equal(0, found.cash)
    near(0, found.unattributed, "rest")
    assert.same({ "2024-01-09", "2024-01-11" }, { found.drawdown.peak, found.drawdown.trough })
    near(math.exp(depth) - 1, found.drawdown.depth, "depth")
  end)

  it("tells where each node stands", function()
    local nodes = b.run(strategy, { data = store_of(closes) }):branches().nodes
    local got = {}
    for i, node in ipairs(nodes) do
      got[i] = { node.index, node.parent or 0, node.level, node.kind, node.label, node.heading or "",
        node.leaf, node.ticker or "", node.condition or "" }
    end
    local condition = "close(AAA) > 105"
    assert.same({
      { 1, 0, 0, "weighted", "equal", "", false, "", "" },
      { 2, 1, 1, "asset", "AAA", "", true, "AAA", "" },
      { 3, 1, 1, "if", "if " .. condition, "", false, "", condition },
      { 4, 3, 2, "asset", "AAA", "", true, "AAA", "" },
      { 5, 3, 2, "asset", "BBB", "else", true, "BBB", "" },
    }, got)
  end)

  it("splits interest between cash that a node holds and cash that is left", function()
    local flat = { AAA = { 100, 100, 100 }, BBB = { 50, 50, 50 } }
    local found = b.run(b.strategy { name = "idle", costs = { cash_yield = 0.252, borrow_rate = 0.504 },
      b.weighted { { 0.5, b.cash }, { 0.2, "AAA" } } }, { data = store_of(flat) }):branches()
    -- 0.8 of cash earns 0.001 a session; brought back to its targets each session.
    near(2 * 0.5 / 0.8 * math.log(1.0008), found.nodes[2].log_return, "the node")
    near(2 * 0.3 / 0.8 * math.log(1.0008), found.cash, "the rest")
    local debt = b.run(b.strategy { name = "debt", costs = { cash_yield = 0.252, borrow_rate = 0.504 },
      b.weighted { { -0.5, "BBB" }, { 0.25, b.cash } } }, { data = store_of(flat) }):branches()
    -- 1.5 of cash earns 0.001, and -0.5 pays 0.002.
    near(2 * 0.25 / 0.5 * math.log(1.0005), debt.cash, "cash of a short position")
    near(2 * 0.25 / 0.5 * math.log(1.0005), debt.nodes[3].log_return, "its node")
  end)

  it("gives leaves that hold a ticker against each other what is theirs", function()
    local found = b.run(b.strategy { name = "against", b.weighted { { 0.5, "AAA" }, { 0.5, "BBB" },
      { -0.5, "AAA" } } }, { data = store_of(closes) }):branches()
    local first, second, third = unpack(found.nodes, 2, 4)
    near(0, first.log_return + third.log_return, "AAA")
    -- BBB alone earns: 0, 5 %, -10 %; AAA 10 %, -10 %, 0.
    near(0.05 - 0.05 * math.log(1.05) / 0.05, first.log_return, "the one")
    near(math.log(1.05) + math.log(0.9), second.log_return, "BBB")
    assert.same({ 0, 0 }, { first.turnover, third.turnover })
  end)

  it("says nothing of a loss of everything but where it ends", function()
    local found = b.run(b.strategy { name = "ruin", b.weighted { { -1, "AAA" } } },
      { data = store_of { AAA = { 100, 90, 180, 10 } } }):branches()
    assert.equal(-math.huge, found.total)
    assert.equal(-math.huge, found.unattributed)
    near(math.log(1.1), found.nodes[1].log_return, "the first day")
    assert.is_nil(found.drawdown)
    assert.is_nil(found.nodes[1].drawdown_share)
  end)

  it("has kinds of nodes that the engine makes of others", function()
    local way = b.param("way", "one", { "one", "two" })
    local hot, fast = b.rsi("QQQ", 10):gt(60), b.rsi("IWM", 5):gt(50)
    local root = b.equal {
      b.switch({ hot, fast, b.rsi("TLT", 5):gt(50) }, { "TLT", "GLD", "BIL", "BSV" }),
      b.enter_exit { enter = hot, exit = fast, inside = "UPRO", outside = "SPXU" },
      b.choice(way, { one = b.group("first", "SMH"), two = b.equal { "XLK", "TECL" } }),
      b.mixed(b.month(), 3, 9, "SOXL", "SOXS"),
      b.settle(b.top(1, b.rsi(10), { "SPY", b.group("none", b.void) })),
    }
    local s = b.strategy { name = "kinds", root }
    local run = b.run(s, { data = simulated.store() })
    local found, days_of = run:branches(), {}
    for i = 1, #run.dates do
      for _, each in ipairs(run.weights(i)) do days_of[each[1]] = (days_of[each[1]] or 0) + 1 end
    end
    local lines, at = {}, 0
    for line in s:lines() do lines[#lines + 1] = line end
    for _, node in ipairs(found.nodes) do -- in the order of the tree that is printed
      repeat at = at + 1 until lines[at].depth == node.level and lines[at].text == node.label
      if node.ticker and node.ticker ~= "SPY" then
        assert.equal(days_of[node.ticker] or 0, node.days, node.ticker)
      end
    end
    for _, node in ipairs(found.nodes) do
      local ticker = node.ticker
      assert.equal(ticker == "XLK" or ticker == "TECL" or node.heading == "case two", node.dead)
    end
    near(found.total, sum_of(found, "log_return") + found.costs + found.cash, "sum")
    local other = b.run(s, { data = simulated.store(), params = { way = "two" } }):branches()
    local dead = {}
    for i, node in ipairs(other.nodes) do dead[#dead + 1] = node.dead and found.nodes[i].label or nil end
    assert.same({ 'group "first"', "SMH" }, dead)
  end)

  it("counts a sub-tree that is used twice for each of its places", function()
    local pair = b.when(b.close "SPY":gt(b.sma("SPY", 100)), "SPY"):otherwise "TLT"
    local s = b.strategy { name = "twice", b.when(b.rsi("QQQ", 10):gt(50), pair):otherwise(b.equal { pair, pair }) }
    local nodes = b.run(s, { data = simulated.store() }):branches().nodes
    assert.equal(11, #nodes)
    assert.equal(nodes[1].days, nodes[2].days + nodes[5].days)
    assert.same({ nodes[6].days, nodes[6].log_return, nodes[6].turnover },
      { nodes[9].days, nodes[9].log_return, nodes[9].turnover })
    assert.equal(nodes[5].days, nodes[6].days)
  end)
end)

describe("--branches", function()
  local script = sweeps.script [[
local b = require "banyan"
return b.strategy { name = "x", costs = { slippage = 0.001, cash_yield = 0.02 },
  b.when(b.rsi("QQQ", b.param("n", 10, { 5, 10 })):gt(50), b.group("a, \"b\"", "QQQ"))
    :otherwise(b.weighted { { 0.5, "TLT" }, { 0.25, b.cash } }) }]]

  it("writes a row for each node, and two that are none", function()
    local path = helper.scratch() .. "/b.csv"
    local _, err, code = simulated.run { "run", script, "--branches", path, "-p", "n=5", "--json" }
    assert(code == 0, err)
    local rows, names = rows_of(helper.read(path))
    assert.equal("node parent level kind label id ticker days log_return turnover drawdown_share dead",
      table.concat(names, " "))
    local run = backtest.run(load.strategy(script), { data = simulated.store(), params = { n = 5 } })
    local found = attribution.of(run)
    assert.equal(#found.nodes + 2, #rows)
    local sum = 0
    for i, row in ipairs(rows) do
      local node = found.nodes[i]
      local log_return = tonumber(row.log_return)
      if node then
        assert.same({ tostring(i), tostring(node.parent or ""), tostring(node.level), node.kind,
          node.label, node.ticker or "", tostring(node.days), node.dead and "1" or "0" },
          { row.node, row.parent, row.level, row.kind, row.label, row.ticker, row.days, row.dead })
        assert.same({ node.log_return, node.turnover, node.drawdown_share },
          { log_return, tonumber(row.turnover), tonumber(row.drawdown_share) })
      else
        assert.same({ "", i == #rows and "cash" or "costs" }, { row.node, row.kind })
        assert(log_return ~= 0 and row.turnover == "" and tonumber(row.drawdown_share))
      end
      if not node or node.leaf then sum = sum + log_return end
    end
    near(run.metrics and found.total, sum, "sum")
    near(math.log(run:equity(run.days) / 10000), sum, "total")
  end)

  it("is there for combos of a sweep, too", function()
    local folder = helper.scratch()
    local _, err, code = simulated.run { "sweep", script, "--store", folder .. "/s", "-q" }
    assert(code == 0, err)
    _, err, code = simulated.run { "show", folder .. "/s", "1", "--branches", folder .. "/1.csv" }
    assert(code == 0, err)
    _, err, code = simulated.run { "run", script, "-p", "n=5", "--branches", folder .. "/2.csv" }
    assert(code == 0, err)
    assert.equal(helper.read(folder .. "/2.csv"), helper.read(folder .. "/1.csv"))
  end)

  it("says what it cannot write", function()
    local _, err, code = simulated.run { "run", script, "--branches", "/nowhere/b.csv" }
    assert.equal(2, code)
    assert.truthy(err:find("cannot write /nowhere/b.csv", 1, true), err)
  end)
end)

describe("attribution of real strategies", function()
  if not shared.present() then
    it(shared.absent, function() end)
    return
  end
  local store
  for _, name in ipairs { "anansi", "beefier_3x", "doctor_strange", "gold", "hedged_sector_rotator",
    "rains_em_dancer", "simons_full_kmlm", "wamcore" } do
    it("sums to the total: " .. name, function()
      store = store or shared.import(shared.folder .. "/data/us_daily_adjusted")
      local strategy = load.strategy(shared.strategy(name))
      for _, how in ipairs { {}, { rebalance = "monthly", fill = "open", costs = "alpaca" } } do
        local s = next(how) and strategy:override(how) or strategy
        local run = backtest.run(s, { data = store, branches = true })
        local found = attribution.of(run)
        local total = math.log(run:equity(run.days) / 10000)
        assert(math.abs(sum_of(found, "log_return") + found.costs + found.cash - total) < 1e-12)
        assert(math.abs(found.total - total) < 1e-12)
        assert(math.abs(sum_of(found, "drawdown_share") + found.drawdown.costs + found.drawdown.cash - 1) < 1e-12)
        assert.equal(run.days, found.nodes[1].days)
        for _, node in ipairs(found.nodes) do
          local parent = found.nodes[node.parent]
          assert(not parent or node.days <= parent.days)
        end
        assert.equal(strategy:describe().nodes, #found.nodes)
      end
    end)
  end
end)
