-- SPDX-License-Identifier: MIT
-- The loop of the loader: decides when which request is sent (limits, pace, breaker), and hands pages
-- to the writer. What an answer means for its job is outcome.lua's.
local ffi = require "banyan.ffi"
local clock = require "banyan.clock"
local hook_of = require "banyan.backfill.hook"
local outcome = require "banyan.backfill.outcome"
local setback = require "banyan.backfill.setback"
local task_of = require "banyan.backfill.task"

local PENDING_MOST = 16 -- pages that wait for the writer
local TICK_S = 1 -- of real time: progress, Ctrl-C
local JUMP_S = 60 -- of real time: no turn of the loop takes so long

---@class banyan.Driver
---@field tasks table[] tasks and hooks that have begun and not ended
---@field flying table<integer, table> by id of the request
---@field aborted string? why all that had not ended was given up
local Driver = {}
Driver.__index = Driver

-- Starting a request ---------------------------------------------------------------------------

--- What a request is built from.
function Driver:request_options(authorized)
  return { base_url = self.plan.base_url, auth = authorized and self.auth or nil,
    resolve = function(...) return self.secrets:find(...) end }
end

--- Sends the next request of a task if it may be sent now.
---@return number wait seconds until it may be asked again, 0 when it was sent
function Driver:send(task, now)
  if task.ready_at > now then return task.ready_at - now end
  local wait = self.breaker:wait(now)
  if wait > 0 then return wait end
  local renewing = self.renewing
  if not task.unauthorized and not self:authorized(now) then return renewing and math.huge or 0 end
  local request, class, message = task:request(self:request_options(not task.unauthorized), now)
  if not request then
    outcome.decided(self, task, class, message)
    return 0
  end
  wait = self.limits:take(request.weight or 1, now)
  if wait > 0 then
    self.throttled_until = math.max(self.throttled_until, now + wait)
    return wait
  end
  self.last_id = self.last_id + 1
  self.transport:start(self.last_id, request)
  task.sent, task.probe, task.generation = now, self.breaker:sent(), self.generation
  self.flying[self.last_id] = task
  task.flying = true
  self.summary.requests = self.summary.requests + 1
  return 0
end

-- Authorization --------------------------------------------------------------------------------

--- Whether there is a valid authorization; begins to renew it when there is none.
function Driver:authorized(now)
  local auth = self.plan.provider.auth
  if type(auth) ~= "function" then
    self.auth = auth
    return true
  end
  if self.auth and now < self.auth_until then return true end
  if self.renewing then return false end
  self.renewing = true
  self:begin_hook("auth", true, function(made)
    outcome.check_auth(self, made)
    self.auth, self.auth_until = made, clock.now() + (made.ttl_s or math.huge)
    self.generation, self.renewing = self.generation + 1, false
  end)
  return not self.renewing -- a hook that asks nobody has done it
end

--- The authorization was refused, or is not trusted any more: all tasks wait for the next one.
function Driver:distrust(generation)
  if generation == self.generation then self.auth = nil end
end

function Driver:begin_hook(name, unauthorized, done, ...)
  local ok, hook = pcall(hook_of.new, self.plan.provider, name, self.secrets, done, ...)
  if not ok then return outcome.hook_failed(self, hook) end
  hook.unauthorized = unauthorized
  if not hook.ended then table.insert(self.tasks, 1, hook) end
end

-- Rounds of the loop ---------------------------------------------------------------------------

--- Begins tasks and sends requests while more may be in flight.
---@return number wait seconds until something may be sent
function Driver:send_all(now)
  local wait = math.huge
  if self.stopping() or self:is_writer_busy() then return wait end
  local i = 1
  while self.transport.in_flight < self.pace:limit() do
    local task = self.tasks[i]
    if not task then
      task = self:next_task()
      if not task then break end
      self.tasks[i] = task
    end
    if not task.flying then
      local left = self:send(task, now)
      wait = math.min(wait, left)
      -- What holds up one task mostly holds up all; only its own pause does not.
      if left > 0 and task.ready_at <= now then break end
    end
    -- A task may have ended without a request, and a hook may have come before it.
    if self.tasks[i] == task then i = i + 1 end
  end
  return wait
end

--- A job without the symbols that have failed meanwhile, nil when none is left.
function Driver:without_failed(job)
  local failed, left = self.summary:failed_of(job.timeframe), {}
  for _, symbol in ipairs(job.symbols) do
    if not failed[symbol] then left[#left + 1] = symbol end
  end
  if #left == #job.symbols then return job end
  self.summary:job_ended(job)
  if #left == 0 then return nil end
  local rest = task_of.with_symbols(job, left)
  self.summary:job_began(rest)
  return rest
end

--- The next job as a task, nil when there is none or enough have begun.
function Driver:next_task()
  if self.preparing or #self.tasks >= 2 * self.plan.concurrency then return nil end
  while true do
    local job = self.jobs[self.next_job]
    if not job then return nil end
    self.jobs[self.next_job] = false
    self.next_job = self.next_job + 1
    local left = self:without_failed(job)
    if left then return task_of.new(left, self.plan, self.context) end
  end
end

--- A job that takes the place of others comes before those that have not begun.
function Driver:add_job(job)
  if not job then return end
  self.summary:job_began(job)
  self.next_job = self.next_job - 1
  if self.next_job < 1 then
    table.insert(self.jobs, 1, job)
    self.next_job = 1
  else
    self.jobs[self.next_job] = job
  end
end

--- Puts a task behind all that have begun.
function Driver:put_last(task)
  for i, each in ipairs(self.tasks) do
    if each == task then table.remove(self.tasks, i) break end
  end
  self.tasks[#self.tasks + 1] = task
end

function Driver:end_task(task)
  for i, each in ipairs(self.tasks) do
    if each == task then table.remove(self.tasks, i) break end
  end
  if task.job then self.summary:job_ended(task.job, task.passed) end
end

--- Whether enough pages wait for the writer.
function Driver:is_writer_busy()
  return self.writer:pending() >= PENDING_MOST
end

--- Takes in what the writer has done.
function Driver:take_written(seconds)
  while true do
    local results, timeframe = self.writer:next(seconds)
    if not results then return end
    for _, result in ipairs(results) do self.summary:add(timeframe, result) end
    seconds = 0
  end
end

--- Hands the bars of a page over.
---@param page ffi.cdata*? by_page *
function Driver:store_page(task, page, parts)
  if #parts == 0 and page == nil then return end
  local plan, job = self.plan, task.job
  for _, part in ipairs(parts) do
    if part.passed then self.summary:symbol_ended(job.timeframe, part.symbol) end
  end
  if page ~= nil then ffi.disown(page) end
  self.writer:put(page, parts, { seconds = job.seconds, adjusted = plan.adjustment ~= "raw",
    missing_open = plan.missing_open or plan.provider.missing_open,
    grid_offset = job.seconds < 86400 and plan.provider.grid_offset_s or 0 }, job.timeframe)
end

function Driver:is_done()
  return self.transport.in_flight == 0 and self.writer:pending() == 0
    and (self.stopping() or #self.tasks == 0 and self.next_job > #self.jobs
      and not self.preparing)
end

function Driver:check_given_up(now)
  -- Waiting for our own limits is no trouble; being refused in spite of them is.
  local since = math.max(self.useful, self.refused and 0 or self.throttled_until)
  if now - since <= self.give_up_s or self.transport.in_flight > 0 then return end
  setback.abort(self, "transient", ("no answer of any use for %d minutes; last: %s"):format(
    self.give_up_s / 60, self.last_trouble or "none"))
end

function Driver:show(now)
  local trouble
  local wait = self.breaker:wait(now)
  if wait > 0 then
    trouble = (wait < math.huge and ("next try in %d s: "):format(math.ceil(wait)) or "trying again: ")
      .. (self.last_trouble or "no answer")
  elseif self.throttled_until > now + 1 then
    trouble = ("waiting for the rate limit, %d s"):format(math.ceil(self.throttled_until - now))
  end
  self.progress(self.summary:state(self, now, trouble))
end

--- Times that are waited for are not farther away because the clock was set back; and time in which
--- the machine slept is not one without answers.
function Driver:keep_time(now)
  local gap = now - self.looked
  self.looked = now
  if gap > JUMP_S / clock.real(1) then
    self.useful = self.useful + gap
  elseif gap < 0 then
    for _, task in ipairs(self.tasks) do task.ready_at = task.ready_at + gap end
    for _, name in ipairs { "useful", "throttled_until", "auth_until" } do
      self[name] = self[name] + gap
    end
    self.breaker.until_, self.pace.halved = self.breaker.until_ + gap, self.pace.halved + gap
  end
end

function Driver:loop()
  self.looked, self.useful = clock.now(), clock.now() -- planning may have taken long
  while not self:is_done() do
    local now = clock.now()
    self:keep_time(now)
    self:check_given_up(now)
    local wait = self:send_all(now)
    if self:is_done() then wait = 0 end -- nothing comes that would end a wait
    local paused = self.throttled_until > now and self.transport.in_flight == 0
    local most = TICK_S / clock.real(1)
    local answer
    if self.transport.in_flight == 0 and self.writer:pending() > 0 then
      self:take_written(math.min(wait, most))
    else
      answer = self.transport:wait(math.min(wait, most))
      self:take_written(0)
    end
    if answer then outcome.handle(self, answer) end
    if paused then self.summary.throttled_s = self.summary.throttled_s + clock.now() - now end
    self:show(clock.now())
  end
end

--- What the provider has to know before it can be asked for bars.
function Driver:prepare()
  local prepare = self.plan.provider.prepare
  if not prepare or self.context ~= nil or #self.jobs == 0 then return end
  self.preparing = true
  self:begin_hook("prepare", false, function(context, answer)
    if context == nil then return outcome.unprepared(self, answer) end
    self.context, self.preparing = context, false
  end, self.plan)
end

return Driver
