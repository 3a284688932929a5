-- SPDX-License-Identifier: MIT
-- The program's main: finds the verb, calls it, and turns whatever happens into an exit code.
local failure_of = require "banyan.failure".failure_of
local host = require "banyan.host"
local options = require "banyan.cli.options"
local output = require "banyan.cli.output"
local parse = require "banyan.cli.parse"

local M = {}

M.VERSION = "0.1.0"

-- What a shell reports for a program that SIGPIPE ended.
local PIPE_EXIT_CODE = 141

-- Seldom wanted, and so loaded when it is.
local function help()
  return require "banyan.cli.help"
end

local is_help = { ["--help"] = true, ["-h"] = true }

-- Whether somebody sits there, who may explore.
local function on_terminal()
  return host.isatty(0) and host.isatty(1)
end

-- Help and version, which are no verbs: the exit code, or nil when it is something else.
local function answer_at_once(words)
  if #words == 0 then
    for _, line in ipairs(help().short()) do output.report(line) end
    return 2
  elseif is_help[words[1]] then
    output.line(help().overview())
    return 0
  elseif words[1] == "--version" then
    output.line("banyan " .. M.VERSION)
    return 0
  elseif is_help[words[2]] and #options.family(words[1]) > 0 then
    output.line(help().of_family(words[1]))
    return 0
  end
end

local function dispatch(words)
  if #words == 0 and on_terminal() then words = { "repl" } end
  local code = answer_at_once(words)
  if code then return code end
  local verb, values, arguments = parse.parse(words)
  output.configure(values)
  if values.help then
    output.line(help().of_verb(verb))
    return 0
  end
  return require(verb.module)[verb.call](values, arguments, verb) or 0
end

local function add_traceback(err)
  if type(err) ~= "string" then return err end
  return { internal = err, traceback = debug.traceback(err, 2) }
end

local function exit_code_of(err)
  local failure = failure_of(err)
  if failure then
    if failure.message ~= "" then
      output.report("banyan: " .. output.style_error((failure.message:gsub("[^%C\n\t]", " ")), "red"))
    end
    return require "banyan.ffi".exit_code(failure.status)
  end
  local text = type(err) == "table" and err.internal or tostring(err)
  if err == output.BROKEN_PIPE then return PIPE_EXIT_CODE end
  if host.interrupted() > 0 and text:find "interrupted$" then
    output.report "banyan: interrupted"
    return 130
  end
  if text == "not enough memory" then
    output.report "banyan: out of memory; close other programs or ask for less at once"
    return 6
  end
  output.report("banyan: internal error, please report it: "
    .. (type(err) == "table" and err.traceback or text))
  return 70
end

-- Verbs that do not watch for Ctrl-C themselves are broken into by the first one.
local function call(f, ...)
  local _, ok, result = host.breakable(xpcall, f, add_traceback, ...)
  return ok, result
end

local function is_graceful(words)
  if #words == 0 then return true end
  local verb = options.by_name[(words[1] or "") .. " " .. (words[2] or "")]
    or options.by_name[words[1] or ""]
  return verb ~= nil and verb.graceful
end

--- Runs the program.
---@param arguments string[] the words of the command line behind the program's name
---@return integer exit_code
function M.main(arguments)
  local run = is_graceful(arguments) and function(f, ...) return xpcall(f, add_traceback, ...) end
    or call
  local ok, result = run(dispatch, arguments)
  local code = ok and result or exit_code_of(result)
  local flushed, err = xpcall(output.flush, add_traceback)
  if flushed or code ~= 0 then return code end
  return exit_code_of(err)
end

return M
