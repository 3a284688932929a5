-- SPDX-License-Identifier: MIT
-- Pareto fronts: what nothing else beats in one respect without being worse in another.
local ffi = require "ffi"
local order = require "banyan.results.order"

local M = {}

-- Position of each index by falling keys, from 1; equal keys have one position. Returns it and the
-- last one.
local function positions(indices, count, keys, size)
  local sorted, position = ffi.new("int32_t[?]", math.max(count, 1)),
    ffi.new("int32_t[?]", math.max(size, 1))
  ffi.copy(sorted, indices, count * 4)
  order.falling(sorted, count, keys)
  local last = 0
  for k = 0, count - 1 do
    if k == 0 or keys[sorted[k]] ~= keys[sorted[k - 1]] then last = last + 1 end
    position[sorted[k]] = last
  end
  return position, last
end

-- The greatest of what was put at positions 1 .. at (a Fenwick tree of maxima).
local function greatest(tree, at)
  local most = -math.huge
  while at > 0 do
    if tree[at] > most then most = tree[at] end
    at = at - bit.band(at, -at)
  end
  return most
end

local function put(tree, last, at, value)
  while at <= last do
    if value > tree[at] then tree[at] = value end
    at = at + bit.band(at, -at)
  end
end

local function same(a, b, keys)
  for _, each in ipairs(keys) do
    if each[a] ~= each[b] then return false end
  end
  return true
end

--- Keeps of `indices` those on the front, in their order. Equal ones are on it together.
---
--- In order of falling first, second and third key only what came before can dominate, so one is on
--- the front when none before it with at least its second key has at least its third: n log n.
---@param indices ffi.cdata* int32_t[count], changed in place
---@param count integer
---@param keys ffi.cdata*[] two or three of double by index, higher is better, none NaN
---@param size integer of the keys
---@return integer count of the front
function M.front(indices, count, keys, size)
  local sorted = ffi.new("int32_t[?]", math.max(count, 1))
  ffi.copy(sorted, indices, count * 4)
  for k = #keys, 1, -1 do order.falling(sorted, count, keys[k]) end
  local position, last = positions(indices, count, keys[2], size)
  local third = keys[3] or ffi.new("double[?]", math.max(size, 1))
  local tree = ffi.new("double[?]", last + 1)
  for at = 0, last do tree[at] = -math.huge end
  local on = ffi.new("uint8_t[?]", math.max(size, 1))
  for k = 0, count - 1 do
    local i = sorted[k]
    if k > 0 and same(i, sorted[k - 1], keys) then
      on[i] = on[sorted[k - 1]]
    elseif greatest(tree, position[i]) < third[i] then
      on[i] = 1
      put(tree, last, position[i], third[i])
    end
  end
  local kept = 0
  for k = 0, count - 1 do
    if on[indices[k]] == 1 then
      indices[kept] = indices[k]
      kept = kept + 1
    end
  end
  return kept
end

return M
