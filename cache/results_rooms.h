/* SPDX-License-Identifier: MIT
 *
 * What the rooms of the result store share. Private to results*.c.
 */
#ifndef BY_RESULTS_ROOMS_H
#define BY_RESULTS_ROOMS_H

#include <pthread.h>

#include "env.h"
#include "results.h"
#include "results_pack.h"

enum { RESULTS_IDENTITY_MAX = 64 << 20, RESULTS_DESCRIPTION_MAX = 64 << 20 };
/* What was read of the map counts as memory of the process; it is given back after so many bytes.
 */
enum { RESULTS_TRIM_BYTES = 16 << 20 };

typedef struct results_round {
    int32_t combo_count;
    int32_t chunk_size;
    int32_t chunk_count;
    int32_t first_chunk;    /* of the store */
    int32_t first_position; /* of the store */
} results_round;

/* Blocks that are not written yet, one after the other. Their headers tell their keys: `index` of a
 * text is a results_text, of a round its number, and of a chunk the chunk, `first` being its round.
 */
typedef struct results_batch {
    char *bytes;
    size_t used_bytes;
    size_t room_bytes;
    char *progress; /* NULL: leave the one there */
} results_batch;

struct by_results {
    by_env *env;
    int lock_fd; /* holds the lock of the writer; -1 when open for reading */
    int brief;   /* combos are left where they are */
    by_results_header header;
    char *identity;
    char *description;
    char *progress;
    char *source;
    results_round *rounds;
    int32_t round_count;
    int32_t round_room;
    /* of a reader */
    uint32_t *combos; /* [combo_count]: where a walk position goes in the order of combos */
    uint16_t *digits;
    uint32_t *position; /* [combo_count]: the inverse of combos */
    uint8_t *sound;     /* [chunk_count]: its checksum was right when it was last read */
    by_result unpacked[BY_CHUNK_COMBOS]; /* the chunk that was read last */
    /* of a writer */
    int is_new;         /* its first commit is yet to come */
    results_batch sent; /* belongs to the thread while `busy` */
    int32_t sweeping;   /* the round of the sweep that goes on (results_sweep.c) */
    const uint32_t *sweep_combos;
    int32_t sweep_metric;
    pthread_mutex_t lock;   /* guards what follows */
    pthread_cond_t changed; /* busy or stop */
    results_batch open;
    by_results_best best;
    pthread_t thread;
    int threaded;
    int busy;
    int stop;
    by_error failure; /* of the last batch that was sent */
};

/* The texts of a store. */
typedef enum results_text {
    RESULTS_IDENTITY,
    RESULTS_DESCRIPTION,
    RESULTS_PROGRESS,
    RESULTS_SOURCE
} results_text;

/* Keys (results.c). */
void results_text_key(results_text which, by_key *out);
void results_round_key(int32_t round, by_key *out);
void results_chunk_key(int32_t round, int32_t chunk, by_key *out);
void results_block_key(const by_block *block, by_key *out);

/* Looks for the identity in a data.mdb that is damaged; *status is BY_OK when it is the same, and
 * why not otherwise. 0 when it is not there (results_salvage.c). */
int results_find_identity(const char *directory, const char *identity, by_status *status,
                          by_error *err);
/* Moves a damaged data.mdb aside. */
by_status results_set_aside(const char *directory, by_error *err);
/* Takes what is sound in a file that was set aside into the store, and removes the file. */
by_status results_salvage(by_results *results, const char *directory, by_error *err);

/* A folder with files of someone else in it is not taken over (results_folder.c). */
by_status results_check_folder(const char *directory, by_error *err);
/* Has the directory entries of a new store on the disk, too. */
void results_sync_folder(const char *directory);
/* Takes the writer's lock of a folder into *fd. */
by_status results_lock(const char *directory, int *fd, by_error *err);
void results_unlock(int fd);

/* Counts one more round of `combo_count` combos (results_rounds.c). */
by_status results_count_round(by_results *results, int32_t combo_count, by_error *err);
/* Reads how many rounds there are, and of a reader all combos (results_rounds.c). */
by_status results_load_rounds(by_results *results, MDB_txn *txn, by_error *err);
/* A round as it is stored, borrowed from the transaction; *block is NULL when it is not there. */
by_status results_get_round(const by_results *results, MDB_txn *txn, int32_t round,
                            const by_block **block, by_error *err);
/* How many combos a stored round tells of: all, or those of a shard, from its `first` on. */
size_t results_held(const by_results *results, const by_block *block);
/* Combos in a chunk; the last one of a round may be short. */
int32_t results_chunk_count(const results_round *round, int32_t chunk);

/* Adds a block of a header and two parts of payload to the open batch (results_write.c). */
by_status results_append(by_results *results, by_block header, const void *a, size_t a_bytes,
                         const void *b, size_t b_bytes, by_error *err);
/* Copies what the open batch has of a round into its rows. Nothing is being written. */
void results_overlay(const by_results *results, int32_t round, by_result *rows);
/* Waits until the thread has nothing to write. */
void results_settle(by_results *results);
/* Ends the thread, and frees what was not written. */
void results_stop(by_results *results);

/* 0 and a chunk as it is stored, sound and borrowed from the transaction; MDB_NOTFOUND when it is
 * not there or damaged, *fault telling which (results_rows.c). */
int results_find_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
                       const by_block **block, const char **fault);
/* 0 and the rows of a sound chunk, borrowed until the next call; MDB_NOTFOUND when it is not there
 * or damaged, *fault telling which (results_rows.c). */
int results_get_chunk(by_results *results, MDB_txn *txn, int32_t round, int32_t chunk,
                      const by_result **rows, const char **fault);

/* Chunks that were found damaged. */
typedef struct results_damage {
    int32_t count;
    int32_t first; /* chunk of the store */
    const char *fault;
} results_damage;

/* BY_DATA with what was found, or BY_OK when nothing was (results_scan.c). */
by_status results_tell(const by_results *results, const results_damage *found, by_error *err);

#endif
