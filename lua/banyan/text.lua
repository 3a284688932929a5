-- SPDX-License-Identifier: MIT
-- Helpers for text that others wrote: where a byte stands, what a message may quote, what is a
-- number.
local DECIMAL_SIZE_MAX = 200 -- longer texts are no numbers, and the patterns here could get slow

local M = {}

--- Line and column (in bytes, both from 1) of a byte position.
---@param text string
---@param position integer
function M.line_column(text, position)
  local line, start = 1, 1
  while true do
    local newline = text:find("\n", start, true)
    if not newline or newline >= position then return line, position - start + 1 end
    line, start = line + 1, newline + 1
  end
end

-- The bytes that start a well-formed UTF-8 sequence: its length, then the range of the second byte
-- (Unicode 15, table 3-7).
local function sequence_length(byte)
  if byte < 0x80 then return 1, 0, 0 end
  if byte >= 0xC2 and byte <= 0xDF then return 2, 0x80, 0xBF end
  if byte == 0xE0 then return 3, 0xA0, 0xBF end
  if byte == 0xED then return 3, 0x80, 0x9F end
  if byte >= 0xE1 and byte <= 0xEF then return 3, 0x80, 0xBF end
  if byte == 0xF0 then return 4, 0x90, 0xBF end
  if byte == 0xF4 then return 4, 0x80, 0x8F end
  if byte >= 0xF1 and byte <= 0xF3 then return 4, 0x80, 0xBF end
  return 0, 0, 0
end

-- The length of the well-formed sequence at position i, or nil.
local function valid_length(text, i)
  local length, low, high = sequence_length(text:byte(i))
  if length <= 1 then return length == 1 and 1 or nil end
  for k = 1, length - 1 do
    local byte = text:byte(i + k)
    if not byte or byte < low or byte > high then return nil end
    low, high = 0x80, 0xBF
  end
  return length
end

--- The text with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
---@param text string
function M.valid_utf8(text)
  if not text:find("[\128-\255]") then return text end
  local parts, start, i, size = {}, 1, 1, #text
  while i <= size do
    local length = valid_length(text, i)
    if length then
      i = i + length
    else
      parts[#parts + 1] = text:sub(start, i - 1)
      parts[#parts + 1] = "\239\191\189"
      i = i + 1
      start = i
    end
  end
  parts[#parts + 1] = text:sub(start)
  return table.concat(parts)
end

--- The UTF-8 form of a code point.
---@param code integer up to 0x10FFFF
function M.utf8_char(code)
  local char, floor = string.char, math.floor
  if code < 0x80 then return char(code) end
  if code < 0x800 then return char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40) end
  local low, middle = 0x80 + code % 0x40, 0x80 + floor(code / 0x40) % 0x40
  if code < 0x10000 then return char(0xE0 + floor(code / 0x1000), middle, low) end
  return char(0xF0 + floor(code / 0x40000), 0x80 + floor(code / 0x1000) % 0x40, middle, low)
end

-- What stands for values that have no text: an address in a message would help nobody.
local value_text = { ["nil"] = "missing", table = "{...}", userdata = "null" }

--- Foreign text as a message may show it: on one line, short, and nothing that moves a terminal's
--- cursor.
---@param value any
---@param limit integer|nil bytes to keep, 60 when nil
function M.shown(value, limit)
  local text = value_text[type(value)] or tostring(value)
  limit = limit or 60
  if #text > limit then
    local last = limit
    while last > 1 and text:byte(last + 1) >= 0x80 and text:byte(last + 1) < 0xC0 do
      last = last - 1
    end
    text = text:sub(1, last) .. "..."
  end
  return (M.valid_utf8(text):gsub("[%c\127]", " "):gsub("\194[\128-\159]", " "))
end

--- The number that a text spells in decimal, with an optional exponent, or nil. tonumber would take
--- "nan", "0x10"
--- and "inf", too, and there is a fund with the ticker NAN.
---@param text string
---@return number|nil
function M.decimal(text)
  if #text > DECIMAL_SIZE_MAX then return nil end
  if text:find "^%d+%.?%d*$" then return tonumber(text) end -- as most are
  text = text:match("^%s*(.-)%s*$")
  local mantissa = text:gsub("[eE][+-]?%d+$", "", 1)
  if mantissa:find("^[+-]?%d+%.?%d*$") or mantissa:find("^[+-]?%.%d+$") then
    return tonumber((text:gsub("^%+", "")))
  end
  return nil
end

--- Whether a value is a number other than NaN and the infinities.
function M.is_finite(value)
  return type(value) == "number" and value - value == 0
end

return M
