/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fetch_rooms.h"

void by_transfer_drop_easy(by_transfer *transfer) {
    by_fetcher *fetcher = transfer->fetcher;
    by_curl.easy_reset(transfer->easy); /* connections stay */
    by_fetch_forget_headers(transfer);
    fetcher->idle[fetcher->idle_count++] = transfer->easy;
    transfer->easy = NULL;
}

void by_fetch_end_transfer(by_transfer *transfer, CURLcode code) {
    by_fetcher *fetcher = transfer->fetcher;
    by_fetch_event *event = &transfer->event;
    long connections = 0;
    uv_update_time(&fetcher->loop);
    event->seconds = (double)(uv_now(&fetcher->loop) - transfer->started_ms) * 1e-3;
    by_fetch_answer(transfer, code);
    by_curl.multi_remove_handle(fetcher->multi, transfer->easy);
    by_curl.easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connections);
    fetcher->http1_seen |= event->http_version == 10 || event->http_version == 11;
    by_transfer_drop_easy(transfer);
    by_fetch_body_close(&transfer->body, event->end == BY_FETCH_ANSWERED);
    by_transfers_remove(&fetcher->in_flight, transfer);
    by_transfers_add(&fetcher->ready, transfer);
    fetcher->stats.in_flight--;
    fetcher->stats.ended++;
    fetcher->stats.connections += connections;
    fetcher->stats.wire_bytes += event->wire_bytes;
    fetcher->stats.body_bytes += event->body_size;
}

/* What libcurl says has ended. */
static void drain(by_fetcher *fetcher) {
    int left;
    for (CURLMsg *at; (at = by_curl.multi_info_read(fetcher->multi, &left)) != NULL;) {
        if (at->msg != CURLMSG_DONE) {
            continue;
        }
        CURLMsg message = *at; /* gone when its handle is removed */
        by_transfer *transfer = NULL;
        by_curl.easy_getinfo(message.easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        by_fetch_end_transfer(transfer, message.data.result);
    }
}

/* After an error of libcurl's as a whole nothing is known of any transfer. */
static void start_anew(by_fetcher *fetcher) {
    while (fetcher->in_flight.first != NULL) {
        by_fetch_fault(fetcher->in_flight.first, BY_FETCH_CUT, "libcurl had to be started anew");
        by_fetch_end_transfer(fetcher->in_flight.first, CURLE_OK);
    }
    by_fetch_multi_close(fetcher);
    (void)by_fetch_multi_open(fetcher, NULL); /* else the next request tries again */
}

static void turn(by_fetcher *fetcher) {
    by_fetch_loop_turn(fetcher);
    if (fetcher->multi != NULL) {
        drain(fetcher);
    }
    if (fetcher->broken) {
        start_anew(fetcher);
    }
    if (fetcher->watch_due) {
        by_fetch_watch(fetcher);
    }
}

static int take_ready(by_fetcher *fetcher, by_fetch_event *event) {
    by_transfer *transfer = fetcher->ready.first;
    if (transfer == NULL) {
        return 0;
    }
    by_transfers_remove(&fetcher->ready, transfer);
    *event = transfer->event;
    return 1;
}

int32_t by_fetch_wait(by_fetcher *fetcher, int32_t timeout_ms, by_fetch_event *event) {
    uv_update_time(&fetcher->loop);
    uint64_t end = uv_now(&fetcher->loop) + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0);
    while (!take_ready(fetcher, event)) {
        turn(fetcher);
        if (fetcher->ready.first != NULL) {
            continue;
        }
        uv_update_time(&fetcher->loop);
        uint64_t now = uv_now(&fetcher->loop);
        if (fetcher->woken || now >= end || !by_fetch_loop_sleep(fetcher, end - now)) {
            fetcher->woken = 0;
            return 0;
        }
    }
    return 1;
}

void by_fetch_cancel(by_fetcher *fetcher, int64_t id) {
    for (by_transfer *at = fetcher->in_flight.first, *next; at != NULL; at = next) {
        next = at->next;
        if (at->event.id == id) {
            by_fetch_fault(at, BY_FETCH_CANCELLED, "cancelled");
            by_fetch_end_transfer(at, CURLE_OK);
        }
    }
}

void by_fetch_event_free(by_fetch_event *event) {
    by_transfer_free(event->owned);
    *event = (by_fetch_event){0};
}
