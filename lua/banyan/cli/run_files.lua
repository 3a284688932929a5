-- SPDX-License-Identifier: MIT
-- The files that a run writes beside its tear sheet.
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local metrics_of = require "banyan.metrics"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

-- What the first column of a file is called, and what it has of a session: its day; of bars that are shorter, when they
-- began.
local function sessions_of(run)
  if run.timeframe == "1d" then return "date", function(i) return run:date(i) end end
  return "time", function(i) return dates.format_utc(run.report.time[i - 1]) end
end

local function write_weights(path, run)
  local column, at = sessions_of(run)
  output.file(path, function(put)
    put(column .. ",ticker,weight\n")
    for i = 1, run.days do
      local date = at(i)
      for _, each in ipairs(run:weights(i)) do
        put(("%s,%s,%s\n"):format(date, print_.csv(each[1]), print_.exact(each[2])))
      end
    end
  end)
end

local function write_equity(path, run)
  local column, at = sessions_of(run)
  output.file(path, function(put)
    put(column .. ",equity\n")
    for i = 1, run.days do
      put(("%s,%s\n"):format(at(i), print_.exact(run:equity(i))))
    end
  end)
end

local function write_branches(path, run)
  local found = require "banyan.attribution".of(run)
  output.file(path, function(put)
    local function row(...)
      local cells = { ... }
      for i = 1, select("#", ...) do cells[i] = cells[i] == nil and "" or print_.csv(cells[i]) end
      put(table.concat(cells, ",") .. "\n")
    end
    local function share(value) return value and print_.exact(value) end
    row("node", "parent", "level", "kind", "label", "id", "ticker", "days", "log_return", "turnover",
      "drawdown_share", "dead")
    for i, each in ipairs(found.nodes) do
      row(i, each.parent, each.level, each.kind, each.label, each.id, each.ticker, each.days,
        print_.exact(each.log_return), print_.exact(each.turnover), share(each.drawdown_share),
        each.dead and 1 or 0)
    end
    local drawdown = found.drawdown or {}
    row(nil, nil, nil, "costs", "trading", nil, nil, nil, print_.exact(found.costs), nil,
      share(drawdown.costs), nil)
    row(nil, nil, nil, "cash", "interest on what no node holds, and on debt", nil, nil, nil,
      print_.exact(found.cash), nil, share(drawdown.cash), nil)
  end)
end

local function write_rolling(path, run, window)
  local given = run.report.given
  if given.count < window then
    failure.fail("USAGE", "--rolling: a window of %d returns, and the run has %d; take a smaller one with "
      .. "--rolling-window", window, given.count)
  end
  local rolling = metrics_of.rolling(given, window)
  local column, at = sessions_of(run)
  output.file(path, function(put)
    put(column .. ",sharpe,volatility,beta\n")
    for i = window - 1, given.count - 1 do -- return i ends on session i + 2, counted from 1
      put(("%s,%s,%s,%s\n"):format(at(i + 2), print_.exact(rolling.sharpe[i]),
        print_.exact(rolling.volatility[i]), rolling.beta and print_.exact(rolling.beta[i]) or ""))
    end
  end)
end

local OPTIONS = { "weights", "equity", "branches", "rolling" }

--- Whether one of the files is standard output, which then has nothing else.
---@param options table<string, any>
---@return boolean
function M.on_stdout(options)
  local taken = options.json and "--json" or nil
  for _, name in ipairs(OPTIONS) do
    if options[name] == output.STDOUT then
      if taken then
        failure.fail("USAGE", "%s and --%s -: standard output takes one of them; name a file for --%s", taken, name,
          name)
      end
      taken = ("--%s -"):format(name)
    end
  end
  return taken ~= nil and taken ~= "--json"
end

--- Writes the files that --weights, --equity, --branches and --rolling ask for.
---@param run banyan.Run
---@param options table<string, any>
function M.write(run, options)
  if options.weights then write_weights(options.weights, run) end
  if options.equity then write_equity(options.equity, run) end
  if options.branches then write_branches(options.branches, run) end
  if options.rolling then write_rolling(options.rolling, run, options.rolling_window) end
end

return M
