/* SPDX-License-Identifier: MIT
 *
 * Conditions on all rows of the panel, from the first one on: a latch and for_days look back
 * further than the run.
 */
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>

static bool compare(int32_t comparator, double x, double y) {
    if (isnan(x) || isnan(y)) {
        return false;
    }
    switch (comparator) {
    case BY_GT:
        return x > y;
    case BY_GTE:
        return x >= y;
    case BY_LT:
        return x < y;
    case BY_LTE:
        return x <= y;
    default:
        return x == y;
    }
}

static void hold_comparison(plain_state *s, const by_condition *condition, plain_mask *out) {
    const plain_column *left = plain_series(s, condition->left, -1);
    const plain_column *right = NULL;
    int32_t comparator = plain_integer(s, &condition->comparator);
    double threshold = 0;
    if (condition->right >= 0) {
        right = plain_series(s, condition->right, -1);
    } else {
        threshold = plain_value(s, &condition->threshold);
    }
    if (s->status != BY_OK) {
        return;
    }
    for (int32_t row = 0; row < s->panel->bar_count; row++) {
        double y = right == NULL ? threshold : right->value[row];
        out->holds[row] = compare(comparator, left->value[row], y);
    }
    out->ready = right == NULL ? left->ready : plain_later(left->ready, right->ready);
}

static bool combine(plain_state *s, const by_condition *condition, int32_t row, bool before) {
    const int32_t *links = s->tree->condition_links + condition->child_first;
    int32_t held = 0;
    for (int32_t c = 0; c < condition->child_count; c++) {
        held += s->mask[links[c]].holds[row];
    }
    switch (condition->kind) {
    case BY_ALL:
        return held == condition->child_count;
    case BY_ANY:
        return held > 0;
    case BY_NONE:
        return held == 0;
    case BY_AT_LEAST:
        return held >= plain_integer(s, &condition->count);
    default: /* BY_LATCH: the first enters, the second leaves */
        return before ? !s->mask[links[1]].holds[row] : s->mask[links[0]].holds[row];
    }
}

static void hold_compound(plain_state *s, const by_condition *condition, plain_mask *out) {
    const int32_t *links = s->tree->condition_links + condition->child_first;
    for (int32_t c = 0; c < condition->child_count; c++) {
        out->ready = plain_later(out->ready, plain_condition(s, links[c])->ready);
    }
    for (int32_t row = 0; row < s->panel->bar_count && s->status == BY_OK; row++) {
        out->holds[row] = combine(s, condition, row, row > 0 && out->holds[row - 1]);
    }
}

/* Whether it held on each of `for_days` rows up to `days_ago` before `row`. */
static bool held_for(const uint8_t *holds, int32_t row, int32_t days_ago, int32_t for_days) {
    for (int32_t k = 0; k < for_days; k++) {
        if (row - days_ago - k < 0 || !holds[row - days_ago - k]) {
            return false;
        }
    }
    return true;
}

static void look_back(plain_state *s, const by_condition *condition, const uint8_t *base,
                      plain_mask *out) {
    int32_t days_ago = plain_integer(s, &condition->days_ago);
    int32_t for_days = plain_integer(s, &condition->for_days);
    int32_t rows = s->panel->bar_count;
    for (int32_t row = 0; row < rows; row++) {
        out->holds[row] = held_for(base, row, days_ago, for_days);
    }
    int32_t back = days_ago + for_days - 1;
    out->ready = out->ready < rows - back ? out->ready + back : rows;
}

const plain_mask *plain_condition(plain_state *s, int32_t index) {
    const by_condition *condition = &s->tree->conditions[index];
    plain_mask *mask = &s->mask[index];
    if (mask->holds != NULL) {
        return mask;
    }
    plain_mask base = {.holds = plain_room(s, (size_t)s->panel->bar_count, 1)};
    uint8_t *holds = plain_room(s, (size_t)s->panel->bar_count, 1);
    if (s->status == BY_OK) {
        if (condition->kind == BY_COMPARE) {
            hold_comparison(s, condition, &base);
        } else {
            hold_compound(s, condition, &base);
        }
    }
    if (s->status == BY_OK) {
        *mask = (plain_mask){holds, base.ready};
        look_back(s, condition, base.holds, mask);
    } else {
        free(holds);
    }
    free(base.holds);
    return mask;
}
