-- SPDX-License-Identifier: MIT
-- Answers to `?` and `?name`.
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local reference = require "banyan.reference"
local show = require "banyan.show"
local view_of = require "banyan.api.view"

local M = {}

local WIDTH = 100

local FIRST_STEPS = {
  { 'b.eval(b.rsi("SPY", 14))', "values of an indicator" },
  { 'b.bars("SPY")', "prices" },
  { 's = b.strategy { name = "A", b.when(b.rsi("SPY", 9):lt(30), "TQQQ"):otherwise("TLT") }' },
  { "r = b.run(s)", "a backtest; r.metrics.sharpe looks into it" },
  { "b.<Tab>", "what there is; <Tab> completes names, tickers, files" },
  { "?b.rsi", "what it does, with an example" },
}

local function commands_rows(repl)
  local rows = {}
  for _, command in ipairs(repl.commands) do
    rows[#rows + 1] = { ":" .. command.name .. (command.arguments and " " .. command.arguments or ""), command.summary }
  end
  return rows
end

local function overview(repl)
  local lines = { output.style("Lines are Lua; what they are worth is printed.", "bold") }
  for _, step in ipairs(FIRST_STEPS) do
    lines[#lines + 1] = ("  %-26s%s"):format(step[1], step[2] and "  " .. step[2] or "")
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = "`local` makes a variable that the next line has, too. _ is the last value."
  lines[#lines + 1] = "A line that is not complete goes on; Ctrl-C drops it, or stops what runs. Ctrl-D leaves."
  lines[#lines + 1] = ""
  lines[#lines + 1] = output.style("Commands", "bold")
  return lists.append(lines, print_.columns(commands_rows(repl), "ll", "  "))
end

local function wrapped(lines, text, indent)
  for _, line in ipairs(print_.wrap(text, WIDTH - #indent)) do lines[#lines + 1] = indent .. line end
end

local function param_rows(entry)
  local rows = {}
  for i, param in ipairs(entry.params) do
    local of_type = param.type and param.type:gsub("banyan%.", "") or ""
    rows[i] = { param.name, print_.cut(of_type, 40), param.text or "" }
  end
  return rows
end

-- What one function, method or field is.
local function entry_lines(entry)
  local lines = { output.style(entry.signature, "bold") }
  if entry.summary and entry.summary ~= "" then wrapped(lines, entry.summary, "  ") end
  lists.append(lines, print_.columns(param_rows(entry), "lll", "    "))
  local returned = entry.returns and entry.returns[1]
  if returned then
    wrapped(lines, ("gives %s %s"):format((returned.type:gsub("banyan%.", "")), returned.text or ""), "  ")
  elseif entry.type then
    lines[#lines + 1] = "  " .. entry.type:gsub("banyan%.", "")
  end
  if entry.example then
    for line in (entry.example .. "\n"):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = "  " .. output.style(">> " .. line, "dim")
    end
  end
  return lines
end

local function command_lines(repl, name)
  for _, command in ipairs(repl.commands) do
    if command.name == name then
      return { output.style((":%s %s"):format(name, command.arguments or ""), "bold"), "  " .. command.summary }
    end
  end
end

-- The entries that begin with "b." and so on, as a table.
local function family_lines(prefix)
  local rows = {}
  for _, entry in ipairs(reference.entries()) do
    if entry.name:sub(1, #prefix) == prefix then
      rows[#rows + 1] = { entry.name, print_.cut(entry.summary or "", WIDTH - 30) }
    end
  end
  return #rows > 0 and print_.columns(rows, "ll", "  ") or nil
end

-- What a variable of the session is, and what can be done with it.
local function value_lines(repl, name)
  local value = rawget(repl.env, name)
  if value == nil or view_of.is(value) then return nil end
  local lines = { ("%s = %s"):format(name, show.text(value, { width = WIDTH, color = false,
    unicode = output.utf8() })) }
  return lines
end

local function unknown_line(repl, name)
  local names = {}
  for _, entry in ipairs(reference.entries()) do names[#names + 1] = entry.name:match "[%w_]+$" end
  for _, command in ipairs(repl.commands) do names[#names + 1] = command.name end
  local near = nearest(name:match "[%w_]*$", names)
  return { ("there is no help on '%s'%s"):format(name, near and (", did you mean ?%s"):format(near)
    or "; ? says what there is, and b.<Tab> lists it") }
end

local function lines_of(repl, name)
  if name == "" then return overview(repl) end
  if name:find "^:" then return command_lines(repl, name:sub(2)) or unknown_line(repl, name) end
  if name == "b" or name == "b." then return family_lines "b." end
  local found = reference.find(name)
  if #found == 0 then
    return value_lines(repl, name) or command_lines(repl, name) or family_lines(name:gsub("[.:]$", "") .. ":")
      or family_lines(name .. ".") or unknown_line(repl, name)
  end
  local lines = {}
  for i, entry in ipairs(found) do
    if i > 1 then lines[#lines + 1] = "" end
    lists.append(lines, entry_lines(entry))
  end
  return lines
end

--- The answer to a question.
---@param repl banyan.Repl
---@param name string "" for an overview
---@return string
function M.of(repl, name)
  return table.concat(lines_of(repl, (name:gsub("%s+$", ""):gsub("%(%s*%)$", ""))), "\n")
end

return M
