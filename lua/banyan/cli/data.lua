-- SPDX-License-Identifier: MIT
-- banyan data ls and banyan data show: what the bar store has.
local asked = require "banyan.cli.data_asked"
local dates = require "banyan.dates"
local ffi = require "banyan.ffi"
local json = require "banyan.json"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local M = {}

local SHOWN_BARS = 5

-- "csv" stands for csv/all and its sisters, too, "alpaca/sip" for alpaca/sip/raw.
local function is_dataset(dataset, wanted)
  return not wanted or dataset == wanted or dataset:sub(1, #wanted + 1) == wanted .. "/"
end

--- The series that --dataset and --timeframe leave.
---@param snapshot banyan.Snapshot
---@param options { dataset: string?, timeframe: string? }
---@return banyan.SeriesInfo[]
function M.select(snapshot, options)
  local found = {}
  for _, info in ipairs(snapshot:list()) do
    if is_dataset(info.dataset, options.dataset)
      and (not options.timeframe or info.timeframe == options.timeframe) then
      found[#found + 1] = info
    end
  end
  if #found == 0 and (options.dataset or options.timeframe) then
    ffi.fail("DATA", "the store has no series of %s; `banyan data ls` shows what it has",
      (options.dataset or "any dataset") .. ", " .. (options.timeframe or "any timeframe"))
  end
  return found
end

local function totals(infos)
  local bars, size_bytes = 0, 0
  for _, info in ipairs(infos) do
    bars, size_bytes = bars + info.bars, size_bytes + info.size_bytes
  end
  return bars, size_bytes
end

local function info_members(info)
  local format = asked.time_format(info.timeframe)
  return { { "dataset", info.dataset }, { "timeframe", info.timeframe }, { "symbol", info.symbol },
    { "bars", info.bars }, { "first", format(info.first) }, { "last", format(info.last) },
    { "simulated", info.simulated } }
end

local function list_as_json(infos, directory, snapshot)
  local series = {}
  for i, info in ipairs(infos) do
    series[i] = json.object(lists.append(info_members(info), asked.members(info, asked.of(snapshot, info))))
  end
  local bars, size_bytes = totals(infos)
  return json.encode(json.object {
    { "schema", "banyan.data/1" }, { "store", directory }, { "series", json.array(series) },
    { "bars", bars }, { "size_bytes", size_bytes } }, { indent = 2 })
end

local function drop_column(rows, align, column)
  for _, row in ipairs(rows) do table.remove(row, column) end
  return align:sub(1, column - 1) .. align:sub(column + 1)
end

-- What a source was asked for, and refused bars, only where there is something to be told.
local function list_rows(infos, snapshot)
  local rows, any_asked, any_refused = {}, false, false
  for i, info in ipairs(infos) do
    local format, coverage = asked.time_format(info.timeframe), asked.of(snapshot, info)
    local refused = asked.counts(coverage)
    rows[i] = { info.dataset, info.timeframe, info.symbol, print_.thousands(info.bars),
      format(info.first), format(info.last), asked.summary(info, coverage),
      refused > 0 and print_.thousands(refused) or "", info.simulated and "simulated" or "" }
    any_asked, any_refused = any_asked or rows[i][7] ~= "", any_refused or refused > 0
  end
  table.insert(rows, 1, { "dataset", "timeframe", "symbol", "bars", "first", "last",
    any_asked and "asked for" or "", any_refused and "refused" or "", "" })
  local align = "lllrlllrl"
  if not any_refused then align = drop_column(rows, align, 8) end
  if not any_asked then align = drop_column(rows, align, 7) end
  return rows, align
end

local function list_as_text(infos, directory, snapshot)
  local lines = {}
  if #infos > 0 then
    lines = print_.columns(list_rows(infos, snapshot))
    lines[1] = output.style(lines[1], "bold")
  end
  local bars, size_bytes = totals(infos)
  lines[#lines + 1] = ("%s, %s, %s in %s"):format(print_.count(#infos, "series", "series"),
    print_.count(bars, "bar"), print_.bytes(size_bytes), directory)
  return lines
end

local function with_snapshot(options, f)
  local store = store_of.open(store_of.directory(options.data), "read")
  local snapshot = store:snapshot()
  local code = f(snapshot, store.directory)
  store:close()
  return code
end

--- The verb `data ls`.
---@return integer exit_code
function M.ls(options)
  return with_snapshot(options, function(snapshot, directory)
    local infos = M.select(snapshot, options)
    local list = options.json and list_as_json or list_as_text
    output.line(list(infos, directory, snapshot))
    return 0
  end)
end

--- The series of a symbol; fails when there are none.
---@param infos banyan.SeriesInfo[]
---@param symbol string
---@return banyan.SeriesInfo[]
function M.find_symbol(infos, symbol)
  local found, symbols = {}, {}
  for i, info in ipairs(infos) do
    symbols[i] = info.symbol
    if info.symbol == symbol then found[#found + 1] = info end
  end
  if #found == 0 then
    local near = nearest(symbol, symbols)
    ffi.fail("DATA", "the store has no bars of %s%s; `banyan data ls` shows what it has", symbol,
      near and (" (did you mean %s?)"):format(near) or "")
  end
  return found
end

-- Copies the bars between two times into rows for a table.
local function bars_between(snapshot, info, from, to)
  local slices, count = snapshot:read(info.dataset, info.timeframe, info.symbol)
  local picked = {}
  for s = 0, count - 1 do
    local bars = slices[s]
    for i = 0, bars.count - 1 do
      local time = tonumber(bars.time[i])
      if time >= from and time < to then picked[#picked + 1] = { bars, i, time } end
    end
  end
  return picked
end

local function price(value)
  return value == value and ("%.10g"):format(value) or "-"
end

-- A bar, or of a series from outside what is known since when.
local function row_of(pick, format, outside)
  local bars, i = pick[1], pick[2]
  if outside then
    return { format(pick[3]), dates.format_time(bars.open[i]), price(bars.close[i]) }
  end
  return { format(pick[3]), price(bars.open[i]), price(bars.high[i]), price(bars.low[i]),
    price(bars.close[i]), price(bars.volume[i]) }
end

local function bar_lines(picked, format, outside)
  local rows = { outside and { "known since", "of", "value" }
    or { "time", "open", "high", "low", "close", "volume" } }
  local skipped = #picked - 2 * SHOWN_BARS
  for i, pick in ipairs(picked) do
    if skipped <= 1 or i <= SHOWN_BARS or i > SHOWN_BARS + skipped then
      rows[#rows + 1] = row_of(pick, format, outside)
    end
  end
  local lines = print_.columns(rows, outside and "llr" or "lrrrrr", "  ")
  if skipped > 1 then
    table.insert(lines, SHOWN_BARS + 2, ("  ... %s more ..."):format(print_.thousands(skipped)))
  end
  return lines
end

-- Facts about a series, as rows.
local function facts(snapshot, info, coverage)
  local format = asked.time_format(info.timeframe)
  local rows = { { "bars", print_.thousands(info.bars) },
    { "span", format(info.first) .. " to " .. format(info.last) } }
  local is_asked = #coverage.spans > 0
  if is_asked then rows[3] = { "asked for", asked.spans_text(info, coverage) } end
  rows[#rows + 1] = { is_asked and "fetched" or "imported", dates.format_time(info.fetched) .. " UTC" }
  rows[#rows + 1] = { "size", print_.bytes(info.size_bytes) }
  local refused, noted = asked.counts(coverage)
  if refused > 0 then rows[#rows + 1] = { "refused", print_.count(refused, "bar") } end
  if noted > 0 then rows[#rows + 1] = { "strange", print_.count(noted, "bar") .. ", kept" } end
  local splits, damaged = asked.splits(snapshot, info)
  if #splits > 0 then rows[#rows + 1] = { "splits", asked.splits_text(splits) } end
  if damaged then rows[#rows + 1] = { "damaged", damaged } end
  if coverage.fault then rows[#rows + 1] = { "damaged", coverage.fault } end
  if coverage.stale then
    rows[#rows + 1] = { "stale", "the source adjusted its history; `banyan backfill` fetches it anew" }
  end
  return rows
end

local function show_bars(snapshot, info, options)
  local format = asked.time_format(info.timeframe)
  local from = options.from and dates.parse(options.from) or -math.huge
  local to = options.to and dates.parse(options.to) + dates.DAY or math.huge
  local picked = bars_between(snapshot, info, from, to)
  if #picked == 0 then
    ffi.fail("DATA", "%s has no bars from %s to %s; it has %s to %s", info.symbol,
      options.from or format(info.first), options.to or format(info.last), format(info.first),
      format(info.last))
  end
  if #picked < info.bars then
    output.line("  " .. print_.count(#picked, "bar") .. " in the span asked for")
  end
  output.line("")
  output.line(bar_lines(picked, format, info.timeframe == store_of.SERIES.timeframe))
end

local function show_series(snapshot, info, options)
  local coverage = asked.of(snapshot, info)
  output.line(output.style(info.symbol, "bold") .. ("  %s  %s%s"):format(info.dataset,
    info.timeframe, info.simulated and "  SIMULATED" or ""))
  output.line(print_.columns(facts(snapshot, info, coverage), "ll", "  "))
  local refusals = asked.refusal_lines(info, coverage, options.refused)
  if #refusals > 0 then
    output.line("")
    output.line(refusals)
  end
  if not options.refused then show_bars(snapshot, info, options) end
end

local function show_as_json(snapshot, infos)
  local series = {}
  for i, info in ipairs(infos) do
    local coverage = asked.of(snapshot, info)
    local members = lists.append(info_members(info), asked.members(info, coverage))
    series[i] = json.object(lists.append(members, {
      { "fetched", dates.format_time(info.fetched) }, { "size_bytes", info.size_bytes },
      { "stale", coverage.stale }, { "splits", asked.splits_json(asked.splits(snapshot, info)) },
      { "refusals", asked.refusals_json(info, coverage) } }))
  end
  return json.encode(json.object { { "schema", "banyan.series/1" }, { "series", json.array(series) } },
    { indent = 2 })
end

--- The verb `data show`.
---@return integer exit_code
function M.show(options, arguments)
  return with_snapshot(options, function(snapshot)
    local infos = M.find_symbol(M.select(snapshot, options), arguments[1])
    if options.json then
      output.line(show_as_json(snapshot, infos))
      return 0
    end
    for i, info in ipairs(infos) do
      if i > 1 then output.line("") end
      show_series(snapshot, info, options)
    end
    return 0
  end)
end

return M
