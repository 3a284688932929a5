-- SPDX-License-Identifier: MIT
-- The loader: runs the jobs of a plan, in rounds.
--
-- What is missing is planned from the store's coverage, and coverage is committed together with the
-- bars that it stands for. So nothing here has to be remembered: after any end, the next run plans
-- what is left.
local actions_of = require "banyan.backfill.actions"
local breaker_of = require "banyan.backfill.breaker"
local clock = require "banyan.clock"
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local jobs_of = require "banyan.backfill.jobs"
local limits_of = require "banyan.backfill.limits"
local loop = require "banyan.backfill.loop"
local pace_of = require "banyan.backfill.pace"
local run_own_bars = require "banyan.backfill.own_bars"
local secrets_of = require "banyan.backfill.secrets"
local store_of = require "banyan.store"
local summary_of = require "banyan.backfill.summary"
local transport_of = require "banyan.backfill.transport"
local writer_of = require "banyan.backfill.writer"

local C = ffi.C
local M = {}

local ROUNDS_MOST = 5
local GIVE_UP_S = 900

local function random_source()
  math.randomseed(host.now() * 1000 % 2 ^ 31)
  return math.random
end

local function new_driver(plan, options, store, held)
  local provider = plan.provider
  local random = random_source()
  local driver = setmetatable({
    plan = plan, store = store, random = random,
    tasks = {}, flying = {}, last_id = 0, generation = 0, auth_until = 0,
    breaker = breaker_of.new(random), pace = pace_of.new(plan.concurrency),
    stopping = options.stopping or function() return false end,
    progress = options.progress or function() end,
    give_up_s = options.give_up_s or GIVE_UP_S,
    useful = clock.now(), throttled_until = 0, looked = clock.now(),
    summary = summary_of.new(plan),
  }, loop)
  if not provider.bars then
    driver.secrets = secrets_of.new()
    held[#held + 1] = driver.secrets
    driver.transport = transport_of.new({ ca_file = plan.ca_file or provider.ca_file,
      http1 = provider.http == "1.1" }, driver.secrets)
    table.insert(held, 1, driver.transport)
    driver.limits = limits_of.open(options.data, plan, driver.secrets)
    table.insert(held, 1, driver.limits)
  end
  driver.writer = writer_of.new(store, driver.transport)
  table.insert(held, 1, driver.writer)
  return driver
end

--- Plans what is missing; the snapshot is closed before anything is written.
local function make_work(plan, store, now)
  local snapshot = store:snapshot()
  local ok, work = pcall(jobs_of.make, plan, snapshot, now)
  snapshot:close()
  if not ok then error(work, 0) end
  return work
end

--- Puts series that were fetched anew in the place of the old ones.
---@return boolean changed
local function adopt(work, plan, store)
  local changed = false
  for _, series in ipairs(work.series) do
    local fresh = series.stale and store_of.id(plan.dataset .. "~", series.timeframe, series.symbol)
    if series.drop_shadow then
      ffi.call(C.by_store_drop, store.c, fresh)
      changed = true
    elseif series.stale and series.complete then
      ffi.call(C.by_store_adopt, store.c, fresh,
        store_of.id(plan.dataset, series.timeframe, series.symbol))
      changed = true
    end
  end
  return changed
end

local function run_rounds(driver, plan, store)
  local summary, now = driver.summary, nil
  for _ = 1, ROUNDS_MOST do
    now = clock.now()
    local work = make_work(plan, store, now)
    if adopt(work, plan, store) then work = make_work(plan, store, now) end
    driver.jobs, driver.next_job = work.jobs, 1
    summary:begin(work)
    if #work.jobs == 0 then return end
    if plan.provider.bars then
      run_own_bars(driver)
    else
      driver:prepare()
      driver:loop()
    end
    local more = summary.readjusted or driver.ends_left
    if driver.stopping() or driver.aborted or not more then break end
    summary.readjusted, driver.ends_left = false, false
  end
  local work = make_work(plan, store, now)
  adopt(work, plan, store)
  if not driver.stopping() then summary:check_complete(work) end
end

--- Calls f(store) with a store that is closed afterwards, whatever happens.
---@param directory string
---@param f fun(store: banyan.Store)
function M.with_store(directory, f)
  local store = store_of.open(directory, "write")
  local ok, failure = pcall(f, store)
  store:close()
  if not ok then error(failure, 0) end
end

--- Calls f(driver, store) with a driver of a plan that can send requests.
---@param plan table of banyan.backfill.plan
---@param options { data: string, progress: fun(state: table)?, stopping: (fun(): boolean)?, give_up_s: number? }
---@param f fun(driver: banyan.Driver, store: banyan.Store)
function M.ask(plan, options, f)
  M.with_store(options.data, function(store)
    local held = {}
    local ok, failure = pcall(function() f(new_driver(plan, options, store, held), store) end)
    for _, each in ipairs(held) do each:close() end
    if not ok then error(failure, 0) end
  end)
end

--- Fetches what a plan wants and the store does not have.
---@param plan table of banyan.backfill.plan
---@param options table as of `ask`
---@return banyan.Summary
function M.run(plan, options)
  local summary
  M.ask(plan, options, function(driver, store)
    run_rounds(driver, plan, store)
    actions_of.run(driver, store)
    driver.summary:finish(driver)
    summary = driver.summary
  end)
  return summary
end

return M
