-- SPDX-License-Identifier: MIT
-- The best combo of each training window, out of the moments of returns of every combo. A combo is judged in a
-- training window only if it has a return for each of its sessions; of equal ones the first by number is taken, and
-- where the measure is not defined (no deviation) a combo is never the best.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"

local C = engine.C
local M = {}

---@class banyan.Choice of one window
---@field combo integer? from 1; nil when no combo could be judged
---@field judged integer how many were
---@field in_sample ffi.cdata* by_moments of the training window, of the chosen combo
---@field out_of_sample ffi.cdata* by_moments of the test window, of the chosen combo
---@field rivals number mean of the measure over the test window of all combos that were judged and have one

---@class banyan.Judge
local Judge = {}
Judge.__index = Judge

local MEASURES = {
  sharpe = function(moments, periods) return C.by_moments_sharpe(moments, periods) end,
  total_return = function(moments) return C.by_moments_total_return(moments) end,
}

--- What combos may be ranked by.
M.RANKS = { "sharpe", "total_return" }

--- A judge over some windows.
---@param rank string one of M.RANKS
---@param lengths integer[] returns in each training window
---@param chunk_count integer in how many chunks the combos will come
---@param periods number returns of a year
---@return banyan.Judge
function M.new(rank, lengths, chunk_count, periods)
  local measure = MEASURES[rank]
  if not measure then
    failure.fail("USAGE", "walk-forward: combos are ranked by %s, not by '%s'",
      table.concat(M.RANKS, " or "), tostring(rank))
  end
  local count = #lengths
  local self = setmetatable({ measure = measure, periods = periods, count = count, lengths = lengths,
    value = ffi.new("double[?]", count), combo = ffi.new("uint32_t[?]", count),
    judged = ffi.new("int32_t[?]", count), best = ffi.new("by_moments[?]", 2 * count),
    rival_sum = ffi.new("double[?]", chunk_count * count),
    rival_count = ffi.new("int32_t[?]", chunk_count * count), chunk_count = chunk_count }, Judge)
  return self
end

-- Whether a combo is better than the best of window w so far.
local function beats(self, w, value, combo)
  if self.combo[w] == 0 or value > self.value[w] then return true end
  return value == self.value[w] and combo < self.combo[w]
end

--- Judges a combo.
---@param chunk integer from 0; within a chunk combos come in a fixed order
---@param combo integer from 1
---@param moments ffi.cdata* const by_moments[2 * windows]: of the training windows, then of the test windows
function Judge:take(chunk, combo, moments)
  local count, measure, periods = self.count, self.measure, self.periods
  for w = 0, count - 1 do
    if moments[w].count == self.lengths[w + 1] then
      self.judged[w] = self.judged[w] + 1
      local value = measure(moments + w, periods)
      if value == value and beats(self, w, value, combo) then
        self.value[w], self.combo[w] = value, combo
        self.best[w], self.best[count + w] = moments[w], moments[count + w]
      end
      local rival = measure(moments + count + w, periods)
      if rival == rival then
        local at = chunk * count + w
        self.rival_sum[at] = self.rival_sum[at] + rival
        self.rival_count[at] = self.rival_count[at] + 1
      end
    end
  end
end

-- Chunks come in any order: their sums are added up in a fixed one.
local function rivals_of(self, w)
  local sum, count = 0, 0
  for chunk = 0, self.chunk_count - 1 do
    sum = sum + self.rival_sum[chunk * self.count + w]
    count = count + self.rival_count[chunk * self.count + w]
  end
  return sum / count
end

--- The choices, window by window.
---@return banyan.Choice[]
function Judge:choices()
  local choices = {}
  for w = 0, self.count - 1 do
    local chosen = self.combo[w] > 0
    choices[w + 1] = { combo = chosen and self.combo[w] or nil, judged = self.judged[w],
      in_sample = ffi.new("by_moments", self.best[w]),
      out_of_sample = ffi.new("by_moments", self.best[self.count + w]), rivals = rivals_of(self, w) }
  end
  return choices
end

return M
