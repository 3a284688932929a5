/* SPDX-License-Identifier: MIT
 *
 * What the vendor tells, in headers and by refusing: it only ever slows down.
 *
 * A rate is learned from refusals. A server that lets a burst through tells nothing about its rate
 * until the burst is used up, but from one refusal to the next, what it answered is its rate times
 * the time between: so answers are counted from the refusal before. For the first refusal there is
 * none before; then they are counted from the start and over the pause, in which the server's
 * bucket or window filled again. Where nothing is known at all, neither limits nor refusals, the
 * rate starts low and grows with each answer, so that few requests are in flight when they meet the
 * wall.
 */
#include <math.h>

#include "limits_rooms.h"

static const double far_s = 25 * 3600.0;  /* further ahead no time is believed */
static const double whole_second_s = 1;   /* what may be cut off a time in whole seconds */
static const double late_s = 0.05;        /* how late the vendor's clock may be */
static const double probe_s = 2;          /* after a reset: between tries without news */
static const double quiet_s = 10;         /* a longer silence begins a new stretch */
static const double lately_s = 60;        /* of longer stretches, half is forgotten */
static const double pause_longest_s = 60; /* after refusals that say nothing */
static const double learned_share = 0.8;  /* of the rate of answers */
static const double learned_least_per_s = 1 / 60.0;
static const double learned_raise = 1.01, raise_answers = 100;
static const double few_answers = 20;                             /* to tell a rate by */
static const double forgotten_s = 24 * 3600.0;                    /* without refusal */
static const double start_per_s = 4, start_raise_per_s = 1 / 3.0; /* for each answer */
static const double after_refusal_per_s = 1;                      /* until an answer comes */
static const double share_step = 0.1; /* the share of refusals forgets all but some 20 answers */
static const double doubtful_share = 0.3, floor_share = 0.5, floor_per_s = 2;
static const int32_t doubtful_row = 3;
/* Refusals that go on in spite of so many cuts have another reason than the rate. */
enum { CUTS_MAX = 3 };

/* When a time that the vendor told has passed on its clock. */
static double surely_passed_s(double told_s) {
    return told_s + (told_s == floor(told_s) ? whole_second_s : late_s);
}

/* The lowest rate of our own limits on requests; infinity when there are none of up to `longest_s`.
 */
static double own_per_s(const by_limit *limits, int32_t count, double longest_s) {
    double lowest = INFINITY;
    for (int32_t i = 0; i < count; i++) {
        if (!limits[i].weighted && limits[i].period_s <= longest_s) {
            lowest = fmin(lowest, limits[i].count / limits[i].period_s);
        }
    }
    return lowest;
}

/* The rate that refusals, or a start without knowledge, allow; infinity when any. */
static double rate_of(const ledger *l, int32_t count, double now_s) {
    double rate = INFINITY;
    if (l->learned_per_s > 0 && now_s - l->wall_s < forgotten_s) {
        rate = l->learned_per_s;
    } else if (count == 0) {
        rate = start_per_s + start_raise_per_s * l->start_answers;
    }
    return l->refusals > 0 ? fmin(rate, after_refusal_per_s) : rate;
}

/* The bucket of the vendor's headers: its rate, when it is lower than all of ours, else infinity.
 */
static double header_rate_of(const ledger *l, const by_limit *limits, int32_t count) {
    if (!(l->vendor_count > 0) || l->vendor_period_s < whole_second_s) {
        return INFINITY;
    }
    double rate = l->vendor_count / l->vendor_period_s;
    return rate < 0.9 * own_per_s(limits, count, INFINITY) ? 0.95 * rate : INFINITY;
}

double by_vendor_wait_s(const ledger *l, const by_limit *limits, int32_t count, double now_s) {
    double wait_s = fmax(0, l->paused_s - now_s);
    if (isfinite(rate_of(l, count, now_s))) {
        wait_s = fmax(wait_s, l->next_s - now_s);
    }
    if (l->free < 1) {
        wait_s = fmax(wait_s, l->free_again_s - now_s);
    }
    double header_rate = header_rate_of(l, limits, count);
    if (isfinite(header_rate)) {
        double burst = fmax(1, 0.05 * l->vendor_count);
        wait_s = fmax(wait_s, l->vendor_paced_s - now_s - (burst - 1) / header_rate);
    }
    return wait_s;
}

/* Begins a new stretch behind a silence, and forgets half of a long one. */
static void keep_stretch(ledger *l, double now_s) {
    double longest_s = l->learned_per_s > 0 ? fmax(quiet_s, 3 / l->learned_per_s) : quiet_s;
    if (now_s - fmax(l->log[0], l->paused_s) > longest_s) {
        l->stretch_s = now_s;
        l->stretch_count = 0;
        l->after_refusal = 0;
    } else if (l->refusals == 0 && now_s - l->stretch_s > lately_s) {
        l->stretch_s = (l->stretch_s + now_s) / 2;
        l->stretch_count /= 2;
    }
}

/* When nothing remains and the reset has passed, one request is sent to hear how much there is now;
 * when nothing is heard, headers have nothing to say any more. */
static void take_remaining(ledger *l, double now_s) {
    if (l->free >= 1) {
        l->free -= 1;
    } else if (l->free > -INFINITY) {
        l->free = -INFINITY;
        l->free_again_s = now_s + probe_s;
    } else {
        l->free = INFINITY;
    }
}

void by_vendor_take(ledger *l, const by_limit *limits, int32_t count, double now_s) {
    keep_stretch(l, now_s);
    if (l->learned_per_s > 0 && now_s - l->wall_s >= forgotten_s) {
        l->learned_per_s = 0;
        l->start_answers = 0;
        l->cuts = 0;
    }
    double rate = rate_of(l, count, now_s);
    l->next_s = isfinite(rate) ? fmax(l->next_s, now_s) + 1 / rate : now_s;
    take_remaining(l, now_s);
    double header_rate = header_rate_of(l, limits, count);
    if (isfinite(header_rate)) {
        l->vendor_paced_s = fmax(l->vendor_paced_s, now_s) + 1 / header_rate;
    }
}

/* The least that was told for one window holds, since answers overtake each other; what is in
 * flight may or may not be counted in it. */
static void learn_remaining(ledger *l, int is_covered, const by_limit_news *news, double now_s) {
    double sure_s = surely_passed_s(news->reset_s);
    if (!(sure_s > now_s && news->reset_s <= now_s + far_s)) {
        return;
    }
    if (news->limit >= 1) {
        if (news->limit != l->vendor_count) {
            l->vendor_count = news->limit;
            l->vendor_period_s = 0;
        }
        double rounding_s = sure_s - news->reset_s; /* whole seconds may be rounded up, too */
        l->vendor_period_s = fmax(l->vendor_period_s, news->reset_s - rounding_s - now_s);
    }
    if (!(news->remaining >= 0)) {
        return;
    }
    if (is_covered) { /* nothing that we did not count ourselves */
        l->remaining = l->free = INFINITY;
        return;
    }
    if (news->reset_s > l->reset_s + 0.5 || surely_passed_s(l->reset_s) <= now_s) {
        l->remaining = INFINITY;
        l->reset_s = news->reset_s;
    }
    l->remaining = fmin(l->remaining, news->remaining);
    l->free = l->remaining - (news->in_flight > 0 ? news->in_flight : 0);
    l->free_again_s = surely_passed_s(l->reset_s);
}

/* From now on answers are counted from the first refusal of the row, unless the stretch before
 * began with one, too, and has few answers: then they are counted on. */
static void end_row(ledger *l) {
    l->refusals = 0;
    if (l->stretch_s < l->wall_s && !(l->after_refusal && l->stretch_count < few_answers)) {
        l->stretch_s = l->wall_s;
        l->stretch_count = 0;
        l->after_refusal = 1;
    }
    l->stretch_count += l->answers;
    l->answers = 0;
}

/* The first two answers behind a pause end a row of refusals; of a single one nothing is known yet,
 * since refusals are answers, too, until they are told. */
static void count_answer(ledger *l, double now_s) {
    l->start_answers += 1;
    l->clean_answers += 1;
    l->refused_share *= 1 - share_step;
    if (l->refusals == 0) {
        l->stretch_count += 1;
    } else if (now_s > l->paused_s) {
        l->answers += 1;
        if (l->answers >= 2) {
            end_row(l);
        }
    }
}

void by_vendor_learn(ledger *l, const by_limit *limits, int32_t count, const by_limit_news *news,
                     double now_s) {
    count_answer(l, now_s);
    if (l->clean_answers >= raise_answers) {
        l->clean_answers = 0;
        l->cuts -= l->cuts > 0;
        l->learned_per_s *= learned_raise;
        if (l->learned_per_s >= own_per_s(limits, count, 60)) {
            l->learned_per_s = 0;
        }
    }
    int is_covered = by_ledger_covers(l, limits, count, news->limit, news->remaining, now_s);
    learn_remaining(l, is_covered, news, now_s);
}

/* The least that refusals which may have nothing to do with the rate can do: few of them among the
 * answers, and none right behind a pause. A server that refuses at random would bring any rate down
 * to nothing otherwise. */
static double floor_of(const ledger *l, double own_rate) {
    int is_doubtful =
        isfinite(own_rate) && l->refusals < doubtful_row && l->refused_share < doubtful_share;
    return is_doubtful ? fmin(floor_share * own_rate, floor_per_s) : learned_least_per_s;
}

/* Lowers the learned rate below that of the answers in the stretch. */
static void cut(ledger *l, double own_rate) {
    double end_s = fmin(l->paused_s, l->wall_s + pause_longest_s);
    if (l->after_refusal && l->refusals == 1) {
        end_s = l->wall_s;
    }
    if (l->stretch_count < 1 || !(end_s > l->stretch_s)) {
        return;
    }
    double rate = learned_share * (l->stretch_count + 1) / (end_s - l->stretch_s);
    rate = fmax(rate, floor_of(l, own_rate));
    l->learned_per_s = l->learned_per_s > 0 ? fmin(l->learned_per_s, rate) : rate;
}

void by_vendor_refused(ledger *l, const by_limit *limits, int32_t count, double until_s,
                       double now_s) {
    int told = until_s > now_s; /* not when NaN */
    double pause_s = told ? fmin(surely_passed_s(until_s), now_s + far_s) : 0;
    l->clean_answers = 0;
    l->refused_share += share_step;
    l->start_answers = fmax(0, l->start_answers - 1);
    if (now_s <= l->paused_s) { /* one of several that were in flight together */
        l->paused_s = fmax(l->paused_s, pause_s);
        return;
    }
    if (l->refusals == 0) {
        l->stretch_count -= 1;
        l->wall_s = now_s;
        l->cuts += 1;
    } else {
        l->answers -= 1;
    }
    l->answers = fmax(0, l->answers);
    if (!told) {
        pause_s = now_s + fmin(pause_longest_s, pow(2, l->refusals));
    }
    l->refusals += 1;
    l->paused_s = pause_s;
    l->next_s = l->paused_s;
    if (l->cuts <= CUTS_MAX) {
        cut(l, own_per_s(limits, count, 60));
    }
}
