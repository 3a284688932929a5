-- SPDX-License-Identifier: MIT
-- Combos as CSV and JSON. Lua makes the texts that stand around the metrics, C writes the rows.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local json = require "banyan.json"
local print_ = require "banyan.print"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

local TEXT_BYTES = 262144

-- A list of texts as a C array; `kept` holds what it points to.
local function c_texts(texts, kept)
  local array = ffi.new("const char *[?]", math.max(#texts, 1))
  for i, text in ipairs(texts) do array[i - 1] = text end
  kept[#kept + 1], kept[#kept + 2] = array, texts
  return array
end

-- The by_results_form of texts: { opening =, params = { texts }[], missing = texts, metrics =
-- texts, undefined =, endings = texts }.
local function c_form(texts, ending_of)
  local kept, count = { texts }, #texts.params
  local params = ffi.new("const char *const *[?]", math.max(count, 1))
  local value_counts = ffi.new("int32_t[?]", math.max(count, 1))
  for p, values in ipairs(texts.params) do
    params[p - 1], value_counts[p - 1] = c_texts(values, kept), #values
  end
  kept[#kept + 1] = params
  local form = ffi.new("by_results_form", { opening = texts.opening, param_count = count,
    param_texts = params, param_missing = c_texts(texts.missing, kept),
    metric_openings = c_texts(texts.metrics, kept), undefined = texts.undefined,
    endings = c_texts(texts.endings, kept), ending_of = ending_of })
  form.row_bytes = C.by_results_row_bytes(form, value_counts, #texts.endings)
  return form, kept
end

local function write_rows(combos, texts, ending_of, put)
  local form, kept = c_form(texts, ending_of)
  local size = math.max(TEXT_BYTES, tonumber(form.row_bytes))
  local text, length, at = ffi.new("char[?]", size), ffi.new "int64_t[1]", 0
  while at < combos.count do
    at = C.by_results_text(form, combos.rows, combos.digits, at, combos.count, text, size, length)
    put(ffi.string(text, length[0]))
  end
  return kept
end

-- One text for each value of each param.
local function param_texts(combos, text_of)
  local texts = {}
  for p, param in ipairs(combos.params) do
    texts[p] = {}
    for i, value in ipairs(param.values) do texts[p][i] = text_of(value, p) end
  end
  return texts
end

local function map(list, f)
  local mapped = {}
  for i, each in ipairs(list) do mapped[i] = f(each, i) end
  return mapped
end

local function metric_names()
  return map(results_of.METRICS, function(metric) return metric.name end)
end

local function csv_value(value)
  return type(value) == "number" and print_.exact(value) or print_.csv(value)
end

--- CSV with a header; what has no value is empty.
---@param combos banyan.Combos
---@param columns string[] of the params
---@param endings { errors: (string|false)[], of: ffi.cdata* }
---@param put fun(text: string)
function M.csv(combos, columns, endings, put)
  local header, names = { "combo" }, metric_names()
  for _, name in ipairs(columns) do header[#header + 1] = name end
  for _, name in ipairs(names) do header[#header + 1] = name end
  header[#header + 1] = "error"
  put(table.concat(header, ",") .. "\n")
  write_rows(combos, {
    opening = "", undefined = "",
    params = param_texts(combos, function(value) return "," .. csv_value(value) end),
    missing = map(columns, function() return "," end),
    metrics = map(names, function() return "," end),
    endings = map(endings.errors, function(text) return "," .. print_.csv(text or "") .. "\n" end),
  }, endings.of, put)
end

local function object_texts(combos, columns, endings, first, last)
  local function key(name) return "," .. json.encode(name) .. ":" end
  return {
    opening = first .. '{"combo":', undefined = "null",
    params = param_texts(combos, function(value, p)
      return key(columns[p]) .. json.encode(value)
    end),
    missing = map(columns, function(name) return key(name) .. "null" end),
    metrics = map(metric_names(), key),
    endings = map(endings.errors, function(text)
      return ',"error":' .. json.encode(text or json.null) .. "}" .. last
    end),
  }
end

--- An object a line; what has no value is null.
function M.jsonl(combos, columns, endings, put)
  write_rows(combos, object_texts(combos, columns, endings, "", "\n"), endings.of, put)
end

--- An array of objects, one a line.
function M.json(combos, columns, endings, put)
  local before = "[\n"
  write_rows(combos, object_texts(combos, columns, endings, ",\n", ""), endings.of, function(text)
    if before and text ~= "" then
      text, before = before .. text:sub(3), nil -- no comma in front of the first
    end
    put(text)
  end)
  put(before and "[]\n" or "\n]\n")
end

return M
