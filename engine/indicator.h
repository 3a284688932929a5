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

/* What indicators are measured over, oldest first; a NULL column is not there. `close` is always
 * there (any series); without `open`, `high` or `low` it stands for them. `time` as in by_bars. */
typedef struct by_inputs {
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    const double *volume;
    const int64_t *time;
} by_inputs;

/* Values of `kind` with `window` (bars; as many as the kind has, each 1 .. BY_WINDOW_MAX) over the
 * rows 0 .. count of `inputs`, by the definition `variant` of the kind's file. Writes
 * out[0 .. count), NaN where not computable, and everywhere when volume or time are read and not
 * there; `out` must not overlap the inputs. Return-like values are in percent. Returns the index of
 * the first value, or `count` when there is none. Cannot fail; thread-safe. */
BY_API int32_t by_indicator_compute(int32_t kind, const int32_t window[3], int32_t variant,
                                    const by_inputs *inputs, int32_t count, double *out);
/* Rows that are needed up to the first value: 1 for close, w for sma, w + 1 for rsi and so on. */
BY_API int32_t by_indicator_closes_needed(int32_t kind, const int32_t window[3], int32_t variant);
/* Number of windows, BY_READS_ bits, largest variant, Lua name and title of a kind; 0 and NULL for
 * an unknown one. */
BY_API int32_t by_indicator_window_count(int32_t kind);
BY_API int32_t by_indicator_reads(int32_t kind);
BY_API int32_t by_indicator_variant_max(int32_t kind);
BY_API const char *by_indicator_name(int32_t kind);
BY_API const char *by_indicator_title(int32_t kind);

#endif
