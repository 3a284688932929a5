/* SPDX-License-Identifier: MIT
 *
 * The handle that env.c (transactions), env_open.c (opening) and env_map.c (the map as a whole)
 * share. Private to the three.
 */
#ifndef BY_ENV_ROOMS_H
#define BY_ENV_ROOMS_H

#include <pthread.h>
#include <sys/types.h>

#include "env.h"

enum { BY_ENV_READERS_MAX = 254, BY_ENV_PATH_SIZE = 3072 };

struct by_env {
    MDB_env *lmdb;
    MDB_dbi dbi;
    by_env_kind kind;
    int write;
    int created; /* data.mdb was not there before */
    int frozen;  /* a snapshot (frozen.h) */
    int claimed;
    dev_t device;
    ino_t inode;
    pthread_mutex_t lock;    /* guards readers, writing and the size of the map */
    pthread_mutex_t writers; /* one write transaction at a time */
    pthread_cond_t idle;     /* no reader is left */
    int32_t readers;
    int32_t patience_ms; /* how long a write waits for that when the map has to change */
    int writing;
    char directory[BY_ENV_PATH_SIZE];
};

/* Makes a folder and those above it. 0 or errno. */
int by_env_make_folders(const char *path);
/* "bar store" or "result store". */
const char *by_env_kind_text(const by_env *env);

#endif
