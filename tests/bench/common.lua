-- SPDX-License-Identifier: MIT
-- What the benchmarks share: reports, clocks, the program as users run it, and the plain evaluator.
local ffi = require "ffi"
local emit = require "banyan.emit"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local json = require "banyan.json"
local market_of = require "banyan.market"

ffi.cdef [[
typedef struct plain_result plain_result;
int plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits, by_range asked, plain_result **out);
void plain_free(plain_result *result);
int32_t plain_indicator(int32_t kind, const by_recipe *recipe, const by_inputs *inputs, int32_t count, double *out);
]]

local C = engine.C
local M = {}

local build = os.getenv "BANYAN_BUILD" or "build/release"
local plain = ffi.load("./" .. build .. "/tests/libplain.so")

local only = os.getenv "ONLY" or ""

--- The plain evaluator.
M.plain = plain
M.program = build .. "/banyan"
M.shared = os.getenv "BANYAN_SHARED" or "../shared"
M.scratch = assert(io.popen "mktemp -d"):read "*l"

--- Whether the real trees and prices are here.
function M.has_shared()
  return host.stat(M.shared) ~= nil
end

--- Whether a benchmark is asked for.
function M.asked(name)
  return name:find(only, 1, true) ~= nil
end

--- Removes all that the benchmarks have written.
function M.clean()
  os.execute("rm -rf '" .. M.scratch .. "'")
end

--- Prints the line of a benchmark.
---@param name string
---@param members { [1]: string, [2]: any }[]
function M.report(name, members)
  table.insert(members, 1, { "benchmark", name })
  print(json.encode(json.object(members)))
  io.stdout:flush()
end

--- The middle one of several numbers.
function M.median(list)
  table.sort(list)
  return list[math.ceil(#list / 2)]
end

--- Median of the seconds that `f` takes.
function M.time(runs, f)
  local seconds = {}
  for i = 1, runs do
    local begin = host.clock()
    f()
    seconds[i] = host.clock() - begin
  end
  return M.median(seconds)
end

local function line_of(words)
  local quoted = {}
  for i, word in ipairs(words) do quoted[i] = "'" .. tostring(word):gsub("'", "'\\''") .. "'" end
  return table.concat(quoted, " ")
end

--- Runs the program; what it says is left unsaid.
function M.run(...)
  local line = line_of { M.program, ... }
  local code = os.execute(line .. " >/dev/null")
  assert(code == 0 or code == true, line)
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

-- One of the processors that this process may use.
local function first_processor()
  return read "/proc/self/status":match "Cpus_allowed_list:%s*(%d+)"
end

-- A line of the shell that runs the program with --json and leaves what it took and wrote in files of this name.
local function launch(name, words)
  local file = M.scratch .. "/" .. name
  return ("%s --json >'%s.answer'"):format(
    line_of { M.program, "lua", "tests/bench/launch.lua", file .. ".usage", M.program, unpack(words) }, file)
end

local function execute(line)
  local code = os.execute(line)
  assert(code == 0 or code == true, line)
end

local function left(name, what)
  local file = ("%s/%s.%s"):format(M.scratch, name, what)
  return json.decode(read(file), file)
end

--- Runs the program with --json as users do, and measures the process.
---@param words string[]
---@param one_processor boolean? whether it may use but one
---@return { seconds: number, cpu_seconds: number, memory_bytes: number } usage of the whole process
---@return table answer what it wrote
function M.measure(words, one_processor)
  execute((one_processor and "taskset -c " .. first_processor() .. " " or "") .. launch("one", words))
  return left("one", "usage"), left("one", "answer")
end

--- The seconds until two runs of the program, begun at once, have both ended.
function M.time_both(words, others)
  execute(("%s & %s && wait $!"):format(launch("one", words), launch("other", others)))
  return math.max(left("one", "usage").seconds, left("other", "usage").seconds)
end

--- Writes a script and tells where.
function M.script(name, text)
  local path = ("%s/%s.lua"):format(M.scratch, name)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

--- Seconds of one backtest by the plain evaluator.
---@param strategy banyan.Strategy
---@param space { name: string, values: any[] }[]
---@param digits integer[][] combos to evaluate, from 0
---@param options { data: string, from: string?, to: string?, timeframe: string? }
function M.time_plain(strategy, space, digits, options)
  local tickers = strategy:tickers(space)
  local tree = emit.tree(strategy, space, tickers)
  local market = market_of.open(tickers, options)
  local range = market:range(options.from, options.to)
  local out = ffi.new "plain_result *[1]"
  local combo = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local begin = host.clock()
  for _, each in ipairs(digits) do
    for p, digit in ipairs(each) do combo[p - 1] = digit end
    assert(plain.plain_run(tree, market.panel, combo, range, out) == 0)
    plain.plain_free(out[0])
  end
  local seconds = (host.clock() - begin) / #digits
  market:close()
  return seconds
end

return M
