/* SPDX-License-Identifier: MIT */
#include "blocks.h"

#include <math.h>
#include <string.h>

#include "blocks_kernel.h"

enum { BLOCKS = BY_BLOCK_COUNT };

const blocks_kernel blocks_kernel_1 = {LANES, pass_alone, pass_placed};

const blocks_kernel *blocks_kernel_best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return &blocks_kernel_8;
    }
    if (__builtin_cpu_supports("avx2")) {
        return &blocks_kernel_4;
    }
#endif
    return &blocks_kernel_1;
}

static void lay_out(const double *returns, int32_t count, blocks_layout *out) {
    out->days = count / BLOCKS;
    for (int64_t b = 0, first = 0; b < BLOCKS; b++) {
        const int64_t next = (b + 1) * count / BLOCKS;
        out->returns[b] = returns + first;
        out->size[b] = (double)(next - first);
        first = next;
    }
}

/* Puts the blocks one behind the other. At the lowest value of a block the peak is at least what it
 * was at the block's start, so their ratio is a bound for the lowest one. Returns the end value. */
static double find_starts(const blocks_alone *from, blocks_layout *of) {
    double value = 1.0;
    double highest = 1.0;
    of->bound = 1.0;
    for (int32_t b = 0; b < BLOCKS; b++) {
        const double ratio = value * from->low[b] / highest;
        const double high = value * from->high[b];
        of->start[b] = value;
        of->bound = ratio < of->bound ? ratio : of->bound;
        of->peak[b] = highest;
        highest = high > highest ? high : highest;
        value *= from->growth[b];
    }
    return value;
}

/* Added up by halves: see metrics.h. */
static double total(const double of[BLOCKS]) {
    double sum[BLOCKS];
    memcpy(sum, of, sizeof sum);
    for (int32_t half = BLOCKS / 2; half > 0; half /= 2) {
        for (int32_t b = 0; b < half; b++) {
            sum[b] += sum[b + half];
        }
    }
    return sum[0];
}

static double lowest(const double of[BLOCKS]) {
    double found = of[0];
    for (int32_t b = 1; b < BLOCKS; b++) {
        found = of[b] < found ? of[b] : found;
    }
    return found;
}

static double highest(const double of[BLOCKS]) {
    double found = of[0];
    for (int32_t b = 1; b < BLOCKS; b++) {
        found = of[b] > found ? of[b] : found;
    }
    return found;
}

/* The longest run of days below the peak: it may go on from block to block. */
static double find_longest(const blocks_layout *of, const blocks_placed *at) {
    double run = 0.0; /* that the block before ends with */
    double longest = highest(at->longest);
    for (int32_t b = 0; b < BLOCKS; b++) {
        const double joined = run + at->lead[b];
        longest = joined > longest ? joined : longest;
        run = at->lead[b] == of->size[b] ? joined : at->under[b];
    }
    return longest;
}

void blocks_pass(const blocks_kernel *kernel, const double *returns, int32_t count,
                 double sum[BY_BLOCK_COUNT], double sum_squares[BY_BLOCK_COUNT],
                 blocks_total *out) {
    blocks_layout of;
    blocks_alone alone_;
    blocks_placed placed_;
    lay_out(returns, count, &of);
    for (int32_t b = 0; b < BLOCKS; b += kernel->lanes) {
        kernel->alone(&of, b, &alone_);
    }
    memcpy(sum, alone_.sum, sizeof alone_.sum);
    memcpy(sum_squares, alone_.sum_squares, sizeof alone_.sum_squares);
    out->sum = total(alone_.sum);
    out->loss_squares = total(alone_.loss_squares);
    out->wins = total(alone_.wins);
    out->best = highest(alone_.best);
    out->worst = lowest(alone_.worst);
    out->end = find_starts(&alone_, &of);
    of.mean = out->sum / count;
    for (int32_t b = 0; b < BLOCKS; b += kernel->lanes) {
        kernel->placed(&of, b, &placed_);
    }
    out->ratio = lowest(placed_.ratio);
    out->longest = find_longest(&of, &placed_);
    out->second = total(placed_.second);
    out->third = total(placed_.third);
    out->fourth = total(placed_.fourth);
}
