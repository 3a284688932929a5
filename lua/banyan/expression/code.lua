-- SPDX-License-Identifier: MIT
-- Expressions as code: a checked tree becomes Lua source, which LuaJIT compiles, over the columns
-- of a sweep. The source is made of the tree alone; no text of the user gets into it.
--
-- A comparison with NaN is false, also by ~=, and NaN goes through functions.
local ffi = require "ffi"

local M = {}

local NAN = 0 / 0

-- The operators and functions for which Lua has none that treat NaN so.
local helpers = {
  abs = math.abs, sqrt = math.sqrt, log = math.log, exp = math.exp,
  min = function(a, b) return (a ~= a or b ~= b) and NAN or (b < a and b or a) end,
  max = function(a, b) return (a ~= a or b ~= b) and NAN or (b > a and b or a) end,
  differ = function(a, b) return a < b or a > b end,
}

local write

-- A column that the code reads, as code.
local function column(state, array)
  state.columns[#state.columns + 1] = array
  return ("columns[%d][i]"):format(#state.columns)
end

local writers = {}

function writers.number(node)
  return ("%.17g"):format(node.value)
end

function writers.metric(node, state)
  return column(state, state.combos:metric(node.index))
end

function writers.param(node, state)
  return column(state, state.combos:values(node.index))
end

function writers.combo()
  return "(i + 1)"
end

function writers.neighbours(_, state)
  return column(state, state.combos:plateau().counts)
end

function writers.plateau(node, state)
  return column(state, state.combos:plateau_of(node.name, node.arguments[1]))
end

function writers.minus(node, state)
  return ("(-%s)"):format(write(node.operand, state))
end

writers["not"] = function(node, state)
  return ("(not %s)"):format(write(node.operand, state))
end

local function infix(node, state)
  return ("(%s %s %s)"):format(write(node.left, state), node.operator, write(node.right, state))
end
writers.arithmetic, writers.logic = infix, infix

function writers.comparison(node, state)
  if node.operator ~= "~=" then return infix(node, state) end
  return ("differ(%s, %s)"):format(write(node.left, state), write(node.right, state))
end

function writers.value_is(node, state)
  state.digits = state.combos.digits
  local digit = ("digits[i * %d + %d]"):format(state.combos.param_count, node.index - 1)
  if not node.negated then return ("(%s == %d)"):format(digit, node.digit) end
  return ("(%s ~= %d and %s ~= 0xffff)"):format(digit, node.digit, digit)
end

-- min and max of several numbers are those of the first two, and so on.
function writers.call(node, state)
  local code = write(node.arguments[1], state)
  if #node.arguments == 1 then return ("%s(%s)"):format(node.name, code) end
  for i = 2, #node.arguments do
    code = ("%s(%s, %s)"):format(node.name, code, write(node.arguments[i], state))
  end
  return code
end

function write(node, state)
  return writers[node.kind](node, state)
end

local TEMPLATE = [[
local digits, helpers, columns = ...
local abs, sqrt, log, exp = helpers.abs, helpers.sqrt, helpers.log, helpers.exp
local min, max, differ = helpers.min, helpers.max, helpers.differ
return function(out, count)
  for i = 0, count - 1 do out[i] = %s end
end
]]

--- Evaluates an expression for every combo.
---@param root table tree of an expression
---@param combos banyan.Combos
---@return ffi.cdata* double[count], NaN where it has no value; of a comparison uint8_t[count], 1
--- where it holds
function M.evaluate(root, combos)
  local state = { combos = combos, columns = {} }
  local code = write(root, state)
  local is_truth = root.type == "truth"
  local source = TEMPLATE:format(is_truth and code .. " and 1 or 0" or code)
  local run = assert(loadstring(source, "=expression"))(state.digits, helpers, state.columns)
  local out = ffi.new(is_truth and "uint8_t[?]" or "double[?]", math.max(combos.count, 1))
  run(out, combos.count)
  return out
end

return M
