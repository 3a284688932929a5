/* SPDX-License-Identifier: MIT
 *
 * Random trees and bars to run them on, the same for the same seed on every machine.
 */
#ifndef BY_RANDOM_TREE_H
#define BY_RANDOM_TREE_H

#include "../engine/panel.h"
#include "../engine/tree.h"

enum {
    RANDOM_SYMBOLS_MAX = 12,
    RANDOM_PARAMS_MAX = 4,
    RANDOM_COMBOS_MAX = 90,
    RANDOM_BARS_MAX = 400,
    RANDOM_NODES_MAX = 4096,
    RANDOM_VALUES_MAX = 32768,
    RANDOM_EXPANDED_MAX = 2000, /* nodes of a tree with shared ones counted as often as used */
    RANDOM_MEASURED_MAX = 1200, /* nodes that are simulated for themselves, counted likewise */
    RANDOM_SLICES_MAX = 3,
    RANDOM_CUSTOMS = 3 /* indicators that trees bring along */
};

typedef struct random_source {
    uint64_t state;
} random_source;

/* SplitMix64; a number below `count`; a fraction in [0, 1); 1 with a chance. */
uint64_t random_next(random_source *source);
int32_t random_below(random_source *source, int32_t count);
double random_fraction(random_source *source);
int32_t random_chance(random_source *source, double chance);

/* Bars of up to 12 symbols over at most 400 sessions: late inceptions and early ends, missing
 * sessions, flat stretches, jumps, twins, prices of 1e-3 .. 1e12, opens and the like that are not
 * known; each series in 1 .. 3 slices. */
typedef struct random_bars {
    int32_t symbol_count;
    int32_t session_count;
    int32_t bar_seconds; /* 0 when nobody tells */
    const char *names[RANDOM_SYMBOLS_MAX];
    int32_t bar_count[RANDOM_SYMBOLS_MAX];
    int64_t time[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    double open[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    double high[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    double low[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    double close[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    double volume[RANDOM_SYMBOLS_MAX][RANDOM_BARS_MAX];
    by_bars slices[RANDOM_SYMBOLS_MAX * RANDOM_SLICES_MAX];
    int32_t slice_first[RANDOM_SYMBOLS_MAX + 1];
} random_bars;

/* A tree and its arrays. All combos of its params are valid strategies; some trees need more
 * history than there is. */
typedef struct random_tree {
    by_tree tree;
    random_source source;
    const random_bars *bars;
    int32_t depth_max;
    int32_t room;      /* nodes that may still be made */
    int32_t nasty;     /* windows may be too long for the bars, or 1 for a deviation */
    double share;      /* chance that a sub-tree is used again */
    double bind;       /* chance that a field is bound to a param */
    double measure;    /* chance that something is measured over a node or a series */
    int64_t node_bill; /* of the root, expanded */
    int64_t measured_bill;
    int64_t expanded[RANDOM_NODES_MAX];
    int32_t depth[RANDOM_NODES_MAX];
    uint8_t measured[RANDOM_NODES_MAX];
    by_node nodes[RANDOM_NODES_MAX];
    by_series series[RANDOM_NODES_MAX];
    by_condition conditions[RANDOM_NODES_MAX];
    int32_t links[RANDOM_NODES_MAX];
    by_field weights[RANDOM_NODES_MAX];
    int32_t condition_links[RANDOM_NODES_MAX];
    double values[RANDOM_VALUES_MAX];
    by_param params[RANDOM_PARAMS_MAX];
    by_trading trading;
    uint8_t whole_shares[RANDOM_SYMBOLS_MAX];
} random_tree;

/* Fill what the caller holds (both are large: put them on the heap). Pointers point inside, so the
 * structs must not be copied. */
void random_bars_fill(random_bars *bars, random_source *source);
/* Makes the sessions of filled bars rows within days: of an exchange with half days, whose hours in
 * UTC change with the season, or of a market that never closes; not always spaced as bar_seconds
 * tells. */
void random_bars_split(random_bars *bars, random_source *source);
void random_tree_fill(random_tree *tree, const random_bars *bars, random_source *source);

#endif
