-- SPDX-License-Identifier: MIT
-- A tree that was made elsewhere is swept without being rewritten: what a selection matches becomes
-- a param. This one (frontrunner.json) is in Composer's format and was made up for this example.
local b = require "banyan"

local tree = b.import "frontrunner.json"

tree:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 20))
tree:select { indicator = "rsi", comparator = "gt" }
  :shift("threshold", "hotter_by", 0, b.range(-5, 5, 0.5))
tree:select { ticker = "SPY", indicator = "sma" }
  :param("window", "average_window", 200, b.range(100, 250, 50))

return b.sweep { strategy = tree, rank = "calmar" }
