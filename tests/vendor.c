/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "vendor.h"

enum { FLIGHTS = 64, LOG = 16384, PROGRAMS = 4 };
static const double start_s = 1700000000.37, latency_least_s = 0.02, latency_most_s = 0.3;

typedef struct flight {
    int program; /* -1: this place is free */
    int arrived, ok;
    double arrives_s, answered_s;
    double remaining, reset_s;
} flight;

typedef struct world {
    const trial *trial;
    uint64_t random;
    double now_s;
    /* What the vendor knows: tokens in its bucket, or requests in its window. */
    double tokens, filled_s;
    double log[LOG];
    int32_t logged, oldest;
    flight flights[FLIGHTS];
    int in_flight[PROGRAMS], at_once[PROGRAMS];
    double wakes_s[PROGRAMS];
    trial_result result;
} world;

/* Steele, Lea and Flood's splitmix64, as a fraction. */
static double random_fraction(world *w) {
    uint64_t z = w->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void arrive_at_bucket(world *w, flight *f) {
    const vendor *v = &w->trial->vendor;
    double rate = v->count / v->period_s;
    w->tokens = fmin(v->burst, w->tokens + (w->now_s - w->filled_s) * rate);
    w->filled_s = w->now_s;
    f->ok = w->tokens >= w->trial->weight;
    w->tokens -= f->ok ? w->trial->weight : 0;
    f->remaining = floor(w->tokens);
    f->reset_s = w->now_s + (floor(w->tokens) + 1 - w->tokens) / rate;
}

/* Windows keep the times of requests; a fixed one forgets all of them when it begins anew. */
static void arrive_at_window(world *w, flight *f) {
    const vendor *v = &w->trial->vendor;
    double begins_s = v->kind == VENDOR_FIXED ? floor(w->now_s / v->period_s) * v->period_s
                                              : nextafter(w->now_s - v->period_s, w->now_s);
    while (w->oldest < w->logged && w->log[w->oldest % LOG] < begins_s) {
        w->oldest++;
    }
    double used = (w->logged - w->oldest) * w->trial->weight;
    f->ok = used + w->trial->weight <= v->count;
    if (f->ok) {
        assert_true(w->logged - w->oldest < LOG);
        w->log[w->logged++ % LOG] = w->now_s;
        used += w->trial->weight;
    }
    f->remaining = v->count - used;
    f->reset_s =
        v->kind == VENDOR_FIXED ? begins_s + v->period_s : w->log[w->oldest % LOG] + v->period_s;
}

static void arrive(world *w, flight *f) {
    f->arrived = 1;
    if (random_fraction(w) < w->trial->lost) {
        f->ok = 0;
        f->remaining = f->reset_s = (double)NAN;
    } else if (w->trial->vendor.kind == VENDOR_BUCKET) {
        arrive_at_bucket(w, f);
    } else {
        arrive_at_window(w, f);
    }
}

static void answer(world *w, flight *f, by_limits *limits) {
    const vendor *v = &w->trial->vendor;
    by_error err;
    w->in_flight[f->program]--;
    by_limit_news news = {(double)NAN, (double)NAN, (double)NAN, w->in_flight[f->program],
                          (double)NAN};
    if (v->headers) {
        news.limit = v->count;
        news.remaining = f->remaining;
        news.reset_s = ceil(f->reset_s);
    }
    assert_int_equal(by_limits_learn(limits, &news, w->now_s, &err), BY_OK);
    if (f->ok) {
        w->result.answered++;
        int *at_once = &w->at_once[f->program];
        *at_once += *at_once < w->trial->at_once;
    } else {
        w->result.refused++;
        double until_s = v->retry_after ? f->reset_s : (double)NAN;
        assert_int_equal(by_limits_refused(limits, until_s, w->now_s, &err), BY_OK);
    }
    f->program = -1;
}

static void send(world *w, int program, by_limits *limits) {
    by_error err;
    w->wakes_s[program] = INFINITY;
    while (w->in_flight[program] < w->at_once[program]) {
        double wait_s;
        assert_int_equal(by_limits_take(limits, w->trial->weight, w->now_s, &wait_s, &err), BY_OK);
        if (wait_s > 0) {
            w->wakes_s[program] = w->now_s + wait_s;
            return;
        }
        flight *f = w->flights;
        while (f->program >= 0) {
            f++;
        }
        double latency_s =
            latency_least_s + random_fraction(w) * (latency_most_s - latency_least_s);
        *f = (flight){.program = program,
                      .arrives_s = w->now_s + latency_s * random_fraction(w),
                      .answered_s = w->now_s + latency_s};
        w->in_flight[program]++;
    }
}

/* Goes to what happens next: a request arrives, an answer arrives, a program wakes. */
static void step(world *w, by_limits **programs) {
    double next_s = INFINITY;
    flight *next = NULL;
    int wakes = -1;
    for (flight *f = w->flights; f < w->flights + FLIGHTS; f++) {
        double time_s = f->arrived ? f->answered_s : f->arrives_s;
        if (f->program >= 0 && time_s < next_s) {
            next_s = time_s;
            next = f;
        }
    }
    for (int p = 0; p < w->trial->programs; p++) {
        if (w->wakes_s[p] < next_s) {
            next_s = w->wakes_s[p];
            wakes = p;
        }
    }
    assert_true(isfinite(next_s));
    w->now_s = fmax(w->now_s, next_s);
    if (wakes >= 0) {
        send(w, wakes, programs[wakes]);
    } else if (!next->arrived) {
        arrive(w, next);
    } else {
        int program = next->program;
        answer(w, next, programs[program]);
        send(w, program, programs[program]);
    }
}

trial_result vendor_try(const trial *t, by_limits **programs) {
    static world w;
    memset(&w, 0, sizeof w);
    w.trial = t;
    w.random = t->seed;
    w.now_s = w.filled_s = start_s;
    w.tokens = t->vendor.burst;
    for (int i = 0; i < FLIGHTS; i++) {
        w.flights[i].program = -1;
    }
    for (int p = 0; p < t->programs; p++) {
        w.at_once[p] = 1;
        w.wakes_s[p] = start_s;
    }
    while (t->requests > 0 ? w.result.answered + w.result.refused < t->requests
                           : w.now_s < start_s + t->seconds) {
        step(&w, programs);
    }
    w.result.seconds = w.now_s - start_s;
    return w.result;
}
