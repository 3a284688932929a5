-- SPDX-License-Identifier: MIT
-- The combos of a result store as columns: what expressions, rankings and exports read. Index i
-- (from 0) is combo i + 1.
local ffi = require "ffi"
local behaviours_of = require "banyan.results.behaviours"
local code = require "banyan.expression.code"
local engine = require "banyan.ffi"
local expression = require "banyan.expression"
local names_of = require "banyan.expression.names"
local plateau_of = require "banyan.results.plateau"

local C = engine.C
local M = {}

local NONE = tonumber(C.BY_DIGIT_NONE)

---@class banyan.Combos
---@field results banyan.Results
---@field count integer
---@field rows ffi.cdata* by_result[count], which take memory and time: for what a column does not tell
---@field counts ffi.cdata* int32_t[count]: their return_count, -1 without a session, -2 where missing
---@field params { name: string, values: any[], default: any }[]
---@field param_count integer
---@field digits ffi.cdata* uint16_t[count][param_count]
---@field names banyan.ExpressionNames
local Combos = {}

-- Read when they are first asked for.
local readers = {
  rows = function(self) return self.results.rows end,
  counts = function(self) return self.results:counts() end,
  digits = function(self) return self.results:all_digits() end,
}

local function read(self, key)
  if not readers[key] then return Combos[key] end
  local value = readers[key](self)
  rawset(self, key, value)
  return value
end

--- The combos of an open store, which stays with the caller.
---@param results banyan.Results
---@return banyan.Combos
function M.new(results)
  local params = results.description.params
  return setmetatable({ results = results, count = results.combo_count, params = params,
    param_count = #params, names = names_of.new(params), columns = {} }, { __index = read })
end

--- The values of a param (from 1) that has numbers: double[count], NaN where it does not matter.
function Combos:values(index)
  if not self.columns[index] then
    local values, stride = self.params[index].values, self.param_count
    local by_digit = ffi.new("double[?]", #values)
    for i, value in ipairs(values) do by_digit[i - 1] = value end
    local column, digits = ffi.new("double[?]", math.max(self.count, 1)), self.digits
    for i = 0, self.count - 1 do
      local digit = digits[i * stride + index - 1]
      column[i] = digit == NONE and 0 / 0 or by_digit[digit]
    end
    self.columns[index] = column
  end
  return self.columns[index]
end

--- The values of a metric (from 0): double[count], NaN where a combo has none.
function Combos:metric(metric)
  return self.results:column(metric)
end

--- Parses an expression over the metrics and params of the store.
---@param text string
---@param type "number"|"truth"
---@return banyan.Expression
function Combos:parse(text, type)
  return expression.parse(text, type, self.names)
end

--- Parses numbers with commas between them.
---@param text string
---@return banyan.Expression[]
function Combos:parse_list(text)
  return expression.parse_list(text, self.names)
end

--- The metric that an expression is, or whose plateau it is: it tells the unit, and what is better.
--- nil when the expression is computed from several.
---@param parsed banyan.Expression
---@return { name: string, index: integer }?
function Combos:metric_of(parsed)
  local root = parsed.root
  while root.kind == "plateau" do root = root.arguments[1] or self:measured_by_plateau().root end
  return root.kind == "metric" and root or nil
end

--- Whether higher (1) or lower (-1) is better: as the metric has it; of what is computed, higher.
---@param parsed banyan.Expression
---@return integer
function Combos:direction(parsed)
  local metric = self:metric_of(parsed)
  return metric and C.by_metric_direction(metric.index) or 1
end

--- Evaluates an expression for every combo; see banyan.expression.code.
---@param parsed banyan.Expression
---@return ffi.cdata*
function Combos:evaluate(parsed)
  if parsed.root.kind == "metric" then return self:metric(parsed.root.index) end
  return code.evaluate(parsed.root, self)
end

--- The sweep's own ranking: a metric, also where a param is called like it.
---@return banyan.Expression
function Combos:own_ranking()
  local rank = self.results.description.rank or "sharpe"
  local parsed = self:parse("metrics." .. rank, "number")
  parsed.text = rank
  return parsed
end

--- Says what a plateau without an argument measures; the sweep's own ranking when nothing is said.
---@param parsed banyan.Expression
function Combos:measure_plateau(parsed)
  self.measured = parsed
end

--- What a plateau without an argument measures.
---@return banyan.Expression
function Combos:measured_by_plateau()
  self.measured = self.measured or self:own_ranking()
  return self.measured
end

--- Who neighbours whom.
---@return banyan.Plateau
function Combos:plateau()
  self.neighbours = self.neighbours or plateau_of.new(self)
  return self.neighbours
end

-- Adds the metrics that an expression reads to a list, once each.
local function add_metrics(root, list, seen)
  if root.kind == "metric" and not seen[root.index] then
    seen[root.index] = true
    list[#list + 1] = root.index
  end
  for _, child in ipairs { root.left or root.operand, root.right } do add_metrics(child, list, seen) end
  for _, child in ipairs(root.arguments or {}) do add_metrics(child, list, seen) end
end

--- Reads the metrics of expressions together, which takes less time than one by one.
---@param expressions banyan.Expression[]
---@param behaviours boolean? with what self:behaviours() needs
function Combos:read(expressions, behaviours)
  local list, seen = {}, {}
  for _, each in ipairs(expressions) do add_metrics(each.root, list, seen) end
  self.results:read(list, behaviours)
end

-- The median and the worst of something over the neighbours of each combo.
local function scores_of(self, parsed)
  local median, worst = self:plateau():over(self:evaluate(parsed), self:direction(parsed))
  return { median = median, worst = worst }
end

--- Both for what a plateau without an argument measures: double[count] each, NaN where no neighbour
--- has a value.
---@return { median: ffi.cdata*, worst: ffi.cdata* }
function Combos:plateau_scores()
  self.scores = self.scores or scores_of(self, self:measured_by_plateau())
  return self.scores
end

--- One of both, of something else when a tree is given.
---@param name "plateau_median"|"plateau_worst"
---@param root table? tree of what is measured
---@return ffi.cdata* double[count]
function Combos:plateau_of(name, root)
  local scores = root and scores_of(self, { root = root }) or self:plateau_scores()
  return scores[name:match "_(.*)$"]
end

--- Which combos hold the same on the same days.
---@return banyan.Behaviours
function Combos:behaviours()
  self.alike = self.alike or behaviours_of.new(self.results)
  return self.alike
end

return M
