-- SPDX-License-Identifier: MIT
-- The report of a sweep.
local data_of = require "banyan.report.sweep_data"
local failure = require "banyan.failure"
local output = require "banyan.cli.output"
local page = require "banyan.report.page"
local reopen = require "banyan.sweep.reopen"
local sections = require "banyan.report.sweep_sections"
local summary_of = require "banyan.report.sweep_summary"

local M = {}

local SCRIPTS = { "report/sweep.js", "report/sweep_table.js", "report/sweep_map.js", "report/sweep_params.js",
  "report/sweep_parallel.js", "report/sweep_points.js", "report/sweep_spread.js", "report/sweep_equity.js" }

-- Options of a run, which a sweep that is done does not take.
local OF_RUNS = { "param", "from", "to", "rebalance", "fill", "costs", "slippage", "option", "dataset", "timeframe",
  "fresh", "benchmark", "rf" }

local function check_options(directory, options)
  for _, name in ipairs(OF_RUNS) do
    if options[name] ~= nil then
      failure.fail("USAGE", "--%s is for the run of a strategy, and %s is the store of a sweep, which is shown as it "
        .. "is", name, directory)
    end
  end
end

local function html_of(reopened, options)
  local summary = summary_of.of(reopened.results, options.combo)
  local text, data = sections.of(summary, reopened.directory), data_of.of(summary)
  summary_of.add_equity(summary, reopened) -- where bars are gone, this closes the store
  if summary.no_equity then output.warn("no equity is drawn: " .. summary.no_equity) end
  text.equity.html, data.equity = sections.equity(summary), summary.equity
  return page.html { title = text.title, lead = text.lead, sections = text.sections, data = data,
    charts = true, styles = { "report/sweep.css" }, scripts = SCRIPTS,
    footer = "<p>Made by banyan. This file holds all it shows and loads nothing.</p>" }
end

--- The page of a result store.
---@param directory string
---@param options { combo: integer[]?, data: string? }
---@return string
function M.html(directory, options)
  check_options(directory, options)
  local reopened = reopen.open(directory, { data = options.data })
  local ok, html = pcall(html_of, reopened, options)
  if reopened.results.c then reopened:close() end
  if not ok then error(html, 0) end
  return html
end

return M
