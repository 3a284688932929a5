-- SPDX-License-Identifier: MIT
-- Sets of stretches of time: lists of { first, end_ } in seconds since 1970 UTC, rising and not
-- touching, `end_` not included. Lists are never changed once they are made, so they are shared.
local M = {}

---@alias banyan.Span { [1]: number, [2]: number }

--- The least set that has all of both.
---@param a banyan.Span[]
---@param b banyan.Span[]
---@return banyan.Span[]
function M.union(a, b)
  local all = {}
  for _, list in ipairs { a, b } do
    for _, span in ipairs(list) do all[#all + 1] = span end
  end
  table.sort(all, function(x, y) return x[1] < y[1] end)
  local out = {}
  for _, span in ipairs(all) do
    local last = out[#out]
    if last and span[1] <= last[2] then
      last[2] = math.max(last[2], span[2])
    else
      out[#out + 1] = { span[1], span[2] }
    end
  end
  return out
end

--- What of `from` is not in `taken`.
---@param from banyan.Span[]
---@param taken banyan.Span[]
---@return banyan.Span[]
function M.subtract(from, taken)
  local out = {}
  for _, span in ipairs(from) do
    local at = span[1]
    for _, gone in ipairs(taken) do
      if gone[1] >= span[2] then break end
      if gone[2] > at then
        if gone[1] > at then out[#out + 1] = { at, gone[1] } end
        at = gone[2]
      end
    end
    if at < span[2] then out[#out + 1] = { at, span[2] } end
  end
  return out
end

--- A text that equal sets have in common.
---@param spans banyan.Span[]
---@return string
function M.key(spans)
  local parts = {}
  for i, span in ipairs(spans) do parts[i] = ("%.0f-%.0f"):format(span[1], span[2]) end
  return table.concat(parts, ",")
end

return M
