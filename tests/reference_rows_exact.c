/* SPDX-License-Identifier: MIT
 *
 * Columns of exact arithmetic, rounded once, and of what Composer shows.
 */
#include "reference_rows.h"

static const reference_row exact[] = {
    {"EX_sma_%d", BY_SMA, 1e-11, 1e-15, BY_CLOSES},
    {"EX_std_sample_%d", BY_STDEV_PRICE, 1e-11, 1e-15, BY_CLOSES},
    {"EX_std_pop_%d", BY_STDEV_PRICE, 1e-11, 1e-15, BY_CLOSES, .variant = 1},
    {"EX_max_drawdown_frac_%d", BY_MAX_DRAWDOWN, 1e-11, 1e-15, BY_RETURNS, .unit = -0.01},
    {"EX_ret_mean_%d", BY_MEAN_RETURN, 1e-11, 1e-15, BY_RETURNS, .unit = 0.01},
    {"EX_ret_std_sample_%d", BY_STDEV_RETURN, 1e-11, 1e-15, BY_RETURNS, .unit = 0.01},
    {"EX_ret_std_pop_%d", BY_STDEV_RETURN, 1e-11, 1e-15, BY_RETURNS, .variant = 1, .unit = 0.01},
    {"EX_slope_%d", BY_LINREG_SLOPE, 1e-11, 1e-15, BY_CLOSES},
    {"EX_corr_close_open_%d", BY_CORRELATION, 1e-11, 1e-15, .variant = 1, .second = OPENS},
    {"EX_wma_%d", BY_WMA, 1e-11, 1e-15, BY_CLOSES},
    {"EX_intercept_%d", BY_LINREG, 1e-11, 1e-15, BY_CLOSES, .combination = reference_intercept},
};

const reference_tool reference_exact = {"exact", exact, sizeof exact / sizeof *exact};

static const reference_row composer[] = {
    {"CO_cumulative_return_pct_%d", BY_CUMULATIVE_RETURN, 1e-9, 1e-12, BY_RETURNS},
    {"CO_moving_average_return_pct_%d", BY_MEAN_RETURN, 1e-9, 1e-12, BY_RETURNS},
    {"CO_moving_average_price_%d", BY_SMA, 1e-9},
    {"CO_ema_price_seed_first_%d", BY_EMA, 1e-9, .only = MORE,
     .why = "values from the first bar on"},
    {"CO_stdev_return_pct_ddof1_%d", BY_STDEV_RETURN, 1e-9, 1e-8, BY_RETURNS},
    {"CO_stdev_return_pct_ddof0_%d", BY_STDEV_RETURN, 1e-9, 1e-8, BY_RETURNS, .variant = 1},
    {"CO_stdev_price_ddof1_%d", BY_STDEV_PRICE, 1e-9, 1e-8, BY_CLOSES},
    {"CO_stdev_price_ddof0_%d", BY_STDEV_PRICE, 1e-9, 1e-8, BY_CLOSES, .variant = 1},
    {"CO_rsi_wilder_smaseed_%d", BY_RSI, 1e-9, .variant = 4},
    {"CO_max_drawdown_pct_%d", BY_MAX_DRAWDOWN, 1e-9, 1e-12, BY_RETURNS},
};

const reference_tool reference_composer = {"composer", composer,
                                           sizeof composer / sizeof *composer};
