-- SPDX-License-Identifier: MIT
-- What a backfill has done, as text: totals, and a table of the series that are not simply fine.
local dates = require "banyan.dates"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local store_of = require "banyan.store"

local M = {}

local ROWS_MOST = 60
local SPANS_SHOWN = 3

--- What a backfill did, in a line.
---@param summary table of banyan.backfill.driver
---@return string
function M.summary(summary)
  local parts = { print_.thousands(summary.added) .. " new" }
  local function add(count, word)
    if count > 0 then parts[#parts + 1] = print_.thousands(count) .. " " .. word end
  end
  add(summary.unchanged, "unchanged")
  add(summary.changed, "replaced")
  add(summary.refused, "refused")
  local subject = ("%s%s: %s%s"):format(summary.dataset,
    store_of.is_simulated(summary.dataset) and " (simulated)" or "",
    print_.count(#summary.symbols, "symbol"),
    #summary.timeframes > 1 and " in " .. table.concat(summary.timeframes, " ") or "")
  if summary.bars + summary.requests + summary.refused + summary.failed == 0 then
    return subject .. ": nothing to fetch"
  end
  return ("%s, %s: %s"):format(subject, print_.count(summary.bars, "bar"), table.concat(parts, ", "))
end

--- What it took, in a line; nil when nothing was asked.
---@return string?
function M.cost(summary)
  if summary.requests == 0 then return nil end
  local line = ("%s, %s in %s"):format(print_.count(summary.requests, "request"),
    print_.bytes(summary.bytes), print_.duration(summary.seconds))
  if summary.throttled_s >= 1 then
    line = line .. (", %s of it waiting for the rate limit"):format(print_.duration(summary.throttled_s))
  end
  if summary.retries > 0 then
    line = ("%s; %s sent again"):format(line, print_.count(summary.retries, "request"))
  end
  return line
end

local function time_text(row, time)
  return (row.timeframe == "1d" and dates.format or dates.format_time)(time)
end

-- Holes with the same reason share it: "3 sessions without bars: the provider has none (2020-03-04,
-- 2020-05-01 to 2020-05-04)".
local function hole_texts(holes)
  local order, by_reason = {}, {}
  for _, hole in ipairs(holes) do
    local reason = (hole.kind == "refused" and "refused, " or "") .. hole.reason
    local group = by_reason[reason]
    if not group then
      group = { sessions = 0, spans = {} }
      by_reason[reason], order[#order + 1] = group, reason
    end
    group.sessions = group.sessions + hole.sessions
    group.spans[#group.spans + 1] = hole.first == hole.last and hole.first
      or hole.first .. " to " .. hole.last
  end
  local texts = {}
  for i, reason in ipairs(order) do
    local spans = by_reason[reason].spans
    local more = #spans - SPANS_SHOWN
    texts[i] = ("%s without bars: %s (%s%s)"):format(
      print_.count(by_reason[reason].sessions, "session"), reason,
      table.concat(spans, ", ", 1, math.min(#spans, SPANS_SHOWN)),
      more > 0 and (" and %s more"):format(print_.thousands(more)) or "")
  end
  return texts
end

-- Whether the reasons of refused bars are told with the sessions that they leave empty.
local function has_refused(holes)
  for _, hole in ipairs(holes) do
    if hole.kind == "refused" then return true end
  end
  return false
end

-- What is to be said of a series, one text each; none when it is simply fine.
local function remarks(row)
  local texts = {}
  if row.fault then texts[1] = row.fault end
  if row.failure then texts[#texts + 1] = row.failure.message end
  if row.readjusted then
    texts[#texts + 1] = ("the source adjusted its history by %.6g; fetched anew"):format(row.readjusted)
  end
  local holes = row.holes or {}
  if row.refused > 0 and row.first_refusal and not has_refused(holes) then
    texts[#texts + 1] = ("refused %s: %s"):format(time_text(row, row.first_refusal.time),
      row.first_refusal.reason)
  end
  if row.noted > 0 then
    texts[#texts + 1] = print_.count(row.noted, "bar") .. " kept that look strange"
  end
  for _, text in ipairs(hole_texts(holes)) do texts[#texts + 1] = text end
  return texts
end

local function number(count)
  return count > 0 and print_.thousands(count) or "-"
end

local function verdict(row)
  local word = row.fault and "damaged" or row.failure and "failed"
  return word and output.style(word, "red") or ""
end

local function cells_of(row, texts)
  return { row.symbol, row.timeframe, number(row.added), number(row.unchanged), number(row.changed),
    number(row.refused), verdict(row), texts[1] or "" }
end

local HEAD = { "symbol", "timeframe", "new", "unchanged", "replaced", "refused", "", "" }

local function table_lines(rows, count)
  local cells = { HEAD }
  for i = 1, count do
    cells[#cells + 1] = cells_of(rows[i].row, rows[i].texts)
    for k = 2, #rows[i].texts do cells[#cells + 1] = { "", "", "", "", "", "", "", rows[i].texts[k] } end
  end
  local lines = print_.columns(cells, "llrrrrll")
  lines[1] = output.style(lines[1], "bold")
  return lines
end

-- The series to be shown, and how many need no word. Failures come first: they are what the user has to act
-- on.
local function choose(summary, verbose)
  local failed, others, fine = {}, {}, 0
  for _, row in ipairs(summary.series) do
    local texts = remarks(row)
    local is_fine = #texts == 0 and row.changed == 0 and row.refused == 0
    if is_fine then fine = fine + 1 end
    if verbose or not is_fine then
      table.insert((row.failure or row.fault) and failed or others, { row = row, texts = texts })
    end
  end
  for _, each in ipairs(others) do failed[#failed + 1] = each end
  return failed, fine
end

-- What all series failed for, nil when there is no such thing.
local function common_failure(summary)
  local first = summary.series[1]
  if summary.failed < 2 or summary.failed < #summary.series or not first.failure then return nil end
  for _, row in ipairs(summary.series) do
    if row.failure.message ~= first.failure.message or row.bars > 0 or row.fault then return nil end
  end
  return first.failure.message
end

--- The report.
---@param summary table of banyan.cli.backfill_round
---@param verbose boolean all series, however many
---@return string[] lines
function M.lines(summary, verbose)
  local lines = { M.summary(summary), M.cost(summary) }
  lines[#lines + 1] = summary.remark
  local common = not verbose and common_failure(summary)
  if common then
    lines[#lines + 1] = ("all %s %s: %s"):format(print_.count(summary.failed, "series", "series"),
      output.style("failed", "red"), common)
    return lines
  end
  local rows, fine = choose(summary, verbose)
  if #rows == 0 then return lines end
  local count = verbose and #rows or math.min(#rows, ROWS_MOST)
  lines[#lines + 1] = ""
  for _, line in ipairs(table_lines(rows, count)) do lines[#lines + 1] = line end
  if count < #rows then
    lines[#lines + 1] = ("... and %s more; -v shows all"):format(print_.thousands(#rows - count))
  end
  if fine > 0 and not verbose then
    lines[#lines + 1] = ("%s complete"):format(print_.count(fine, "series", "series"))
  end
  return lines
end

return M
