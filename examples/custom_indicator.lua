-- SPDX-License-Identifier: MIT
-- An indicator of one's own: VIDYA, an exponential average whose weight grows with the momentum
-- (T. S. Chande, 1992). It is swept like any other; each of its columns is computed once.
--
-- `compute` sees bars.close[1] to bars.close[n] and fills out[1] to out[n]; what stays as it was is NaN.
local b = require "banyan"

local vidya = b.indicator {
  name = "vidya",
  windows = 2,                                   -- of the average, and of the momentum
  first = function(_, w) return w + 1 end,       -- bars that the first value needs
  compute = function(bars, out, n, average, w)
    local close = bars.close
    local alpha, value = 2 / (average + 1), close[w]
    for i = w + 1, n do
      local up, down = 0, 0
      for k = i - w + 1, i do
        local change = close[k] - close[k - 1]
        if change > 0 then up = up + change else down = down - change end
      end
      local momentum = up + down > 0 and math.abs(up - down) / (up + down) or 0
      value = value + alpha * momentum * (close[i] - value)
      out[i] = value
    end
  end,
}

local average = b.param("average", 40, b.range(10, 100, 10))
local momentum = b.param("momentum", 9, { 5, 9, 14, 20 })

return b.sweep {
  strategy = b.strategy {
    name = "Above its VIDYA",
    b.when(b.close("QQQ"):gt(vidya("QQQ", average, momentum)), "QQQ"):otherwise("TLT"),
  },
}
