-- SPDX-License-Identifier: MIT
-- A sweep evaluated in several ways within this process, and its combos by the plain evaluator: all must have the
-- same bits.
local ffi = require "ffi"
local emit = require "banyan.emit"
local engine = require "banyan.ffi"
local helper = require "spec.helper"
local prepare = require "banyan.prepare"
local results_of = require "banyan.results"
local sweep_of = require "banyan.sweep"

ffi.cdef [[
typedef struct plain_result plain_result;
int plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits, by_range asked, plain_result **out);
const by_result *plain_result_of(const plain_result *result);
void plain_free(plain_result *result);
]]

local C = engine.C
local M = {}

local plain = ffi.load("./" .. helper.program:match "^(.*)/" .. "/tests/libplain.so")

--- Shared, on one thread, is what all others are compared with.
M.WAYS = {
  { name = "shared on 2 threads", threads = 2 },
  { name = "shared on 3 threads", threads = 3 },
  { name = "shared on 8 threads", threads = 8 },
  { name = "shared with much memory on 2 threads", threads = 2, memory = 2 ^ 40 },
  { name = "alone", threads = 1, alone = true },
  { name = "alone on 3 threads", threads = 3, alone = true },
}

--- All results of a sweep by walk position, evaluated in one way.
---@param at banyan.Prepared
---@param space banyan.Space
---@param way { threads: integer, memory: number?, alone: boolean? }
---@return ffi.cdata* by_result[combo_count]
function M.evaluate(at, space, way)
  local options = ffi.new("by_sweep_options", { asked = at.range, thread_count = way.threads,
    alone = way.alone and 1 or 0, memory_bytes_max = way.memory or 0 })
  local rows = ffi.new("by_result[?]", space.combo_count)
  local c_sweep = engine.make("by_sweep", C.by_sweep_free, C.by_sweep_start, at.columns, space.digits,
    space.combo_count, options)
  local first, count = ffi.new "int32_t[1]", ffi.new "int32_t[1]"
  local taken, total = ffi.new "const by_result *[1]", 0
  repeat
    local got = C.by_sweep_take(c_sweep, 1000, first, count, taken)
    if got == 1 then
      ffi.copy(rows + first[0], taken[0], count[0] * ffi.sizeof "by_result")
      total = total + count[0]
    end
  until got < 0
  engine.call(C.by_sweep_finish, c_sweep)
  engine.close(c_sweep, C.by_sweep_free)
  assert(total == space.combo_count, "not all combos came")
  return rows
end

local function bits(value)
  return value ~= value and "nan" or ("%a"):format(value)
end

local function expect(what, wanted, got)
  if bits(wanted) ~= bits(got) then
    error(("%s: %.17g instead of %.17g"):format(what, got, wanted), 0)
  end
end

-- Compares two results, NaN with NaN.
local function compare(what, wanted, got)
  expect(what .. ": returns", wanted.return_count, got.return_count)
  if wanted.return_count < 0 then return end
  expect(what .. ": start", wanted.start, got.start)
  for m, metric in ipairs(results_of.METRICS) do
    expect(what .. ": " .. metric.name, wanted.metric[m - 1], got.metric[m - 1])
  end
  for block = 0, tonumber(C.BY_BLOCK_COUNT) - 1 do
    expect(what .. ": sum of block " .. block, wanted.block_sum[block], got.block_sum[block])
    expect(what .. ": squares of block " .. block, wanted.block_sum_squares[block],
      got.block_sum_squares[block])
  end
end

-- Compares all bytes of what two ways of evaluation leave: what is stored and exported depends on nothing else.
local function compare_rows(what, space, wanted, got)
  for i = 0, space.combo_count - 1 do
    local one, other = ffi.string(wanted + i, ffi.sizeof "by_result"), ffi.string(got + i, ffi.sizeof "by_result")
    if one ~= other then
      compare(("%s: position %d"):format(what, i), wanted[i], got[i])
      error(("%s: position %d: other bytes"):format(what, i), 0)
    end
  end
end

-- Judges some combos by the plain evaluator, which knows nothing of what is shared.
local function compare_plain(strategy, at, space, rows, count)
  local tree = emit.tree(strategy, space.params, at.tickers)
  local params = #space.params
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local out, none = ffi.new "plain_result *[1]", tonumber(C.BY_DIGIT_NONE)
  local step = math.ceil(space.combo_count / count)
  for i = 0, space.combo_count - 1, step do
    for p = 0, params - 1 do
      local digit = space.digits[i * params + p]
      digits[p] = digit == none and 0 or digit
    end
    local what = ("plain: position %d"):format(i)
    if plain.plain_run(tree, at.market.panel, digits, at.range, out) == 0 then
      compare(what, plain.plain_result_of(out[0]), rows[i])
      plain.plain_free(out[0])
    else
      expect(what .. ": returns of a combo without a session", -1, rows[i].return_count)
    end
  end
end

-- The same sweep with the least memory that works, so that what is kept goes and is computed again.
local function compare_with_least_memory(sweep, data, rows, threads)
  local at, space = sweep_of.prepare(sweep, { data = data, threads = 1, memory = 1 })
  local ok, message = pcall(function()
    local got = M.evaluate(at, space, { threads = threads, memory = 1 })
    compare_rows(("shared in the least memory on %d threads"):format(threads), space, rows, got)
  end)
  prepare.close(at)
  if not ok then error(message, 0) end
end

--- Evaluates a sweep in all ways, and raises when they differ.
---@param sweep table of b.sweep
---@param options { data: string, plain: integer, ways: table? } plain: how many combos are judged plainly
---@return integer combos
---@return integer sessions combos that have any
function M.check(sweep, options)
  local at, space = sweep_of.prepare(sweep, { data = options.data, threads = 1 })
  local ok, message = pcall(function()
    local rows = M.evaluate(at, space, { threads = 1 })
    for _, way in ipairs(options.ways or M.WAYS) do
      compare_rows(way.name, space, rows, M.evaluate(at, space, way))
    end
    compare_with_least_memory(sweep, options.data, rows, 1)
    compare_with_least_memory(sweep, options.data, rows, 3)
    compare_plain(sweep.strategy, at, space, rows, options.plain)
    local sessions = 0
    for i = 0, space.combo_count - 1 do sessions = sessions + (rows[i].return_count >= 0 and 1 or 0) end
    return sessions
  end)
  prepare.close(at)
  if not ok then error(message, 0) end
  return space.combo_count, message
end

return M
