/* SPDX-License-Identifier: MIT */
#include "when.h"

#include <stdio.h>

static const char not_a_time[] =
    "is not a time (YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS, or seconds or milliseconds since 1970)";
static const char out_of_range[] = "is not within the years 1900 to 2200";

/* Days since 1970 of a date of the proleptic Gregorian calendar: whole 400-year eras, and years
 * that begin in March so that the leap day comes last. */
static int64_t days_of(int64_t year, int month, int day) {
    int64_t y = year - (month <= 2);
    int64_t era = y / 400, year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* `count` digits at *at, and steps over them; -1 when there are fewer. */
static int digits(const char **at, const char *end, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (*at == end || **at < '0' || **at > '9') {
            return -1;
        }
        value = value * 10 + (*(*at)++ - '0');
    }
    return value;
}

static int take(const char **at, const char *end, char c) {
    if (*at < end && **at == c) {
        (*at)++;
        return 1;
    }
    return 0;
}

static const char *parse_date(const char **at, const char *end, by_when *out) {
    int year = digits(at, end, 4);
    int dashed = take(at, end, '-');
    int month = digits(at, end, 2);
    if (year < 0 || month < 0 || (dashed && !take(at, end, '-'))) {
        return not_a_time;
    }
    int day = digits(at, end, 2);
    if (day < 0) {
        return not_a_time;
    }
    if (year < 1900 || year > 2200) {
        return out_of_range;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) {
        return "is a date that is not in the calendar";
    }
    out->local_day = days_of(year, month, day) * BY_DAY_SECONDS;
    return NULL;
}

/* "+01:00", "-0500" or "+01" into seconds; -1 in *ok when it is none of them. */
static int64_t parse_offset(const char **at, const char *end, int *ok) {
    int sign = **at == '-' ? -1 : 1;
    (*at)++;
    int hours = digits(at, end, 2), minutes = 0;
    if (*at < end) {
        take(at, end, ':');
        minutes = digits(at, end, 2);
    }
    *ok = hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59;
    return sign * (hours * INT64_C(3600) + minutes * INT64_C(60));
}

static const char *parse_clock(const char **at, const char *end, by_when *out) {
    int hour = digits(at, end, 2);
    int minute = take(at, end, ':') ? digits(at, end, 2) : -1;
    int second = take(at, end, ':') ? digits(at, end, 2) : 0;
    if (hour < 0 || minute < 0 || second < 0) {
        return not_a_time;
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return "has a clock time that does not exist";
    }
    if (take(at, end, '.')) {
        if (digits(at, end, 1) < 0) {
            return not_a_time;
        }
        while (digits(at, end, 1) >= 0) {
        }
    }
    int64_t clock = hour * INT64_C(3600) + minute * INT64_C(60) + second, offset = 0;
    out->is_midnight = clock == 0;
    take(at, end, ' ');
    if (*at < end && (**at == '+' || **at == '-')) {
        int ok;
        offset = parse_offset(at, end, &ok);
        if (!ok) {
            return "has an offset from UTC that is not of the form +01:00";
        }
        out->has_offset = 1;
    } else {
        take(at, end, 'Z');
    }
    out->time = out->local_day + clock - offset;
    return NULL;
}

/* A number of seconds or milliseconds; ".0" behind it is what spreadsheets add. */
static const char *parse_epoch(const char *at, const char *end, by_when *out) {
    int negative = take(&at, end, '-'), count = 0;
    int64_t value = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++, count++) {
        if (count == 18) {
            return out_of_range;
        }
        value = value * 10 + (*at - '0');
    }
    if (count == 0 || (at < end && *at != '.')) {
        return not_a_time;
    }
    if (take(&at, end, '.')) {
        for (; at < end && *at == '0'; at++) {
        }
        if (at < end) {
            return "has a fraction of a second";
        }
    }
    value = negative ? -value : value;
    if (value < BY_WHEN_MIN || value >= BY_WHEN_END) {
        int64_t rest = value % 1000;
        value = (value - (rest < 0 ? rest + 1000 : rest)) / 1000;
    }
    int64_t rest = value % BY_DAY_SECONDS;
    out->time = value;
    out->local_day = value - (rest < 0 ? rest + BY_DAY_SECONDS : rest);
    out->is_midnight = rest == 0;
    return NULL;
}

static int all_digits(const char *text, size_t length) {
    size_t count = 0;
    while (count < length && text[count] >= '0' && text[count] <= '9') {
        count++;
    }
    return count == length;
}

const char *by_when_parse(const char *text, size_t length, by_when *out) {
    const char *at = text, *end = text + length, *fault;
    *out = (by_when){0};
    int dated = length >= 8 && all_digits(text, 4) &&
                (text[4] == '-' ||
                 (all_digits(text, 8) && (length == 8 || text[8] == 'T' || text[8] == ' ')));
    if (!dated) {
        fault = parse_epoch(at, end, out);
    } else {
        fault = parse_date(&at, end, out);
        out->time = out->local_day;
        out->is_midnight = 1;
        if (fault == NULL && (take(&at, end, 'T') || take(&at, end, ' '))) {
            fault = parse_clock(&at, end, out);
        }
        if (fault == NULL && at != end) {
            fault = not_a_time;
        }
    }
    if (fault == NULL && (out->time < BY_WHEN_MIN || out->time >= BY_WHEN_END)) {
        fault = out_of_range;
    }
    return fault;
}

const char *by_when_text(int64_t time, char buffer[BY_WHEN_TEXT_SIZE]) {
    int64_t rest = time % BY_DAY_SECONDS;
    rest += rest < 0 ? BY_DAY_SECONDS : 0;
    int64_t days = time / BY_DAY_SECONDS - (time % BY_DAY_SECONDS < 0) + 719468;
    if (days < 0 || days > 3652059 + 400) { /* not a time of ours: years 0 .. 9999 */
        (void)snprintf(buffer, BY_WHEN_TEXT_SIZE, "%lld", (long long)time);
        return buffer;
    }
    int64_t era = days / 146097, day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_of_year = (int)((5 * day_of_year + 2) / 153);
    int day = (int)(day_of_year - (153 * month_of_year + 2) / 5) + 1;
    int month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
    int year = (int)(year_of_era + era * 400) + (month <= 2);
    int length = snprintf(buffer, BY_WHEN_TEXT_SIZE, "%04d-%02d-%02d", year % 10000, month, day);
    if (rest != 0 && length > 0) {
        (void)snprintf(buffer + length, BY_WHEN_TEXT_SIZE - (size_t)length, "T%02d:%02d:%02dZ",
                       (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    }
    return buffer;
}
