/* SPDX-License-Identifier: MIT */
#include "random_tree.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { DAY = 86400, FIRST_DAY = 12000 }; /* seconds; since 1970 */

uint64_t random_next(random_source *source) {
    source->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = source->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int32_t random_below(random_source *source, int32_t count) {
    return (int32_t)(random_next(source) % (uint64_t)count);
}

double random_fraction(random_source *source) {
    return (double)(random_next(source) >> 11) * 0x1p-53;
}

int32_t random_chance(random_source *source, double chance) {
    return random_fraction(source) < chance;
}

/* Powers of ten by multiplication: the same bits whatever the libm. */
static double power_of_ten(int32_t exponent) {
    double value = 1;
    for (int32_t i = 0; i < exponent; i++) {
        value *= 10;
    }
    for (int32_t i = 0; i > exponent; i--) {
        value /= 10;
    }
    return value;
}

static double bounded(double price) {
    return price < 1e-3 ? 1e-3 : price > 1e12 ? 1e12 : price;
}

/* Closes in one of several moods: cents (many equal prices) or full doubles. */
static void walk(double *close, int32_t count, random_source *source) {
    double scale = random_chance(source, 0.7) ? 100 : power_of_ten(random_below(source, 16) - 3);
    double swing = random_chance(source, 0.2) ? 0.2 : 0.03;
    int32_t cents = random_chance(source, 0.4);
    double flat_chance = random_chance(source, 0.3) ? 0.03 : 0.002;
    int32_t jumps = random_below(source, 4) == 0 ? 2 : 0;
    int32_t flat = 0;
    double price = scale;
    for (int32_t i = 0; i < count; i++) {
        if (flat == 0 && random_chance(source, flat_chance)) {
            flat = 2 + random_below(source, 60);
        }
        if (flat > 0) {
            flat--;
        } else {
            price *= 1 + swing * (random_fraction(source) - 0.49);
        }
        if (jumps > 0 && random_chance(source, 0.01)) {
            price *= power_of_ten(random_below(source, 9) - 4);
            jumps--;
        }
        price = bounded(cents ? rint(price / scale * 100) / 100 * scale : price);
        close[i] = price;
    }
}

/* The other columns around the closes: not known in the early part of some series and now and then
 * in others, but known at last. */
static void surround(random_bars *bars, int32_t symbol, random_source *source) {
    int32_t last = bars->bar_count[symbol] - 1;
    double miss = random_chance(source, 0.2) ? 0.02 : 0;
    int32_t known = random_chance(source, 0.2) ? random_below(source, last + 1) : 0;
    double before = bars->close[symbol][0];
    for (int32_t i = 0; i < bars->bar_count[symbol]; i++) {
        double close = bars->close[symbol][i];
        double open = bounded(before * (1 + 0.02 * (random_fraction(source) - 0.5)));
        double high = (open > close ? open : close) * (1 + 0.01 * random_fraction(source));
        double low = (open < close ? open : close) * (1 - 0.01 * random_fraction(source));
        double columns[] = {open, high, low, random_below(source, 1000000)};
        for (int32_t c = 0; c < 4; c++) {
            bool unknown = i < known || random_chance(source, miss);
            columns[c] = unknown && i < last ? NAN : columns[c];
        }
        bars->open[symbol][i] = columns[0];
        bars->high[symbol][i] = columns[1];
        bars->low[symbol][i] = columns[2];
        bars->volume[symbol][i] = columns[3];
        before = close;
    }
}

/* A twin has the bars of an earlier symbol, or these times a power of two: equal returns. */
static void copy_twin(random_bars *bars, int32_t symbol, int32_t of, random_source *source) {
    double factor = random_chance(source, 0.5) ? 1 : 4;
    bars->bar_count[symbol] = bars->bar_count[of];
    for (int32_t i = 0; i < bars->bar_count[of]; i++) {
        bars->time[symbol][i] = bars->time[of][i];
        bars->open[symbol][i] = bars->open[of][i] * factor;
        bars->high[symbol][i] = bars->high[of][i] * factor;
        bars->low[symbol][i] = bars->low[of][i] * factor;
        bars->close[symbol][i] = bars->close[of][i] * factor;
        bars->volume[symbol][i] = bars->volume[of][i];
    }
}

static void fill_symbol(random_bars *bars, int32_t symbol, random_source *source) {
    int32_t sessions = bars->session_count;
    if (symbol > 0 && random_chance(source, 0.15)) {
        copy_twin(bars, symbol, random_below(source, symbol), source);
        return;
    }
    int32_t first = random_chance(source, 0.4) ? random_below(source, sessions / 3) : 0;
    int32_t last = sessions - 1;
    if (random_chance(source, 0.15)) {
        last -= random_below(source, sessions / 4);
    }
    double miss = random_chance(source, 0.3) ? 0.08 : 0;
    int32_t count = 0;
    for (int32_t day = first; day <= last; day++) {
        if (count == 0 || !random_chance(source, miss)) {
            bars->time[symbol][count++] = INT64_C(86400) * (FIRST_DAY + day + day / 5 * 2);
        }
    }
    bars->bar_count[symbol] = count;
    walk(bars->close[symbol], count, source);
    surround(bars, symbol, source);
}

static int32_t slice_symbol(random_bars *bars, int32_t symbol, int32_t slice,
                            random_source *source) {
    int32_t parts = random_chance(source, 0.6) ? 1 : 1 + random_below(source, RANDOM_SLICES_MAX);
    int32_t first = 0;
    for (int32_t part = 0; part < parts; part++) {
        int32_t left = bars->bar_count[symbol] - first - (parts - part - 1);
        int32_t count = part + 1 == parts ? left : 1 + random_below(source, left);
        bars->slices[slice + part] = (by_bars){.count = count,
                                               .time = bars->time[symbol] + first,
                                               .open = bars->open[symbol] + first,
                                               .high = bars->high[symbol] + first,
                                               .low = bars->low[symbol] + first,
                                               .close = bars->close[symbol] + first,
                                               .volume = bars->volume[symbol] + first};
        first += count;
    }
    return parts;
}

void random_bars_fill(random_bars *bars, random_source *source) {
    static const char *const names[RANDOM_SYMBOLS_MAX] = {"AAA", "BBB", "CCC", "DDD", "EEE", "FFF",
                                                          "GGG", "HHH", "III", "JJJ", "KKK", "LLL"};
    memset(bars, 0, sizeof *bars);
    bars->symbol_count = 1 + random_below(source, RANDOM_SYMBOLS_MAX);
    bars->session_count = 60 + random_below(source, RANDOM_BARS_MAX - 60 + 1);
    int32_t slice = 0;
    for (int32_t symbol = 0; symbol < bars->symbol_count; symbol++) {
        bars->names[symbol] = names[symbol];
        fill_symbol(bars, symbol, source);
        bars->slice_first[symbol] = slice;
        slice += slice_symbol(bars, symbol, slice, source);
    }
    bars->slice_first[bars->symbol_count] = slice;
    bars->bar_seconds = random_chance(source, 0.5) ? DAY : 0;
}

/* When row `number` of a session begins. */
static int64_t time_of(int32_t day, int32_t number, int32_t step) {
    const bool summer = day / 9 % 2 == 0;
    const bool half = day % 8 == 5;
    const int64_t open = (summer ? 13 : 14) * 3600 + 1800;
    const int32_t slot = half ? number : number + number / 2; /* a pause after each two */
    return INT64_C(86400) * (14000 + day + day / 5 * 2) + open + (int64_t)slot * step;
}

void random_bars_split(random_bars *bars, random_source *source) {
    static const int32_t steps[] = {300, 900, 1800, 3600};
    const int32_t step = steps[random_below(source, 4)];
    const int32_t rows = 2 + random_below(source, 6);
    const bool always = random_chance(source, 0.4);
    for (int32_t symbol = 0; symbol < bars->symbol_count; symbol++) {
        for (int32_t i = 0; i < bars->bar_count[symbol]; i++) {
            int64_t *time = &bars->time[symbol][i];
            const int32_t days = (int32_t)(*time / DAY) - FIRST_DAY;
            const int32_t session = days / 7 * 5 + days % 7;
            *time = always ? INT64_C(86400) * 14000 + (int64_t)session * step
                           : time_of(session / rows, session % rows, step);
        }
    }
    bars->bar_seconds = random_chance(source, 0.7)   ? step
                        : random_chance(source, 0.5) ? 0
                                                     : 2 * step; /* they overlap */
}
