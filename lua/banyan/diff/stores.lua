-- SPDX-License-Identifier: MIT
-- Two result stores: what makes them different sweeps, which combos only one has, and where the metrics of the same
-- combo differ.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local lists = require "banyan.lists"
local results_of = require "banyan.results"
local side_of = require "banyan.diff.side"

local C = engine.C
local M = {}

local LIST_MAX = 1000
local NONE = tonumber(C.BY_DIGIT_NONE)

---@class banyan.ComboDiff
---@field a integer number of the combo in the one store
---@field b integer
---@field params { name: string, value: any }[]
---@field metrics banyan.ValueDiff[] the sweep's ranking first

---@class banyan.StoresDiff
---@field equal boolean
---@field identity { name: string, a: string?, b: string? }[] lines that differ
---@field params { name: string, a: any[]?, b: any[]? }[] whose values differ
---@field settings { name: string, a: any, b: any }[] that differ
---@field rank string the metric of the first store
---@field combos_a integer
---@field combos_b integer
---@field common integer combos of both
---@field only_a integer[] numbers of combos that the other does not have
---@field only_b integer[]
---@field different integer how many combos of both have other metrics
---@field list banyan.ComboDiff[] the first of them
---@field largest { a: integer, b: integer, from: number, to: number }? of the ranking

-- Identity as name and text; the params, of which there are several lines, by their own names.
local function identity_lines(results)
  local map = {}
  for line in (ffi.string(results.header.identity) .. "\n"):gmatch "([^\n]+)\n" do
    local key, value = line:match "^(%S+) (.*)$"
    if key == "param" or key == "indicator" then
      local name, rest = value:match "^(%S+) (.*)$"
      key, value = key .. " " .. (name or value), rest
    end
    map[key or line] = value or ""
  end
  return map
end

-- Values of two maps that differ, names rising.
local function texts_diff(a, b)
  local found, names = {}, {}
  for name in pairs(a) do names[name] = true end
  for name in pairs(b) do names[name] = true end
  for _, name in ipairs(lists.sorted_keys(names)) do
    if a[name] ~= b[name] then found[#found + 1] = { name = name, a = a[name], b = b[name] } end
  end
  return found
end

local function params_diff(a, b)
  local function texts(params)
    local map, values = {}, {}
    for _, param in ipairs(params) do
      local words = {}
      for i, value in ipairs(param.values) do
        words[i] = type(value) == "number" and ("%.17g"):format(value) or ("%q"):format(tostring(value))
      end
      map[param.name], values[param.name] = table.concat(words, " "), param.values
    end
    return map, values
  end
  local of_a, values_a = texts(a.description.params)
  local of_b, values_b = texts(b.description.params)
  local found = texts_diff(of_a, of_b)
  for _, each in ipairs(found) do each.a, each.b = values_a[each.name], values_b[each.name] end
  return found
end

-- A function that tells what a combo (from 0) is by the values of its params, names rising.
local function keys_of(results)
  local params, digits, order = results.description.params, results:all_digits(), {}
  local words = {}
  for p, param in ipairs(params) do
    order[p], words[p] = p, {}
    for i, value in ipairs(param.values) do
      words[p][i - 1] = type(value) == "number" and ("%s=%.17g"):format(param.name, value)
        or ("%s=%q"):format(param.name, tostring(value))
    end
    words[p][NONE] = param.name .. "=-"
  end
  table.sort(order, function(x, y) return params[x].name < params[y].name end)
  local parts, count = {}, #params
  return function(combo)
    for i, p in ipairs(order) do parts[i] = words[p][digits[combo * count + p - 1]] end
    return table.concat(parts, " ", 1, count)
  end
end

-- Metrics of two results that differ, the ranking first.
local function metrics_diff(row_a, row_b, rank)
  local found = {}
  if row_a.return_count ~= row_b.return_count then
    found[1] = { name = "returns", a = row_a.return_count, b = row_b.return_count }
  end
  for m, metric in ipairs(results_of.METRICS) do
    local a, b = row_a.metric[m - 1], row_b.metric[m - 1]
    if a ~= b and (a == a or b == b) then
      table.insert(found, metric.name == rank and 1 or #found + 1, { name = metric.name, a = a, b = b })
    end
  end
  return found
end

local function same_row(a, b)
  if a.return_count ~= b.return_count then return false end
  for m = 0, #results_of.METRICS - 1 do
    local x, y = a.metric[m], b.metric[m]
    if x ~= y and (x == x or y == y) then return false end
  end
  return true
end

local function compare_rows(diff, results_a, results_b, i, k)
  local row_a, row_b = results_a.rows[i], results_b.rows[k]
  diff.common = diff.common + 1
  if same_row(row_a, row_b) then return end
  diff.different = diff.different + 1
  if #diff.list < LIST_MAX then
    diff.list[#diff.list + 1] = { a = i + 1, b = k + 1, params = results_a:params(i + 1),
      metrics = metrics_diff(row_a, row_b, diff.rank) }
  end
  local m = diff.rank_index
  local from, to = row_a.metric[m], row_b.metric[m]
  local distance = math.abs(to - from)
  if from == from and to == to and distance > (diff.largest and diff.largest.distance or 0) then
    diff.largest = { a = i + 1, b = k + 1, from = from, to = to, distance = distance }
  end
end

local function compare_combos(diff, a, b)
  local place, key_a, key_b = {}, keys_of(a), keys_of(b)
  for k = 0, b.combo_count - 1 do place[key_b(k)] = k end
  local matched = {}
  for i = 0, a.combo_count - 1 do
    local k = place[key_a(i)]
    if k then
      matched[k] = true
      compare_rows(diff, a, b, i, k)
    else
      diff.only_a[#diff.only_a + 1] = i + 1
    end
  end
  for k = 0, b.combo_count - 1 do
    if not matched[k] then diff.only_b[#diff.only_b + 1] = k + 1 end
  end
end

--- Compares two open stores.
---@param a banyan.Results
---@param b banyan.Results
---@return banyan.StoresDiff
function M.compare(a, b)
  local rank = a.description.rank or "sharpe"
  local diff = { identity = texts_diff(identity_lines(a), identity_lines(b)), params = params_diff(a, b),
    settings = texts_diff(side_of.facts { settings = a.description.settings },
      side_of.facts { settings = b.description.settings }), rank = rank,
    rank_index = results_of.metric_index(rank), combos_a = a.combo_count, combos_b = b.combo_count,
    common = 0, only_a = {}, only_b = {}, different = 0, list = {} }
  compare_combos(diff, a, b)
  diff.equal = #diff.only_a + #diff.only_b + diff.different == 0
  return diff
end

return M
