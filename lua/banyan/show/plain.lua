-- SPDX-License-Identifier: MIT
-- Numbers, texts and plain tables as text.
local print_ = require "banyan.print"

local M = {}

local CELL = 32        -- columns of a cell at most
local COLUMNS_MAX = 12 -- a table of more is no table of records
local LEVELS = 3       -- of tables in tables
local KEYS_MAX = 10000 -- of a table that are looked at
local ITEMS = 200      -- of a table that stands on one line

--- A number with as many digits as it takes to read it back: at most 17.
---@param value number
---@return string
function M.number(value)
  if value ~= value then return "nan" end
  for digits = 15, 16 do
    local text = ("%%.%dg"):format(digits):format(value)
    if tonumber(text) == value then return text end
  end
  return ("%.17g"):format(value)
end

local DIGITS, DIGITS_LEAST = 6, 3 -- that the largest and the smallest show
local DECIMALS_MAX, LARGEST = 9, 1e9

-- Digits behind the point with which numbers of these sizes show well; nil when there are none.
local function decimals(most, least)
  if most >= LARGEST or least < most * 1e-6 then return nil end
  local digits = math.max(DIGITS - 1 - math.floor(math.log10(most)), DIGITS_LEAST - math.floor(math.log10(least)))
  return digits <= DECIMALS_MAX and math.max(0, digits) or nil
end

-- Fewer, where those say all.
local function needed(values, digits)
  for fewer = 0, digits - 1 do
    local exact = true
    for _, value in ipairs(values) do
      if value - value == 0 and tonumber(("%%.%df"):format(fewer):format(value)) ~= value then
        exact = false
        break
      end
    end
    if exact then return fewer end
  end
  return digits
end

--- How to write numbers that stand under each other: with as many digits behind the point each.
---@param values number[]
---@return fun(value: number): string
function M.alike(values)
  local most, least, whole = 0, math.huge, true
  for _, value in ipairs(values) do
    local size = math.abs(value)
    if size < math.huge then
      whole = whole and value % 1 == 0
      if size > 0 then most, least = math.max(most, size), math.min(least, size) end
    end
  end
  local digits
  if whole and most < 1e15 then digits = 0 elseif most > 0 then digits = decimals(most, least) end
  digits = digits and needed(values, digits)
  local form = digits and "%." .. digits .. "f" or "%.6g"
  return function(value)
    if value ~= value then return "n/a" end
    return (form:format(value):gsub("^%-(0%.?0*)$", "%1"))
  end
end

local function is_word(key)
  return type(key) == "string" and key:find "^[%a_][%w_]*$" ~= nil and #key <= CELL
end

-- Numbers first, then texts, then the rest; each rising.
local function sorted_keys(map)
  local ranks, keys = { number = 1, string = 2 }, {}
  for key in pairs(map) do
    keys[#keys + 1] = key
    if #keys >= KEYS_MAX then break end
  end
  table.sort(keys, function(a, b)
    local rank_a, rank_b = ranks[type(a)] or 3, ranks[type(b)] or 3
    if rank_a ~= rank_b then return rank_a < rank_b end
    if rank_a == 3 then return tostring(a) < tostring(b) end
    return a < b
  end)
  return keys
end

-- What a value is that has no picture on one line: a function, a thread, something of C.
local function kind_of(value)
  return "<" .. type(value) .. ">"
end

-- What stands on one line for a table that is no plain one; nil for a plain one. Set by banyan.show, which knows all.
M.short = nil

local inline

local function table_inline(screen, value, limit, level)
  if level > LEVELS then return "{" .. screen:dots() .. "}" end
  local parts, width, count = {}, 4, #value
  local function add(text)
    if width + #text > limit or #parts >= ITEMS then
      parts[#parts + 1] = screen:dots()
      return false
    end
    parts[#parts + 1], width = text, width + #text + 2
    return true
  end
  for i = 1, count do
    if not add(inline(screen, value[i], limit - width, level + 1)) then break end
  end
  for _, key in ipairs(#parts > count and {} or sorted_keys(value)) do
    if not (type(key) == "number" and key >= 1 and key <= count and key % 1 == 0) then
      local name = is_word(key) and key or "[" .. inline(screen, key, CELL, level + 1) .. "]"
      if not add(name .. " = " .. inline(screen, value[key], limit - width - #name, level + 1)) then break end
    end
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end

--- Any value on one line.
---@param screen banyan.Screen
---@param value any
---@param limit integer columns, about
---@param level integer? how deep it lies in tables
---@return string
function inline(screen, value, limit, level)
  local kind = type(value)
  if kind == "number" then return level and level > 1 and ("%.6g"):format(value) or M.number(value) end
  if kind == "string" then return '"' .. screen:clean(value, math.max(limit, 8)) .. '"' end
  if kind == "table" then
    local short = M.short and M.short(screen, value)
    return short and screen:clean(short, math.max(limit, 8))
      or table_inline(screen, value, math.max(limit, 8), level or 1)
  end
  if kind == "cdata" then return screen:clean(tostring(value), CELL) end
  return (kind == "function" or kind == "thread" or kind == "userdata") and kind_of(value) or tostring(value)
end
M.inline = inline

local function is_plain(value)
  return type(value) == "table" and getmetatable(value) == nil
end

-- The columns of a list whose members are alike: their keys; nil when they are not.
local function record_columns(list)
  local known, keys = {}, {}
  for _, row in ipairs(list) do
    if not is_plain(row) then return nil end
    for key, value in pairs(row) do
      if is_plain(value) and next(value) ~= nil then return nil end
      if not known[key] then
        known[key] = type(value)
        keys[#keys + 1] = key
        if #keys > COLUMNS_MAX then return nil end
      end
    end
  end
  -- What is text names a row: it comes first.
  table.sort(keys, function(a, b)
    local text_a, text_b = known[a] == "string", known[b] == "string"
    if type(a) ~= type(b) then return type(a) == "number" end
    if type(a) == "string" and text_a ~= text_b then return text_a end
    return a < b
  end)
  return #keys > 0 and keys or nil
end

local function column_cells(screen, list, key, count)
  local values, numbers = {}, true
  for i = 1, count do
    local value = list[i][key]
    values[i] = value
    numbers = numbers and (value == nil or type(value) == "number")
  end
  local given = {}
  for i = 1, count do given[#given + 1] = values[i] end
  local form, cells = numbers and M.alike(given), {}
  for i = 1, count do
    local value = values[i]
    if value == nil then
      cells[i] = ""
    elseif type(value) == "string" then
      cells[i] = screen:clean(value, CELL)
    else
      cells[i] = form and form(value) or inline(screen, value, CELL)
    end
  end
  return cells, numbers
end

local function record_lines(screen, list, keys)
  local count = math.min(#list, screen.height - 2)
  local rows, align, numbered = { {} }, {}, type(keys[1]) == "number"
  for c, key in ipairs(keys) do
    local cells, numbers = column_cells(screen, list, key, count)
    align[c] = numbers and "r" or "l"
    rows[1][c] = screen:clean(tostring(key), CELL)
    for i, cell in ipairs(cells) do
      rows[i + 1] = rows[i + 1] or {}
      rows[i + 1][c] = cell
    end
  end
  if numbered then table.remove(rows, 1) end -- rows that are lists have no names of columns
  local lines = print_.columns(rows, table.concat(align))
  if not numbered then lines[1] = screen.style(lines[1], "bold") end
  if #list > count then
    lines[#lines + 1] = ("%s %s"):format(screen:dots(), print_.count(#list - count, "more row"))
  end
  return lines
end

local LIST_LINES = 12

-- Numbers, texts and so on one behind the other.
local function list_lines(screen, list)
  local words = {}
  for i = 1, math.min(#list, 2000) do
    words[i] = inline(screen, list[i], screen.width - 4) .. (i < #list and "," or "")
  end
  local lines, line = {}, "{"
  for i, word in ipairs(words) do
    if print_.width(line) + 1 + print_.width(word) > screen.width - 2 and line ~= " " then
      lines[#lines + 1], line = line, " "
      if #lines == LIST_LINES then
        lines[LIST_LINES + 1] = ("  %s %s more }"):format(screen:dots(), print_.thousands(#list - i + 1))
        return lines
      end
    end
    line = line .. " " .. word
  end
  lines[#lines + 1] = line .. " }"
  return lines
end

local function map_lines(screen, map)
  local rows = {}
  for _, key in ipairs(sorted_keys(map)) do
    local name = type(key) == "string" and screen:clean(key, CELL) or "[" .. inline(screen, key, CELL) .. "]"
    rows[#rows + 1] = { name, inline(screen, map[key], screen.width - CELL) }
  end
  return screen:first(print_.columns(rows, "ll"))
end

--- A table that is nothing else.
---@param screen banyan.Screen
---@param value table
---@return string[] lines
function M.table_lines(screen, value)
  if next(value) == nil then return { "{}" } end
  local size = 0
  for _ in pairs(value) do size = size + 1 end
  if size ~= #value then return map_lines(screen, value) end
  local keys = record_columns(value)
  return keys and record_lines(screen, value, keys) or list_lines(screen, value)
end

--- Text as it is, but for what would move the cursor.
---@param screen banyan.Screen
---@param value string
---@return string[] lines
function M.string_lines(screen, value)
  local lines, limit = {}, screen.height * screen.width
  if not screen.whole and #value > limit then
    local kept = value:sub(1, limit):gsub("[\192-\255][\128-\191]*$", "") -- no half of a character
    value = ("%s\n%s %s"):format(kept, screen:dots(), print_.count(#value - #kept, "more byte"))
  end
  for line in (value .. "\n"):gmatch "(.-)\r?\n" do
    lines[#lines + 1] = line:find "[%c\127-\255]" and screen:clean(line:gsub("\t", "  "), math.huge) or line
  end
  if #lines > 1 and lines[#lines] == "" then lines[#lines] = nil end
  return screen.whole and lines or screen:first(lines)
end

return M
