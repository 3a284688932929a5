/* SPDX-License-Identifier: MIT
 *
 * Sweeps straight into a result store: the workers put what they have computed, and look for the
 * best of it.
 */
#include <math.h>

#include "results_rooms.h"

void by_results_seek(by_results *results, const by_results_best *best) {
    pthread_mutex_lock(&results->lock);
    results->best = *best;
    pthread_mutex_unlock(&results->lock);
}

void by_results_found(by_results *results, by_results_best *out) {
    pthread_mutex_lock(&results->lock);
    *out = results->best;
    pthread_mutex_unlock(&results->lock);
}

/* Whether a combo is better than the best one. It does not depend on the order in which they come.
 */
static bool is_better(const by_results_best *best, double value, int64_t combo) {
    const double direction = by_metric_direction(best->metric);
    return !isnan(value) && (best->combo < 0 || value * direction > best->value * direction ||
                             (value == best->value && combo < best->combo));
}

/* A by_sweep_taker. */
static by_status take(void *context, int32_t first, int32_t count, const by_result *rows,
                      by_error *err) {
    by_results *results = context;
    const uint32_t *combos = results->sweep_combos + first;
    by_results_best best = {
        .metric = results->sweep_metric, .round = results->sweeping, .combo = -1};
    by_status status = by_results_put(results, results->sweeping, first, count, rows, err);
    if (status != BY_OK) {
        return status;
    }
    for (int32_t i = 0; i < count; i++) {
        const double value = rows[i].metric[best.metric];
        if (is_better(&best, value, combos[i])) {
            best.position = first + i;
            best.combo = combos[i];
            best.value = value;
        }
    }
    pthread_mutex_lock(&results->lock);
    if (best.combo >= 0 && is_better(&results->best, best.value, best.combo)) {
        best.result = rows[best.position - first];
        results->best = best;
    }
    pthread_mutex_unlock(&results->lock);
    return BY_OK;
}

by_status by_results_sweep(by_results *results, int32_t round, const by_columns *columns,
                           const uint32_t *combos, const uint16_t *digits, int32_t combo_count,
                           const by_sweep_options *options, by_sweep **out, by_error *err) {
    by_sweep_options own = *options;
    own.taker = take;
    own.taker_context = results;
    results->sweeping = round;
    results->sweep_combos = combos;
    results->sweep_metric = results->best.metric;
    return by_sweep_start(columns, digits, combo_count, &own, out, err);
}
