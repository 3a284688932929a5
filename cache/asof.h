/* SPDX-License-Identifier: MIT
 *
 * Series from outside: values that are known since some moment (fundamentals, rates, the signals of
 * another system).
 *
 * A value is of some time (the month of a price index), known since another one (the day on which
 * it was published), and may be published again. From any moment on is seen, of what is known by
 * then, the value of the latest time, in its latest form. That is a function of steps, and these
 * are what the bar store has: a series of the dataset "series" and the timeframe "asof", whose bars
 * carry as time the moment since which a value is seen, as close the value, which may be 0 or
 * below, and as open the time that it is of (seconds since 1970 UTC).
 */
#ifndef BY_ASOF_H
#define BY_ASOF_H

#include "csv.h"
#include "store.h"

#define BY_ASOF_DATASET "series"
#define BY_ASOF_TIMEFRAME "asof"

typedef struct by_asof_row {
    int64_t known;
    int64_t of;
    double value;
    int32_t line; /* of its file */
} by_asof_row;

/* What became of a file. */
typedef struct by_asof_file {
    int32_t empty_count;    /* rows without a value */
    int32_t repeated_count; /* rows that repeat another one */
    int32_t unseen_count;   /* values that a later one hides at all times */
    int32_t refused_count;
    int32_t refusal_count; /* of refusals[] */
    by_csv_refusal refusals[BY_CSV_REFUSALS_KEPT];
    by_put_counts counts; /* of values that are seen at some time */
} by_asof_file;

/* By known, then by of. */
int by_asof_compare(const by_asof_row *a, const by_asof_row *b);
/* Leaves those of `count` rows, in the order of by_asof_compare, that change what is seen: one a
 * moment, of times that do not fall. Returns how many. */
int32_t by_asof_steps(by_asof_row *rows, int32_t count);

/* Merges a CSV or CSV.gz file (see asof_csv.h) into the series `name`, in one transaction. Values
 * of the same time, known since the same moment, that differ from the store are counted, and
 * written only with `replace`; which also drops chunks that are damaged. BY_DATA when nothing of
 * the file can be used; what by_store_put fails with. */
BY_API by_status by_asof_import(by_store *store, const char *path, const char *name,
                                int32_t known_start, int32_t replace, int64_t fetched_time,
                                by_asof_file *file, by_error *err);

/* The same with CSV text at hand, which is borrowed; `source` is what messages call it. */
BY_API by_status by_asof_import_text(by_store *store, const char *text, size_t size_bytes,
                                     const char *source, const char *name, int32_t known_start,
                                     int32_t replace, int64_t fetched_time, by_asof_file *file,
                                     by_error *err);

/* Writes rows "date,known,value\n" of bars of such a series, as by_export_rows does: what the
 * import reads back to the same, as long as days end at their end. */
BY_API int32_t by_asof_export(const by_bars *bars, int32_t from, char *text, int64_t size_bytes,
                              int64_t *length);

#endif
