-- SPDX-License-Identifier: MIT
-- Reads the LuaCATS annotations of a module: its functions, methods and classes. An example stands in the comment as
-- `--- Example: CODE`, or below a line `--- Example:` in lines that begin with four spaces.
local M = {}

---@class banyan.AnnotatedParam
---@field name string
---@field type string
---@field text string

---@class banyan.Annotated a function or a value that has a comment
---@field holder string what it is a field of: "b", or the name of a class
---@field name string
---@field kind "function"|"method"|"field"
---@field summary string
---@field example string?
---@field params banyan.AnnotatedParam[]
---@field returns { type: string, text: string }[]
---@field type string? of a field

---@class banyan.AnnotatedClass
---@field name string
---@field parent string?
---@field summary string
---@field fields banyan.AnnotatedParam[] those that are for everybody
---@field operators string[]

local OPENING, CLOSING = { ["("] = true, ["{"] = true, ["["] = true, ["<"] = true },
  { [")"] = true, ["}"] = true, ["]"] = true, [">"] = true }

-- Where a type ends that begins a text: at the first space outside brackets that is not behind a colon or a bar.
local function type_end(text)
  local depth, quoted = 0, false
  for i = 1, #text do
    local c = text:sub(i, i)
    if c == '"' then
      quoted = not quoted
    elseif not quoted then
      if OPENING[c] then depth = depth + 1 elseif CLOSING[c] then depth = depth - 1 end
      if c == " " and depth == 0 and not text:sub(i - 1, i - 1):find "[:|,]" then return i - 1 end
    end
  end
  return #text
end

-- "number? 1 when left out" -> "number?", "1 when left out".
local function split_type(text)
  local at = type_end(text)
  return text:sub(1, at), text:sub(at + 1):match "^%s*(.-)%s*$"
end

-- The parts of a list between commas that stand outside brackets.
local function split_list(text)
  local parts, depth, from = {}, 0, 1
  for i = 1, #text + 1 do
    local c = text:sub(i, i)
    if OPENING[c] then depth = depth + 1 elseif CLOSING[c] then depth = depth - 1 end
    if i > #text or c == "," and depth == 0 then
      local part = text:sub(from, i - 1):match "^%s*(.-)%s*$"
      if part ~= "" then parts[#parts + 1] = part end
      from = i + 1
    end
  end
  return parts
end

-- Params and results of "fun(list: banyan.Node[]): table".
local function set_function_type(item, text)
  local inside, result = text:match "^fun(%b()):?%s*(.*)$"
  if not inside then
    item.type = text
    return
  end
  for _, part in ipairs(split_list(inside:sub(2, -2))) do
    local name, kind = part:match "^([%w_%.]+)%s*:%s*(.*)$"
    if name ~= "self" then item.params[#item.params + 1] = { name = name or part, type = kind or "any", text = "" } end
  end
  if result ~= "" then item.returns[1] = { type = result, text = "" } end
end

local TAGS = {}

function TAGS.param(item, text)
  local name, rest = text:match "^(%S+)%s+(.*)$"
  local kind, words = split_type(rest)
  item.params[#item.params + 1] = { name = name, type = kind, text = words }
end

TAGS["return"] = function(item, text)
  local kind, words = split_type(text)
  item.returns[#item.returns + 1] = { type = kind, text = words }
end

function TAGS.type(item, text)
  set_function_type(item, text)
end

function TAGS.class(item, text)
  local name, rest = text:match "^([%w_%.]+)(.*)$"
  local parent, words = rest:match "^:%s*([%w_%.]+)%s*(.*)$"
  item.class = { name = name, parent = parent, summary = (words or rest):match "^%s*(.-)%s*$", fields = {},
    operators = {} }
end

function TAGS.field(item, text)
  local name, rest = text:match "^(%S+)%s+(.*)$"
  if name == "private" or name == "package" then return end
  local kind, words = split_type(rest)
  if item.class then table.insert(item.class.fields, { name = name, type = kind, text = words }) end
end

function TAGS.operator(item, text)
  if item.class then table.insert(item.class.operators, text) end
end

function TAGS.alias(item, text)
  local name, rest = text:match "^(%S+)%s+(.*)$"
  local kind, words = split_type(rest)
  item.alias = { name = name, type = kind, text = words }
end

local function add_example(item, line)
  item.example = item.example and item.example .. "\n" .. line or line
end

-- What a comment says, as an item without a name. A line that begins no tag goes on with the tag before it.
local function read_comment(lines)
  local item, texts, tags, in_example = { params = {}, returns = {} }, {}, {}, false
  for _, line in ipairs(lines) do
    local tag, rest = line:match "^%-%-%-@(%l+)%s*(.*)$"
    local text = line:match "^%-%-%- ?(.*)$"
    if tag then
      tags[#tags + 1], in_example = { tag, rest }, false
    elseif #tags > 0 then
      tags[#tags][2] = tags[#tags][2] .. " " .. text
    elseif text:find "^Example:" then
      local code = text:match "^Example:%s*(.-)%s*$"
      in_example = true
      if code ~= "" then add_example(item, code) end
    elseif in_example and text:find "^    " then
      add_example(item, text:sub(5))
    else
      texts[#texts + 1] = text
    end
  end
  for _, tag in ipairs(tags) do
    local read = TAGS[tag[1]]
    if read then read(item, tag[2]) end
  end
  item.summary = table.concat(texts, " ")
  return item
end

-- Holder, separator and name of what a line of code defines.
local function defined_by(code)
  local holder, sign, name = code:match "^function ([%w_%.]-)([%.:])([%w_]+)%s*%("
  if holder then return holder, sign, name, true end
  holder, name = code:match "^([%w_%.]-)%.([%w_]+)%s*="
  return holder, ".", name, false
end

local function add_defined(found, item, code, classes)
  local holder, sign, name, is_function = defined_by(code)
  if not holder then return end
  item.holder = (holder == "b" or holder == "M.b") and "b" or classes[holder]
  if not item.holder then return end
  item.name = name
  if item.holder == "b" then
    item.kind = (is_function or not item.type and (#item.params > 0 or #item.returns > 0)) and "function" or "field"
  else
    item.kind = (sign == ":" or #item.params > 0 or #item.returns > 0) and "method" or "field"
  end
  found.items[#found.items + 1] = item
end

-- A comment and the line of code behind it.
local function take(found, lines, code, classes)
  local item = read_comment(lines)
  if item.alias then
    found.aliases[#found.aliases + 1] = item.alias
  elseif item.class then
    local own = code:match "^local ([%w_]+) = "
    if own then classes[own] = item.class.name end
    if item.class.summary == "" then item.class.summary = item.summary end
    found.classes[#found.classes + 1] = item.class
  else
    add_defined(found, item, code, classes)
  end
end

--- What the annotations of a module say.
---@param source string its text
---@return { items: banyan.Annotated[], classes: banyan.AnnotatedClass[], aliases: banyan.AnnotatedParam[] }
function M.read(source)
  local found, classes, lines = { items = {}, classes = {}, aliases = {} }, {}, {}
  for line in (source .. "\n"):gmatch "(.-)\n" do
    if line:find "^%-%-%-[^%-]" or line == "---" then
      lines[#lines + 1] = line
    elseif #lines > 0 then
      take(found, lines, line, classes)
      lines = {}
    end
  end
  return found
end

return M
