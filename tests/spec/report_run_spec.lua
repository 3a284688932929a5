-- SPDX-License-Identifier: MIT
-- The report of a run, without a browser: its numbers are those of the run, and its texts harm nobody.
local cjson = require "cjson"
local helper = require "spec.helper"
local json = require "banyan.json"
local page = require "banyan.report.page"
local print_ = require "banyan.print"
local reports = require "spec.reports"
local run_data = require "banyan.report.run_data"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local thin = require "banyan.report.thin"

local STRATEGY = "strategies/tqqq_ftlt.lua"

local function near(wanted, got, tolerance, what)
  local distance = math.abs(wanted - got)
  if distance ~= distance or distance > tolerance * math.max(1, math.abs(wanted)) then
    error(("%s: %.17g instead of %.17g"):format(what, got, wanted), 2)
  end
end

describe("thinning out", function()
  it("keeps few points as they are", function()
    local positions = thin.positions(1000, 500, { {} })
    assert.equal(1000, #positions)
  end)

  it("keeps the extremes of each stretch, and both ends, of 98,000 bars", function()
    local count, a, b = 98000, {}, {}
    for i = 1, count do
      a[i], b[i] = math.sin(i / 5000) + (i % 7919 == 0 and 9 or 0), i % 613 == 0 and -i or 0 / 0
    end
    local positions = thin.positions(count, 500, { a, b })
    assert(#positions <= 2002 and #positions > 500, #positions)
    assert.same({ 1, count }, { positions[1], positions[#positions] })
    local kept = {}
    for k, i in ipairs(positions) do
      assert(k == 1 or i > positions[k - 1])
      kept[i] = true
    end
    for i = 7919, count, 7919 do assert.truthy(kept[i], i) end
    assert.same({ a[1], a[count] }, { thin.pick(a, positions)[1], thin.pick(a, positions)[#positions] })
  end)
end)

describe("the histogram", function()
  it("counts each return once, in bins that begin at round numbers", function()
    local ffi, count, expected = require "ffi", 5000, {}
    local returns = ffi.new("double[?]", count)
    for i = 0, count - 1 do returns[i] = ((i * 7919) % count / count - 0.5) ^ 3 * 0.3 end
    local histogram, sum = run_data.histogram(returns, count), 0
    for _, each in ipairs(histogram.counts) do sum = sum + each end
    assert.equal(count, sum)
    for i = 0, count - 1 do
      local bin = math.floor(returns[i] / histogram.width) - math.floor(histogram.from / histogram.width + 0.5) + 1
      bin = math.max(1, math.min(#histogram.counts, bin))
      expected[bin] = (expected[bin] or 0) + 1
    end
    for bin, each in ipairs(histogram.counts) do assert.equal(expected[bin] or 0, each) end
    assert(#histogram.counts > 20 and #histogram.counts <= 62, #histogram.counts)
  end)

  it("is not there where all returns are one", function()
    assert.is_nil(run_data.histogram(require "ffi".new("double[3]", { 0.1, 0.1, 0.1 }), 3))
    assert.is_nil(run_data.histogram(require "ffi".new("double[1]", { 0.1 }), 1))
  end)
end)

describe("times of a chart", function()
  it("are whole days, or minutes of bars that are shorter", function()
    local ffi = require "ffi"
    local report = { time = ffi.new("double[2]", { 1583107200, 1583107200 + 14.5 * 3600 }) }
    local daily, shorter = { timeframe = "1d", report = report }, { timeframe = "5m", report = report }
    assert.same({ 1, 18323, 18323 }, { run_data.units(daily), run_data.day(daily, 1), run_data.day(daily, 2) })
    assert.same({ 1440, 18323 * 1440, 18323 * 1440 + 870 },
      { run_data.units(shorter), run_data.day(shorter, 1), run_data.day(shorter, 2) })
  end)
end)

describe("the shell of a page", function()
  it("escapes what others wrote, in texts, attributes and data", function()
    local hostile = "</script></title><img src=x onerror=alert(1)>\"'&\0\27[31m\255"
    local html = page.html { title = hostile,
      data = { name = hostile, [hostile] = 1, list = { "<!--<script>" } },
      sections = { { id = "a", title = hostile,
        html = page.fill('<p title="{text}">{text}</p>', { text = hostile }) } } }
    assert.is_nil(html:find("<img", 1, true))
    assert.is_nil(html:find "[%z\27\255]")
    assert.equal(hostile:gsub("\255", "\239\191\189"), reports.data(html).name)
    local _, scripts = html:gsub("<script", "")
    local _, ends = html:gsub("</script>", "")
    assert.equal(scripts, ends)
    reports.self_contained(html)
  end)

  it("does not take a name of a template for a field, nor a field that is missing for nothing", function()
    assert.equal("{a} &lt;b&gt; <b>", page.fill("{x} {y} {{y}}", { x = "{a}", y = "<b>" }))
    assert.has_error(function() page.fill("{z}", {}) end, "no field 'z'")
  end)

  it("leaves out sections without anything", function()
    local html = page.html { title = "x", sections = { { id = "gone", title = "Gone" } } }
    assert.is_nil(html:find("Gone", 1, true))
  end)

  it("writes numbers with as many digits as asked for", function()
    assert.equal("[0.1,0.3333333,12345678901,null]",
      json.encode({ 0.1, 1 / 3, 12345678901, 0 / 0 }, { digits = 7 }))
    assert.equal("0.33333333333333331", json.encode(1 / 3))
  end)
end)

describe("the report of a run", function()
  local html, data, run, equity, held

  setup(function()
    local _
    _, html = reports.write(STRATEGY, "--benchmark", "SPY", "--slippage", "0.001")
    data = reports.data(html)
    local found = runs.of_script(STRATEGY, "--benchmark", "SPY", "--slippage", "0.001")
    run, equity, held = found.json, found.equity, found.held
  end)

  it("is one file that asks no network for anything", function()
    reports.self_contained(html)
    assert(#html < 700e3, #html)
    assert.truthy(html:find("Released under the MIT License", 1, true)) -- the chart library's
  end)

  it("says what was tested, and that prices are simulated", function()
    local lead = html:match '<div class="head">(.-)</dl>'
    for _, text in ipairs { run.start .. " to " .. run["end"], print_.thousands(run.days) .. " days",
      "simulated (sim/all)", "rsi_window=10 overbought=79 average_window=200", "slippage 0.001", "SPY" } do
      assert.truthy(lead:find(text, 1, true), text)
    end
    assert.truthy(html:find("SIMULATED prices: these numbers say nothing about any market", 1, true))
  end)

  it("has equity, drawdown and benchmark day by day", function()
    local lines, days = data.lines, #equity
    assert.equal(days, #lines.day)
    local peak, deepest = 0, 0
    for i = 1, days do
      near(equity[i], lines.equity[i], 1e-6, "equity")
      peak = math.max(peak, equity[i])
      near(equity[i] / peak - 1, lines.drawdown[i], 1e-6, "drawdown")
      deepest = math.min(deepest, lines.drawdown[i])
    end
    near(run.metrics.max_drawdown, deepest, 1e-6, "max_drawdown")
    near(1 + run.benchmark.metrics.total_return, lines.benchmark[days] / lines.benchmark[1], 1e-6, "benchmark")
    near(run.benchmark.metrics.max_drawdown, math.min(unpack(lines.benchmark_drawdown)), 1e-6, "its drawdown")
    assert.equal(run.days, days)
  end)

  it("shows the key figures as the tear sheet does", function()
    local tiles = html:match '<dl class="tiles">(.-)</dl>'
    for _, name in ipairs { "total_return", "cagr", "sharpe", "sortino", "max_drawdown", "volatility", "calmar" } do
      assert.truthy(tiles:find("<dd>" .. print_.metric(name, run.metrics[name]) .. "</dd>", 1, true), name)
      local other = "SPY " .. print_.metric(name, run.benchmark.metrics[name])
      assert.truthy(tiles:find('<dd class="beside">' .. other .. "</dd>", 1, true), other)
    end
  end)

  it("has a table of months, years and drawdowns", function()
    local months = reports.text_of(html, "months")
    for _, each in ipairs(run.years) do
      assert.truthy(months:find((" %s "):format(print_.fixed(each["return"] * 100, 1)), 1, true), each.year)
    end
    local _, cells = html:gsub('<td class="heat ', "")
    assert.equal(#run.months, cells)
    for _, each in ipairs(run.months) do
      assert.truthy(months:find(print_.fixed(each["return"] * 100, 1), 1, true), each.month)
    end
    local drawdowns = reports.text_of(html, "drawdowns")
    for _, each in ipairs(run.drawdowns) do
      local row = ("%s %s %s %s"):format(print_.percent(each.depth), each.start, each.trough,
        each["end"] ~= cjson.null and each["end"] or "not yet")
      assert.truthy(drawdowns:gsub("%s+", " "):find(row, 1, true), row)
    end
  end)

  it("has all metrics by their names", function()
    local count = 0
    for name in pairs(run.metrics) do
      assert.truthy(html:find("<code>" .. name .. "</code>", 1, true), name)
      count = count + 1
    end
    assert(count > 120, count)
  end)

  it("lists the positions that the metrics count", function()
    local positions, sum, wins, last = data.positions, 0, 0, data.positions.entry[1]
    assert.equal(run.metrics.trades, positions.count)
    assert.equal(positions.count, #positions.value)
    for k, value in ipairs(positions.value) do
      sum, wins = sum + value, wins + (value > 0 and 1 or 0)
      assert(positions.entry[k] >= last and positions.exit[k] >= positions.entry[k])
      last = positions.entry[k]
      near(1, positions.weight[k], 1e-9, "weight")
    end
    near(run.metrics.average_position, sum / positions.count, 1e-6, "average_position")
    near(run.metrics.win_positions, wins / positions.count, 1e-9, "win_positions")
    local open = {}
    for _, k in ipairs(positions.open) do open[positions.symbols[positions.symbol[k + 1] + 1]] = true end
    local now = {}
    for ticker in pairs(held[run["end"]]) do now[ticker] = true end
    assert.same(now, open)
  end)

  it("shows holdings that make a whole portfolio", function()
    local holdings = data.holdings
    for k = 1, #holdings.first do
      local sum = 0
      for _, series in ipairs(holdings.series) do sum = sum + series.weights[k] end
      near(1, sum, 1e-6, "stretch " .. k)
    end
    assert.equal(data.lines.day[1], holdings.first[1])
    assert.equal(data.lines.day[#data.lines.day], holdings.last[#holdings.last])
  end)

  it("has a tree whose leaves add up", function()
    local tree, sum, dead = data.tree, 0, 0
    assert.equal(#tree.parent, #tree.days)
    for i, leaf in ipairs(tree.leaf) do
      if leaf == 1 then
        sum = sum + tree.log_return[i]
        if tree.days[i] == 0 then dead = dead + 1 end
      end
      assert(tree.parent[i] < i - 1)
    end
    assert.equal(-1, tree.parent[1])
    near(tree.total, tree.log_return[1], 0.5, "total") -- but for costs
    near(tree.log_return[1], sum, 1e-5, "leaves")
    near(math.log(equity[#equity] / 10000), tree.total, 1e-6, "total")
    assert.truthy(reports.text_of(html, "branches"):find(("%d of the leaves"):format(dead), 1, true))
  end)

  it("adds up costs by year", function()
    local text = reports.text_of(html, "costs")
    assert.truthy(text:find(print_.percent(run.metrics.costs, 2) .. " of the value", 1, true), text)
  end)

  it("says so where nothing was charged", function()
    local _, free = reports.write(STRATEGY)
    assert.truthy(reports.text_of(free, "costs"):find("traded free of costs", 1, true))
    assert.is_nil(reports.data(free).lines.benchmark)
  end)
end)

describe("names that somebody hostile chose", function()
  it("reach the page as text alone", function()
    local name = [[</script><img src=x onerror=alert(1)>]]
    local script = helper.write(helper.scratch() .. "/hostile.lua", ([[
      local b = require "banyan"
      local p = b.param("p", "<u>", { "<u>" })
      return b.strategy { name = %q, b.choice(p, { ["<u>"] = b.group(%q, b.equal { "SPY", "TLT" }) }) }
    ]]):format(name, name .. " group"))
    local _, html = reports.write(script)
    assert.is_nil(html:find("<img", 1, true))
    assert.is_nil(html:find("<u>", 1, true))
    assert.equal(name, reports.data(html).name)
    reports.self_contained(html)
  end)
end)

describe("banyan report", function()
  local function refused(words, wanted, code)
    local out, err, got = simulated.run(words)
    assert.same({ "", code }, { out, got }, err)
    assert.truthy(err:find(wanted, 1, true), err)
  end

  it("says what it wrote, and writes over a report and nothing else", function()
    local path = helper.scratch() .. "/r.html"
    for _ = 1, 2 do
      local out, err, code = simulated.run { "report", STRATEGY, "-o", path }
      assert.same({ "", 0 }, { out, code })
      assert.truthy(err:find(helper.escape(path) .. "  %d+%.%d kB\n"), err)
    end
    helper.write(path, "my own notes")
    refused({ "report", STRATEGY, "-o", path }, path .. " is there and is no report of banyan", 2)
    assert.equal("my own notes", helper.read(path))
    refused({ "report", STRATEGY, "-o", helper.scratch() }, "is a folder; name a file with -o", 2)
  end)

  it("takes the name of the strategy in the current folder", function()
    local folder, here = helper.scratch(), io.popen "pwd":read "*l"
    local program = helper.program:find "^/" and helper.program or here .. "/" .. helper.program
    local _, err, code = helper.shell(("cd %s && BANYAN_DATA=%s %s report -q %s"):format(helper.quote(folder),
      helper.quote(simulated.store()), helper.quote(program), helper.quote(here .. "/" .. STRATEGY)))
    assert.same({ "", 0 }, { err, code })
    assert.truthy(helper.read(folder .. "/tqqq_ftlt.html"))
  end)

  it("refuses combos of a strategy, and a run of one session", function()
    refused({ "report", STRATEGY, "--combo", "3" }, "--combo is for the store of a sweep", 2)
    refused({ "report", STRATEGY, "--from", "2020-03-02", "--to", "2020-03-02", "-o", helper.scratch() .. "/x.html" },
      "a report needs two sessions at least", 4)
  end)
end)
