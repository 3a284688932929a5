-- SPDX-License-Identifier: MIT
-- The overfitting statistics of the API.
local M = { b = {} }

for _, name in ipairs { "sharpe", "pbo", "bootstrap" } do
  for key, value in pairs(require("banyan.luck." .. name).b) do M.b[key] = value end
end

return M
