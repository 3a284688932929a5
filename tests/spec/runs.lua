-- SPDX-License-Identifier: MIT
-- Runs of strategies that specs write, on the simulated market: what was held, day by day.
local assert = require "luassert"
local cjson = require "cjson"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local M = {}

local HEAD = 'local b = require "banyan"\n'

--- A script that returns a strategy.
---@param node string Lua text of the node, with settings behind it if any
---@param preparation string? what stands in front
---@return string path
function M.script(node, preparation)
  return sweeps.script(("%s%s\nreturn b.strategy { name = 'x', %s }"):format(HEAD,
    preparation or "", node))
end

---@class spec.Run
---@field json table what `run --json` says
---@field dates string[]
---@field equity number[]
---@field held table<string, table<string, number>> day -> ticker -> target weight

--- Runs a script with further words.
---@return spec.Run
function M.of_script(script, ...)
  local folder = helper.scratch()
  local words = { "run", script, "--json", "--weights", folder .. "/w.csv", "--equity",
    folder .. "/e.csv", ... }
  local out, err, code = simulated.run(words)
  assert(code == 0, err)
  local run = { json = cjson.decode(out), dates = {}, equity = {}, held = {} }
  for day, value in helper.read(folder .. "/e.csv"):gmatch "(%d+%-%d+%-%d+),([^\n]+)" do
    run.dates[#run.dates + 1], run.equity[#run.equity + 1] = day, tonumber(value)
    run.held[day] = {}
  end
  for day, ticker, weight in helper.read(folder .. "/w.csv"):gmatch
    "(%d+%-%d+%-%d+),([^,\n]+),([^,\n]+)" do
    run.held[day][ticker] = tonumber(weight)
  end
  assert(#run.dates > 100)
  return run
end

--- Runs a node, with settings behind it if any.
---@return spec.Run
function M.of(node, ...)
  return M.of_script(M.script(node), ...)
end

--- Raises unless two runs held the same on the same days.
function M.same(wanted, got, tolerance)
  assert.same(wanted.dates, got.dates)
  for i, day in ipairs(wanted.dates) do
    for ticker, weight in pairs(wanted.held[day]) do
      local other = got.held[day][ticker] or 0
      assert(math.abs(weight - other) <= (tolerance or 0),
        ("%s %s: %.17g instead of %.17g"):format(day, ticker, other, weight))
    end
    for ticker in pairs(got.held[day]) do assert(wanted.held[day][ticker], day .. " " .. ticker) end
    assert(math.abs(got.equity[i] / wanted.equity[i] - 1) <= math.max(tolerance or 0, 1e-12), day)
  end
end

--- Raises unless each day's holdings are what `wanted(day, month, i)` gives, { TICKER = weight }.
function M.holds(run, wanted, tolerance)
  for i, day in ipairs(run.dates) do
    local expected = wanted(day, tonumber(day:sub(6, 7)), i)
    for ticker, weight in pairs(expected) do
      local got = run.held[day][ticker] or 0
      assert(math.abs(got - weight) <= (tolerance or 1e-12),
        ("%s %s: %.17g instead of %.17g"):format(day, ticker, got, weight))
    end
    for ticker, weight in pairs(run.held[day]) do
      assert(expected[ticker], ("%s holds %s %.17g"):format(day, ticker, weight))
    end
  end
end

return M
