-- SPDX-License-Identifier: MIT
-- Values of a tree as Lua text that reads back as the same value, to the last bit.
local failure = require "banyan.failure"
local param_of = require "banyan.param"
local text_of = require "banyan.text"

local M = {}

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+" do
  KEYWORDS[word] = true
end

--- Whether a text can be the name of a variable.
---@param text any
---@return boolean
function M.is_identifier(text)
  return type(text) == "string" and text:find "^[%a_][%w_]*$" ~= nil and not KEYWORDS[text]
end

--- A number in as few digits as read back to it.
---@param number number
---@return string
function M.number(number)
  if not text_of.is_finite(number) then
    failure.fail("STRATEGY", "the number %s cannot be written; a tree takes finite ones",
      tostring(number))
  end
  for digits = 15, 16 do
    local text = ("%." .. digits .. "g"):format(number)
    if tonumber(text) == number then return text end
  end
  return ("%.17g"):format(number)
end

local function escaped_byte(byte)
  return ("\\%03d"):format(byte:byte())
end

local function escaped_bytes(bytes)
  return (bytes:gsub(".", escaped_byte))
end

--- A text with what breaks a line or turns the direction in which an editor shows it (U+2028 to
--- U+202E, U+2066 to U+2069) replaced.
---@param text string
---@param replace string|fun(bytes: string): string
---@return string
function M.straight(text, replace)
  return (text:gsub("\226\128[\168-\174]", replace):gsub("\226\129[\166-\169]", replace))
end

--- A text in quotes. What does not show as it is read is written as numbers of bytes.
---@param text string
---@return string
function M.quoted(text)
  if not text:find '["\\%c\127-\255]' then return '"' .. text .. '"' end
  local shown = text:gsub('["\\]', "\\%0"):gsub("\n", "\\n"):gsub("[%z\1-\31\127]", escaped_byte)
  if text_of.valid_utf8(shown) ~= shown then
    shown = shown:gsub("[\128-\255]", escaped_byte)
  else
    shown = M.straight(shown:gsub("\194[\128-\159]", escaped_bytes), escaped_bytes)
  end
  return '"' .. shown .. '"'
end

-- What a field of a tree has when it is not there.
local DEFAULTS = { for_days = 1, days_ago = 0, factor = 1, offset = 0, weighting = "equal" }

--- A field of a part, nil when it is as if it were not there.
---@param at table node, condition or indicator
---@param field string
function M.given(at, field)
  local value = at[field]
  if value ~= DEFAULTS[field] then return value end
  return nil
end

local STRENGTH = { ["+"] = 1, ["-"] = 1, ["*"] = 2, ["/"] = 2 }
local UNARY = 3

local bound_text

-- One side of an operator that needs a strength of at least `least`.
local function operand(value, names, least)
  local text, strength = bound_text(value, names)
  return strength < least and "(" .. text .. ")" or text
end

-- A function of the API and its arguments.
local function call_text(form, names)
  local arguments = {}
  for i = 2, #form do arguments[i - 1] = M.text(form[i], names) end
  return ("%s(%s)"):format(form[1], table.concat(arguments, ", "))
end

-- What depends on a param, or a number beside it: its text, and how strongly its outermost operator
-- binds.
function bound_text(value, names)
  if not param_of.is_bound(value) then
    return M.number(value), value < 0 and UNARY or UNARY + 1
  end
  if value == value.param then return names[value.param.name], UNARY + 1 end
  local form = value.form
  if not form then
    failure.fail("STRATEGY", "a field depends on the param %s by a function that cannot be written",
      value.param.name)
  end
  local strength = STRENGTH[form[1]]
  if not strength then return call_text(form, names), UNARY + 1 end
  if not form[3] then return "-" .. operand(form[2], names, UNARY + 1), UNARY end
  return ("%s %s %s"):format(operand(form[2], names, strength), form[1],
    operand(form[3], names, strength + 1)), strength
end

--- A key as a table constructor takes it.
---@param key string|number
function M.key(key)
  if M.is_identifier(key) then return key end
  return "[" .. (type(key) == "number" and M.number(key) or M.quoted(key)) .. "]"
end

--- What stands in the constructor of a table: its list, then its keys in rising order.
---@return string[]
function M.items(value, names)
  local items, keys = {}, {}
  for i, each in ipairs(value) do items[i] = M.text(each, names) end
  for key in pairs(value) do
    if type(key) == "string" then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    items[#items + 1] = M.key(key) .. " = " .. M.text(value[key], names)
  end
  return items
end

--- A value: number, text, boolean, what depends on a param, or a table of those.
---@param value any
---@param names table<string, string> the variable of each param
---@return string
function M.text(value, names)
  if type(value) == "string" then return M.quoted(value) end
  if type(value) == "boolean" then return tostring(value) end
  if type(value) == "table" and not param_of.is_bound(value) then
    local items = M.items(value, names)
    return #items == 0 and "{}" or "{ " .. table.concat(items, ", ") .. " }"
  end
  return (bound_text(value, names))
end

-- b.range(first, last, step) when it gives these values, else nil.
local function range_text(values)
  local first, last = values[1], values[#values]
  for _, value in ipairs(values) do
    if type(value) ~= "number" then return nil end
  end
  local step = #values > 2 and tonumber(("%.15g"):format(values[2] - first)) or 0
  if step == 0 or math.floor((last - first) / step + 1e-9) + 1 ~= #values then return nil end
  for i, value in ipairs(param_of.range(first, last, step)) do
    if value ~= values[i] then return nil end
  end
  return ("b.range(%s, %s%s)"):format(M.number(first), M.number(last),
    step == 1 and "" or ", " .. M.number(step))
end

--- A param as it is declared.
---@param param banyan.Param
---@return string
function M.declaration(param)
  local values = ""
  if #param.values > 1 or param.values[1] ~= param.default then
    values = ", " .. (range_text(param.values) or M.text(param.values, {}))
  end
  return ("b.param(%s, %s%s)"):format(M.quoted(param.name), M.text(param.default, {}), values)
end

return M
