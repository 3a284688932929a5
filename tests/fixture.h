/* SPDX-License-Identifier: MIT
 *
 * Bars of our own making, and what tests of the bar store ask of it.
 */
#ifndef BY_TEST_FIXTURE_H
#define BY_TEST_FIXTURE_H

#include "../cache/store.h"

enum { DAY = 86400, BARS_MAX = 12000 };

/* A series of our own making: bar i is of day `first + i * step`. */
typedef struct series {
    by_bars bars;
    int64_t time[BARS_MAX];
    double column[5][BARS_MAX];
} series;

series *fixture_series(int32_t first, int32_t step, int32_t count);
by_series_id fixture_id(const char *symbol);
by_store *fixture_open(const char *folder, int mode);
by_put_counts fixture_put(by_store *store, const char *symbol, const by_bars *bars, int replace);
/* Expects opening to fail with `status` and a message with `part`. */
void fixture_refuses(const char *folder, int mode, by_status status, const char *part);
/* Expects exactly these bars in the series. */
void fixture_holds(by_store *store, const char *symbol, const by_bars *expected);
int64_t fixture_size(const char *path);

/* Opens, lists, checks and reads whatever is there; must not crash. Returns whether all is well. */
int fixture_survives(const char *folder, int mode, const by_bars *expected);

#endif
