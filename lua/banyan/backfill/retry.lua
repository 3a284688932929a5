-- SPDX-License-Identifier: MIT
-- When to try again: exponential with full jitter, never sooner than the server asks.
local M = {}

local FIRST_S, MOST_S = 0.5, 60

--- Seconds to wait before a try.
---@param failures integer how often it failed in a row, from 1
---@param asked_s number? what the server asks for
---@param random fun(): number in [0, 1)
---@return number
function M.delay(failures, asked_s, random)
  local cap = math.min(MOST_S, FIRST_S * 2 ^ failures)
  return math.max(asked_s or 0, random() * cap)
end

return M
