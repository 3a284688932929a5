-- SPDX-License-Identifier: MIT
-- What `banyan run` has left in files when it ran in the background, as the backtest that b.run would have given.
local check = require "banyan.api.check"
local failure = require "banyan.failure"
local json = require "banyan.json"
local show = require "banyan.show.backtest"

local M = {}

--- The text of a file, "" when there is none.
---@param path string
---@return string
function M.read(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local text = file:read "*a"
  file:close()
  return text
end

--- What a run says of itself.
---@param path string of its JSON
---@param name string in messages
---@return table
function M.told(path, name)
  return json.decode(M.read(path), name)
end

-- When each session was, as the file has it, and the equity then.
local function read_equity(path)
  local times, values = {}, {}
  for time, value in M.read(path):gmatch "\n([^,\n]+),([^\n]+)" do
    times[#times + 1], values[#values + 1] = time, tonumber(value)
  end
  return times, values
end

local function unquoted(cell)
  local inside = cell:match '^"(.*)"$'
  return inside and inside:gsub('""', '"') or cell
end

-- The weights of each session; one that held nothing has no rows.
local function read_weights(path, times)
  local lists, i = {}, 1
  for time, ticker, weight in M.read(path):gmatch "\n([^,\n]+),([^\n]+),([^,\n]+)" do
    while times[i] and times[i] ~= time do i = i + 1 end
    lists[i] = lists[i] or {}
    table.insert(lists[i], { unquoted(ticker), tonumber(weight) })
  end
  return lists
end

-- They are read when somebody asks, as there may be many.
local function weights_of(path, times)
  local lists
  return function(i)
    check.session("weights", i, #times)
    lists = lists or read_weights(path, times)
    return lists[i] or {}
  end
end

local function number_of(value)
  return value == json.null and 0 / 0 or value
end

---@class banyan.RunFiles where a run in the background writes
---@field json string
---@field equity string
---@field weights string

--- The backtest of a run that has ended well.
---@param files banyan.RunFiles
---@param name string in messages
---@return banyan.Backtest
function M.backtest(files, name)
  local told = M.told(files.json, name)
  local result = { strategy = told.strategy, dataset = told.dataset, simulated = told.simulated, dates = {},
    returns = {}, metrics = {}, warnings = told.warnings, years = {}, months = {}, drawdowns = {} }
  local times, equity = read_equity(files.equity)
  result.equity, result.weights = equity, weights_of(files.weights, times)
  for i, time in ipairs(times) do result.dates[i] = time:sub(1, #"2020-01-02") end
  for i = 2, #equity do result.returns[i - 1] = equity[i] / equity[i - 1] - 1 end
  for metric, value in pairs(told.metrics) do result.metrics[metric] = number_of(value) end
  for i, each in ipairs(told.years) do result.years[i] = { year = each.year, value = number_of(each["return"]) } end
  for i, each in ipairs(told.months) do
    result.months[i] = { month = each.month, value = number_of(each["return"]) }
  end
  for i, each in ipairs(told.drawdowns) do
    result.drawdowns[i] = { start_date = each.start, trough_date = each.trough,
      end_date = each["end"] ~= json.null and each["end"] or nil, days = each.days, depth = each.depth }
  end
  function result.branches()
    failure.fail("USAGE", "a run in the background keeps no branches; b.run(s):branches() has them")
  end
  return show.new(result)
end

return M
