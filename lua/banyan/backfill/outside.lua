-- SPDX-License-Identifier: MIT
-- Series from outside as a plan asks for them: each is one file, of a server or of this machine, and is merged into
-- the store as a whole. Requests go the way of all others, with its limits, retries and trust.
local classify = require "banyan.backfill.classify"
local driver_of = require "banyan.backfill.driver"
local ffi_ = require "ffi"
local ffi = require "banyan.ffi"
local host = require "banyan.host"

local C = ffi.C
local M = {}

---@class banyan.Wanted a hook among the driver's tasks
---@field name string of the series
---@field text string? what came
---@field failure string? why nothing did
local Wanted = {}
Wanted.__index = Wanted

local function wanted(plan, name)
  return setmetatable({ name = name, provider = plan.provider, is_hook = true, failures = 0, timeouts = 0,
    ready_at = 0, unauthorized = true, url = (plan.base_url:gsub("{symbol}", name)) }, Wanted)
end

--- The request for it.
---@return banyan.Request
function Wanted:request()
  return { method = "GET", url = self.url, headers = {}, weight = 1 }
end

--- Takes the answer.
---@param response table status, text, json()
function Wanted:resume(response)
  self.ended = true
  if response.status >= 200 and response.status < 300 then
    self.text = response.text
  else
    self.failure = ("HTTP %d %s"):format(response.status, classify.message(response))
  end
end

---@class banyan.SeriesResult
---@field name string
---@field source string where it came from
---@field file ffi.cdata* by_asof_file
---@field failure string? why it is not in the store

-- Merges what came into the store.
local function take(store, plan, each)
  local result = { name = each.name, source = each.url, file = ffi_.new "by_asof_file", failure = each.failure }
  if each.failure then return result end
  local known_start = plan.known_start and 1 or 0
  local ok, err
  if each.text then
    ok, err = pcall(ffi.call, C.by_asof_import_text, store.c, each.text, #each.text, each.url, each.name, known_start,
      0, host.now(), result.file)
  else
    ok, err = pcall(ffi.call, C.by_asof_import, store.c, each.url, each.name, known_start, 0, host.now(), result.file)
  end
  local failure = not ok and ffi.failure_of(err)
  if not ok and not failure then error(err, 0) end
  result.failure = failure and failure.message or nil
  return result
end

--- Fetches the series of a plan.
---@param plan banyan.SeriesPlan
---@param options { data: string, stopping: fun(): boolean }
---@return banyan.SeriesResult[] in the plan's order; fewer when it was stopped
function M.run(plan, options)
  local list, results = {}, {}
  for i, name in ipairs(plan.series) do list[i] = wanted(plan, name) end
  local function take_all(store, reason)
    for _, each in ipairs(list) do
      if not each.ended and reason then each.failure = reason end
      if each.ended or each.failure then results[#results + 1] = take(store, plan, each) end
    end
  end
  if not plan.base_url:find "^https?://" then
    for _, each in ipairs(list) do each.url, each.ended = each.url:gsub("^file://", ""), true end
    driver_of.with_store(options.data, take_all)
    return results
  end
  driver_of.ask(plan, options, function(driver, store)
    driver.jobs, driver.next_job = {}, 1
    for i, each in ipairs(list) do driver.tasks[i] = each end
    driver:loop()
    take_all(store, driver.aborted)
  end)
  return results
end

return M
