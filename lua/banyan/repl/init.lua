-- SPDX-License-Identifier: MIT
-- The explorer: Lua with the API at hand, on a terminal or from a pipe.
local commands = require "banyan.repl.commands"
local complete = require "banyan.repl.complete"
local history_of = require "banyan.repl.history"
local host = require "banyan.host"
local input_of = require "banyan.repl.input"
local load = require "banyan.load"
local loop = require "banyan.repl.loop"
local output = require "banyan.cli.output"
local save = require "banyan.repl.save"
local session_of = require "banyan.repl.session"
local store_of = require "banyan.store"

commands.add(session_of.commands)

local M = {}

local GREETING = {
  'banyan %s. Try b.eval(b.rsi("SPY", 14)), or :open FILE for a strategy.',
  "? helps, <Tab> completes, Ctrl-C stops, Ctrl-D leaves.",
}

-- `print` of the explorer: its text is data.
local function print_values(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  output.line(table.concat(parts, "\t"))
end

local function prelude()
  return { 'local b = require "banyan"',
    "local show = function(value) print((require \"banyan.show\".text(value))) return value end" }
end

local function input_for(repl)
  if not input_of.can_edit() then return input_of.plain(input_of.on_terminal()) end
  return input_of.editor(history_of.LINES_MAX, function(before, after, again)
    return complete.at(repl, before, after, again)
  end)
end

local function greet(data)
  for i, line in ipairs(GREETING) do
    output.line(output.style(i == 1 and line:format(require "banyan.cli".VERSION) or line, "dim"))
  end
  local directory = store_of.find_directory(data)
  if not directory then
    output.line "HOME is not set, so there is no folder with prices; `banyan repl --data DIR` names one."
  elseif not host.stat(directory) then
    output.line(("There are no prices in %s yet: in a shell, `banyan data import PATH` brings some,"):format(directory))
    output.line "and `banyan init` makes a folder that begins with simulated ones."
  end
end

-- Opens what the command line names, as `:open` does; what fails then is an error of the command line.
local function open(repl, path)
  local function same(raised) return raised end
  local ok, raised = load.explore(function() commands.run(repl, ":open " .. path) end, same)
  if not ok then error(raised, 0) end
end

local function run(repl, path)
  if path then open(repl, path) end
  if repl.input.terminal then
    if not output.quiet then greet(repl.options.data) end
    local warning
    repl.history, warning = history_of.open(function(text) repl.input:remember(text) end)
    if warning then output.warn(warning) end
  end
  return repl:run()
end

--- Runs the explorer until somebody leaves.
---@param options { path: string?, data: string?, dataset: string?, timeframe: string?, from: string?, to: string? }
---@return integer exit_code
function M.start(options)
  store_of.choose(options.data) -- b.run and b.eval take it, too
  local env = load.sandbox()
  env.b, env.print = env.require "banyan", print_values
  local session = session_of.new { data = options.data, dataset = options.dataset, timeframe = options.timeframe,
    from = options.from, to = options.to, env = env }
  local repl = loop.new { options = options, env = env, api = env.b, session = session, saved = save.new(prelude),
    commands = commands.list }
  host.session(true)
  repl.input = input_for(repl)
  local ok, result = pcall(run, repl, options.path)
  repl.input:close()
  session:close()
  host.session(false)
  store_of.choose(nil)
  if not ok then error(result, 0) end
  return result
end

return M
