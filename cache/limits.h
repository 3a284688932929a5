/* SPDX-License-Identifier: MIT
 *
 * Rate limits of one vendor and key, shared by all processes and kept in a small file: every
 * request is taken from it before it is sent.
 *
 * Each limit counts what was taken in a sliding window, so that no stretch of its period ever has
 * more than its count; limits of up to a minute with a count of 20 and more are paced as well: a
 * bucket that fills at 95 % of the rate and holds 5 % of the count. What the vendor tells (headers,
 * 429) comes on top and only ever slows down.
 *
 * Times are seconds of the caller's clock (since 1970), which must be the same for all processes.
 * The file is locked while it is looked at. A damaged file counts as one whose limits are used up
 * for a period of at most a minute. Thread-safe; a handle does not live on in a process's child.
 */
#ifndef BY_LIMITS_H
#define BY_LIMITS_H

#include "../engine/status.h"

enum { BY_LIMITS_MAX = 8 };

typedef struct by_limit {
    double count;     /* requests, or weight, in any stretch of period_s */
    double period_s;  /* 1 .. 31 days */
    int32_t weighted; /* 1: a request costs its weight, 0: one */
    int32_t reserved;
} by_limit;

typedef struct by_limits by_limits;

/* What the vendor said in an answer; NaN for what it did not say. */
typedef struct by_limit_news {
    double limit;     /* requests a window */
    double remaining; /* requests left when the answer was made */
    double reset_s;   /* when that changes, on the caller's clock */
    double in_flight; /* requests of this process that were sent and not answered yet */
    double used;      /* weight used in the weighted limit's window, such as X-MBX-USED-WEIGHT-1M */
} by_limit_news;

typedef struct by_limits_state {
    double wait_s;         /* until a request of cost 1 may be sent, 0: now */
    double paused_until_s; /* 0: not paused */
    double learned_per_s;  /* rate learned from refusals, 0: none */
    double taken[8];       /* in the window of each limit */
} by_limits_state;

/* Opens the file, or makes it; `limits` replace those it knows, what was taken stays. count may be
 * 0: then only what the vendor tells counts, and the rate starts at 4 a second and rises by one for
 * every three answers, until the vendor refuses. */
BY_API by_status by_limits_open(const char *path, const by_limit *limits, int32_t count,
                                double now_s, by_limits **out, by_error *err);
BY_API void by_limits_close(by_limits *limits);
/* Takes a request of `weight`: *wait_s is 0 when it may be sent now, else nothing was taken and it
 * may be asked again after that many seconds. */
BY_API by_status by_limits_take(by_limits *limits, double weight, double now_s, double *wait_s,
                                by_error *err);
/* An answer came, refused ones included. */
BY_API by_status by_limits_learn(by_limits *limits, const by_limit_news *news, double now_s,
                                 by_error *err);
/* The answer that was learned from last was a refusal for too many requests: nothing is sent until
 * `until_s` (NaN: the vendor did not say; the pause then doubles from 1 s to 60 s as long as
 * refusals follow each other), and the rate learned falls below what was answered lately. */
BY_API by_status by_limits_refused(by_limits *limits, double until_s, double now_s, by_error *err);
BY_API by_status by_limits_look(by_limits *limits, double now_s, by_limits_state *out,
                                by_error *err);

#endif
