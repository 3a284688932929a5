-- SPDX-License-Identifier: MIT
-- Loads what users write: strategies, sweeps and plans as Lua files, strategies in foreign formats.
--
-- Strategies and sweeps run in a sandbox: the API, the pure parts of the standard library, and `require` of
-- files beside the script; no files, programs, network or FFI. Backfill plans, and the providers that they
-- require, are trusted: nothing is closed to them. Both run interpreted, so that Ctrl-C can break into an
-- endless loop.
local api = require "banyan"
local failure = require "banyan.failure"
local host = require "banyan.host"
local sandbox = require "banyan.sandbox"
local strategy_of = require "banyan.strategy"

local M = {}

local SIZE_MAX = 8 * 1024 * 1024
local MEMORY_KB_MAX = 2 * 1024 * 1024 -- of all of Lua while a script runs
local WATCHED_KB = MEMORY_KB_MAX / 8 -- from here on it is watched closely
local HOOK_INSTRUCTIONS = 100000

local function fail(...)
  return failure.fail("STRATEGY", ...)
end

local function read(path)
  local kind, size = host.stat(path)
  if kind == "directory" then fail("%s is a folder; give the file in it", path) end
  if not kind then fail("%s: %s", path, size) end
  if kind ~= "file" then fail("%s is no plain file; give a script", path) end
  if size > SIZE_MAX then
    fail("%s: %d MB is too much for a script; at most %d MB are read", path, size / 1048576,
      SIZE_MAX / 1048576)
  end
  local file, message = io.open(path, "rb")
  if not file then fail("%s", message) end
  local text = file:read "*a"
  file:close()
  return text
end

-- Messages of Lua errors begin with the chunk's name and line: "FILE:LINE: ...".
local function text_of(err, path)
  if type(err) ~= "string" then
    return ("%s: the script raised an error without a text, but %s"):format(path, tostring(err))
  end
  err = err:gsub("%s+$", "")
  return err:find "^[^\n]-:%d+: " and err or path .. ": " .. err
end

local run_file

-- Files that a script names are looked for beside it first.
local function resolver(folder)
  return function(path)
    if path:sub(1, 1) ~= "/" and host.stat(folder .. path) == "file" then return folder .. path end
    return path
  end
end

local function check_memory()
  if collectgarbage "count" > MEMORY_KB_MAX then
    debug.sethook()
    failure.fail("LIMIT", "the script takes more than %d MB of memory", MEMORY_KB_MAX / 1024)
  end
end

local guards = 0 -- scripts that are running, one inside the other, with what an explorer was told

-- A hook makes all of Lua slower, so there is none before a script has taken a lot: until then each collection of
-- garbage looks, when it ends a userdata that nobody holds.
local function watch_memory()
  getmetatable(newproxy(true)).__gc = function()
    if guards == 0 then return end
    if collectgarbage "count" < WATCHED_KB then return watch_memory() end
    debug.sethook(check_memory, "", HOOK_INSTRUCTIONS)
  end
end

local running = 0 -- scripts of these

--- Whether a script of a user is being loaded.
function M.running()
  return running > 0
end

-- The line at which a script is, called from what it called; nil when it has left by a tail call.
local function line_of(path)
  local level, info = 3
  repeat
    info, level = debug.getinfo(level, "Sl"), level + 1
  until not info or info.source == "@" .. path
  return info and info.currentline
end

-- Runs a chunk so that Ctrl-C and the limit of memory can break into it: whether it ended well, its result, and the
-- line at which it failed, if that is known and not said by the failure.
local function call_guarded(chunk, path)
  local line
  local function note_line(raised)
    line = failure.failure_of(raised) and line_of(path)
    return raised
  end
  if guards == 0 then watch_memory() end
  running, guards = running + 1, guards + 1
  local results = { host.breakable(xpcall, chunk, note_line) }
  running, guards = running - 1, guards - 1
  if guards == 0 then debug.sethook() end
  if results[1] then return results[2], results[3], line end
  return false, results[2]
end

-- A plan that is given to a verb of strategies misses much of what it may use.
local function hint_of(source, path, loaded)
  if loaded.trusted or not source:find "%f[%a]backfill%s*[%({]" then return "" end
  return ("; a backfill plan is given to `banyan backfill %s`"):format(path)
end

local function run_text(text, path, loaded)
  if text:sub(1, 1) == "\27" then fail("%s: compiled Lua is not taken, only text", path) end
  text = text:gsub("^\239\187\191", ""):gsub("^#[^\n]*", "")
  local chunk, message = loadstring(text, "@" .. path)
  if not chunk then fail("%s", text_of(message, path)) end
  setfenv(chunk, sandbox.environment(path, loaded, run_file))
  jit.off(chunk, true)
  local outer = api.resolve_path
  api.resolve_path = resolver(sandbox.folder_of(path))
  local ok, result, line = call_guarded(chunk, path)
  api.resolve_path = outer
  if ok then
    if loaded.trusted then jit.on(chunk, true) end -- what a provider does with every page is worth compiling
    return result
  end
  if failure.failure_of(result) then
    failure.fail(result.status, "%s:%s %s%s", path, line and line .. ":" or "", result.message,
      hint_of(text, path, loaded))
  elseif host.interrupted() > 0 then
    failure.fail("CANCELLED", "%s: interrupted", path)
  end
  fail("%s%s", text_of(result, path), hint_of(text, path, loaded))
end

function run_file(path, loaded)
  return run_text(read(path), path, loaded)
end

local function run_script(path, loaded, kinds, maker)
  local result = run_file(path, loaded)
  if type(result) ~= "table" or not result.type then
    fail("%s must return %s; end it with `return b.%s { ... }`", path, kinds, maker)
  end
  return result
end

-- What the user should have typed, for each kind of file.
local VERBS = { strategy = "banyan run %s", sweep = "banyan sweep %s", backfill = "banyan backfill %s" }
local NAMES = { backfill = "backfill plan" }

local function fail_kind(path, result, wanted)
  local verb, hint = VERBS[result.type], ""
  if verb then
    hint = ("; give it to `%s`"):format(verb:format(path))
  elseif result.type == "provider" then
    hint = ("; a plan beside it says provider = require \"%s\""):format(path:match "([^/]*)%.lua$")
  end
  fail("%s is a %s, not a %s%s", path, NAMES[result.type] or tostring(result.type), wanted, hint)
end

--- What a file returns that is no plan: a Lua file, or a foreign one.
---@param path string
---@return banyan.Strategy|table
function M.strategy_or_sweep(path)
  if not path:find "%.lua$" then return strategy_of.new(require "banyan.import".file(path)) end
  return run_script(path, { api = api }, "a strategy, a sweep or a plan", "strategy")
end

--- The sandbox of an explorer: what scripts see.
---@return table environment
function M.sandbox()
  return sandbox.environment("", { api = api }, run_file)
end

--- Calls what was typed into an explorer as scripts are called, so that Ctrl-C and the limit of memory break into it;
--- other than scripts it may look at prices.
---@param chunk function
---@param handler fun(raised: any): any as of xpcall
---@return boolean ok
---@return any ... results, or what the handler made of an error
function M.explore(chunk, handler)
  if guards == 0 then watch_memory() end
  guards = guards + 1
  local function finish(called, ...)
    guards = guards - 1
    debug.sethook()
    if not called then return false, ... end -- stopped before it had begun
    return ...
  end
  return finish(host.breakable(xpcall, chunk, handler))
end

--- A strategy: a Lua file that returns one, or a foreign file. Of a sweep, its strategy.
---@param path string
---@return banyan.Strategy
function M.strategy(path)
  local result = M.strategy_or_sweep(path)
  if result.type == "sweep" then return result.strategy end
  if result.type ~= "strategy" then fail_kind(path, result, "strategy") end
  return result
end

--- A strategy out of the text of a Lua file that returns one.
---@param text string
---@param name string for messages
---@return banyan.Strategy
function M.strategy_text(text, name)
  local result = run_text(text, name, { api = api })
  if not strategy_of.is_strategy(result) then fail("%s: its text is no strategy", name) end
  return result
end

--- A sweep: a Lua file that returns one. A strategy is swept over the values that its params declare.
---@param path string
---@return table
function M.sweep(path)
  local result = M.strategy_or_sweep(path)
  if result.type == "strategy" then return api.sweep { strategy = result } end
  if result.type ~= "sweep" then fail_kind(path, result, "sweep") end
  return result
end

--- A backfill plan: a Lua file that returns one, with the whole standard library at hand.
---@param path string
---@return table
function M.plan(path)
  if not path:find "%.lua$" then
    fail("%s: a backfill plan is a Lua file that returns b.backfill { ... }", path)
  end
  host.finalizers()
  local result = run_script(path, { api = api, trusted = true }, "a backfill plan", "backfill")
  if result.type ~= "backfill" then fail_kind(path, result, "backfill plan") end
  return result
end

return M
