-- SPDX-License-Identifier: MIT
-- banyan data check: damage, and days that a series misses although most others have them.
local ffi = require "ffi"
local data = require "banyan.cli.data"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local M = {}

local SHOWN_GAPS = 8

local function each_time(snapshot, info, f)
  local slices, count = snapshot:read(info.dataset, info.timeframe, info.symbol)
  for s = 0, count - 1 do
    local bars = slices[s]
    for i = 0, bars.count - 1 do f(tonumber(bars.time[i])) end
  end
end

-- Series of one dataset and timeframe stand beside each other in a store.
local function groups(infos)
  local found, key = {}, nil
  for _, info in ipairs(infos) do
    local own = info.dataset .. "\0" .. info.timeframe
    if own ~= key then found[#found + 1], key = {}, own end
    table.insert(found[#found], info)
  end
  return found
end

-- How many series have a bar at each time, and the times that at least half of the others of a
-- series could have, in order.
local function common_times(snapshot, group)
  local having, times = {}, {}
  for _, info in ipairs(group) do
    each_time(snapshot, info, function(time) having[time] = (having[time] or 0) + 1 end)
  end
  local needed = (#group - 1) / 2
  for time, count in pairs(having) do
    if count >= needed then times[#times + 1] = time end
  end
  table.sort(times)
  return times
end

-- A time in `common` that the series lacks is one that at least half of all others have, because
-- the series itself is not counted there.
local function gaps_of(snapshot, info, common)
  local own, gaps = {}, {}
  each_time(snapshot, info, function(time) own[time] = true end)
  for _, time in ipairs(common) do
    if time > info.first and time < info.last and not own[time] then gaps[#gaps + 1] = time end
  end
  return gaps
end

local function check_group(snapshot, group, faults)
  local sound = {}
  for _, info in ipairs(group) do
    local damage = snapshot:check(info.dataset, info.timeframe, info.symbol)
    if damage then
      faults[#faults + 1] = { info = info, damage = damage }
    else
      sound[#sound + 1] = info
    end
  end
  if #sound < 2 or group[1].timeframe == store_of.SERIES.timeframe then return end
  local common = common_times(snapshot, sound)
  for _, info in ipairs(sound) do
    local gaps = gaps_of(snapshot, info, common)
    if #gaps > 0 then faults[#faults + 1] = { info = info, gaps = gaps } end
  end
end

local function time_format(info)
  return info.timeframe == "1d" and dates.format or dates.format_time
end

local function line_of(fault)
  local info = fault.info
  local name = ("%s %s %s: "):format(info.dataset, info.timeframe, info.symbol)
  if fault.damage then return name .. output.style("damaged", "red") .. ": " .. fault.damage end
  local format, shown = time_format(info), {}
  for i = 1, math.min(#fault.gaps, SHOWN_GAPS) do shown[i] = format(fault.gaps[i]) end
  local more = #fault.gaps - #shown
  local noun = info.timeframe == "1d" and "day" or "bar"
  return ("%s%s missing that at least half of the others have: %s%s"):format(name,
    print_.count(#fault.gaps, noun), table.concat(shown, " "),
    more > 0 and (" and %s more"):format(print_.thousands(more)) or "")
end

local function as_json(infos, faults)
  local list = {}
  for i, fault in ipairs(faults) do
    local info, gaps = fault.info, {}
    for n, time in ipairs(fault.gaps or {}) do gaps[n] = time_format(info)(time) end
    list[i] = json.object {
      { "dataset", info.dataset }, { "timeframe", info.timeframe }, { "symbol", info.symbol },
      { "damage", fault.damage }, { "missing", json.array(gaps) } }
  end
  return json.encode(json.object { { "schema", "banyan.check/1" }, { "series", #infos },
    { "faults", json.array(list) } }, { indent = 2 })
end

local function summary(infos, faults, bars)
  local damaged, gaps = 0, 0
  for _, fault in ipairs(faults) do
    if fault.damage then damaged = damaged + 1 else gaps = gaps + 1 end
  end
  local found = #faults == 0 and "no faults"
    or ("%d damaged, %d with gaps"):format(damaged, gaps)
  return ("%s, %s: %s"):format(print_.count(#infos, "series", "series"), print_.count(bars, "bar"),
    found), damaged
end

--- What is wrong with the series of a store.
---@param snapshot banyan.Snapshot
---@param infos table[] those to look at
---@return { info: table, damage: string?, gaps: number[]? }[]
function M.faults(snapshot, infos)
  local faults = {}
  for _, group in ipairs(groups(infos)) do check_group(snapshot, group, faults) end
  return faults
end

--- The verb `data check`.
---@return integer exit_code
function M.check(options)
  local directory = store_of.directory(options.data)
  local store = store_of.open(directory, "read")
  engine.call(engine.C.by_store_check_frozen, directory, ffi.new "int32_t[1]")
  local snapshot = store:snapshot()
  local infos, bars = data.select(snapshot, options), 0
  for _, info in ipairs(infos) do bars = bars + info.bars end
  local faults = M.faults(snapshot, infos)
  store:close()
  local text, damaged = summary(infos, faults, bars)
  if options.json then
    output.line(as_json(infos, faults))
  else
    for _, fault in ipairs(faults) do output.line(line_of(fault)) end
    output.line(text)
  end
  if damaged > 0 then return 4 end
  return #faults > 0 and 1 or 0
end

return M
