-- SPDX-License-Identifier: MIT
-- A search evaluates a few hundred combos of a space that is too large to walk: here a grid of 1.5e9
-- points. There are two kinds of shelter, each with a param that matters only when it is chosen.
--
-- What a search finds was sought for being good in this past: try it on years that it has not seen.
local b = require "banyan"

local fast = b.param("fast", 20, b.range(2, 60))
local slow = b.param("slow", 200, b.range(50, 300, 2))
local hot = b.param("hot", 79, b.range(60, 90, 0.25))
local window = b.param("window", 60, b.range(5, 250, 5))
local share = b.param("share", 0.5, b.range(0.1, 0.9, 0.05))

local shelter = b.choice(b.param("shelter", "mix", { "mix", "strongest" }), {
  mix = b.weighted { { share, "TLT" }, { 1 - share, "GLD" } },
  strongest = b.top(1, b.cumulative_return(window), { "TLT", "GLD", "BIL" }),
})

return b.sweep {
  strategy = b.strategy {
    name = "Two averages and a shelter",
    b.when(b.rsi("QQQ", 10):gt(hot), "BIL")
      :elsewhen(b.sma("QQQ", fast):gt(b.sma("QQQ", slow)), "TQQQ")
      :otherwise(shelter),
  },
  where = function(p) return p.fast < p.slow / 2 end,
  search = { method = "tpe", count = 600, seed = 1 },
  from = "2015-06-01",
  rank = "sharpe",
}
