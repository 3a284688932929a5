-- SPDX-License-Identifier: MIT
-- Our metrics beside those of QuantStats, empyrical, ffn and PerformanceAnalytics on the same returns: every value that
-- they have is the same, or stands with its reason in the table that this prints.
local cases = require "spec.metrics_cases"
local dates_of = require "banyan.dates"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local metrics = require "banyan.metrics"
local other = require "spec.metrics_reference_other"
local reference = require "spec.metrics_reference"
local shared = require "spec.shared"

local folder, read = cases.folder, cases.read

local function array_of(list)
  local array = ffi.new("double[?]", #list)
  for i, value in ipairs(list) do array[i - 1] = value end
  return array
end

-- What a column of a case is compared with: our values, and what theirs may follow from.
local function measure(case, rows, periods, is_benchmark)
  local n, day = #rows.dates, ffi.new("int32_t[?]", #rows.dates)
  for i, date in ipairs(rows.dates) do day[i - 1] = dates_of.parse(date) / dates_of.DAY end
  local own = array_of(is_benchmark and rows.benchmark or rows.strategy)
  local given = { returns = own, count = n, day = day, rf = case.rf, periods = periods,
    benchmark = not is_benchmark and array_of(rows.benchmark) or nil }
  return { case = case.name, simple = case.simple, rf = case.rf, periods = periods, n = n,
    is_benchmark = is_benchmark, dates = rows.dates, values = metrics.report(given).values,
    report = metrics.report(given), day = function(i) return day[i - 1] end,
    episodes = metrics.drawdowns(own, n, n) }
end

local function pair(case, periods, leave_out)
  local rows = read(case.name, leave_out)
  local own, benchmark = measure(case, rows, periods, false), measure(case, rows, periods, true)
  own.other = benchmark.values
  -- Their tables show what is between the two in both columns.
  for _, name in ipairs { "r_squared", "information_ratio" } do
    benchmark.values[name] = own.values[name]
  end
  return { Strategy = own, Benchmark = benchmark }
end

-- A value of theirs as a number or a date; nil where it is not defined.
local function plain(value)
  if type(value) == "number" then return value - value == 0 and value or nil end
  if type(value) ~= "string" then return nil end
  if value:find "^%d+%-%d+%-%d+$" then return value end
  value = value:match "^batting average%s+([%d.]+)" or value -- a table that was printed
  local number = tonumber((value:gsub(",", ""):gsub("%%$", "")))
  return number and number - number == 0 and number or nil
end

local function ours_of(same, at)
  local value
  if type(same[1]) == "function" then value = same[1](at) else value = at.values[same[1]] end
  if value ~= nil and same[2] then value = same[2](value, at) end
  if type(value) == "number" and value - value ~= 0 then return nil end
  return value
end

local LOOSE = { smart_sharpe = true, ["Smart Sharpe"] = true, kurtosis_excess = true, Kurtosis = true }

local function is_same(block, name, theirs, ours)
  if type(theirs) ~= "number" or type(ours) ~= "number" then return theirs == ours end
  local tolerance = (LOOSE[name] and 1e-8 or 1e-9) * math.abs(theirs) + 1e-14
  if block == reference.DISPLAY then tolerance = 0.005 + 1e-9 end
  if name == "batting_average" then tolerance = 0.5e-6 + 1e-12 end
  return math.abs(theirs - ours) <= tolerance
end

local tally, order, faults = {}, {}, {}

local function entry_of(block, name)
  local key = block .. "\0" .. name
  if not tally[key] then
    tally[key] = { block = block, name = name, met = 0, all = 0, reasons = {}, given = {} }
    order[#order + 1] = tally[key]
  end
  return tally[key]
end

local function list(entry, reason)
  entry.given[reason] = (entry.given[reason] or 0) + 1
  if entry.given[reason] == 1 then entry.reasons[#entry.reasons + 1] = reason end
end

local function reason_of(at, block, name, theirs, ours)
  for _, each in ipairs(other.CASES) do
    if each[2](at, block, name, theirs, ours) then return each[1] end
  end
end

-- One block (one column of a table): every name in it.
local function compare(at, block, definitions, values)
  for name, given in pairs(values) do
    local entry, same = entry_of(block, name), reference.SAME[definitions][name]
    entry.all = entry.all + 1
    local why = (other.OTHER[definitions] or {})[name]
    if why then
      list(entry, why)
    elseif type(given) == "table" then
      reference.check_table(at, name, given)
      entry.met = entry.met + 1
    else
      local theirs, ours = plain(given), same and ours_of(same, at)
      if not same then
        faults[#faults + 1] = ("%s: %s is neither compared nor listed"):format(block, name)
      elseif is_same(block, name, theirs, ours) then
        entry.met = entry.met + 1
      else
        local reason = reason_of(at, block, name, theirs, ours)
        if reason then list(entry, reason) else
          faults[#faults + 1] = ("%s, %s, rf %g, P %d%s: %s is %s, and ours is %s"):format(at.case,
            block, at.rf, at.periods, at.is_benchmark and ", benchmark" or "", name, tostring(given),
            tostring(ours))
        end
      end
    end
  end
end

local function compare_columns(case, block, columns, leave_out)
  if type(columns) == "string" then -- it raised
    list(entry_of(block, "all"), columns:match "^ERROR (.-)$")
    return
  end
  local both = pair(case, case.periods, leave_out)
  for column, values in pairs(columns) do
    compare(both[column], block, reference.TABLE, values)
  end
end

local function compare_case(case)
  local found = shared.json(folder .. case.file)
  local missing = case.name == "m12_nan_inside"
  for _, block in ipairs { reference.TABLE, reference.DISPLAY } do
    compare_columns(case, block, found[block], missing)
  end
  compare_columns(case, reference.ALONE, found[reference.ALONE], missing)
  if case.simple then return end
  compare(pair(case, case.periods).Strategy, reference.QUANTSTATS, reference.QUANTSTATS,
    found[reference.QUANTSTATS])
  compare(pair(case, case.periods, missing).Strategy, reference.EMPYRICAL, reference.EMPYRICAL,
    found[reference.EMPYRICAL])
  if case.periods ~= 252 then return end
  local at = pair(case, 252).Strategy
  at.ffn_start = found[reference.FFN].start
  compare(at, reference.FFN, reference.FFN, found[reference.FFN])
  compare(pair(case, 252, missing).Strategy, reference.PERFORMANCE, reference.PERFORMANCE,
    shared.json(("%s%s.rf%s.PerformanceAnalytics.json"):format(folder, case.name, case.rf_text)).values)
end

describe("metrics", function()
  if not shared.present() then
    pending(shared.absent)
    return
  end

  for _, case in ipairs(cases.list()) do
    it("are those of other software on " .. case.file, function()
      faults = {}
      compare_case(case)
      assert(#faults == 0, table.concat(faults, "\n"))
    end)
  end

  it("differ from QuantStats' probabilistic Sharpe ratio by its two faults alone", function()
    for _, case in ipairs(cases.list()) do
      if not case.simple and case.name:find "^m0[1236]" then
        local at = pair(case, case.periods).Strategy
        local theirs = shared.json(folder .. case.file)[reference.QUANTSTATS]
        local faulty = ffi.new("by_sharpe", at.values.risk_return_ratio, at.values.skewness,
          at.values.kurtosis, at.n)
        shared.near(theirs["probabilistic_sharpe_ratio(QuantStats-bug)"],
          engine.C.by_sharpe_probability(faulty, case.rf), 1e-9, case.file)
      end
    end
  end)

  it("are met, or listed with the reason", function()
    local met, all = 0, 0
    table.sort(order, function(a, b)
      if a.block ~= b.block then return a.block < b.block end
      return a.name < b.name
    end)
    for _, entry in ipairs(order) do
      met, all = met + entry.met, all + entry.all
      for _, reason in ipairs(entry.reasons) do
        print(("# %-14.14s %-32s %4d of %4d  %s (%d)"):format(entry.block:gsub("quantstats_0.0.81_", ""):
          gsub("metrics_full_", ""), entry.name, entry.met, entry.all, reason, entry.given[reason]))
      end
    end
    print(("# %d of %d values met"):format(met, all))
    assert(met > 7000, met)
  end)
end)
