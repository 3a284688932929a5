-- SPDX-License-Identifier: MIT
-- banyan backfill with a plan of series from outside.
local ffi = require "banyan.ffi"
local import = require "banyan.cli.data_import_series"
local json = require "banyan.json"
local outside = require "banyan.backfill.outside"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local round = require "banyan.cli.backfill_round"

local M = {}

local PROVIDER_FAILED, INTERRUPTED = 5, 130

local function dry_run(plan, options)
  if options.json then
    output.line(json.encode(json.object { { "schema", "banyan.backfill_series/1" }, { "dry_run", true },
      { "series", json.array(plan.series) }, { "requests", #plan.series } }, { indent = 2 }))
  else
    output.line(("%s, each in one request: %s"):format(print_.count(#plan.series, "series", "series"),
      table.concat(plan.series, " ")))
  end
  return 0
end

local function as_json(results)
  local list = {}
  for i, each in ipairs(results) do
    local file = each.file
    list[i] = json.object { { "name", each.name }, { "added", tonumber(file.counts.added) },
      { "unchanged", tonumber(file.counts.unchanged) }, { "different", tonumber(file.counts.changed) },
      { "empty", file.empty_count }, { "repeated", file.repeated_count }, { "unseen", file.unseen_count },
      { "refused", file.refused_count }, { "failure", each.failure or json.null } }
  end
  return json.encode(json.object { { "schema", "banyan.backfill_series/1" }, { "series", json.array(list) } },
    { indent = 2 })
end

local function tell(each)
  import.report_refusals(each.source, each.file)
  import.report_changed(each.name, each.file.counts)
end

--- Fetches the series of a plan.
---@param plan banyan.SeriesPlan
---@param directory string of the store
---@return integer exit_code
function M.backfill(plan, directory, options)
  for _, option in ipairs { "watch", "metrics" } do
    if options[option] then ffi.fail("USAGE", "--%s goes with plans of bars; series are fetched once", option) end
  end
  if options.dry_run then return dry_run(plan, options) end
  local results, failed = outside.run(plan, { data = directory, stopping = round.stopping }), 0
  for _, each in ipairs(results) do
    tell(each)
    if each.failure then
      failed = failed + 1
      output.report(("banyan: series %s: %s"):format(each.name, each.failure))
    elseif not options.json then
      output.line(import.summary(each.name, each.file))
    end
  end
  if options.json then output.line(as_json(results)) end
  if #results < #plan.series then
    output.report "banyan: stopped; give the same command to go on"
    return INTERRUPTED
  end
  return failed > 0 and PROVIDER_FAILED or 0
end

return M
