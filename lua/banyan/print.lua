-- SPDX-License-Identifier: MIT
-- Values as people read them: numbers, percentages, durations, aligned tables, colours.
-- Everything here makes strings; banyan.cli.output writes them.
local wide = require "banyan.wide"

local M = {}

local NOT_DEFINED = "n/a"

local function is_number(value)
  return value == value and value ~= math.huge and value ~= -math.huge
end

-- With so many digits behind the point. What rounds to 0 has no sign.
local function rounded(value, digits)
  local text = ("%." .. digits .. "f"):format(value)
  return text:find "^%-[0.]*$" and text:sub(2) or text
end

--- A number with separators between thousands: 1034731 -> "1,034,731".
---@param value number|ffi.cdata*
---@param digits integer? digits behind the point, 0 by default
---@return string
function M.thousands(value, digits)
  value = tonumber(value)
  if not is_number(value) then return NOT_DEFINED end
  local sign, whole, rest = rounded(value, digits or 0):match "^(-?)(%d+)(.*)$"
  whole = whole:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
  return sign .. whole .. rest
end

--- A fraction in percent: 0.1234 -> "12.3%".
---@param fraction number
---@param digits integer? digits behind the point, 1 by default
---@return string
function M.percent(fraction, digits)
  if not is_number(fraction) then return NOT_DEFINED end
  return M.thousands(fraction * 100, digits or 1) .. "%"
end

--- What a change looks like, with its sign: "+12", "-3.4%"; what is too small for its digits has none.
---@param change number
---@param magnitude string how large it is
---@return string
function M.signed(change, magnitude)
  return magnitude:find "[1-9]" and (change < 0 and "-" or "+") .. magnitude or magnitude
end

--- A change in percent, with its sign: "+12.3%"; "0.0%" when it is too small for the digits.
---@param fraction number
---@param digits integer? digits behind the point, 1 by default
---@return string
function M.change(fraction, digits)
  if not is_number(fraction) then return NOT_DEFINED end
  return M.signed(fraction, M.percent(math.abs(fraction), digits))
end

--- "812 µs", "12.3 ms", "4.20 s", "3:07", "1:02:03".
---@param seconds number
---@return string
function M.duration(seconds)
  if not is_number(seconds) then return NOT_DEFINED end
  if seconds < 0.9995e-3 then return ("%.0f µs"):format(seconds * 1e6) end
  if seconds < 0.9995 then return ("%.1f ms"):format(seconds * 1e3) end
  if seconds < 59.995 then return ("%.2f s"):format(seconds) end
  local whole = math.floor(seconds + 0.5)
  local minutes = math.floor(whole / 60)
  if minutes < 60 then return ("%d:%02d"):format(minutes, whole % 60) end
  return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, whole % 60)
end

--- Time left, "00:03" or "1:02:03".
---@param seconds number
---@return string
function M.eta(seconds)
  if not is_number(seconds) then return "--:--" end
  local whole = math.ceil(seconds)
  local minutes = math.floor(whole / 60)
  if minutes < 60 then return ("%02d:%02d"):format(minutes, whole % 60) end
  return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, whole % 60)
end

--- "812 B", "1.5 kB", "48.2 MB".
---@param size_bytes number
---@return string
function M.bytes(size_bytes)
  local units = { "kB", "MB", "GB", "TB" }
  if size_bytes < 1000 then return ("%d B"):format(size_bytes) end
  local unit = 0
  repeat
    size_bytes, unit = size_bytes / 1000, unit + 1
  until size_bytes < 999.95 or unit == #units
  return ("%.1f %s"):format(size_bytes, units[unit])
end

--- "1 file", "2 files", "1 series".
---@param count number|ffi.cdata*
---@param noun string
---@param plural string?
---@return string
function M.count(count, noun, plural)
  local one = tonumber(count) == 1
  return M.thousands(count) .. " " .. (one and noun or plural or noun .. "s")
end

--- A value that a machine reads back to the same bits, whatever the locale; "" for NaN.
---@param value number
---@return string
function M.exact(value)
  return is_number(value) and ("%.17g"):format(value) or ""
end

--- A param's value: numbers short, everything else as it prints, on one line.
---@param value any
---@return string
function M.value(value)
  return type(value) == "number" and ("%.10g"):format(value) or (tostring(value):gsub("%c", "?"))
end

--- Params as "fast=10 hot=79"; "-" is a param that does not matter under the others.
---@param params { name: string, value: any }[]
---@return string
function M.params(params)
  local parts = {}
  for i, param in ipairs(params) do
    parts[i] = param.name .. "=" .. (param.value == nil and "-" or M.value(param.value))
  end
  return table.concat(parts, " ")
end

--- A number with so many digits behind the point; "n/a" when there is none.
---@param value number?
---@param digits integer
---@return string
function M.fixed(value, digits)
  if value == nil or value ~= value then return NOT_DEFINED end
  if math.abs(value) == math.huge then return value > 0 and "infinite" or "-infinite" end
  return rounded(value, digits)
end

local ratios = { sharpe = true, sortino = true, calmar = true, skewness = true, kurtosis = true }
local whole = { longest_drawdown_days = true, trade_days = true, trades = true }
local percentages = {
  total_return = 1, cagr = 1, volatility = 1, max_drawdown = 1, win_rate = 1, exposure = 1,
  average_turnover = 1, best_day = 2, worst_day = 2,
}

--- A metric in the unit that people expect of it.
---@param name string
---@param value number
---@return string
function M.metric(name, value)
  if not value or not is_number(value) then return NOT_DEFINED end
  if ratios[name] then return rounded(value, 2) end
  if whole[name] then return M.thousands(value) end
  if percentages[name] then return M.percent(value, percentages[name]) end
  return ("%.4g"):format(value + 0) -- which is no -0
end

--- How `metric` shows one: so many digits behind the point, and whether in percent.
---@param name string
---@return integer digits
---@return boolean percent
function M.metric_digits(name)
  if percentages[name] then return percentages[name], true end
  return whole[name] and 0 or 2, false
end

local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"

--- Columns that a text takes on a terminal, escapes for colours left out.
---@param text string
---@return integer
function M.width(text)
  if not text:find "[\27\128-\255]" then return #text end
  local plain = text:gsub("\27%[[%d;]*m", "")
  if not plain:find "[\204-\255]" then return select(2, plain:gsub("[^\128-\191]", "")) end
  local width = 0
  for character in plain:gmatch(CHARACTER) do width = width + wide.columns(character) end
  return width
end

--- Text cut to a number of columns; escapes for colours stay, also those behind the cut.
---@param text string
---@param width integer
---@return string
function M.cut(text, width)
  if M.width(text) <= width then return text end
  local kept, n, at = {}, 0, 1
  while at <= #text do
    local escape = text:match("^\27%[[%d;]*m", at)
    local character = escape or text:match("^" .. CHARACTER, at) or text:sub(at, at)
    if escape then
      kept[#kept + 1] = escape
    else
      n = n + wide.columns(character)
      if n <= width then kept[#kept + 1] = character end
    end
    at = at + #character
  end
  return table.concat(kept)
end

local function column_widths(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, M.width(cell)) end
  end
  return widths
end

--- Rows of cells as aligned lines, no space at their ends.
---@param rows string[][]
---@param align string one letter a column, "l" or "r"; "l" where it ends
---@param indent string? in front of each line
---@param gap string? between columns; two spaces when left out
---@return string[] lines
function M.columns(rows, align, indent, gap)
  local widths, lines = column_widths(rows), {}
  for n, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      local blank = (" "):rep(widths[i] - M.width(cell))
      cells[i] = align:sub(i, i) == "r" and blank .. cell or cell .. blank
    end
    lines[n] = ((indent or "") .. table.concat(cells, gap or "  ")):gsub("%s+$", "")
  end
  return lines
end

--- Words wrapped to lines.
---@param text string
---@param width integer
---@return string[] lines
function M.wrap(text, width)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if line ~= "" and M.width(line) + 1 + M.width(word) > width then
      lines[#lines + 1], line = line, word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return lines
end

local codes = { bold = "1", dim = "2", red = "31", green = "32", yellow = "33" }

--- A function(text, style) that colours text, or leaves it alone when `enabled` is false.
---@param enabled boolean
---@return fun(text: string, style: string): string
function M.styler(enabled)
  return function(text, style)
    if not enabled or text == "" then return text end
    return ("\27[%sm%s\27[0m"):format(codes[style], text)
  end
end

--- A text as a cell of CSV: quoted when it has to be.
---@param text any
---@return string
function M.csv(text)
  text = tostring(text)
  return text:find '[,"\r\n]' and '"' .. text:gsub('"', '""') .. '"' or text
end

return M
