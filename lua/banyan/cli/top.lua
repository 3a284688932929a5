-- SPDX-License-Identifier: MIT
-- banyan top: the best combos of a result store.
local combos_of = require "banyan.results.combos"
local json = require "banyan.json"
local lists = require "banyan.lists"
local luck = require "banyan.luck"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local ranking_of = require "banyan.results.ranking"
local results_of = require "banyan.results"
local tearsheet = require "banyan.cli.tearsheet"

local M = {}

-- What stands beside what ranks.
local COLUMNS = { "sharpe", "cagr", "volatility", "max_drawdown", "calmar" }
local TITLE_MAX = 24 -- a longer expression is in the line above the table

local function value_text(combos, expression, value)
  local metric = combos:metric_of(expression)
  return print_.metric(metric and metric.name or expression.text, value)
end

local function title_of(expression)
  local root = expression.root
  if root.kind == "metric" or root.kind == "plateau" and #root.arguments == 0 then
    return (root.name:gsub("_", " "))
  end
  return print_.width(expression.text) <= TITLE_MAX and expression.text or "value"
end

-- Columns of a table: { title =, text(i) }, where i is a combo from 0.
local function expression_column(combos, expression, title, values)
  return { title = title, text = function(i)
    return value_text(combos, expression, values[i])
  end }
end

-- A metric of which no more is needed than what is shown.
local function metric_column(combos, name)
  return { title = (name:gsub("_", " ")), text = function(i)
    return print_.metric(name, combos.results:metric(i + 1, name))
  end }
end

local function add_metrics(columns, combos, ranking)
  local shown = {}
  local function add(expression, values)
    local root = expression.root
    local name = root.kind == "metric" and root.name or expression.text
    if shown[name] then return end
    shown[name] = true
    columns[#columns + 1] = expression_column(combos, expression, title_of(expression), values)
  end
  add(ranking.by, ranking.values)
  for k, each in ipairs(ranking.front) do add(each, ranking.sides[k]) end
  for _, name in ipairs(COLUMNS) do
    if not shown[name] then columns[#columns + 1] = metric_column(combos, name) end
  end
end

local function add_plateau(columns, combos)
  local measured, scores = combos:measured_by_plateau(), combos:plateau_scores()
  local counts = combos:plateau().counts
  for _, name in ipairs { "median", "worst" } do
    columns[#columns + 1] = expression_column(combos, measured, "plateau " .. name, scores[name])
  end
  columns[#columns + 1] = { title = "neighbours", text = function(i)
    return ("%d"):format(counts[i])
  end }
end

-- How many combos hold what a combo holds, itself among them.
local function shared_by(combos, i)
  local behaviours = combos:behaviours()
  return behaviours.shared[behaviours.first[i]]
end

local function add_params(columns, combos)
  for p, param in ipairs(combos.params) do
    columns[#columns + 1] = { title = param.name, text = function(i)
      local value = combos.results:params(i + 1)[p].value
      return value == nil and "-" or print_.value(value)
    end }
  end
end

local function columns_of(combos, ranking, options)
  local columns = { { title = "combo", text = function(i) return tostring(i + 1) end } }
  add_metrics(columns, combos, ranking)
  if options.plateau then add_plateau(columns, combos) end
  if options.distinct then
    columns[#columns + 1] = { title = "shared by", text = function(i)
      return print_.thousands(shared_by(combos, i))
    end }
  end
  add_params(columns, combos)
  return columns
end

-- The table of a ranking's best.
local function table_of(combos, ranking, options, count)
  combos.results:expect(math.min(count, ranking.count))
  local columns, header = columns_of(combos, ranking, options), { "#" }
  for k, column in ipairs(columns) do header[k + 1] = column.title end
  local rows = { header }
  for place = 1, math.min(count, ranking.count) do
    local row = { tostring(place) }
    for k, column in ipairs(columns) do row[k + 1] = column.text(ranking.order[place - 1]) end
    rows[place + 1] = row
  end
  local lines = print_.columns(rows, ("r"):rep(#header))
  lines[1] = output.style(lines[1], "bold")
  return lines
end

local NONE_RANKED = "no combo has a value to rank by"

--- A table of combos by the sweep's own ranking, best first.
---@param results banyan.Results
---@param count integer
---@return string[] lines
function M.lines(results, count)
  local combos = combos_of.new(results)
  local ranking = ranking_of.new(combos, { number = count })
  return ranking.count > 0 and table_of(combos, ranking, {}, count) or { NONE_RANKED }
end

-- "203,476 combos", or "88,064 of 203,476 combos" of a sweep that was stopped.
local function count_text(results)
  local done, all = results:done_count(), print_.count(results.combo_count, "combo")
  return done == results.combo_count and all or print_.thousands(done) .. " of " .. all
end

local function texts(expressions)
  local list = {}
  for i, each in ipairs(expressions) do list[i] = title_of(each) end
  return table.concat(list, ", ")
end

-- What a ranking goes by, whole.
local function name_of(expression)
  return expression.root.kind == "metric" and title_of(expression) or expression.text
end

-- What there is, what of it is shown, and by what.
local function head(combos, ranking, options, behaviours)
  local parts = { count_text(combos.results), print_.count(behaviours, "distinct behaviour") }
  if options.keep then parts[#parts + 1] = print_.thousands(ranking.kept) .. " kept" end
  if #ranking.front > 0 then
    parts[#parts + 1] = ("%s on the front of %s"):format(print_.thousands(ranking.on_front),
      texts(ranking.front))
  end
  return ("%s: %s, by %s%s"):format(output.style(combos.results.description.strategy, "bold"),
    table.concat(parts, ", "), name_of(ranking.by),
    options.ascending and ", smallest first" or "")
end

local function row_json(combos, ranking, options, i)
  local members = { { "combo", i + 1 }, { "params", json.named(combos.results:params(i + 1)) },
    { "metrics", json.named(combos.results:metrics(i + 1)) } }
  if ranking.by.root.kind ~= "metric" then
    table.insert(members, 2, { "value", ranking.values[i] })
  end
  if options.plateau then
    local scores = combos:plateau_scores()
    members[#members + 1] = { "plateau", json.object {
      { "neighbours", combos:plateau().counts[i] },
      { "median", scores.median[i] }, { "worst", scores.worst[i] } } }
  end
  if options.distinct then members[#members + 1] = { "shared_by", shared_by(combos, i) } end
  return json.object(members)
end

local function as_json(combos, ranking, options, directory)
  local results, rows = combos.results, {}
  local description = results.description
  results:expect(math.min(options.number, ranking.count))
  for place = 1, math.min(options.number, ranking.count) do
    rows[place] = row_json(combos, ranking, options, ranking.order[place - 1])
  end
  return json.encode(json.object {
    { "schema", "banyan.top/1" }, { "store", directory }, { "strategy", description.strategy },
    { "dataset", description.dataset }, { "simulated", description.simulated },
    { "combos", results.combo_count }, { "done", results:done_count() },
    { "behaviours", combos:behaviours().distinct }, { "kept", ranking.kept },
    { "ranked", ranking.count }, { "rank", ranking.by.text },
    { "rows", json.array(rows) },
  }, { indent = 2 })
end

--- A ranking as text: what there is, the best, and how much of that is luck.
---@param combos banyan.Combos
---@param ranking banyan.Ranking
---@param options table number, and those of the ranking
---@return string[]
function M.text_lines(combos, ranking, options)
  local results, root, luck_line, behaviours = combos.results, ranking.by.root, nil, nil
  if ranking.count > 0 then luck_line, behaviours = luck.line(results, root.kind == "metric" and root.name or nil) end
  local lines = { head(combos, ranking, options, behaviours or combos:behaviours().distinct) }
  if results.description.simulated then lines[2] = output.style(tearsheet.SIMULATED, "yellow") end
  if ranking.count == 0 then
    lines[#lines + 1] = ranking.kept == 0 and options.keep and "no combo is kept" or NONE_RANKED
    return lines
  end
  lists.append(lines, table_of(combos, ranking, options, options.number))
  lines[#lines + 1] = luck_line
  return lines
end

--- The verb.
---@return integer exit_code
function M.top(options, arguments)
  local results = results_of.open(arguments[1])
  local combos = combos_of.new(results)
  local asked = setmetatable({ behaviours = options.json }, { __index = options })
  local ranking = ranking_of.new(combos, asked)
  if options.json then
    output.line(as_json(combos, ranking, options, arguments[1]))
  else
    output.line(M.text_lines(combos, ranking, options))
  end
  results:close()
  return 0
end

return M
