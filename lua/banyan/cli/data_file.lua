-- SPDX-License-Identifier: MIT
-- Names of price files: the symbol they hold, and the other way round. What a file name cannot have, or what
-- `data import` would take for something else, is written as %XX.
local M = {}

local function escape(character)
  return ("%%%02X"):format(character:byte())
end

--- The name of the file of a symbol: "SPY" -> "SPY.csv", "BTC/USD" -> "BTC%2FUSD.csv".
---@param symbol string
---@return string
function M.name(symbol)
  local name = symbol:gsub('[%c%%/\\:*?"<>|]', escape):gsub("^%.", escape)
    :gsub("%.([cC][sS][vV])", "%%2E%1")
  -- A list of the symbols beside the files is named INDEX.csv by those who publish them.
  if name:upper() == "INDEX" then name = name:gsub("^.", escape) end
  return name .. ".csv"
end

--- The symbol that a file is named by: "prices/BRK.B.csv.gz" -> "BRK.B".
---@param path string
---@return string
function M.symbol(path)
  local name = path:match "[^/]*$"
  local at = name:lower():find(".csv", 2, true)
  if at then name = name:sub(1, at - 1) end
  return (name:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

return M
