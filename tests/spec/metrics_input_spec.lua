-- SPDX-License-Identifier: MIT
-- What b.metrics refuses, and its page.
local b = require "banyan"
local failure = require "banyan.failure"

describe("b.metrics", function()
  local function refuses(words, ...)
    local ok, why = pcall(b.metrics, ...)
    assert.is_false(ok, words)
    assert(failure.failure_of(why), tostring(why))
    assert(tostring(why):find(words, 1, true), tostring(why))
  end

  it("refuses what is no series of returns", function()
    refuses("metrics takes an array of returns", nil)
    refuses("metrics takes an array of returns", "x")
    refuses("and nothing else in that table", { returns = { 0.1 }, rf = 0.02 })
    refuses("return 2 is a string, not a number", { 0.1, "0.2" })
    refuses("return 1 is infinite", { 1 / 0 })
    local long = require "table.new" (1e7 + 1, 0)
    for i = 1, 1e7 + 1 do long[i] = 0 end
    refuses("10000001 returns; at most 10000000 are taken", long)
  end)

  it("refuses wrong options, and says which", function()
    refuses("unknown key 'benchmrk', did you mean 'benchmark'?", { 0.1 }, { benchmrk = {} })
    refuses("1 returns and 2 of the benchmark", { 0.1 }, { benchmark = { 0.1, 0.2 } })
    refuses("metrics: benchmark: return 1 is a boolean", { 0.1 }, { benchmark = { true } })
    refuses("rf must be a number from -0.99", { 0.1 }, { rf = -1 })
    refuses("rf must be a number", { 0.1 }, { rf = "2%" })
    refuses("periods must be a number", { 0.1 }, { periods = 0 })
    refuses("0 dates of 1 returns", { 0.1 }, { dates = {} })
    refuses("date 1 must be a day such as \"2015-01-31\", not '2015-02-30'", { 0.1 },
      { dates = { "2015-02-30" } })
    refuses("date 2, 2020-01-01, is before date 1, 2020-01-02", { 0, 0 },
      { dates = { "2020-01-02", "2020-01-01" } })
    refuses("dates must be an array", { 0.1 }, { dates = "2020-01-02" })
  end)
end)

describe("docs/metrics.md", function()
  it("is what the sources say", function()
    local page = assert(loadfile "docs/generate_metrics.lua")().page()
    local file = assert(io.open("docs/metrics.md", "rb"))
    local committed = file:read "*a"
    file:close()
    assert(page == committed, "make it anew with `make docs`")
  end)
end)
