-- SPDX-License-Identifier: MIT
-- Makes docs/metrics.md from the lists of metrics and the comments beside them, in engine/metrics.h and
-- engine/report_*.h: `banyan lua docs/generate_metrics.lua > docs/metrics.md`, from the top of the sources.
local C = require "ffi".C
local lists = require "banyan.lists"
local metrics_of = require "banyan.metrics"
local results_of = require "banyan.results"

local M = {}

local HEADERS = { "ratios", "tails", "drawdowns", "calendar", "benchmark", "positions" }

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

-- The lines " * name  formula" of a header's comments, and what goes on below them: name -> { formula =, needs =,
-- others = }.
local function entries_of(path, known)
  local entries, last = {}, nil
  for line in read(path):gmatch "[^\n]+" do
    local text = line:match "^ %*(.*)$" or line:match "^/%*(.*)$"
    local name, formula = (text or ""):match "^ ([%w_]+) +(%S.*)$"
    if known[name or ""] then
      last = { text = formula }
      entries[name] = last
    elseif last and text and text:find "^    " then
      last.text = last.text .. "\n" .. text:match "^%s*(.*)$"
    else
      last = nil
    end
  end
  for _, entry in pairs(entries) do
    local formula, notes = entry.text:match "^(.-)\n| (.*)$"
    assert(formula, path .. " does not say what is needed for: " .. entry.text)
    local needs, others = notes:gsub("\n", " "):match "^(.-)%.%f[%s%z]%s*(.*)$"
    entry.formula, entry.needs, entry.others = formula:gsub("\n", " "), needs, others
  end
  return entries
end

-- What stands in front of the first name, where anything does.
local function preface_of(path, known)
  local text = read(path):match "#define BY_REPORT_%u+_H.-\n/%* (.-)%*/"
  if known[text:match "^[%w_]+"] then return nil end
  return (text:match "^(.-)\n %*\n":gsub("\n %* ", " "))
end

-- Text of a comment within a table of Markdown.
local function cell(text)
  return (text:gsub("|", "\\|"):gsub("<", "&lt;"):gsub("%*", "\\*"):gsub("_", "\\_"))
end

local function sentence(text)
  return text:sub(1, 1):upper() .. text:sub(2)
end

local BETTER = { [1] = "higher", [-1] = "lower", [0] = "" }

local function add_table(out, list, entries, path)
  out[#out + 1] = "| name | title | unit | better | formula | needs | other programs |"
  out[#out + 1] = "|---|---|---|---|---|---|---|"
  for _, metric in ipairs(list) do
    local entry = assert(entries[metric.name], ("%s says nothing of %s"):format(path, metric.name))
    out[#out + 1] = ("| `%s` | %s | %s | %s | %s | %s | %s |"):format(metric.name, cell(metric.title),
      metric.unit, BETTER[metric.direction], cell(entry.formula), cell(entry.needs), cell(entry.others))
  end
  out[#out + 1] = ""
end

local UNITS = { sharpe = "ratio", sortino = "ratio", calmar = "ratio", skewness = "ratio",
  kurtosis = "ratio", longest_drawdown_days = "sessions", trade_days = "sessions", trades = "count" }

local HEAD = [[
<!-- Made by docs/generate_metrics.lua from engine/metrics.h and engine/report_*.h; `make docs` makes it anew. -->

# Metrics

What banyan measures of a backtest, or of any series of returns. A sweep keeps the 17 of the first table for each
combo; `banyan run`, `banyan show` and `b.metrics` give all of them.

```console
$ banyan run strategies/tqqq_ftlt.lua --benchmark SPY --rf 0.02 | head -n 9
TQQQ For The Long Term V2 (242% RR/46.1% Max DD)
SIMULATED prices: these numbers say nothing about any market
2014-10-16 to 2023-12-29, 2,318 days, dataset sim/all
params: rsi_window=10 overbought=79 average_window=200
in excess of a risk-free rate of 2.00%

  return                                   SPY    risk                                          SPY
  total return                  296.5%  105.0%    volatility                          50.4%   14.3%
  CAGR                           16.2%    8.1%    max drawdown                       -81.2%  -29.9%
```

- `--benchmark SYMBOL` takes the closes of a symbol of the same dataset, on the sessions of the run.
- `--rf RATE` is a risk-free rate of a year. It changes `sharpe` and `sortino`, too (a sweep's are those of 0).
- `--from` and `--to` choose the period, `--full` prints every metric.
- `--rolling F.csv` writes Sharpe ratio, volatility and beta of a window of `--rolling-window` returns (126).
- `--json` has all of it: `metrics`, `benchmark`, `years`, `months`, and the 10 deepest `drawdowns`. A drawdown
  starts with the first session below the peak and ends with the one that is back at it (`null` while it is open);
  its `days` are of the calendar.

On plain arrays of returns,

```lua
local b = require "banyan"
local m = b.metrics({ 0.01, -0.02, 0.015 }, { benchmark = { 0.005, -0.01, 0.01 }, rf = 0.02, periods = 252,
  dates = { "2020-01-02", "2020-01-03", "2020-01-06" } })
print(m.sharpe, m.beta, m.years[1].value, m.drawdowns[1].depth)
```

and of a backtest in a script:

```lua
local b = require "banyan"
local run = b.run(b.strategy { name = "halves", b.equal { "SPY", "TLT" } }, { benchmark = "SPY", rf = 0.02 })
print(run.metrics.sharpe, run.metrics.beta, run.benchmark.metrics.sharpe, #run.returns)
```

What needs dates or a benchmark is left out without them. NaN is the value of what is not defined (no returns, no
deviation, no loss, ...), never infinity or the noise of rounding; in JSON it is null.

## How to read the formulas

- `r`, `n`: the returns, and how many. One that is missing (NaN) counts as 0.
- `rf`, `f`: the risk-free rate of a year, and that of a period: `(1 + rf) ^ (1 / P) - 1`. `e` is `r - f`.
- `P`: periods in a year, 252 for sessions.
- `V`: `prod(1 + r)`, the equity from 1; alone it is that of all returns.
- `sd`, `var`, `cov`: of a sample (`n - 1`). `sd`, skewness and the like are 0 or not defined of returns that do not
  differ.
- Each period counts where it is above (below) 0 as a win (loss).

The column "needs" says what has to be there for a value. "Same" is proved by the tests, to 1e-9 (1e-8
for the kurtosis and the smart Sharpe ratio), against QuantStats 0.0.81, empyrical-reloaded 0.5.10, ffn 1.2.0 and
PerformanceAnalytics 2.1.0, on 12 series; they print a table of all values that differ, with the reason.

Faults of QuantStats that are not copied: its probabilistic Sharpe ratio; the autocorrelation of the strategy in the
smart ratios of the benchmark; averages of wins and losses that change with a benchmark; a drawdown from the first
return on that it does not find; a growth rate after more than everything is lost (`cagr` is NaN then); the annual
rate taken off every day (`rar`); prices guessed from the size of returns.
]]

--- The page.
---@return string
function M.page()
  local out = { HEAD, "## The metrics of a sweep", "" }
  local known, list = {}, {}
  for m, metric in ipairs(results_of.METRICS) do
    known[metric.name] = true
    list[m] = { name = metric.name, title = metric.title, unit = UNITS[metric.name] or "fraction",
      direction = C.by_metric_direction(m - 1) }
  end
  add_table(out, list, entries_of("engine/metrics.h", known), "engine/metrics.h")
  for _, metric in ipairs(metrics_of.LIST) do known[metric.name] = true end
  for g, title in ipairs(metrics_of.GROUPS) do
    local path, group = ("engine/report_%s.h"):format(HEADERS[g]), {}
    for _, metric in ipairs(metrics_of.LIST) do
      if metric.group == g then group[#group + 1] = metric end
    end
    out[#out + 1] = "## " .. sentence(title)
    out[#out + 1] = ""
    local preface = preface_of(path, known)
    if preface then lists.append(out, { preface, "" }) end
    add_table(out, group, entries_of(path, known), path)
  end
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

if arg and arg[0] and arg[0]:find "generate_metrics%.lua$" then io.write(M.page()) end

return M
