-- SPDX-License-Identifier: MIT
-- Result stores of sweeps in scripts: b.results.
local check = require "banyan.api.check"
local combos_of = require "banyan.results.combos"
local grid_of = require "banyan.results.grid"
local heatmap_of = require "banyan.show.heatmap"
local host = require "banyan.host"
local luck_of = require "banyan.luck.store"
local number_of = require "banyan.results.number"
local ranking_of = require "banyan.results.ranking"
local reopen = require "banyan.sweep.reopen"
local run = require "banyan.api.run"
local show = require "banyan.show.results"

local fail = check.fail
local M = { b = {} }

---@class banyan.Store the result store of a sweep, as it was when it was opened
---@field directory string
---@field strategy string its name
---@field rank string the metric that the sweep is ranked by
---@field combos integer
---@field done integer how many of them have been evaluated
---@field params { name: string, values: any[], default: any }[]
---@field simulated boolean
---@field from string?
---@field to string?
local Store = {}
Store.__index = Store

-- Those that are open, by absolute path: a process opens a store once.
local open = {}

-- What is behind each, which is C in part and no business of scripts: path, directory, data, reopened, columns.
local behind = setmetatable({}, { __mode = "k" })

local function read(self, own)
  local results = own.reopened.results
  local description = results.description
  self.strategy, self.rank, self.params = description.strategy, description.rank or "sharpe", description.params
  self.simulated, self.from, self.to = description.simulated, description.from, description.to
  self.combos, self.done = results.combo_count, results:done_count()
  own.columns = nil
end

-- What was reopened closes itself when its bars or its strategy have changed: the results are there all the same.
local function reopened_of(self)
  local own = behind[self]
  if not own then fail "it is a method of a store: store:top(), with a colon" end
  if open[own.path] ~= self then
    fail("results: the store %s is closed; open it again with b.results", own.directory)
  end
  if not own.reopened.results.c then
    own.reopened = reopen.open(own.directory, { data = own.data })
    read(self, own)
  end
  return own.reopened
end

local function combos_in(self)
  local results, own = reopened_of(self).results, behind[self]
  own.columns = own.columns or combos_of.new(results)
  return own.columns
end

--- Opens the result store that a sweep leaves. Opened again, it is read anew, in the same object: of a sweep that
--- still runs, it has what there is by now.
--- Example:
---     local store = b.results "tqqq.sweep"
---     print(store:top { number = 5 }[1].params.fast, store:stats().cscv.pbo)
---@param directory string such as "tqqq.sweep"
---@param options { data: string? }? data: where the bars are now, when they have moved
---@return banyan.Store
function M.b.results(directory, options)
  if require "banyan.load".running() then -- which needs this module
    fail "results reads the results of sweeps, which a strategy must not know; call it in a script for `banyan lua`"
  end
  if type(directory) ~= "string" then fail("results takes the folder of a result store, such as \"tqqq.sweep\"") end
  check.keys("results", options or {}, { "data" })
  local path = host.absolute(directory) or directory
  local known = open[path]
  if known then known:close() end
  local self = known or setmetatable({}, Store)
  local own = { directory = directory, path = path, data = options and options.data }
  own.reopened = reopen.open(directory, options)
  self.directory, behind[self], open[path] = directory, own, self
  read(self, own)
  return self
end

--- Calls f while a store is not open here: others in this process may open it. It is read anew when it is next used.
---@param directory string
---@param f fun(directory: string): any
---@return any # what f returns
function M.aside(directory, f)
  local known = open[host.absolute(directory) or directory]
  local reopened = known and behind[known].reopened
  if reopened and reopened.results.c then reopened:close() end
  return f(directory)
end

--- Closes the store.
--- Example: b.results("tqqq.sweep"):close()
function Store:close()
  local own = behind[self]
  if not own or open[own.path] ~= self then return end
  open[own.path], own.columns = nil, nil
  if own.reopened.results.c then own.reopened:close() end
end

local function by_name(list)
  local map = {}
  for _, each in ipairs(list) do map[each.name] = each.value end
  return map
end

--- The params and metrics of a combo.
--- Example: print(b.results("tqqq.sweep"):combo(1).metrics.sharpe)
---@param number integer from 1
---@return { combo: integer, params: table<string, any>, metrics: table<string, number> }
function Store:combo(number)
  local results = reopened_of(self).results
  if type(number) ~= "number" or number % 1 ~= 0 or number < 1 or number > results.combo_count then
    fail("combo takes a number from 1 to %d, not %s", results.combo_count, tostring(number))
  end
  return { combo = number, params = by_name(results:params(number)), metrics = by_name(results:metrics(number)) }
end

local TOP_KEYS = { "by", "keep", "pareto", "distinct", "ascending", "plateau", "number" }
local TOP_NUMBER, TOP_MAX = 10, 100000

--- The best combos, best first.
--- Example: local best = b.results("tqqq.sweep"):top { by = "calmar", keep = "trades > 10", number = 3 }
---@param options { by: string?, keep: string|string[]|nil, pareto: string?, distinct: boolean?, ascending: boolean?,
--- plateau: boolean?, number: integer? }? as of `banyan top`: by a metric or an expression, 10 of them when not said
---@return { combo: integer, value: number, params: table<string, any>, metrics: table<string, number> }[]
function Store:top(options)
  options = options or {}
  check.keys("top", options, TOP_KEYS)
  local number = options.number or TOP_NUMBER
  if type(number) ~= "number" or number < 1 or number > TOP_MAX then
    fail("top: number is how many to list, from 1 to %d, not %s", TOP_MAX, tostring(number))
  end
  local given = { number = number }
  for _, key in ipairs(TOP_KEYS) do given[key] = given[key] or options[key] end
  if type(given.keep) == "string" then given.keep = { given.keep } end
  local combos = combos_in(self)
  local ranking, rows = ranking_of.new(combos, given), {}
  for place = 1, math.min(number, ranking.count) do
    local i = ranking.order[place - 1]
    rows[place] = self:combo(i + 1)
    rows[place].value = ranking.values[i]
  end
  return show.top(rows, combos, ranking, given)
end

--- One combo evaluated again, as b.run gives it; the bars must be those of the sweep.
--- Example: print(b.results("tqqq.sweep"):show("best"):plot())
---@param number integer|"best"
---@param options { benchmark: string?, rf: number? }?
---@return banyan.Backtest
function Store:show(number, options)
  check.keys("show", options or {}, { "benchmark", "rf" })
  local given = { report = true }
  for key, value in pairs(options or {}) do given[key] = value end
  local wanted = number_of(combos_in(self), tostring(number))
  return run.backtest(reopened_of(self):backtest(wanted, given))
end

--- How much of the best is luck. `banyan stats` tests daily returns besides.
--- Example: print(b.results("tqqq.sweep"):stats().best[1].effective.probability)
---@param options { by: string|string[]|nil }? metrics that rank; that of the sweep when left out
---@return banyan.Luck
function Store:stats(options)
  check.keys("stats", options or {}, { "by" })
  local by = options and options.by
  return show.luck(luck_of.measure(reopened_of(self).results, { by = type(by) == "string" and { by } or by }))
end

--- Draws a metric over two params in the terminal.
--- Example: print(b.results("tqqq.sweep"):heatmap("fast", "hot", { metric = "max_drawdown", aggregate = "median" }))
---@param x string name of the param that goes across
---@param y string name of the one that goes down
---@param options { metric: string?, aggregate: "best"|"median"|nil }? metric: or an expression; aggregate: of the
--- combos that have the same values of both
---@return banyan.Heatmap
function Store:heatmap(x, y, options)
  options = options or {}
  check.keys("heatmap", options, { "metric", "aggregate" })
  if options.aggregate ~= nil and options.aggregate ~= "best" and options.aggregate ~= "median" then
    fail("heatmap: aggregate is \"best\" or \"median\", not %s", tostring(options.aggregate))
  end
  if type(x) ~= "string" or type(y) ~= "string" then
    fail "heatmap takes the names of two params, such as store:heatmap(\"fast\", \"hot\")"
  end
  return heatmap_of.new(grid_of.new(combos_in(self), x, y, options))
end

function Store:__show(screen)
  return show.store_lines(screen, combos_in(self))
end

function Store:__tostring()
  return "results of " .. tostring(self.directory)
end

return M
