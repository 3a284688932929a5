-- SPDX-License-Identifier: MIT
-- banyan import: a strategy in any format, written as Lua.
local load = require "banyan.load"
local output = require "banyan.cli.output"
local write = require "banyan.write"

local M = {}

--- The verb.
---@return integer exit_code
function M.import(options, arguments)
  local text = write.lua(load.strategy(arguments[1]))
  if options.output then
    output.file(options.output, function(put) put(text) end)
  else
    output.write(text)
  end
  return 0
end

return M
