-- SPDX-License-Identifier: MIT
-- Metrics of a backfill as Prometheus reads them, in a file that is whole at any moment (as the textfile
-- collector of the node exporter wants it). Counters count from the start of the program.
local clock = require "banyan.clock"
local host = require "banyan.host"
local lists = require "banyan.lists"
local output = require "banyan.cli.output"

local EVERY_S = 10 -- of real time

-- Name, type, help, and the field of a round's state or summary that counters add up.
local METRICS = {
  { "bars_total", "counter", "Bars that answers brought and that were good.", "bars" },
  { "bars_added_total", "counter", "Bars that were new to the store.", "added" },
  { "bars_changed_total", "counter", "Bars of the store that got other values.", "changed" },
  { "bars_refused_total", "counter", "Bars that were kept aside.", "refused" },
  { "requests_total", "counter", "Requests by the class of their answer.", "answered" },
  { "retries_total", "counter", "Requests that were sent again.", "retries" },
  { "bytes_total", "counter", "Bytes of answers, unpacked.", "bytes" },
  { "throttled_seconds_total", "counter", "Time spent waiting for rate limits.", "throttled_s" },
  { "rounds_total", "counter", "Rounds by result.", "rounds" },
  { "series", "gauge", "Series (symbol and timeframe) of the plan." },
  { "series_done", "gauge", "Series of the running or last round that need nothing more." },
  { "series_failed", "gauge", "Series of the last round that could not be had." },
  { "requests_in_flight", "gauge", "Requests that wait for their answer." },
  { "last_round_timestamp_seconds", "gauge", "When the last round ended." },
  { "last_success_timestamp_seconds", "gauge", "When the last round without a failure ended." },
}

---@class banyan.Metrics
local Metrics = {}
Metrics.__index = Metrics

local function escape(text)
  return (text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n"))
end

local function labels(list)
  local parts = {}
  for i, label in ipairs(list) do parts[i] = ('%s="%s"'):format(label[1], escape(label[2])) end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- What a counter shows: what earlier rounds left, and the round that runs.
local function sum(before, now)
  if type(before) ~= "table" and type(now) ~= "table" then return (before or 0) + (now or 0) end
  local values = {}
  for key, value in pairs(before or {}) do values[key] = value end
  for key, value in pairs(now or {}) do values[key] = (values[key] or 0) + value end
  return values
end

local LABEL_OF = { answered = "class", rounds = "result" }

local function write_metric(self, metric, put)
  local name, kind, help, field = unpack(metric)
  local value = field and sum(self.before[field], self.round[field]) or self.gauges[name]
  if not value then return end
  put(("# HELP banyan_backfill_%s %s\n# TYPE banyan_backfill_%s %s\n"):format(name, help, name, kind))
  if type(value) ~= "table" then
    put(("banyan_backfill_%s%s %.17g\n"):format(name, labels { self.dataset }, value))
    return
  end
  for _, key in ipairs(lists.sorted_keys(value)) do
    put(("banyan_backfill_%s%s %.17g\n"):format(name,
      labels { self.dataset, { LABEL_OF[field], key } }, value[key]))
  end
end

function Metrics:write()
  self.due = host.clock() + EVERY_S
  output.replace(self.path, function(put)
    for _, metric in ipairs(METRICS) do write_metric(self, metric, put) end
  end)
end

-- A full disk under the metrics must not end what is worth more.
local function write_or_warn(self)
  local ok, err = pcall(self.write, self)
  if not ok and not self.warned then
    output.warn("metrics: " .. tostring(err))
    self.warned = true
  end
end

--- Takes in what the driver tells while a round runs; written when it is time.
---@param state table of banyan.backfill.driver
function Metrics:progress(state)
  self.round, self.gauges.series, self.gauges.series_done = state, state.symbols, state.symbols_done
  self.gauges.requests_in_flight = state.in_flight
  if host.clock() >= self.due then write_or_warn(self) end
end

--- Takes in a round that has ended.
---@param summary banyan.Summary? nil: it failed as a whole
function Metrics:round_ended(summary)
  local counts, ok = summary or self.round, summary and summary.failed == 0 and not summary.stopped
  for _, metric in ipairs(METRICS) do
    local field = metric[4]
    if field and field ~= "rounds" then self.before[field] = sum(self.before[field], counts[field]) end
  end
  self.before.rounds = sum(self.before.rounds, { [ok and "ok" or "failed"] = 1 })
  self.round = {}
  local gauges, now = self.gauges, clock.now()
  gauges.requests_in_flight, gauges.last_round_timestamp_seconds = 0, now
  if ok then gauges.last_success_timestamp_seconds = now end
  if summary then
    gauges.series, gauges.series_failed = #summary.series, summary.failed
    gauges.series_done = #summary.series - summary.failed
  end
  write_or_warn(self)
end

--- Begins to write metrics; fails when the file cannot be written.
---@param path string
---@param dataset string
---@return banyan.Metrics
local function start(path, dataset)
  local metrics = setmetatable({ path = path, dataset = { "dataset", dataset }, before = {
    answered = {}, rounds = { ok = 0, failed = 0 } }, round = {}, gauges = {} }, Metrics)
  metrics:write()
  return metrics
end

return { start = start }
