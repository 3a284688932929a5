-- SPDX-License-Identifier: MIT
-- What scripts of users see: the sandbox of strategies and sweeps, and all of Lua for those that are trusted.
local failure = require "banyan.failure"
local host = require "banyan.host"
local view_of = require "banyan.api.view"

local M = {}

local PURE = { "assert", "error", "ipairs", "next", "pairs", "pcall", "select", "tonumber",
  "tostring", "type", "unpack", "xpcall", "_VERSION" }
local LIBRARIES = { "math", "table", "string", "bit" }

local function copy(from)
  local to = {}
  for key, value in pairs(from) do to[key] = value end
  return to
end

--- The folder of a path with its slash; nothing for the current one.
---@param path string
---@return string
function M.folder_of(path)
  return path:match "^(.*/)[^/]*$" or ""
end

-- `pcall` and `xpcall` as scripts see them: Ctrl-C is no error that a script can hold up.
local function pass_interrupts(...)
  if host.interrupted() > 0 then error("interrupted", 0) end
  return ...
end

local function safe_pcall(...)
  return pass_interrupts(pcall(...))
end

local function safe_xpcall(...)
  return pass_interrupts(xpcall(...))
end

-- A module of Lua, when a trusted script asks for no file of its own.
local function require_module(name, tried)
  local ok, result = pcall(require, name)
  if ok then return result end
  if tostring(result):find(("module '%s' not found"):format(name), 1, true) then
    failure.fail("STRATEGY", "require '%s': there is no %s, and no such module", name, table.concat(tried, " and no "))
  end
  error(result, 0)
end

-- `require` as scripts see it: the API, or a file beside the script or in the current folder; for those that
-- are trusted, then any module.
local function make_require(loaded, folder, run_file)
  return function(name)
    if name == "banyan" then
      loaded.view = loaded.view or view_of.of(loaded.api)
      return loaded.view
    end
    if type(name) ~= "string" or not name:find "^[%w_%-][%w_%-%.]*$" then
      failure.fail("STRATEGY", "require takes the name of a file beside the script, without .lua, not '%s'",
        tostring(name))
    end
    if loaded[name] == nil then
      local file = name:gsub("%.", "/") .. ".lua"
      local tried = { folder .. file, folder .. "../strategies/" .. file }
      if folder ~= "" then table.insert(tried, 2, file) end
      for _, path in ipairs(tried) do
        if host.stat(path) == "file" then
          loaded[name] = false -- a file that requires itself must not go round for ever
          loaded[name] = run_file(path, loaded) or true
          return loaded[name]
        end
      end
      if not loaded.trusted then
        failure.fail("STRATEGY", "require '%s': there is no %s; scripts see banyan and files beside them, "
          .. "no other modules", name, table.concat(tried, " and no "))
      end
      return require_module(name, tried)
    elseif loaded[name] == false then
      failure.fail("STRATEGY", "require '%s': the files require each other in a circle", name)
    end
    return loaded[name]
  end
end

local function print_to_stderr(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  io.stderr:write(table.concat(parts, "\t"), "\n")
end

-- What a trusted script sets as a global stays its own.
local function trusted_environment(path, loaded, run_file)
  local env = { print = print_to_stderr, require = make_require(loaded, M.folder_of(path), run_file) }
  env._G = env
  return setmetatable(env, { __index = _G })
end

--- What a script sees.
---@param path string of the script
---@param loaded table api: the module banyan; trusted: whether nothing is closed to it; files by the names under which
--- they were required
---@param run_file fun(path: string, loaded: table): any runs another file of the same script
---@return table
function M.environment(path, loaded, run_file)
  if loaded.trusted then return trusted_environment(path, loaded, run_file) end
  local env = {}
  for _, name in ipairs(PURE) do env[name] = _G[name] end
  for _, name in ipairs(LIBRARIES) do env[name] = copy(_G[name]) end
  env.pcall, env.xpcall = safe_pcall, safe_xpcall
  env.string.dump = nil
  env.print = print_to_stderr
  env.require = make_require(loaded, M.folder_of(path), run_file)
  env._G = env
  return env
end

return M
