/* SPDX-License-Identifier: MIT */
#include "plain_cscv.h"

#include <math.h>
#include <string.h>

double plain_sharpe(const plain_trials *at, int32_t i, int32_t mask, int32_t longest) {
    const int32_t blocks = at->block_count;
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (int32_t b = 0; b < blocks; b++) {
        if (!((mask >> (blocks - 1 - b)) & 1)) {
            continue;
        }
        int32_t first = b * at->length[i] / blocks;
        int32_t last = (b + 1) * at->length[i] / blocks;
        double weight =
            ((b + 1) * longest / blocks - b * longest / blocks) / (double)(last - first);
        for (int32_t t = first; t < last; t++) {
            sum += weight * at->returns[i][t];
            squares += weight * at->returns[i][t] * at->returns[i][t];
            count += weight;
        }
    }
    double variance = (squares - sum * sum / count) / (count - 1);
    return variance * (count - 1) > squares * 0x1p-40 ? sum / count / sqrt(variance) : 0.0;
}

static int takes_part_of(const plain_trials *at, int32_t i, int32_t longest) {
    double low = at->returns[i][0];
    double high = low;
    for (int32_t t = 0; t < at->length[i]; t++) {
        low = fmin(low, at->returns[i][t]);
        high = fmax(high, at->returns[i][t]);
    }
    return low < high && 2 * at->length[i] >= longest && at->length[i] >= 2 * at->block_count;
}

static void split(const plain_trials *at, const int *takes_part, int32_t longest, int32_t mask,
                  plain_splits *out) {
    const int32_t rest = (1 << at->block_count) - 1 - mask;
    const int32_t s = out->split_count++;
    int32_t best = -1;
    int32_t count = 0;
    for (int32_t i = 0; i < at->trial_count; i++) {
        count += takes_part[i];
        if (takes_part[i] && (best < 0 || plain_sharpe(at, i, mask, longest) >
                                              plain_sharpe(at, best, mask, longest))) {
            best = i;
        }
    }
    double bar = plain_sharpe(at, best, rest, longest);
    double rank = 0.5;
    for (int32_t i = 0; i < at->trial_count; i++) {
        double ratio = plain_sharpe(at, i, rest, longest);
        rank += takes_part[i] ? (ratio < bar ? 1.0 : ratio == bar ? 0.5 : 0.0) : 0.0;
    }
    double w = rank / (count + 1);
    out->logit[s] = log(w / (1 - w));
    out->chosen[s] = best;
    out->in_sample[s] = plain_sharpe(at, best, mask, longest);
    out->out_of_sample[s] = bar;
    out->pbo += w <= 0.5;
    out->loss += bar < 0.0;
}

void plain_cscv(const plain_trials *at, plain_splits *out) {
    int32_t longest = 0;
    int takes_part[PLAIN_TRIALS];
    for (int32_t i = 0; i < at->trial_count; i++) {
        longest = takes_part_of(at, i, 0) && at->length[i] > longest ? at->length[i] : longest;
    }
    for (int32_t i = 0; i < at->trial_count; i++) {
        takes_part[i] = takes_part_of(at, i, longest);
    }
    memset(out, 0, sizeof *out);
    for (int32_t mask = (1 << at->block_count) - 1; mask >= 0; mask--) {
        if (2 * __builtin_popcount((unsigned)mask) == at->block_count) {
            split(at, takes_part, longest, mask, out);
        }
    }
    out->pbo /= out->split_count;
    out->loss /= out->split_count;
}
