-- SPDX-License-Identifier: MIT
-- Why a condition holds on a session or does not: the values on both sides of each comparison, and how
-- far they are apart.
local failure = require "banyan.failure"
local identity_of = require "banyan.identity"
local param_of = require "banyan.param"
local words = require "banyan.explain_words"

local M = {}

local SIZE_MAX = 10000        -- comparisons of a condition
local PARTS = { "over", "other", "left", "right" } -- of a series
local SESSIONS_MAX = 200000 -- looked at for one explanation, across all its conditions

---@class banyan.ConditionDay what a condition was on one session
---@field date string
---@field holds boolean
---@field left number? of a comparison; NaN where not computable
---@field right number?
---@field margin number? left - right
---@field relative number? margin / |right|; nil where right is 0
---@field bars string[]? of a comparison: the bars of higher timeframes that it sees, "1d of 2020-03-12"
---@field parts banyan.ConditionReason[]? of a condition made of others
---@field count integer? how many of them hold

---@class banyan.ConditionReason
---@field kind string
---@field text string
---@field left_text string? of a comparison
---@field sign string?
---@field right_text string?
---@field needed integer? of at_least
---@field holds boolean
---@field for_days integer
---@field days_ago integer
---@field days banyan.ConditionDay[] the sessions that show why: all when it holds, else the last on
--- which it did not

---@class banyan.ConditionReader
---@field trace table with value(series, row) and holds(condition, row) and date(row)
---@field assignment table<string, any>
local Reader = {}
Reader.__index = Reader

--- Reads conditions of one traced assignment.
function M.new(trace, assignment)
  return setmetatable({ trace = trace, assignment = assignment, sessions = 0, known = {},
    sizes = {} }, Reader)
end

local compare = {
  gt = function(a, b) return a > b end,
  gte = function(a, b) return a >= b end,
  lt = function(a, b) return a < b end,
  lte = function(a, b) return a <= b end,
  eq = function(a, b) return a == b end,
}

function Reader:resolve(value, default)
  if value == nil then return default end
  return param_of.resolve(value, self.assignment)
end

-- The bars of higher timeframes that a series shows on a row, each once: "1d of 2020-03-12".
local function note_bars(self, series, row, list)
  if series.on then
    local begin = self.trace:bar(series, row)
    local text = begin and ("%s of %s"):format(series.on, begin)
    if text and not list[text] then
      list[#list + 1], list[text] = text, true
    end
    return
  end
  for _, field in ipairs(PARTS) do
    if series[field] then
      note_bars(self, series[field], row - self:resolve(series.days_ago, 0), list)
    end
  end
end

local function read_comparison(self, condition, row, day)
  day.left = self.trace:value(condition.left, row)
  day.right = condition.right and self.trace:value(condition.right, row)
    or self:resolve(condition.threshold)
  day.margin = day.left - day.right
  if day.right ~= 0 then day.relative = day.margin / math.abs(day.right) end
  day.bars = {}
  note_bars(self, condition.left, row, day.bars)
  if condition.right then note_bars(self, condition.right, row, day.bars) end
  day.holds = compare[self:resolve(condition.comparator)](day.left, day.right)
end

--- The fewest and the most conditions of a compound that make it hold.
function Reader:bounds(condition)
  local n = #condition.conditions
  if condition.kind == "all" then return n, n end
  if condition.kind == "any" then return 1, n end
  if condition.kind == "none" then return 0, 0 end
  return self:resolve(condition.count), n
end

local function read_compound(self, condition, row, day)
  local low, high = self:bounds(condition)
  day.parts, day.count = {}, 0
  for i, part in ipairs(condition.conditions) do
    day.parts[i] = self:read(part, row)
    day.count = day.count + (day.parts[i].holds and 1 or 0)
  end
  day.holds = day.count >= low and day.count <= high
end

--- What a condition was on a session, whatever its for_days and days_ago.
---@return banyan.ConditionDay
function Reader:day(condition, row)
  local known = self.known[condition] or {}
  self.known[condition] = known
  if known[row] then return known[row] end
  self.sessions = self.sessions + 1
  if self.sessions > SESSIONS_MAX then
    failure.fail("LIMIT", "the conditions look at more than %d sessions together; that is too much to "
      .. "explain", SESSIONS_MAX)
  end
  local day = { row = row, date = self.trace:date(row) }
  local read = condition.kind == "compare" and read_comparison or read_compound
  read(self, condition, row, day)
  known[row] = day
  return day
end

--- Why a condition holds on a session, or does not.
---@param condition table
---@param row integer
---@return banyan.ConditionReason
function Reader:read(condition, row)
  if identity_of.size(condition, self.sizes) > SIZE_MAX then
    failure.fail("LIMIT", "a condition is made of more than %d comparisons; that is too much to explain",
      SIZE_MAX)
  end
  local reason = { kind = condition.kind, condition = condition, holds = true,
    text = words.condition(condition, self.assignment),
    for_days = self:resolve(condition.for_days, 1), days_ago = self:resolve(condition.days_ago, 0) }
  if condition.kind == "compare" then
    reason.left_text = words.series(condition.left, self.assignment)
    reason.sign = words.sign(condition.comparator, self.assignment)
    reason.right_text = condition.right and words.series(condition.right, self.assignment) or nil
  elseif condition.kind == "at_least" then
    reason.needed = self:resolve(condition.count)
  end
  local days = {}
  for k = 0, reason.for_days - 1 do
    local day = self:day(condition, row - reason.days_ago - k)
    if not day.holds then
      reason.holds, days = false, { day }
      break
    end
    days[#days + 1] = day
  end
  reason.days = days
  self.trace:check(condition, row, reason.holds)
  return reason
end

return M
