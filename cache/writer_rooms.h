/* SPDX-License-Identifier: MIT
 *
 * What the thread of the writer (writer.c) hands to the room that stores its pages
 * (writer_pages.c). Private to the two.
 */
#ifndef BY_WRITER_ROOMS_H
#define BY_WRITER_ROOMS_H

#include "rows.h"
#include "store_rooms.h"
#include "vet.h"
#include "writer.h"

/* A page on its way. */
typedef struct by_writer_page {
    struct by_writer_page *next;
    int64_t id;
    by_page *page; /* NULL: only coverage */
    by_put_part *parts;
    by_vetted *vetted;      /* one a part, while it is stored */
    uint8_t *damaged;       /* one a part: 1: its series is damaged and mended first */
    by_put_result *results; /* one a part */
    int32_t part_count;
    int32_t status;
    int64_t row_count;
    int64_t fetched_time;
    char message[508];
} by_writer_page;

/* Bytes of the map that may be looked at before it is taken out of memory, where it counts as that
 * of the process. */
enum { BY_WRITER_READ_MAX = 16 << 20 };

/* What storing has cost. */
typedef struct by_writer_cost {
    int64_t check_ns;
    int64_t store_ns;
    int64_t wait_ns;
    int64_t transactions;
    int64_t read_bytes; /* looked at since the map was taken out of memory */
} by_writer_cost;

/* Stores `count` pages of a list in one transaction. Sets their results, status and message. `rows`
 * is memory to work in. */
void by_writer_pages_store(by_store *store, by_writer_page *first, int32_t count, by_rows *rows,
                           by_writer_cost *cost);

#endif
