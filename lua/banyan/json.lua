-- SPDX-License-Identifier: MIT
-- JSON: reads it strictly with lua-cjson, writes it with a stable order of keys.
local cjson = require "cjson"
local ffi = require "ffi"
local failure = require "banyan.failure"
local text_of = require "banyan.text"

local SIZE_MAX = 64 * 1024 * 1024
local DEPTH_MAX = 1000
local CONTAINERS_MAX = 4000000 -- what keeps 64 MiB of "[[],[],..." from filling the memory

local M = { null = cjson.null, SIZE_MAX = SIZE_MAX }

---@class banyan.json.read_options
---@field depth integer|nil levels of nesting, 1000 when nil
---@field status string|nil status of the failures, "STRATEGY" when nil

local decoders = {}
local function decoder(depth)
  if not decoders[depth] then
    local new = cjson.new()
    new.decode_invalid_numbers(false)
    new.decode_max_depth(depth)
    decoders[depth] = new.decode
  end
  return decoders[depth]
end

local function refuse(status, text, name, position, reason)
  local line, column = text_of.line_column(text, position)
  failure.fail(status, "%s:%d:%d: %s", name, line, column, reason)
end

-- Counts what opens an array or object, those inside strings too: texts that near the limit are not
-- real.
local function check_containers(text, name, status)
  if #text <= CONTAINERS_MAX then return end
  local count, i = 0, text:find("[%[{]")
  while i do
    count = count + 1
    if count > CONTAINERS_MAX then
      refuse(status, text, name, i, ("more than %d arrays and objects"):format(CONTAINERS_MAX))
    end
    i = text:find("[%[{]", i + 1)
  end
end

local tokens = {
  T_END = "the end of the text", T_OBJ_END = "'}'", T_ARR_END = "']'", T_OBJ_BEGIN = "'{'",
  T_ARR_BEGIN = "'['", T_COMMA = "','", T_COLON = "':'", T_STRING = "a string",
  T_NUMBER = "a number", T_BOOLEAN = "a boolean", T_NULL = "null",
}

-- What lua-cjson says, as reason and position.
local function reason_of(message, depth)
  local reason, position = message:match("^(.-) at character (%d+)$")
  if not reason then return message, 1 end
  if reason:find("too many nested", 1, true) then
    return ("nested deeper than %d levels"):format(depth), tonumber(position)
  end
  reason = reason:gsub("T_[%u_]+", tokens):gsub("^Expected", "expected")
  return reason, tonumber(position)
end

local function check_text(text, name, status)
  if #text > SIZE_MAX then
    failure.fail(status, "%s: more than 64 MiB of JSON, which is the limit", name)
  end
  local nul = text:find("\0", 1, true)
  if nul then
    refuse(status, text, name, nul, "a NUL byte: not JSON, or UTF-16; save the file as UTF-8")
  end
  check_containers(text, name, status)
end

--- Reads JSON. null becomes json.null; a number too large for a double becomes infinite.
---@param text string a UTF-8 byte order mark is skipped
---@param name string what messages call the text, such as its file
---@param options banyan.json.read_options|nil
function M.decode(text, name, options)
  local status = options and options.status or "STRATEGY"
  local depth = options and options.depth or DEPTH_MAX
  if text:sub(1, 3) == "\239\187\191" then text = text:sub(4) end
  check_text(text, name, status)
  local good, value = pcall(decoder(depth), text)
  if good then return value end
  local reason, position = reason_of(tostring(value), depth)
  refuse(status, text, name, position, reason)
end

local object_mark, array_mark = {}, {}

--- An object that is written in the given order: json.object { { "key", value }, ... }; a value nil
--- is null.
---@param pairs_in_order table[]
function M.object(pairs_in_order)
  return setmetatable(pairs_in_order, object_mark)
end

--- { name =, value = } in their order, as an object.
---@param list { name: string, value: any }[]
function M.named(list)
  local members = {}
  for i, each in ipairs(list) do members[i] = { each.name, each.value } end
  return M.object(members)
end

--- An array, also when it is empty (a plain empty table is written as an object).
---@param list any[]
function M.array(list)
  return setmetatable(list, array_mark)
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
  return escapes[char] or ("\\u%04x"):format(char:byte())
end

local function quoted(text)
  return '"' .. text_of.valid_utf8(text):gsub('[%c"\\\127]', escape) .. '"'
end

-- LuaJIT formats numbers itself, so the locale does not matter.
local function number(value, format)
  if value - value ~= 0 then return "null" end
  if value % 1 == 0 and math.abs(value) <= 2 ^ 53 then return ("%.0f"):format(value) end
  return format:format(value)
end

local function scalar(value, how)
  local kind = type(value)
  if kind == "string" then return quoted(value) end
  if kind == "number" then return number(value, how.number) end
  if kind == "boolean" then return tostring(value) end
  if value == nil or value == M.null then return "null" end
  if kind == "cdata" and (ffi.istype("int64_t", value) or ffi.istype("uint64_t", value)) then
    return (tostring(value):gsub("U?LL$", ""))
  end
  error("json.encode: cannot write a " .. kind, 0)
end

local function sorted_pairs(value)
  local entries = {}
  for key, item in pairs(value) do
    if type(key) ~= "string" then
      error("json.encode: a table with both positions and keys, or with holes", 0)
    end
    entries[#entries + 1] = { key, item }
  end
  table.sort(entries, function(a, b) return a[1] < b[1] end)
  return entries
end

local function is_array(value)
  local mark = getmetatable(value)
  if mark == array_mark then return true end
  if mark == object_mark or value[1] == nil then return false end
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  return count == #value
end

local write

local function write_members(out, members, open, close, write_member, how, depth)
  local count, indent = #members, how.indent
  if count == 0 then
    out[#out + 1] = open .. close
    return
  end
  local newline = indent and "\n" .. indent:rep(depth) or ""
  out[#out + 1] = open
  for i = 1, count do
    out[#out + 1] = (i > 1 and "," or "") .. newline
    write_member(out, members[i], how, depth)
  end
  out[#out + 1] = (indent and "\n" .. indent:rep(depth - 1) or "") .. close
end

local function write_entry(out, entry, how, depth)
  out[#out + 1] = quoted(entry[1]) .. (how.indent and ": " or ":")
  write(out, entry[2], how, depth)
end

function write(out, value, how, depth)
  if type(value) ~= "table" then
    out[#out + 1] = scalar(value, how)
    return
  end
  if depth > DEPTH_MAX then error("json.encode: deeper than 1000 levels, or a cycle", 0) end
  if is_array(value) then
    write_members(out, value, "[", "]", write, how, depth + 1)
  else
    local entries = getmetatable(value) == object_mark and value or sorted_pairs(value)
    write_members(out, entries, "{", "}", write_entry, how, depth + 1)
  end
end

--- Writes JSON: numbers with 17 significant digits (whole ones up to 2^53 without an exponent), NaN
--- and the
--- infinities as null, bytes that are not UTF-8 as U+FFFD. A plain table is an array when its keys
--- are 1..n, else an object
--- with sorted keys.
---@param value any
---@param options { indent: integer|nil, digits: integer|nil }|nil spaces a level, one line when nil; significant
--- digits of what is not whole, 17 when nil
---@return string
function M.encode(value, options)
  local spaces = options and options.indent
  local out = {}
  write(out, value, { indent = spaces and (" "):rep(spaces),
    number = ("%%.%dg"):format(options and options.digits or 17) }, 0)
  return table.concat(out)
end

return M
