-- SPDX-License-Identifier: MIT
-- banyan backfill: what a plan asks for, from a provider into the bar store.
local backfill = require "banyan.backfill"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local progress = require "banyan.cli.progress"
local store_of = require "banyan.store"

local M = {}

local function load_plan(path)
  local object = load.any(path)
  if object.type ~= "backfill" then
    ffi.fail("STRATEGY", "%s: this is a %s; a backfill plan returns b.backfill { ... }", path,
      object.type)
  end
  local plan = {}
  for key, value in pairs(object) do
    if key ~= "type" then plan[key] = value end
  end
  return plan
end

local function describe(request)
  local rows = {
    { "provider", request.provider },
    { "dataset", request.dataset .. (store_of.is_simulated(request.dataset) and "  SIMULATED"
      or "") },
    { "timeframe", request.timeframe },
    { "span", request.from .. " to " .. request.to },
  }
  local lines = print_.columns(rows, "ll")
  for _, line in ipairs(print_.wrap(("%s: %s"):format(print_.count(#request.symbols, "symbol"),
    table.concat(request.symbols, " ")), 80)) do
    lines[#lines + 1] = line
  end
  return lines
end

local function series_object(row)
  return json.object { { "symbol", row.symbol }, { "bars", row.bars }, { "added", row.added },
    { "unchanged", row.unchanged }, { "changed", row.changed } }
end

local function as_json(summary)
  local series = {}
  for i, row in ipairs(summary.series or {}) do series[i] = series_object(row) end
  return json.encode(json.object {
    { "schema", "banyan.backfill/1" }, { "provider", summary.provider },
    { "dataset", summary.dataset }, { "simulated", store_of.is_simulated(summary.dataset) },
    { "timeframe", summary.timeframe }, { "from", summary.from }, { "to", summary.to },
    { "symbols", json.array(summary.symbols) }, { "bars", summary.bars },
    { "added", summary.added }, { "unchanged", summary.unchanged },
    { "changed", summary.changed }, { "series", json.array(series) },
  }, { indent = 2 })
end

--- What a backfill did, in a line.
---@param summary table of banyan.backfill.run
---@return string
function M.summary(summary)
  local parts = { print_.thousands(summary.added) .. " new" }
  if summary.unchanged > 0 then
    parts[#parts + 1] = print_.thousands(summary.unchanged) .. " unchanged"
  end
  if summary.changed > 0 then
    parts[#parts + 1] = print_.thousands(summary.changed) .. " replaced"
  end
  return ("%s%s: %s, %s: %s"):format(summary.dataset,
    store_of.is_simulated(summary.dataset) and " (simulated)" or "",
    print_.count(#summary.series, "symbol"), print_.count(summary.bars, "bar"),
    table.concat(parts, ", "))
end

-- Between two series is where a backfill can stop: the first of them is in the store for good.
local function watch(bar)
  return function(done, total, symbol)
    if host.interrupted() > 0 and done < total then
      ffi.fail("CANCELLED", "stopped after %d of %d symbols; what is done is in the store, give "
        .. "the same command to go on", done, total)
    end
    bar:update(function()
      return ("backfill %d/%d  %s"):format(done, total, symbol)
    end)
  end
end

--- The verb.
---@return integer exit_code
function M.backfill(options, arguments)
  local plan = load_plan(arguments[1])
  if options.dry_run then
    local request = backfill.request(plan)
    output.line(options.json and as_json(request) or describe(request))
    return 0
  end
  local directory = store_of.directory(options.data)
  store_of.make_directory(directory)
  local bar = progress.start { terminal_only = true }
  local ok, summary = pcall(backfill.run, plan, { data = directory, progress = watch(bar) })
  bar:clear()
  if not ok then error(summary, 0) end
  output.line(options.json and as_json(summary) or M.summary(summary))
  return 0
end

return M
