/* SPDX-License-Identifier: MIT
 *
 * A strategy tree as its author wrote it: flat arrays that the caller fills and owns (Lua fills
 * them through the FFI, tests fill them directly). Nothing in here is shared, simplified or checked
 * yet: by_plan_new does that. Whatever refers to something else refers to a smaller index of its
 * own array (children come before their parents), and a condition, and all before it, to nodes
 * before the one that it is used by: so a tree cannot hold a cycle.
 *
 * A field of a tree is a constant or depends on one param: then it has one value for each value of
 * the param. The engine knows params by index and their values by position ("digit") only, so
 * anything can be a param.
 */
#ifndef BY_TREE_H
#define BY_TREE_H

#ifndef BY_CDEF
#include <stdint.h>
#endif

enum { BY_NODES_MAX = 1000000 }; /* nodes of a tree, and each other array of it */
enum { BY_PARAMS_MAX = 64 };     /* params of a tree */
enum { BY_WINDOW_MAX = 100000 }; /* bars of an indicator's window */
enum { BY_SYMBOLS_MAX = 4096 };  /* symbols of a tree */
enum { BY_CUSTOMS_MAX = 1000 };  /* indicators that a tree brings along */

enum { BY_NUMBER_MAX = 1000 }; /* an indicator's numbers are above 0, up to this */

/* What a kind of indicator reads beside closes, as bits: highs and lows; volumes; times (and then
 * nothing else); opens; a second series, close by close. */
enum {
    BY_READS_RANGE = 1,
    BY_READS_VOLUME = 2,
    BY_READS_TIME = 4,
    BY_READS_OPEN = 8,
    BY_READS_OTHER = 16
};

/* Indicators: X(NAME, Lua name, how many windows and numbers it has, what it reads, options,
 * title). The definitions stand in engine/indicators. Options choose between definitions where
 * tools differ: "name=first|second other=first|#", the first word of each being the default, and #
 * any number of bars. The `variant` of a series has them all: the position of the word of the first
 * option, plus the number of its words times that of the second one, and so on; # stands for
 * 1 .. BY_WINDOW_MAX and comes last. */
#define BY_SEED "seed=first|sma"
#define BY_SEED_TALIB "seed=first|sma|talib"
#define BY_DDOF "ddof=1|0"
#define BY_FIRST_RANGE "first=none|range"
#define BY_SMOOTHING "smoothing=wilder|simple|exponential"
#define BY_DDOF_0 "ddof=0|1"
#define BY_INDICATOR_MAP(X)                                                                        \
    X(CLOSE, close, 0, 0, 0, "", "close")                                                          \
    X(SMA, sma, 1, 0, 0, "", "simple moving average")                                              \
    X(EMA, ema, 1, 0, 0, BY_SEED "|adjusted", "exponential moving average")                        \
    X(RSI, rsi, 1, 0, 0, "smoothing=wilder|simple|exponential|adjusted flat=50|0 history=all|#",   \
      "relative strength index")                                                                   \
    X(CUMULATIVE_RETURN, cumulative_return, 1, 0, 0, "", "cumulative return")                      \
    X(MEAN_RETURN, mean_return, 1, 0, 0, "", "mean of daily returns")                              \
    X(STDEV_RETURN, stdev_return, 1, 0, 0, BY_DDOF, "standard deviation of returns")               \
    X(STDEV_PRICE, stdev_price, 1, 0, 0, BY_DDOF, "standard deviation of closes")                  \
    X(MAX_DRAWDOWN, max_drawdown, 1, 0, 0, "", "maximum drawdown")                                 \
    X(PPO, ppo, 2, 0, 0, BY_SEED_TALIB, "percentage price oscillator")                             \
    X(PPO_SIGNAL, ppo_signal, 3, 0, 0, BY_SEED_TALIB, "signal line of the PPO")                    \
    X(MONTH, month, 0, 0, BY_READS_TIME, "", "month of the year")                                  \
    X(PERCENTILE, percentile, 1, 0, 0, "", "percentile rank")                                      \
    X(STOCHASTIC, stochastic, 1, 0, 0, "", "place between lowest and highest")                     \
    X(MOMENTUM_13612W, momentum_13612w, 0, 0, 0, "", "weighted momentum of 1, 3, 6 and 12 months") \
    X(MOMENTUM_13612U, momentum_13612u, 0, 0, 0, "", "mean momentum of 1, 3, 6 and 12 months")     \
    X(MOMENTUM_SMA12, momentum_sma12, 0, 0, 0, "", "momentum against the mean of 12 months")       \
    X(DRAWDOWN, drawdown, 0, 0, 0, "", "drawdown from the highest close")                          \
    X(ULTIMATE_SMOOTHER, ultimate_smoother, 1, 0, 0, "", "ultimate smoother")                      \
    X(TREND_CLARITY, trend_clarity, 1, 0, 0, "", "clarity of a linear trend")                      \
    X(AROON_UP, aroon_up, 1, 0, BY_READS_RANGE, "", "Aroon up")                                    \
    X(AROON_DOWN, aroon_down, 1, 0, BY_READS_RANGE, "", "Aroon down")                              \
    X(AROON, aroon, 1, 0, BY_READS_RANGE, "", "Aroon oscillator")                                  \
    X(MACD, macd, 3, 0, 0, BY_SEED_TALIB, "MACD line")                                             \
    X(MACD_SIGNAL, macd_signal, 3, 0, 0, BY_SEED_TALIB, "signal line of the MACD")                 \
    X(MACD_HISTOGRAM, macd_histogram, 3, 0, 0, BY_SEED_TALIB, "MACD line above its signal line")   \
    X(PPO_HISTOGRAM, ppo_histogram, 3, 0, 0, BY_SEED_TALIB, "PPO above its signal line")           \
    X(ATR, atr, 1, 0, BY_READS_RANGE, BY_SMOOTHING " " BY_FIRST_RANGE, "average true range")       \
    X(ADX, adx, 1, 0, BY_READS_RANGE, "", "average directional index")                             \
    X(STOCHASTIC_K, stochastic_k, 3, 0, BY_READS_RANGE, "",                                        \
      "slow %K of the stochastic oscillator")                                                      \
    X(MFI, mfi, 1, 0, BY_READS_RANGE | BY_READS_VOLUME, "", "money flow index")                    \
    X(OBV, obv, 0, 0, BY_READS_VOLUME, "start=volume|zero", "on-balance volume")                   \
    X(OPEN, open, 0, 0, BY_READS_OPEN, "", "open")                                                 \
    X(HIGH, high, 0, 0, BY_READS_RANGE, "", "high")                                                \
    X(LOW, low, 0, 0, BY_READS_RANGE, "", "low")                                                   \
    X(VOLUME, volume, 0, 0, BY_READS_VOLUME, "", "volume")                                         \
    X(WMA, wma, 1, 0, 0, "", "weighted moving average")                                            \
    X(DEMA, dema, 1, 0, 0, BY_SEED, "double exponential moving average")                           \
    X(TEMA, tema, 1, 0, 0, BY_SEED, "triple exponential moving average")                           \
    X(KAMA, kama, 3, 0, 0, "", "adaptive moving average of Kaufman")                               \
    X(HULL, hull, 1, 0, 0, "", "moving average of Hull")                                           \
    X(WILDER, wilder, 1, 0, 0, "", "moving average of Wilder")                                     \
    X(VWMA, vwma, 1, 0, BY_READS_VOLUME, "", "volume-weighted moving average")                     \
    X(VWAP, vwap, 1, 0, BY_READS_RANGE | BY_READS_VOLUME, "", "volume-weighted average price")     \
    X(APO, apo, 2, 0, 0, BY_SEED_TALIB, "absolute price oscillator")                               \
    X(TRIX, trix, 1, 0, 0, BY_SEED, "TRIX: rate of change of a triple exponential average")        \
    X(STOCHASTIC_RSI, stochastic_rsi, 2, 0, 0, "",                                                 \
      "place of the RSI between its lowest and highest")                                           \
    X(STOCHASTIC_RSI_D, stochastic_rsi_d, 3, 0, 0, "", "mean of the stochastic RSI")               \
    X(STOCHASTIC_D, stochastic_d, 3, 0, BY_READS_RANGE, "",                                        \
      "slow %D of the stochastic oscillator")                                                      \
    X(STOCHASTIC_FAST_K, stochastic_fast_k, 1, 0, BY_READS_RANGE, "",                              \
      "fast %K of the stochastic oscillator")                                                      \
    X(STOCHASTIC_FAST_D, stochastic_fast_d, 2, 0, BY_READS_RANGE, "",                              \
      "fast %D of the stochastic oscillator")                                                      \
    X(WILLIAMS_R, williams_r, 1, 0, BY_READS_RANGE, "", "%R of Williams")                          \
    X(CMO, cmo, 1, 0, 0, "smoothing=sum|wilder", "momentum oscillator of Chande")                  \
    X(ULTIMATE_OSCILLATOR, ultimate_oscillator, 3, 0, BY_READS_RANGE, "", "ultimate oscillator")   \
    X(CCI, cci, 1, 0, BY_READS_RANGE, "", "commodity channel index")                               \
    X(TRUE_RANGE, true_range, 0, 0, BY_READS_RANGE, BY_FIRST_RANGE, "true range")                  \
    X(NATR, natr, 1, 0, BY_READS_RANGE, BY_SMOOTHING " " BY_FIRST_RANGE,                           \
      "average true range in percent of the close")                                                \
    X(PLUS_DI, plus_di, 1, 0, BY_READS_RANGE, "", "+DI: directional indicator upwards")            \
    X(MINUS_DI, minus_di, 1, 0, BY_READS_RANGE, "", "-DI: directional indicator downwards")        \
    X(DX, dx, 1, 0, BY_READS_RANGE, "", "directional index")                                       \
    X(SAR, sar, 0, 2, BY_READS_RANGE, "", "parabolic SAR")                                         \
    X(BOLLINGER_UPPER, bollinger_upper, 1, 1, 0, BY_DDOF_0, "upper Bollinger band")                \
    X(BOLLINGER_LOWER, bollinger_lower, 1, 1, 0, BY_DDOF_0, "lower Bollinger band")                \
    X(BOLLINGER_WIDTH, bollinger_width, 1, 1, 0, BY_DDOF_0, "width of the Bollinger bands")        \
    X(BOLLINGER_PERCENT_B, bollinger_percent_b, 1, 1, 0, BY_DDOF_0,                                \
      "place between the Bollinger bands")                                                         \
    X(KELTNER_UPPER, keltner_upper, 2, 1, BY_READS_RANGE, "", "upper Keltner band")                \
    X(KELTNER_LOWER, keltner_lower, 2, 1, BY_READS_RANGE, "", "lower Keltner band")                \
    X(DONCHIAN_UPPER, donchian_upper, 1, 0, BY_READS_RANGE, "", "upper Donchian band")             \
    X(DONCHIAN_MIDDLE, donchian_middle, 1, 0, BY_READS_RANGE, "",                                  \
      "middle of the Donchian channel")                                                            \
    X(DONCHIAN_LOWER, donchian_lower, 1, 0, BY_READS_RANGE, "", "lower Donchian band")             \
    X(HIGHEST, highest, 1, 0, 0, "", "highest value")                                              \
    X(LOWEST, lowest, 1, 0, 0, "", "lowest value")                                                 \
    X(HIGHEST_BARS, highest_bars, 1, 0, 0, "", "bars since the highest value")                     \
    X(LOWEST_BARS, lowest_bars, 1, 0, 0, "", "bars since the lowest value")                        \
    X(GAP, gap, 0, 0, BY_READS_OPEN, "", "gap between a close and the next open")                  \
    X(VARIANCE, variance, 1, 0, 0, BY_DDOF, "variance of closes")                                  \
    X(ZSCORE, zscore, 1, 0, 0, BY_DDOF, "deviations from the mean")                                \
    X(LINREG, linreg, 1, 0, 0, "", "end of the line of regression")                                \
    X(LINREG_SLOPE, linreg_slope, 1, 0, 0, "", "slope of the line of regression")                  \
    X(LINREG_R2, linreg_r2, 1, 0, 0, "", "R squared of the line of regression")                    \
    X(ULCER, ulcer, 1, 0, 0, "peak=window|trailing", "Ulcer index")                                \
    X(CORRELATION, correlation, 1, 0, BY_READS_OTHER, "input=returns|values",                      \
      "correlation of two series")                                                                 \
    X(BETA, beta, 1, 0, BY_READS_OTHER, "", "beta to another series")                              \
    X(VOLATILITY, volatility, 1, 0, 0, BY_DDOF, "realised volatility from closes")                 \
    X(VOLATILITY_PARKINSON, volatility_parkinson, 1, 0, BY_READS_RANGE, "",                        \
      "realised volatility from ranges (Parkinson)")                                               \
    X(VOLATILITY_GARMAN_KLASS, volatility_garman_klass, 1, 0, BY_READS_RANGE | BY_READS_OPEN, "",  \
      "realised volatility from whole bars (Garman and Klass)")                                    \
    X(VOLATILITY_YANG_ZHANG, volatility_yang_zhang, 1, 0, BY_READS_RANGE | BY_READS_OPEN, "",      \
      "realised volatility with gaps (Yang and Zhang)")                                            \
    X(SWING_HIGH, swing_high, 1, 0, BY_READS_RANGE, "", "last swing high")                         \
    X(SWING_LOW, swing_low, 1, 0, BY_READS_RANGE, "", "last swing low")                            \
    X(HIGHER_HIGH, higher_high, 1, 0, BY_READS_RANGE, "",                                          \
      "whether the last swing high is above the one before")                                       \
    X(HIGHER_LOW, higher_low, 1, 0, BY_READS_RANGE, "",                                            \
      "whether the last swing low is above the one before")                                        \
    X(TREND_REGIME, trend_regime, 2, 0, 0, "", "regime of the trend")                              \
    X(VOLATILITY_REGIME, volatility_regime, 2, 0, 0, BY_DDOF, "regime of the volatility")

#define BY_INDICATOR_ENUM(name, lua, windows, numbers, reads, options, title) BY_##name,
typedef enum by_indicator { BY_INDICATOR_MAP(BY_INDICATOR_ENUM) BY_INDICATOR_COUNT } by_indicator;
#undef BY_INDICATOR_ENUM

struct by_error;
struct by_inputs;
struct by_recipe;

/* An indicator that the engine does not have: a tree brings it along, and its kind is
 * BY_INDICATOR_COUNT + its place in the tree's customs. It has no options. It may be asked for as a
 * template, over nodes, and on several threads at the same time.
 *
 * `compute` is given a stretch of rows without NaN in what it `reads` (BY_READS_ bits but
 * BY_READS_TIME; times are always there), and writes out[0 .. count): a function of the recipe and
 * of the inputs alone, NaN where not computable. When it fails it returns a status other than
 * BY_OK and fills `err`. `context` and the function must live as long as plans of the tree. */
typedef struct by_custom {
    const char *name;
    uint64_t identity; /* of its definition, for hashes */
    int32_t window_count;
    int32_t number_count;
    int32_t reads;
    int32_t reserved;
    int32_t (*compute)(void *context, const struct by_recipe *recipe,
                       const struct by_inputs *inputs, int32_t count, double *out,
                       struct by_error *err);
    void *context;
} by_custom;

typedef enum by_comparator {
    BY_GT,
    BY_GTE,
    BY_LT,
    BY_LTE,
    BY_EQ,
    BY_COMPARATOR_COUNT
} by_comparator;

/* ALL, ANY, NONE and AT_LEAST count how many of their conditions hold. LATCH has two: it begins to
 * hold on a day on which the first does, and ends on one on which the second does, from the first
 * row of the panel on. */
typedef enum by_condition_kind {
    BY_COMPARE,
    BY_ALL,
    BY_ANY,
    BY_NONE,
    BY_AT_LEAST,
    BY_LATCH,
    BY_CONDITION_KIND_COUNT
} by_condition_kind;

/* CASH holds nothing. ASSET holds `symbol`. WEIGHTED blends its children by the weights beside
 * them, the rest is cash. IF is its first child where `condition` holds, its second elsewhere.
 * FILTER ranks its children and holds the first `count` of them, weighted by `weighting`.
 * GROUP is its only child. INVERSE_VOL holds all children by 1 / volatility. MIXED is its first
 * child where `series` is at or below `low`, its second at or above `high`, and a linear blend
 * between. VOID holds nothing and leaves its share to what else is held: inside the nearest SETTLE
 * above it, or else in the whole tree. SETTLE is its only child with that done, or VOID when it
 * holds nothing else. */
typedef enum by_node_kind {
    BY_CASH,
    BY_ASSET,
    BY_WEIGHTED,
    BY_IF,
    BY_FILTER,
    BY_GROUP,
    BY_INVERSE_VOL,
    BY_MIXED,
    BY_VOID,
    BY_SETTLE,
    BY_NODE_KIND_COUNT
} by_node_kind;

/* How a FILTER weighs those that it takes, n of them: 1 / n each; by the weights beside its links,
 * which belong to ranks, divided by the sum of the first n; by 1 / volatility. */
typedef enum by_weighting {
    BY_WEIGH_EQUAL,
    BY_WEIGH_BY_RANK,
    BY_WEIGH_INVERSE_VOL,
    BY_WEIGHTING_COUNT
} by_weighting;

/* Which child of a FILTER comes first when their values are equal: the first in order, the last in
 * order, or the first ticker (children that are not assets come behind, in order). */
typedef enum by_ties { BY_TIES_FIRST, BY_TIES_LAST, BY_TIES_TICKER, BY_TIES_COUNT } by_ties;

/* When targets are traded. WEEKLY means ISO weeks; _FIRST is the first session of the period, _LAST
 * the last one (the last session of the data ends no period). CORRIDOR trades on a session on which
 * a weight is off its target by more than `corridor`, or on which the tickers with a target above 0
 * are not those held. NEVER buys on the first session and holds. All trade on the first session. */
typedef enum by_rebalance {
    BY_REBALANCE_DAILY,
    BY_REBALANCE_WEEKLY_FIRST,
    BY_REBALANCE_MONTHLY_FIRST,
    BY_REBALANCE_QUARTERLY_FIRST,
    BY_REBALANCE_YEARLY_FIRST,
    BY_REBALANCE_WEEKLY_LAST,
    BY_REBALANCE_MONTHLY_LAST,
    BY_REBALANCE_QUARTERLY_LAST,
    BY_REBALANCE_YEARLY_LAST,
    BY_REBALANCE_CORRIDOR,
    BY_REBALANCE_NEVER,
    BY_REBALANCE_COUNT
} by_rebalance;

/* Where orders are filled: at the close on which they were decided, or at the next open. */
typedef enum by_fill { BY_FILL_CLOSE, BY_FILL_OPEN, BY_FILL_COUNT } by_fill;

/* A value: constant when `param` < 0, else values[first + digit of the param]. */
typedef struct by_field {
    double constant;
    int32_t param;
    int32_t first;
} by_field;

/* What a series is made of. */
typedef enum by_form {
    BY_INDICATOR_OF, /* an indicator, of what `over`, `node` and `symbol` say */
    BY_ADD,          /* series[over] + series[with], and so on */
    BY_SUBTRACT,
    BY_MULTIPLY,
    BY_DIVIDE,
    BY_SEEN, /* series[over] of a higher timeframe: of its last bar that has closed */
    BY_FORM_COUNT
} by_form;

/* How a node is measured: by its own simulated equity, or by the mean over what it holds on the
 * session, by weight, of the tickers' own values. */
typedef enum by_measure { BY_MEASURE_EQUITY, BY_MEASURE_HOLDINGS, BY_MEASURE_COUNT } by_measure;

/* A series over the sessions. An indicator is measured over series[over], else (over < 0) over the
 * measure of nodes[node], else (node < 0) over the bars of `symbol`, an index into symbols; one
 * that reads a second series has it in series[with]. A series whose symbol is the constant
 * BY_TEMPLATE stands for one per child of the nodes that refer to it: an ASSET child is measured by
 * its ticker, any other as a node. `kind` is a by_indicator, or one of the tree's
 * customs; `variant` one of its definitions, which its options list. The value of a session is
 * factor * x + offset, with x from `days_ago` sessions before.
 *
 * `timeframe` is 0 for a series over the rows of the panel. Another one (timeframe.h) makes it
 * a series over bars of that length, which are made of the panel's (frames.h): windows and days_ago
 * count those. What it is made of is of the same timeframe, but for SEEN, of a lower one than
 * series[over]. Nodes and conditions refer to series of timeframe 0 alone, and no node is measured
 * in others. */
typedef struct by_series {
    int32_t form;
    int32_t over;
    int32_t with;
    int32_t node;
    int32_t timeframe;
    int32_t reserved;
    by_field kind;
    by_field symbol;
    by_field window[3];
    by_field number[2];
    by_field variant;
    by_field measure; /* a by_measure, over nodes */
    by_field days_ago;
    by_field factor;
    by_field offset;
} by_series;

enum { BY_TEMPLATE = -1 };

/* COMPARE: series `left` against series `right`, or against `threshold` when right < 0; a NaN does
 * not hold. The others: of conditions[condition_links[child_first .. + child_count)], AT_LEAST
 * `count` of them. Whatever the kind, it holds on a session when it did so on each of `for_days`
 * sessions, of which the last is `days_ago` sessions before. */
typedef struct by_condition {
    int32_t kind;
    int32_t left;
    int32_t right;
    int32_t child_first;
    int32_t child_count;
    int32_t reserved;
    by_field comparator;
    by_field threshold;
    by_field count;
    by_field for_days;
    by_field days_ago;
} by_condition;

/* Children are links[child_first .. + child_count), with weights[] of the same positions (used by
 * WEIGHTED, and by FILTER by rank). `label` is the node's name for messages: an index into labels,
 * or -1. What a node does not have is not looked at. */
typedef struct by_node {
    int32_t kind;
    int32_t condition;
    int32_t child_first;
    int32_t child_count;
    int32_t label;
    int32_t bottom;     /* FILTER: 0 takes the highest values, 1 the lowest */
    int32_t weighting;  /* FILTER: a by_weighting */
    int32_t rank;       /* FILTER: the series, a template, by which it ranks */
    int32_t volatility; /* INVERSE_VOL, FILTER by inverse volatility: a template, too */
    int32_t series;     /* MIXED */
    by_field symbol;    /* ASSET */
    by_field count;     /* FILTER */
    by_field ties;      /* FILTER: a by_ties */
    by_field merge;     /* FILTER: 1 drops an asset whose ticker came before, 0 keeps it */
    by_field empty;     /* FILTER with nothing to take: 0 is CASH, 1 is VOID */
    by_field low;       /* MIXED */
    by_field high;      /* MIXED */
} by_node;

/* How targets become holdings. Fractions are of the traded value; money is in the currency of the
 * prices; rates are a year's. */
typedef struct by_trading {
    by_field rebalance;          /* a by_rebalance */
    by_field corridor;           /* weight, 0 .. 1 */
    by_field fill;               /* a by_fill */
    by_field slippage;           /* fraction, 0 .. 0.5 */
    by_field commission;         /* fraction, 0 .. 0.5 */
    by_field commission_share;   /* money a share */
    by_field commission_order;   /* money an order */
    by_field commission_minimum; /* money: an order's commission is at least this */
    by_field sale_fee;           /* fraction of a sale, rounded up to a cent an order (SEC) */
    by_field share_fee;          /* money a share sold, rounded up to a cent an order (TAF) */
    by_field share_fee_maximum;  /* money: an order's share fee is at most this; 0 for no bound */
    by_field cash_yield;         /* rate that cash earns */
    by_field borrow_rate;        /* rate that short positions and negative cash pay */
    by_field capital;            /* money before the first purchase */
} by_trading;

typedef struct by_param {
    const char *name;
    int32_t value_count;
    int32_t reserved;
} by_param;

typedef struct by_tree {
    const by_node *nodes; /* the root is the last one */
    const by_series *series;
    const by_condition *conditions;
    const int32_t *links;
    const by_field *weights;
    const int32_t *condition_links;
    const double *values;
    const by_param *params;
    const char *const *symbols; /* tickers, in rising order */
    const char *const *labels;
    const uint8_t *whole_shares; /* [symbol]: 1 where only whole shares are held; NULL for none */
    const by_trading *trading;
    const by_custom *customs;
    int32_t node_count;
    int32_t series_count;
    int32_t condition_count;
    int32_t link_count;
    int32_t condition_link_count;
    int32_t value_count;
    int32_t param_count;
    int32_t symbol_count;
    int32_t label_count;
    int32_t custom_count;
} by_tree;

#ifndef BY_CDEF
/* The value of a field under an assignment of digits (one digit a param, each below its
 * value_count). */
static inline double by_field_value(const by_tree *tree, const by_field *field,
                                    const int32_t *digits) {
    return field->param < 0 ? field->constant : tree->values[field->first + digits[field->param]];
}
#endif

#endif
