/* SPDX-License-Identifier: MIT
 *
 * CSV or CSV.gz files into the bar store, one transaction a file. Files are parsed on several
 * threads and written in the order in which they were given.
 */
#ifndef BY_IMPORT_H
#define BY_IMPORT_H

#include "csv.h"
#include "store.h"

enum { BY_IMPORT_FILE_BYTES_MAX = 1 << 30 }; /* of one file, unpacked */

typedef struct by_import by_import;

typedef struct by_import_options {
    by_csv_options csv;
    int32_t replace;
    int32_t thread_count;
    int64_t fetched_time;
} by_import_options;

/* What became of one file. `status` is BY_OK when its good rows are in the store; else nothing of
 * it was written and `message` says why. */
typedef struct by_import_file {
    int32_t status;
    int32_t refused_count;
    int32_t repeated_count;
    int32_t refusal_count; /* of refusals[] */
    by_csv_refusal refusals[BY_CSV_REFUSALS_KEPT];
    by_put_counts counts;
    char message[508];
} by_import_file;

/* Starts reading `count` files; paths[i] goes into ids[i]. All arguments are copied but `store`,
 * which is borrowed until by_import_free. */
BY_API by_status by_import_start(by_store *store, const char *const *paths, const by_series_id *ids,
                                 int32_t count, const by_import_options *options, by_import **out,
                                 by_error *err);
/* Writes the next file (waiting for it to be parsed) and tells what became of it. Returns 1, or 0
 * after the last. */
BY_API int32_t by_import_next(by_import *import, by_import_file *file);
BY_API void by_import_free(by_import *import);

/* Sorted paths of the CSV files (.csv, .csv.gz, any case) right inside `directory`. *paths is an
 * array of *count strings, freed with by_import_paths_free. An INDEX.csv and hidden files are left
 * out. */
BY_API by_status by_import_paths(const char *directory, char ***paths, int32_t *count,
                                 by_error *err);
BY_API void by_import_paths_free(char **paths, int32_t count);
/* 1 for a folder, 0 for a file, -1 when there is no such path. */
BY_API int32_t by_import_path_kind(const char *path);

#endif
