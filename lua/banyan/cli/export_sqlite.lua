-- SPDX-License-Identifier: MIT
-- Combos as an SQLite database: a table `combos`, and a table `sweep` with the facts about all of
-- them.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

local function identifier(name)
  return '"' .. name:gsub('"', '""') .. '"'
end

local function literal(value)
  if value == nil then return "NULL" end
  if type(value) == "boolean" then return value and "1" or "0" end
  if type(value) == "number" then return ("%.17g"):format(value) end
  return "'" .. tostring(value):gsub("'", "''") .. "'"
end

-- The type that holds all values of a param as they are; none when there are numbers and texts.
local function column_type(param)
  local texts, whole = 0, 0
  for _, value in ipairs(param.values) do
    if type(value) ~= "number" then
      texts = texts + 1
    elseif value % 1 == 0 and math.abs(value) <= 2 ^ 53 then
      whole = whole + 1
    end
  end
  if texts > 0 then return texts == #param.values and "TEXT" or "" end
  return whole == #param.values and "INTEGER" or "REAL"
end

local function facts_of(results)
  local description, facts = results.description, {}
  for _, name in ipairs { "strategy", "rank", "dataset", "timeframe", "simulated", "from", "to" } do
    facts[#facts + 1] = { name, description[name] }
  end
  facts[#facts + 1] = { "combos", results.combo_count }
  facts[#facts + 1] = { "done", results:done_count() }
  return facts
end

local function schema_of(combos, columns)
  local list = { "combo INTEGER PRIMARY KEY" }
  for p, name in ipairs(columns) do
    list[#list + 1] = identifier(name) .. " " .. column_type(combos.params[p])
  end
  for _, metric in ipairs(results_of.METRICS) do
    list[#list + 1] = identifier(metric.name) .. " REAL"
  end
  list[#list + 1] = "error TEXT"
  local lines = { ("CREATE TABLE combos (%s);"):format(table.concat(list, ", ")),
    "CREATE TABLE sweep (name TEXT PRIMARY KEY, value);" }
  for _, fact in ipairs(facts_of(combos.results)) do
    lines[#lines + 1] = ("INSERT INTO sweep VALUES (%s, %s);"):format(literal(fact[1]),
      literal(fact[2]))
  end
  return table.concat(lines, "\n"),
    ("INSERT INTO combos VALUES (?%s)"):format((", ?"):rep(#list - 1))
end

-- The values of the params for C; `kept` holds what they point to.
local function c_cells(params, kept)
  local cells = ffi.new("const by_results_cell *[?]", math.max(#params, 1))
  for p, param in ipairs(params) do
    local own = ffi.new("by_results_cell[?]", #param.values)
    for i, value in ipairs(param.values) do
      if type(value) == "number" then own[i - 1].number = value else own[i - 1].text = value end
    end
    cells[p - 1] = own
    kept[#kept + 1] = own
  end
  return cells
end

--- Writes the database.
---@param path string
---@param combos banyan.Combos
---@param columns string[] of the params
---@param endings { errors: (string|false)[], of: ffi.cdata* }
function M.write(path, combos, columns, endings)
  local kept = {}
  local schema, insert = schema_of(combos, columns)
  local cells = c_cells(combos.params, kept)
  local errors = ffi.new("const char *[?]", #endings.errors)
  for i, text in ipairs(endings.errors) do errors[i - 1] = text or nil end
  local c_table = ffi.new("by_results_table", { schema = schema, insert = insert,
    param_count = combos.param_count, param_cells = cells, errors = errors, error_of = endings.of })
  engine.call(C.by_results_sqlite, path, c_table, combos.rows, combos.digits, combos.count)
end

return M
