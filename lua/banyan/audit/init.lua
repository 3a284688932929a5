-- SPDX-License-Identifier: MIT
-- Audits: whether what a strategy decides on a session depends on what comes after it (look-ahead), on
-- where the history starts (warm-up), or on the evaluation itself (determinism). The strategy is
-- evaluated again over parts of the bars, from the bars on, and every indicator, condition and
-- allocation is compared with that of the whole history.
local engine = require "banyan.ffi"
local evaluation = require "banyan.audit.evaluation"
local ffi = require "ffi"
local look_ahead = require "banyan.audit.look_ahead"
local warm_up = require "banyan.audit.warm_up"

local C = engine.C
local M = {}

-- Once more over all bars, on one thread.
local function determinism(self)
  local audit = self:compare()
  self:over(self.at.market.panel, self.first, self.last, 1, function(_, again)
    if again then
      local both = C.by_trace_range(again)
      C.by_audit_compare(audit, self.whole, again, 0, ffi.new("by_range", both.first, self.last), 0)
    end
  end)
  local findings = self:findings(audit)
  self.close_comparison(audit)
  return findings
end

---@class banyan.Audit
---@field strategy string
---@field dataset string
---@field simulated boolean
---@field start string
---@field finish string
---@field sessions integer
---@field cuts integer how many histories that end earlier were evaluated
---@field compared integer how many sessions were compared with them
---@field parts integer indicators, conditions, allocations and so on
---@field determinism banyan.AuditFinding[]
---@field look_ahead banyan.AuditFinding[]? causes first; nil when it is not deterministic
---@field warm_up banyan.AuditWarmUp? likewise

--- Audits a strategy. What differs from one evaluation to the next would look like look-ahead, so that is not
--- sought there.
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run, and `every`: one history for each so many sessions
---@param progress fun(done: integer, all: integer)?
---@return banyan.Audit
function M.run(strategy, options, progress)
  local self = evaluation.new(strategy, options)
  local sessions = self.last - self.first + 1
  local result = {
    strategy = strategy.name, dataset = self.at.market.dataset, simulated = self.at.market.simulated,
    start = self:date(self.first), finish = self:date(self.last), sessions = sessions,
    parts = #self.parts, determinism = determinism(self), cuts = 0, compared = 0,
  }
  if #result.determinism == 0 then
    result.look_ahead, result.cuts, result.compared = look_ahead.find(self,
      options.every or look_ahead.every(sessions), progress or function() end)
    result.warm_up = warm_up.measure(self)
  end
  self:close()
  return result
end

return M
