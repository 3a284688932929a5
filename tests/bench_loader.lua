-- SPDX-License-Identifier: MIT
-- How fast the loader is when the vendor sets no limit: minute bars of 100 symbols as pages of JSON
-- over loopback into an empty store. One JSON line. BANYAN_BENCH_BARS is about how many
-- (5,000,000).
package.path = "tests/?.lua;" .. package.path

local ffi = require "ffi"
local dates = require "banyan.dates"
local host = require "banyan.host"
local json = require "banyan.json"
local loader = require "spec.loader"

ffi.cdef [[
typedef struct bench_usage {
  long user[2], system[2], maxrss_kb, rest[13];
} bench_usage;
int getrusage(int who, bench_usage *usage);
]]

local RUSAGE_CHILDREN = -1
local SYMBOLS, MINUTES = 100, 390
local FIRST = "2020-01-02"

-- Of processes that have ended: the largest, and the processor time of all.
local function children()
  local usage = ffi.new "bench_usage"
  assert(ffi.C.getrusage(RUSAGE_CHILDREN, usage) == 0)
  local function seconds(t) return tonumber(t[0]) + tonumber(t[1]) / 1e6 end
  return tonumber(usage.maxrss_kb) / 1024, seconds(usage.user) + seconds(usage.system)
end

local function run()
  local wanted = tonumber(os.getenv "BANYAN_BENCH_BARS" or 5000000)
  local days = math.ceil(wanted / SYMBOLS / MINUTES * 365 / 251)
  local to = dates.format(dates.parse(FIRST) + days * dates.DAY)
  local server = loader.start { gzip = false }
  local loading = loader.new(server, { provider = "alpaca", symbols = loader.symbols(SYMBOLS),
    timeframes = { "1m" }, from = FIRST, to = to, limits = { per_minute = 1e9 } })
  local _, busy_before = children()
  local begin = host.clock()
  local said, code, err = loading:json()
  local seconds = host.clock() - begin
  local memory_mb, busy = children()
  server:stop()
  if code ~= 0 then error(err) end
  print(json.encode(json.object { { "benchmark", "loader" }, { "work", said.bars },
    { "unit", "bars" }, { "seconds", seconds }, { "rate", said.bars / seconds },
    { "requests", said.requests }, { "bytes", said.bytes },
    { "processor_seconds", busy - busy_before }, { "store_seconds", said.store_seconds },
    { "store_share", said.store_seconds / (busy - busy_before) },
    { "check_seconds", said.check_seconds }, { "disk_wait_seconds", said.wait_seconds },
    { "memory_mb", memory_mb } }))
end

local ok, message = pcall(run)
loader.stop_all()
if not ok then error(message, 0) end
