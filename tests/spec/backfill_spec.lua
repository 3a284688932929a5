-- SPDX-License-Identifier: MIT
-- What `banyan backfill` takes and refuses.
local helper = require "spec.helper"

local function backfill(plan, ...)
  local folder = helper.scratch()
  local path = helper.write(folder .. "/plan.lua",
    "local b = require 'banyan'\nreturn b.backfill " .. plan .. "\n")
  return helper.run { "backfill", path, ..., env = { BANYAN_DATA = folder .. "/data" } }
end

local function refuses(code, fragment, plan)
  local _, err, got = backfill(plan)
  assert.equal(code, got, err)
  assert.is_truthy(err:find(fragment, 1, true), ("'%s' is not in: %s"):format(fragment, err))
end

describe("backfill", function()
  it("takes all of the simulated market when the plan names no symbols", function()
    local out, err, code = backfill "{ provider = 'sim', from = '2020-01-02', to = '2020-01-31' }"
    assert.equal(0, code, err)
    assert.is_truthy(out:find("simulated", 1, true))
    assert.is_truthy(out:find("19 symbols", 1, true))
  end)

  it("says what it would do", function()
    local out, _, code = backfill("{ provider = 'sim', symbols = { 'SPY' } }", "--dry-run")
    assert.equal(0, code)
    assert.is_truthy(out:find("2014-01-02 to 2023-12-29", 1, true))
    out = backfill("{ provider = 'sim', symbols = { 'SPY' }, from = '1990-01-01' }", "--dry-run")
    assert.is_truthy(out:find("2010-01-04 to 2023-12-29 (sim has nothing before)", 1, true), out)
  end)

  it("refuses what it does not know, and says what there is", function()
    refuses(5, "there is no provider 'alpacca', did you mean 'alpaca'?", "{ provider = 'alpacca' }")
    refuses(3, "names no provider", "{ symbols = { 'SPY' } }")
    refuses(3, "b.provider { … } has made, not a table", "{ provider = {} }")
    refuses(3, "did you mean 'symbols'?", "{ provider = 'sim', symbol = { 'SPY' } }")
    refuses(5, "no symbol 'SPX'; it has BIL", "{ provider = 'sim', symbols = { 'SPX' } }")
    refuses(5, "no timeframe '1h'", "{ provider = 'sim', timeframes = { '1h' } }")
    refuses(5, "adjustment 'all' only", "{ provider = 'sim', adjustment = 'raw' }")
    refuses(3, "'from' is a day like", "{ provider = 'sim', from = '2020-02-30' }")
    refuses(3, "is after 'to'", "{ provider = 'sim', from = '2020-02-03', to = '2020-01-02' }")
    refuses(5, "none from 2024-01-02",
      "{ provider = 'sim', from = '2024-01-02', to = '2024-01-31' }")
    refuses(3, "entry 1 of 'symbols'", "{ provider = 'sim', symbols = { 7 } }")
  end)
end)
