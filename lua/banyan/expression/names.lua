-- SPDX-License-Identifier: MIT
-- What the names in an expression stand for: the metrics, the params of a store, and a few more.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"

local C = engine.C
local M = {}

--- The functions, and how many arguments they take.
M.FUNCTIONS = {
  abs = { min = 1, max = 1, takes = "one number" },
  min = { min = 2, max = 16, takes = "2 to 16 numbers" },
  max = { min = 2, max = 16, takes = "2 to 16 numbers" },
  sqrt = { min = 1, max = 1, takes = "one number" },
  log = { min = 1, max = 1, takes = "one number" },
  exp = { min = 1, max = 1, takes = "one number" },
  plateau_median = { min = 1, max = 1, takes = "one number", kind = "plateau" },
  plateau_worst = { min = 1, max = 1, takes = "one number", kind = "plateau" },
}
M.function_names = lists.sorted_keys(M.FUNCTIONS)

--- ", did you mean 'x'?", or nothing.
---@param word string
---@param candidates string[]
---@return string
function M.suggest(word, candidates)
  local near = nearest(word, candidates)
  return near and (", did you mean '%s'?"):format(near) or ""
end

---@class banyan.ExpressionNames
---@field metrics table<string, integer> from 0
---@field params table<string, integer> from 1
local Names = {}
Names.__index = Names

local function has_texts(param)
  for _, value in ipairs(param.values) do
    if type(value) ~= "number" then return true end
  end
  return false
end

--- The names of a store.
---@param params { name: string, values: any[] }[]
---@return banyan.ExpressionNames
function M.new(params)
  local self = setmetatable({ metrics = {}, params = {}, list = params }, Names)
  for m = 0, tonumber(C.BY_METRIC_COUNT) - 1 do
    self.metrics[ffi.string(C.by_metric_name(m))] = m
  end
  for i, param in ipairs(params) do self.params[param.name] = i end
  return self
end

-- Names that are neither metrics nor params.
local OTHERS = { combo = "combo", neighbours = "neighbours", plateau_median = "plateau",
  plateau_worst = "plateau" }

function Names:metric(name)
  return { kind = "metric", type = "number", name = name, index = self.metrics[name] }
end

function Names:param(name)
  local index = self.params[name]
  local param = self.list[index]
  local is_text = has_texts(param)
  return { kind = is_text and "text_param" or "param", type = is_text and "text" or "number",
    name = name, index = index, param = param }
end

function Names:param_names()
  local names = {}
  for i, param in ipairs(self.list) do names[i] = param.name end
  return names
end

-- All that a word can be: behind metrics. or params. only one kind of names.
function Names:candidates(kind)
  if kind == "metrics" then return lists.sorted_keys(self.metrics) end
  local known = self:param_names()
  if kind == "params" then return known end
  for _, name in ipairs(lists.sorted_keys(self.metrics)) do known[#known + 1] = name end
  for _, name in ipairs(lists.sorted_keys(OTHERS)) do known[#known + 1] = name end
  return known
end

-- Whether a param has a text that is this word: then its quotes are missing, which a shell may have taken.
function Names:is_text(word)
  for _, param in ipairs(self.list) do
    if lists.contains(param.values, word) then return true end
  end
  return false
end

function Names:unknown(word, kind, name)
  if self:is_text(word) then
    return ("the text %s stands in quotes: '%s' or \"%s\""):format(word, word, word)
  end
  local params, metrics = self:param_names(), lists.sorted_keys(self.metrics)
  return ("there is no metric or param '%s'%s (metrics: %s; params: %s)"):format(word,
    M.suggest(name or word, self:candidates(kind)), table.concat(metrics, ", "),
    #params > 0 and table.concat(params, ", ") or "none")
end

--- The leaf that a name is, or nil and what is wrong.
---@param word string a name, metrics.NAME or params.NAME
---@return table?
---@return string?
function Names:leaf(word)
  local kind, name = word:match "^(%a+)%.(.*)$"
  if kind == "metrics" and self.metrics[name] then return self:metric(name) end
  if kind == "params" and self.params[name] then return self:param(name) end
  local is_other = OTHERS[word] ~= nil
  if (self.metrics[word] or is_other) and self.params[word] then
    return nil, ("'%s' is a param and more; write params.%s%s"):format(word, word,
      self.metrics[word] and " or metrics." .. word or "")
  end
  if self.metrics[word] then return self:metric(word) end
  if self.params[word] then return self:param(word) end
  if is_other then
    return { kind = OTHERS[word], type = "number", name = word, arguments = {} }
  end
  if M.FUNCTIONS[word] then
    return nil, ("%s takes %s, such as %s(sharpe)"):format(word, M.FUNCTIONS[word].takes, word)
  end
  return nil, self:unknown(word, kind, name)
end

--- The digit (from 0) of a value of a param, or nil and what is wrong.
---@param param { name: string, values: any[] }
---@param value any
---@return integer?
---@return string?
function M.digit(param, value)
  local texts = {}
  for i, each in ipairs(param.values) do
    if each == value then return i - 1 end
    texts[i] = tostring(each)
  end
  return nil, ("param %s has no value '%s'%s"):format(param.name, tostring(value),
    M.suggest(tostring(value), texts))
end

return M
