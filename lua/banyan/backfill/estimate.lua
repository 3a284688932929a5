-- SPDX-License-Identifier: MIT
-- What jobs will take: requests, bars, bytes, and seconds under the limits of the plan.
local task_of = require "banyan.backfill.task"

local M = {}

local ceil, max, min = math.ceil, math.max, math.min

local LATENCY_S = 0.15 -- of a request
local ROW_BYTES = 100 -- when the provider does not say
local ANSWER_BYTES = 600 -- headers, and what encloses the rows
local PACE, BURST = 0.95, 0.05 -- as cache/limits.h paces
local PACED_COUNT, PACED_PERIOD_S = 20, 60

---@class banyan.Estimate
---@field requests number at most about so many: series that begin later have fewer bars
---@field bars number
---@field bytes number unpacked
---@field seconds number
---@field jobs integer
---@field timeframes table<string, banyan.Estimate>? of each

-- Seconds until a limit has let `cost` through, when nothing was taken before.
local function limit_seconds(limit, cost)
  if limit.count >= PACED_COUNT and limit.period_s <= PACED_PERIOD_S then
    return max(0, cost - BURST * limit.count) / (PACE * limit.count / limit.period_s)
  end
  return max(0, ceil(cost / limit.count) - 1) * limit.period_s
end

-- What a request weighs under weighted limits: that of the first job, 1 when it cannot be told.
local function weight_of(plan, job)
  local weighted = false
  for _, limit in ipairs(plan.limits) do weighted = weighted or limit.weighted end
  if not weighted or not job or not plan.provider.request then return 1 end
  local ok, request = pcall(plan.provider.request, task_of.new(job, plan).view)
  return ok and type(request) == "table" and tonumber(request.weight) or 1
end

local function seconds_of(plan, requests, jobs, weight)
  if requests == 0 then return 0 end
  local slowest = requests * LATENCY_S / max(1, min(plan.concurrency, jobs))
  for _, limit in ipairs(plan.limits) do
    slowest = max(slowest, limit_seconds(limit, requests * (limit.weighted and weight or 1)))
  end
  return slowest + LATENCY_S
end

local function new_sum() return { requests = 0, bars = 0, bytes = 0, seconds = 0, jobs = 0 } end

local function add(sum, job, row_bytes)
  sum.requests, sum.bars, sum.jobs = sum.requests + job.pages, sum.bars + job.bars, sum.jobs + 1
  if job.pages > 0 then
    sum.bytes = sum.bytes + job.bars * row_bytes + job.pages * ANSWER_BYTES
  end
end

--- What some jobs of a plan will take.
---@param plan banyan.Plan
---@param jobs banyan.Job[]
---@return banyan.Estimate
function M.of(plan, jobs)
  local all, row_bytes, firsts = new_sum(), plan.provider.row_bytes or ROW_BYTES, {}
  all.timeframes = {}
  for _, timeframe in ipairs(plan.timeframes) do all.timeframes[timeframe] = new_sum() end
  for _, job in ipairs(jobs) do
    add(all, job, row_bytes)
    add(all.timeframes[job.timeframe], job, row_bytes)
    firsts[job.timeframe] = firsts[job.timeframe] or job
  end
  all.seconds = seconds_of(plan, all.requests, all.jobs, weight_of(plan, jobs[1]))
  for timeframe, sum in pairs(all.timeframes) do
    sum.seconds = seconds_of(plan, sum.requests, sum.jobs, weight_of(plan, firsts[timeframe]))
  end
  return all
end

return M
