-- SPDX-License-Identifier: MIT
-- The API as a LuaCATS file: by it editors with the Lua language server complete, explain and check strategies.
local lists = require "banyan.lists"
local print_ = require "banyan.print"
local reference = require "banyan.reference"

local M = {}

local WIDTH = 110

-- Begins with a capital.
local function sentence(text)
  return text:sub(1, 1):upper() .. text:sub(2)
end

local function add_text(out, text)
  for _, line in ipairs(print_.wrap(text, WIDTH)) do out[#out + 1] = "---" .. line end
end

local function add_example(out, example)
  out[#out + 1] = "---```lua"
  for line in (example .. "\n"):gmatch "(.-)\n" do out[#out + 1] = "---" .. line end
  out[#out + 1] = "---```"
end

-- In a ranking an indicator is called without its ticker.
local function add_overload(out, entry)
  local words = {}
  for i = 2, #entry.params do
    local kind, optional = entry.params[i].type:gsub("%?$", "")
    words[i - 1] = ("%s%s: %s"):format(entry.params[i].name, optional > 0 and "?" or "", kind)
  end
  out[#out + 1] = ("---@overload fun(%s): banyan.Series"):format(table.concat(words, ", "))
end

local function add_entry(out, entry, holder)
  add_text(out, entry.summary)
  add_example(out, entry.example)
  if entry.kind == "field" then
    out[#out + 1] = "---@type " .. entry.type
    out[#out + 1] = ("%s.%s = nil\n"):format(holder, entry.name:match "[%w_]+$")
    return
  end
  local names = {}
  for i, param in ipairs(entry.params) do
    names[i] = param.name
    out[#out + 1] = (("---@param %s %s %s"):format(param.name, param.type, param.text):gsub("%s+$", ""))
  end
  for _, result in ipairs(entry.returns) do
    out[#out + 1] = (("---@return %s %s"):format(result.type, result.text ~= "" and "# " .. result.text or "")
      :gsub("%s+$", ""))
  end
  if entry.indicator and names[1] == "ticker" then add_overload(out, entry) end
  out[#out + 1] = ("function %s%s%s(%s) end\n"):format(holder, entry.kind == "method" and ":" or ".",
    entry.name:match "[%w_]+$", table.concat(names, ", "))
end

-- The names of classes and aliases that are needed for some types, those of their fields included.
local function needed()
  local classes, aliases, seen = reference.classes(), reference.aliases(), {}
  local function visit(kind)
    for name in (kind or ""):gmatch "banyan%.[%w_]+" do
      local class = classes[name]
      if not seen[name] and (class or aliases[name]) then
        seen[name] = true
        visit(class and class.parent or nil)
        for _, field in ipairs(class and class.fields or {}) do visit(field.type) end
        visit(not class and aliases[name].type or nil)
      end
    end
  end
  for _, entry in ipairs(reference.entries()) do
    visit(entry.type)
    for _, param in ipairs(entry.params) do visit(param.type) end
    for _, result in ipairs(entry.returns) do visit(result.type) end
    if entry.holder ~= "b" then visit(entry.holder) end
  end
  return lists.sorted_keys(seen)
end

local function add_class(out, name)
  local class, alias = reference.classes()[name], reference.aliases()[name]
  if not class then
    out[#out + 1] = ("---@alias %s %s\n"):format(name, alias.type)
    return
  end
  if class.summary ~= "" then add_text(out, sentence(class.summary)) end
  out[#out + 1] = ("---@class %s%s"):format(name, class.parent and ": " .. class.parent or "")
  for _, field in ipairs(class.fields) do
    out[#out + 1] = (("---@field %s %s %s"):format(field.name, field.type, field.text):gsub("%s+$", ""))
  end
  for _, operator in ipairs(class.operators) do out[#out + 1] = "---@operator " .. operator end
  local own = name:match "[%w_]+$"
  out[#out + 1] = ("local %s = {}\n"):format(own)
  for _, entry in ipairs(reference.entries()) do
    if entry.holder == name and entry.kind == "method" then add_entry(out, entry, own) end
  end
end

--- The file.
---@return string
function M.text()
  local out = { "---@meta banyan", "-- The API of banyan for editors, written by `banyan init`. It is read, never run.",
    "", "---@diagnostic disable: unused-local, missing-return", "" }
  for _, name in ipairs(needed()) do add_class(out, name) end
  out[#out + 1] = "---@class banyan\nlocal b = {}\n"
  for _, entry in ipairs(reference.entries()) do
    if entry.holder == "b" then add_entry(out, entry, "b") end
  end
  out[#out + 1] = "return b\n"
  return table.concat(out, "\n")
end

return M
