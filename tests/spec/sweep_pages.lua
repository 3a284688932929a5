-- SPDX-License-Identifier: MIT
-- Pages of sweeps for specs: their stores, their HTML, and the data in it.
local cjson = require "cjson"
local helper = require "spec.helper"
local read_sweeps = require "spec.read_sweeps"
local simulated = require "spec.simulated"

local M = {}

--- Three params, one of them with more values than a map has columns.
M.GRID = [[
local b = require "banyan"
local w = b.param("w", 10, b.range(4, 14, 2))
local hot = b.param("hot", 70, b.range(60, 80, 0.4))
local refuge = b.param("refuge", "TLT", { "TLT", "GLD", "BIL" })
return b.sweep {
  from = "2015-01-02",
  strategy = b.strategy { name = "A grid",
    b.when(b.rsi("QQQ", w):gt(hot), refuge):otherwise("TQQQ") },
}
]]

--- One param.
M.LINE = [[
local b = require "banyan"
local w = b.param("w", 10, b.range(4, 30))
return b.sweep { rank = "max_drawdown", from = "2018-01-02",
  strategy = b.strategy { name = "A line", b.when(b.close("SPY"):gt(b.sma("SPY", w)), "SPY"):otherwise("BIL") } }
]]

--- A single combo, without params, whose strategy has a name to break pages with.
M.HOSTILE = "</script><img src=x onerror=\"document.title='broken'\">{title} & \"quotes\""
M.ONE = [[
local b = require "banyan"
return b.strategy { name = ]] .. ("%q"):format(M.HOSTILE) .. [[, b.equal { "SPY", "TLT" } }
]]

--- Values to break pages with.
M.HOSTILE_PARAMS = [[
local b = require "banyan"
local p = b.param("p", "SPY", { "SPY", "TLT", "</script><i>" })
local q = b.param("q", 1, { 1, 2 })
return b.sweep { from = "2020-01-02", strategy = b.strategy { name = "x",
  b.choice(p, { SPY = b.when(b.rsi("SPY", 5 + q):gt(60), "BIL"):otherwise("SPY"), TLT = "TLT",
    ["</script><i>"] = "GLD" }) } }
]]

--- 200,000 combos.
M.LARGE = [[
local b = require "banyan"
local w = b.param("w", 10, b.range(2, 62))
local hot = b.param("hot", 70, b.range(60, 80, 0.36))
local calm = b.param("calm", 1, b.range(0.5, 3, 0.0425))
return b.sweep { from = "2016-01-04", strategy = b.strategy { name = "Large",
  b.when(b.rsi("QQQ", w):gt(hot), "BIL"):elsewhen(b.stdev_return("QQQ", 20):lt(calm), "TQQQ"):otherwise("QQQ") } }
]]

--- Drawn from a space of twelve params with up to 120 values.
M.WIDE = [[
local b = require "banyan"
local nodes = {}
for k, ticker in ipairs { "SPY", "QQQ", "IWM", "XLK", "SMH", "TLT" } do
  local w = b.param("window" .. k, 10, b.range(2, 121))
  local hot = b.param("hot" .. k, 70, b.range(30, 90, 0.5))
  nodes[k] = b.when(b.rsi(ticker, w):gt(hot), "BIL"):otherwise(ticker)
end
return b.sweep { strategy = b.strategy { name = "Wide", b.equal(nodes) }, from = "2016-01-04",
  sample = { method = "random", count = 1500 } }
]]

--- Searched.
M.SEARCH = [[
local b = require "banyan"
local w = b.param("w", 10, b.range(2, 60))
local hot = b.param("hot", 70, b.range(50, 90, 0.25))
return b.sweep { from = "2018-01-02", search = { method = "tpe", count = 150 },
  strategy = b.strategy { name = "Searched", b.when(b.rsi("QQQ", w):gt(hot), "BIL"):otherwise("QQQ") } }
]]

local stores = {}

--- The store of a sweep over the simulated market, made once.
---@param script string its text
---@return string directory
function M.store(script)
  stores[script] = stores[script] or read_sweeps.store(script)
  return stores[script]
end

--- Writes the page of a store.
---@param directory string
---@param ... string further words of the command line
---@return string path
---@return string err what was said
function M.write(directory, ...)
  local path = helper.scratch() .. "/page.html"
  local _, err, code = simulated.run { "report", directory, "-o", path, ... }
  assert(code == 0, err)
  return path, err
end

--- The data of a page.
---@param html string
---@return table
function M.data(html)
  return cjson.decode((html:match '<script type="application/json" id="data">(.-)</script>'))
end

--- All combos of a store with results, in their order, as `banyan top` gives them.
---@param directory string
---@return { combo: integer, params: table, metrics: table }[]
function M.rows(directory)
  local out, err, code = helper.run { "top", directory, "--by", "combo", "--ascending", "-n", "999999", "--json" }
  assert(code == 0, err)
  return cjson.decode(out).rows
end

--- A text of numbers with commas between them as a list; NaN where nothing stands.
---@param text string
---@return number[]
function M.numbers(text)
  local list = {}
  for word in (text .. ","):gmatch "([^,]*)," do list[#list + 1] = tonumber(word) or 0 / 0 end
  return list
end

return M
