/* SPDX-License-Identifier: MIT
 *
 * The file of limits.h: one ledger (limits_rooms.h) of a fixed size below one page, so that a
 * write is whole or not at all, as it lies in memory, little endian: magic, version, a checksum of
 * all behind it, and then
 *   - the latest time that any process gave, so that a clock that is set back is noticed;
 *   - refusals: until when nothing is sent, the rate learned, and what it was learned from;
 *   - headers: what remains, until when, and the vendor's own limit;
 *   - the times of the last 32 requests: limits of up to 32 requests are decided on them exactly;
 *   - a window for each limit (by its period and whether it is weighted): what was taken in each of
 *     61 slots of a sixtieth of the period, margin included, the slot of now among them: whatever
 *     stretch of the period ends now lies in these. Every request is counted in every window, those
 *     of other processes' limits, too; a process waits for the limits that it declared.
 * Periods are widened by a margin, as a request may reach the server a little earlier or later than
 * we count it (limits_window.c).
 *
 * An operation holds a lock on the whole file (flock, so it also ends with its process), reads the
 * ledger, decides, and writes it with one call. A handle must not be used on both sides of a fork:
 * they would share one lock.
 */
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "block.h"
#include "limits_rooms.h"

enum { MAGIC = 0x54494d4c /* "LMIT" */, VERSION = 1, PATH_SIZE = 400 };
static const double wait_least_s = 1e-6; /* less is the rounding of times */
static const double spent_s = 60;        /* after damage */

_Static_assert(sizeof(ledger) <= 4096, "a write of one page is whole or not at all");
_Static_assert(sizeof(ledger) % 8 == 0 && offsetof(ledger, now_s) % 8 == 0, "whole words");

struct by_limits {
    pthread_mutex_t lock; /* flock does not keep apart the threads of one handle */
    int fd;
    int unsaved; /* whether the ledger at hand is not as the file has it */
    int32_t count;
    by_limit limits[BY_LIMITS_MAX];
    char path[PATH_SIZE];
};

static by_status fail(const by_limits *l, const char *what, by_error *err) {
    return by_fail(err, BY_STORE,
                   "rate limits %s: the file cannot be %s (%s); check its permissions", l->path,
                   what, strerror(errno));
}

static uint64_t checksum_of(const ledger *l) {
    return by_hash_words(&l->now_s, (sizeof *l - offsetof(ledger, now_s)) / 8, VERSION);
}

static int is_sound(const ledger *l) {
    return l->magic == MAGIC && l->version == VERSION && l->checksum == checksum_of(l);
}

/* Reads the ledger, or starts one when the file is new (size 0) or damaged. */
static by_status load(by_limits *l, ledger *out, double now_s, by_error *err) {
    ssize_t size;
    do {
        size = pread(l->fd, out, sizeof *out, 0);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return fail(l, "read", err);
    }
    l->unsaved = size != (ssize_t)sizeof *out || !is_sound(out);
    if (l->unsaved) {
        by_ledger_start(out, now_s);
        if (size > 0) {
            double longest_s = l->count == 0 ? spent_s : 0;
            for (int32_t i = 0; i < l->count; i++) {
                longest_s = fmax(longest_s, by_ledger_widened_s(l->limits[i].period_s));
            }
            out->paused_s = now_s + fmin(spent_s, longest_s);
        }
    }
    return BY_OK;
}

/* Locks the file and brings its ledger to the present; `now_s` becomes the time to go by. On
 * success the caller ends with `end`. */
static by_status begin(by_limits *l, ledger *out, double *now_s, by_error *err) {
    if (!(*now_s >= 0 && *now_s < 1e11)) {
        return by_fail(err, BY_USAGE, "rate limits %s: %g is no time in seconds since 1970",
                       l->path, *now_s);
    }
    pthread_mutex_lock(&l->lock);
    int locked;
    do {
        locked = flock(l->fd, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
    by_status status = locked == 0 ? load(l, out, *now_s, err) : fail(l, "locked", err);
    if (status == BY_OK) {
        double latest_s = out->now_s;
        *now_s = by_ledger_advance(out, *now_s);
        l->unsaved |= out->now_s < latest_s; /* moved once, not again at each look */
        by_ledger_adopt(out, l->limits, l->count);
    } else {
        flock(l->fd, LOCK_UN);
        pthread_mutex_unlock(&l->lock);
    }
    return status;
}

static by_status save(by_limits *l, ledger *in, by_error *err) {
    in->magic = MAGIC;
    in->version = VERSION;
    in->checksum = checksum_of(in);
    ssize_t size;
    do {
        size = pwrite(l->fd, in, sizeof *in, 0);
    } while (size < 0 && errno == EINTR);
    if (size >= 0 && size != (ssize_t)sizeof *in) {
        errno = ENOSPC;
    }
    return size == (ssize_t)sizeof *in ? BY_OK : fail(l, "written", err);
}

/* Unlocks the file, which keeps what was `changed`. */
static by_status end(by_limits *l, ledger *in, int changed, by_error *err) {
    by_status status = changed || l->unsaved ? save(l, in, err) : BY_OK;
    flock(l->fd, LOCK_UN);
    pthread_mutex_unlock(&l->lock);
    return status;
}

static by_status check_limits(const char *path, const by_limit *limits, int32_t count,
                              by_error *err) {
    if (count < 0 || count > BY_LIMITS_MAX) {
        return by_fail(err, BY_USAGE, "rate limits %.300s: %d limits, but there can be at most %d",
                       path, (int)count, BY_LIMITS_MAX);
    }
    for (int32_t i = 0; i < count; i++) {
        if (!(limits[i].count >= 1 && limits[i].count <= 1e9) ||
            !(limits[i].period_s >= 1 && limits[i].period_s <= 31 * 86400.0)) {
            return by_fail(err, BY_USAGE,
                           "rate limits %.300s: %g in %g s cannot be kept: a count is 1 to 1e9, a "
                           "period 1 s to 31 days; give a longer period for fewer requests",
                           path, limits[i].count, limits[i].period_s);
        }
    }
    return BY_OK;
}

by_status by_limits_open(const char *path, const by_limit *limits, int32_t count, double now_s,
                         by_limits **out, by_error *err) {
    *out = NULL;
    by_status status = check_limits(path, limits, count, err);
    if (status != BY_OK) {
        return status;
    }
    by_limits *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return by_fail_nomem(err, sizeof *l);
    }
    strncpy(l->path, path, sizeof l->path - 1);
    l->count = count;
    for (int32_t i = 0; i < count; i++) {
        l->limits[i] = limits[i];
        l->limits[i].weighted = limits[i].weighted != 0;
    }
    pthread_mutex_init(&l->lock, NULL);
    do {
        l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    } while (l->fd < 0 && errno == EINTR);
    ledger now;
    status = l->fd < 0 ? fail(l, "opened", err) : begin(l, &now, &now_s, err);
    if (status == BY_OK) {
        status = end(l, &now, 1, err);
    }
    if (status != BY_OK) {
        by_limits_close(l);
        return status;
    }
    *out = l;
    return BY_OK;
}

void by_limits_close(by_limits *l) {
    if (l != NULL) {
        if (l->fd >= 0) {
            close(l->fd);
        }
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
}

static double wait_of(const by_limits *l, const ledger *now, double weight, double now_s) {
    double wait_s = fmax(by_ledger_wait_s(now, l->limits, l->count, weight, now_s),
                         by_vendor_wait_s(now, l->limits, l->count, now_s));
    return wait_s > wait_least_s ? wait_s : 0;
}

/* Whether a request of a weight can ever be sent. */
static by_status check_weight(const by_limits *l, double weight, by_error *err) {
    if (!(weight > 0)) {
        return by_fail(err, BY_USAGE, "rate limits %s: a request cannot weigh %g; give it 1",
                       l->path, weight);
    }
    for (int32_t i = 0; i < l->count; i++) {
        if (l->limits[i].weighted && weight > l->limits[i].count) {
            return by_fail(err, BY_USAGE,
                           "rate limits %s: a request of weight %g never fits into %g in %g s; ask "
                           "for less at once, or declare the limit that your key has",
                           l->path, weight, l->limits[i].count, l->limits[i].period_s);
        }
    }
    return BY_OK;
}

by_status by_limits_take(by_limits *l, double weight, double now_s, double *wait_s, by_error *err) {
    ledger now;
    double asked_s = now_s;
    by_status status = check_weight(l, weight, err);
    if (status == BY_OK) {
        status = begin(l, &now, &now_s, err);
    }
    if (status != BY_OK) {
        return status;
    }
    *wait_s = wait_of(l, &now, weight, now_s);
    if (*wait_s == 0) {
        by_vendor_take(&now, l->limits, l->count, now_s);
        by_ledger_take(&now, l->limits, l->count, weight, now_s);
    } else {
        *wait_s += now_s - asked_s;
    }
    return end(l, &now, *wait_s == 0, err);
}

by_status by_limits_learn(by_limits *l, const by_limit_news *news, double now_s, by_error *err) {
    ledger now;
    by_status status = begin(l, &now, &now_s, err);
    if (status != BY_OK) {
        return status;
    }
    by_vendor_learn(&now, l->limits, l->count, news, now_s);
    if (news->used >= 0 && news->used <= 1e9) {
        by_ledger_used(&now, news->used);
    }
    return end(l, &now, 1, err);
}

by_status by_limits_refused(by_limits *l, double until_s, double now_s, by_error *err) {
    ledger now;
    by_status status = begin(l, &now, &now_s, err);
    if (status != BY_OK) {
        return status;
    }
    by_vendor_refused(&now, l->limits, l->count, until_s, now_s);
    return end(l, &now, 1, err);
}

by_status by_limits_look(by_limits *l, double now_s, by_limits_state *out, by_error *err) {
    ledger now;
    memset(out, 0, sizeof *out);
    by_status status = begin(l, &now, &now_s, err);
    if (status != BY_OK) {
        return status;
    }
    out->wait_s = wait_of(l, &now, 1, now_s);
    double until_s = now.free < 1 ? fmax(now.paused_s, now.free_again_s) : now.paused_s;
    out->paused_until_s = until_s > now_s ? until_s : 0;
    out->learned_per_s = now.learned_per_s;
    for (int32_t i = 0; i < l->count; i++) {
        out->taken[i] = by_ledger_taken(&now, &l->limits[i], now_s);
    }
    return end(l, &now, 0, err);
}
