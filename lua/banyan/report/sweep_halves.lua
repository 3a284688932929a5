-- SPDX-License-Identifier: MIT
-- The first half of the time against the second, of each combo, from the sums of its blocks of returns.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local order_of = require "banyan.results.order"
local spread = require "banyan.report.sweep_spread"

local C = engine.C
local M = {}

local BLOCKS = tonumber(C.BY_BLOCK_COUNT)
local RETURNS_MIN = 2 * BLOCKS -- as the other statistics have it

---@class banyan.SweepHalves
---@field count integer combos that have both
---@field first ffi.cdata* double[combos], Sharpe ratio of a year; NaN where there is none
---@field second ffi.cdata*
---@field chosen integer combo (from 0) that is best in the first half
---@field place number which place it has in the second: 1 is the best; equal ones share their mean place
---@field correlation number of ranks, between the halves
---@field cloud integer[] combos (from 0) that show where all lie

-- Returns in the first so many blocks.
local function length(returns, blocks) return math.floor(blocks * returns / BLOCKS) end

local function sharpe_of(row, from, to, moments, periods)
  moments.sum, moments.sum_squares = 0, 0
  for block = from, to - 1 do
    moments.sum = moments.sum + row.block_sum[block]
    moments.sum_squares = moments.sum_squares + row.block_sum_squares[block]
  end
  moments.count = length(row.return_count, to) - length(row.return_count, from)
  return C.by_moments_sharpe(moments, periods)
end

-- Ranks from 0, highest value first; equal values share their mean rank.
local function ranks_of(values, indices, n, size)
  local sorted, ranks = ffi.new("int32_t[?]", n), ffi.new("double[?]", size)
  ffi.copy(sorted, indices, n * ffi.sizeof "int32_t")
  order_of.falling(sorted, n, values)
  local k = 0
  while k < n do
    local last = k
    while last + 1 < n and values[sorted[last + 1]] == values[sorted[k]] do last = last + 1 end
    for at = k, last do ranks[sorted[at]] = (k + last) / 2 end
    k = last + 1
  end
  return ranks, sorted
end

local function correlation_of(a, b, indices, n)
  local mean, product, square_a, square_b = (n - 1) / 2, 0, 0, 0
  for k = 0, n - 1 do
    local x, y = a[indices[k]] - mean, b[indices[k]] - mean
    product, square_a, square_b = product + x * y, square_a + x * x, square_b + y * y
  end
  return product / math.sqrt(square_a * square_b)
end

--- Both halves of all combos; nil with fewer than two that have them.
---@param combos banyan.Combos
---@param periods number returns of a year
---@return banyan.SweepHalves?
function M.new(combos, periods)
  local count, n = combos.count, 0
  local first, second = ffi.new("double[?]", math.max(count, 1)), ffi.new("double[?]", math.max(count, 1))
  local indices, moments = ffi.new("int32_t[?]", math.max(count, 1)), ffi.new "by_moments"
  for i = 0, count - 1 do
    local row, a, b = combos.rows[i], 0 / 0, 0 / 0
    if row.return_count >= RETURNS_MIN then
      a = sharpe_of(row, 0, BLOCKS / 2, moments, periods)
      b = sharpe_of(row, BLOCKS / 2, BLOCKS, moments, periods)
    end
    first[i], second[i] = a, b
    if a == a and b == b then
      indices[n] = i
      n = n + 1
    end
  end
  if n < 2 then return nil end
  local ranks_first, sorted = ranks_of(first, indices, n, count)
  local ranks_second = ranks_of(second, indices, n, count)
  local correlation = correlation_of(ranks_first, ranks_second, indices, n)
  return { count = n, first = first, second = second, chosen = sorted[0], place = ranks_second[sorted[0]] + 1,
    correlation = correlation, cloud = spread.cloud(first, second, sorted, n) }
end

return M
