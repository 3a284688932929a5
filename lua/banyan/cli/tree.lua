-- SPDX-License-Identifier: MIT
-- banyan tree: a strategy as a tree, and its figures.
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local FIGURES = {
  { "nodes", "nodes" }, { "distinct", "distinct nodes" }, { "depth", "levels" },
  { "gates", "gates" }, { "conditions", "distinct conditions" },
  { "indicators", "distinct indicators" },
}

local function param_names(params)
  local names = {}
  for i, param in ipairs(params) do names[i] = type(param) == "table" and param.name or param end
  return names
end

local function as_json(strategy, figures)
  local members = { { "schema", "banyan.tree/1" }, { "strategy", strategy.name } }
  for _, figure in ipairs(FIGURES) do
    members[#members + 1] = { figure[1], figures[figure[1]] }
  end
  members[#members + 1] = { "tickers", json.array(figures.tickers) }
  members[#members + 1] = { "params", json.array(param_names(figures.params)) }
  return json.encode(json.object(members), { indent = 2 })
end

local function figure_lines(figures)
  local rows = {}
  for _, figure in ipairs(FIGURES) do
    local value = figures[figure[1]]
    if value then rows[#rows + 1] = { figure[2], print_.thousands(value) } end
  end
  rows[#rows + 1] = { "tickers", print_.thousands(#figures.tickers) }
  rows[#rows + 1] = { "params", print_.thousands(#figures.params) }
  local lines = print_.columns(rows, "lr")
  local function add(title, words)
    if #words == 0 then return end
    for _, line in ipairs(print_.wrap(title .. " " .. table.concat(words, " "), 80)) do
      lines[#lines + 1] = line
    end
  end
  add("tickers:", figures.tickers)
  add("params:", param_names(figures.params))
  return lines
end

-- Lines down to a depth; what is below is three dots.
local function print_lines(strategy, depth)
  local cut = false
  for line in strategy:lines(depth) do
    if line.depth < depth then
      output.line(("  "):rep(line.depth) .. line.text)
    elseif not cut then
      output.line(("  "):rep(depth) .. "...")
    end
    cut = line.depth >= depth
  end
  output.line ""
end

--- The verb.
---@return integer exit_code
function M.tree(options, arguments)
  local strategy = load.strategy(arguments[1])
  local figures = strategy:describe()
  if options.json then
    output.line(as_json(strategy, figures))
    return 0
  end
  local depth = options.depth or math.huge
  if depth > 0 then print_lines(strategy, depth) end
  output.line(figure_lines(figures))
  return 0
end

return M
