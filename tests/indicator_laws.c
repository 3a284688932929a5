/* SPDX-License-Identifier: MIT */
#include "indicator_laws.h"

#include <math.h>

#define INF HUGE_VAL
#define ANY                                                                                        \
    { -INF, INF }
#define UP                                                                                         \
    { 0, INF }
#define DOWN                                                                                       \
    { -INF, 0 }
#define ONE(x)                                                                                     \
    { x, x }
#define BETWEEN(a, b)                                                                              \
    { a, b }

/* Means and bands, between the prices or beyond; oscillators; returns; sizes; none of these. */
#define PRICE                                                                                      \
    { true, 1, 1, 0, 0, INF, 5, ANY, ANY }
#define PRICE_BEYOND                                                                               \
    { true, 1, 1, 0, -INF, INF, 5, ANY, ANY }
#define DIFFERENCE(up, down)                                                                       \
    { true, 1, 0, 0, -INF, INF, 0, up, down }
#define PLACE(least, most, flat, up, down)                                                         \
    { true, 0, 0, 0, least, most, flat, up, down }
#define RATIO(least, most, flat, up, down)                                                         \
    { true, 0, NO_LAW, 0, least, most, flat, up, down }
#define RETURN RATIO(-100, INF, 0, UP, DOWN)
#define SIZE_OF_RETURNS RATIO(0, INF, 0, UP, UP)
#define FALL RATIO(0, 100, 0, ONE(0), BETWEEN(0, 100))

const indicator_law indicator_laws[BY_INDICATOR_COUNT] = {
    [BY_CLOSE] = PRICE,
    [BY_OPEN] = PRICE,
    [BY_HIGH] = PRICE,
    [BY_LOW] = PRICE,
    [BY_VOLUME] = {true, 0, 0, 1, 0, INF, 1, ANY, ANY},
    [BY_MONTH] = PLACE(1, 12, 1, ANY, ANY),
    [BY_GAP] = RETURN,
    /* averages */
    [BY_SMA] = PRICE,
    [BY_EMA] = PRICE,
    [BY_WMA] = PRICE,
    [BY_DEMA] = PRICE_BEYOND,
    [BY_TEMA] = PRICE_BEYOND,
    [BY_KAMA] = PRICE,
    [BY_HULL] = PRICE_BEYOND,
    [BY_WILDER] = PRICE,
    [BY_VWMA] = PRICE,
    [BY_VWAP] = PRICE,
    [BY_ULTIMATE_SMOOTHER] = PRICE_BEYOND,
    /* returns and momentum */
    [BY_CUMULATIVE_RETURN] = RETURN,
    [BY_MEAN_RETURN] = RETURN,
    [BY_MOMENTUM_13612W] = RETURN,
    [BY_MOMENTUM_13612U] = RETURN,
    [BY_MOMENTUM_SMA12] = RETURN,
    /* oscillators */
    [BY_RSI] = PLACE(0, 100, 50, ONE(100), ONE(0)),
    [BY_STOCHASTIC_RSI] = PLACE(0, 100, 0, ONE(0), ONE(0)),
    [BY_STOCHASTIC_RSI_D] = PLACE(0, 100, 0, ONE(0), ONE(0)),
    [BY_CMO] = PLACE(-100, 100, 0, ONE(100), ONE(-100)),
    [BY_WILLIAMS_R] = PLACE(-100, 0, 0, BETWEEN(-10, 0), BETWEEN(-100, -90)),
    [BY_STOCHASTIC] = PLACE(0, 100, 50, ONE(100), ONE(0)),
    [BY_STOCHASTIC_K] = PLACE(0, 100, 0, BETWEEN(90, 100), BETWEEN(0, 10)),
    [BY_STOCHASTIC_D] = PLACE(0, 100, 0, BETWEEN(90, 100), BETWEEN(0, 10)),
    [BY_STOCHASTIC_FAST_K] = PLACE(0, 100, 0, BETWEEN(90, 100), BETWEEN(0, 10)),
    [BY_STOCHASTIC_FAST_D] = PLACE(0, 100, 0, BETWEEN(90, 100), BETWEEN(0, 10)),
    [BY_ULTIMATE_OSCILLATOR] = PLACE(0, 100, 0, ONE(80), ONE(20)),
    [BY_CCI] = PLACE(-INF, INF, 0, UP, DOWN),
    [BY_TRIX] = RATIO(-INF, INF, 0, UP, DOWN),
    [BY_APO] = DIFFERENCE(UP, DOWN),
    [BY_MACD] = DIFFERENCE(UP, DOWN),
    [BY_MACD_SIGNAL] = DIFFERENCE(UP, DOWN),
    [BY_MACD_HISTOGRAM] = DIFFERENCE(UP, DOWN),
    [BY_PPO] = RATIO(-INF, INF, 0, UP, DOWN),
    [BY_PPO_SIGNAL] = RATIO(-INF, INF, 0, UP, DOWN),
    [BY_PPO_HISTOGRAM] = RATIO(-INF, INF, 0, ANY, ANY),
    /* trend */
    [BY_ADX] = PLACE(0, 100, 0, ONE(100), ONE(100)),
    [BY_DX] = PLACE(0, 100, 0, ONE(100), ONE(100)),
    [BY_PLUS_DI] = PLACE(0, 100, 0, ONE(80), ONE(0)),
    [BY_MINUS_DI] = PLACE(0, 100, 0, ONE(0), ONE(80)),
    [BY_AROON] = PLACE(-100, 100, 0, ONE(100), ONE(-100)),
    [BY_AROON_UP] = PLACE(0, 100, 100, ONE(100), ONE(0)),
    [BY_AROON_DOWN] = PLACE(0, 100, 100, ONE(0), ONE(100)),
    [BY_SAR] = PRICE,
    [BY_TREND_CLARITY] = PLACE(0, 100, 100, ONE(100), ONE(100)),
    [BY_LINREG] = PRICE_BEYOND,
    [BY_LINREG_SLOPE] = DIFFERENCE(ONE(1), ONE(-1)),
    [BY_LINREG_R2] = PLACE(0, 1, NAN, ONE(1), ONE(1)),
    [BY_TREND_REGIME] = PLACE(-1, 1, 0, ONE(1), ONE(-1)),
    /* bands and channels */
    [BY_BOLLINGER_UPPER] = PRICE,
    [BY_BOLLINGER_LOWER] = PRICE_BEYOND,
    [BY_BOLLINGER_WIDTH] = SIZE_OF_RETURNS,
    [BY_BOLLINGER_PERCENT_B] = PLACE(-INF, INF, 0.5, BETWEEN(0.5, INF), BETWEEN(-INF, 0.5)),
    [BY_KELTNER_UPPER] = PRICE,
    [BY_KELTNER_LOWER] = PRICE_BEYOND,
    [BY_DONCHIAN_UPPER] = PRICE,
    [BY_DONCHIAN_MIDDLE] = PRICE,
    [BY_DONCHIAN_LOWER] = PRICE,
    /* extremes and market structure */
    [BY_HIGHEST] = PRICE,
    [BY_LOWEST] = PRICE,
    [BY_HIGHEST_BARS] = PLACE(0, INF, 0, ONE(0), ONE(2)),
    [BY_LOWEST_BARS] = PLACE(0, INF, 0, ONE(2), ONE(0)),
    [BY_PERCENTILE] = PLACE(0, 100, 0, ONE(100), ONE(0)),
    [BY_SWING_HIGH] = {true, 1, 1, 0, 0, INF, NAN, ANY, ANY},
    [BY_SWING_LOW] = {true, 1, 1, 0, 0, INF, NAN, ANY, ANY},
    [BY_HIGHER_HIGH] = PLACE(0, 1, NAN, ANY, ANY),
    [BY_HIGHER_LOW] = PLACE(0, 1, NAN, ANY, ANY),
    /* volatility and risk */
    [BY_STDEV_RETURN] = SIZE_OF_RETURNS,
    [BY_STDEV_PRICE] = {true, 1, 0, 0, 0, INF, 0, UP, UP},
    [BY_VARIANCE] = {true, 2, 0, 0, 0, INF, 0, UP, UP},
    [BY_ZSCORE] = PLACE(-INF, INF, 0, UP, DOWN),
    [BY_ATR] = {true, 1, 0, 0, 0, INF, 0, ONE(1.25), ONE(1.25)},
    [BY_NATR] = SIZE_OF_RETURNS,
    [BY_TRUE_RANGE] = {true, 1, 0, 0, 0, INF, 0, ONE(1.25), ONE(1.25)},
    [BY_VOLATILITY] = SIZE_OF_RETURNS,
    [BY_VOLATILITY_PARKINSON] = SIZE_OF_RETURNS,
    [BY_VOLATILITY_GARMAN_KLASS] = SIZE_OF_RETURNS,
    [BY_VOLATILITY_YANG_ZHANG] = SIZE_OF_RETURNS,
    [BY_VOLATILITY_REGIME] = RATIO(0, 100, 0, ANY, ANY),
    [BY_DRAWDOWN] = FALL,
    [BY_MAX_DRAWDOWN] = FALL,
    [BY_ULCER] = FALL,
    /* volume */
    [BY_MFI] = RATIO(0, 100, 0, ONE(100), ONE(0)),
    [BY_OBV] = {true, 0, 0, 1, -INF, INF, 1, UP, BETWEEN(-INF, 1)},
    /* two series */
    [BY_CORRELATION] = RATIO(-1, 1, NAN, BETWEEN(-1, 1), BETWEEN(-1, 1)),
    [BY_BETA] = RATIO(-INF, INF, 0, ANY, ANY),
};
