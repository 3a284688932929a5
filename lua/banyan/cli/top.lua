-- SPDX-License-Identifier: MIT
-- banyan top: the best combos of a result store.
local ffi = require "banyan.ffi"
local json = require "banyan.json"
local nearest = require "banyan.nearest"
local object = require "banyan.cli.run".object
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local results_of = require "banyan.results"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

-- What stands beside the metric that ranks.
local COLUMNS = { "sharpe", "cagr", "volatility", "max_drawdown", "calmar" }

local function check_metric(results, name)
  local names = {}
  for i, metric in ipairs(results:metrics(1)) do
    if metric.name == name then return end
    names[i] = metric.name
  end
  local near = nearest(name, names)
  ffi.fail("USAGE", "there is no metric '%s'%s (there are %s)", name,
    near and (", did you mean '%s'?"):format(near) or "", table.concat(names, ", "))
end

local function metric_columns(rank)
  local names = { rank }
  for _, name in ipairs(COLUMNS) do
    if name ~= rank then names[#names + 1] = name end
  end
  return names
end

--- A table of combos, best first.
---@param results table banyan.results
---@param rank string metric
---@param count integer
---@return string[] lines
function M.lines(results, rank, count)
  local metrics, header = metric_columns(rank), { "#", "combo" }
  for _, name in ipairs(metrics) do header[#header + 1] = (name:gsub("_", " ")) end
  for _, param in ipairs(results:params(1)) do header[#header + 1] = param.name end
  local rows = { header }
  for place, combo in ipairs(results:top(rank, count)) do
    local row = { tostring(place), tostring(combo) }
    for _, name in ipairs(metrics) do
      row[#row + 1] = print_.metric(name, results:metric(combo, name))
    end
    for _, param in ipairs(results:params(combo)) do row[#row + 1] = print_.value(param.value) end
    rows[#rows + 1] = row
  end
  local lines = print_.columns(rows, ("r"):rep(#header))
  lines[1] = output.style(lines[1], "bold")
  return lines
end

-- "203,476 combos", or "88,064 of 203,476 combos" of a sweep that was stopped.
local function count_text(results)
  local done, all = results:done_count(), print_.count(results.combo_count, "combo")
  return done == results.combo_count and all or print_.thousands(done) .. " of " .. all
end

local function as_json(results, directory, rank, count)
  local description, rows = results.description, {}
  for place, combo in ipairs(results:top(rank, count)) do
    rows[place] = json.object { { "combo", combo }, { "params", object(results:params(combo)) },
      { "metrics", object(results:metrics(combo)) } }
  end
  return json.encode(json.object {
    { "schema", "banyan.top/1" }, { "store", directory }, { "strategy", description.strategy },
    { "dataset", description.dataset }, { "simulated", description.simulated },
    { "combos", results.combo_count }, { "done", results:done_count() }, { "rank", rank },
    { "rows", json.array(rows) },
  }, { indent = 2 })
end

--- The verb.
---@return integer exit_code
function M.top(options, arguments)
  local directory = arguments[1]
  local results = results_of.open(directory)
  local description = results.description
  local rank = options.by or description.rank or "sharpe"
  check_metric(results, rank)
  if options.json then
    output.line(as_json(results, directory, rank, options.number))
  else
    output.line(("%s: %s by %s"):format(output.style(description.strategy, "bold"),
      count_text(results), (rank:gsub("_", " "))))
    if description.simulated then output.line(output.style(tearsheet.SIMULATED, "yellow")) end
    output.line(M.lines(results, rank, options.number))
  end
  results:close()
  return 0
end

return M
