/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "writer_rooms.h"

/* Pages that share a transaction, and the rows of them: bounds the memory that it takes. */
enum { BATCH_PAGES_MAX = 32, BATCH_ROWS_MAX = 400000 };
/* A commit waits for the disk, so pages are gathered for one while nobody waits for them. */
enum { GATHER_ROWS = 100000, GATHER_MS = 200 };
enum { PATIENCE_MS = 10000 }; /* for snapshots to be closed when the map has to grow */

typedef struct list {
    by_writer_page *first;
    by_writer_page **end;
} list;

struct by_writer {
    by_store *store;
    void (*wake)(void *);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    pthread_cond_t done;
    list waiting;
    list finished;
    int32_t pending;
    int32_t unfinished; /* of them, not done yet */
    int32_t hurried;    /* callers that wait for one to be done */
    int64_t waiting_rows;
    int stop;
    by_writer_stats stats;
};

static void append(list *l, by_writer_page *page) {
    page->next = NULL;
    *l->end = page;
    l->end = &page->next;
}

static by_writer_page *take(list *l) {
    by_writer_page *page = l->first;
    l->first = page->next;
    l->end = l->first != NULL ? l->end : &l->first;
    return page;
}

static void free_page(by_writer_page *page) {
    by_page_free(page->page);
    free(page->parts);
    free(page->results);
    free(page);
}

/* Moves the pages that share the next transaction into a list of their own. */
static int32_t take_batch(by_writer *writer, list *batch, int64_t *row_count) {
    int32_t count = 0;
    *row_count = 0;
    while (writer->waiting.first != NULL && count < BATCH_PAGES_MAX &&
           (count == 0 || *row_count + writer->waiting.first->row_count <= BATCH_ROWS_MAX)) {
        *row_count += writer->waiting.first->row_count;
        append(batch, take(&writer->waiting));
        count++;
    }
    writer->waiting_rows -= *row_count;
    return count;
}

static struct timespec time_after(int64_t wait_ms) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    int64_t ns = time.tv_nsec + wait_ms * 1000000;
    time.tv_sec += ns / 1000000000;
    time.tv_nsec = ns % 1000000000;
    return time;
}

/* Waits until there are pages for a transaction; 0 when there will be none. */
static int gather(by_writer *writer) {
    while (!writer->stop && writer->waiting.first == NULL) {
        pthread_cond_wait(&writer->work, &writer->lock);
    }
    struct timespec until = time_after(GATHER_MS);
    int rc = 0;
    while (!writer->stop && writer->hurried == 0 && writer->waiting_rows < GATHER_ROWS && rc == 0) {
        rc = pthread_cond_timedwait(&writer->work, &writer->lock, &until);
    }
    return writer->waiting.first != NULL;
}

/* Hands a batch over to those who wait for it. */
static void finish_batch(by_writer *writer, list *batch, int32_t count, int64_t row_count,
                         const by_writer_cost *cost) {
    while (batch->first != NULL) {
        append(&writer->finished, take(batch));
    }
    writer->unfinished -= count;
    writer->stats.pages += count;
    writer->stats.bars += row_count;
    writer->stats.transactions += cost->transactions;
    writer->stats.check_seconds += (double)cost->check_ns / 1e9;
    writer->stats.store_seconds += (double)cost->store_ns / 1e9;
    writer->stats.wait_seconds += (double)cost->wait_ns / 1e9;
    pthread_cond_broadcast(&writer->done);
}

static void *work(void *argument) {
    by_writer *writer = argument;
    by_rows rows = {0};
    int64_t read_bytes = 0;
    pthread_mutex_lock(&writer->lock);
    for (;;) {
        if (!gather(writer)) {
            break;
        }
        by_writer_cost cost = {0};
        list batch = {.end = &batch.first};
        int64_t row_count;
        int32_t count = take_batch(writer, &batch, &row_count);
        pthread_mutex_unlock(&writer->lock);
        by_writer_pages_store(writer->store, batch.first, count, &rows, &cost);
        for (by_writer_page *page = batch.first; page != NULL; page = page->next) {
            by_page_free(page->page);
            page->page = NULL;
        }
        read_bytes += cost.read_bytes;
        if (read_bytes > BY_WRITER_READ_MAX) {
            by_env_trim(writer->store->env);
            read_bytes = 0;
        }
        pthread_mutex_lock(&writer->lock);
        finish_batch(writer, &batch, count, row_count, &cost);
        pthread_mutex_unlock(&writer->lock);
        if (writer->wake != NULL) {
            writer->wake(writer->context);
        }
        pthread_mutex_lock(&writer->lock);
    }
    pthread_mutex_unlock(&writer->lock);
    by_rows_free(&rows);
    return NULL;
}

static void init_locks(by_writer *writer) {
    pthread_condattr_t clock;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->work, &clock);
    pthread_cond_init(&writer->done, &clock);
    pthread_condattr_destroy(&clock);
}

static void free_locks(by_writer *writer) {
    pthread_cond_destroy(&writer->done);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->lock);
}

by_status by_writer_new(by_store *store, void (*wake)(void *), void *context, by_writer **out,
                        by_error *err) {
    *out = NULL;
    by_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return by_fail_nomem(err, sizeof *writer);
    }
    writer->store = store;
    writer->wake = wake;
    writer->context = context;
    writer->waiting.end = &writer->waiting.first;
    writer->finished.end = &writer->finished.first;
    init_locks(writer);
    if (pthread_create(&writer->thread, NULL, work, writer) != 0) {
        free_locks(writer);
        free(writer);
        return by_fail(err, BY_LIMIT, "writer: no thread could be started; close other programs");
    }
    by_env_set_patience(store->env, PATIENCE_MS);
    *out = writer;
    return BY_OK;
}

void by_writer_free(by_writer *writer) {
    if (writer == NULL) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->stop = 1;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    by_env_set_patience(writer->store->env, 0);
    while (writer->finished.first != NULL) {
        free_page(take(&writer->finished));
    }
    free_locks(writer);
    free(writer);
}

static by_status check_parts(const by_page *page, const by_put_part *parts, int32_t count,
                             by_error *err) {
    for (int32_t k = 0; k < count; k++) {
        const char *fault = by_series_fault(&parts[k].id);
        if (fault == NULL && parts[k].symbol >= (page != NULL ? by_page_symbol_count(page) : 0)) {
            fault = "the page has no such symbol";
        }
        if (fault == NULL && parts[k].grid_seconds < 1) {
            fault = "a grid of less than a second";
        }
        if (fault != NULL) {
            return by_fail(err, BY_USAGE, "writer: part %d of a page: %s", k + 1, fault);
        }
    }
    return BY_OK;
}

static by_status make_page(const by_put_part *parts, int32_t count, by_writer_page **out,
                           by_error *err) {
    size_t size = ((size_t)count + 1) * (sizeof *parts + sizeof(by_put_result));
    by_writer_page *page = calloc(1, sizeof *page);
    if (page != NULL) {
        page->parts = calloc((size_t)count + 1, sizeof *page->parts);
        page->results = calloc((size_t)count + 1, sizeof *page->results);
    }
    if (page == NULL || page->parts == NULL || page->results == NULL) {
        if (page != NULL) {
            free_page(page);
        }
        return by_fail_nomem(err, size);
    }
    if (count > 0) {
        memcpy(page->parts, parts, (size_t)count * sizeof *parts);
    }
    page->part_count = count;
    *out = page;
    return BY_OK;
}

by_status by_writer_put(by_writer *writer, int64_t id, by_page *page, const by_put_part *parts,
                        int32_t part_count, int64_t fetched_time, by_error *err) {
    by_writer_page *item = NULL;
    int32_t count = part_count > 0 ? part_count : 0;
    by_status status = check_parts(page, parts, count, err);
    status = status == BY_OK ? make_page(parts, count, &item, err) : status;
    if (status != BY_OK) {
        by_page_free(page);
        return status;
    }
    item->id = id;
    item->page = page;
    item->row_count = page != NULL ? by_page_row_count(page) : 0;
    item->fetched_time = fetched_time;
    pthread_mutex_lock(&writer->lock);
    append(&writer->waiting, item);
    writer->waiting_rows += item->row_count;
    writer->pending++;
    writer->unfinished++;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    return BY_OK;
}

int32_t by_writer_pending(const by_writer *writer) {
    by_writer *w = (by_writer *)(uintptr_t)writer;
    pthread_mutex_lock(&w->lock);
    int32_t pending = w->pending;
    pthread_mutex_unlock(&w->lock);
    return pending;
}

int32_t by_writer_next(by_writer *writer, int32_t timeout_ms, by_writer_done *out) {
    struct timespec until = time_after(timeout_ms > 0 ? timeout_ms : 0);
    pthread_mutex_lock(&writer->lock);
    int rc = timeout_ms > 0 ? 0 : ETIMEDOUT;
    writer->hurried += rc == 0;
    pthread_cond_signal(&writer->work);
    while (writer->finished.first == NULL && writer->unfinished > 0 && rc == 0) {
        rc = pthread_cond_timedwait(&writer->done, &writer->lock, &until);
    }
    writer->hurried -= timeout_ms > 0;
    by_writer_page *page = writer->finished.first != NULL ? take(&writer->finished) : NULL;
    writer->pending -= page != NULL;
    pthread_mutex_unlock(&writer->lock);
    *out = (by_writer_done){0};
    if (page == NULL) {
        return 0;
    }
    out->id = page->id;
    out->status = page->status;
    out->part_count = page->part_count;
    out->results = page->results;
    memcpy(out->message, page->message, sizeof out->message);
    page->results = NULL;
    free_page(page);
    return 1;
}

void by_writer_done_free(by_writer_done *done) {
    free(done->results);
    done->results = NULL;
}

void by_writer_get_stats(const by_writer *writer, by_writer_stats *out) {
    by_writer *w = (by_writer *)(uintptr_t)writer;
    pthread_mutex_lock(&w->lock);
    *out = w->stats;
    pthread_mutex_unlock(&w->lock);
}
