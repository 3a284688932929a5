-- SPDX-License-Identifier: MIT
-- What a run has done, counted as it goes.
local store_of = require "banyan.store"

local M = {}

local COUNTS = { "added", "unchanged", "changed", "refused", "repeated", "noted", "unfinished" }

---@class banyan.Summary
---@field series table[] a row a symbol and timeframe, in the plan's order
local Summary = {}
Summary.__index = Summary

local function key_of(timeframe, symbol)
  return timeframe .. "\0" .. symbol
end

---@param plan table
---@return banyan.Summary
function M.new(plan)
  local summary = {
    provider = plan.name, dataset = plan.dataset, simulated = store_of.is_simulated(plan.dataset),
    timeframes = plan.timeframes, from = plan.from, to = plan.to, symbols = plan.symbols,
    series = {}, rows = {}, answered = {}, failures = {},
    bars = 0, added = 0, unchanged = 0, changed = 0,
    requests = 0, retries = 0, bytes = 0, throttled_s = 0, failed = 0,
    estimated = 0, left = {}, jobs_left = 0, series_left = 0,
  }
  for _, timeframe in ipairs(plan.timeframes) do
    summary.failures[timeframe] = {}
    for _, symbol in ipairs(plan.symbols) do
      local row = { symbol = symbol, timeframe = timeframe, bars = 0 }
      for _, name in ipairs(COUNTS) do row[name] = 0 end
      summary.series[#summary.series + 1] = row
      summary.rows[key_of(timeframe, symbol)] = row
    end
  end
  return setmetatable(summary, Summary)
end

--- A round begins with some work.
function Summary:begin(work)
  self.estimate = self.estimate or work.estimate
  for _, job in ipairs(work.jobs) do self:job_began(job) end
end

function Summary:job_began(job)
  for _, symbol in ipairs(job.symbols) do
    local key = key_of(job.timeframe, symbol)
    if not self.left[key] then self.series_left = self.series_left + 1 end
    self.left[key] = (self.left[key] or 0) + 1
  end
end

--- A job has nothing more to get for a symbol.
function Summary:symbol_ended(timeframe, symbol)
  local key = key_of(timeframe, symbol)
  local left = (self.left[key] or 1) - 1
  self.left[key] = left > 0 and left or nil
  if left == 0 then self.series_left = self.series_left - 1 end
end

--- A job has ended; for the symbols in `before` it had ended earlier.
---@param before table<string, boolean>?
function Summary:job_ended(job, before)
  for _, symbol in ipairs(job.symbols) do
    if not (before and before[symbol]) then self:symbol_ended(job.timeframe, symbol) end
  end
end

--- An answer of a class, or a transfer that ended without one.
function Summary:count(class)
  self.answered[class] = (self.answered[class] or 0) + 1
end

--- What the writer made of one symbol of a page.
function Summary:add(timeframe, result)
  local row = self.rows[key_of(timeframe, result.part.symbol)]
  for _, name in ipairs(COUNTS) do row[name] = row[name] + result[name] end
  local bars = result.added + result.unchanged + result.changed
  row.bars = row.bars + bars
  self.bars, self.added = self.bars + bars, self.added + result.added
  self.unchanged, self.changed = self.unchanged + result.unchanged, self.changed + result.changed
  row.first_refusal = row.first_refusal or result.first_refusal
  if result.readjusted then
    row.readjusted, self.readjusted = result.readjusted, true
  end
end

--- A series that could not be had.
function Summary:fail(timeframe, symbol, class, message)
  local row = self.rows[key_of(timeframe, symbol)]
  if not row.failure then self.failed = self.failed + 1 end
  row.failure = row.failure or { class = class, message = message }
  self.failures[timeframe][symbol] = true
end

--- The provider has less of these series than was wanted, and said so.
function Summary:curtail(job)
  for _, symbol in ipairs(job.symbols) do
    self.rows[key_of(job.timeframe, symbol)].curtailed = true
  end
end

--- The run is over: what is missing still has failed, whatever the reason.
---@param work banyan.Work what there is left to do
function Summary:check_complete(work)
  for _, series in ipairs(work.series) do
    local row = self.rows[key_of(series.timeframe, series.symbol)]
    if not series.complete and not row.curtailed then
      self:fail(series.timeframe, series.symbol, "transient", series.stale
        and "the source adjusted its history, and not all of it could be fetched anew"
        or "not all that was asked for was answered")
    end
  end
end

--- The symbols that could not be had.
---@return table<string, boolean>
function Summary:failed_of(timeframe)
  return self.failures[timeframe]
end

--- What a progress line shows.
---@return table
function Summary:state(driver, now, note)
  local estimate = self.estimate or {}
  self.started = self.started or now
  local seconds = now - self.started
  local share = (estimate.bars or 0) > 0 and math.min(1, self.bars / estimate.bars) or 0
  return {
    symbols = #self.series, symbols_done = #self.series - self.series_left,
    requests = self.requests, bars = self.bars, bytes = self.bytes,
    throttled_s = self.throttled_s, seconds = seconds, note = note,
    eta_s = share > 0.01 and seconds * (1 - share) / share or estimate.seconds,
    in_flight = driver.transport and driver.transport.in_flight or 0,
  }
end

--- The run has ended.
function Summary:finish(driver)
  local statistics = driver.writer:statistics()
  self.check_seconds, self.store_seconds = statistics.check_seconds, statistics.store_seconds
  self.wait_seconds = statistics.wait_seconds
  self.connections = driver.transport and driver.transport:connections() or 0
  self.stopped = driver.stopping() or nil
end

return M
