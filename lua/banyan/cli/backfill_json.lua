-- SPDX-License-Identifier: MIT
-- What a backfill has done, as JSON: schema banyan.backfill/1.
local dates = require "banyan.dates"
local json = require "banyan.json"
local lists = require "banyan.lists"
local store_of = require "banyan.store"

local M = {}

local function time_text(row, time)
  return (row.timeframe == "1d" and dates.format or dates.format_time)(time)
end

local function refusal_object(row)
  local refusal = row.first_refusal
  return refusal and json.object { { "time", time_text(row, refusal.time) },
    { "reason", refusal.reason } }
end

local function failure_object(failure)
  return failure and json.object { { "class", failure.class }, { "message", failure.message } }
end

local function gap_objects(gaps)
  local objects = {}
  for i, gap in ipairs(gaps or {}) do
    objects[i] = json.object { { "first", gap.first }, { "last", gap.last },
      { "sessions", gap.sessions }, { "kind", gap.kind }, { "reason", gap.reason } }
  end
  return json.array(objects)
end

local function series_object(row)
  return json.object {
    { "symbol", row.symbol }, { "timeframe", row.timeframe }, { "bars", row.bars },
    { "added", row.added }, { "unchanged", row.unchanged }, { "changed", row.changed },
    { "refused", row.refused }, { "first_refusal", refusal_object(row) }, { "noted", row.noted },
    { "unfinished", row.unfinished }, { "readjusted", row.readjusted },
    { "sessions", row.sessions }, { "present", row.present }, { "behind", row.behind },
    { "missing", gap_objects(row.gaps) }, { "damage", row.fault },
    { "failure", failure_object(row.failure) } }
end

local function answered_object(answered)
  local members = {}
  for i, class in ipairs(lists.sorted_keys(answered)) do members[i] = { class, answered[class] } end
  return json.object(members)
end

--- The summary of a backfill.
---@param summary table of banyan.cli.backfill_round
---@param options { indent: integer? }? nil: one line
---@return string
function M.summary(summary, options)
  local series = {}
  for i, row in ipairs(summary.series) do series[i] = series_object(row) end
  return json.encode(json.object {
    { "schema", "banyan.backfill/1" }, { "provider", summary.provider },
    { "dataset", summary.dataset }, { "simulated", store_of.is_simulated(summary.dataset) },
    { "timeframe", summary.timeframes[1] }, { "timeframes", json.array(summary.timeframes) },
    { "from", summary.from }, { "to", summary.to }, { "symbols", json.array(summary.symbols) },
    { "bars", summary.bars }, { "added", summary.added }, { "unchanged", summary.unchanged },
    { "changed", summary.changed }, { "refused", summary.refused },
    { "failed", summary.failed }, { "stopped", summary.stopped or false },
    { "requests", summary.requests }, { "answered", answered_object(summary.answered) },
    { "retries", summary.retries }, { "bytes", summary.bytes }, { "seconds", summary.seconds },
    { "throttled_seconds", summary.throttled_s }, { "store_seconds", summary.store_seconds },
    { "check_seconds", summary.check_seconds }, { "wait_seconds", summary.wait_seconds },
    { "remark", summary.remark }, { "series", json.array(series) },
  }, options)
end

return M
