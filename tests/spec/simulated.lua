-- SPDX-License-Identifier: MIT
-- A bar store with the simulated market, filled once for all specs that ask for it.
local helper = require "spec.helper"

local M = {}

local directory

--- The folder of the store.
function M.store()
  if directory then return directory end
  local folder = helper.scratch() .. "/data"
  local _, err, code = helper.run { "backfill", "examples/demo_plan.lua",
    env = { BANYAN_DATA = folder } }
  assert(code == 0, err)
  directory = folder
  return directory
end

--- Runs the program on it.
---@return string stdout
---@return string stderr
---@return integer code
function M.run(words)
  words.env = { BANYAN_DATA = M.store() }
  return helper.run(words)
end

--- The files of a folder whose names end in .lua, by name.
function M.lua_files(folder)
  local pipe = assert(io.popen("LC_ALL=C ls " .. helper.quote(folder)))
  local files = {}
  for file in pipe:lines() do
    if file:find "%.lua$" then files[#files + 1] = file end
  end
  pipe:close()
  return files
end

return M
