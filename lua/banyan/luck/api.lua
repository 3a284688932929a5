-- SPDX-License-Identifier: MIT
-- The overfitting statistics of the API. Most scripts call none of them, so their modules are loaded by the call.
local M = { b = {} }

local PLACES = {
  sharpe = { "probabilistic_sharpe", "deflated_sharpe", "min_track_record", "min_backtest_length", "expected_maximum" },
  pbo = { "pbo" },
  bootstrap = { "reality_check", "spa", "stationary_bootstrap" },
}

for place, names in pairs(PLACES) do
  for _, name in ipairs(names) do
    M.b[name] = function(...) return require("banyan.luck." .. place).b[name](...) end
  end
end

return M
