-- SPDX-License-Identifier: MIT
-- banyan backfill --watch: round after round, a line each, until Ctrl-C.
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local json_of = require "banyan.cli.backfill_json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local report = require "banyan.cli.backfill_report"
local round = require "banyan.cli.backfill_round"
local watch = require "banyan.backfill.watch"

local M = {}

-- Failures that the next round would meet again; a later session may come all the same.
local PERMANENT = { auth = true, bad_request = true, bad_symbol = true, entitlement = true, tls = true }

local function first_failure(summary)
  for _, row in ipairs(summary.series) do
    if row.failure then return row end
  end
end

local function is_worth_retrying(summary)
  for _, row in ipairs(summary.series) do
    if row.failure and not PERMANENT[row.failure.class] then return true end
  end
  return false
end

-- The plan or the keys are wrong: nothing could be had, and nothing will be.
local function is_hopeless(summary)
  return summary.failed == #summary.series and not is_worth_retrying(summary)
end

local function line_of(summary)
  local line = report.summary(summary)
  local row = first_failure(summary)
  if not row then return line end
  return ("%s; %s failed, such as %s: %s"):format(line, print_.count(summary.failed, "series", "series"),
    row.symbol, row.failure.message)
end

local function stamp(time)
  return dates.format_time(time)
end

local function say(self, next_)
  if not self.line then return end
  if self.options.json then
    output.line(self.line)
  else
    output.line(("%s  %s%s"):format(stamp(self.ended), self.line, next_ or ""))
  end
  self.line = nil
  output.flush()
end

-- One round: whether it went well. What goes wrong in the first one ends the program, as it would without
-- --watch; later on, only the next round may know better.
local function run_round(self)
  local ok, summary = pcall(round.run, self.plan, { directory = self.directory,
    metrics = self.metrics, give_up_s = math.huge })
  local first = self.rounds == 0
  self.rounds, self.ended = self.rounds + 1, clock.now()
  if not ok then
    if first or not ffi.failure_of(summary) then error(summary, 0) end
    output.report(("%s  banyan: %s"):format(stamp(self.ended), summary.message))
    return false
  end
  if first and summary.failed > 0 and is_hopeless(summary) then
    output.line(self.options.json and json_of.summary(summary) or report.lines(summary, false))
    ffi.fail("PROVIDER", "%s: nothing of the plan can be had; mend it and begin again",
      summary.dataset)
  end
  self.line = self.options.json and json_of.summary(summary) or line_of(summary)
  if output.verbose and not self.options.json then output.note(table.concat(report.lines(summary, true), "\n")) end
  return not is_worth_retrying(summary)
end

--- Keeps a plan fresh.
---@param plan banyan.Plan
---@param at { directory: string, metrics: banyan.Metrics?, options: table<string, any> }
---@return integer exit_code
function M.run(plan, at)
  local self = { plan = plan, directory = at.directory, metrics = at.metrics, options = at.options,
    rounds = 0 }
  math.randomseed(host.now() * 1000 % 2 ^ 31)
  watch.run(plan, {
    round = function() return run_round(self) end,
    waits = function(due) say(self, ("; next at %s UTC"):format(stamp(due))) end,
    stopping = round.stopping, sleep = host.sleep, random = math.random,
  })
  say(self)
  if not round.stopping() then
    output.note(("banyan: the plan ends with %s; nothing new can come"):format(plan.to))
    return 0
  end
  output.report "banyan: stopped; what was fetched is in the store, give the same command to go on"
  return 130
end

return M
