-- SPDX-License-Identifier: MIT
-- An EDN reader: lists, vectors, maps, strings, numbers, ratios, keywords, symbols, comments, #_ .
-- Open forms stand on a stack of its own, so that depth costs neither C nor Lua stack.
-- Blanks and atoms are walked byte by byte: LuaJIT compiles that, and string.find with patterns
-- not.
local failure = require "banyan.failure"
local text_of = require "banyan.text"

local byte, find, sub = string.byte, string.find, string.sub

local SIZE_MAX = 64 * 1024 * 1024
local DEPTH_MAX = 1000
local VALUES_MAX = 8000000 -- values of a text: what keeps 64 MiB of "()()()..." out of memory

---@alias banyan.edn.kind "list"|"vector"|"map"|"symbol"|"keyword"

--- Strings, numbers and booleans are Lua's own, nil is edn.null; the rest are tables.
---@class banyan.edn.form
---@field kind banyan.edn.kind
---@field at integer|nil byte position of a list, vector or map; its elements are [1], [2], ...
---@field name string|nil of a symbol, or of a keyword without its colon
---@field [integer] any a map holds key, value, key, value, ...

local M = { null = setmetatable({ kind = "nil" }, { __tostring = function() return "nil" end }) }

---@class banyan.edn.reader
---@field text string
---@field name string
---@field status string
---@field depth_max integer
---@field atoms table<string, any> what each atom of the text stands for

local function refuse(reader, position, reason, ...)
  local line, column = text_of.line_column(reader.text, position)
  if select("#", ...) > 0 then reason = reason:format(...) end
  failure.fail(reader.status, "%s:%d:%d: %s", reader.name, line, column, reason)
end

-- Bytes that are blanks, and bytes that end an atom.
local blank, ends_atom = {}, {}
for code = 0, 255 do
  blank[code], ends_atom[code] = false, false
end
for char in (" ,\t\r\n\f\v"):gmatch "." do
  blank[char:byte()], ends_atom[char:byte()] = true, true
end
for char in ('()[]{}";'):gmatch "." do
  ends_atom[char:byte()] = true
end

-- The next byte that is neither blank nor comment, and its position; nil at the end.
local function next_byte(text, i)
  while true do
    local c = byte(text, i)
    if not c then return nil, i end
    if c == 59 then -- ;
      i = find(text, "\n", i, true) or #text
    elseif not blank[c] then
      return c, i
    end
    i = i + 1
  end
end

local simple_escapes = {
  t = "\t", r = "\r", n = "\n", b = "\b", f = "\f", ["\\"] = "\\", ['"'] = '"',
}

-- The text of \uXXXX at the position of its backslash (a pair of surrogates is one character), and
-- the position after it.
local function unicode_escape(reader, i)
  local text = reader.text
  local code = tonumber(text:match("^\\u(%x%x%x%x)", i) or refuse(reader, i,
    "an incomplete \\u escape: four hexadecimal digits must follow"), 16)
  if code < 0xD800 or code > 0xDFFF then return text_of.utf8_char(code), i + 6 end
  local low = tonumber(text:match("^\\u(%x%x%x%x)", i + 6) or "0", 16)
  if code > 0xDBFF or low < 0xDC00 or low > 0xDFFF then
    refuse(reader, i, "half of a surrogate pair")
  end
  return text_of.utf8_char(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00), i + 12
end

-- A string that has escapes, from the position of its opening quote.
local function escaped_string(reader, opening)
  local text, parts, i = reader.text, {}, opening + 1
  while true do
    local stop = find(text, '["\\]', i)
    if not stop then refuse(reader, opening, "a string that never ends") end
    parts[#parts + 1] = sub(text, i, stop - 1)
    if byte(text, stop) == 34 then return table.concat(parts), stop + 1 end
    local escape = sub(text, stop + 1, stop + 1)
    if escape == "u" then
      parts[#parts + 1], i = unicode_escape(reader, stop)
    else
      parts[#parts + 1] = simple_escapes[escape]
        or refuse(reader, stop, "unknown escape \\%s in a string", text_of.shown(escape))
      i = stop + 2
    end
  end
end

local function read_string(reader, opening)
  local text = reader.text
  local closing = find(text, '"', opening + 1, true)
  if not closing then refuse(reader, opening, "a string that never ends") end
  local value = sub(text, opening + 1, closing - 1)
  if find(value, "\\", 1, true) then return escaped_string(reader, opening) end
  return value, closing + 1
end

local words = { ["true"] = true, ["false"] = false, ["nil"] = M.null }

-- The number that an atom spells, or nil: integers (N), decimals (M), exponents, ratios.
local function number_of(atom)
  local digits = atom:match("^[+-]?(%d+)")
  if not digits or (#digits > 1 and digits:sub(1, 1) == "0") then return nil end
  local above, below = atom:match("^([+-]?%d+)/(%d+)$")
  if above then
    return tonumber(below) ~= 0 and text_of.decimal(above) / tonumber(below) or nil
  end
  return text_of.decimal((atom:gsub("^([+-]?%d+)N$", "%1"):gsub("^(.*%d)M$", "%1")))
end

local function parse_atom(reader, atom, position)
  if words[atom] ~= nil then return words[atom] end
  if atom:find("^[+-]?%.?%d") then
    local value = number_of(atom)
    if not value then refuse(reader, position, "'%s' is not a number", text_of.shown(atom)) end
    if not text_of.is_finite(value) then
      refuse(reader, position, "the number %s is too large", text_of.shown(atom))
    end
    return value
  end
  if atom:find("^:") then
    if not atom:find("^::?[^:]") then refuse(reader, position, "a keyword without a name") end
    return { kind = "keyword", name = atom:sub(2) }
  end
  if atom:find("^[#\\'`~^@]") then
    refuse(reader, position, "'%s' (tags, sets, characters and quotes) is not read here",
      text_of.shown(atom, 20))
  end
  return { kind = "symbol", name = atom }
end

local function read_atom(reader, i)
  local text, stop = reader.text, i + 1
  local c = byte(text, stop)
  while c and not ends_atom[c] do
    stop = stop + 1
    c = byte(text, stop)
  end
  local atom = sub(text, i, stop - 1)
  local value = reader.atoms[atom]
  if value == nil then
    value = parse_atom(reader, atom, i)
    reader.atoms[atom] = value
  end
  return value, stop
end

local closers = { list = 41, vector = 93, map = 125 }
local names = { list = "list (...)", vector = "vector [...]", map = "map {...}" }

local function open_form(c, position)
  if c == 40 then return { kind = "list", at = position } end
  if c == 91 then return { kind = "vector", at = position } end
  return { kind = "map", at = position }
end

local function check_map(reader, form)
  if #form % 2 ~= 0 then refuse(reader, form.at, "a map with a key that has no value") end
  local seen = {}
  for i = 1, #form, 2 do
    local key = form[i]
    if seen[key] then
      refuse(reader, form.at, "a map with two values for the key %s",
        text_of.shown(type(key) == "table" and key.name or key))
    end
    seen[key] = true
  end
end

local function check_close(reader, form, c, position)
  if not form then refuse(reader, position, "'%s' closes nothing", string.char(c)) end
  if closers[form.kind] ~= c then
    local line = text_of.line_column(reader.text, form.at)
    refuse(reader, position, "'%s' cannot close the %s of line %d", string.char(c),
      names[form.kind], line)
  end
  if #form > 0 and form[#form] == reader then
    refuse(reader, position, "#_ with nothing after it to leave out")
  end
  if form.kind == "map" then check_map(reader, form) end
end

-- Adds a value to the open form. Marks of #_ (the reader itself) stand there until the value that
-- they leave out comes.
local function add(form, value, reader)
  local count = #form
  if count > 0 and form[count] == reader then
    form[count] = nil
  else
    form[count + 1] = value
  end
end

local function at_end(reader, stack, top)
  if top > 1 then
    refuse(reader, stack[top].at, "the %s that starts here never ends", names[stack[top].kind])
  end
  if stack[1][#stack[1]] == reader then
    refuse(reader, #reader.text + 1, "#_ with nothing after it to leave out")
  end
  return stack[1]
end

local function check_limits(reader, top, count, position)
  if top > reader.depth_max + 1 then
    refuse(reader, position, "nested deeper than %d levels", reader.depth_max)
  end
  if count > VALUES_MAX then refuse(reader, position, "more than %d values", VALUES_MAX) end
end

-- All forms of the text, in one vector.
local function read_all(reader)
  local text, top_max = reader.text, reader.depth_max + 1
  local stack, top, count, i = { { kind = "vector", at = 1 } }, 1, 0, 1
  local c
  while true do
    c, i = next_byte(text, i)
    if not c then return at_end(reader, stack, top) end
    count = count + 1
    if top > top_max or count > VALUES_MAX then check_limits(reader, top, count, i) end
    if c == 40 or c == 91 or c == 123 then -- ( [ {
      top = top + 1
      stack[top] = open_form(c, i)
      i = i + 1
    elseif c == 41 or c == 93 or c == 125 then -- ) ] }
      local form = stack[top]
      check_close(reader, top > 1 and form or nil, c, i)
      stack[top] = nil
      top = top - 1
      add(stack[top], form, reader)
      i = i + 1
    elseif c == 35 and byte(text, i + 1) == 95 then -- #_
      stack[top][#stack[top] + 1] = reader
      i = i + 2
    else
      local value
      if c == 34 then
        value, i = read_string(reader, i)
      else
        value, i = read_atom(reader, i)
      end
      add(stack[top], value, reader)
    end
  end
end

---@class banyan.edn.read_options
---@field depth integer|nil levels of nesting, 1000 when nil
---@field status string|nil status of the failures, "STRATEGY" when nil

--- Reads all forms of an EDN text.
---@param text string a UTF-8 byte order mark is skipped
---@param name string what messages call the text, such as its file
---@param options banyan.edn.read_options|nil
---@return banyan.edn.form forms a vector
function M.read(text, name, options)
  local status = options and options.status or "STRATEGY"
  if #text > SIZE_MAX then
    failure.fail(status, "%s: more than 64 MiB of EDN, which is the limit", name)
  end
  if text:sub(1, 3) == "\239\187\191" then text = text:sub(4) end
  return read_all({
    text = text, name = name, status = status, atoms = {},
    depth_max = options and options.depth or DEPTH_MAX,
  })
end

return M
