-- SPDX-License-Identifier: MIT
-- The nearest price at which a condition flips, sought on a grid of ticks.
--
-- A margin (left - right) is a curve of the price without many turns, but it may have some: a standard deviation
-- falls to its least and rises again. So it is sampled at distances that grow by a tenth from one tick on: at each of
-- the first twenty ticks, and then at most a tenth of the way further. Between two samples with different outcomes the
-- flip is found by halving, and where the margin comes nearer to 0 and goes away again without a flip, its least is
-- sought between the samples. Whether a price flips the condition is always told by the probe, never by the margin.
--
-- So the nearest flip is found for certain when it is among the first twenty ticks, when what it flips to stays for a
-- tenth of the way, or when the margin turns but once within three samples in a row. What can hide is a margin that
-- jumps or turns back and forth in less.
local M = {}

local GROWTH = 1.1
local GOLDEN = (math.sqrt(5) - 1) / 2

---@class banyan.Probe what a condition is at a price
---@field holds boolean
---@field margin number NaN where a side has no value

local function size(probe)
  return probe.margin == probe.margin and math.abs(probe.margin) or math.huge
end

-- The first tick on the way from `kept` (excluded) to `other` at which `is_other` is true; it is at `other`.
local function halve(kept, other, is_other)
  while math.abs(other - kept) > 1 do
    local middle = math.floor((kept + other) / 2)
    if is_other(middle) then other = middle else kept = middle end
  end
  return other
end

-- A tick between two at which the condition is flipped, sought where the margin is least; nil when there is none.
local function dip(self, from, to)
  local low, high = math.min(from, to), math.max(from, to)
  local left = math.floor(high - GOLDEN * (high - low))
  local right = math.ceil(low + GOLDEN * (high - low))
  while high - low > 2 do
    if self.is_flipped(left) then return left end
    if self.is_flipped(right) then return right end
    if size(self.probe(left)) <= size(self.probe(right)) then
      high, right = right, left
      left = math.floor(high - GOLDEN * (high - low))
    else
      low, left = left, right
      right = math.ceil(low + GOLDEN * (high - low))
    end
    if left >= right then left, right = low + 1, high - 1 end
  end
  return self.is_flipped(low + 1) and low + 1 or nil
end

-- Of an equality: the tick between two samples at which the margin changes its sign, if it holds there.
local function crossing(self, before, at)
  local sign = before.margin < 0
  local n = halve(before.n, at.n, function(tick) return (self.probe(tick).margin < 0) ~= sign end)
  for _, tick in ipairs { n - self.step, n } do
    if tick ~= before.n and self.is_flipped(tick) then return tick end
  end
end

-- A flip between the last sample and the one before, or around the one before; and a tick on this side of it at
-- which there is none.
local function between(self, first, before, at)
  if self.is_flipped(at.n) then return at.n, before.n end
  if size(before) < math.huge and size(at) < math.huge and before.margin * at.margin < 0 then
    local found = crossing(self, before, at)
    if found then return found, before.n end
  end
  local least = size(before)
  if first and least <= size(first) and least <= size(at) and (least < size(first) or least < size(at)) then
    return dip(self, first.n, at.n), first.n
  end
end

--- The nearest tick from `first` to `last` at which a condition is otherwise.
---@param probe fun(tick: integer): banyan.Probe
---@param base banyan.Probe what it is at the price as it is, which lies before `first`
---@param first integer
---@param last integer
---@return integer? tick nil when none was found
function M.nearest(probe, base, first, last)
  local known, step = {}, last >= first and 1 or -1
  local self = { step = step }
  function self.probe(tick)
    known[tick] = known[tick] or probe(tick)
    return known[tick]
  end
  function self.is_flipped(tick) return self.probe(tick).holds ~= base.holds end
  local before, at = nil, { n = first - step, margin = base.margin }
  known[at.n] = base
  local offset, count = 0, math.abs(last - first)
  while offset <= count do
    local n = first + step * offset
    local sample = { n = n, margin = self.probe(n).margin }
    local found, kept = between(self, before, at, sample)
    if found then return halve(kept, found, self.is_flipped) end
    if offset == count then -- with no sample behind it, its least may lie before the last
      found = size(sample) < size(at) and dip(self, at.n, n)
      return found and halve(at.n, found, self.is_flipped) or nil
    end
    before, at = at, sample
    offset = math.min(count, math.max(offset + 1, math.floor(offset * GROWTH)))
  end
end

return M
