-- SPDX-License-Identifier: MIT
-- A circuit breaker: after several failures in a row, or when retries become too many of all
-- requests, nothing is sent for a while, then a single probe. A probe that fails doubles the pause.
local M = {}

local FAILURES_MAX = 5
local PAUSE_FIRST_S, PAUSE_MOST_S = 5, 300
-- A retry costs 1; each useful answer gives back a share. So a bad hour cannot multiply the load.
local BUDGET_START, BUDGET_MOST, BUDGET_EARNED = 20, 50, 0.5

---@class banyan.Breaker
---@field state "closed"|"open"|"probing"
local Breaker = {}
Breaker.__index = Breaker

---@param random fun(): number in [0, 1)
---@return banyan.Breaker
function M.new(random)
  return setmetatable({ state = "closed", failures = 0, pause_s = PAUSE_FIRST_S, until_ = 0,
    budget = BUDGET_START, random = random }, Breaker)
end

local function open(self, pause_s, now)
  self.state, self.until_ = "open", now + pause_s
  self.failures, self.budget = 0, math.max(self.budget, FAILURES_MAX)
end

--- Seconds until a request may be sent: 0 now, math.huge while a probe is on its way.
---@param now number
---@return number
function Breaker:wait(now)
  if self.state == "closed" then return 0 end
  if self.state == "probing" then return math.huge end
  return math.max(0, self.until_ - now)
end

--- A request is sent.
---@return boolean probe whether it is the probe of an open breaker
function Breaker:sent()
  if self.state ~= "open" then return false end
  self.state = "probing"
  return true
end

--- A useful answer, or one that shows at least that the server is well.
function Breaker:answered()
  self.failures = 0
  self.budget = math.min(BUDGET_MOST, self.budget + BUDGET_EARNED)
  if self.state == "probing" then
    self.state, self.pause_s = "closed", PAUSE_FIRST_S
  end
end

--- No useful answer. Failures of requests that were under way when it opened tell nothing new.
---@param probe boolean what `sent` said of the request
---@param now number
function Breaker:failed(probe, now)
  if probe then
    self.pause_s = math.min(PAUSE_MOST_S, self.pause_s * 2)
    open(self, self.pause_s * (0.8 + 0.4 * self.random()), now)
  elseif self.state == "closed" then
    self.failures, self.budget = self.failures + 1, self.budget - 1
    if self.failures >= FAILURES_MAX or self.budget < 0 then
      open(self, self.pause_s * (0.8 + 0.4 * self.random()), now)
    end
  end
end

--- The server said to stay away.
---@param pause_s number
---@param now number
function Breaker:ban(pause_s, now)
  open(self, math.max(pause_s, self.state == "open" and self.until_ - now or 0), now)
end

return M
