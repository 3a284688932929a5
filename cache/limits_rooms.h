/* SPDX-License-Identifier: MIT
 *
 * What the file of limits.h holds, shared by limits.c (the file), limits_window.c (our own limits)
 * and limits_vendor.c (what the vendor tells). Private to the three.
 */
#ifndef BY_LIMITS_ROOMS_H
#define BY_LIMITS_ROOMS_H

#include "limits.h"

enum { LEDGER_SLOTS = 61, LEDGER_LOG = 32 };

/* What was taken lately, under limits of one period. */
typedef struct ledger_window {
    double period_s;   /* as declared; 0: this place is free */
    double paced_s;    /* when the bucket that paces is full again */
    int64_t last_slot; /* number of the newest slot, counted from 1970 */
    int32_t weighted;
    float slot[LEDGER_SLOTS]; /* slot number n is slot[n mod LEDGER_SLOTS] */
} ledger_window;

/* Times are seconds of the callers' clock; -infinity: never. */
typedef struct ledger {
    uint32_t magic;
    uint32_t version;
    uint64_t checksum; /* of all that follows */
    double now_s;      /* the latest time seen */
    /* Refusals. */
    double paused_s;       /* nothing is sent before */
    double wall_s;         /* the first refusal of the latest row of refusals */
    double learned_per_s;  /* rate learned, 0: none */
    double next_s;         /* when that rate, or the one of a start, lets the next one through */
    double stretch_s;      /* when the stretch began over which answers are counted ... */
    double stretch_count;  /* ... and how many there were, refusals left out */
    double answers;        /* after the pause of a refusal, before the row of refusals ends */
    double refused_share;  /* of the last answers */
    double clean_answers;  /* since the learned rate was changed last */
    double start_answers;  /* since the file was made, or the rate learned forgotten */
    int32_t refusals;      /* in the row that has not ended, 0: none */
    int32_t cuts;          /* of the learned rate, less one for each 100 answers */
    int32_t after_refusal; /* 1: the stretch began with a refusal */
    int32_t reserved;
    /* Headers. */
    double remaining;       /* the least the vendor said for its window, infinity: nothing yet */
    double free;            /* what may still be taken of it */
    double reset_s;         /* the vendor's, as told */
    double free_again_s;    /* when it has surely passed, or another try may be made without news */
    double vendor_count;    /* requests a window, 0: not told */
    double vendor_period_s; /* the longest time to a reset that was seen */
    double vendor_paced_s;  /* when the bucket of the two is full again */
    double log[LEDGER_LOG]; /* when requests were taken, the newest first */
    ledger_window window[BY_LIMITS_MAX];
} ledger;

/* Seconds that pass for sure at the server while those of `period_s` do at us. */
double by_ledger_widened_s(double period_s);
/* Starts one in which nothing was ever taken. */
void by_ledger_start(ledger *l, double now_s);
/* Makes `now_s` the present; times go along when the clock was set back. Returns the time to go by,
 * which is a little later when another process was faster. */
double by_ledger_advance(ledger *l, double now_s);
/* Finds a window for each limit. */
void by_ledger_adopt(ledger *l, const by_limit *limits, int32_t count);
/* What was taken in the window of a limit. */
double by_ledger_taken(const ledger *l, const by_limit *limit, double now_s);
/* Whether one of our limits on requests says as much as a limit of `told_count` with `told_left` to
 * take. */
int by_ledger_covers(const ledger *l, const by_limit *limits, int32_t count, double told_count,
                     double told_left, double now_s);
/* Seconds until the limits let a request through, 0: now. */
double by_ledger_wait_s(const ledger *l, const by_limit *limits, int32_t count, double weight,
                        double now_s);
void by_ledger_take(ledger *l, const by_limit *limits, int32_t count, double weight, double now_s);
/* Makes what was taken by weight at least `used`. */
void by_ledger_used(ledger *l, double used);

/* The same for what the vendor tells. */
double by_vendor_wait_s(const ledger *l, const by_limit *limits, int32_t count, double now_s);
void by_vendor_take(ledger *l, const by_limit *limits, int32_t count, double now_s);
void by_vendor_learn(ledger *l, const by_limit *limits, int32_t count, const by_limit_news *news,
                     double now_s);
void by_vendor_refused(ledger *l, const by_limit *limits, int32_t count, double until_s,
                       double now_s);

#endif
