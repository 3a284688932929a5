-- SPDX-License-Identifier: MIT
-- The page of a sweep: its numbers against a straight computation over all combos of the store.
local bins_of = require "banyan.report.sweep_bins"
local combos_of = require "banyan.results.combos"
local ffi = require "ffi"
local groups_of = require "banyan.report.sweep_groups"
local halves_of = require "banyan.report.sweep_halves"
local helper = require "spec.helper"
local results_of = require "banyan.results"
local read_sweeps = require "spec.read_sweeps"
local sweep_pages = require "spec.sweep_pages"

local same, is_true, is_nil = assert.are.same, assert.is_true, assert.is_nil

-- The value between others at a part of the way, of a sorted list.
local function quantile(sorted, part)
  if #sorted == 0 then return 0 / 0 end
  local at = (#sorted - 1) * part
  local low = math.floor(at)
  local a, b = sorted[low + 1], sorted[math.min(low + 2, #sorted)]
  return a + (b - a) * (at - low)
end

local function sort_best_first(values, direction)
  table.sort(values, function(a, b)
    if direction > 0 then return a > b end
    return a < b
  end)
  return values
end

local function shown(value, metric)
  return value == value and tonumber(("%.0f"):format(value * metric.scale)) or value
end

local function assert_numbers(expected, text, message)
  local found = sweep_pages.numbers(text)
  same(#expected, #found, message)
  for k, value in ipairs(expected) do
    if value == value or found[k] == found[k] then
      assert(value == found[k], ("%s: place %d: %s instead of %s"):format(message, k, found[k], value))
    end
  end
end

-- The place of a param's value in the bins of a page, from 1, found by what the labels say.
local function bin_of(value, labels)
  for k, label in ipairs(labels) do
    local low, high = label:match "^(.-) … (.*)$"
    if not low then
      if label == (type(value) == "number" and ("%.10g"):format(value) or value) then return k end
    elseif value >= tonumber(low) - 1e-9 and value <= tonumber(high) + 1e-9 then
      return k
    end
  end
end

local function group(rows, count, place, name)
  local groups = {}
  for k = 1, count do groups[k] = {} end
  for _, row in ipairs(rows) do
    local k, value = place(row), row.metrics[name]
    if k and type(value) == "number" then table.insert(groups[k], value) end
  end
  return groups
end

local function assert_groups(rows, count, place, metric, found, parts, message)
  local groups = group(rows, count, place, metric.name)
  for name, part in pairs(parts) do
    local expected = {}
    for k, values in ipairs(groups) do
      expected[k] = shown(quantile(sort_best_first(values, metric.direction), part), metric)
    end
    assert_numbers(expected, found[name], message .. " " .. metric.name .. " " .. name)
  end
end

local function check_maps(data, rows)
  local maps = data.maps
  for _, map in ipairs(maps.maps) do
    local a, d = maps.params[map.across + 1], maps.params[map.down + 1]
    local a_name, d_name = data.params[a.param + 1].name, data.params[d.param + 1].name
    local function place(row)
      local x, y = row.params[a_name], row.params[d_name]
      if type(x) == "userdata" or type(y) == "userdata" then return nil end
      return (bin_of(y, d.labels) - 1) * #a.labels + bin_of(x, a.labels)
    end
    for m, metric in ipairs(data.metrics) do
      assert_groups(rows, #a.labels * #d.labels, place, metric, map.metrics[m],
        { best = 0, median = 0.5, worst = 1 }, "map of " .. a_name .. ", " .. d_name)
    end
  end
end

local function check_effects(data, rows)
  for _, effect in ipairs(data.effects) do
    local name, count = data.params[effect.param + 1].name, #effect.labels + (effect.rest and 1 or 0)
    local function place(row)
      if type(row.params[name]) == "userdata" then return count end
      return bin_of(row.params[name], effect.labels)
    end
    for m, metric in ipairs(data.metrics) do
      assert_groups(rows, count, place, metric, effect.metrics[m],
        { best = 0, upper = 0.25, median = 0.5, lower = 0.75, worst = 1 }, "effect of " .. name)
    end
    local sum = 0
    for _, size in ipairs(effect.sizes) do sum = sum + size end
    same(#rows, sum)
  end
end

local function check_rows(data, rows)
  local by_combo, seen = {}, {}
  for _, row in ipairs(rows) do by_combo[row.combo] = row end
  local numbers = sweep_pages.numbers(data.rows.combo)
  for k, combo in ipairs(numbers) do
    is_nil(seen[combo])
    seen[combo] = true
    for m, metric in ipairs(data.metrics) do
      local value, found = by_combo[combo].metrics[metric.name], sweep_pages.numbers(data.rows.metrics[m])[k]
      if type(value) == "number" then same(shown(value, metric), found) else is_true(found ~= found) end
    end
    for _, param in ipairs(data.params) do
      local value, place = by_combo[combo].params[param.name], sweep_pages.numbers(param.of)[k]
      if type(value) == "userdata" then
        is_true(place ~= place)
      else
        same(type(value) == "number" and ("%.10g"):format(value) or value, param.labels[place + 1])
      end
    end
  end
  return numbers, seen
end

local function page_of(script, ...)
  local directory = sweep_pages.store(script)
  local html = helper.read((sweep_pages.write(directory, ...)))
  return sweep_pages.data(html), sweep_pages.rows(directory), html
end

describe("the page of a sweep", function()
  it("has maps, effects and rows that are those of a straight computation", function()
    local data, rows = page_of(sweep_pages.GRID)
    same(6 * 51 * 3, #rows)
    same(3, #data.maps.maps)
    same(40, #data.maps.params[1].labels + #data.maps.params[2].labels + #data.maps.params[3].labels - 9)
    check_maps(data, rows)
    check_effects(data, rows)
    local numbers = check_rows(data, rows)
    same(500, #numbers)
  end)

  it("keeps to what it says where params do not matter, combos fail, or values are texts", function()
    local data, rows, html = page_of(read_sweeps.MODES)
    check_maps(data, rows)
    check_effects(data, rows)
    same(#rows, #check_rows(data, rows))
    same("does not matter: true", "does not matter: " .. tostring(data.effects[1].rest or data.effects[2].rest))
    is_true(html:find("without a session", 1, true) ~= nil)
  end)

  it("has the best by the sweep's own ranking first, and what was asked for", function()
    local directory = sweep_pages.store(sweep_pages.GRID)
    local best = helper.shell(helper.command { "top", directory, "-n", "1", "--json" }):match '"combo": (%d+)'
    local data = sweep_pages.data(helper.read((sweep_pages.write(directory, "--combo", "917", "--combo", "2"))))
    local numbers = sweep_pages.numbers(data.rows.combo)
    same(tonumber(best), numbers[1])
    local drawn = {}
    for k, curve in ipairs(data.equity.curves) do drawn[k] = curve.combo .. " " .. curve.why end
    same(tonumber(best) .. " best by Sharpe", drawn[1])
    same({ "917 asked for", "2 asked for" }, { drawn[2], drawn[3] })
    local there = {}
    for _, number in ipairs(numbers) do there[number] = true end
    is_true(there[917] and there[2])
  end)

  it("counts all combos in each distribution", function()
    local data, rows = page_of(sweep_pages.GRID)
    for _, metric in ipairs(data.metrics) do
      local sum, values = metric.histogram.below + metric.histogram.above, {}
      for _, count in ipairs(metric.histogram.counts) do sum = sum + count end
      for _, row in ipairs(rows) do
        if type(row.metrics[metric.name]) == "number" then values[#values + 1] = row.metrics[metric.name] end
      end
      same(#values, sum, metric.name)
      same(#values, metric.defined)
      local low, step = metric.histogram.low, metric.histogram.step
      for bar, count in ipairs(metric.histogram.counts) do
        for _, value in ipairs(values) do
          if math.floor(value / step + 1e-9) == math.floor(low / step + 0.5) + bar - 1 then count = count - 1 end
        end
        same(0, count, metric.name .. " " .. bar)
      end
    end
  end)

  it("has on the front what nothing beats", function()
    local data, rows = page_of(sweep_pages.GRID)
    local function beaten(row)
      for _, other in ipairs(rows) do
        local more, less = other.metrics.cagr - row.metrics.cagr, other.metrics.max_drawdown - row.metrics.max_drawdown
        if more >= 0 and less >= 0 and (more > 0 or less > 0) then return true end
      end
    end
    local front = {}
    for _, combo in ipairs(data.front.front.combo) do front[combo] = true end
    local behaviours = 0
    for _, row in ipairs(rows) do
      if front[row.combo] then
        is_nil(beaten(row))
        behaviours = behaviours + 1
      end
    end
    same(#data.front.front.combo, behaviours)
    is_true(behaviours > 1)
  end)

  it("tells of luck what `banyan stats` tells", function()
    local directory = sweep_pages.store(sweep_pages.GRID)
    local stats = require("cjson").decode((helper.shell(helper.command { "stats", directory, "--top", "0", "--json" })))
    local html = helper.read((sweep_pages.write(directory)))
    local data = sweep_pages.data(html)
    local sum, left = 0, 0
    for bar, count in ipairs(data.splits.places) do
      sum = sum + count
      if bar <= #data.splits.places / 2 then left = left + count end
    end
    same(stats.cscv.splits, sum)
    is_true(math.abs(left / sum - stats.cscv.pbo) < 1e-12)
    sum = 0
    for _, count in ipairs(data.splits.points.count) do sum = sum + count end
    same(stats.cscv.splits, sum)
    local best = stats.best[1]
    is_true(math.abs(data.luck.threshold - best.effective.sharpe_by_luck) < 1e-6)
    is_true(html:find(("probability of backtest overfitting %.2f"):format(stats.cscv.pbo), 1, true) ~= nil)
    is_true(html:find(("%.1f years of data (minimum backtest length)"):format(best.effective.min_backtest_years), 1,
      true) ~= nil)
  end)

  it("draws the equity that a run has", function()
    local directory = sweep_pages.store(sweep_pages.GRID)
    local data = sweep_pages.data(helper.read((sweep_pages.write(directory))))
    local combo = data.equity.curves[1].combo
    local file = helper.scratch() .. "/equity.csv"
    local _, err, code = helper.shell(helper.command { "show", directory, tostring(combo), "--equity", file })
    same(0, code, err)
    local first, last
    for date, value in helper.read(file):gmatch "(%d%d%d%d%-%d%d%-%d%d),([^\n]+)" do
      first = first or (date >= os.date("!%Y-%m-%d", data.equity.days[1] * 86400) and tonumber(value) or nil)
      last = tonumber(value)
    end
    local values = data.equity.curves[1].values
    same(1, values[1])
    is_true(math.abs(values[#values] / (last / first) - 1) < 1e-6)
    is_true(#values <= 4500)
  end)

  it("does without the bars when they are gone", function()
    local path = helper.scratch() .. "/page.html"
    local _, err, code = helper.run { "report", sweep_pages.store(sweep_pages.GRID), "-o", path, "--data",
      helper.scratch() .. "/nothing" }
    same(0, code, err)
    is_true(err:find("no equity is drawn: ", 1, true) ~= nil)
    local html = helper.read(path)
    is_true(html:find("Not drawn: ", 1, true) ~= nil)
    is_nil(sweep_pages.data(html).equity)
  end)

  it("is the same each time", function()
    local directory = sweep_pages.store(read_sweeps.MODES)
    same(helper.read((sweep_pages.write(directory))), helper.read((sweep_pages.write(directory))))
  end)

  it("refuses combos that are not there or have failed", function()
    local directory = sweep_pages.store(read_sweeps.MODES)
    local path = helper.scratch() .. "/page.html"
    local _, err, code = helper.run { "report", directory, "-o", path, "--combo", "9999" }
    same(2, code)
    is_true(err:find("there is no combo 9999", 1, true) ~= nil)
    local failed
    for row in helper.shell(helper.command { "export", directory, "-f", "jsonl" }):gmatch "[^\n]+" do
      failed = failed or row:find "no session" and row:match '"combo":(%d+)'
    end
    for _, words in ipairs { { "-p", "w=3" }, { "--from", "2020-01-02" }, { "--benchmark", "SPY" } } do
      _, err, code = helper.run { "report", directory, "-o", path, unpack(words) }
      same(2, code)
      is_true(err:find("is for the run of a strategy", 1, true) ~= nil)
    end
    _, err, code = helper.run { "report", directory, "-o", path, "--combo", failed }
    same(4, code)
    is_true(err:find("has no equity: no session", 1, true) ~= nil)
    is_nil(helper.read(path))
  end)

  it("is made of one param, of one combo, and of none that is done", function()
    local data, rows, html = page_of(sweep_pages.LINE)
    check_effects(data, rows)
    check_rows(data, rows)
    same(0, #data.maps.maps)
    is_nil(html:find('id="map"', 1, true))
    is_true(html:find("the best by max drawdown is combo", 1, true) ~= nil)
    data, rows, html = page_of(sweep_pages.ONE)
    same(1, #rows)
    same({}, data.effects)
    is_true(html:find("a single combo is nothing to choose from", 1, true) ~= nil)
    html = helper.read((sweep_pages.write(read_sweeps.empty())))
    is_true(html:find("No combo has a Sharpe", 1, true) ~= nil)
  end)

  it("says of a search that luck is understated, and of a sample that it is one", function()
    local _, _, html = page_of(sweep_pages.SEARCH)
    is_true(html:find("A search chose them for being good", 1, true) ~= nil)
    is_true(html:find("asked for by a search: ", 1, true) ~= nil)
    local data, rows
    data, rows, html = page_of(sweep_pages.WIDE)
    is_true(html:find("a sample: count=1500", 1, true) ~= nil)
    same(66, #data.maps.maps)
    is_true(#html < 5e6, #html)
    for _, param in ipairs(data.maps.params) do is_true(#param.labels <= data.maps.side) end
    check_rows(data, rows)
  end)

  it("lets no name break out of it", function()
    for _, script in ipairs { sweep_pages.ONE, sweep_pages.HOSTILE_PARAMS } do
      local _, _, html = page_of(script)
      is_nil(html:find("<img", 1, true))
      is_nil(html:find("<i>", 1, true))
      is_nil(html:find("<b>", 1, true))
    end
  end)
end)

-- Sharpe ratio of a year of some blocks of a row, from their sums.
local function sharpe_of(row, from, to, periods)
  local n = math.floor(to * row.return_count / 16) - math.floor(from * row.return_count / 16)
  local sum, squares = 0, 0
  for block = from, to - 1 do
    sum, squares = sum + row.block_sum[block], squares + row.block_sum_squares[block]
  end
  return sum / n / math.sqrt((squares - sum * sum / n) / (n - 1)) * math.sqrt(periods)
end

-- 1 and how many are better, and half of those that are as good, of each.
local function ranks_of(values)
  local ranks = {}
  for k, value in ipairs(values) do
    local better, equal = 0, -1
    for _, other in ipairs(values) do
      if other > value then better = better + 1 elseif other == value then equal = equal + 1 end
    end
    ranks[k] = 1 + better + equal / 2
  end
  return ranks
end

local function correlation_of(a, b)
  local n, x, y = #a, 0, 0
  for k = 1, n do x, y = x + a[k] / n, y + b[k] / n end
  local xy, xx, yy = 0, 0, 0
  for k = 1, n do xy, xx, yy = xy + (a[k] - x) * (b[k] - y), xx + (a[k] - x) ^ 2, yy + (b[k] - y) ^ 2 end
  return xy / math.sqrt(xx * yy)
end

describe("the halves of a sweep", function()
  it("have the ratios, ranks and correlation of a straight computation", function()
    local results = results_of.open(sweep_pages.store(sweep_pages.GRID))
    local combos, periods = combos_of.new(results), results.description.periods_per_year
    local halves = halves_of.new(combos, periods)
    local first, second, best = {}, {}, 1
    for i = 0, combos.count - 1 do
      first[i + 1] = sharpe_of(combos.rows[i], 0, 8, periods)
      second[i + 1] = sharpe_of(combos.rows[i], 8, 16, periods)
      is_true(math.abs(first[i + 1] - halves.first[i]) < 1e-9 and math.abs(second[i + 1] - halves.second[i]) < 1e-9)
      first[i + 1], second[i + 1] = halves.first[i], halves.second[i] -- with the very same bits, for equal ones
      if first[i + 1] > first[best] then best = i + 1 end
    end
    same({ combos.count, best - 1 }, { halves.count, halves.chosen })
    local ranks = ranks_of(second)
    same(ranks[best], halves.place)
    is_true(math.abs(correlation_of(ranks_of(first), ranks) - halves.correlation) < 1e-12)
    results:close()
  end)
end)

describe("what a param explains", function()
  local function explained(values, of)
    local c_values, c_of = ffi.new("double[?]", #values, values), ffi.new("int32_t[?]", #of, of)
    return groups_of.new(c_of, 2):explained(c_values, #values)
  end

  it("is the share of the variance between its values, less what chance has", function()
    same(1, explained({ 1, 1, 3, 3 }, { 0, 0, 1, 1 }))
    same(0, explained({ 1, 2, 1, 2 }, { 0, 0, 1, 1 }))
    is_true(math.abs(explained({ 1, 2, 3, 2, 3, 4, 99 }, { 0, 0, 0, 1, 1, 1, -1 }) - 0.5 / 5.5) < 1e-15)
    local none = explained({ 2, 2 }, { 0, 1 })
    is_true(none ~= none)
  end)
end)

describe("the bins of a param", function()
  it("hold each value once, as many in each as in the others or one more", function()
    for _, count in ipairs { 1, 2, 39, 40, 41, 79, 281, 65535 } do
      local values = {}
      for k = 1, count do values[k] = (k * 7919 % 65536) / 4 end
      local bins = bins_of.of({ name = "p", values = values }, 40)
      local sizes, highest = {}, {}
      for k, value in ipairs(values) do
        local bin = bins.of[k - 1]
        sizes[bin] = (sizes[bin] or 0) + 1
        highest[bin] = math.max(highest[bin] or -math.huge, value)
      end
      same(math.min(count, 40), bins.count)
      for bin = 0, bins.count - 1 do
        is_true(sizes[bin] == math.floor(count / bins.count) or sizes[bin] == math.ceil(count / bins.count))
        if bin > 0 then is_true(highest[bin] > highest[bin - 1]) end
      end
      same(bins.count, #bins.labels)
    end
  end)
end)
