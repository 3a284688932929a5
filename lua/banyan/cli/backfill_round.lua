-- SPDX-License-Identifier: MIT
-- One round of a backfill, with progress and metrics, and what became of each series.
local calendar_of = require "banyan.calendar"
local clock = require "banyan.clock"
local driver = require "banyan.backfill.driver"
local host = require "banyan.host"
local progress = require "banyan.cli.progress"
local progress_text = require "banyan.cli.backfill_progress"
local provider_of = require "banyan.provider"
local sessions = require "banyan.backfill.sessions"
local store_of = require "banyan.store"

local M = {}

--- Whether the user has asked to stop.
function M.stopping()
  return host.interrupted() > 0
end

-- The gaps that a user has to know of: not the time before a listing, no days that may be holidays, and not
-- what a failure or Ctrl-C explains.
local function holes_of(plan, each, explained)
  local calendar = calendar_of.of(provider_of.value(plan.provider, "calendar", each.symbol))
  local holes = {}
  for _, gap in ipairs(each.missing) do
    local told = gap.kind == "before" or gap.kind == "empty" and not calendar.known
      or gap.kind == "not_fetched" and explained
    if not told then holes[#holes + 1] = gap end
  end
  return holes
end

-- Sessions without a bar, and why, into the rows of the summary.
local function add_gaps(summary, plan, directory)
  local rows = {}
  for _, row in ipairs(summary.series) do rows[row.timeframe .. " " .. row.symbol] = row end
  local store = store_of.open(directory, "read")
  local ok, report = pcall(sessions.report, plan, store:snapshot(), clock.now())
  store:close()
  if not ok then error(report, 0) end
  summary.damaged = 0
  for _, each in ipairs(report) do
    if each.fault then summary.damaged = summary.damaged + 1 end
    local row = rows[each.timeframe .. " " .. each.symbol]
    row.sessions, row.present, row.gaps = each.expected, each.present, each.missing
    row.holes = holes_of(plan, each, row.failure ~= nil or summary.stopped)
    row.behind, row.fault = each.behind, each.fault
  end
end

local function add_refused(summary)
  summary.refused = 0
  for _, row in ipairs(summary.series) do summary.refused = summary.refused + row.refused end
end

--- Fetches what a plan wants and the store does not have.
---@param plan banyan.Plan
---@param options { directory: string, metrics: banyan.Metrics?, give_up_s: number? }
---@return table summary of the driver, with `refused` as a sum; its rows with `sessions` that are wanted,
--- `gaps` (those without bars, and why), `holes` (the gaps to tell of), `behind`, and `fault` of a damaged series
function M.run(plan, options)
  local bar, metrics = progress.start(), options.metrics
  local noun, began = #plan.timeframes > 1 and "series" or "symbols", clock.now()
  local ok, summary = pcall(driver.run, plan, {
    data = options.directory,
    stopping = M.stopping,
    give_up_s = options.give_up_s,
    progress = function(state)
      bar:update(function() return progress_text(state, noun) end)
      if metrics then metrics:progress(state) end
    end,
  })
  bar:clear()
  if ok then
    add_refused(summary)
    summary.seconds = summary.seconds or clock.now() - began
  end
  if metrics then metrics:round_ended(ok and summary or nil) end
  if not ok then error(summary, 0) end
  add_gaps(summary, plan, options.directory)
  return summary
end

return M
