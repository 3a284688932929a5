-- SPDX-License-Identifier: MIT
-- Makes docs/indicators.md from the engine's list of indicators and the comment on top of each one's file:
-- `banyan lua docs/generate_indicators.lua > docs/indicators.md`, from the top of the sources.
local indicators = require "banyan.reference.indicators"
local tree_of = require "banyan.tree"

local M = {}

M.FAMILIES = {
  { "Prices", "close open high low volume month gap" },
  { "Averages", "sma ema wma dema tema kama hull wilder vwma ultimate_smoother" },
  { "Returns and momentum", "cumulative_return mean_return momentum_13612w momentum_13612u momentum_sma12" },
  { "Oscillators", "rsi stochastic_rsi stochastic_rsi_d cmo williams_r stochastic stochastic_k stochastic_d "
    .. "stochastic_fast_k stochastic_fast_d ultimate_oscillator cci trix apo ppo ppo_signal ppo_histogram macd "
    .. "macd_signal macd_histogram" },
  { "Trend", "adx dx plus_di minus_di aroon aroon_up aroon_down sar trend_clarity linreg linreg_slope linreg_r2 "
    .. "trend_regime" },
  { "Bands and channels", "bollinger_upper bollinger_lower bollinger_width bollinger_percent_b keltner_upper "
    .. "keltner_lower donchian_upper donchian_middle donchian_lower" },
  { "Extremes and market structure", "highest lowest highest_bars lowest_bars percentile swing_high swing_low "
    .. "higher_high higher_low" },
  { "Volatility and risk", "stdev_return stdev_price variance zscore atr natr true_range volatility "
    .. "volatility_parkinson volatility_garman_klass volatility_yang_zhang volatility_regime drawdown max_drawdown "
    .. "ulcer" },
  { "Volume", "vwap mfi obv" },
  { "Two series", "correlation beta" },
}

local function escape(text)
  return (text:gsub("<", "&lt;"):gsub("([%*_|])", "\\%1"))
end

-- Begins with a capital, unless that would rename an indicator or a variable.
local function sentence(text)
  local word = text:match "^[%w_]+" or ""
  local is_name = tree_of.INDICATORS[word] and not text:match "^[%w_]+[ -]%a" or #word == 1 and not text:match "^a %a"
  return is_name and text or text:sub(1, 1):upper() .. text:sub(2)
end

local function add_indicator(out, name)
  local note = indicators.note(name)
  out[#out + 1] = ("### %s\n"):format(name)
  out[#out + 1] = ("`%s`: %s\n"):format(indicators.call(name), escape(tree_of.INDICATORS[name].title))
  out[#out + 1] = sentence(escape(note.meaning)) .. "\n"
  for _, label in ipairs(indicators.LABELS) do
    if note.labelled[label] then out[#out + 1] = ("- %s: %s"):format(label, escape(note.labelled[label])) end
  end
  out[#out + 1] = ""
end

local HEAD = [[
<!-- Made by docs/generate_indicators.lua from engine/indicators/; `make docs` makes it anew. -->

# Indicators

Each indicator is one file in `engine/indicators/`, and this page is made from their comments. A script calls
them with a ticker, another indicator or a node, then windows (bars), then numbers, then, where other definitions than
the default ones are wanted, a table of options (below it stands with the defaults):

```lua
local b = require "banyan"

return b.strategy {
  name = "Bands",
  b.when(b.close("SPY"):lt(b.bollinger_lower("SPY", 20, 2)), "SPY")
    :elsewhen(b.rsi("SPY", 14, { smoothing = "simple" }):gt(70), "BIL")
    :elsewhen(b.correlation("SPY", "TLT", 60):gt(0.3), "GLD")
    :otherwise(b.top(1, b.beta("SPY", 60), { "QQQ", "TLT" })),
}
```

In a ranking the ticker is left out: each child is measured. The second series of two is a ticker or an indicator.
`a:crosses_above(x)` and `a:crosses_below(x)` hold on the bar on which one comes to lie above (below) the other.
`b.roc` is another name of `cumulative_return`, `b.bollinger_middle` of `sma`, `b.keltner_middle` of `ema`.

**What holds for all.** The close of the bar at hand is part of every window. Values are computed in double precision
from the closes of the window alone, or, where a definition is recursive, from the first bar of the series on; nothing
is added to and subtracted from a running sum, so nothing drifts, over a million bars either. A bar that lacks what an
indicator reads (NaN) has no value, nor have windows that it lies in; recursive indicators begin anew behind it. The
first word of each option is the default. Who agrees is tested: the values of TA-Lib 0.6, Tulip 0.9.2 and pandas 1.5 on
several series are met from the first bar on that both have, unless it says otherwise; the test
`test_indicator_reference` prints what is not met, and why. `test_indicator_exact` holds every kind, bar by bar, against
the same definition in more exact arithmetic: over a million bars, through prices of six orders of magnitude, each value
is within 1e-9 of itself; of differences that come near 0, within 1e-9 of what is subtracted, and it prints which.

**What it costs.** Recursive indicators take the same for any window. Windows are put together from their halves, for
neighbouring bars side by side in vectors: about log2(window) operations a bar, so that a window of 1,000 bars takes two
to three times as long as one of 14, and one of 100,000 up to ten times. `percentile` and `volatility_regime` sort their
values from windows of 800 on, and take the same for longer ones. Four have to look at the whole window anew for each
bar: `cci`, `ulcer` with peak = "window", `rsi` with a limited history, and `percentile` below 800. They take time in
proportion to the window: at 1,000 bars, some 5 to 30 million bars a second. `make bench ONLY=indicators` measures all
at usual windows.
]]

--- The page.
---@return string
function M.page()
  local out, told = { HEAD }, {}
  for _, family in ipairs(M.FAMILIES) do
    out[#out + 1] = ("## %s\n"):format(family[1])
    for name in family[2]:gmatch "%S+" do
      assert(tree_of.INDICATORS[name], "there is no indicator " .. name)
      told[name] = true
      add_indicator(out, name)
    end
  end
  for _, name in ipairs(tree_of.indicator_names) do
    assert(told[name], name .. " is in no family of docs/generate_indicators.lua")
  end
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

if arg and arg[0] and arg[0]:find "generate_indicators%.lua$" then io.write(M.page()) end

return M
