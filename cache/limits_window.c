/* SPDX-License-Identifier: MIT
 *
 * Our own limits: what was taken lately, and when there is room for more.
 */
#include <math.h>
#include <string.h>

#include "limits_rooms.h"

/* What is between our clock and the server's count: a request sent at 0.0 may be counted at 0.3. */
static const double margin_s = 0.05, margin_share = 0.01, margin_least_s = 0.3;
/* Limits that are paced, and how. */
static const double paced_period_s = 60, paced_count = 20, paced_rate = 0.95, paced_burst = 0.05;
/* A clock that is set back by less was read before the lock was had. */
static const double set_back_s = 60;

double by_ledger_widened_s(double period_s) {
    return period_s + fmax(margin_least_s, 2 * (margin_s + margin_share * period_s));
}

static double slot_s(double period_s) {
    return by_ledger_widened_s(period_s) / (LEDGER_SLOTS - 1);
}

static int64_t slot_of(double period_s, double time_s) {
    return (int64_t)floor(time_s / slot_s(period_s));
}

static int place_of(int64_t slot) {
    return (int)((slot % LEDGER_SLOTS + LEDGER_SLOTS) % LEDGER_SLOTS);
}

void by_ledger_start(ledger *l, double now_s) {
    memset(l, 0, sizeof *l);
    l->now_s = now_s;
    l->paused_s = l->wall_s = l->next_s = l->stretch_s = -INFINITY;
    l->reset_s = l->free_again_s = l->vendor_paced_s = -INFINITY;
    l->remaining = l->free = INFINITY;
    for (int i = 0; i < LEDGER_LOG; i++) {
        l->log[i] = -INFINITY;
    }
}

/* Clears the slots between the last one and that of `now_s`. */
static void roll(ledger_window *w, double now_s) {
    int64_t slot = slot_of(w->period_s, now_s);
    if (slot - w->last_slot >= LEDGER_SLOTS) {
        memset(w->slot, 0, sizeof w->slot);
        w->last_slot = slot;
    }
    while (w->last_slot < slot) {
        w->slot[place_of(++w->last_slot)] = 0;
    }
}

/* Moves all times by the step of a clock that was set back, as if it had been that late all along.
 */
static void move(ledger *l, double step_s) {
    double *times[] = {&l->paused_s, &l->wall_s,       &l->next_s,        &l->stretch_s,
                       &l->reset_s,  &l->free_again_s, &l->vendor_paced_s};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        *times[i] += step_s;
    }
    for (int i = 0; i < LEDGER_LOG; i++) {
        l->log[i] += step_s;
    }
    for (int i = 0; i < BY_LIMITS_MAX; i++) {
        ledger_window *w = &l->window[i];
        if (w->period_s > 0) {
            ledger_window moved = *w;
            moved.paced_s += step_s;
            moved.last_slot = slot_of(w->period_s, l->now_s + step_s);
            for (int k = 0; k < LEDGER_SLOTS; k++) {
                moved.slot[place_of(moved.last_slot - k)] = w->slot[place_of(w->last_slot - k)];
            }
            *w = moved;
        }
    }
    l->now_s += step_s;
}

double by_ledger_advance(ledger *l, double now_s) {
    if (now_s < l->now_s - set_back_s) {
        move(l, now_s - l->now_s);
    }
    l->now_s = fmax(l->now_s, now_s);
    for (int i = 0; i < BY_LIMITS_MAX; i++) {
        if (l->window[i].period_s > 0) {
            roll(&l->window[i], l->now_s);
        }
    }
    return l->now_s;
}

static int is_of(const ledger_window *w, const by_limit *limit) {
    return w->period_s == limit->period_s && w->weighted == limit->weighted;
}

static int find(const ledger *l, const by_limit *limit) {
    for (int i = 0; i < BY_LIMITS_MAX; i++) {
        if (is_of(&l->window[i], limit)) {
            return i;
        }
    }
    return -1;
}

static int is_wanted(const ledger_window *w, const by_limit *limits, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (is_of(w, &limits[i])) {
            return 1;
        }
    }
    return 0;
}

/* A free place, or else one of a limit that is not declared here. */
static ledger_window *make_place(ledger *l, const by_limit *limits, int32_t count) {
    ledger_window *place = NULL;
    for (int i = BY_LIMITS_MAX - 1; i >= 0; i--) {
        ledger_window *w = &l->window[i];
        if (w->period_s == 0 ||
            ((place == NULL || place->period_s != 0) && !is_wanted(w, limits, count))) {
            place = w;
        }
    }
    return place;
}

void by_ledger_adopt(ledger *l, const by_limit *limits, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (find(l, &limits[i]) < 0) {
            ledger_window *w = make_place(l, limits, count);
            memset(w, 0, sizeof *w);
            w->period_s = limits[i].period_s;
            w->weighted = limits[i].weighted;
            w->paced_s = -INFINITY;
            w->last_slot = slot_of(w->period_s, l->now_s);
        }
    }
}

/* Whether the log of times is long enough for a limit. */
static int is_logged(const by_limit *limit) {
    return !limit->weighted && limit->count < LEDGER_LOG + 1;
}

static double sum_of(const ledger_window *w) {
    double sum = 0;
    for (int k = 0; k < LEDGER_SLOTS; k++) {
        sum += (double)w->slot[k];
    }
    return sum;
}

double by_ledger_taken(const ledger *l, const by_limit *limit, double now_s) {
    if (!is_logged(limit)) {
        int at = find(l, limit);
        return at >= 0 ? sum_of(&l->window[at]) : 0;
    }
    int taken = 0;
    while (taken < LEDGER_LOG && l->log[taken] > now_s - by_ledger_widened_s(limit->period_s)) {
        taken++;
    }
    return taken;
}

int by_ledger_covers(const ledger *l, const by_limit *limits, int32_t count, double told_count,
                     double told_left, double now_s) {
    for (int32_t i = 0; i < count; i++) {
        double left = limits[i].count - by_ledger_taken(l, &limits[i], now_s);
        if (!limits[i].weighted && told_count >= limits[i].count && told_left >= left) {
            return 1;
        }
    }
    return 0;
}

/* Until so many of the oldest slots are behind the window that `cost` fits. */
static double slots_wait_s(const ledger_window *w, double count, double cost, double now_s) {
    double sum = sum_of(w);
    int64_t behind = 0;
    while (sum + cost > count && behind < LEDGER_SLOTS) {
        sum -= (double)w->slot[place_of(w->last_slot - (LEDGER_SLOTS - 1) + behind++)];
    }
    return behind == 0 ? 0 : (double)(w->last_slot + behind) * slot_s(w->period_s) - now_s;
}

static int is_paced(const by_limit *limit) {
    return limit->period_s <= paced_period_s && limit->count >= paced_count;
}

/* A share of the rate, but no more than the window lets through in the long run. */
static double pace_of(const by_limit *limit) {
    double window_s = slot_s(limit->period_s) * LEDGER_SLOTS;
    return fmin(paced_rate * limit->count / limit->period_s, limit->count / window_s);
}

/* A bucket is told by the time at which it is full again. What is more than all of it may be taken
 * when it is full. */
static double paced_wait_s(const by_limit *limit, double full_s, double cost, double now_s) {
    double burst = fmax(1, paced_burst * limit->count);
    return full_s - now_s - (burst - fmin(cost, burst)) / pace_of(limit);
}

static double limit_wait_s(const ledger *l, const by_limit *limit, double cost, double now_s) {
    const ledger_window *w = &l->window[find(l, limit)];
    double wait_s;
    if (is_logged(limit)) {
        wait_s = l->log[(int)limit->count - 1] + by_ledger_widened_s(limit->period_s) - now_s;
    } else {
        wait_s = slots_wait_s(w, limit->count, cost, now_s);
    }
    return is_paced(limit) ? fmax(wait_s, paced_wait_s(limit, w->paced_s, cost, now_s)) : wait_s;
}

double by_ledger_wait_s(const ledger *l, const by_limit *limits, int32_t count, double weight,
                        double now_s) {
    double wait_s = 0;
    for (int32_t i = 0; i < count; i++) {
        double cost = limits[i].weighted ? weight : 1;
        wait_s = fmax(wait_s, limit_wait_s(l, &limits[i], cost, now_s));
    }
    return wait_s;
}

void by_ledger_take(ledger *l, const by_limit *limits, int32_t count, double weight, double now_s) {
    memmove(l->log + 1, l->log, sizeof l->log - sizeof *l->log);
    l->log[0] = now_s;
    for (int i = 0; i < BY_LIMITS_MAX; i++) {
        ledger_window *w = &l->window[i];
        if (w->period_s > 0) {
            w->slot[place_of(w->last_slot)] += (float)(w->weighted ? weight : 1);
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if (is_paced(&limits[i])) {
            ledger_window *w = &l->window[find(l, &limits[i])];
            double cost = limits[i].weighted ? weight : 1;
            w->paced_s = fmax(w->paced_s, now_s) + cost / pace_of(&limits[i]);
        }
    }
}

void by_ledger_used(ledger *l, double used) {
    for (int i = 0; i < BY_LIMITS_MAX; i++) {
        ledger_window *w = &l->window[i];
        double more = w->period_s > 0 && w->weighted ? used - sum_of(w) : 0;
        if (more > 0) {
            w->slot[place_of(w->last_slot)] += (float)more;
        }
    }
}
