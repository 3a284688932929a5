-- SPDX-License-Identifier: MIT
-- When an answer is not what was hoped for: tasks wait, go on in halves, or are given up.
local jobs_of = require "banyan.backfill.jobs"
local retry = require "banyan.backfill.retry"

local M = {}

--- The longest ban.
M.BAN_MOST_S = 4 * 86400

local FAILURES_MOST = 8 -- in a row, of one page
local FAILURES_SPLIT = 4
local TIMEOUTS_SPLIT = 2

-- Giving up ------------------------------------------------------------------------------------

--- Gives a task up.
---@param driver banyan.Driver
---@param task banyan.Task
---@param class string
---@param message string
function M.fail_task(driver, task, class, message)
  for _, symbol in ipairs(task.job.symbols) do
    if not task.passed[symbol] then
      driver.summary:fail(task.job.timeframe, symbol, class, message)
    end
  end
  driver.ends_left = driver.ends_left or task:leaves_ends()
  driver:end_task(task)
end

--- Ends all that has not ended: nothing of it can be had.
---@param driver banyan.Driver
---@param class string
---@param message string
function M.abort(driver, class, message)
  driver.aborted = message
  for i = driver.next_job, #driver.jobs do
    local job = driver.jobs[i]
    for _, symbol in ipairs(job.symbols) do
      driver.summary:fail(job.timeframe, symbol, class, message)
    end
    driver.summary:job_ended(job)
  end
  driver.next_job, driver.preparing = #driver.jobs + 1, false
  for id in pairs(driver.flying) do driver.transport:cancel(id) end
  while driver.tasks[1] do
    local task = driver.tasks[1]
    task.gone = true
    if task.is_hook then driver:end_task(task) else M.fail_task(driver, task, class, message) end
  end
end

--- Puts jobs in the place of a task.
function M.replace(driver, task, first, second)
  driver.ends_left = driver.ends_left or task:leaves_ends()
  driver:add_job(second)
  driver:add_job(first)
  driver:end_task(task)
end

--- Puts halves of what is left of a task in its place.
---@return boolean split false when there is too little of it
function M.split(driver, task)
  local rest = task:remainder()
  if not rest then return false end
  local first, second = jobs_of.split(rest)
  if not second then return false end
  M.replace(driver, task, first, second)
  return true
end

-- Trying again ---------------------------------------------------------------------------------

--- Tries a task again after a while. Others come first then, so that what never
--- succeeds holds up nothing else.
function M.again(driver, task, now, asked_s)
  driver.summary.retries = driver.summary.retries + 1
  task.ready_at = now + retry.delay(math.max(1, task.failures), asked_s, driver.random)
  if not task.is_hook then driver:put_last(task) end
end

--- Nothing useful came. While the breaker is open that is nobody's fault but the server's. One symbol
--- of many may be what the server stumbles over; and a shorter range may be answered in time.
function M.failed(driver, task, message, now, extra)
  local counts = driver.breaker.state == "closed"
  if not counts then task.timeouts = 0 end
  driver.last_trouble = message
  driver.breaker:failed(task.probe, now)
  if counts then task.failures = task.failures + 1 end
  if extra.renew then driver:distrust(task.generation) end
  if task.is_hook then
    if task.failures >= FAILURES_MOST then return M.abort(driver, "transient", message) end
  elseif task.timeouts >= TIMEOUTS_SPLIT
    or task.failures == FAILURES_SPLIT and #task.job.symbols > 1 then
    if M.split(driver, task) then
      driver.summary.retries = driver.summary.retries + 1
      return
    end
    task.timeouts = 0
  end
  if not task.is_hook and task.failures >= FAILURES_MOST then
    return M.fail_task(driver, task, "transient", message)
  end
  M.again(driver, task, now, extra.wait_s)
end

--- The server said when to come again: what it says first is waited for, however long that is. When
--- it goes on like that, the time counts as one without an answer of any use.
function M.refused(driver, now, until_s)
  if until_s and not driver.waited then
    driver.useful = math.max(driver.useful, math.min(until_s, now + M.BAN_MOST_S))
    driver.waited = true
  end
  driver.refused = true
end

--- The server is asked too often.
function M.throttled(driver, task, now, until_s)
  driver.breaker:answered()
  driver.pace:slow_down(task.sent, now)
  driver.limits:refused(until_s, now)
  M.refused(driver, now, until_s)
  driver.summary.retries = driver.summary.retries + 1
end

return M
