-- SPDX-License-Identifier: MIT
-- Look-ahead: histories that end on a session, one after the other, each compared with the whole history on
-- the sessions since the one before ended.
local engine = require "banyan.ffi"
local ffi = require "ffi"

local C = engine.C
local M = {}

local EACH_MAX = 5000 -- sessions: in longer runs not each is cut, unless the user says so, but
local CUTS = 1000     -- that many, evenly
local GOLDEN = (math.sqrt(5) - 1) / 2

--- How many sessions there are for each that is cut, when nobody says so.
---@param sessions integer
---@return integer
function M.every(sessions)
  return sessions <= EACH_MAX and 1 or math.ceil(sessions / CUTS)
end

-- Rows of the sessions that are cut: one of `every` each. Which of them varies, evenly, so that bars of a day
-- are not always cut at the same hour.
local function cuts(first, last, every)
  local rows = {}
  for from = first, last, every do
    local size = math.min(every, last - from + 1)
    rows[#rows + 1] = from + math.floor(size * ((#rows + 1) * GOLDEN % 1))
  end
  return rows
end

--- Compares.
---@param self banyan.Evaluation
---@param every integer
---@param progress fun(done: integer, all: integer)
---@return banyan.AuditFinding[]
---@return integer cuts how many histories there were
---@return integer compared how many sessions
function M.find(self, every, progress)
  local audit, rows = self:compare(), cuts(self.first, self.last, every)
  local late, begin = { sessions = 0 }, self.first
  for i, row in ipairs(rows) do
    self.check_interrupted()
    progress(i - 1, #rows)
    self:over_part(0, row, begin, function(columns, part)
      local computable = part and C.by_trace_range(part).first or row + 1
      if part then
        C.by_audit_compare(audit, self.whole, part, 0, ffi.new("by_range", computable, row), 0)
      end
      if computable > begin then
        C.by_audit_compare_columns(audit, self.whole, columns, ffi.new("by_range", begin, computable - 1))
        late.sessions, late.date = late.sessions + computable - begin, late.date or self:date(begin)
      end
    end)
    begin = row + 1
  end
  local findings = self:findings(audit)
  if late.date then
    findings[#findings + 1] = { kind = "allocation", path = "the tree", date = late.date,
      text = "the strategy is computable only with bars that come later", sessions = late.sessions }
  end
  self.close_comparison(audit)
  return findings, #rows, begin - self.first
end

return M
