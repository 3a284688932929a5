-- SPDX-License-Identifier: MIT
-- Warm-up: histories that begin later, each compared with the whole history, tell how many bars it takes
-- until nothing depends on where they begin.
local engine = require "banyan.ffi"

local C = engine.C
local M = {}

local STARTS = 6 -- histories that begin later
local SETTLED = 1e-9 -- relative: what differs by less no longer depends on the start
local SETTLED_SHARE = 0.1 -- of a history: what differs in its last tenth has not settled

---@class banyan.AuditWarmUp
---@field sessions integer? the number of the first bar on which nothing depends on where they begin; nil when
--- something is open, and when no history that begins later is long enough
---@field date string? the first session from which on that is so
---@field slowest string? the part that depends on it longest; nil when that is over once all is computable
---@field open string[] parts that depend on it up to the end
---@field remembers string[] of the others those that settle by what happens, not after a number of bars

-- One history that begins at `start`: on which of its bars all is computable, and each part is as in the whole
-- history from then on.
local function settle(self, whole, start, result)
  local audit = self:compare()
  self:over_part(start, self.last, start, function(_, part)
    if not part then return end
    local range = C.by_trace_range(part)
    C.by_audit_compare(audit, whole, part, start, range, SETTLED)
    result.ready = math.max(result.ready or 0, range.first + 1)
  end)
  for i, each in ipairs(self.parts) do
    local found = each.find(audit)
    if found.count > 0 then
      local last = tonumber(found.last_row)
      result.needed[i] = math.max(result.needed[i] or 0, last + 2 - start)
      result.is_open[i] = result.is_open[i] or last > self.last - (self.last - start) * SETTLED_SHARE
    end
  end
  self.close_comparison(audit)
end

-- Adds a text unless it is there.
local function add(list, text)
  if not list[text] then list[#list + 1] = text end
  list[text] = true
end

local function texts(list)
  return { unpack(list) }
end

-- Goes through all that differed.
local function sum_up(self, result)
  local sessions, slowest, open, remembers = result.ready, nil, {}, {}
  for i, part in ipairs(self.parts) do
    if result.is_open[i] then
      add(open, part.text)
    elseif result.needed[i] then
      if part.remembers then add(remembers, part.text) end
      if result.needed[i] > sessions then sessions, slowest = result.needed[i], part.text end
    end
  end
  if #open > 0 or not sessions then return { open = texts(open), remembers = texts(remembers) } end
  local row = self.at.market.panel.first_common + sessions - 1
  return { sessions = sessions, date = row <= self.last and self:date(row) or nil, slowest = slowest,
    open = {}, remembers = texts(remembers) }
end

--- Measures it by histories that begin within the first half of all sessions up to the last one.
---@param self banyan.Evaluation
---@return banyan.AuditWarmUp
function M.measure(self)
  return self:with_all(function(whole, first)
    local result, before = { needed = {}, is_open = {} }, nil
    for step = 1, STARTS do
      self.check_interrupted()
      local start = first + math.floor((self.last - first + 1) * step / (2 * STARTS))
      if start ~= before then settle(self, whole, start, result) end
      before = start
    end
    return sum_up(self, result)
  end)
end

return M
