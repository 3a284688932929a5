-- SPDX-License-Identifier: MIT
-- banyan backfill --dry-run: what a plan would ask for, what that costs, and what is there already. It needs
-- neither keys nor a network nor a store.
local clock = require "banyan.clock"
local host = require "banyan.host"
local jobs_of = require "banyan.backfill.jobs"
local json = require "banyan.json"
local output = require "banyan.cli.output"
local print_ = require "banyan.print"
local provider_of = require "banyan.provider"
local store_of = require "banyan.store"

local M = {}

local SHOWN_SYMBOLS = 40
local SUMS = { "series", "complete", "stored", "requests", "bars", "bytes", "seconds" }

-- Bars that are stored already, by timeframe.
local function stored_bars(plan, snapshot)
  local wanted, bars = {}, {}
  for _, symbol in ipairs(plan.symbols) do wanted[symbol] = true end
  for _, info in ipairs(snapshot and snapshot:list() or {}) do
    if info.dataset == plan.dataset and wanted[info.symbol] then
      bars[info.timeframe] = (bars[info.timeframe] or 0) + info.bars
    end
  end
  return bars
end

local function estimate_timeframe(plan, timeframe, snapshot)
  local of_one = setmetatable({ timeframes = { timeframe } }, { __index = plan })
  local work = jobs_of.make(of_one, snapshot, clock.now())
  local row = { timeframe = timeframe, series = #work.series, complete = 0 }
  for _, series in ipairs(work.series) do
    if series.complete then row.complete = row.complete + 1 end
  end
  for _, key in ipairs { "requests", "bars", "bytes", "seconds" } do row[key] = work.estimate[key] end
  return row
end

local function estimate(plan, snapshot)
  local stored, rows, total = stored_bars(plan, snapshot), {}, {}
  for _, key in ipairs(SUMS) do total[key] = 0 end
  for i, timeframe in ipairs(plan.timeframes) do
    rows[i] = estimate_timeframe(plan, timeframe, snapshot)
    rows[i].stored = stored[timeframe] or 0
    for _, key in ipairs(SUMS) do total[key] = total[key] + rows[i][key] end
  end
  return rows, total
end

--- What is left to fetch, by timeframe and in total.
---@param plan banyan.Plan
---@param directory string of the store, which may not be there yet
---@return table[] rows timeframe, series, complete, stored, requests, bars, bytes, seconds
---@return table total
function M.of(plan, directory)
  if not host.stat(directory .. "/data.mdb") then return estimate(plan, nil) end
  local store = store_of.open(directory, "read")
  local ok, rows, total = pcall(estimate, plan, store:snapshot())
  store:close()
  if not ok then error(rows, 0) end
  return rows, total
end

local function table_lines(rows, total)
  local cells = { { "timeframe", "complete", "stored", "requests", "bars", "bytes", "time" } }
  local function add(name, row)
    cells[#cells + 1] = { name, ("%s/%s"):format(print_.thousands(row.complete),
      print_.thousands(row.series)), print_.thousands(row.stored), print_.thousands(row.requests),
      print_.thousands(row.bars), print_.bytes(row.bytes), print_.eta(row.seconds) }
  end
  for _, row in ipairs(rows) do add(row.timeframe, row) end
  if #rows > 1 then add("total", total) end
  local lines = print_.columns(cells, "lrrrrrr")
  lines[1] = output.style(lines[1], "bold")
  return lines
end

-- The days asked for: a provider may have begun later than the plan.
local function span_text(plan)
  local earliest = provider_of.value(plan.provider, "earliest", clock.now())
  local later = earliest and earliest > plan.from
  return ("%s to %s%s"):format(later and earliest or plan.from, plan.to or "now",
    later and (" (%s has nothing before)"):format(plan.name) or "")
end

--- The plan and its price as text.
---@param plan banyan.Plan
---@return string[] lines
function M.lines(plan, rows, total)
  local lines = print_.columns({
    { "provider", plan.name },
    { "dataset", plan.dataset .. (store_of.is_simulated(plan.dataset) and "  SIMULATED" or "") },
    { "timeframe", table.concat(plan.timeframes, " ") },
    { "span", span_text(plan) },
  }, "ll")
  local count = #plan.symbols
  local shown = output.verbose and count or math.min(count, SHOWN_SYMBOLS)
  local symbols = ("%s: %s%s"):format(print_.count(count, "symbol"),
    table.concat(plan.symbols, " ", 1, shown), shown < count and " ..." or "")
  for _, line in ipairs(print_.wrap(symbols, 80)) do lines[#lines + 1] = line end
  lines[#lines + 1] = ""
  for _, line in ipairs(table_lines(rows, total)) do lines[#lines + 1] = line end
  if total.complete == total.series then lines[#lines + 1] = "nothing to fetch" end
  return lines
end

local function members(row)
  return { { "series", row.series }, { "complete", row.complete }, { "stored_bars", row.stored },
    { "requests", row.requests }, { "bars", row.bars }, { "bytes", row.bytes },
    { "seconds", row.seconds } }
end

--- The same as JSON.
---@return string
function M.json(plan, rows, total)
  local by_timeframe = {}
  for i, row in ipairs(rows) do
    local object = members(row)
    table.insert(object, 1, { "timeframe", row.timeframe })
    by_timeframe[i] = json.object(object)
  end
  return json.encode(json.object {
    { "schema", "banyan.backfill/1" }, { "dry_run", true }, { "provider", plan.name },
    { "dataset", plan.dataset }, { "simulated", store_of.is_simulated(plan.dataset) },
    { "timeframe", plan.timeframes[1] }, { "timeframes", json.array(plan.timeframes) },
    { "from", plan.from }, { "to", plan.to or json.null }, { "symbols", json.array(plan.symbols) },
    { "estimate", json.object(members(total)) }, { "by_timeframe", json.array(by_timeframe) },
  }, { indent = 2 })
end

return M
