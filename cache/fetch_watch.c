/* SPDX-License-Identifier: MIT */
#include "fetch_rooms.h"

static double seconds(uint64_t ms) {
    return (double)ms * 1e-3;
}

/* 0 while the request has not been sent: it waits for an address, a connection or TLS. */
static uint64_t sent_at(const by_transfer *transfer) {
    curl_off_t sent_us = 0;
    by_curl.easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_us);
    return sent_us > 0 ? transfer->started_ms + (uint64_t)sent_us / 1000 : 0;
}

/* When the watchdog has to look at a transfer again; a fault when its time is over. */
static uint64_t look_at(by_transfer *transfer, uint64_t now) {
    by_fetcher *fetcher = transfer->fetcher;
    uint64_t connect_ms = (uint64_t)fetcher->options.connect_ms;
    uint64_t stall_ms = (uint64_t)fetcher->options.stall_ms;
    uint64_t end = transfer->started_ms + transfer->total_ms, sent = sent_at(transfer), next;
    if (sent == 0) {
        next = transfer->started_ms + connect_ms;
        if (now >= next) {
            by_fetch_fault(transfer, BY_FETCH_TIMEOUT, "no connection after %.1f s",
                           seconds(connect_ms));
        }
        /* It may be sent by then, and without an answer. */
        next = now + stall_ms < next ? now + stall_ms : next;
    } else {
        next = (transfer->last_byte_ms > sent ? transfer->last_byte_ms : sent) + stall_ms;
        if (now >= next) {
            by_fetch_fault(transfer, BY_FETCH_TIMEOUT, "no byte for %.1f s", seconds(stall_ms));
            if (!fetcher->options.http1 && !fetcher->http1_seen) {
                by_fetch_loop_cut_silent(fetcher, stall_ms);
            }
        }
    }
    if (now >= end) {
        by_fetch_fault(transfer, BY_FETCH_TIMEOUT, "not done after %.1f s",
                       seconds(transfer->total_ms));
    }
    return next < end ? next : end;
}

static void on_watchdog(uv_timer_t *timer) {
    by_fetcher *fetcher = timer->data;
    fetcher->watch_due = 1; /* after the sockets were read: bytes may be waiting */
}

static void arm_watchdog(by_fetcher *fetcher, uint64_t now, uint64_t at) {
    uv_timer_start(&fetcher->watchdog, on_watchdog, at > now ? at - now : 0, 0);
}

void by_fetch_watch(by_fetcher *fetcher) {
    uint64_t now = uv_now(&fetcher->loop), next = UINT64_MAX;
    fetcher->watch_due = 0;
    for (by_transfer *at = fetcher->in_flight.first, *after; at != NULL; at = after) {
        after = at->next;
        uint64_t deadline = look_at(at, now);
        if (*at->fault != '\0') {
            by_fetch_end_transfer(at, CURLE_OPERATION_TIMEDOUT);
        } else if (deadline < next) {
            next = deadline;
        }
    }
    if (next != UINT64_MAX) {
        arm_watchdog(fetcher, now, next);
    }
}

void by_fetch_watch_over(by_transfer *transfer) {
    by_fetcher *fetcher = transfer->fetcher;
    uint64_t now = uv_now(&fetcher->loop), deadline = look_at(transfer, now);
    if (!uv_is_active((uv_handle_t *)&fetcher->watchdog) ||
        now + uv_timer_get_due_in(&fetcher->watchdog) > deadline) {
        arm_watchdog(fetcher, now, deadline);
    }
}
