-- SPDX-License-Identifier: MIT
-- What the Tab key does: from the text before the cursor to what may come next.
local context_of = require "banyan.repl.context"
local candidates_of = require "banyan.repl.candidates"
local host = require "banyan.host"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local reference = require "banyan.reference"

local M = {}

local ROWS_MAX = 60
local TOLD_MAX = 20 -- so many candidates are listed with what they do

-- The longest text with which all names begin.
local function common_prefix(names)
  local prefix = names[1]
  for i = 2, #names do
    local length = math.min(#prefix, #names[i])
    while prefix:sub(1, length) ~= names[i]:sub(1, length) do length = length - 1 end
    prefix = prefix:sub(1, length)
  end
  return prefix
end

-- Names in columns, as many as fit the screen.
local function table_of(names)
  local width, widest = host.columns() or 80, 0
  for _, name in ipairs(names) do widest = math.max(widest, print_.width(name)) end
  local columns = math.max(1, math.floor(width / (widest + 2)))
  local row_count = math.min(ROWS_MAX, math.ceil(#names / columns))
  local rows = {}
  for i = 1, math.min(#names, row_count * columns) do
    local row = (i - 1) % row_count + 1
    rows[row] = rows[row] or {}
    table.insert(rows[row], names[i])
  end
  local lines = print_.columns(rows, "")
  local left = #names - row_count * columns
  if left > 0 then lines[#lines + 1] = ("... and %s more"):format(print_.thousands(left)) end
  return lines
end

local function told_rows(names, describe)
  local rows, told = {}, false
  for i, name in ipairs(names) do
    local summary = describe(name) or ""
    told = told or summary ~= ""
    rows[i] = { name, print_.cut(summary, math.max(20, (host.columns() or 80) - 30)) }
  end
  return told and print_.columns(rows, "ll") or nil
end

local function listing(names, describe)
  local lines = #names <= TOLD_MAX and told_rows(names, describe) or table_of(names)
  return table.concat(lines, "\n")
end

-- How what is called before an open bracket, or what is complete already, is called.
local function signature_of(callee)
  local found = callee and reference.find(callee) or {}
  local lines = {}
  for i = 1, math.min(3, #found) do
    lines[i] = output.style(found[i].signature, "bold") .. "  " .. (found[i].summary or "")
  end
  return #lines > 0 and table.concat(lines, "\n") or nil
end

-- The candidates that begin as what was typed; letters of another case count where none begins exactly so.
local function matching(names, typed, ordered)
  local exact, loose = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #typed) == typed then
      exact[#exact + 1] = name
    elseif name:sub(1, #typed):lower() == typed:lower() then
      loose[#loose + 1] = name
    end
  end
  local found = #exact > 0 and exact or loose
  if not ordered then table.sort(found) end
  return found
end

local function without_doubles(names)
  local seen, kept = {}, {}
  for _, name in ipairs(names) do
    if not seen[name] then kept[#kept + 1] = name end
    seen[name] = true
  end
  return kept
end

local shown -- the text before the cursor when candidates were listed the last time

--- What to do at the cursor.
---@param repl banyan.Repl
---@param before string the line up to the cursor
---@param after string
---@param again boolean the key was hit twice
---@return integer erase characters before the cursor
---@return string? insert
---@return string? show below the line
function M.at(repl, before, after, again)
  if before:match "[^\n]*$":find "^%s*$" then return 0, "  " end
  local context = context_of.at(before)
  if context.kind == "name" and context.typed == "" and signature_of(context.callee) then
    return 0, nil, signature_of(context.callee)
  end
  local found = candidates_of.of(repl, context)
  local names = without_doubles(matching(found.names, context.typed, found.ordered))
  if #names == 0 then return 0, nil, signature_of(context.callee) end
  local prefix = common_prefix(names)
  local ending = ""
  if #names == 1 and not prefix:find "/$" then
    ending = context.kind == "string" and after:sub(1, 1) ~= context.quote and context.quote or found.ending or ""
  end
  local is_more = #prefix > #context.typed or prefix ~= context.typed
  if is_more or ending ~= "" then
    return print_.width(context.typed), prefix .. ending, nil
  elseif #names == 1 then
    return 0, nil, signature_of((context.prefix or "") .. names[1])
  end
  if shown == before and #names <= TOLD_MAX then return 0 end -- they stand above
  shown = before
  return 0, nil, (again or #names <= TOLD_MAX) and listing(names, found.describe or function() end)
    or ("%s; <Tab> again lists them"):format(print_.count(#names, "name"))
end

return M
