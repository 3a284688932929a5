-- SPDX-License-Identifier: MIT
-- What the store knows of where a series comes from: the source, what it was asked for, and the bars that
-- were kept aside.
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local json = require "banyan.json"
local print_ = require "banyan.print"

local M = {}

local SHOWN_SPANS, SHOWN_REFUSALS, SHOWN_SPLITS = 4, 5, 4
local ADJUSTMENTS = { raw = true, split = true, all = true }

--- How times of a series are written.
---@param timeframe string
---@return fun(seconds: number): string
function M.time_format(timeframe)
  return timeframe == "1d" and dates.format or dates.format_time
end

--- The parts of a dataset's name: "alpaca/sip/all" -> "alpaca", "sip", "all".
---@param dataset string
---@return string provider
---@return string? feed
---@return string? adjustment
function M.parts(dataset)
  local provider, rest = dataset:match "^([^/]*)/?(.*)$"
  local feed, adjustment = rest:match "^(.-)/?([^/]*)$"
  if not ADJUSTMENTS[adjustment] then feed, adjustment = rest, nil end
  return provider, feed ~= "" and feed or nil, adjustment
end

-- What a method of the snapshot returns for a series; nil and what is wrong when its record is damaged.
local function read(snapshot, method, info)
  local ok, got = pcall(snapshot[method], snapshot, info.dataset, info.timeframe, info.symbol)
  if ok then return got end
  local known = failure.failure_of(got)
  if not known then error(got, 0) end
  return nil, known.message
end

--- Coverage of a series; empty, with what is wrong as `fault`, when its record is damaged.
---@param snapshot banyan.Snapshot
---@param info banyan.SeriesInfo
---@return banyan.Coverage
function M.of(snapshot, info)
  local coverage, fault = read(snapshot, "coverage", info)
  return coverage or { spans = {}, refusals = {}, stale = false, fault = fault }
end

-- A span of days ends with its last one, a span of times where it ends.
local function span_text(info, first, end_)
  local format = M.time_format(info.timeframe)
  return ("%s to %s"):format(format(first), format(info.timeframe == "1d" and end_ - 1 or end_))
end

--- What the source was asked for, in a few words; "" when it never was.
---@param info banyan.SeriesInfo
---@param coverage banyan.Coverage
---@return string
function M.summary(info, coverage)
  local spans = coverage.spans
  if #spans == 0 then return coverage.fault and "damaged" or "" end
  local text = span_text(info, spans[1][1], spans[#spans][2])
  return #spans == 1 and text or ("%s, %s"):format(text, print_.count(#spans - 1, "hole"))
end

--- The same, span by span.
---@return string
function M.spans_text(info, coverage)
  local texts = {}
  for i = 1, math.min(#coverage.spans, SHOWN_SPANS) do
    texts[i] = span_text(info, coverage.spans[i][1], coverage.spans[i][2])
  end
  local more = #coverage.spans - SHOWN_SPANS
  return table.concat(texts, ", ") .. (more > 0 and (" and %d more"):format(more) or "")
end

--- How many bars were refused, and how many were kept although they look strange.
---@param coverage banyan.Coverage
---@return integer refused
---@return integer noted
function M.counts(coverage)
  local noted = 0
  for _, refusal in ipairs(coverage.refusals) do noted = noted + (refusal.kept and 1 or 0) end
  return #coverage.refusals - noted, noted
end

--- The splits of a series' symbol on file; none, and what is wrong, when their record is damaged.
---@param snapshot banyan.Snapshot
---@param info banyan.SeriesInfo
---@return { date: number, ratio: number }[] splits by date
---@return string? fault
function M.splits(snapshot, info)
  local splits, fault = read(snapshot, "actions", info)
  return splits or {}, fault
end

--- Splits in a few words, the latest first.
---@return string
function M.splits_text(splits)
  local texts = {}
  for i = #splits, math.max(1, #splits - SHOWN_SPLITS + 1), -1 do
    local ratio = splits[i].ratio
    texts[#texts + 1] = (ratio >= 1 and "%.6g:1 on %s" or "1:%.6g on %s"):format(
      math.max(ratio, 1 / ratio), dates.format(splits[i].date))
  end
  local more = #splits - SHOWN_SPLITS
  return table.concat(texts, ", ") .. (more > 0 and (" and %d more"):format(more) or "")
end

--- Splits as JSON.
function M.splits_json(splits)
  local list = {}
  for i, each in ipairs(splits) do
    list[i] = json.object { { "date", dates.format(each.date) }, { "ratio", each.ratio } }
  end
  return json.array(list)
end

local function price(value)
  return value == value and ("%.10g"):format(value) or "-"
end

--- The bars that were kept aside, as a table with their reasons.
---@param all boolean not only the first few
---@return string[] lines
function M.refusal_lines(info, coverage, all)
  local format, rows = M.time_format(info.timeframe), {}
  local count = all and #coverage.refusals or math.min(#coverage.refusals, SHOWN_REFUSALS)
  if count == 0 then return {} end
  rows[1] = { "time", "open", "high", "low", "close", "volume", "" }
  for i = 1, count do
    local each = coverage.refusals[i]
    rows[i + 1] = { format(each.time), price(each.open), price(each.high), price(each.low),
      price(each.close), price(each.volume), (each.kept and "kept: " or "refused: ") .. each.reason }
  end
  local lines = print_.columns(rows, "lrrrrrl", "  ")
  if count < #coverage.refusals then
    lines[#lines + 1] = ("  ... %s more; --refused shows all"):format(
      print_.thousands(#coverage.refusals - count))
  end
  return lines
end

--- Members of a JSON object about the source.
---@return table[]
function M.members(info, coverage)
  local provider, feed, adjustment = M.parts(info.dataset)
  local format, asked = M.time_format(info.timeframe), {}
  for i, span in ipairs(coverage.spans) do
    asked[i] = json.object { { "first", format(span[1]) }, { "end", format(span[2]) } }
  end
  local refused, noted = M.counts(coverage)
  return { { "provider", provider }, { "feed", feed }, { "adjustment", adjustment },
    { "asked", json.array(asked) }, { "refused", refused }, { "noted", noted } }
end

--- The bars that were kept aside, as JSON.
function M.refusals_json(info, coverage)
  local format, list = M.time_format(info.timeframe), {}
  for i, each in ipairs(coverage.refusals) do
    list[i] = json.object { { "time", format(each.time) }, { "open", each.open },
      { "high", each.high }, { "low", each.low }, { "close", each.close },
      { "volume", each.volume }, { "kept", each.kept }, { "reason", each.reason } }
  end
  return json.array(list)
end

return M
