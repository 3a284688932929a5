/* SPDX-License-Identifier: MIT
 *
 * Conditions of a walk: their masks, and which days of them a step flips.
 */
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

static int32_t child_at(const walk *w, const by_condition *condition, int32_t i) {
    return w->plan->condition_links[condition->child_first + i];
}

static void evaluate_compare(const walk *w, const by_condition *condition, uint64_t *out) {
    const double *right = NULL;
    double threshold = 0.0;
    if (condition->right >= 0) {
        right = series_values(w, condition->right);
    } else {
        threshold = plan_value(w->plan, &condition->threshold, w->digits);
    }
    mask_compare((int32_t)plan_value(w->plan, &condition->comparator, w->digits),
                 series_values(w, condition->left), right, threshold, w->day_count, out);
}

static void evaluate_compound(const walk *w, const by_condition *condition, uint64_t *out) {
    const bool all = condition->kind == BY_ALL;
    for (int32_t k = 0; k < w->word_count; k++) {
        uint64_t word = all ? ~(uint64_t)0 : 0;
        for (int32_t i = 0; i < condition->child_count; i++) {
            uint64_t bits = condition_mask(w, child_at(w, condition, i))[k];
            word = all ? word & bits : word | bits;
        }
        out[k] = condition->kind == BY_NONE ? ~word : word;
    }
}

static void evaluate_at_least(const walk *w, const by_condition *condition, uint64_t *out) {
    const int32_t needed = (int32_t)plan_value(w->plan, &condition->count, w->digits);
    for (int32_t k = 0; k < w->word_count; k++) {
        int32_t most = 0;
        uint64_t word = 0;
        int32_t count[64] = {0};
        for (int32_t i = 0; i < condition->child_count; i++) {
            uint64_t bits = condition_mask(w, child_at(w, condition, i))[k];
            for (; bits != 0; bits &= bits - 1) {
                int32_t now = ++count[__builtin_ctzll(bits)];
                most = now > most ? now : most;
            }
        }
        for (int32_t bit = 0; bit < 64 && (most >= needed); bit++) {
            word |= (uint64_t)(count[bit] >= needed) << bit;
        }
        out[k] = word;
    }
}

/* Day by day: on when the first condition holds, off when the second does. */
static void evaluate_latch(const walk *w, const by_condition *condition, uint64_t *out) {
    const uint64_t *enter = condition_mask(w, child_at(w, condition, 0));
    const uint64_t *exit = condition_mask(w, child_at(w, condition, 1));
    uint64_t on = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        uint64_t word = 0;
        for (int32_t bit = 0; bit < 64; bit++) {
            on = on ? ~exit[k] >> bit & 1 : enter[k] >> bit & 1;
            word |= on << bit;
        }
        out[k] = word;
    }
}

/* to[day] = from[day - days]; no day before the first holds. */
static void shift_days(const uint64_t *from, int32_t days, int32_t word_count, uint64_t *to) {
    const int32_t words = days / 64;
    const int32_t bits = days % 64;
    for (int32_t k = word_count - 1; k >= 0; k--) { /* downwards: from may be to */
        uint64_t word = 0;
        if (k >= words) {
            word = from[k - words] << bits;
            if (bits > 0 && k > words) {
                word |= from[k - words - 1] >> (64 - bits);
            }
        }
        to[k] = word;
    }
}

/* Holds on a day when it did on each of the last `days` days: and-ing doubled stretches. */
static void hold_for(uint64_t *mask, int32_t days, int32_t word_count, uint64_t *scratch) {
    for (int32_t done = 1; done < days;) {
        const int32_t more = done < days - done ? done : days - done;
        shift_days(mask, more, word_count, scratch);
        for (int32_t k = 0; k < word_count; k++) {
            mask[k] &= scratch[k];
        }
        done += more;
    }
}

static bool inputs_changed(const walk *w, const plan_condition *condition, uint64_t moved) {
    const by_condition *fields = &condition->fields;
    if ((condition->own_params & moved) != 0) {
        return true;
    }
    if (fields->kind == BY_COMPARE) {
        return series_changed(w, fields->left, moved) ||
               (fields->right >= 0 && series_changed(w, fields->right, moved));
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        if (w->condition_changed[child_at(w, fields, i)]) {
            return true;
        }
    }
    return false;
}

static void update_ready(walk *w, int32_t index) {
    const by_condition *fields = &w->plan->conditions[index].fields;
    const int32_t bars = w->columns->panel->bar_count;
    int32_t ready = 0;
    if (fields->kind == BY_COMPARE) {
        ready = series_ready(w, fields->left);
        ready = fields->right < 0 ? ready : later(ready, series_ready(w, fields->right));
    }
    for (int32_t i = 0; i < fields->child_count; i++) {
        ready = later(ready, w->condition_ready[child_at(w, fields, i)]);
    }
    const int32_t more = (int32_t)plan_value(w->plan, &fields->days_ago, w->digits) +
                         (int32_t)plan_value(w->plan, &fields->for_days, w->digits) - 1;
    w->condition_ready[index] = ready > bars - more ? bars : ready + more;
}

void walk_evaluate(walk *w, int32_t index, uint64_t *out) {
    const by_condition *fields = &w->plan->conditions[index].fields;
    if (fields->kind == BY_COMPARE) {
        evaluate_compare(w, fields, out);
    } else if (fields->kind == BY_AT_LEAST) {
        evaluate_at_least(w, fields, out);
    } else if (fields->kind == BY_LATCH) {
        evaluate_latch(w, fields, out);
    } else {
        evaluate_compound(w, fields, out);
    }
    hold_for(out, (int32_t)plan_value(w->plan, &fields->for_days, w->digits), w->word_count,
             w->shifted);
    shift_days(out, (int32_t)plan_value(w->plan, &fields->days_ago, w->digits), w->word_count, out);
    out[w->word_count - 1] &= mask_tail(w->day_count);
    w->nodes_computed++;
}

/* The mask under the digits: made before, remembered, or made now. */
static void find_mask(walk *w, int32_t index, uint64_t *out) {
    if (w->given != NULL && w->given[index] != NULL) {
        memcpy(out, w->given[index] + (w->first - w->given_first) / 64,
               (size_t)w->word_count * sizeof *out);
        out[w->word_count - 1] &= mask_tail(w->day_count);
        return;
    }
    const int64_t place = w->memo == NULL ? -1 : memo_place(w->memo, index, w->digits);
    if (place < 0 || !memo_get(w->memo, place, out, w->word_count)) {
        walk_evaluate(w, index, out);
        if (place >= 0) {
            memo_put(w->memo, place, out, w->word_count);
        }
    }
}

bool walk_step_condition(walk *w, int32_t index, uint64_t moved) {
    const plan_condition *condition = &w->plan->conditions[index];
    uint64_t *mask = condition_mask(w, index);
    uint64_t *flips = condition_flips(w, index);
    uint64_t *now = w->scratch;
    w->condition_changed[index] = 0;
    if (w->tracks_ready && (w->fresh || (condition->params & moved) != 0)) {
        update_ready(w, index);
    }
    if (!w->fresh && !inputs_changed(w, condition, moved)) {
        return false;
    }
    find_mask(w, index, now);
    uint64_t any = 0;
    for (int32_t k = 0; k < w->word_count; k++) {
        flips[k] = mask[k] ^ now[k];
        mask[k] = now[k];
        any |= flips[k];
    }
    w->condition_changed[index] = any != 0 || w->fresh;
    return w->condition_changed[index] != 0;
}
