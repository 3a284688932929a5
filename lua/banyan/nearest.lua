-- SPDX-License-Identifier: MIT
-- The name that was probably meant.

-- Edit distance with swaps of neighbours (optimal string alignment).
local function distance(a, b)
  local before, previous, current = {}, {}, {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    current[0] = i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local best = math.min(previous[j] + 1, current[j - 1] + 1,
        previous[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        best = math.min(best, before[j - 2] + 1)
      end
      current[j] = best
    end
    before, previous, current = previous, current, before
  end
  return previous[#b]
end

--- The candidate nearest to `word`, or nil when none is near. A candidate that `word` begins counts
--- as near.
---@param word string
---@param candidates string[]
---@return string?
return function(word, candidates)
  local best, best_distance
  word = word:lower()
  for _, candidate in ipairs(candidates) do
    local name = candidate:lower()
    local far = distance(word, name)
    if #word >= 2 and name:sub(1, #word) == word then far = math.min(far, 1) end
    local allowed = math.max(1, math.floor(math.max(#word, #name) / 3))
    if far <= allowed and (not best or far < best_distance) then
      best, best_distance = candidate, far
    end
  end
  return best
end
