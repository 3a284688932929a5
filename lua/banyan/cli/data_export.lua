-- SPDX-License-Identifier: MIT
-- banyan data export: bars as CSV files, which `banyan data import` takes back bit for bit.
local data = require "banyan.cli.data"
local data_file = require "banyan.cli.data_file"
local dates = require "banyan.dates"
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local store_of = require "banyan.store"

local C = ffi.C
local M = {}

local TEXT_BYTES = 262144

-- The first bar of a slice that is not before a time.
local function lower_bound(bars, time)
  local low, high = 0, bars.count
  while low < high do
    local middle = math.floor((low + high) / 2)
    if tonumber(bars.time[middle]) < time then low = middle + 1 else high = middle end
  end
  return low
end

local function is_outside(info)
  return info.timeframe == store_of.SERIES.timeframe
end

--- Writes the bars of a series within a span; of one from outside, what became known within it.
---@param snapshot banyan.Snapshot
---@param info banyan.SeriesInfo
---@param span { first: number, end_: number }
---@param put fun(text: string)
---@return integer count
function M.write(snapshot, info, span, put)
  local slices, slice_count = snapshot:read(info.dataset, info.timeframe, info.symbol)
  local text, length = ffi_.new("char[?]", TEXT_BYTES), ffi_.new "int64_t[1]"
  local clock, count = info.timeframe == "1d" and 0 or 1, 0
  local outside = is_outside(info)
  put(outside and "date,known,value\n"
    or (clock == 1 and "time" or "date") .. ",open,high,low,close,volume\n")
  for s = 0, slice_count - 1 do
    local bars = ffi_.new("by_bars", slices[s])
    local at = lower_bound(bars, span.first)
    bars.count = lower_bound(bars, span.end_)
    count = count + math.max(0, bars.count - at)
    while at < bars.count do
      if outside then
        at = C.by_asof_export(bars, at, text, TEXT_BYTES, length)
      else
        at = C.by_export_rows(bars, at, clock, text, TEXT_BYTES, length)
      end
      put(ffi_.string(text, length[0]))
    end
  end
  return count
end

local function span_of(options)
  return { first = options.from and dates.parse(options.from) or -math.huge,
    end_ = options.to and dates.parse(options.to) + dates.DAY or math.huge }
end

local function has_bars(info, span)
  return info.last >= span.first and info.first < span.end_
end

local function distinct(infos, key)
  local names, seen = {}, {}
  for _, info in ipairs(infos) do
    if not seen[info[key]] then names[#names + 1], seen[info[key]] = info[key], true end
  end
  return names
end

-- Symbols are file names, so that there must be one series of each.
local function check_one(infos, key, option, directory)
  local names = distinct(infos, key)
  if #names > 1 then
    ffi.fail("USAGE", "the bar store in %s has several %ss (%s); choose one with --%s", directory,
      key, table.concat(names, ", "), option)
  end
end

-- Series from outside are meant when they are named, or nothing else is there.
local function meant(infos, options, symbols)
  local bars, outside = {}, {}
  for _, info in ipairs(infos) do table.insert(is_outside(info) and outside or bars, info) end
  if options.dataset or #bars == 0 then return infos end
  local named = {}
  for _, info in ipairs(outside) do named[info.symbol] = true end
  for _, info in ipairs(bars) do named[info.symbol] = nil end
  for _, symbol in ipairs(symbols) do
    if not named[symbol] then return bars end
  end
  return #symbols > 0 and outside or bars
end

local function choose(snapshot, options, symbols)
  local infos = meant(data.select(snapshot, options), options, symbols)
  if #infos == 0 then ffi.fail("DATA", "the bar store in %s is empty", snapshot.store.directory) end
  check_one(infos, "dataset", "dataset", snapshot.store.directory)
  check_one(infos, "timeframe", "timeframe", snapshot.store.directory)
  if #symbols == 0 then return infos end
  local chosen, seen = {}, {}
  for _, symbol in ipairs(symbols) do
    if not seen[symbol] then chosen[#chosen + 1] = data.find_symbol(infos, symbol)[1] end
    seen[symbol] = true
  end
  return chosen
end

local function in_span(options)
  return (options.from and " from " .. options.from or "") .. (options.to and " to " .. options.to or "")
end

local function to_stdout(snapshot, infos, options)
  if #infos > 1 then
    ffi.fail("USAGE", "standard output takes one symbol, and there are %s; name one, or say where the "
      .. "files go with -o DIR", print_.thousands(#infos))
  end
  local info, span = infos[1], span_of(options)
  if not has_bars(info, span) then
    local format = info.timeframe == "1d" and dates.format or dates.format_time
    ffi.fail("DATA", "%s has no bars%s; it has %s to %s", info.symbol, in_span(options),
      format(info.first), format(info.last))
  end
  M.write(snapshot, info, span, output.write)
end

local function to_files(snapshot, infos, options)
  local directory, span = options.output, span_of(options)
  store_of.make_directory(directory)
  local bar, bar_count, file_count = progress.start { terminal_only = true }, 0, 0
  for i, info in ipairs(infos) do
    if has_bars(info, span) then
      output.replace(directory .. "/" .. data_file.name(info.symbol), function(put)
        bar_count = bar_count + M.write(snapshot, info, span, put)
      end)
      file_count = file_count + 1
    end
    bar:update(function()
      return ("export %s/%s symbols  %s bars"):format(print_.thousands(i), print_.thousands(#infos),
        print_.thousands(bar_count))
    end)
  end
  bar:clear()
  if file_count < #infos then
    output.note(("banyan: %s without bars%s left out"):format(print_.count(#infos - file_count, "symbol"),
      in_span(options)))
  end
  output.line(("%s, %s in %s"):format(print_.count(file_count, "file"), print_.count(bar_count, "bar"),
    directory))
end

--- The verb.
---@return integer exit_code
function M.export(options, arguments)
  local started = host.clock()
  local store = store_of.open(store_of.directory(options.data), "read")
  local snapshot = store:snapshot()
  local infos = choose(snapshot, options, arguments)
  local to = options.output and to_files or to_stdout
  to(snapshot, infos, options)
  store:close()
  if output.verbose then output.note(print_.duration(host.clock() - started)) end
  return 0
end

return M
