-- SPDX-License-Identifier: MIT
-- What is known of the values of a session by the conditions that held and did not hold on the way to a
-- node, and what follows from it for another condition.
--
-- Everything is known for all values of all params at once: a fact is the widest that any of them
-- leaves, and an answer is given only when it is the same under all. Values are taken to be
-- computable: a NaN would make a condition and its opposite false alike.
local domain = require "banyan.lint_domain"
local identity_of = require "banyan.identity"
local interval = require "banyan.lint_interval"

local M = {}

local SIZE_MAX = 10000 -- comparisons of a condition that is looked into

---@class banyan.Facts
---@field ranges table<string, banyan.Interval> of indicators, and of differences of two, by session
---@field truths table<string, { holds: boolean, why: string }> of whole conditions
local Facts = {}
Facts.__index = Facts

--- No facts. `identity` tells equal parts, `text_of(condition)` puts a condition in words.
---@param identity banyan.Identity
---@param text_of fun(condition: table): string
---@return banyan.Facts
function M.new(identity, text_of)
  return setmetatable({ identity = identity, text_of = text_of, ranges = {}, truths = {} }, Facts)
end

local function copy(self)
  local made = setmetatable({ identity = self.identity, text_of = self.text_of, ranges = {},
    truths = {} }, Facts)
  for key, each in pairs(self.ranges) do made.ranges[key] = each end
  for key, each in pairs(self.truths) do made.truths[key] = each end
  return made
end

--- What both know.
function Facts:join(other)
  if self == other then return self end
  local made = M.new(self.identity, self.text_of)
  for key, each in pairs(self.ranges) do
    if other.ranges[key] then made.ranges[key] = interval.hull(each, other.ranges[key]) end
  end
  for key, each in pairs(self.truths) do
    local there = other.truths[key]
    if there and there.holds == each.holds then made.truths[key] = each end
  end
  return made
end

local function whole(value, default)
  local values = value == nil and { default } or identity_of.values(value)
  for i = 2, #values do
    if values[i] ~= values[1] then return nil end
  end
  return values[1]
end

-- An indicator on the session `ago` sessions back: its key and where it lies; nil when that depends on a param.
local function range_of(self, series, ago)
  local own = whole(series.days_ago, 0)
  if not own then return nil end
  local key = ("%d@%d"):format(self.identity:undated(series), own + ago)
  local base = domain.of(series)
  return key, self.ranges[key] and interval.intersect(base, self.ranges[key]) or base
end

-- A comparison as key, range, comparator and the lowest and highest number of its right side.
local function terms(self, condition, ago)
  local comparator = whole(condition.comparator)
  local left, left_range = range_of(self, condition.left, ago)
  if not comparator or not left then return nil end
  if condition.right == nil then
    local low, high = math.huge, -math.huge
    for _, each in ipairs(identity_of.values(condition.threshold)) do
      low, high = math.min(low, each), math.max(high, each)
    end
    return left, left_range, comparator, low, high
  end
  local right, right_range = range_of(self, condition.right, ago)
  if not right then return nil end
  if left == right then return left .. "-" .. right, interval.new(0, 0), comparator, 0, 0 end
  if left > right then
    left, right, left_range, right_range = right, left, right_range, left_range
    comparator = interval.mirrored(comparator)
  end
  local key, base = left .. "-" .. right, interval.difference(left_range, right_range)
  if self.ranges[key] then base = interval.intersect(self.ranges[key], base) end
  return key, base, comparator, 0, 0
end

local function reasons(range)
  local list = { range.lo_why }
  if range.hi_why and range.hi_why ~= range.lo_why then list[#list + 1] = range.hi_why end
  return #list > 0 and table.concat(list, " and ") or nil
end

local decide = {}

function decide.compare(self, condition, ago)
  local key, range, comparator, low, high = terms(self, condition, ago)
  if not key then return nil end
  if interval.is_empty(interval.intersect(range, interval.possible(comparator, low, high))) then
    return false, reasons(range)
  end
  local certain = interval.certain(comparator, low, high)
  if certain and interval.inside(range, certain) then return true, reasons(range) end
  return nil
end

-- The conditions of a count, and the lowest and highest number of them that makes it hold.
local function counted(condition)
  local n = #condition.conditions
  if condition.kind == "all" then return n, n end
  if condition.kind == "any" then return 1, n end
  if condition.kind == "none" then return 0, 0 end
  local count = whole(condition.count)
  if type(count) ~= "number" then return nil end
  return count, n
end

-- Whether all of a list can be of one truth on the same session.
local function can_all_be(self, list, holds, ago)
  local facts = self
  for _, each in ipairs(list) do
    local known = facts:decided(each, ago)
    if known == not holds then return false end
    if known == nil then facts = facts:assume(each, holds, ago) end
  end
  return true
end

--- How few and how many of a list of conditions hold.
---@return integer least
---@return integer most
---@return string? why
function Facts:count_range(list, ago)
  local least, most, whys = 0, #list, {}
  for _, each in ipairs(list) do
    local known, why = self:decided(each, ago)
    if known == true then least = least + 1 elseif known == false then most = most - 1 end
    if known ~= nil and why then whys[#whys + 1] = why end
  end
  if least == 0 and not can_all_be(self, list, false, ago) then least = 1 end
  if most == #list and most > least and not can_all_be(self, list, true, ago) then most = most - 1 end
  return least, most, #whys > 0 and table.concat(whys, " and ") or nil
end

local function decide_count(self, condition, ago)
  local low, high = counted(condition)
  if not low then return nil end
  local least, most, why = self:count_range(condition.conditions, ago)
  if least >= low and most <= high then return true, why end
  if most < low or least > high then return false, why end
  return nil
end

decide.all, decide.any, decide.none, decide.at_least = decide_count, decide_count, decide_count,
  decide_count

-- Sessions that a condition looks at: how far back the last lies, and how many; nil when a param says so,
-- or when the condition is too large to be looked into.
local function sessions(condition)
  if condition.conditions and identity_of.size(condition) > SIZE_MAX then return nil end
  return whole(condition.days_ago, 0), whole(condition.for_days, 1)
end

--- Whether a condition holds `ago` sessions back; nil when that is not certain.
---@param condition table
---@param ago integer? 0 when left out
---@return boolean? holds
---@return string? why the conditions from which it follows; nil when it follows from what its indicators are
function Facts:decided(condition, ago)
  ago = ago or 0
  local truth = self.truths[("%d@%d"):format(self.identity:of(condition), ago)]
  if truth then return truth.holds, truth.why end
  local back, count = sessions(condition)
  if not back or not count or not decide[condition.kind] then return nil end
  local holds, why = decide[condition.kind](self, condition, ago + back)
  if count == 1 or holds == false then return holds, why end
  if self:is_always(condition) then return true end -- of other sessions nothing is known here
  return nil
end

--- Whether a condition holds on every session, whatever is known of this one.
function Facts:is_always(condition)
  local decision = decide[condition.kind]
  return decision ~= nil and decision(M.new(self.identity, self.text_of), condition, 0) == true
end

-- A condition in the words of what is known of it.
local function known_text(self, condition, holds)
  if holds then return self.text_of(condition) end
  local opposite = condition.kind == "compare" and interval.opposite(whole(condition.comparator) or "eq")
  local _, count = sessions(condition)
  if not opposite or count ~= 1 then return "not " .. self.text_of(condition) end
  return self.text_of(setmetatable({ comparator = opposite }, { __index = condition }))
end

local learn = {}

function learn.compare(self, condition, holds, ago)
  local key, range, comparator, low, high = terms(self, condition, ago)
  if not holds then comparator = comparator and interval.opposite(comparator) end
  if not key or not comparator then return end
  self.ranges[key] = interval.intersect(range,
    interval.possible(comparator, low, high, known_text(self, condition, holds)))
end

local function learn_count(self, condition, holds, ago)
  local low, high = counted(condition)
  if not low then return end
  if holds then return self:learn_count(condition.conditions, low, high, ago) end
  local n = #condition.conditions
  if low == 0 then return self:learn_count(condition.conditions, high + 1, n, ago) end
  if high == n then return self:learn_count(condition.conditions, 0, low - 1, ago) end
end

learn.all, learn.any, learn.none, learn.at_least = learn_count, learn_count, learn_count, learn_count

-- Takes in, in place, that from `low` to `high` of a list of conditions hold.
function Facts:learn_count(list, low, high, ago)
  local open, least, most = {}, 0, #list
  for _, each in ipairs(list) do
    local known = self:decided(each, ago)
    if known == true then least = least + 1
    elseif known == false then most = most - 1
    else open[#open + 1] = each end
  end
  local holds = nil
  if most <= low then holds = true elseif least >= high then holds = false end
  if holds == nil then return end
  for _, each in ipairs(open) do self:learn(each, holds, ago) end
end

-- Takes in, in place, that a condition holds, or that it does not.
function Facts:learn(condition, holds, ago)
  self.truths[("%d@%d"):format(self.identity:of(condition), ago)] =
    { holds = holds, why = known_text(self, condition, holds) }
  local back, count = sessions(condition)
  if not back or not count or not learn[condition.kind] then return end
  if count == 1 or holds then learn[condition.kind](self, condition, holds, ago + back) end
end

--- The facts with one more: that a condition holds `ago` sessions back, or that it does not.
---@return banyan.Facts
function Facts:assume(condition, holds, ago)
  local made = copy(self)
  made:learn(condition, holds, ago or 0)
  return made
end

--- The facts with one more: how many of a list of conditions hold.
---@return banyan.Facts
function Facts:assume_count(list, low, high)
  local made = copy(self)
  made:learn_count(list, low, high, 0)
  return made
end

return M
