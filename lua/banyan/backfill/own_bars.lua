-- SPDX-License-Identifier: MIT
-- The jobs of a provider that makes its bars itself and asks no server.
local answer_of = require "banyan.backfill.answer"
local clock = require "banyan.clock"
local ffi = require "banyan.ffi"
local provider_of = require "banyan.provider"
local task_of = require "banyan.backfill.task"

local function fail(driver, job, message)
  for _, symbol in ipairs(job.symbols) do
    driver.summary:fail(job.timeframe, symbol, "bad_symbol", message)
  end
end

local function take(driver, task, page)
  local parts, fault = task:accept(page)
  if not parts then return fail(driver, task.job, fault) end
  driver:store_page(task, page, parts)
  local absent, why = task:unanswered()
  if #absent > 0 then fail(driver, task_of.with_symbols(task.job, absent), why) end
end

--- Runs the jobs of a driver whose provider does.
---@param driver banyan.Driver
return function(driver)
  local provider = driver.plan.provider
  for _, job in ipairs(driver.jobs) do
    if driver.stopping() then return end
    local task = task_of.new(job, driver.plan, driver.context)
    local ok, columns = pcall(provider.bars, task.view)
    if ok then
      take(driver, task, type(columns) == "cdata" and columns
        or answer_of.page_of(columns, provider, "bars"))
    elseif ffi.failure_of(columns) then
      fail(driver, job, columns.message)
    else
      provider_of.raise(provider, "bars", columns)
    end
    driver.summary:job_ended(job)
    while driver:is_writer_busy() do driver:take_written(0.1) end
    driver:take_written(0)
    driver:show(clock.now())
  end
  while driver.writer:pending() > 0 do driver:take_written(0.1) end
end
