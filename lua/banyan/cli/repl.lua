-- SPDX-License-Identifier: MIT
-- banyan repl: the explorer.
local repl = require "banyan.repl"

local M = {}

--- The verb.
---@return integer exit_code
function M.repl(options, arguments)
  return repl.start { path = arguments[1], data = options.data, dataset = options.dataset,
    timeframe = options.timeframe, from = options.from, to = options.to }
end

return M
