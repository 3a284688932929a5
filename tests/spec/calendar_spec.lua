-- SPDX-License-Identifier: MIT
local calendar = require "banyan.calendar"
local dates = require "banyan.dates"

local function trading_days(first, last)
  return calendar.trading_days(dates.parse(first) / dates.DAY, dates.parse(last) / dates.DAY)
end

local function days_text(first, last)
  local out = {}
  for i, day in ipairs(trading_days(first, last)) do
    out[i] = dates.format(day * dates.DAY):sub(6)
  end
  return table.concat(out, " ")
end

describe("calendar", function()
  it("numbers days", function()
    assert.equal(0, calendar.day(1970, 1, 1))
    assert.equal(16072, calendar.day(2014, 1, 2))
  end)

  it("closes on holidays, and on the weekdays that stand in for them", function()
    assert.equal("04-13 04-14 04-18", days_text("2022-04-13", "2022-04-18")) -- Good Friday
    assert.equal("07-02 07-06", days_text("2021-07-01", "2021-07-06"):sub(7)) -- a Sunday
    assert.equal("06-17 06-21", days_text("2022-06-17", "2022-06-21")) -- Juneteenth, a Sunday
    assert.equal("06-18 06-21", days_text("2021-06-18", "2021-06-21")) -- not kept yet
    assert.equal("12-31 01-03", days_text("2021-12-31", "2022-01-03")) -- a Saturday at New Year
    assert.equal("12-23 12-27", days_text("2021-12-23", "2021-12-27")) -- a Saturday at Christmas
    assert.equal("11-22 11-24", days_text("2023-11-22", "2023-11-24")) -- Thanksgiving
  end)

  it("has the trading days of ten years", function()
    local days = trading_days("2014-01-02", "2023-12-29")
    assert.equal(2517, #days) -- 2516 in truth: the funeral of a president is no rule
  end)
end)
