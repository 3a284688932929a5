/* SPDX-License-Identifier: MIT
 *
 * The result store of one sweep: who it is, its rounds, and the results of every combo, in one LMDB
 * environment.
 *
 * A sweep is a list of rounds: a grid or a sample is one, a search many. A round is a list of
 * combos in walk order, cut into chunks of by_sweep_chunk_size(its combos). Walk positions of the
 * whole store count through the rounds one after the other; the order of its combos is that of
 * their numbers.
 *
 * Keys: "identity" -> lines `key value` by which a resumed sweep proves that it is the same sweep;
 * "description" -> JSON for readers (params, values, rank, ...); "progress" -> JSON for watchers;
 * "source" -> the strategy as a script;
 * "R" + round -> its combos and their digits, of a shard's those that are its own; "r" + round +
 * chunk -> its rows, by_result[] packed (results_pack.h; numbers big endian). All are sealed blocks
 * (block.h); a chunk is written whole or not at all.
 *
 * Durability: a commit writes the pages, has them on the disk, and only then writes the page that
 * points to them, so whatever happens the store is what one of its commits left.
 *
 * A writer holds a lock on the folder (writer.lock, which tells who it is) until it closes; readers
 * in other processes may look meanwhile. A handle is used by one thread at a time, but for the
 * workers of a sweep, which put what they have computed.
 */
#ifndef BY_RESULTS_H
#define BY_RESULTS_H

#include "../engine/sweep.h"
#include "../engine/trials.h"

typedef struct by_results by_results;

typedef struct by_results_header {
    const char *identity; /* NUL-terminated, less than 64 MiB */
    const char
        *description; /* NUL-terminated JSON, less than 64 MiB; the last one that was given */
    int32_t param_count;
    /* What a store that was opened for reading holds besides; by_results_create ignores it. */
    int32_t round_count;
    int32_t combo_count;      /* of all rounds */
    int32_t chunk_count;      /* of all rounds */
    const uint32_t *combos;   /* [combo_count]: number (0-based) of the combo at each walk position
                               */
    const uint16_t *digits;   /* [combo_count][param_count], by walk position */
    const uint32_t *position; /* [combo_count]: walk position of each combo, by rising number */
    const char *progress;     /* as of the last commit; NULL when there is none */
    const char *source;       /* see by_results_source; NULL when there is none */
} by_results_header;

/* Who writes a store now. */
typedef struct by_results_writer {
    int32_t pid; /* 0: nobody; -1: somebody who does not tell */
    char host[64];
} by_results_writer;

/* The best combo by a metric. */
typedef struct by_results_best {
    int32_t metric;   /* a by_metric */
    int32_t round;    /* whose sweep has found it; -1: told by by_results_seek */
    int32_t position; /* in the walk of that round */
    int64_t combo;    /* its number (0-based), of equal ones the lowest; -1: none is known */
    double value;
    by_result result; /* where a sweep has found it */
} by_results_best;

/* Columns to read; NULL are those that are not wanted. */
typedef struct by_results_columns {
    int32_t metric_count;
    const int32_t *metrics;       /* [metric_count], each a by_metric */
    double *const *metric_values; /* [metric_count]: NaN where missing or undefined */
    int32_t *return_counts;       /* -1 where there is no session, -2 where the result is missing */
    uint64_t *behaviours;         /* 0 where there is none */
} by_results_columns;

/* Creates the store in `directory`, or opens the one there for more results if its identity is the
 * same; of a damaged one, what is sound is taken over. BY_STORE when it holds another sweep (the
 * message names what differs), is being written by another process, or the folder is not empty and
 * no result store. */
BY_API by_status by_results_create(const char *directory, const by_results_header *header,
                                   by_results **out, by_error *err);
/* Opens an existing store for reading. BY_DATA when there is none or it is damaged. */
BY_API by_status by_results_open(const char *directory, by_results **out, by_error *err);
/* The same without the combos, for by_results_done and as the source of by_results_merge: in the
 * header, combos, digits and position are NULL. */
BY_API by_status by_results_open_brief(const char *directory, by_results **out, by_error *err);
/* Waits for what was submitted; what was put since is dropped. */
BY_API void by_results_close(by_results *results);
/* The header, borrowed until close. */
BY_API const by_results_header *by_results_describe(const by_results *results);
/* BY_OK when the identity that is stored in `directory` is the one that is asked for; else BY_STORE
 * with what differs, in the words of users. */
BY_API by_status by_results_same(const char *directory, const char *stored, const char *asked,
                                 by_error *err);
/* Who has the store in `directory` open for writing. */
BY_API by_status by_results_watch(const char *directory, by_results_writer *out, by_error *err);

/* Writing ------------------------------------------------------------------------------------- */

/* Adds round number `round` (0, 1, ... in order) with combos[combo_count] and
 * digits[combo_count][param_count], or checks that the one there is the same (BY_STORE). Durable
 * with the next commit. */
BY_API by_status by_results_round(by_results *results, int32_t round, int32_t combo_count,
                                  const uint32_t *combos, const uint16_t *digits, by_error *err);
/* The same for a shard, which keeps of combos[combo_count] and their digits the `count` ones from
 * walk position `first` on. Where it is read, the others have no digits and no results. */
BY_API by_status by_results_round_part(by_results *results, int32_t round, int32_t combo_count,
                                       int32_t first, int32_t count, const uint32_t *combos,
                                       const uint16_t *digits, by_error *err);
/* Marks chunk_done[chunk] = 1 (where it is not NULL) for each chunk of a round that was committed
 * and is sound, and 0 for the others; *combos_done is the number of combos in them. */
BY_API by_status by_results_done(by_results *results, int32_t round, uint8_t *chunk_done,
                                 int64_t *combos_done, by_error *err);
/* The results of a round in walk order, those that were put and not yet committed among them, into
 * rows[its combos]; those missing or damaged get return_count -2. */
BY_API by_status by_results_round_rows(by_results *results, int32_t round, by_result *rows,
                                       by_error *err);
/* Adds a chunk of a round (`first` a multiple of its chunk size, whole but for the last) to the
 * open batch, which lies in memory. One of over 4 MiB is submitted; over 64 MiB waits until the
 * one before it is written. Thread-safe beside other puts, by_results_source and submits. */
BY_API by_status by_results_put(by_results *results, int32_t round, int32_t first, int32_t count,
                                const by_result *rows, by_error *err);
/* by_sweep_start of a round of the store, with its combos; the workers put their results, and
 * by_sweep_take gives none out. combos[combo_count] is borrowed until by_sweep_free, which comes
 * before by_results_close and any other sweep of the store. */
BY_API by_status by_results_sweep(by_results *results, int32_t round, const by_columns *columns,
                                  const uint32_t *combos, const uint16_t *digits,
                                  int32_t combo_count, const by_sweep_options *options,
                                  by_sweep **out, by_error *err);
/* Has sweeps look for what is better than `best`, or by another metric. */
BY_API void by_results_seek(by_results *results, const by_results_best *best);
/* What they have found so far. */
BY_API void by_results_found(by_results *results, by_results_best *out);
/* Adds the strategy as the text of a script, at most 64 MiB, to the open batch. */
BY_API by_status by_results_source(by_results *results, const char *text, by_error *err);
/* Writes the open batch and returns when it is durable. `progress` (JSON text, at most 64 KiB, or
 * NULL to leave the one there) goes along. BY_LIMIT when the disk is full: what was committed
 * before is kept, and the batch may be committed again when there is room. */
BY_API by_status by_results_commit(by_results *results, const char *progress, by_error *err);
/* The same by a thread of the store's own: returns at once, and leaves the batch open while an
 * earlier one is still being written. Tells the failure of an earlier one. Does nothing when
 * nothing was put. */
BY_API by_status by_results_submit(by_results *results, const char *progress, by_error *err);

/* Copies what a store of either kind keeps of a round, the `*count` combos from walk position
 * `*first` of the round on, to their places in combos[its combos] and digits[..][param_count]. */
BY_API by_status by_results_round_held(by_results *results, int32_t round, uint32_t *combos,
                                       uint16_t *digits, int32_t *first, int32_t *count,
                                       by_error *err);
/* Adds the chunks of `from`, a shard of the same sweep that was opened brief, to the same rounds,
 * and commits them; a chunk that both have becomes that of `from`. They are taken as they are, and
 * by_results_done tells before whether they are sound. BY_STORE when it is of another sweep (the
 * message names what differs). */
BY_API by_status by_results_merge(by_results *into, by_results *from, by_error *err);

/* Reading, of a store that was opened for it. Where chunks are damaged: BY_DATA, and what they hold
 * counts as missing; sweeping again mends the store. ----------------------------------------------
 */

/* The digits of all combos in their order, into digits[combo_count][param_count]. Cannot fail. */
BY_API void by_results_digits(const by_results *results, uint16_t *digits);
/* All results in the order of combos into rows[combo_count]; those missing get return_count -2. */
BY_API by_status by_results_read(by_results *results, by_result *rows, by_error *err);
/* Columns of the results, each [combo_count] in the order of combos, at the cost of what they have
 * and not of all that a result is. */
BY_API by_status by_results_columns_read(by_results *results, const by_results_columns *columns,
                                         by_error *err);
/* Adds all results to a set of trials. */
BY_API by_status by_results_trials(by_results *results, by_trials *trials, by_error *err);
/* The result of the combo at a walk position. */
BY_API by_status by_results_row(by_results *results, int32_t position, by_result *row,
                                by_error *err);
/* A chunk, for those who want to see all results once and never hold them all: chunk `chunk` of
 * chunk_count begins at walk position *first and has *count rows, which are copied into
 * rows[BY_CHUNK_COMBOS]; 0 when it is missing. */
BY_API by_status by_results_chunk(by_results *results, int32_t chunk, int32_t *first,
                                  int32_t *count, by_result *rows, by_error *err);

#endif
