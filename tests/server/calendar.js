// SPDX-License-Identifier: MIT
// Trading days by rule, and New York's hours. A day is a whole number: days since 1970-01-01.
'use strict';

const DAY = 86400;

const dayOf = (year, month, day) => Date.UTC(year, month - 1, day) / (DAY * 1000);
const yearOf = (day) => new Date(day * DAY * 1000).getUTCFullYear();
/** Monday is 1, Sunday 7. */
const weekdayOf = (day) => ((((day + 3) % 7) + 7) % 7) + 1;
const formatted = new Map();

/** YYYY-MM-DD */
function format(day) {
  let text = formatted.get(day);
  if (!text) formatted.set(day, (text = new Date(day * DAY * 1000).toISOString().slice(0, 10)));
  return text;
}

/** The day of YYYY-MM-DD; NaN when there is no such day. */
function parse(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || '');
  if (!match) return NaN;
  const day = dayOf(+match[1], +match[2], +match[3]);
  return format(day) === text ? day : NaN;
}

function nthWeekday(year, month, weekday, n) {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

function observed(day) {
  const weekday = weekdayOf(day);
  return weekday === 6 ? day - 1 : weekday === 7 ? day + 1 : day;
}

/** Easter Sunday (Meeus, Astronomical Algorithms, chapter 8). */
function easter(year) {
  const floor = Math.floor;
  const a = year % 19;
  const b = floor(year / 100);
  const c = year % 100;
  const g = floor((b - floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * floor(c / 4) - h - (c % 4)) % 7;
  const n = h + l - 7 * floor((a + 11 * h + 22 * l) / 451) + 114;
  return dayOf(year, floor(n / 31), (n % 31) + 1);
}

// Closed for mourning, weather and attacks.
const CLOSURES = ['1994-04-27', '2001-09-11', '2001-09-12', '2001-09-13', '2001-09-14', '2004-06-11', '2007-01-02',
  '2012-10-29', '2012-10-30', '2018-12-05', '2025-01-09'].map(parse);

function usHolidays(year) {
  const newYear = dayOf(year, 1, 1);
  const closed = [
    weekdayOf(newYear) === 6 ? newYear : observed(newYear),
    nthWeekday(year, 2, 1, 3),
    easter(year) - 2,
    nthWeekday(year, 6, 1, 1) - 7,
    observed(dayOf(year, 7, 4)),
    nthWeekday(year, 9, 1, 1),
    nthWeekday(year, 11, 4, 4),
    observed(dayOf(year, 12, 25)),
  ];
  if (year >= 1998) closed.push(nthWeekday(year, 1, 1, 3));
  if (year >= 2022) closed.push(observed(dayOf(year, 6, 19)));
  return new Set([...closed, ...CLOSURES]);
}

const holidays = new Map();

function isUsSession(day) {
  if (weekdayOf(day) > 5) return false;
  const year = yearOf(day);
  if (!holidays.has(year)) holidays.set(year, usHolidays(year));
  return !holidays.get(year).has(day);
}

/** Sessions that end at 13:00. */
function isUsHalfDay(day) {
  const year = yearOf(day);
  const month = new Date(day * DAY * 1000).getUTCMonth() + 1;
  if (year < 1993 || ![7, 11, 12].includes(month)) return false;
  const third = dayOf(year, 7, 3);
  const weekday = weekdayOf(third);
  if (day === nthWeekday(year, 11, 4, 4) + 1) return true;
  if (day === dayOf(year, 12, 24)) return weekdayOf(day) <= 4;
  if (day === dayOf(year, 12, 26)) return year === 1997 || year === 2003;
  if (weekday === 3 && year < 2013) return day === third + 2;
  return year >= 1995 && day === third && weekday <= 4;
}

const SESSIONS = {
  us: isUsSession,
  always: () => true,
  weekdays: (day) => weekdayOf(day) <= 5,
  nepse: (day) => weekdayOf(day) === 7 || weekdayOf(day) <= 4,
};

const FIRST = dayOf(1990, 1, 1);
const END = dayOf(2040, 1, 1);
const lists = new Map();

/** All sessions of a calendar, rising. */
function sessions(calendar) {
  if (!lists.has(calendar)) {
    const days = [];
    for (let day = FIRST; day < END; day++) if (SESSIONS[calendar](day)) days.push(day);
    lists.set(calendar, Int32Array.from(days));
  }
  return lists.get(calendar);
}

/** Index of the first session that is not before `day`. */
function sessionIndex(calendar, day) {
  const list = sessions(calendar);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

const summers = new Map();

/** Seconds from New York's clock to UTC on a day (of its daytime). */
function newYorkOffset(day) {
  const year = yearOf(day);
  if (!summers.has(year)) {
    summers.set(year, year >= 2007
      ? [nthWeekday(year, 3, 7, 2), nthWeekday(year, 11, 7, 1)]
      : [nthWeekday(year, 4, 7, 1), nthWeekday(year, 11, 7, 1) - 7]);
  }
  const [first, end] = summers.get(year);
  return (day >= first && day < end ? 4 : 5) * 3600;
}

module.exports = { DAY, dayOf, format, isUsHalfDay, newYorkOffset, parse, sessionIndex, sessions };
