-- SPDX-License-Identifier: MIT
-- How many requests are in flight at once: one more for every useful answer until the server objects
-- for the first time, then one more a round of answers; halved when it throttles or does not answer.
local M = {}

---@class banyan.Pace
---@field most integer never more than this
---@field width number at present; its whole part counts
local Pace = {}
Pace.__index = Pace

--- Starts with one request, whose answer tells how the server is.
---@param most integer
---@return banyan.Pace
function M.new(most)
  return setmetatable({ most = most, width = 1, objected = false, halved = -math.huge }, Pace)
end

--- How many may be in flight.
---@return integer
function Pace:limit()
  return math.floor(self.width)
end

--- A useful answer.
function Pace:answered()
  local step = self.objected and 1 / self.width or 1
  self.width = math.min(self.most, self.width + step)
end

--- The server throttled, or did not answer in time. Requests that were sent before the last halving
--- tell nothing new.
---@param sent number when the request was sent
---@param now number
function Pace:slow_down(sent, now)
  if sent <= self.halved then return end
  self.objected, self.halved = true, now
  self.width = math.max(1, self.width / 2)
end

return M
