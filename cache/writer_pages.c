/* SPDX-License-Identifier: MIT
 *
 * Pages into the store: all rows of a page are vetted first; then bars, coverage and refusals are
 * merged within one transaction. Nothing here outlives an attempt, as there is another one when the
 * map had to grow, or when a series is found to be damaged.
 *
 * A damaged series is mended, as its source is at hand: what cannot be read is dropped, and nothing
 * of it counts as fetched any more but the page, so that the next run asks for all of it again.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mend.h"
#include "merge.h"
#include "readjust.h"
#include "writer_rooms.h"

typedef struct batch {
    by_writer_page *first;
    int32_t count;
    by_rows *rows;
    by_env *env;
    int64_t job_ns;  /* in attempts */
    int64_t busy_ns; /* of these in LMDB */
    int64_t read_bytes;
    int damage; /* a damaged series was found and marked in its page */
} batch;

/* One part on its way. */
typedef struct putting {
    by_table *table;
    const by_put_part *part;
    const by_vetted *vetted;
    int damaged;
    by_put_result *result;
    by_asked asked;
    by_rows *rows;
    int64_t fetched_time;
} putting;

static int64_t covered_end(const by_put_part *part) {
    return part->cover.end < part->final_end ? part->cover.end : part->final_end;
}

/* The source has adjusted its history anew: its bars are of another basis than those stored. */
static int look_readjusted(putting *p, int *readjusted, by_error *err) {
    int was_stale = p->asked.stale;
    int rc = 0;
    *readjusted = was_stale;
    if (was_stale || (p->part->flags & BY_PUT_ADJUSTED) != 0) {
        rc = by_readjust_look(p->table, &p->part->id, &p->vetted->bars, readjusted,
                              &p->result->ratio, err);
    }
    *readjusted |= was_stale;
    if (rc != 0 || !*readjusted) {
        p->result->ratio = 0;
        return rc;
    }
    p->result->readjusted = 1;
    p->asked.stale = 1;
    return was_stale ? 0 : by_asked_store(p->table, &p->part->id, &p->asked);
}

/* What was refused of this stretch before gives way to what is refused now. */
static int keep_refusals(putting *p) {
    const by_refusals *refusals = &p->vetted->refusals;
    int rc = 0;
    by_asked_forget(&p->asked, p->part->cover);
    for (int32_t i = 0; i < refusals->count && rc == 0; i++) {
        rc = by_refusals_keep(&p->asked.refusals, &refusals->list[i]);
    }
    p->result->refused_count = p->vetted->refused_count;
    p->result->repeated_count = p->vetted->repeated_count;
    p->result->unfinished_count = p->vetted->unfinished_count;
    if (refusals->count > 0) {
        p->result->refusal = refusals->list[0];
    }
    return rc;
}

static int merge_bars(putting *p, by_error *err) {
    by_put_result *result = p->result;
    by_merge merge = {.id = &p->part->id,
                      .bars = &p->vetted->bars,
                      .replace = 1,
                      .open_previous = (p->part->flags & BY_PUT_OPEN_PREVIOUS) != 0,
                      .fetched_time = p->fetched_time,
                      .asked = &p->asked,
                      .rows = p->rows};
    int rc = by_merge_bars(p->table, &merge, err);
    result->counts = merge.counts;
    if (merge.spike_count + merge.jump_count > 0 &&
        (result->refused_count == 0 || merge.first.time < result->refusal.time)) {
        result->refusal = merge.first;
    }
    result->refused_count += merge.spike_count;
    result->noted_count = merge.jump_count;
    return rc;
}

static int cover(putting *p, by_error *err) {
    by_asked *asked = &p->asked;
    const by_series_id *id = &p->part->id;
    by_span span = {p->part->cover.first, covered_end(p->part)};
    if (asked->span_count == BY_SPANS_MAX) {
        by_fail(err, BY_LIMIT,
                "%s %s of %s: over %d separate stretches were fetched; drop it and "
                "fetch it in larger ones",
                id->symbol, id->timeframe, id->dataset, BY_SPANS_MAX);
        return BY_ENV_FAILED;
    }
    asked->span_count = by_spans_add(asked->spans, asked->span_count, span);
    asked->fetched_time =
        p->fetched_time > asked->fetched_time ? p->fetched_time : asked->fetched_time;
    return by_asked_store(p->table, id, asked);
}

/* What was asked for so far; of a damaged series nothing, bars that were kept aside included. */
static int load(putting *p, by_error *err) {
    int mended;
    int rc = by_asked_load(p->table, &p->part->id, &p->asked, err);
    if (!p->damaged || (rc != 0 && rc != BY_ENV_FAILED)) {
        return rc;
    }
    int32_t stale = rc == 0 ? p->asked.stale : 0;
    by_asked_free(&p->asked);
    rc = by_asked_none(&p->asked);
    p->asked.stale = stale;
    return rc == 0 ? by_series_mend(p->table, &p->part->id, &mended) : rc;
}

static int store_part(putting *p, by_error *err) {
    int readjusted = 0;
    *p->result = (by_put_result){0};
    if (p->vetted->bars.count == 0 && p->vetted->refusals.count == 0 &&
        p->part->cover.end <= p->part->cover.first) {
        p->result->unfinished_count = p->vetted->unfinished_count;
        return 0;
    }
    int rc = load(p, err);
    rc = rc == 0 ? look_readjusted(p, &readjusted, err) : rc;
    if (rc == 0 && !readjusted) {
        rc = keep_refusals(p);
        rc = rc == 0 && p->vetted->bars.count > 0 ? merge_bars(p, err) : rc;
        rc = rc == 0 ? cover(p, err) : rc;
    }
    by_asked_free(&p->asked);
    return rc;
}

static int store_page(batch *b, by_table *table, by_writer_page *page, by_error *err) {
    int rc = 0;
    for (int32_t k = 0; k < page->part_count && rc == 0; k++) {
        putting p = {.table = table,
                     .part = &page->parts[k],
                     .vetted = &page->vetted[k],
                     .damaged = page->damaged[k],
                     .result = &page->results[k],
                     .rows = b->rows,
                     .fetched_time = page->fetched_time};
        rc = store_part(&p, err);
        if (table->read_bytes > BY_WRITER_READ_MAX) {
            by_env_trim(b->env);
            table->read_bytes = 0;
        }
        if (rc == BY_ENV_FAILED && err->status == BY_DATA && !page->damaged[k]) {
            page->damaged[k] = 1;
            b->damage = 1;
        }
    }
    return rc;
}

static int store_pages(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    batch *b = context;
    int64_t begin = by_table_clock();
    by_table table = {.txn = txn, .dbi = dbi};
    by_writer_page *page = b->first;
    int rc = 0;
    for (int32_t i = 0; i < b->count && rc == 0; i++, page = page->next) {
        rc = store_page(b, &table, page, err);
    }
    by_table_end(&table);
    b->read_bytes += table.read_bytes;
    b->busy_ns += table.busy_ns;
    b->job_ns += by_table_clock() - begin;
    return rc;
}

static int64_t wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static by_status write_batch(by_store *store, batch *b, by_writer_cost *cost, by_error *err) {
    by_status status = BY_OK;
    int64_t begin = by_table_clock(), wall_begin = wall_clock();
    do {
        b->damage = 0;
        status = by_env_write(store->env, store_pages, b, err);
    } while (status != BY_OK && b->damage);
    int64_t busy_ns = by_table_clock() - begin;
    cost->wait_ns += wall_clock() - wall_begin - busy_ns;
    cost->store_ns += busy_ns - b->job_ns + b->busy_ns;
    cost->check_ns += b->job_ns - b->busy_ns;
    cost->transactions += status == BY_OK;
    cost->read_bytes += b->read_bytes;
    return status;
}

static by_status vet_page(by_writer_page *page, by_error *err) {
    by_status status = BY_OK;
    page->vetted = calloc((size_t)page->part_count + 1, sizeof *page->vetted);
    page->damaged = calloc((size_t)page->part_count + 1, sizeof *page->damaged);
    if (page->vetted == NULL || page->damaged == NULL) {
        return by_fail_nomem(err, (size_t)page->part_count * sizeof *page->vetted);
    }
    for (int32_t k = 0; k < page->part_count && status == BY_OK; k++) {
        const by_put_part *part = &page->parts[k];
        by_vet_rules rules = {.window = part->window,
                              .final_end = part->final_end,
                              .grid_seconds = part->grid_seconds,
                              .grid_offset = part->grid_offset,
                              .open_close = (part->flags & BY_PUT_OPEN_CLOSE) != 0};
        by_page_rows rows;
        if (part->symbol >= 0) {
            by_page_rows_at(page->page, part->symbol, &rows);
            status = by_vet(&rows.bars, &rules, &page->vetted[k], err);
        }
    }
    return status;
}

static void finish_page(by_writer_page *page, by_status status, const by_error *err) {
    page->status = (int32_t)status;
    if (status != BY_OK) {
        memcpy(page->message, err->message, sizeof page->message);
    }
    for (int32_t k = 0; page->vetted != NULL && k < page->part_count; k++) {
        by_vetted_free(&page->vetted[k]);
    }
    free(page->vetted);
    free(page->damaged);
    page->vetted = NULL;
    page->damaged = NULL;
}

void by_writer_pages_store(by_store *store, by_writer_page *first, int32_t count, by_rows *rows,
                           by_writer_cost *cost) {
    int64_t begin = by_table_clock();
    batch b = {.first = first, .count = count, .rows = rows, .env = store->env};
    by_error err = {0};
    by_status status = BY_OK;
    by_writer_page *page = first;
    for (int32_t i = 0; i < count && status == BY_OK; i++, page = page->next) {
        status = vet_page(page, &err);
    }
    cost->check_ns += by_table_clock() - begin;
    status = status == BY_OK ? write_batch(store, &b, cost, &err) : status;
    page = first;
    for (int32_t i = 0; i < count; i++, page = page->next) {
        finish_page(page, status, &err);
    }
}
