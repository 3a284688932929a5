-- SPDX-License-Identifier: MIT
-- The tree of a run's report: how often and how profitably each branch was used, as the columns that its script draws.
local json = require "banyan.json"
local page = require "banyan.report.page"
local print_ = require "banyan.print"

local M = {}

-- Texts that repeat are kept once; columns have their places, from 0.
local function pool()
  local texts, place = json.array {}, {}
  return texts, function(text)
    if not place[text] then
      texts[#texts + 1] = text
      place[text] = #texts - 1
    end
    return place[text]
  end
end

--- The nodes of a tree as columns of one length, parents before their children.
---@param attribution table of banyan.attribution
---@param sessions integer
---@return table
function M.data(attribution, sessions)
  local data, nodes = { sessions = sessions, total = attribution.total }, attribution.nodes
  for _, name in ipairs { "parent", "label", "heading", "days", "log_return", "turnover", "drawdown", "leaf" } do
    data[name] = json.array {}
  end
  local texts, place_of = pool()
  for i, node in ipairs(nodes) do
    data.parent[i], data.label[i] = (node.parent or 0) - 1, place_of(node.label)
    data.heading[i] = node.heading and place_of(node.heading) or -1
    data.days[i], data.log_return[i], data.turnover[i] = node.days, node.log_return, node.turnover
    data.drawdown[i], data.leaf[i] = node.drawdown_share or 0, node.leaf and 1 or 0
  end
  data.texts = texts
  return data
end

--- Contribution to log return by ticker.
---@param attribution table
---@return table<string, number>
function M.by_ticker(attribution)
  local sums = {}
  for _, node in ipairs(attribution.nodes) do
    if node.leaf and node.ticker then sums[node.ticker] = (sums[node.ticker] or 0) + node.log_return end
  end
  return sums
end

local HTML = [[
<p>{summary}</p>
<div class="bar" id="tree-bar">
<label>Search <input type="search" id="tree-search" autocomplete="off" spellcheck="false"></label>
<label><input type="checkbox" id="tree-used"> Hide what was never used</label>
<button type="button" id="tree-open">Open all</button>
<button type="button" id="tree-close">Close all</button>
<span class="status" id="tree-status" role="status"></span>
</div>
<div class="tree" id="tree"></div>
<p class="remark">{remark}</p>
<h3>Leaves</h3>
<div id="leaves"></div>]]

--- The section, as HTML.
---@param attribution table
---@return string
function M.html(attribution)
  local leaves, dead = 0, 0
  for _, node in ipairs(attribution.nodes) do
    if node.leaf then
      leaves = leaves + 1
      if node.dead then dead = dead + 1 end
    end
  end
  local summary = ("%s, %s"):format(print_.count(#attribution.nodes, "node"),
    print_.count(leaves, "leaf", "leaves"))
  summary = summary .. (dead == 0 and "; each leaf was used."
    or ("; %s of the leaves %s never used."):format(print_.thousands(dead), dead == 1 and "was" or "were"))
  local costs = attribution.costs and math.abs(attribution.costs) > 5e-7
    and ("; trading costs took %s of it"):format(print_.percent(math.abs(attribution.costs))) or ""
  return page.fill(HTML, { summary = summary, remark = ("Contributions are parts of the log return, which was %s in "
    .. "all%s. Days are sessions on which the path to a branch was taken with a weight; the part of the worst drawdown "
    .. "is positive where a branch lost."):format(print_.percent(attribution.total), costs) })
end

return M
