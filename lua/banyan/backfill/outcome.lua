-- SPDX-License-Identifier: MIT
-- What an answer means for its task: go on, wait, try again, split, or give up.
local answer_of = require "banyan.backfill.answer"
local classify = require "banyan.backfill.classify"
local clock = require "banyan.clock"
local checks = require "banyan.provider_checks"
local ffi = require "banyan.ffi"
local jobs_of = require "banyan.backfill.jobs"
local retry = require "banyan.backfill.retry"
local secret_of = require "banyan.secret"
local setback = require "banyan.backfill.setback"

local M = {}

local UNPREPARED_MOST = 8 -- times in a row
local FAULTS_MOST = 2 -- pages of a chain that are not to be believed
local SPLIT_BARS = 5000 -- the least that a body may be too large for
local REFUSALS_MOST = 20 -- bad requests before any good one
local AUTH_FAILURES_MOST = 2 -- of fresh tokens
local BAN_S = 120

-- Classes of answers ---------------------------------------------------------------------------

local classes = {}

-- The server is well, but a page is not to be believed: it is asked for once or twice again.
local function unbelievable(driver, task, fault, now)
  driver.breaker:answered()
  driver.last_trouble = fault
  task.faults = task.faults + 1
  if task.faults > FAULTS_MOST then return setback.fail_task(driver, task, "transient", fault) end
  setback.again(driver, task, now)
end

function classes.ok(driver, task, got, now)
  local parts, ended = task:accept(got.page, got.field, jobs_of.split)
  if not parts then return unbelievable(driver, task, ended, now) end
  driver.breaker:answered()
  driver.pace:answered()
  driver.useful, driver.refused, driver.waited = now, nil, nil
  driver.oks = (driver.oks or 0) + 1
  driver:store_page(task, got.page, parts)
  if ended == "cut" then
    setback.split(driver, task)
  elseif ended then
    local absent, why = task:unanswered()
    for _, symbol in ipairs(absent) do
      driver.summary:fail(task.job.timeframe, symbol, "bad_symbol", why)
    end
    driver:end_task(task)
  end
end

function classes.empty(driver, task, _, now)
  classes.ok(driver, task, {}, now)
end

function classes.throttle(driver, task, got, now)
  local until_s = got.until_s or got.wait_s and now + got.wait_s
  if not until_s then
    local reset = driver.limits:reset(got.headers, now)
    -- One that is far away is written in another unit than the provider thinks.
    until_s = reset > now and reset <= now + classify.WAIT_MOST_S and reset or nil
  end
  driver.last_trouble = got.message
  setback.throttled(driver, task, now, until_s)
end

function classes.transient(driver, task, got, now)
  setback.failed(driver, task, got.message, now, got)
end

function classes.ban(driver, task, got, now)
  local wait_s = math.max(got.wait_s or BAN_S, got.until_s and got.until_s - now or 0)
  wait_s = math.min(wait_s, setback.BAN_MOST_S)
  driver.last_trouble = got.message
  driver.breaker:ban(wait_s, now)
  driver.pace:slow_down(task.sent, now)
  setback.refused(driver, now, now + wait_s)
  if got.renew then driver:distrust(task.generation) end
  setback.again(driver, task, now, wait_s)
end

-- The names of the keys in an authorization, as " (MINE_USER, MINE_PASSWORD)".
local function keys_of(auth)
  local names = {}
  for _, part in pairs(auth or {}) do
    for _, value in pairs(part) do
      for _, name in ipairs(secret_of.names(value)) do names[#names + 1] = name end
    end
  end
  table.sort(names)
  return #names > 0 and (" (%s)"):format(table.concat(names, ", ")) or ""
end

function classes.auth(driver, task, got, now)
  local auth = driver.plan.auth or driver.plan.provider.auth
  if type(auth) ~= "function" then
    return setback.abort(driver, "auth", ("the key is not taken%s: %s"):format(keys_of(auth), got.message))
  end
  driver.breaker:answered()
  if task.generation == driver.generation then
    driver.auth_failures = (driver.auth_failures or 0) + 1
    if driver.auth_failures > AUTH_FAILURES_MOST and task.failures >= AUTH_FAILURES_MOST then
      return setback.abort(driver, "auth", got.message)
    end
    task.failures = task.failures + 1
  end
  driver:distrust(task.generation)
  driver.summary.retries = driver.summary.retries + 1
  task.ready_at = now
end

function classes.entitlement(driver, task, got, now)
  driver.breaker:answered()
  local rest, end_ = task:remainder(), got.end_
  if rest and end_ then
    end_ = end_ - end_ % rest.seconds
    if end_ > rest.first and end_ < rest.end_ then
      rest.end_ = end_
      driver.useful = now
      driver.summary:curtail(rest)
      return setback.replace(driver, task, rest)
    end
  end
  setback.fail_task(driver, task, "entitlement", got.message)
end

-- Whether so much was refused, and nothing taken, that asking on would be a nuisance.
local function refused_too_often(driver, class, message)
  driver.refusals = (driver.refusals or 0) + 1
  if driver.oks or driver.refusals < REFUSALS_MOST then return false end
  setback.abort(driver, class, message)
  return true
end

function classes.bad_symbol(driver, task, got)
  driver.breaker:answered()
  local symbol = got.symbol and task:symbol_of(got.symbol)
  if #task.job.symbols == 1 then return setback.fail_task(driver, task, "bad_symbol", got.message) end
  if symbol then
    driver.summary:fail(task.job.timeframe, symbol, "bad_symbol", got.message)
    return setback.replace(driver, task, task:remainder { [symbol] = true })
  end
  classes.bad_request(driver, task, got)
end

--- One symbol among many may be what the vendor does not like: halves find it.
function classes.bad_request(driver, task, got)
  driver.breaker:answered()
  if refused_too_often(driver, "bad_request", got.message) then return end
  if #task.job.symbols == 1 or not setback.split(driver, task) then
    setback.fail_task(driver, task, "bad_request", got.message)
  end
end

-- Ends of transfers ----------------------------------------------------------------------------

local ends = {}

function ends.TIMEOUT(driver, task, answer, now)
  task.timeouts = task.timeouts + 1
  driver.pace:slow_down(task.sent, now)
  setback.failed(driver, task, answer.message, now, {})
end

function ends.TLS(driver, _, answer)
  setback.abort(driver, "tls", answer.message)
end

function ends.REFUSED(driver, _, answer)
  setback.abort(driver, "bad_request", answer.message)
end

-- An answer to little that is too large would be so in halves, too.
function ends.TOO_LARGE(driver, task, answer, now)
  local much = not task.is_hook and task.job.bars >= SPLIT_BARS
  if much and setback.split(driver, task) then return driver.breaker:answered() end
  setback.failed(driver, task, answer.message, now, {})
end

local function other_end(driver, task, answer, now)
  setback.failed(driver, task, answer.message, now, {})
end

--- The answer to a request of a hook.
local function hook_answered(driver, hook, answer, now)
  local status = answer.status
  if status == 429 then
    local wait_s = classify.wait_s(answer.retry_after_s)
    return setback.throttled(driver, hook, now, wait_s and now + wait_s)
  elseif status >= 500 or status == 408 then
    return setback.failed(driver, hook, ("HTTP %d"):format(status), now,
      { wait_s = classify.wait_s(answer.retry_after_s) })
  elseif status == 401 and not hook.unauthorized then
    return classes.auth(driver, hook, { message = "HTTP 401" }, now)
  end
  driver.breaker:answered()
  local ok, raised = pcall(hook.resume, hook, answer_of.plain(answer))
  if hook.ended or not ok then driver:end_task(hook) end
  if not ok then M.hook_failed(driver, raised) end
end

--- A hook raised something, so that nothing can be asked for.
---@param raised any
function M.hook_failed(driver, raised)
  local failure = ffi.failure_of(raised)
  if not failure then error(raised, 0) end
  setback.abort(driver, "auth", driver.secrets:redact(failure.message))
end

--- Takes in what the transport brings.
---@param driver banyan.Driver
---@param answer banyan.Answer
function M.handle(driver, answer)
  local now, task = clock.now(), driver.flying[answer.id]
  local summary = driver.summary
  driver.flying[answer.id], task.flying = nil, false
  summary.bytes = summary.bytes + answer.bytes
  if task.gone or answer.ended == "CANCELLED" then return end
  if answer.ended ~= "ANSWERED" then
    summary:count(answer.ended:lower())
    return (ends[answer.ended] or other_end)(driver, task, answer, now)
  end
  driver.limits:learn(answer.headers, driver.transport.in_flight, now)
  if task.is_hook then return hook_answered(driver, task, answer, now) end
  local got, page, field = answer_of.take(answer, driver.plan, task.view)
  summary:count(got.class)
  local status = ("HTTP %d from %s"):format(answer.status, driver.plan.name)
  got.message = got.message == "" and status or ("%s: %s"):format(status, got.message)
  got.page, got.field, got.headers = page, field, answer.headers
  classes[got.class](driver, task, got, now)
end

--- The provider knows without asking what would come.
---@param class string
---@param message string?
function M.decided(driver, task, class, message)
  driver.summary:count(class)
  classes[class](driver, task, { class = class, message = message or class, headers = {} },
    clock.now())
end

--- A provider could not prepare itself, for the answer that it shows.
---@param answer table?
function M.unprepared(driver, answer)
  driver.unprepared = (driver.unprepared or 0) + 1
  local got = type(answer) == "table" and answer.status
    and classify.of(driver.plan.provider, answer, {}) or { class = "transient" }
  local message = ("%s: preparing failed%s"):format(driver.plan.name,
    type(answer) == "table" and (": HTTP %d"):format(answer.status or 0)
      or answer and ": " .. tostring(answer) or "")
  if driver.unprepared > UNPREPARED_MOST then return setback.abort(driver, got.class, message) end
  driver.last_trouble = message
  driver:distrust(driver.generation)
  driver.breaker:ban(retry.delay(driver.unprepared, math.max(1, got.wait_s or 0), driver.random),
    clock.now())
  driver:prepare()
end

--- Checks what an auth hook returned, and hides the texts in it.
---@param driver banyan.Driver
---@param made any
function M.check_auth(driver, made)
  checks.auth(driver.plan.provider, made)
  for _, part in ipairs { "headers", "query" } do
    for key, value in pairs(made[part] or {}) do
      if type(value) == "string" then
        made[part][key] = driver.secrets:of_text(driver.plan.name .. " " .. key, value)
      end
    end
  end
end

return M
