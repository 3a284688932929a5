-- SPDX-License-Identifier: MIT
local calendar = require "banyan.calendar"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local helper = require "spec.helper"
local shared = require "spec.shared"

local function day_of(date) return dates.parse(date) / dates.DAY end

local function date_of(day) return dates.format(day * dates.DAY) end

local function time_of(text)
  local hour, minute = text:match " (%d+):(%d+)$"
  return dates.parse(text:sub(1, 10)) + hour * 3600 + minute * 60
end

local function trading_days(first, last)
  return calendar.trading_days(day_of(first), day_of(last))
end

local function text_of(days)
  local out = {}
  for i, day in ipairs(days) do out[i] = date_of(day):sub(6) end
  return table.concat(out, " ")
end

local function days_text(first, last) return text_of(trading_days(first, last)) end

local function sessions_text(name, first, last)
  return text_of(calendar.of(name):sessions(day_of(first), day_of(last)))
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
    assert.equal(2516, calendar.of "us":count(day_of "2014-01-02", day_of "2023-12-29"))
  end)

  it("says which names it knows", function()
    local ok, err = pcall(calendar.of, "forx")
    assert.is_false(ok)
    assert.equal("STRATEGY", failure.failure_of(err).status)
    assert.equal("there is no calendar 'forx', did you mean 'forex'?; there are always, forex, "
      .. "nepse, us, weekdays", tostring(err))
    assert.equal(calendar.of "us", calendar.of "us")
  end)

  it("counts what it lists", function()
    for _, name in ipairs(calendar.names) do
      local cal = calendar.of(name)
      for first = day_of "1999-12-20", day_of "2000-01-05" do
        local wanted = 0
        for last = first - 2, first + 400 do
          if last >= first and cal:is_session(last) then wanted = wanted + 1 end
          if cal:count(first, last) ~= wanted then
            error(name .. " " .. date_of(first) .. " " .. date_of(last))
          end
        end
      end
    end
  end)
end)

describe("the calendar of the US exchanges", function()
  local us = calendar.of "us"

  it("has the sessions of each year that the exchange had", function()
    -- Known yearly numbers of sessions of the New York Stock Exchange.
    local counts = { [1968] = 226, [1969] = 250, [1970] = 254, [1985] = 252, [1994] = 252,
      [1998] = 252, [2001] = 248, [2004] = 252, [2007] = 251, [2012] = 250, [2018] = 251,
      [2020] = 253, [2022] = 251, [2023] = 250, [2024] = 252, [2025] = 250 }
    for year, count in pairs(counts) do
      assert.equal(count, us:count(calendar.day(year, 1, 1), calendar.day(year, 12, 31)), year)
    end
    assert.is_true(us.known)
  end)

  it("knows the closures that no rule tells", function()
    for _, date in ipairs { "1985-09-27", "1994-04-27", "2001-09-11", "2001-09-14", "2004-06-11",
      "2007-01-02", "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09" } do
      assert.is_false(us:is_session(day_of(date)), date)
    end
    assert.equal("09-10 09-17", sessions_text("us", "2001-09-10", "2001-09-17"))
  end)

  it("has kept each holiday since it has", function()
    assert.is_true(us:is_session(day_of "1997-01-20")) -- Martin Luther King
    assert.is_false(us:is_session(day_of "1998-01-19"))
    assert.is_true(us:is_session(day_of "1971-02-22")) -- Washington
    assert.is_false(us:is_session(day_of "1971-02-15"))
    assert.is_false(us:is_session(day_of "1970-02-23"))
    assert.is_false(us:is_session(day_of "1980-11-04")) -- the choice of a president
    assert.is_true(us:is_session(day_of "1984-11-06"))
    assert.is_true(us:is_session(day_of "1970-05-29")) -- Memorial Day on a Saturday
  end)

  it("opens and closes by the clock of New York", function()
    local function hours(date) -- in UTC
      local day = day_of(date)
      local close = dates.format_time(us:close_time(day))
      return dates.format_time(us:open_time(day)) .. " " .. close:sub(12)
    end
    assert.equal("2024-03-08 14:30 21:00", hours "2024-03-08") -- around the second Sunday of March
    assert.equal("2024-03-11 13:30 20:00", hours "2024-03-11")
    assert.equal("2024-11-01 13:30 20:00", hours "2024-11-01") -- and the first of November
    assert.equal("2024-11-04 14:30 21:00", hours "2024-11-04")
    assert.equal("2006-03-31 14:30 21:00", hours "2006-03-31") -- until 2006: April and October
    assert.equal("2006-04-03 13:30 20:00", hours "2006-04-03")
    assert.equal("2006-10-27 13:30 20:00", hours "2006-10-27")
    assert.equal("2006-10-30 14:30 21:00", hours "2006-10-30")
    assert.equal("1986-04-25 14:30 21:00", hours "1986-04-25") -- until 1986 the last of April
    assert.equal("1986-04-28 13:30 20:00", hours "1986-04-28")
    assert.equal("1987-04-06 13:30 20:00", hours "1987-04-06")
    assert.equal("1974-01-04 14:30 21:00", hours "1974-01-04") -- when oil was short
    assert.equal("1974-01-07 13:30 20:00", hours "1974-01-07")
    assert.equal("1975-02-21 14:30 21:00", hours "1975-02-21")
    assert.equal("1975-02-24 13:30 20:00", hours "1975-02-24")
    assert.equal("1975-10-24 13:30 20:00", hours "1975-10-24")
    assert.equal("1975-10-27 14:30 21:00", hours "1975-10-27")
  end)

  it("closes at 13:00 on half days", function()
    local function half_days(year)
      local out = {}
      for _, day in ipairs(us:sessions(calendar.day(year, 1, 1), calendar.day(year, 12, 31))) do
        if us:close_time(day) - us:open_time(day) == 3.5 * 3600 then out[#out + 1] = day end
      end
      return text_of(out)
    end
    assert.equal("07-03 11-29 12-24", half_days(2024))
    assert.equal("07-03 11-24", half_days(2023)) -- Christmas on a Monday
    assert.equal("11-25", half_days(2022))
    assert.equal("11-26", half_days(2021)) -- both holidays moved
    assert.equal("11-27 12-24", half_days(2020)) -- 3 July was the holiday
    assert.equal("07-03 11-29 12-24", half_days(2013))
    assert.equal("07-05 11-29 12-24", half_days(2002)) -- until 2012 the Friday behind
    assert.equal("07-03 11-28 12-24 12-26", half_days(2003))
    assert.equal("11-26", half_days(1993))
    assert.equal("", half_days(1992))
    assert.equal("2024-11-29 18:00", dates.format_time(us:close_time(day_of "2024-11-29")))
  end)

  it("finds the next close and the last session over", function()
    local function next_close(text) return dates.format_time(us:next_close(time_of(text))) end
    assert.equal("2024-11-29 18:00", next_close "2024-11-27 21:00") -- over Thanksgiving
    assert.equal("2024-11-27 21:00", next_close "2024-11-27 20:59")
    assert.equal("2024-12-02 21:00", next_close "2024-11-29 18:00") -- over a weekend
    assert.equal("2001-09-17 20:00", next_close "2001-09-10 20:00")
    local function last_closed(text) return date_of(us:last_closed(time_of(text))) end
    assert.equal("2024-11-27", last_closed "2024-11-29 17:59")
    assert.equal("2024-11-29", last_closed "2024-11-29 18:00")
    assert.equal("2024-11-29", last_closed "2024-12-02 20:59")
    assert.equal("2001-09-10", last_closed "2001-09-17 19:59")
  end)

  it("estimates bars", function()
    local first, last = day_of "2024-11-25", day_of "2024-11-29" -- three days and a half one
    assert.equal(4, us:bar_count(dates.DAY, first, last))
    assert.equal(3 * 390 + 210, us:bar_count(60, first, last))
    assert.equal(3 * 78 + 42, us:bar_count(300, first, last))
    assert.equal(3 * 7 + 4, us:bar_count(3600, first, last))
    assert.equal(0, us:bar_count(60, last, first))
    assert.equal(3 * 1440, calendar.of "always":bar_count(60, first, first + 2))
  end)
end)

describe("the calendars of a week", function()
  it("have their days", function()
    assert.equal("03-08 03-09 03-10 03-11", sessions_text("always", "2024-03-08", "2024-03-11"))
    assert.equal("03-08 03-11", sessions_text("forex", "2024-03-08", "2024-03-11"))
    assert.equal("03-08 03-11", sessions_text("weekdays", "2024-03-08", "2024-03-11"))
    assert.equal("03-07 03-10 03-11", sessions_text("nepse", "2024-03-07", "2024-03-11"))
  end)

  it("have their hours", function()
    local day = day_of "2024-03-11" -- a Monday
    local function hours(name)
      local cal = calendar.of(name)
      return dates.format_time(cal:open_time(day)) .. ", " .. dates.format_time(cal:close_time(day))
    end
    assert.equal("2024-03-11 00:00, 2024-03-12 00:00", hours "always")
    assert.equal("2024-03-11 00:00, 2024-03-12 00:00", hours "weekdays")
    assert.equal("2024-03-10 22:00, 2024-03-11 22:00", hours "forex")
    assert.equal("2024-03-11 05:15, 2024-03-11 09:15", hours "nepse")
    assert.equal("2024-03-12 00:00",
      dates.format_time(calendar.of "always":next_close(time_of "2024-03-11 00:00")))
    assert.equal("2024-03-11 22:00", -- from a Friday at the close
      dates.format_time(calendar.of "forex":next_close(time_of "2024-03-08 22:00")))
    assert.equal("2024-03-10",
      date_of(calendar.of "always":last_closed(time_of "2024-03-11 00:00")))
  end)

  it("say that their holidays are not known", function()
    assert.is_true(calendar.of "always".known)
    for _, name in ipairs { "forex", "nepse", "weekdays" } do
      assert.is_false(calendar.of(name).known, name)
    end
  end)
end)

describe("the calendar of the US exchanges against real prices", function()
  --- How many of the folder's series have a bar on each day, and how many series there are.
  local function bars_by_day(folder)
    local bars, files = {}, 0
    for path in assert(io.popen("ls " .. helper.quote(folder) .. "/*.csv.gz")):lines() do
      files = files + 1
      for date in shared.unpacked(path):gmatch "(%d%d%d%d%-%d%d%-%d%d)," do
        local day = day_of(date)
        bars[day] = (bars[day] or 0) + 1
      end
    end
    return bars, files
  end

  it("has a session for every bar, and bars for every session", function()
    if not shared.present() then return pending(shared.absent) end
    local us = calendar.of "us"
    local bars, files = bars_by_day(shared.folder .. "/data/us_daily_adjusted")
    assert.is_true(files > 200)
    local first, last = math.huge, -math.huge
    for day in pairs(bars) do
      assert.is_true(us:is_session(day), date_of(day))
      first, last = math.min(first, day), math.max(last, day)
    end
    for _, day in ipairs(us:sessions(first, last)) do
      assert.is_true((bars[day] or 0) > files / 2, date_of(day))
    end
  end)
end)
