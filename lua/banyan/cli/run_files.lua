-- SPDX-License-Identifier: MIT
-- The files that a run writes beside its tear sheet.
local attribution = require "banyan.attribution"
local failure = require "banyan.failure"
local metrics_of = require "banyan.metrics"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"

local M = {}

local function write_weights(path, run)
  output.file(path, function(put)
    put "date,ticker,weight\n"
    for i = 1, run.days do
      local date = run:date(i)
      for _, each in ipairs(run:weights(i)) do
        put(("%s,%s,%s\n"):format(date, print_.csv(each[1]), print_.exact(each[2])))
      end
    end
  end)
end

local function write_equity(path, run)
  output.file(path, function(put)
    put "date,equity\n"
    for i = 1, run.days do
      put(("%s,%s\n"):format(run:date(i), print_.exact(run:equity(i))))
    end
  end)
end

local function write_branches(path, run)
  local found = attribution.of(run)
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
  output.file(path, function(put)
    put "date,sharpe,volatility,beta\n"
    for i = window - 1, given.count - 1 do -- return i ends on session i + 2, counted from 1
      put(("%s,%s,%s,%s\n"):format(run:date(i + 2), print_.exact(rolling.sharpe[i]),
        print_.exact(rolling.volatility[i]), rolling.beta and print_.exact(rolling.beta[i]) or ""))
    end
  end)
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
