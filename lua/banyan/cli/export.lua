-- SPDX-License-Identifier: MIT
-- banyan export: the combos of a sweep that are done, in combo order.
local combos_of = require "banyan.results.combos"
local ffi = require "ffi"
local engine = require "banyan.ffi"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local ranking = require "banyan.results.ranking"
local results_of = require "banyan.results"
local shard_of = require "banyan.sweep.shard"
local rows_of = require "banyan.cli.export_rows"
local sqlite = require "banyan.cli.export_sqlite"

local M = {}

local BESIDE = { "combo", "error" } -- columns that are neither params nor metrics

-- The column of each param. One whose name another column has, in any case of its letters, is
-- called param_NAME: SQLite and others do not tell Fast from fast.
local function param_columns(params)
  local taken, columns = {}, {}
  for _, name in ipairs(BESIDE) do taken[name] = true end
  for _, metric in ipairs(results_of.METRICS) do taken[metric.name] = true end
  for p, param in ipairs(params) do
    local name = param.name
    while taken[name:lower()] do name = "param_" .. name end
    taken[name:lower()] = true
    columns[p] = name
  end
  return columns
end

-- Which combos are written, and with what error: a list of errors (false for none), and the
-- position in it of each combo, from 0, or -1 when it is left out.
local function endings_of(combos, keep)
  local indices, count = ranking.candidates(combos, ranking.filters(combos, keep))
  local of = ffi.new("int32_t[?]", math.max(combos.count, 1))
  for i = 0, combos.count - 1 do of[i] = -1 end
  for k = 0, count - 1 do of[indices[k]] = 0 end
  local errors, position = { false }, {}
  for i = 0, keep and -1 or combos.count - 1 do
    local text = combos.counts[i] == -1 and combos.results:error(i + 1)
    if text then
      if not position[text] then
        errors[#errors + 1] = text
        position[text] = #errors - 1
      end
      of[i] = position[text]
    end
  end
  return { errors = errors, of = of }
end

-- A spreadsheet computes what begins so.
local function warn_of_formulas(params)
  for _, param in ipairs(params) do
    for _, value in ipairs(param.values) do
      if type(value) == "string" and value:find "^[=+@\t\r-]" then
        output.warn(("the text '%s' of param %s is a formula to a spreadsheet; import its column "
          .. "as text"):format(value, param.name))
        break
      end
    end
  end
end

local function write(combos, columns, endings, options)
  if options.format == "sqlite" then
    if not options.output or options.output == output.STDOUT then
      engine.fail("USAGE", "-f sqlite needs a file, -o FILE")
    end
    return sqlite.write(options.output, combos, columns, endings)
  end
  if options.format == "csv" then warn_of_formulas(combos.params) end
  local function rows(put) rows_of[options.format](combos, columns, endings, put) end
  if options.output then output.replace(options.output, rows) else rows(output.write) end
end

--- The verb.
---@return integer exit_code
function M.export(options, arguments)
  local results = results_of.open(arguments[1])
  local combos = combos_of.new(results)
  write(combos, param_columns(combos.params), endings_of(combos, options.keep), options)
  local shard, combo_count = results:shard()
  local missing = (combo_count or results.combo_count) - results:done_count()
  if shard then
    output.note(("banyan: these are the combos of shard %s alone; `banyan merge` puts all of them together"):format(
      shard_of.text(shard)))
  end
  if missing > 0 then
    output.note(("banyan: %s are not done yet; run the sweep again to finish it"):format(
      print_.count(missing, "combo")))
  end
  results:close()
  return 0
end

return M
