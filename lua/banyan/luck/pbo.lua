-- SPDX-License-Identifier: MIT
-- The probability of backtest overfitting: see engine/cscv.h.
local check = require "banyan.api.check"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local series = require "banyan.luck.series"

local C = engine.C
local M = { b = {} }

---@class banyan.Pbo how the best of one half of the periods does in the other
---@field pbo number share of splits in which the best in sample is not above the median out of it
---@field splits integer
---@field trials integer
---@field loss_probability number share of splits in which the chosen one lost out of sample
---@field slope number of the out-of-sample on the in-sample Sharpe ratio of the chosen; NaN when
--- the latter is always the same
---@field intercept number
---@field r_squared number
---@field logit_mean number
---@field logit_median number
---@field in_sample_median number Sharpe ratio per period of the chosen
---@field out_of_sample_median number
---@field logits number[]? by split, in lexicographic order of the blocks in sample
---@field in_sample number[]?
---@field out_of_sample number[]?
---@field chosen integer[]? number of the chosen trial

local NUMBERS = { "pbo", "loss_probability", "slope", "intercept", "r_squared", "logit_mean",
  "logit_median", "in_sample_median", "out_of_sample_median" }

local function list(array, count, offset)
  local values = {}
  for i = 0, count - 1 do values[i + 1] = tonumber(array[i]) + offset end
  return values
end

--- The trials of a set, cross-validated.
---@param trials ffi.cdata* by_trials *
---@param threads integer? one a core when left out
---@param whole boolean? with what was found in each split
---@return banyan.Pbo
function M.of_trials(trials, threads, whole)
  local c = engine.make("by_cscv", C.by_cscv_free, C.by_cscv_new, trials, threads or host.cores())
  local result = { splits = c.split_count, trials = tonumber(c.trial_count) }
  for _, name in ipairs(NUMBERS) do result[name] = c[name] end
  if whole then
    result.logits = list(c.logit, c.split_count, 0)
    result.in_sample = list(c.in_sample, c.split_count, 0)
    result.out_of_sample = list(c.out_of_sample, c.split_count, 0)
    result.chosen = list(c.chosen, c.split_count, 1)
  end
  engine.close(c, C.by_cscv_free)
  return result
end

---@class banyan.PboOptions
---@field blocks integer? an even number; 16 when left out. First periods that do not fill them are left out
---@field threads integer? one a core when left out

--- The probability of backtest overfitting of several trials.
--- Example:
---     local spy, tlt = b.bars("SPY").close, b.bars("TLT").close
---     local one, other = {}, {}
---     for i = 2, #spy do one[i - 1], other[i - 1] = spy[i] / spy[i - 1] - 1, tlt[i] / tlt[i - 1] - 1 end
---     print(b.pbo({ one, other }).pbo)
---@param trials number[][] the returns of each, of the same periods
---@param options banyan.PboOptions?
---@return banyan.Pbo
function M.b.pbo(trials, options)
  options = options or {}
  check.keys("pbo", options, { "blocks", "threads" })
  local blocks = series.whole("pbo", options, "blocks", 16, 2, tonumber(C.BY_TRIAL_BLOCKS_MAX))
  if blocks % 2 ~= 0 then check.fail("pbo: blocks must be an even number, not %d", blocks) end
  local threads = series.whole("pbo", options, "threads", host.cores(), 1, 1024)
  local matrix, periods, count = series.matrix("pbo", trials, 2 * blocks)
  local set = engine.make("by_trials", C.by_trials_free, C.by_trials_new, blocks)
  for k = 0, count - 1 do
    engine.call(C.by_trials_add_returns, set, k, matrix + k, count, periods)
  end
  return M.of_trials(set, threads, true)
end

return M
