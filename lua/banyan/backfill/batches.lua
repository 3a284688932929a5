-- SPDX-License-Identifier: MIT
-- Symbols that need the same, or nearly the same, into requests: which go together, and where a
-- chain of pages is cut into jobs. A chain is asked page after page, so several jobs are what is
-- done at once; but each ends with a page that is partly filled.
local M = {}

local ceil, floor, max, min = math.ceil, math.floor, math.max, math.min

local PAGES_OF_WASTE = 50 -- one more job for so many pages wastes at most 2 % of them
local JOBS_AT_ONCE = 4 -- most jobs for each request at once, for that reason alone
local COMPARED = 64 -- clusters that an item is tried with

---@class banyan.Item what some symbols need of one span
---@field symbols string[] sorted; shared
---@field bytes integer of the symbols in a URL
---@field first number
---@field end_ number
---@field missing banyan.Span the part that is not a probe
---@field probe boolean

local function requests(shape, axis, count, bytes, first, end_)
  return shape:requests(count, bytes, axis:bars(first, end_))
end

-- What an item costs alone.
local function cost(item, shape, axis)
  return requests(shape, axis, #item.symbols, item.bytes, item.first, item.end_)
end
M.cost = cost

--- Joins the spans of equal symbols where that costs fewer requests than asking for each.
---@param items banyan.Item[] of the same symbols, rising
---@return banyan.Item[]
function M.join_spans(items, shape, axis)
  local joined = {}
  for _, item in ipairs(items) do
    local last = joined[#joined]
    local together = last and requests(shape, axis, #item.symbols, item.bytes, last.first,
      max(last.end_, item.end_))
    if last and together < cost(last, shape, axis) + cost(item, shape, axis) then
      joined[#joined] = { symbols = item.symbols, bytes = item.bytes, first = last.first,
        end_ = max(last.end_, item.end_), probe = last.probe or item.probe,
        missing = { last.missing[1], item.missing[2] } }
    else
      joined[#joined + 1] = item
    end
  end
  return joined
end

local function new_cluster(item, spent)
  return { items = { item }, count = #item.symbols, bytes = item.bytes, first = item.first,
    end_ = item.end_, spent = spent }
end

-- The cluster that an item makes least dearer, among the latest, and what it costs with it.
local function best_cluster(clusters, item, shape, axis)
  local best, best_spent, least = nil, nil, cost(item, shape, axis)
  for k = #clusters, max(1, #clusters - COMPARED + 1), -1 do
    local each = clusters[k]
    local spent = requests(shape, axis, each.count + #item.symbols, each.bytes + item.bytes,
      min(each.first, item.first), max(each.end_, item.end_))
    if spent - each.spent < least then best, best_spent, least = each, spent, spent - each.spent end
  end
  return best, best_spent
end

local function add(cluster, item, spent)
  cluster.items[#cluster.items + 1] = item
  cluster.count, cluster.bytes = cluster.count + #item.symbols, cluster.bytes + item.bytes
  cluster.first, cluster.end_ = min(cluster.first, item.first), max(cluster.end_, item.end_)
  cluster.spent = spent
end

-- Sorted, each once.
local function symbols_of(items)
  if #items == 1 then return items[1].symbols end
  local list, seen = {}, {}
  for _, item in ipairs(items) do
    for _, symbol in ipairs(item.symbols) do
      if not seen[symbol] then list[#list + 1] = symbol end
      seen[symbol] = true
    end
  end
  table.sort(list)
  return list
end
M.symbols_of = symbols_of

local function item_of(cluster, shape)
  if #cluster.items == 1 then return cluster.items[1] end
  local symbols, probe = symbols_of(cluster.items), false
  local missing = { math.huge, -math.huge }
  for _, item in ipairs(cluster.items) do
    probe = probe or item.probe
    missing = { min(missing[1], item.missing[1]), max(missing[2], item.missing[2]) }
  end
  return { symbols = symbols, bytes = shape:bytes(symbols), first = cluster.first,
    end_ = cluster.end_, probe = probe, missing = missing }
end

--- Puts items together where asking for all of it costs fewer requests than asking for each.
---@param items banyan.Item[]
---@return banyan.Item[]
function M.join_symbols(items, shape, axis)
  if shape.mode == "symbol" or #items < 2 then return items end
  local order = {}
  for i, item in ipairs(items) do order[i] = item end
  -- Long spans first: shorter ones then find room in their last pages.
  table.sort(order, function(a, b)
    local length_a, length_b = a.end_ - a.first, b.end_ - b.first
    if length_a ~= length_b then return length_a > length_b end
    if a.first ~= b.first then return a.first > b.first end
    return a.symbols[1] < b.symbols[1]
  end)
  local clusters = {}
  for _, item in ipairs(order) do
    local cluster, spent = best_cluster(clusters, item, shape, axis)
    if cluster then
      add(cluster, item, spent)
    else
      clusters[#clusters + 1] = new_cluster(item, cost(item, shape, axis))
    end
  end
  local joined = {}
  for i, cluster in ipairs(clusters) do joined[i] = item_of(cluster, shape) end
  return joined
end

-- Cuts symbols into `count` runs, or as many more as the limits of a request take.
local function cut_symbols(symbols, count, shape)
  local sums = { [0] = 0 }
  for i, symbol in ipairs(symbols) do
    sums[i] = sums[i - 1] + (shape.url_bytes < math.huge and shape.vendor_bytes(symbol) + 1 or 0)
  end
  local function bound(k) return floor(#symbols * k / count) end
  local function fits()
    for k = 1, count do
      if bound(k) - bound(k - 1) > shape.symbols_max
        or sums[bound(k)] - sums[bound(k - 1)] > shape.url_bytes + 1 then
        return false
      end
    end
    return true
  end
  count = max(count, ceil(sums[#symbols] / (shape.url_bytes + 1)))
  while count < #symbols and not fits() do count = count + 1 end
  if count == 1 then return { symbols } end
  local runs = {}
  for k = 1, count do
    local run = {}
    for i = bound(k - 1) + 1, bound(k) do run[#run + 1] = symbols[i] end
    runs[k] = run
  end
  return runs
end

-- Into how many runs of symbols, and each into how many stretches of time, an item is cut.
local function counts_of(item, shape, axis, concurrency)
  local count, bars = #item.symbols, axis:bars(item.first, item.end_)
  local pages = count * bars / shape.rows
  local wanted = shape.is_local and 1
    or min(ceil(pages / PAGES_OF_WASTE), JOBS_AT_ONCE * concurrency)
  local in_job = shape:symbols_of_job(bars)
  if in_job < 1 then
    return count, max(ceil(bars / (shape.rows * shape.job_pages)), ceil(wanted / count))
  end
  local runs = max(1, ceil(count / in_job), min(wanted, count))
  return runs, max(1, ceil(wanted / count))
end

--- Cuts an item into jobs, by symbols first, then between sessions.
---@param item banyan.Item
---@return { symbols: string[], first: number, end_: number }[]
function M.cut(item, shape, axis, concurrency)
  local runs, stretches = counts_of(item, shape, axis, concurrency)
  local times = axis:cut(item.first, item.end_, stretches)
  local pieces = {}
  for _, symbols in ipairs(cut_symbols(item.symbols, runs, shape)) do
    for _, span in ipairs(times) do
      pieces[#pieces + 1] = { symbols = symbols, first = span[1], end_ = span[2] }
    end
  end
  return pieces
end

return M
