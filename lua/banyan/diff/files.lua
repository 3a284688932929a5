-- SPDX-License-Identifier: MIT
-- What `banyan run` has written, as a side of a comparison: its JSON, the CSV of its weights or of its equity.
local failure = require "banyan.failure"
local host = require "banyan.host"
local json = require "banyan.json"
local results_of = require "banyan.results"
local side_of = require "banyan.diff.side"
local text_of = require "banyan.text"

local M = {}

local SIZE_MAX = 512 * 1024 * 1024
local HEADS = { ["date,ticker,weight"] = "weights", ["date,equity"] = "equity",
  ["time,ticker,weight"] = "weights", ["time,equity"] = "equity" } -- of bars that are shorter than a day

local function read(path, bytes)
  local file, message = io.open(path, "rb")
  if not file then failure.fail("USAGE", "cannot read %s", message) end
  local text = file:read(bytes or "*a") or ""
  file:close()
  return text
end

local function refuse(path, line, message, ...)
  failure.fail("DATA", "%s:%d: %s", path, line, message:format(...))
end

local function number_of(path, line, text)
  return text_of.decimal(text) or refuse(path, line, "'%s' is no number", text_of.shown(text))
end

-- "SPY" or "\"A,B\"", without its quotes.
local function unquoted(cell)
  local inside = cell:match '^"(.*)"$'
  return inside and inside:gsub('""', '"') or cell
end

local function check_size(path)
  local _, size = host.stat(path)
  if size > SIZE_MAX then
    failure.fail("LIMIT", "%s: more than %d MB of CSV are not compared", path, SIZE_MAX / 1048576)
  end
end

-- A session as it is called where a strategy is evaluated: "2020-03-02" or "2020-03-02 14:30".
local function label_of(cell)
  local day, time = cell:match "^(%d%d%d%d%-%d%d%-%d%d)(.*)$"
  if time == "" then return day end
  local clock = time and time:match "^T(%d%d:%d%d):%d%dZ$"
  return clock and day .. " " .. clock
end

-- Calls visit(line, date, rest) for each row behind the head.
local function each_row(path, visit)
  local number, before = 0, ""
  for line in (read(path) .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if number > 1 and line ~= "" then
      local date, rest = line:match "^([^,]+),(.+)$"
      date = date and label_of(date)
      if not date then refuse(path, number, "'%s' is no row of a day", text_of.shown(line)) end
      if date < before then refuse(path, number, "%s comes behind %s; days must rise", date, before) end
      visit(number, date, rest)
      before = date
    end
  end
end

local function weights_side(path)
  local labels, lists = {}, {}
  each_row(path, function(line, date, rest)
    local ticker, weight = rest:match '^(".+"),([^,]+)$'
    if not ticker then ticker, weight = rest:match "^([^,]+),([^,]+)$" end
    if not ticker then refuse(path, line, "'%s' is no ticker and weight", text_of.shown(rest)) end
    if labels[#labels] ~= date then labels[#labels + 1], lists[#lists + 1] = date, {} end
    table.insert(lists[#lists], { ticker = unquoted(ticker), weight = number_of(path, line, weight) })
  end)
  for i, list in ipairs(lists) do
    table.sort(list, function(a, b) return a.ticker < b.ticker end)
    for k = 2, #list do
      if list[k].ticker == list[k - 1].ticker then
        failure.fail("DATA", "%s: %s is there twice on %s", path, list[k].ticker, labels[i])
      end
    end
  end
  return side_of.index { name = path, kind = "weights", sparse = true, labels = labels,
    targets = function(i) return lists[i] end }
end

local function equity_side(path)
  local labels, values = {}, {}
  each_row(path, function(line, date, rest)
    labels[#labels + 1], values[#values + 1] = date, number_of(path, line, rest)
  end)
  return side_of.index { name = path, kind = "equity", labels = labels, equity = function(i) return values[i] end }
end

-- The metrics of a sweep first, in their order.
local PLACES = {}
for i, metric in ipairs(results_of.METRICS) do PLACES[metric.name] = i end

local function named(map)
  local list = {}
  for name, value in pairs(map or {}) do
    list[#list + 1] = { name = name, value = value ~= json.null and value or 0 / 0 }
  end
  table.sort(list, function(a, b)
    local left, right = PLACES[a.name] or math.huge, PLACES[b.name] or math.huge
    if left ~= right then return left < right end
    return a.name < b.name
  end)
  return list
end

-- The members that are compared, each an object or a list where it is there.
local function check_members(path, members)
  if type(members) ~= "table" or type(members.metrics) ~= "table" then
    failure.fail("DATA", "%s: no metrics in it; `banyan run --json` writes what is compared", path)
  end
  for _, name in ipairs { "params", "settings", "months" } do
    if members[name] ~= nil and type(members[name]) ~= "table" then
      failure.fail("DATA", "%s: its %s are no object or list, as `banyan run --json` writes them", path, name)
    end
  end
  for name, value in pairs(members.metrics) do
    if type(value) ~= "number" and value ~= json.null then
      failure.fail("DATA", "%s: the metric %s is no number", path, text_of.shown(name))
    end
  end
end

local function json_side(path)
  local members, months = json.decode(read(path), path, { status = "DATA" }), {}
  check_members(path, members)
  for i, each in ipairs(members.months or {}) do
    local value = type(each) == "table" and each["return"]
    months[i] = { month = tostring(type(each) == "table" and each.month or i),
      value = type(value) == "number" and value or 0 / 0 }
  end
  return { name = path, kind = "run", title = type(members.strategy) == "string" and members.strategy or nil,
    metrics = named(members.metrics), params = named(members.params), facts = side_of.facts(members),
    months = months }
end

--- The side that a file is; nil when it is no output of a run.
---@param path string
---@return banyan.DiffSide?
function M.open(path)
  if path:find "%.csv$" then
    check_size(path)
    local head = read(path, 64):match "^\239?\187?\191?([^\r\n]*)"
    local kind = HEADS[head]
    if not kind then
      failure.fail("DATA", "%s: its first line is '%s'; what `banyan run` writes with --weights begins with "
        .. "'date,ticker,weight', and with --equity with 'date,equity'", path, text_of.shown(head))
    end
    local side = (kind == "weights" and weights_side or equity_side)(path)
    if #side.labels == 0 then failure.fail("DATA", "%s: no day in it", path) end
    return side
  elseif path:find "%.json$" and read(path, 4096):find '"schema"%s*:%s*"banyan%.run/' then
    return json_side(path)
  end
end

return M
