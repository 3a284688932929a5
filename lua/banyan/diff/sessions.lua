-- SPDX-License-Identifier: MIT
-- Two sides session by session: which of them both have, and how far their targets and their equity are apart.
local M = {}

--- Weights, and equity relative to its size, that are no further apart are the same.
M.TOLERANCE = 1e-9

---@class banyan.SessionPair
---@field label string
---@field a integer? session of the one side; nil where it holds nothing then
---@field b integer?

---@class banyan.SessionsOfBoth
---@field common banyan.SessionPair[]
---@field only_a string[] sessions that the other does not have
---@field only_b string[]

local function within(side, label)
  return side.labels[1] <= label and label <= side.labels[#side.labels]
end

-- All labels of two sides in rising order, each once.
local function union(a, b)
  local labels, i, k = {}, 1, 1
  while a.labels[i] or b.labels[k] do
    local of_a, of_b = a.labels[i], b.labels[k]
    local label = (not of_b or of_a and of_a < of_b) and of_a or of_b
    labels[#labels + 1] = label
    if label == of_a then i = i + 1 end
    if label == of_b then k = k + 1 end
  end
  return labels
end

--- Lays the sessions of two sides beside each other.
---@param a banyan.DiffSide
---@param b banyan.DiffSide
---@return banyan.SessionsOfBoth
function M.align(a, b)
  local found = { common = {}, only_a = {}, only_b = {} }
  for _, label in ipairs(union(a, b)) do
    local i, k = a.index[label], b.index[label]
    if (i or a.sparse and within(a, label)) and (k or b.sparse and within(b, label)) then
      found.common[#found.common + 1] = { label = label, a = i, b = k }
    else
      local list = i and found.only_a or found.only_b
      list[#list + 1] = label
    end
  end
  return found
end

--- Calls visit(ticker, weight of a, weight of b) for all that one of two lists holds, tickers rising.
---@param a { ticker: string, weight: number }[] tickers rising
---@param b { ticker: string, weight: number }[]
---@param visit fun(ticker: string, a: number, b: number)
function M.each_weight(a, b, visit)
  local i, k = 1, 1
  while a[i] or b[k] do
    local of_a, of_b = a[i] and a[i].ticker, b[k] and b[k].ticker
    local ticker = (not of_b or of_a and of_a < of_b) and of_a or of_b
    local left, right = 0, 0
    if ticker == of_a then left, i = a[i].weight, i + 1 end
    if ticker == of_b then right, k = b[k].weight, k + 1 end
    visit(ticker, left, right)
  end
end

---@class banyan.WeightsDiff
---@field sessions integer how many differ
---@field first integer? the first of them, a position in `common`
---@field largest { label: string, ticker: string, a: number, b: number }?

local NOTHING = {}

--- How far the targets are apart.
---@param a banyan.DiffSide
---@param b banyan.DiffSide
---@param common banyan.SessionPair[]
---@param tolerance number
---@return banyan.WeightsDiff
function M.weights(a, b, common, tolerance)
  local found, most = { sessions = 0 }, tolerance
  for n, pair in ipairs(common) do
    local differs = false
    M.each_weight(pair.a and a.targets(pair.a) or NOTHING, pair.b and b.targets(pair.b) or NOTHING,
      function(ticker, left, right)
        local distance = math.abs(left - right)
        differs = differs or distance > tolerance
        if distance > most then
          most, found.largest = distance, { label = pair.label, ticker = ticker, a = left, b = right }
        end
      end)
    if differs then
      found.sessions, found.first = found.sessions + 1, found.first or n
    end
  end
  return found
end

---@class banyan.EquityDiff
---@field sessions integer how many differ
---@field first integer? a position in `common`
---@field largest { label: string, a: number, b: number, relative: number }?
---@field last { label: string, a: number, b: number, relative: number }
---@field scaled boolean they begin on different sessions: both are 1 on the first that they have in common

--- How far the equity is apart.
---@param a banyan.DiffSide
---@param b banyan.DiffSide
---@param common banyan.SessionPair[] at least one
---@param tolerance number
---@return banyan.EquityDiff
function M.equity(a, b, common, tolerance)
  local first = common[1]
  local scaled = first.a ~= 1 or first.b ~= 1
  local scale_a, scale_b = scaled and a.equity(first.a) or 1, scaled and b.equity(first.b) or 1
  local found, most = { sessions = 0, scaled = scaled }, tolerance
  for n, pair in ipairs(common) do
    local left, right = a.equity(pair.a) / scale_a, b.equity(pair.b) / scale_b
    local relative = left == right and 0 or right / left - 1
    found.last = { label = pair.label, a = left, b = right, relative = relative }
    if math.abs(relative) > tolerance then
      found.sessions, found.first = found.sessions + 1, found.first or n
      if math.abs(relative) > most then most, found.largest = math.abs(relative), found.last end
    end
  end
  return found
end

return M
