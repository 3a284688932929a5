/* SPDX-License-Identifier: MIT
 *
 * A fetcher and a server of its own for a test. Include cmocka.h before it.
 */
#ifndef BY_TEST_FETCHING_H
#define BY_TEST_FETCHING_H

#include "../cache/fetch.h"
#include "loopback.h"

typedef struct fetching {
    loopback *server;
    by_secrets *secrets;
    by_fetcher *fetcher;
} fetching;

fetching fetching_new(loopback_script script, const by_fetch_options *options);
void fetching_free(fetching *at);

/* "http://127.0.0.1:PORT" and `path`, in one of a few rotating buffers. */
const char *fetching_url(const fetching *at, const char *path);
/* Begins a GET. */
void fetching_start(const fetching *at, int64_t id, const char *path);
/* Waits for the next event, however long that takes. */
by_fetch_event fetching_next(const fetching *at);
/* Both. */
by_fetch_event fetching_get(const fetching *at, const char *path);
/* Gets `path`, checks how it ended, and frees the event. */
void fetching_ends(const fetching *at, const char *path, by_fetch_end end);
const char *fetching_header(const by_fetch_event *event, const char *name);

#endif
