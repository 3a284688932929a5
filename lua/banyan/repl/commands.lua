-- SPDX-License-Identifier: MIT
-- Commands of the explorer: lines that begin with a colon, questions (`?name`), and the words that newcomers type for
-- these. The session and its jobs bring theirs along, as lists called `commands`.
local failure = require "banyan.failure"
local help = require "banyan.repl.help"
local nearest = require "banyan.nearest"

local M = {}

---@class banyan.ReplCommand
---@field name string without its colon
---@field arguments string? how the help writes them; completion knows FILE, STRATEGY, NAME, VALUE and TICKER
---@field summary string
---@field run fun(session: table, text: string, repl: banyan.Repl): any what is behind the name comes as a text; a
--- text that is returned is printed, any other value shown
---@field script (fun(session: table, text: string): string?)? Lua that does the same in a saved script

---@type banyan.ReplCommand[]
M.list = {
  { name = "help", arguments = "[NAME]", summary = "what there is, or what a name does; ?NAME is the same",
    run = function(_, text, repl) return help.of(repl, text) end },
  { name = "save", arguments = "FILE", summary = "write what was done as a Lua script that does it again",
    run = function(_, text, repl) return repl.saved:write(text) end },
  { name = "quit", summary = "leave; so does Ctrl-D", run = function() return "leave" end },
}

local by_name = {}
for _, command in ipairs(M.list) do by_name[command.name] = command end

--- Adds the commands of a part of the explorer.
---@param list banyan.ReplCommand[]
function M.add(list)
  for _, command in ipairs(list) do
    if not by_name[command.name] then table.insert(M.list, #M.list, command) end
    by_name[command.name] = command
  end
end

--- The command of a name.
---@return banyan.ReplCommand?
function M.find(name)
  return by_name[name]
end

--- Whether a word is the name of a command.
function M.is_command(word)
  return by_name[word] ~= nil
end

local ASKED = { "^%?+%s*(.*)$", "^([%w_.:]+)%s*%?+$",
  "^help%s*%(%s*[\"']?([%w_.:]*)[\"']?%s*%)$", "^help%s*([%w_.:]*)$" }

-- What somebody asks about, nil when nothing is asked.
local function asked_of(words)
  for _, pattern in ipairs(ASKED) do
    local name = words:match(pattern)
    if name then return name end
  end
end

--- Whether a line is no Lua but a command or a question.
---@param words string without blanks at its ends
---@param env table what code sees
---@return boolean
function M.takes(words, env)
  if words:find "^:%s*[%a_]" then return true end
  return asked_of(words) ~= nil and not (words:find "^help" and rawget(env, "help") ~= nil)
end

-- A shell's way of naming a file at home.
local function at_home(text)
  local home = os.getenv "HOME"
  return home and text:gsub("^~/", (home:gsub("%%", "%%%%")) .. "/") or text
end

--- Runs a command or answers a question.
---@param repl banyan.Repl
---@param words string
---@return "leave"? answer
function M.run(repl, words)
  local asked = asked_of(words)
  if asked then
    repl:print(help.of(repl, asked))
    return
  end
  local name, text = words:match "^:%s*([%w_]+)%s*(.-)$"
  local command = by_name[name]
  if not command then
    local names = {}
    for i, each in ipairs(M.list) do names[i] = each.name end
    local near = nearest(name, names)
    failure.fail("USAGE", "there is no command ':%s'%s", name, near and (", did you mean ':%s'?"):format(near)
      or "; :help lists them")
  end
  if command.arguments and text == "" and not command.arguments:find "^%[" then
    failure.fail("USAGE", "it is :%s %s", name, command.arguments)
  end
  text = at_home(text)
  local result = command.run(repl.session, text, repl)
  if result == "leave" then return "leave" end
  if type(result) == "string" then
    repl:print(result)
  elseif result ~= nil then
    repl:show(result)
  end
  if command.script then repl.saved:command(command.script(repl.session, text)) end
end

return M
