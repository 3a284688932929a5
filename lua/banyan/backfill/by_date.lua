-- SPDX-License-Identifier: MIT
-- Days of all symbols at once: which of the items cost least as one request a session, and the jobs
-- that these become.
local batches = require "banyan.backfill.batches"

local M = {}

local ENTRIES_MAX = 2000000 -- of the lists of symbols; beyond, all sessions share one list

-- The sessions of an item, by number, with one more at each end where stored bars are read again.
local function sessions_of(item, axis)
  local i, j = axis:range(item.missing[1], item.missing[2])
  local first, last = axis:range(item.first, item.end_)
  return math.max(first, i - 1), math.min(last, j + 1)
end

-- The items that are fetched by date: of those that need the fewest sessions for each request that
-- they cost otherwise, as many as make the sum least.
local function choose(items, shape, axis)
  local order, rest = {}, 0
  for k, item in ipairs(items) do
    local i, j = sessions_of(item, axis)
    local spent = batches.cost(item, shape, axis)
    order[k] = { item = item, i = i, j = j, spent = spent, ratio = (j - i + 1) / spent, place = k }
    rest = rest + spent
  end
  table.sort(order, function(a, b)
    if a.ratio ~= b.ratio then return a.ratio < b.ratio end
    return a.place < b.place
  end)
  local best, best_count, seen, dates = rest, 0, {}, 0
  for k, each in ipairs(order) do
    rest = rest - each.spent
    for session = each.i, each.j do
      if not seen[session] then dates = dates + 1 end
      seen[session] = true
    end
    if dates + rest < best then best, best_count = dates + rest, k end
  end
  return order, best_count
end

-- The chosen ones, and the sessions at which the set of symbols changes.
local function bounds_of(order, count)
  local bounds, known = {}, {}
  for k = 1, count do
    for _, session in ipairs { order[k].i, order[k].j + 1 } do
      if not known[session] then bounds[#bounds + 1] = session end
      known[session] = true
    end
  end
  table.sort(bounds)
  return bounds
end

local function covering(order, count, session)
  local items, numbers = {}, {}
  for k = 1, count do
    if order[k].i <= session and session <= order[k].j then
      items[#items + 1] = order[k].item
      numbers[#numbers + 1] = k
    end
  end
  return items, table.concat(numbers, ",")
end

-- Runs of sessions { i, j, symbols, probe } with the symbols that need them.
local function runs_of(order, count)
  local bounds, runs, lists, entries = bounds_of(order, count), {}, {}, 0
  for b = 1, #bounds - 1 do
    local items, key = covering(order, count, bounds[b])
    if #items > 0 then
      if not lists[key] then
        lists[key] = batches.symbols_of(items)
        entries = entries + #lists[key]
        if entries > ENTRIES_MAX then return nil end
      end
      runs[#runs + 1] = { i = bounds[b], j = bounds[b + 1] - 1, symbols = lists[key] }
    end
  end
  return runs
end

-- The same with one list for all: symbols are then read again on days that they have.
local function coarse_runs(order, count)
  local items = {}
  for k = 1, count do items[k] = order[k].item end
  local symbols, runs, seen = batches.symbols_of(items), {}, {}
  for k = 1, count do
    for session = order[k].i, order[k].j do
      if not seen[session] then
        runs[#runs + 1] = { i = session, j = session, symbols = symbols }
        seen[session] = true
      end
    end
  end
  table.sort(runs, function(a, b) return a.i < b.i end)
  return runs
end

--- Splits items into those that cost least by date, as a list of { symbols, first, end_ } of one
--- session each, and the others.
---@param items banyan.Item[]
---@return { symbols: string[], first: number, end_: number }[] pieces
---@return banyan.Item[] others
function M.take(items, shape, axis)
  if not shape.by_date or #items == 0 then return {}, items end
  local order, count = choose(items, shape, axis)
  local others, pieces = {}, {}
  for k = count + 1, #order do others[#others + 1] = order[k].item end
  local runs = count > 0 and (runs_of(order, count) or coarse_runs(order, count)) or {}
  for r, run in ipairs(runs) do
    for session = run.i, run.j do
      -- Up to the next session, so that coverage has no holes at weekends.
      local goes_on = session < run.j or runs[r + 1] and runs[r + 1].i == session + 1
      pieces[#pieces + 1] = { symbols = run.symbols, first = axis.starts[session],
        end_ = goes_on and axis.starts[session + 1] or axis.ends[session] }
    end
  end
  return pieces, others
end

return M
