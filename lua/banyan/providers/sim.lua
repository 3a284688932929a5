-- SPDX-License-Identifier: MIT
-- The simulated market (banyan.simulation) as a provider that asks no server.
local b = require "banyan"
local simulation = require "banyan.simulation"

return b.provider {
  name = "sim",
  calendar = "us",
  timeframes = { ["1d"] = "1d" },
  adjustments = { "all" },
  symbols = simulation.symbols,
  default_from = simulation.default_from,
  earliest = simulation.first_date,
  latest = simulation.last_date,
  batch = { symbols = #simulation.symbols },
  bars = function(job)
    return simulation.bars { symbols = job.symbols, from = job.first_date, to = job.last_date }
  end,
}
