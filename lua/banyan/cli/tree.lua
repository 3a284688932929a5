-- SPDX-License-Identifier: MIT
-- banyan tree: a strategy as a tree, and its figures.
local failure = require "banyan.failure"
local json = require "banyan.json"
local load = require "banyan.load"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local settings = require "banyan.cli.settings"
local start_of_strategy = require "banyan.start"

local M = {}

local FIGURES = {
  { "nodes", "nodes" }, { "distinct", "distinct nodes" }, { "depth", "levels" },
  { "gates", "gates" }, { "filters", "filters" }, { "conditions", "distinct conditions" },
  { "indicators", "distinct indicators" },
}

local function param_names(params)
  local names = {}
  for i, param in ipairs(params) do names[i] = type(param) == "table" and param.name or param end
  return names
end

-- The first computable session, or why it is not known.
local function start_of(strategy, options)
  local ok, start = pcall(start_of_strategy.of, strategy, settings.of_run(options))
  if ok then return start end
  local known = failure.failure_of(start)
  if not known or known.status == "USAGE" and options.dataset then error(start, 0) end
  return nil, known.message
end

local function start_text(start)
  local begins = {}
  for i, each in ipairs(start.tickers) do
    if each.ticker ~= start.limit then begins[#begins + 1] = ("%s begins %s"):format(each.ticker, each.first) end
    if i == 4 then break end
  end
  return ("first computable session: %s, by %s%s"):format(start.date,
    start.limit == (start.tickers[1] or {}).ticker and "the first bar of " .. start.limit or start.limit,
    #begins > 0 and (" (%s)"):format(table.concat(begins, ", ")) or "")
end

local function start_object(start)
  if not start then return nil end
  local tickers = {}
  for i, each in ipairs(start.tickers) do
    tickers[i] = json.object { { "ticker", each.ticker }, { "first", each.first } }
  end
  return json.object { { "date", start.date }, { "limit", start.limit },
    { "tickers", json.array(tickers) } }
end

local function as_json(strategy, figures, start)
  local members = { { "schema", "banyan.tree/1" }, { "strategy", strategy.name } }
  for _, figure in ipairs(FIGURES) do
    members[#members + 1] = { figure[1], figures[figure[1]] }
  end
  members[#members + 1] = { "tickers", json.array(figures.tickers) }
  members[#members + 1] = { "params", json.array(param_names(figures.params)) }
  members[#members + 1] = { "first_session", start_object(start) }
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
  local strategy = settings.apply(load.strategy(arguments[1]), options)
  local figures = strategy:describe()
  local start, unknown = start_of(strategy, options)
  if unknown then output.note("the first computable session is not known: " .. unknown) end
  if options.json then
    output.line(as_json(strategy, figures, start))
    return 0
  end
  local depth = options.depth or math.huge
  if depth > 0 then print_lines(strategy, depth) end
  output.line(figure_lines(figures))
  if start then output.line(print_.wrap(start_text(start), 80)) end
  return 0
end

return M
