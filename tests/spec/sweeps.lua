-- SPDX-License-Identifier: MIT
-- Sweeps in specs: scripts in a scratch folder, and the rows of their stores.
local cjson = require "cjson"
local helper = require "spec.helper"

local M = {}

--- Writes a script into a folder of its own.
---@return string path
function M.script(text, name)
  return helper.write(helper.scratch() .. "/" .. (name or "sweep.lua"), text)
end

--- The text of a sweep that takes a while: 40 * 41 combos for each value of a third param.
---@param calm string its values, as Lua
---@return string
function M.long(calm)
  return ([[
local b = require "banyan"
local window = b.param("window", 10, b.range(2, 41))
local hot = b.param("hot", 70, b.range(50, 90))
local calm = b.param("calm", 1, %s)
local nodes = {}
for _, ticker in ipairs { "SPY", "QQQ", "IWM", "XLK" } do
  for k = 0, 3 do
    nodes[#nodes + 1] = b.when(b.rsi(ticker, window + k):gt(hot + k), "UVXY")
      :elsewhen(b.stdev_return(ticker, window + 2 * k):lt(calm), ticker)
      :otherwise("TQQQ")
  end
end
return b.sweep { strategy = b.strategy { name = "long", b.equal(nodes) }, from = "%s" }
]]):format(calm, helper.thread_sanitized and "2020-01-02" or "2014-01-02")
end

--- The text of another one, of weekly bars and an indicator of its own: 32 * 41 combos for each value of a third
--- param.
---@param calm string its values, as Lua
---@return string
function M.long_of_its_own(calm)
  return ([[
local b = require "banyan"
local window = b.param("window", 10, b.range(2, 33))
local hot = b.param("hot", 70, b.range(50, 90))
local calm = b.param("calm", 1, %s)
local fading = b.indicator { name = "fading", windows = 1, numbers = 1, compute = function(bars, out, n, w, k)
  local value = bars.close[1]
  for i = 2, n do
    value = value + 2 / (w + 1) * (bars.close[i] - value)
    if i >= w then out[i] = 100 * k * (bars.close[i] / value - 1) end
  end
end }
local nodes = {}
for _, ticker in ipairs { "SPY", "QQQ", "IWM", "XLK" } do
  for k = 0, 3 do
    nodes[#nodes + 1] = b.when(b.on("1w", b.rsi(ticker, window + k)):gt(hot + k), "UVXY")
      :elsewhen(fading(ticker, window + 2 * k, 2):lt(calm), ticker)
      :elsewhen(b.on("1w", fading(ticker, 2 + k, 1)):gt(0), "GLD")
      :otherwise("TQQQ")
  end
end
return b.sweep { strategy = b.strategy { name = "long of its own", b.equal(nodes) }, from = "%s" }
]]):format(calm, helper.thread_sanitized and "2020-01-02" or "2014-01-02")
end

--- Runs a sweep with further words; its summary and its store.
function M.sweep(script, store, ...)
  local directory = helper.scratch() .. "/results"
  local out, err, code = helper.run { "sweep", script, "--data", store, "--store", directory,
    "--json", ... }
  assert(code == 0, err)
  return cjson.decode(out), directory
end

--- All that `banyan top --json` tells of a store but for its path, as text.
function M.text(directory)
  local out, err, code = helper.run { "top", directory, "-n", "99999", "--json" }
  assert(code == 0, err)
  local text, count = out:gsub('"store": "[^"]*"', '"store": ""')
  assert(count == 1)
  return text
end

--- The rows of a store, best first.
function M.rows(directory)
  return cjson.decode(M.text(directory)).rows
end

--- The rows of a store by the values of their params: key(params) -> row.
function M.rows_by(directory, key)
  local rows = {}
  for _, row in ipairs(M.rows(directory)) do
    assert(not rows[key(row.params)], key(row.params))
    rows[key(row.params)] = row
  end
  return rows
end

return M
