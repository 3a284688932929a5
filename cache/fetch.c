/* SPDX-License-Identifier: MIT */
#include "fetch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fetch_rooms.h"

enum { CONNECT_MS = 10000, STALL_MS = 20000, TOTAL_MS = 120000, BODY_BYTES_MAX = 64 << 20 };

/* A server that closes must not end the program; a handler that somebody set stays. */
static void ignore_broken_pipes(void) {
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &action, NULL);
    }
}

void by_transfers_add(by_transfers *list, by_transfer *transfer) {
    transfer->next = NULL;
    transfer->previous = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = transfer;
    list->last = transfer;
}

void by_transfers_remove(by_transfers *list, by_transfer *transfer) {
    *(transfer->previous != NULL ? &transfer->previous->next : &list->first) = transfer->next;
    *(transfer->next != NULL ? &transfer->next->previous : &list->last) = transfer->previous;
}

void by_transfer_free(by_transfer *transfer) {
    by_fetch_forget_headers(transfer);
    by_fetch_body_close(&transfer->body, 0);
    free(transfer->answer_headers);
    free(transfer->header_text);
    free(transfer);
}

static void set_defaults(by_fetch_options *options) {
    options->ca_file = NULL;
    options->connect_ms = options->connect_ms > 0 ? options->connect_ms : CONNECT_MS;
    options->stall_ms = options->stall_ms > 0 ? options->stall_ms : STALL_MS;
    options->total_ms = options->total_ms > 0 ? options->total_ms : TOTAL_MS;
    options->body_bytes_max =
        options->body_bytes_max > 0 ? options->body_bytes_max : BODY_BYTES_MAX;
}

by_status by_fetcher_new(const by_fetch_options *options, const by_secrets *secrets,
                         by_fetcher **out, by_error *err) {
    *out = NULL;
    by_status status = by_curl_open(err);
    if (status != BY_OK) {
        return status;
    }
    ignore_broken_pipes();
    by_fetcher *fetcher = calloc(1, sizeof *fetcher);
    if (fetcher == NULL) {
        return by_fail_nomem(err, sizeof *fetcher);
    }
    fetcher->secrets = secrets;
    fetcher->options = *options;
    set_defaults(&fetcher->options);
    if (options->ca_file != NULL) {
        status = by_fetch_trust(options->ca_file, &fetcher->trusted, &fetcher->trusted_size, err);
    }
    if (status == BY_OK && (status = by_fetch_loop_open(fetcher, err)) == BY_OK &&
        (status = by_fetch_multi_open(fetcher, err)) != BY_OK) {
        by_fetch_loop_close(fetcher);
    }
    if (status != BY_OK) {
        free(fetcher->trusted);
        free(fetcher);
        return status;
    }
    *out = fetcher;
    return BY_OK;
}

void by_fetcher_free(by_fetcher *fetcher) {
    if (fetcher == NULL) {
        return;
    }
    for (by_transfer *at = fetcher->in_flight.first, *next; at != NULL; at = next) {
        next = at->next;
        by_curl.multi_remove_handle(fetcher->multi, at->easy);
        by_curl.easy_cleanup(at->easy);
        by_transfer_free(at);
    }
    for (by_transfer *at = fetcher->ready.first, *next; at != NULL; at = next) {
        next = at->next;
        by_transfer_free(at);
    }
    for (int32_t i = 0; i < fetcher->idle_count; i++) {
        by_curl.easy_cleanup(fetcher->idle[i]);
    }
    by_fetch_multi_close(fetcher);
    by_fetch_loop_close(fetcher);
    free(fetcher->idle);
    free(fetcher->trusted);
    free(fetcher);
}

/* A handle that was used before, or a new one, for which a place among the idle ones is kept. */
static CURL *take_easy(by_fetcher *fetcher) {
    if (fetcher->idle_count > 0) {
        return fetcher->idle[--fetcher->idle_count];
    }
    int32_t all = fetcher->stats.in_flight + 1;
    if (all > fetcher->idle_room) {
        int32_t room = 2 * all;
        CURL **larger = realloc(fetcher->idle, (size_t)room * sizeof(CURL *));
        if (larger == NULL) {
            return NULL;
        }
        fetcher->idle = larger;
        fetcher->idle_room = room;
    }
    return by_curl.easy_init();
}

/* A transfer with all of the request copied into it, not yet begun. */
static by_status make_transfer(by_fetcher *fetcher, const by_fetch_request *request,
                               by_transfer **out, by_error *err) {
    by_transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL || (transfer->easy = take_easy(fetcher)) == NULL) {
        free(transfer);
        return by_fail_nomem(err, sizeof *transfer);
    }
    transfer->fetcher = fetcher;
    transfer->body.size_max = (size_t)fetcher->options.body_bytes_max;
    transfer->total_ms =
        (uint64_t)(request->total_ms > 0 ? request->total_ms : fetcher->options.total_ms);
    transfer->event.id = request->id;
    transfer->event.retry_after_s = -1;
    transfer->event.owned = transfer;
    by_status status = by_fetch_prepare(transfer, request, err);
    if (status != BY_OK) {
        by_transfer_drop_easy(transfer);
        by_transfer_free(transfer);
        return status;
    }
    *out = transfer;
    return BY_OK;
}

by_status by_fetch_start(by_fetcher *fetcher, const by_fetch_request *request, by_error *err) {
    by_transfer *transfer = NULL;
    by_status status = BY_OK;
    if (fetcher->multi == NULL) {
        status = by_fetch_multi_open(fetcher, err); /* it was lost, and memory is back */
    }
    status = status == BY_OK ? make_transfer(fetcher, request, &transfer, err) : status;
    if (status != BY_OK) {
        return status;
    }
    CURLMcode code = by_curl.multi_add_handle(fetcher->multi, transfer->easy);
    if (code != CURLM_OK) {
        by_transfer_drop_easy(transfer);
        by_transfer_free(transfer);
        return by_fail(err, BY_NOMEM, "a request cannot begin: %s", by_curl.multi_strerror(code));
    }
    uv_update_time(&fetcher->loop);
    transfer->started_ms = transfer->last_byte_ms = uv_now(&fetcher->loop);
    by_transfers_add(&fetcher->in_flight, transfer);
    fetcher->stats.in_flight++;
    fetcher->stats.started++;
    by_fetch_watch_over(transfer);
    return BY_OK;
}

void by_fetch_wake(void *fetcher) {
    uv_async_send(&((by_fetcher *)fetcher)->waker);
}

void by_fetcher_stats(const by_fetcher *fetcher, by_fetch_stats *out) {
    *out = fetcher->stats;
}
