-- SPDX-License-Identifier: MIT
-- The small tables of a sweep's page.
local ffi = require "ffi"
local json = require "banyan.json"
local luck_report = require "banyan.luck.report"
local page = require "banyan.report.page"
local print_ = require "banyan.print"
local words = require "banyan.report.sweep_words"

local M = {}

local escape, fill = page.escape, page.fill
local VALUES_SHOWN = 7

-- Rows of cells; of each cell whether it is a number says the letter of `align`.
local function table_html(caption, heads, rows, align, class_)
  local parts = { '<div class="scroll" tabindex="0" role="region" aria-label="', escape(caption),
    '"><table class="wide ', class_ or "", '"><caption class="unseen">', escape(caption), "</caption>" }
  local function class(i) return align:sub(i, i) == "r" and ' class="number"' or "" end
  if heads then
    parts[#parts + 1] = "<thead><tr>"
    for i, head in ipairs(heads) do
      parts[#parts + 1] = ('<th scope="col"%s>%s</th>'):format(class(i), escape(head))
    end
    parts[#parts + 1] = "</tr></thead>"
  end
  parts[#parts + 1] = "<tbody>"
  for _, row in ipairs(rows) do
    parts[#parts + 1] = "<tr>"
    for i, cell in ipairs(row) do
      parts[#parts + 1] = i == 1 and ('<th scope="row">%s</th>'):format(escape(cell))
        or ("<td%s>%s</td>"):format(class(i), escape(cell))
    end
    parts[#parts + 1] = "</tr>"
  end
  parts[#parts + 1] = "</tbody></table></div>"
  return table.concat(parts)
end

-- Tiles --------------------------------------------------------------------------------------------

local function tile(label, value, beside)
  return fill('<div><dt>{label}</dt><dd>{value}</dd><dd class="beside">{beside}</dd></div>',
    { label = label, value = value, beside = beside or "" })
end

--- The key figures under the title.
---@param summary banyan.SweepSummary
---@return string
function M.tiles(summary)
  local columns, luck, parts = summary.columns, summary.luck, {}
  local best = summary.rows.best
  local function add(...) parts[#parts + 1] = tile(...) end
  local left = {}
  if summary.failed > 0 then left[#left + 1] = print_.thousands(summary.failed) .. " without a session" end
  if summary.missing > 0 then left[#left + 1] = print_.thousands(summary.missing) .. " not done" end
  add("Combos", print_.thousands(columns.done), #left > 0 and table.concat(left, ", ")
    or print_.count(luck.trials.behaviours, "behaviour"))
  local rank = columns.metrics[columns.rank]
  local names = { rank.name }
  for _, name in ipairs { "sharpe", "cagr", "max_drawdown" } do
    if name ~= rank.name then names[#names + 1] = name end
  end
  for place = 1, 3 do
    for _, metric in ipairs(columns.metrics) do
      if metric.name == names[place] and best then
        add("Best: " .. metric.title, print_.metric(metric.name, metric.values[best]),
          place == 1 and "combo " .. print_.thousands(best + 1)
            or "median combo " .. print_.metric(metric.name, summary.medians[metric.name]))
      end
    end
  end
  local first = luck.best[1]
  if luck.cscv then add("Overfitting (PBO)", print_.fixed(luck.cscv.pbo, 2), "0.50 is drawing a lot") end
  if first and luck.cscv then
    local p = first.effective.probability
    add("Deflated Sharpe", p == p and luck_report.probability(p) or "n/a", "0.95 is asked for")
  end
  return '<dl class="tiles">' .. table.concat(parts) .. "</dl>"
end

-- Walking forward ----------------------------------------------------------------------------------

local function sixteenths(span) return ("%d to %d"):format(span.first, span.last + 1) end

--- The windows of a walk-forward analysis of the block sums.
---@param walk banyan.WalkForward
---@return string
function M.windows(walk)
  local rows = {}
  for i, step in ipairs(walk.steps) do
    local combo = step.choice.combo
    rows[i] = { sixteenths(step.train), sixteenths(step.test), combo and print_.thousands(combo) or "none",
      print_.fixed(step.in_sample.sharpe, 2), print_.fixed(step.out_of_sample.sharpe, 2),
      print_.fixed(step.choice.rivals, 2), combo and words.params(step.params) or "" }
  end
  return table_html("Windows of walking forward", { "training, of 16 parts", "test", "combo", "Sharpe in training",
    "Sharpe in test", "mean of all combos in test", "params" }, rows, "llrrrrl", "nowrap")
end

-- Luck ---------------------------------------------------------------------------------------------

local function trials_rows(rows, trials)
  local function add(name, value, meaning) rows[#rows + 1] = { name, value, meaning } end
  add("combos that take part", print_.thousands(trials.used),
    "with 32 returns, a Sharpe ratio, and half as many returns as the longest")
  add("distinct behaviours", print_.thousands(trials.behaviours),
    "combos that hold the same on the same days are one")
  if trials.used > 1 then
    add("independent trials", print_.thousands(trials.effective),
      ("what combos that earned different returns, %s, are worth, by their mean correlation of %s"):format(
        print_.thousands(trials.distinct), print_.fixed(trials.correlation, 2)))
  end
end

local function splits_rows(rows, luck)
  local cscv, year = luck.cscv, math.sqrt(luck.periods)
  if not cscv then return end
  local function add(name, value, meaning) rows[#rows + 1] = { name, value, meaning } end
  add("probability of overfitting", print_.fixed(cscv.pbo, 3),
    "share of splits in which the best of one half is not above the median in the other")
  add("probability of loss", print_.fixed(cscv.loss_probability, 3), "share in which it loses money there")
  add("Sharpe where chosen", print_.fixed(cscv.in_sample_median * year, 2), "median over the splits")
  add("Sharpe in the other half", print_.fixed(cscv.out_of_sample_median * year, 2), "median over the splits")
  add("degradation", print_.fixed(cscv.slope, 2),
    ("slope of the Sharpe in the other half on that where chosen, R² %s"):format(print_.fixed(cscv.r_squared, 2)))
end

local function best_rows(rows, best)
  local function add(name, value, meaning) rows[#rows + 1] = { name, value, meaning } end
  local function probability(p) return p == p and luck_report.probability(p) or "n/a" end
  local effective, all = best.effective, best.all
  add("Sharpe of the best", print_.fixed(best.sharpe, 2), ("over %s years, skewness %s, excess kurtosis %s"):format(
    print_.fixed(best.years, 1), print_.fixed(best.skewness, 2), print_.fixed(best.excess_kurtosis, 1)))
  if effective.trials <= 1 then
    add("probabilistic Sharpe", probability(best.probability), "that its true Sharpe is above 0")
    add("minimum track record", print_.fixed(best.track_years, 1) .. " years", "to be 95% sure of that")
    return
  end
  add("Sharpe by luck", print_.fixed(effective.threshold, 2),
    ("expected of the best of the independent trials without skill, of a spread of %s; of all combos %s"):format(
      print_.fixed(effective.deviation, 2), print_.fixed(all.threshold, 2)))
  add("deflated Sharpe", probability(effective.probability),
    ("probability that the true Sharpe is above that; with all combos as trials %s"):format(
      probability(all.probability)))
  add("minimum backtest length", print_.fixed(effective.years, 1) .. " years",
    ("with less, so many trials without skill may well show such a Sharpe; with all combos as trials %s"):format(
      print_.fixed(all.years, 1)))
  add("probabilistic Sharpe", probability(best.probability),
    "that its true Sharpe is above 0, had it been the only trial")
  add("minimum track record", print_.fixed(best.track_years, 1) .. " years", "to be 95% sure of that")
end

--- All overfitting statistics with what they mean.
---@param summary banyan.SweepSummary
---@return string
function M.luck(summary)
  local rows, luck = {}, summary.luck
  trials_rows(rows, luck.trials)
  splits_rows(rows, luck)
  if luck.best[1] then best_rows(rows, luck.best[1]) end
  return table_html("Overfitting statistics", { "statistic", "value", "what it says" }, rows, "lrl")
    .. '<p class="remark">Sharpe ratios are annual. <code>banyan stats</code> adds tests of daily returns and walking '
    .. "forward in windows of sessions; docs/luck.md has the formulas and their sources.</p>"
end

-- About --------------------------------------------------------------------------------------------

local function values_text(param)
  local parts, n = {}, #param.values
  for i = 1, math.min(n, VALUES_SHOWN) do parts[i] = print_.value(param.values[i]) end
  if n > VALUES_SHOWN then
    parts[VALUES_SHOWN - 1], parts[VALUES_SHOWN] = "…", print_.value(param.values[n])
  end
  return table.concat(parts, ", ")
end

local function setting(value)
  return type(value) == "table" and value.param and "param " .. value.param or tostring(value)
end

local function settings_text(settings)
  local parts = { "rebalance " .. (settings.rebalance == "none" and settings.corridor ~= json.null
    and "corridor " .. setting(settings.corridor) or setting(settings.rebalance)),
    "fill " .. setting(settings.fill) }
  local costs = settings.costs or {}
  parts[#parts + 1] = "costs " .. setting(costs.profile)
  parts[#parts + 1] = "slippage " .. setting(costs.slippage)
  return table.concat(parts, ", ")
end

local function identity_of(results, wanted)
  for line in ffi.string(results.header.identity):gmatch "[^\n]+" do
    local key, value = line:match "^(%S+) (.*)$"
    if key == wanted then return value end
  end
end

local function space_text(results)
  local search, sample = results.description.search, identity_of(results, "sample")
  if type(search) == "string" then return "asked for by a search: " .. search end
  return sample and "a sample: " .. sample or "all of the grid that the sweep allows"
end

local function combos_text(summary)
  local parts = { print_.thousands(summary.columns.count), print_.thousands(summary.columns.done) .. " done" }
  if summary.failed > 0 then
    parts[#parts + 1] = print_.thousands(summary.failed) .. " without a session"
  end
  if summary.missing > 0 then parts[#parts + 1] = print_.thousands(summary.missing) .. " not done yet" end
  return table.concat(parts, ", ")
end

--- What was swept, over what, and how.
---@param summary banyan.SweepSummary
---@param directory string
---@return string
function M.about(summary, directory)
  local results, rows = summary.results, {}
  local d = results.description
  for _, row in ipairs { { "strategy", d.strategy }, { "store", directory }, { "combos", combos_text(summary) },
    { "space", space_text(results) }, { "ranked by", summary.columns.metrics[summary.columns.rank].title },
    { "sessions", ("%s to %s, bars of %s"):format(d.from, d.to, d.timeframe) },
    { "dataset", d.dataset .. (d.simulated and ", simulated" or "") },
    { "settings", type(d.settings) == "table" and settings_text(d.settings) or "" },
    { "engine", "version " .. (identity_of(results, "engine") or "?") .. " of banyan's numbers" } } do
    rows[#rows + 1] = row
  end
  local params = {}
  for p, param in ipairs(d.params) do
    params[p] = { param.name, print_.thousands(#param.values),
      param.default ~= nil and param.default ~= json.null and print_.value(param.default) or "", values_text(param) }
  end
  return table_html("This sweep", nil, rows, "ll") .. (#params > 0 and "<h3>Params</h3>"
    .. table_html("Params", { "param", "values", "as written", "which" }, params, "lrrl") or "")
end

return M
