-- SPDX-License-Identifier: MIT
-- The shell of a report: one HTML file that holds all it needs and asks no network for anything.
--
-- What others wrote (names, labels) reaches a page through M.escape or the JSON of its data, and in no other way.
local assets = require "banyan.report.assets"
local json = require "banyan.json"
local text_of = require "banyan.text"

local M = {}

-- Nothing is loaded and nothing is sent: only what stands in the file itself.
local POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
  .. "base-uri 'none'; form-action 'none'"

--- What every report has within its first bytes, and no other file.
M.MARK, M.MARK_WITHIN = '<meta name="generator" content="banyan">', 1024

local DIGITS = 7 -- of a number that a chart or a table takes from the data

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

--- Text as it may stand in an element or in an attribute in quotes.
---@param text any
---@return string
function M.escape(text)
  return (text_of.valid_utf8(tostring(text)):gsub("[%c\127]", " "):gsub("[&<>\"']", ENTITIES))
end

--- Fills "{name}" in a template with fields, escaped; "{{name}}" takes a field as the HTML that it is.
---@param template string
---@param fields table<string, any>
---@return string
function M.fill(template, fields)
  return (template:gsub("{({?)([%w_]+)}(}?)", function(open, name, close)
    local value = fields[name]
    if value == nil then error(("no field '%s'"):format(name)) end
    return open == "{" and close == "}" and tostring(value) or M.escape(value)
  end))
end

-- JSON that no parser of HTML can take for the end of its element.
local function data_text(data)
  return (json.encode(data, { digits = DIGITS }):gsub("<", "\\u003c"))
end

local function scripts_html(page)
  local parts = {}
  local function add(name) parts[#parts + 1] = ("<script>\n%s</script>\n"):format(assets.text(name)) end
  if page.charts then add(assets.CHART_LIBRARY) end
  add "report/page.js"
  add "report/grid.js"
  if page.charts then add "report/charts.js" end
  for _, name in ipairs(page.scripts or {}) do add(name) end
  return table.concat(parts)
end

local function style_html(page)
  local parts = { assets.text "report/page.css" }
  for _, name in ipairs(page.styles or {}) do parts[#parts + 1] = assets.text(name) end
  return table.concat(parts, "\n")
end

local SECTION = [[
<section class="card" id="{id}" aria-labelledby="{id}-title">
<h2 id="{id}-title">{title}</h2>
{{html}}
</section>
]]

local PAGE = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{{mark}}
<meta http-equiv="Content-Security-Policy" content="{{policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{{style}}
</style>
<script>
{{theme}}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<nav aria-label="Sections"><ul>{{nav}}</ul></nav>
<button type="button" id="theme" class="quiet" hidden></button>
</header>
<main id="main" tabindex="-1">
<div class="head">
<h1><bdi>{title}</bdi></h1>
{{lead}}
</div>
<noscript><p class="notice">Charts, sorting and filters need JavaScript, which is off.</p></noscript>
{{body}}
</main>
<footer>{{footer}}</footer>
<script type="application/json" id="data">{{data}}</script>
{{scripts}}
</body>
</html>
]]

---@class banyan.Page
---@field title string as plain text
---@field lead string? HTML under the title
---@field sections { id: string, title: string, html: string, nav: string? }[] title and nav (a short title) as plain
--- text; without html a section is left out
---@field data table? what banyan.data is for the scripts
---@field charts boolean? whether the chart library is needed
---@field styles string[]? further assets
---@field scripts string[]? further assets, run in this order
---@field footer string? HTML

--- The page as one text.
---@param page banyan.Page
---@return string
function M.html(page)
  local nav, body = {}, {}
  for _, section in ipairs(page.sections) do
    if section.html then
      nav[#nav + 1] = M.fill('<li><a href="#{id}">{title}</a></li>',
        { id = section.id, title = section.nav or section.title })
      body[#body + 1] = M.fill(SECTION, section)
    end
  end
  return M.fill(PAGE, { mark = M.MARK, policy = POLICY, title = page.title, style = style_html(page),
    theme = assets.text "report/theme.js", nav = table.concat(nav), lead = page.lead or "",
    body = table.concat(body), footer = page.footer or "", data = data_text(page.data or {}),
    scripts = scripts_html(page) })
end

return M
