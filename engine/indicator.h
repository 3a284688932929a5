/* SPDX-License-Identifier: MIT
 *
 * Indicators: one file each in engine/indicators, one entry point here.
 *
 * A kernel sees a stretch without NaN in what it reads and is defined on that stretch alone, so a
 * NaN leaves with its window and recursive indicators restart after it. Windows are recomputed from
 * their values: nothing drifts.
 */
#ifndef BY_INDICATOR_H
#define BY_INDICATOR_H

#include "status.h"
#include "tree.h"

/* How an indicator is computed: as many windows (bars, each 1 .. BY_WINDOW_MAX) and numbers as the
 * kind has, and which of its definitions. */
typedef struct by_recipe {
    int32_t window[3];
    int32_t variant;
    double number[2];
} by_recipe;

/* What indicators are measured over, oldest first; a NULL column is not there. `close` is always
 * there (any series); without `open`, `high` or `low` it stands for them. `other` is the second
 * series of those that read one. `time` as in by_bars. */
typedef struct by_inputs {
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    const double *volume;
    const double *other;
    const int64_t *time;
} by_inputs;

/* Values of `kind` by `recipe` over the rows 0 .. count of `inputs`. Writes out[0 .. count), NaN
 * where not computable, and everywhere when a volume, a time or a second series is read and not
 * there; `out` must not overlap the inputs. Return-like values are in percent. Returns the index of
 * the first value, or `count` when there is none. Cannot fail; thread-safe. */
BY_API int32_t by_indicator_compute(int32_t kind, const by_recipe *recipe, const by_inputs *inputs,
                                    int32_t count, double *out);
/* Rows that are needed up to the first value: 1 for close, w for sma, w + 1 for rsi and so on. */
BY_API int32_t by_indicator_closes_needed(int32_t kind, const by_recipe *recipe);
/* Number of windows and of numbers, BY_READS_ bits, largest variant, options, Lua name and title of
 * a kind; 0 and NULL for an unknown one. */
BY_API int32_t by_indicator_window_count(int32_t kind);
BY_API int32_t by_indicator_number_count(int32_t kind);
BY_API int32_t by_indicator_reads(int32_t kind);
BY_API int32_t by_indicator_variant_max(int32_t kind);
BY_API const char *by_indicator_options(int32_t kind);
BY_API const char *by_indicator_name(int32_t kind);
BY_API const char *by_indicator_title(int32_t kind);

#endif
