-- SPDX-License-Identifier: MIT
-- Calendars of which only the week is known: a day of it on which nothing was traded may have been
-- a holiday.

---@type table<string, banyan.calendar.rule>
return {
  -- Crypto trades around the clock; days are those of UTC, and there are no holidays to know.
  always = { known = true, weekdays = { 1, 2, 3, 4, 5, 6, 7 }, open_s = 0, minutes = 1440 },
  -- From Sunday 22:00 UTC to Friday 22:00, each session named by the day on which it ends.
  forex = { known = false, weekdays = { 1, 2, 3, 4, 5 }, open_s = -2 * 3600, minutes = 1440 },
  -- Nepal: 11:00 to 15:00 at 5:45 east of UTC.
  nepse = { known = false, weekdays = { 7, 1, 2, 3, 4 }, open_s = 5.25 * 3600, minutes = 240 },
  weekdays = { known = false, weekdays = { 1, 2, 3, 4, 5 }, open_s = 0, minutes = 1440 },
}
