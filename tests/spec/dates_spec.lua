-- SPDX-License-Identifier: MIT
local dates = require "banyan.dates"

describe("dates", function()
  it("formats days", function()
    assert.equal("1970-01-01", dates.format(0))
    assert.equal("1970-01-01", dates.format(86399))
    assert.equal("1969-12-31", dates.format(-1))
    assert.equal("2000-02-29", dates.format(951782400))
    assert.equal("2025-12-01", dates.format(1764547200))
    assert.equal("2025-12-01", dates.format(require "ffi".new("int64_t", 1764547200)))
  end)

  it("formats times", function()
    assert.equal("2025-12-01 14:30", dates.format_time(1764547200 + 14 * 3600 + 30 * 60))
    assert.equal("1969-12-31 23:59", dates.format_time(-60))
  end)

  it("parses days", function()
    assert.equal(0, dates.parse "1970-01-01")
    assert.equal(951782400, dates.parse "2000-02-29")
    assert.equal(-86400, dates.parse "1969-12-31")
  end)

  it("takes real days only", function()
    for _, text in ipairs { "", "2020-1-01", "2020-13-01", "2020-00-10", "2020-04-31",
      "2019-02-29", "1900-02-29", "2020-02-30", "2020-01-00", " 2020-01-01", "2020-01-01 ",
      "2020/01/01", "20200101", "2020-01-01T00:00", "tomorrow" } do
      assert.is_nil(dates.parse(text), text)
    end
    assert.is_nil(dates.parse(nil))
  end)

  it("parses times as they are written", function()
    for _, text in ipairs { "2000-02-29 14:30", "2000-02-29T14:30", "2000-02-29T14:30Z", "2000-02-29T14:30:00Z" } do
      assert.equal(951782400 + 52200, dates.parse_time(text))
    end
    assert.equal(-1, dates.parse_time "1969-12-31T23:59:59Z")
    for _, text in ipairs { "2000-02-29", "2000-02-30 14:30", "2000-02-29 24:00", "2000-02-29 14:60", "2000-02-29 1:30",
      "2000-02-29T14:30:60Z", "2000-02-29T14:30+01:00", "2000-02-29T14:30:00 ", "T14:30", "" } do
      assert.is_nil(dates.parse_time(text), text)
    end
  end)

  it("goes there and back on every day of 800 years", function()
    local first, last = dates.parse "1600-01-01", dates.parse "2399-12-31"
    assert.equal(292194 - 1, (last - first) / dates.DAY)
    for seconds = first, last, dates.DAY do
      if dates.parse(dates.format(seconds)) ~= seconds then error(dates.format(seconds)) end
    end
  end)
end)
