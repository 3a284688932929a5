-- SPDX-License-Identifier: MIT
-- CSV files, a symbol each: of any server, or of this machine. The plan's base_url is their pattern,
-- such as "https://data.example.com/{timeframe}/{symbol}.csv" or "prices/{symbol}.csv.gz". Columns are
-- found by their header, as by `banyan data import`, and bars go into the same dataset.
local b = require "banyan"
local failure = require "banyan.failure"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local nearest = require "banyan.nearest"

local C = ffi.C

local PLACES = { "symbol", "timeframe", "from", "to" }

-- The pattern with the values of a job.
local function filled(job, encode)
  local values = { symbol = job.symbol, timeframe = job.timeframe, from = job.first_date,
    to = job.last_date }
  return (job.base_url:gsub("{(%a+)}", function(place) return encode(values[place]) end))
end

-- Prices adjusted for all are scaled to the column adj_close where there is one, as by the import.
local function decode(job)
  return { layout = "csv", time = "text",
    fields = job.adjustment == "all" and { adjusted = "adj_close" } or nil }
end

-- Bars of a file of this machine.
local function bars_of_file(job)
  if job.symbol:find("/", 1, true) then
    failure.fail("PROVIDER", "a symbol with '/' cannot be a part of the name of a file")
  end
  local path = filled(job, tostring):gsub("^file://", "")
  if host.stat(path) ~= "file" then failure.fail("PROVIDER", "%s: no such file", path) end
  local shape = decode(job)
  local page = ffi.make("by_page", C.by_page_free, C.by_decode_file, require "banyan.backfill.answer".spec(shape, job),
    path, path)
  return require "banyan.backfill.clip".page(page, job.first, job.end_)
end

-- What is wrong with the pattern of a plan, or nil.
local function fault_of(plan)
  local has_symbol = false
  if not plan.base_url then
    return "the plan must say where the files are, such as base_url = "
      .. "\"https://example.com/{symbol}.csv\" or base_url = \"folder/{symbol}.csv\""
  elseif plan.base_url:find "^%a[%w+.-]*://" and not plan.base_url:find "^https?://"
    and not plan.base_url:find "^file:///" then
    return "base_url is neither a path nor begins with https:// or file:///"
  end
  for place in plan.base_url:gmatch "{([^}]*)}" do
    local known = false
    for _, each in ipairs(PLACES) do known = known or each == place end
    if not known then
      local near = nearest(place, PLACES)
      return ("base_url has {%s}%s"):format(place, near and (", did you mean {%s}?"):format(near)
        or "; known are {symbol} {timeframe} {from} {to}")
    end
    has_symbol = has_symbol or place == "symbol"
  end
  if not has_symbol and #plan.symbols > 1 then
    return "base_url has no {symbol}, so all symbols of the plan would get the same bars"
  end
end

local fields = {
  name = "csv",
  calendar = "us",
  timeframes = { ["1m"] = "1m", ["5m"] = "5m", ["1h"] = "1h", ["1d"] = "1d" },
  -- What the files have is for the plan to say.
  adjustments = { "all", "split", "raw" },
  default_from = "1970-01-01",
  concurrency = 4,
  rows = 4000000,
  row_bytes = 50,
  -- A file has all bars whatever is asked for.
  whole_series = true,
}

local function provider_with(own)
  for key, value in pairs(fields) do own[key] = value end
  return b.provider(own)
end

local of_files = provider_with { bars = bars_of_file }

return provider_with {
  check = function(plan)
    local fault = fault_of(plan)
    if not fault and not plan.base_url:find "^https?://" then plan.provider = of_files end
    return fault
  end,
  request = function(job)
    return { url = filled(job, require "banyan.backfill.request".encode) }
  end,
  decode = decode,
}
