-- SPDX-License-Identifier: MIT
-- banyan export: every combo of a sweep that is done, in combo order.
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local results_of = require "banyan.results"

local M = {}

-- NaN and infinities are empty in CSV and null in JSON.
local function csv_value(value)
  if type(value) ~= "number" then return print_.csv(value) end
  return (value ~= value or math.abs(value) == math.huge) and "" or print_.exact(value)
end

local function csv(results, put)
  local header = { "combo" }
  for _, param in ipairs(results:params(1)) do header[#header + 1] = print_.csv(param.name) end
  for _, metric in ipairs(results:metrics(1)) do header[#header + 1] = metric.name end
  put(table.concat(header, ",") .. "\n")
  results:each_done(function(number)
    local cells = { ("%d"):format(number) }
    for _, param in ipairs(results:params(number)) do cells[#cells + 1] = csv_value(param.value) end
    for _, metric in ipairs(results:metrics(number)) do
      cells[#cells + 1] = csv_value(metric.value)
    end
    put(table.concat(cells, ",") .. "\n")
  end)
end

local function object(results, number)
  local members = { { "combo", number } }
  for _, param in ipairs(results:params(number)) do
    members[#members + 1] = { param.name, param.value }
  end
  for _, metric in ipairs(results:metrics(number)) do
    members[#members + 1] = { metric.name, metric.value }
  end
  return json.encode(json.object(members))
end

local function jsonl(results, put)
  results:each_done(function(number) put(object(results, number) .. "\n") end)
end

local function json_array(results, put)
  local before = "[\n"
  results:each_done(function(number)
    put(before .. object(results, number))
    before = ",\n"
  end)
  put(before == "[\n" and "[]\n" or "\n]\n")
end

local WRITERS = { csv = csv, json = json_array, jsonl = jsonl }

--- The verb.
---@return integer exit_code
function M.export(options, arguments)
  local results = results_of.open(arguments[1])
  local write = WRITERS[options.format]
  if options.output then
    output.file(options.output, function(put) write(results, put) end)
  else
    write(results, output.write)
  end
  local missing = results.combo_count - results:done_count()
  if missing > 0 then
    output.note(("banyan: %s are not done yet; run the sweep again to finish it"):format(
      print_.count(missing, "combo")))
  end
  results:close()
  return 0
end

return M
