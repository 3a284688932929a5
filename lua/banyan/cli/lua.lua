-- SPDX-License-Identifier: MIT
-- banyan lua: a plain script in the full environment of the program.
local ffi = require "banyan.ffi"
local host = require "banyan.host"
local output = require "banyan.cli.output"

local M = {}

local function read_script(path)
  local file, message = io.stdin, nil
  if path ~= "-" then file, message = io.open(path, "rb") end
  if not file then ffi.fail("USAGE", "cannot read %s", message) end
  local text, why = file:read "*a"
  if file ~= io.stdin then file:close() end
  if not text then ffi.fail("USAGE", "cannot read %s: %s", path, why) end
  return text
end

-- A first line with #! is for the kernel. Its line stays, so that numbers of lines are right.
local function load_script(path)
  local text = read_script(path):gsub("^#[^\n]*", "", 1)
  local name = path == "-" and "=stdin" or "@" .. path
  local chunk, message = loadstring(text, name)
  if not chunk then
    output.report("banyan: " .. message)
    return nil
  end
  return chunk
end

-- error() without a value ends a script with exit code 1 and no word, as it does in lua.
local function add_traceback(err)
  return err ~= nil and debug.traceback(tostring(err), 2) or nil
end

--- The verb.
---@return integer exit_code 1 when the script ended with an error
function M.script(_, arguments)
  local chunk = load_script(arguments[1])
  if not chunk then return 1 end
  local words = { [-1] = "lua", [-2] = "banyan", [0] = arguments[1] }
  for i = 2, #arguments do words[i - 1] = arguments[i] end
  rawset(_G, "arg", words)
  host.finalizers()
  local ok, err = xpcall(chunk, add_traceback, unpack(words))
  if ok then return 0 end
  if not err then return 1 end
  if host.interrupted() > 0 and err:find "interrupted\n" then
    ffi.fail("CANCELLED", "interrupted")
  end
  output.report("banyan: " .. err)
  return 1
end

return M
