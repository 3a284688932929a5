-- SPDX-License-Identifier: MIT
-- Reasons why values of other programs are not ours, proved: what the table of metrics_reference_spec says that they
-- compute instead, computed from the returns.
local cases = require "spec.metrics_cases"
local reference = require "spec.metrics_reference"
local shared = require "spec.shared"

-- The day so many months before another, cut to the end of its month.
local function months_before(date, months)
  local year, month, day = date:match "^(%d+)-(%d+)-(%d+)$"
  local number = year * 12 + month - 1 - months
  year, month = math.floor(number / 12), number % 12 + 1
  local length = ({ 31, year % 4 == 0 and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 })[month]
  return ("%04d-%02d-%02d"):format(year, month, math.min(tonumber(day), length))
end

-- Growth of the returns that a test takes, and how many those are.
local function growth(list, takes)
  local value, count = 1, 0
  for i, r in ipairs(list) do
    if takes(i, r) then value, count = value * (1 + r), count + 1 end
  end
  return value, count
end

local function from(rows, date)
  return function(i) return rows.dates[i] >= date end
end

-- QuantStats: name -> months, and the power of a year.
local TRAILING = { ["3M"] = { 3 }, ["6M"] = { 6 }, ["1Y"] = { 12 }, ["3Y (ann.)"] = { 35, true },
  ["5Y (ann.)"] = { 59, true }, ["10Y (ann.)"] = { 120, true } }

local function check_trailing(case, found, rows)
  for name, rule in pairs(TRAILING) do
    local last = rows.dates[#rows.dates]
    local value, count = growth(rows.strategy, from(rows, months_before(last, rule[1])))
    local wanted = rule[2] and math.abs(value) ^ (case.periods / count) - 1 or value - 1
    local theirs = found[reference.ALONE].Strategy[name]
    if tonumber(theirs) then shared.near(wanted * 100, theirs, 1e-9, case.file .. " " .. name) end
  end
end

-- empyrical compounds to a year of such days; PerformanceAnalytics does not.
local function check_captures(case, empyrical, performance, rows)
  for name, rises in pairs { up = true, down = false } do
    local function takes(i)
      local b = rows.benchmark[i]
      return rises and b > 0 or not rises and b < 0
    end
    local own, count = growth(rows.strategy, takes)
    local other = growth(rows.benchmark, takes)
    local power = case.periods / count
    local yearly = (own ^ power - 1) / (other ^ power - 1)
    shared.near(yearly, empyrical[name .. "_capture"], 1e-9, case.file .. " " .. name)
    local whole = tonumber(performance[name == "up" and "UpCapture" or "DownCapture"])
    if count > 2 and rises then -- the other one's returns are rounded off
      shared.near((own - 1) / (other - 1), whole, 1e-9, case.file .. " " .. name)
    end
  end
end

describe("the reasons why other programs differ hold for", function()
  if not shared.present() then
    pending(shared.absent)
    return
  end

  for _, case in ipairs(cases.list()) do
    local useful = not case.simple and case.periods == 252 and case.name:find "^m%d[1236]"
      and case.name ~= "m12_nan_inside" and case.name ~= "m11_constant_return"
    if useful then
      it(case.file, function()
        local found, rows = shared.json(cases.folder .. case.file), cases.read(case.name)
        check_trailing(case, found, rows)
        check_captures(case, found[reference.EMPYRICAL], shared.json(("%s%s.rf%s.PerformanceAnalytics.json")
          :format(cases.folder, case.name, case.rf_text)).values, rows)
      end)
    end
  end
end)
