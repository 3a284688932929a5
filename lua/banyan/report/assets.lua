-- SPDX-License-Identifier: MIT
-- Styles and scripts of the pages, which are kept in the program.
local host = require "banyan.host"

local M = {}

--- The chart library, from Debian's libjs-chart.js.
M.CHART_LIBRARY = "chart.min.js"

-- From the folder of --lua-dir if it is there.
local function from_disk(name)
  local file = host.directory and io.open(host.directory .. "/banyan/" .. name, "rb")
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  return text
end

--- The text of an asset.
---@param name string such as "report/page.css"
---@return string
function M.text(name)
  local text = from_disk(name) or host.source(name)
  return text or error("no asset " .. name)
end

return M
