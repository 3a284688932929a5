-- SPDX-License-Identifier: MIT
-- Results that no sweep has made, for specs of what reads them.
local engine = require "banyan.ffi"
local columns = require "banyan.results.columns"
local combos_of = require "banyan.results.combos"
local ffi = require "ffi"

local M = {}

local NONE = tonumber(engine.C.BY_DIGIT_NONE)

--- Combos of params, each with its digits (from 0; nil where it does not matter) and its metrics by
--- name. What has `failed` or is `missing` has no metrics.
---@param params { name: string, values: any[], default: any }[]
---@param list { digits: integer[], behaviour: integer?, failed: boolean?, missing: boolean? }[]
---@param rank string?
---@return banyan.Combos
function M.combos(params, list, rank)
  local rows = ffi.new("by_result[?]", math.max(#list, 1))
  for i, each in ipairs(list) do
    local row = rows[i - 1]
    for m = 0, tonumber(engine.C.BY_METRIC_COUNT) - 1 do
      row.metric[m] = each[ffi.string(engine.C.by_metric_name(m))] or 0 / 0
    end
    row.behaviour = each.behaviour or i
    row.return_count = each.missing and -2 or each.failed and -1 or 10
  end
  local results = setmetatable({ combo_count = #list, rows = rows, columns = {},
    description = { params = params, rank = rank } }, { __index = columns })
  function results.all_digits()
    local digits = ffi.new("uint16_t[?]", math.max(#list * #params, 1))
    for i, each in ipairs(list) do
      for p = 1, #params do digits[(i - 1) * #params + p - 1] = each.digits[p] or NONE end
    end
    return digits
  end
  return combos_of.new(results)
end

--- All combos of a grid, in the order of a nested loop; metrics_of(digits) gives the metrics of
--- each.
---@param params { name: string, values: any[] }[]
---@param metrics_of fun(digits: integer[]): table<string, number>
function M.grid(params, metrics_of)
  local list, digits = {}, {}
  local function fill(p)
    if p > #params then
      local each = metrics_of(digits)
      each.digits = { unpack(digits) }
      list[#list + 1] = each
      return
    end
    for digit = 0, #params[p].values - 1 do
      digits[p] = digit
      fill(p + 1)
    end
  end
  fill(1)
  return M.combos(params, list)
end

return M
