-- SPDX-License-Identifier: MIT
-- The sections of a sweep's page. What stands in them without a script are words and small tables; scripts fill the
-- rest from the data.
local figures = require "banyan.report.sweep_figures"
local page = require "banyan.report.page"
local print_ = require "banyan.print"
local words = require "banyan.report.sweep_words"

local M = {}

local escape, fill = page.escape, page.fill
local PARAMS_NAMED = 12 -- under the title

local function paragraphs(list)
  local parts = {}
  for i, text in ipairs(list) do parts[i] = "<p>" .. escape(text) .. "</p>" end
  return table.concat(parts, "\n")
end

-- A remark; what stands in backticks is for typing.
local function remark(text, ...)
  return '<p class="remark">' .. escape(text:format(...)):gsub("`(.-)`", "<code>%1</code>") .. "</p>"
end

local function select(id, label)
  return fill('<label>{label} <select id="{id}" autocomplete="off"></select></label>', { id = id, label = label })
end

local function bar(...)
  return '<div class="bar">' .. table.concat({ ... }) .. "</div>"
end

local function chart(id, label, kind)
  return fill('<div class="chart {kind}"><canvas id="{id}" role="img" aria-label="{label}"></canvas></div>',
    { id = id, label = label, kind = kind or "" })
end

-- In short -----------------------------------------------------------------------------------------

local FINDING = [[
<div><h3>{question}</h3>
<p>{{verdict}}{found}</p></div>]]

local function short_html(summary)
  local findings, caveats = words.luck(summary)
  local parts = { paragraphs(words.best(summary)), '<div class="findings">' }
  for _, each in ipairs(findings) do
    parts[#parts + 1] = fill(FINDING, { question = each.question, found = each.found,
      verdict = each.verdict and "<strong>" .. escape(each.verdict) .. "</strong> " or "" })
  end
  parts[#parts + 1] = "</div>"
  parts[#parts + 1] = remark("%s", table.concat(caveats, " "))
  return table.concat(parts, "\n")
end

-- Combos -------------------------------------------------------------------------------------------

local function rows_remark(summary)
  local rows, rank = summary.rows, summary.columns.metrics[summary.columns.rank]
  if rows.all then
    return summary.failed == 0 and "All combos." or ("All combos but %s without a session.")
      :format(print_.thousands(summary.failed))
  end
  return ("%s of %s: the best by %s, one of each behaviour; the best by other metrics and the front of return "
    .. "against drawdown; and a sample of the rest, spread evenly over the ranking. `banyan export` writes all.")
    :format(print_.thousands(#rows.list), print_.count(rank.defined, "combo"), rank.title)
end

local function combos_html(summary)
  local combos = summary.columns.combos
  local alike = combos:behaviours().distinct + summary.failed < combos.count
  return remark("%s%s", rows_remark(summary),
    alike and " Alike are combos that hold the same on the same days, this one included." or "")
    .. '<div id="combos-table"></div>'
end

-- Pictures -----------------------------------------------------------------------------------------

local function left_out_text(summary)
  local maps = summary.maps
  if maps.left_out == 0 then return "" end
  return (" The maps are of the %d params that explain most of the spread; %d others have none."):format(
    #maps.params, maps.left_out)
end

local function map_html(summary)
  if #summary.maps.params < 2 then return nil end
  local binned = ""
  for _, bins in ipairs(summary.maps.bins) do
    if not bins.whole then
      binned = (" Params with more than %d values are shown in bins of neighbouring ones."):format(summary.maps.side)
    end
  end
  return bar(select("map-across", "Across"), select("map-down", "Down"), select("map-metric", "Metric"),
    select("map-statistic", "Cells show")) .. '<div id="map-picture"></div>'
    .. remark("Each cell has the best, the median or the worst of all combos with these two values, over all values "
      .. "of the other params. A good patch says more than a good cell.%s%s", binned, left_out_text(summary))
end

local function params_html(summary)
  if #summary.params == 0 then return nil end
  return bar(select("effect-param", "Param"), select("effect-metric", "Metric"))
    .. chart("effect-chart", "Median, quartiles, best and worst of the metric by the value of the param")
    .. '<details><summary>As a table</summary><div id="effect-table"></div></details>'
    .. (#summary.params > 1 and "<h3>How much each param explains</h3>" .. '<div id="effect-weights"></div>'
      .. remark("The part of the spread of the metric over all combos that goes with the values of one param alone, "
        .. "whatever the others are (epsilon squared). What is missing to 100%% is what params do together.") or "")
end

local function parallel_html(summary)
  if #summary.params == 0 or #summary.rows.list < 2 then return nil end
  return '<div class="bar" id="parallel-bar"></div>'
    .. chart("parallel-chart", "Each combo of the table as a line through its params and metrics", "tall")
    .. '<p class="status" id="parallel-status" role="status"></p>'
    .. remark("Each line is a combo of the table above; an axis goes from the lowest value at the bottom to the "
      .. "highest, params in equal steps from value to value. Keep lines with ranges on any of the axes.")
end

local function front_html(summary)
  if #summary.rows.front == 0 then return nil end
  return chart("front-chart", "CAGR against max drawdown of the combos, and the front that no combo beats in both",
    "tall") .. remark("%s on the front: no other combo has more return without a deeper drawdown. The cloud has one "
      .. "combo for each spot that any combo lies on.", print_.count(#summary.rows.front, "behaviour is",
      "behaviours are")) .. '<details><summary>The front as a table</summary><div id="front-table"></div></details>'
end

local function spread_html(summary)
  if summary.columns.metrics[summary.columns.rank].defined < 2 then return nil end
  return bar(select("spread-metric", "Metric"))
    .. chart("spread-chart", "How many combos have which value of the metric; where the best lies")
    .. '<p class="remark" id="spread-remark"></p>'
end

local function halves_html(summary)
  local luck, parts = summary.luck, { '<div class="pair"><div><h3>Each combo: first half, second half</h3>' }
  local function add(...)
    for _, part in ipairs { ... } do parts[#parts + 1] = part end
  end
  if summary.halves then
    add(chart("halves-chart", "Sharpe of the combos in the first half of the time, across, and in the second, up"))
  end
  add("<p>" .. escape(words.halves(summary)) .. "</p></div>")
  if luck.cscv then
    add("<div><h3>Each split: where chosen, elsewhere</h3>",
      chart("splits-chart", "Sharpe of the chosen combo in sample, across, and out of sample, up, of all splits"),
      remark("%s ways of cutting the time into two halves (CSCV). A dot is the combo that was best in one half, with "
        .. "its Sharpe in the other; larger dots are more splits. On the dashed line both would be the same.",
        print_.thousands(luck.cscv.splits)), "</div>",
      "<div><h3>Where the chosen one comes out</h3>",
      chart("places-chart", "In how many splits the combo chosen in one half comes out at which place in the other",
        "middle"),
      remark("Skill piles up at the right, luck is spread evenly, and at the left lies what paid in one half alone. "
        .. "Left of the middle counts as overfitting: %s of all splits.", print_.percent(luck.cscv.pbo, 0)), "</div>")
  end
  add("</div>")
  if summary.walk then
    add("<h3>Walking forward</h3>", figures.windows(summary.walk), remark("%s", words.windows(summary.walk)))
  end
  return table.concat(parts, "\n")
end

--- The section of the equity, which comes last, since its bars may be gone.
---@param summary banyan.SweepSummary
---@return string
function M.equity(summary)
  if not summary.equity then
    return "<p>" .. escape(words.sentence("not drawn: " .. (summary.no_equity or ""):gsub("%.$", ""))) .. "</p>"
  end
  return '<div class="bar" id="equity-bar"></div>'
    .. chart("equity-chart", "Equity of the best combos as growth of 1", "tall")
    .. '<div id="equity-table"></div>'
    .. remark("Growth of 1 from the first session that all of these have, %s. `--combo N` adds others.",
      print_.count(summary.equity.sessions, "session"))
end

local function lead_of(summary)
  local d, params = summary.results.description, {}
  for p, param in ipairs(d.params) do params[p] = ("%s (%d)"):format(param.name, #param.values) end
  local lead = ("A sweep of %s%s, %s to %s, dataset %s, ranked by %s."):format(
    print_.count(summary.columns.count, "combo"),
    #params > PARAMS_NAMED and (" over %d params"):format(#params)
      or #params > 0 and " over " .. table.concat(params, ", ") or "", d.from, d.to, d.dataset,
    summary.columns.metrics[summary.columns.rank].title)
  return "<p>" .. escape(lead) .. "</p>" .. (d.simulated
    and '<p class="notice">Simulated prices: these numbers say nothing about any market.</p>' or "")
end

--- Title, lead and sections; that of the equity has no HTML yet.
---@param summary banyan.SweepSummary
---@param directory string
---@return { title: string, lead: string, sections: table[], equity: table }
function M.of(summary, directory)
  local equity = { id = "equity", title = "Equity of the best", nav = "Equity" }
  return { title = summary.results.description.strategy, lead = lead_of(summary) .. figures.tiles(summary),
    equity = equity, sections = {
      { id = "short", title = "What the best is, and how much of it is likely luck", nav = "In short",
        html = short_html(summary) },
      { id = "combos", title = "Combos", html = combos_html(summary) },
      equity,
      { id = "map", title = "Two params at once", nav = "Heat map", html = map_html(summary) },
      { id = "params", title = "What each param does", nav = "Params", html = params_html(summary) },
      { id = "parallel", title = "Params and metrics side by side", nav = "Parallel", html = parallel_html(summary) },
      { id = "front", title = "Return against drawdown", nav = "Front", html = front_html(summary) },
      { id = "spread", title = "All combos by one metric", nav = "Distribution", html = spread_html(summary) },
      { id = "halves", title = "In sample and out of sample", nav = "Out of sample", html = halves_html(summary) },
      { id = "luck", title = "Overfitting statistics", nav = "Luck", html = figures.luck(summary) },
      { id = "sweep", title = "This sweep", nav = "Sweep", html = figures.about(summary, directory) },
    } }
end

return M
