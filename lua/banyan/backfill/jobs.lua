-- SPDX-License-Identifier: MIT
-- The planner: compares a plan with what the store's series were asked for already, and makes the
-- jobs that get the rest for the fewest requests.
local axis_of = require "banyan.backfill.axis"
local batches = require "banyan.backfill.batches"
local by_date = require "banyan.backfill.by_date"
local dates = require "banyan.dates"
local estimate = require "banyan.backfill.estimate"
local series_of = require "banyan.backfill.series"

local M = {}

---@class banyan.Job a chain of requests, and what becomes coverage when it is done
---@field mode "symbols"|"symbol"|"date"
---@field timeframe string
---@field seconds number of the timeframe
---@field symbols string[] of the plan, sorted; shared with other jobs
---@field first number
---@field end_ number
---@field probe boolean some of it is stored already
---@field shadow table<string, true>? symbols that are fetched anew, into the shadow of the dataset
---@field calendar banyan.calendar
---@field pages number requests, about
---@field bars number about

local function items_of(group)
  local items, shape = {}, group.scope.shape
  local bytes = shape:bytes(group.symbols)
  for i, span in ipairs(group.asked) do
    local missing = group.missing[i]
    items[i] = { symbols = group.symbols, bytes = bytes, first = span[1], end_ = span[2],
      missing = missing, probe = span[1] < missing[1] or span[2] > missing[2] }
  end
  return batches.join_spans(items, shape, group.scope.axis)
end

-- Items that may stand in one request, in the order of the groups.
local function sets_of(survey)
  local sets, order = {}, {}
  for _, group in ipairs(survey.groups) do
    local key = group.scope.key .. (group.shadow and "~" or "")
    if not sets[key] then
      sets[key] = { scope = group.scope, shadow = group.shadow, items = {} }
      order[#order + 1] = sets[key]
    end
    for _, item in ipairs(items_of(group)) do table.insert(sets[key].items, item) end
  end
  return order
end

local function shadow_of(symbols)
  local set = {}
  for _, symbol in ipairs(symbols) do set[symbol] = true end
  return set
end

local function new_job(survey, set, mode, piece, probe)
  local axis, shape = set.scope.axis, set.scope.shape
  local bars = axis:bars(piece.first, piece.end_)
  local pages = mode == "date" and 1
    or math.max(1, math.ceil(#piece.symbols * bars / shape.rows))
  return { mode = mode, timeframe = survey.timeframe, seconds = survey.seconds,
    symbols = piece.symbols, first = piece.first, end_ = piece.end_, probe = probe,
    shadow = set.shadow and shadow_of(piece.symbols) or nil, calendar = axis.calendar,
    pages = shape.is_local and 0 or pages, bars = #piece.symbols * bars }
end

-- Which sessions of a set are probes shows in its pieces no more, so all of them count as such.
local function any_probe(items)
  for _, item in ipairs(items) do
    if item.probe then return true end
  end
  return false
end

-- Adds the jobs of a survey.
local function add_jobs(jobs, survey)
  for _, set in ipairs(sets_of(survey)) do
    local scope = set.scope
    local items = batches.join_symbols(set.items, scope.shape, scope.axis)
    local pieces = {}
    if not set.shadow then pieces, items = by_date.take(items, scope.shape, scope.axis) end
    local probe = any_probe(set.items)
    for _, piece in ipairs(pieces) do
      jobs[#jobs + 1] = new_job(survey, set, "date", piece, probe)
    end
    for _, item in ipairs(items) do
      for _, piece in ipairs(batches.cut(item, scope.shape, scope.axis, survey.plan.concurrency)) do
        jobs[#jobs + 1] = new_job(survey, set, scope.shape.mode, piece, item.probe)
      end
    end
  end
end

local function with_snapshot(source, f)
  if not source or not source.snapshot then return f(source) end
  local snapshot = source:snapshot()
  local ok, result = pcall(f, snapshot)
  snapshot:close()
  if not ok then error(result, 0) end
  return result
end

---@class banyan.Work
---@field jobs banyan.Job[]
---@field series banyan.PlannedSeries[] by timeframe as in the plan, then by symbol
---@field estimate banyan.Estimate

--- What is to be done for a plan.
---@param plan banyan.Plan
---@param source banyan.Store|banyan.Snapshot|nil nil: there is no store yet
---@param now number seconds since 1970 UTC
---@return banyan.Work
function M.make(plan, source, now)
  return with_snapshot(source, function(snapshot)
    local work = { jobs = {}, series = {} }
    local stored = series_of.stored(plan, snapshot)
    for _, timeframe in ipairs(plan.timeframes) do
      local survey = series_of.new(plan, snapshot, timeframe, now)
      for _, symbol in ipairs(plan.symbols) do
        work.series[#work.series + 1] = survey:add(symbol, (stored[timeframe] or {})[symbol])
      end
      add_jobs(work.jobs, survey)
    end
    work.estimate = estimate.of(plan, work.jobs)
    return work
  end)
end

--- The jobs that fetch one series anew into its shadow, because the provider adjusted its history.
---@param plan banyan.Plan
---@param snapshot banyan.Snapshot
---@param symbol string
---@param timeframe string
---@param now number
---@return banyan.Job[]
function M.shadow(plan, snapshot, symbol, timeframe, now)
  local survey, jobs = series_of.new(plan, snapshot, timeframe, now), {}
  survey:add_stale(symbol)
  add_jobs(jobs, survey)
  return jobs
end

local function half_of(job, changes)
  local half = {}
  for key, value in pairs(job) do half[key] = value end
  for key, value in pairs(changes) do half[key] = value end
  if job.shadow then half.shadow = shadow_of(half.symbols) end
  half.pages, half.bars = math.ceil(job.pages / 2), job.bars / 2
  return half
end

local function slice(list, first, last)
  local part = {}
  for i = first, last do part[#part + 1] = list[i] end
  return part
end

--- A job as two, when it was too much for one: half of the symbols each, or half of the sessions.
---@param job banyan.Job
---@return banyan.Job? first nil when it cannot be split
---@return banyan.Job? second
function M.split(job)
  if job.mode == "date" then return nil end
  local count = #job.symbols
  if count > 1 then
    local middle = math.floor(count / 2)
    return half_of(job, { symbols = slice(job.symbols, 1, middle) }),
      half_of(job, { symbols = slice(job.symbols, middle + 1, count) })
  end
  local axis = axis_of.new(job.calendar, job.seconds, math.floor(job.first / dates.DAY) - 1,
    math.floor(job.end_ / dates.DAY) + 1)
  local spans = axis:cut(job.first, job.end_, 2)
  if #spans < 2 then return nil end
  return half_of(job, { first = spans[1][1], end_ = spans[1][2] }),
    half_of(job, { first = spans[2][1], end_ = spans[2][2] })
end

return M
