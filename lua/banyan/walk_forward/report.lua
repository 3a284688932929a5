-- SPDX-License-Identifier: MIT
-- A walk-forward analysis for people, as JSON, and its equity as CSV.
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local json = require "banyan.json"
local lists = require "banyan.lists"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local function span_text(step, name)
  if step.dates then return table.concat(step.dates[name], " to ") end
  return ("%d/16 to %d/16"):format(step[name].first, step[name].last + 1)
end

local function lengths_text(lengths, noun)
  local function length(count)
    return lengths.unit == "block" and count .. "/16" or print_.count(count, noun)
  end
  local text = ("%s %s, %s to test"):format(lengths.anchored and "anchored, at least" or "rolling,",
    length(lengths.train) .. " to train", length(lengths.test))
  if lengths.embargo > 0 then text = text .. ", " .. length(lengths.embargo) .. " between" end
  if lengths.step ~= lengths.test then text = text .. ", every " .. length(lengths.step) end
  return text
end

local function measured(numbers, rank)
  return print_.metric(rank, numbers[rank])
end

local function table_lines(result)
  local rank = result.rank
  local title = rank:gsub("_", " ")
  local header = { "train", "test", "combo", title .. " in", title .. " out", "all combos", "efficiency" }
  for _, each in ipairs(result.stability) do header[#header + 1] = each.name end
  local rows = { header }
  for _, step in ipairs(result.steps) do
    local row = { span_text(step, "train"), span_text(step, "test"),
      tostring(step.choice.combo or "none"), measured(step.in_sample, rank),
      measured(step.out_of_sample, rank), print_.metric(rank, step.choice.rivals),
      print_.metric("sharpe", step.efficiency) }
    for _, param in ipairs(step.params or {}) do
      row[#row + 1] = param.value == nil and "-" or print_.value(param.value)
    end
    rows[#rows + 1] = row
  end
  local lines = print_.columns(rows, "ll" .. ("r"):rep(#header - 2))
  lines[1] = output.style(lines[1], "bold")
  return lines
end

local SHOWN_METRICS = { "sharpe", "cagr", "volatility", "max_drawdown", "calmar" }

local function metrics_text(result)
  local parts = {}
  for _, name in ipairs(SHOWN_METRICS) do
    for _, metric in ipairs(result.metrics) do
      if metric.name == name then
        parts[#parts + 1] = metric.title .. " " .. print_.metric(name, metric.value)
      end
    end
  end
  return table.concat(parts, ", ")
end

local function stability_text(result)
  local parts = {}
  for i, each in ipairs(result.stability) do
    parts[i] = ("%s %s (%s)"):format(each.name, print_.percent(each.stability, 0),
      print_.count(each.distinct, "value"))
  end
  return table.concat(parts, ", ")
end

--- As lines of text.
---@param result banyan.WalkForward
---@return string[]
function M.lines(result)
  local lines = { ("walk-forward: %s; the best of %s by %s"):format(lengths_text(result.lengths, result.noun),
    print_.count(result.combos, "combo"), (result.rank:gsub("_", " "))) }
  lists.append(lines, table_lines(result))
  lines[#lines + 1] = "all test windows together: " .. metrics_text(result)
  lines[#lines + 1] = ("efficiency %s: mean Sharpe out of sample over mean Sharpe in sample"):format(
    print_.metric("sharpe", result.efficiency))
  if #result.stability > 0 and #result.steps > 1 then
    lines[#lines + 1] = "stability of params from window to window: " .. stability_text(result)
  end
  if result.left_out > 0 then
    lines[#lines + 1] = print_.count(result.left_out, "combo") .. " begin on another session, or have none, and were "
      .. "left out; windows in sessions take them all"
  end
  if result.unused > 0 then
    lines[#lines + 1] = ("the last %s fill no test window"):format(print_.count(result.unused, result.noun))
  end
  return lines
end

local function numbers_json(numbers)
  return json.object { { "sharpe", numbers.sharpe }, { "total_return", numbers.total_return } }
end

local function span_json(step, name)
  local span, ends = step[name], step.dates and step.dates[name]
  if not ends then return json.object { { "first_sixteenth", span.first + 1 }, { "last", span.last + 1 } } end
  return json.object { { "from", ends[1] }, { "to", ends[2] } }
end

local function steps_json(result)
  local list = {}
  for i, step in ipairs(result.steps) do
    list[i] = json.object { { "train", span_json(step, "train") },
      { "test", span_json(step, "test") }, { "combo", step.choice.combo or json.null },
      { "params", step.params and json.named(step.params) or json.null }, { "judged", step.choice.judged },
      { "in_sample", numbers_json(step.in_sample) },
      { "out_of_sample", numbers_json(step.out_of_sample) },
      { "all_out_of_sample", step.choice.rivals }, { "efficiency", step.efficiency } }
  end
  return json.array(list)
end

--- As a value for banyan.json.encode.
---@param result banyan.WalkForward
function M.json(result)
  local lengths, stability, metrics = result.lengths, {}, {}
  for i, each in ipairs(result.stability) do
    stability[i] = { each.name, json.object { { "distinct", each.distinct },
      { "changes", each.changes }, { "stability", each.stability } } }
  end
  for i, metric in ipairs(result.metrics) do metrics[i] = { metric.name, metric.value } end
  return json.object { { "rank", result.rank }, { "unit", lengths.unit }, { "train", lengths.train },
    { "test", lengths.test }, { "step", lengths.step }, { "embargo", lengths.embargo },
    { "anchored", lengths.anchored }, { "combos", result.combos }, { "left_out", result.left_out },
    { "unused", result.unused }, { "windows", steps_json(result) },
    { "efficiency", result.efficiency }, { "stability", json.object(stability) },
    { "metrics", json.object(metrics) } }
end

--- Writes the stitched equity as CSV: the date (of bars that are shorter than a day the time at which one began), the
--- equity, from 1 on the session before the first test window, and the combo that led there (none on the first row and
--- in cash).
---@param path string
---@param result banyan.WalkForward
function M.write_equity(path, result)
  local stitched = result.stitched
  if not stitched then
    failure.fail("USAGE", "walk-forward: sixteenths of a sweep have no equity; name windows in sessions, such as "
      .. "504:126")
  end
  local written = stitched.intraday and dates.format_utc or dates.format
  output.file(path, function(put)
    put((stitched.intraday and "time" or "date") .. ",equity,combo\n")
    for i = 0, stitched.count do
      local combo = i > 0 and stitched.combos[i] or 0
      put(("%s,%s,%s\n"):format(written(stitched.times[i + 1]), print_.exact(stitched.equity[i]),
        combo > 0 and ("%d"):format(combo) or ""))
    end
  end)
end

return M
