-- SPDX-License-Identifier: MIT
-- What a run held: over time, by symbol, and position by position.
local json = require "banyan.json"
local run_data = require "banyan.report.run_data"

local M = {}

local STRETCHES = 200 -- of the chart; each shows the mean of its sessions
local SYMBOLS = 8     -- with a colour of their own
local LEAST = 0.005   -- of all that was held, for a colour

--- Positions in a page at most: the latest ones.
M.POSITIONS = 10000

-- { symbol =, sum =, days =, size = } of each symbol held, largest part first; sum and size (without signs) are over
-- all sessions.
local function symbols_of(run)
  local c, by_symbol, list = run.c, {}, {}
  for k = 0, c.held_first[run.days] - 1 do
    local symbol = c.held_symbol[k]
    local each = by_symbol[symbol]
    if not each then
      each = { symbol = symbol, ticker = run.tickers[symbol + 1], sum = 0, size = 0, days = 0, last = 0 }
      by_symbol[symbol], list[#list + 1] = each, each
    end
    each.sum, each.days = each.sum + c.held_weight[k], each.days + 1
    each.size = each.size + math.abs(c.held_weight[k])
  end
  for k = c.held_first[run.days - 1], c.held_first[run.days] - 1 do
    by_symbol[c.held_symbol[k]].last = c.held_weight[k]
  end
  table.sort(list, function(a, b)
    if a.size ~= b.size then return a.size > b.size end
    return a.ticker < b.ticker
  end)
  return list
end

-- Mean weights of the sessions of each stretch: one list a series, the symbols of `symbols` and behind them the others.
local function means_of(run, place, series, stretches)
  local c, means = run.c, {}
  for s = 1, series do means[s] = json.array {} end
  for k = 1, stretches do
    local first, last = math.floor((k - 1) * run.days / stretches), math.floor(k * run.days / stretches) - 1
    for s = 1, series do means[s][k] = 0 end
    for e = c.held_first[first], c.held_first[last + 1] - 1 do
      local s = place[c.held_symbol[e]] or series
      means[s][k] = means[s][k] + c.held_weight[e] / (last - first + 1)
    end
  end
  return means
end

-- Series of the chart: { name =, weights = { one a stretch } }; what is not held is cash.
local function series_of(run, symbols, stretches)
  local shown, size, place = 0, 0, {}
  for _, each in ipairs(symbols) do size = size + each.size end
  while shown < math.min(#symbols, SYMBOLS) and symbols[shown + 1].size >= LEAST * size do shown = shown + 1 end
  if shown == #symbols - 1 then shown = #symbols end -- no "others" of one
  for s = 1, shown do place[symbols[s].symbol] = s end
  local means, list = means_of(run, place, shown + 1, stretches), {}
  for s = 1, shown do list[s] = { name = symbols[s].ticker, weights = means[s] } end
  if #symbols > shown then
    list[shown + 1] = { name = ("%d others"):format(#symbols - shown), rest = true, weights = means[shown + 1] }
  end
  local cash, some = json.array {}, false
  for k = 1, stretches do
    local held = 0
    for s = 1, shown + 1 do held = held + means[s][k] end
    cash[k] = math.max(0, 1 - held)
    some = some or cash[k] > 5e-4
  end
  if some then list[#list + 1] = { name = "cash", cash = true, weights = cash } end
  return list
end

--- Holdings over time and by symbol.
---@param run banyan.Run
---@return { first: number[], last: number[], series: table[] } data for the chart; first and last are sessions of each
--- stretch
---@return table[] symbols { ticker =, mean =, days =, last = }, the largest first; mean is while held
function M.holdings(run)
  local symbols, stretches = symbols_of(run), math.min(run.days, STRETCHES)
  local data = { first = json.array {}, last = json.array {}, series = json.array(series_of(run, symbols, stretches)) }
  for k = 1, stretches do
    data.first[k] = run_data.day(run, math.floor((k - 1) * run.days / stretches) + 1)
    data.last[k] = run_data.day(run, math.floor(k * run.days / stretches))
  end
  for _, each in ipairs(symbols) do each.mean = each.sum / each.days end
  return data, symbols
end

-- Running sums of the weights of each symbol, so that a position's mean weight is a difference of two.
local function mean_weights(run, list)
  local c, open, sums = run.c, {}, {}
  for p, each in ipairs(list) do
    local of_symbol = open[each.symbol] or {}
    open[each.symbol], of_symbol[#of_symbol + 1], sums[p] = of_symbol, p, 0
  end
  local at = {}
  for session = 0, run.days - 1 do
    for k = c.held_first[session], c.held_first[session + 1] - 1 do
      local symbol = c.held_symbol[k]
      local of_symbol, i = open[symbol] or {}, at[symbol] or 1
      while of_symbol[i] and list[of_symbol[i]].until_ < session do i = i + 1 end
      at[symbol] = i
      local p = of_symbol[i]
      if p and list[p].entry <= session then sums[p] = sums[p] + c.held_weight[k] end
    end
  end
  for p, each in ipairs(list) do each.weight = sums[p] / (each.until_ - each.entry + 1) end
end

-- Of the positions that end with the run those that are still held: of a symbol that is, the latest.
local function mark_open(run, list)
  local c, latest = run.c, {}
  for k = c.held_first[run.days - 1], c.held_first[run.days] - 1 do latest[c.held_symbol[k]] = { entry = -1 } end
  for _, each in ipairs(list) do
    local other = latest[each.symbol]
    if other and each.entry > other.entry then latest[each.symbol] = each end
  end
  for _, each in ipairs(list) do
    each.open = latest[each.symbol] == each
    each.until_ = each.open and each.exit or each.exit - 1
  end
end

-- Positions by when they were entered; entry and exit count from 0, and until_ is the last session that held it.
local function listed(run)
  local positions, list = run.report.positions, {}
  for p = 0, positions.count - 1 do
    local each = positions.list[p]
    list[p + 1] = { symbol = each.symbol, entry = each.entry, exit = each.exit, value = each.value }
  end
  mark_open(run, list)
  table.sort(list, function(a, b)
    if a.entry ~= b.entry then return a.entry < b.entry end
    if a.symbol ~= b.symbol then return a.symbol < b.symbol end
    return a.exit < b.exit
  end)
  return list
end

--- The positions of a run that was asked for them, by entry: columns of the same length. Of more than M.POSITIONS the
--- latest.
---@param run banyan.Run
---@return { count: integer, symbols: string[], symbol: integer[], entry: number[], exit: number[], sessions: integer[],
--- weight: number[], value: number[], open: integer[] } count of all; symbol counts from 0; open: which are still held
function M.positions(run)
  local list = listed(run)
  mean_weights(run, list)
  local data = { count = #list, symbols = json.array(run.tickers) }
  local names = { "symbol", "entry", "exit", "sessions", "weight", "value", "open" }
  for _, name in ipairs(names) do data[name] = json.array {} end
  for p = math.max(1, #list - M.POSITIONS + 1), #list do
    local each, k = list[p], #data.symbol + 1
    data.symbol[k], data.value[k], data.weight[k] = each.symbol, each.value, each.weight
    data.entry[k], data.exit[k] = run_data.day(run, each.entry + 1), run_data.day(run, each.exit + 1)
    data.sessions[k] = each.until_ - each.entry + 1
    if each.open then data.open[#data.open + 1] = k - 1 end
  end
  return data
end

return M
