-- SPDX-License-Identifier: MIT
-- banyan backfill: what a plan asks for, from a provider into the bar store.
local estimate = require "banyan.cli.backfill_estimate"
local json_of = require "banyan.cli.backfill_json"
local load = require "banyan.load"
local metrics_of = require "banyan.cli.backfill_metrics"
local output = require "banyan.cli.output"
local plan_of = require "banyan.backfill.plan"
local print_ = require "banyan.print"
local report = require "banyan.cli.backfill_report"
local series = require "banyan.cli.backfill_series"
local round = require "banyan.cli.backfill_round"
local store_of = require "banyan.store"
local watch = require "banyan.cli.backfill_watch"

local M = {}

local DATA_BAD, PROVIDER_FAILED, INTERRUPTED = 4, 5, 130

local function dry_run(plan, directory, options)
  local rows, total = estimate.of(plan, directory)
  output.line(options.json and estimate.json(plan, rows, total) or estimate.lines(plan, rows, total))
  return 0
end

local function run_once(plan, at)
  local summary = round.run(plan, at)
  output.line(at.options.json and json_of.summary(summary, { indent = 2 })
    or report.lines(summary, output.verbose))
  if summary.stopped then
    output.report "banyan: stopped; what was fetched is in the store, give the same command to go on"
    return INTERRUPTED
  elseif summary.damaged > 0 then
    output.report(("banyan: %s; `banyan data check` tells more"):format(
      print_.count(summary.damaged, "series is damaged", "series are damaged")))
    return DATA_BAD
  elseif summary.failed > 0 then
    output.report(("banyan: %s could not be had; the same command asks for what is missing again")
      :format(print_.count(summary.failed, "series", "series")))
    return PROVIDER_FAILED
  end
  return 0
end

--- The verb.
---@return integer exit_code
function M.backfill(options, arguments)
  local plan = plan_of.check(load.plan(arguments[1]))
  local directory = store_of.directory(options.data)
  if plan.series then return series.backfill(plan, directory, options) end
  if options.dry_run then return dry_run(plan, directory, options) end
  local at = { directory = directory, options = options,
    metrics = options.metrics and metrics_of.start(options.metrics, plan.dataset) }
  return (options.watch and watch.run or run_once)(plan, at)
end

return M
