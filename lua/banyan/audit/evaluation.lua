-- SPDX-License-Identifier: MIT
-- Evaluations of a strategy over some of its bars, for audits: each from the bars on, as if the others
-- had never been.
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local ffi = require "ffi"
local host = require "banyan.host"
local parts_of = require "banyan.audit.parts"
local prepare = require "banyan.prepare"
local timeframe = require "banyan.timeframe"

local C = engine.C
local M = {}

local PARALLEL_ROWS = 20000 -- of a panel; the columns of less are done before threads have begun

---@class banyan.Evaluation
---@field strategy banyan.Strategy
---@field at banyan.Prepared
---@field parts banyan.AuditPart[]
---@field whole ffi.cdata* by_trace over all bars
---@field first integer the sessions, as rows of the panel
---@field last integer
local Evaluation = {}
Evaluation.__index = Evaluation

local function trace_of(columns, first, last)
  return engine.make("by_trace", C.by_trace_free, C.by_trace_new, columns,
    ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX)), ffi.new("by_range", first, last))
end

--- Evaluates a strategy over all bars.
---@param strategy banyan.Strategy
---@param options table as of banyan.prepare.new, with params
---@return banyan.Evaluation
function M.new(strategy, options)
  local at = prepare.new(strategy, strategy:assignment(options.params), options, host.cores())
  local self = setmetatable({ strategy = strategy, at = at,
    parts = parts_of.of(strategy.root, at.emitted) }, Evaluation)
  self.whole = custom_failures.call(strategy, trace_of, at.columns, at.range.first, at.range.last)
  local range = C.by_trace_range(self.whole)
  self.first, self.last = range.first, range.last
  return self
end

--- Frees it.
function Evaluation:close()
  engine.close(self.whole, C.by_trace_free)
  prepare.close(self.at)
end

--- Calls use(whole, first) with the trace over all sessions that the bars have up to the last one, also those
--- before the first that was asked for, and the row of the first of them.
function Evaluation:with_all(use)
  local earliest = self.at.market.panel.first_common
  if self.at.range.first <= earliest then return use(self.whole, self.first) end
  local all = custom_failures.call(self.strategy, trace_of, self.at.columns, earliest, self.last)
  local result = use(all, C.by_trace_range(all).first)
  engine.close(all, C.by_trace_free)
  return result
end

--- The session of a row: a day, with the time of bars that are shorter.
---@return string
function Evaluation:date(row)
  local panel = self.at.market.panel
  return timeframe.begin_text(panel.bar_seconds > 0 and panel.bar_seconds or math.huge, panel.time[row])
end

--- Raises when the user asked to stop.
function Evaluation.check_interrupted()
  if host.interrupted() > 0 then failure.fail("CANCELLED", "audit: interrupted") end
end

--- What is compared with the whole, to be closed with close_comparison.
---@return ffi.cdata* by_audit
function Evaluation:compare()
  return engine.make("by_audit", C.by_audit_free, C.by_audit_new, self.at.plan)
end

function Evaluation.close_comparison(audit)
  engine.close(audit, C.by_audit_free)
end

--- Evaluates rows `first` .. `last` of a panel, and calls use(columns, trace) with what came of it, without
--- a trace when no session of them is computable.
function Evaluation:over(panel, first, last, threads, use)
  local columns = custom_failures.call(self.strategy, engine.make, "by_columns", C.by_columns_free,
    C.by_columns_new, self.at.plan, panel, threads, prepare.MEMORY_BYTES / 2)
  local ok, trace = pcall(custom_failures.call, self.strategy, trace_of, columns, first, last)
  local failed = not ok and engine.failure_of(trace)
  if not ok and not (failed and failed.status == "DATA") then error(trace, 0) end
  use(columns, ok and trace or nil)
  if ok then engine.close(trace, C.by_trace_free) end
  engine.close(columns, C.by_columns_free)
end

--- The same over the rows first .. last of the bars alone, told in rows of the whole, of which those from
--- `asked_first` on are evaluated.
function Evaluation:over_part(first, last, asked_first, use)
  local panel = self.at.market:cut(first, last)
  local threads = last - first >= PARALLEL_ROWS and host.cores() or 1
  local ok, raised = pcall(self.over, self, panel, asked_first - first, last - first, threads, use)
  engine.close(panel, C.by_panel_free)
  if ok then return end
  local failed = engine.failure_of(raised)
  if not failed or failed.status == "CANCELLED" then error(raised, 0) end
  failure.fail(failed.status, "%s (on all bars it works, and on those from %s to %s alone, as the audit "
    .. "takes them, it does not)", failed.message, self:date(first), self:date(last))
end

---@class banyan.AuditFinding
---@field kind string of banyan.AuditPart
---@field text string
---@field path string
---@field date string the first session that differs
---@field whole number? what it is over all bars; an allocation has none
---@field part number? what it is in the other evaluation
---@field sessions integer how many differ

--- What a comparison found, causes first, of parts that read the same the first.
---@param audit ffi.cdata* by_audit
---@return banyan.AuditFinding[]
function Evaluation:findings(audit)
  local findings, seen = {}, {}
  for _, part in ipairs(self.parts) do
    local found = parts_of.difference(part, audit)
    local key = part.kind .. "\n" .. part.text .. "\n" .. (found and found.first_row or "")
    if found and not seen[key] then
      seen[key] = true
      local valued = part.kind ~= "allocation"
      findings[#findings + 1] = { kind = part.kind, text = part.text, path = part.path,
        date = self:date(found.first_row), sessions = found.count,
        whole = valued and found.whole or nil, part = valued and found.part or nil }
    end
  end
  return findings
end

return M
