-- SPDX-License-Identifier: MIT
-- What somebody probably meant, where Lua's own message says only what is wrong.
local api = require "banyan"
local host = require "banyan.host"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local options = require "banyan.cli.options"
local output = require "banyan.cli.output"
local reference = require "banyan.reference"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"

local M = {}

-- A file that a line names as it stands, without quotes.
local function file_of(text)
  local words = text:match "^%s*(.-)%s*$"
  return words:find "^[%w_%-./~]+$" and words:find "[./]" and host.stat(words) == "file" and words or nil
end

local NOT_YET = { s = "no strategy is open; :open FILE opens one, or s = b.strategy { ... }",
  r = "nothing was run yet; r = b.run(s)" }

local function global(env, name)
  if NOT_YET[name] then return NOT_YET[name] end
  if rawget(api, name) ~= nil then return ("there is no '%s' here; it is b.%s"):format(name, name) end
  local near = nearest(name, lists.append(lists.sorted_keys(env), { "exit", "help", "quit" }))
  if near then return ("there is no '%s', did you mean '%s'?"):format(name, near) end
  near = nearest(name, lists.sorted_keys(api))
  if near then return ("there is no '%s', did you mean 'b.%s'?"):format(name, near) end
  return ("there is no '%s' yet"):format(name)
end

local function method(name)
  local names = {}
  for _, entry in ipairs(reference.entries()) do
    if entry.kind == "method" then names[#names + 1] = entry.name:match "[%w_]+$" end
  end
  local near = nearest(name, names)
  return near and near ~= name and ("it has no method '%s', did you mean ':%s'?"):format(name, near)
    or ("it has no method '%s'"):format(name)
end

-- A line for a shell, such as `run strategies/mine.lua --json`.
local function shell_line(text)
  local first, second = text:match "^%s*(%a+)%s+([%w_%-./]+)"
  if first == "banyan" then first, second = text:match "^%s*banyan%s+(%a+)%s+([%w_%-./]+)" end
  if not first or not (options.by_name[first] or #options.family(first) > 0) then return nil end
  return ("`banyan %s %s` is for the shell; here :open %s opens a strategy, and ? says what else there is"):format(
    first, second, second)
end

--- A better message, nil when there is none.
---@param message string
---@param env table what code sees
---@param text string? what was typed
---@return string?
function M.of(message, env, text)
  local file = text and file_of(text)
  if file then return ("to open the file: :open %s"):format(file) end
  local name = message:match "global '([%w_]+)' %(a nil value%)"
  if name then return global(env, name) end
  name = message:match "call method '([%w_]+)' %(a nil value%)"
  if name then return method(name) end
  name = message:match "attempt to call %a* ?'?([%w_]*)'? ?%(a table value%)"
  if name and strategy_of.is_strategy(rawget(env, name)) then
    return ("%s is a strategy; b.run(%s) runs it"):format(name, name)
  end
  return text and shell_line(text) or nil
end

--- Where to read on about an error of a function of the API, nil when it is none.
---@param message string
---@return string?
function M.more(message)
  local name = message:match "^([%w_]+)[: ]"
  return name and rawget(api, name) ~= nil and ("?b.%s has an example"):format(name) or nil
end

-- What can be done with a value that tells nothing by itself, said once.
local function next_step(repl, value, name)
  local step
  if strategy_of.is_strategy(value) then
    step = ("b.run(%s) runs it; b.run(%s, { from = \"2020-01-02\" }) from a day on"):format(name, name)
  elseif series_of.is(value) then
    step = ("b.eval(%s) has its values"):format(name)
  end
  local kind = getmetatable(value)
  if not step or repl.told[kind] then return end
  repl.told[kind] = true
  repl:print(output.style("(" .. step .. ")", "dim"))
end

--- What somebody may want to know after something worked: that a name is nobody's, how a strategy is run.
---@param repl banyan.Repl
---@param text string
---@param count integer of results
---@param results any[]
function M.after(repl, text, count, results)
  if not repl.input.terminal or count ~= 1 then return end
  local name = text:match "^%s*([%a_][%w_]*)%s*$"
  if results[1] == nil and name and name ~= "nil" then
    repl:print(output.style("(" .. global(repl.env, name) .. ")", "dim"))
  elseif type(results[1]) == "table" then
    next_step(repl, results[1], name or "_")
  end
end

return M
