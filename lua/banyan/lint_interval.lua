-- SPDX-License-Identifier: MIT
-- Intervals of real numbers, open or closed at either end, as lint knows values by them. An end may
-- carry why it is there: the text of the condition that put it there.
local M = {}

---@class banyan.Interval
---@field lo number
---@field hi number
---@field lo_open boolean
---@field hi_open boolean
---@field lo_why string?
---@field hi_why string?

--- An interval; infinite ends are open.
---@return banyan.Interval
function M.new(lo, hi, lo_open, hi_open, why)
  return { lo = lo, hi = hi, lo_open = lo_open or lo == -math.huge,
    hi_open = hi_open or hi == math.huge, lo_why = why, hi_why = why }
end

M.ALL = M.new(-math.huge, math.huge)

local OPPOSITES = { gt = "lte", gte = "lt", lt = "gte", lte = "gt" }
local MIRRORED = { gt = "lt", gte = "lte", lt = "gt", lte = "gte", eq = "eq" }

--- The comparator that holds where this one does not; nil for eq.
function M.opposite(comparator) return OPPOSITES[comparator] end

--- The comparator with its sides swapped.
function M.mirrored(comparator) return MIRRORED[comparator] end

--- Where a comparison with some number from `low` to `high` can hold.
---@return banyan.Interval
function M.possible(comparator, low, high, why)
  if comparator == "gt" then return M.new(low, math.huge, true, true, why) end
  if comparator == "gte" then return M.new(low, math.huge, false, true, why) end
  if comparator == "lt" then return M.new(-math.huge, high, true, true, why) end
  if comparator == "lte" then return M.new(-math.huge, high, true, false, why) end
  return M.new(low, high, false, false, why)
end

--- Where a comparison holds for every number from `low` to `high`; nil where for none.
---@return banyan.Interval?
function M.certain(comparator, low, high)
  if comparator == "eq" then return low == high and M.new(low, high) or nil end
  return M.possible(comparator, high, low)
end

function M.is_empty(a)
  return a.lo > a.hi or a.lo == a.hi and (a.lo_open or a.hi_open)
end

-- Whether the lower end of a lies above that of b; the upper end below.
local function begins_after(a, b)
  return a.lo > b.lo or a.lo == b.lo and a.lo_open and not b.lo_open
end

local function ends_before(a, b)
  return a.hi < b.hi or a.hi == b.hi and a.hi_open and not b.hi_open
end

local function with_ends(low, high)
  return { lo = low.lo, lo_open = low.lo_open, lo_why = low.lo_why, hi = high.hi,
    hi_open = high.hi_open, hi_why = high.hi_why }
end

--- What lies in both; of equal ends those of `a` stay.
function M.intersect(a, b)
  return with_ends(begins_after(b, a) and b or a, ends_before(b, a) and b or a)
end

--- The smallest interval around both.
function M.hull(a, b)
  return with_ends(begins_after(a, b) and b or a, ends_before(a, b) and b or a)
end

--- Whether a lies in b.
function M.inside(a, b)
  return not begins_after(b, a) and not ends_before(b, a)
end

--- The differences x - y. An end is exactly 0 only where x and y meet there.
function M.difference(x, y)
  return M.new(x.lo == -math.huge and -math.huge or y.hi == math.huge and -math.huge or x.lo - y.hi,
    x.hi == math.huge and math.huge or y.lo == -math.huge and math.huge or x.hi - y.lo,
    x.lo_open or y.hi_open, x.hi_open or y.lo_open)
end

--- The values factor * x + offset. Rounding may reach an end that x itself does not.
function M.affine(x, factor, offset)
  if factor == 1 and offset == 0 then return x end
  if factor == 0 then return M.new(offset, offset) end
  local a, b = factor * x.lo + offset, factor * x.hi + offset
  if a ~= a or b ~= b then return M.ALL end
  return M.new(math.min(a, b), math.max(a, b))
end

return M
