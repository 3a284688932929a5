/* SPDX-License-Identifier: MIT
 *
 * Columns of other software that are not met, and why.
 */
#include "reference_rows.h"

const reference_exception reference_unmet[] = {
    {"TA_*", "syn_nan_gaps", "a NaN stays in TA-Lib's sums for good"},
    {"TI_macd_*", "*", "Tulip has the factors 0.15 and 0.075 for 12 and 26 bars"},
    {"TI_trix_*", "*", "Tulip divides the change by the average of today"},
    {"TA_RSI_metastock_*", "*", "an own seed, with a value a bar earlier"},
    {"PD_vwap_cumulative", "*", "from the first bar of the series on: banyan has windows"},
    {"TA_PLUS_DM_*", "*", "no indicator: banyan has it as a share of the range, plus_di"},
    {"TA_MINUS_DM_*", "*", "no indicator: banyan has it as a share of the range, minus_di"},
    {"TA_AD", "*", "no indicator: accumulation and distribution"},
    {"TA_ADOSC_*", "*", "no indicator: accumulation and distribution"},
    {"TI_ad", "*", "no indicator: accumulation and distribution"},
    {"TI_zlema_*", "*", "no indicator: exponential average with zero lag"},
    {"TI_md_*", "*", "no indicator: banyan has the mean deviation inside of cci"},
    {"TA_STOCHRSI_*", "syn_flat_stretch", "places the rounding of an RSI that does not move"},
    {"TI_stochrsi_*", "syn_flat_stretch", "places the rounding of an RSI that does not move"},
    {"TA_CCI_20", "syn_flat_stretch", "the rounding of a mean over that of a deviation"},
    {"TI_mfi_14", "syn_flat_stretch|syn_zero_volume", "running sums leave something behind"},
    {"TI_plus_di_14", "aapl_raw_2012_2015", "equal moves up and down count as both"},
    {"TI_minus_di_14", "aapl_raw_2012_2015", "equal moves up and down count as both"},
    {"TI_dx_14", "aapl_raw_2012_2015", "equal moves up and down count as both"},
    {"TI_adx_14", "aapl_raw_2012_2015", "equal moves up and down count as both"},
    {"TA_CORREL_*|TA_BETA_*", "syn_constant|syn_flat_stretch|syn_mono_*",
     "0, or what rounding leaves, where nothing moves: banyan has none"},
    {"PD_corr_*", "syn_constant|syn_flat_stretch|syn_mono_*",
     "infinite, or what rounding leaves, where nothing moves: banyan has none"},
    {"TA_BETA_*|PD_corr_ret_*", "syn_huge_jump", "running sums keep the rounding of the jump"},
    {"TA_STDDEV_*|TA_VAR_*|TA_BBANDS_20_2.0_[ul]*|TA_CORREL_*|TA_BETA_*", "syn_large_offset",
     "the difference of two squares of the level, which round: see EX_std"},
    {"TI_stddev_*|TI_var_*|TI_bbands_20_2.0_[ul]*", "syn_large_offset|syn_flat_stretch",
     "the difference of two squares of the level, which round: see EX_std"},
    {"TI_stddev_2", "aapl_raw_2012_2015|spy_adj_2007_2010|syn_huge_jump",
     "the root of what two squares leave, up to 4e-8 of the price, where nothing moves"},
    {"TA_STDDEV_2_1", "spy_adj_2007_2010|syn_huge_jump",
     "the root of what two squares leave, up to 4e-8 of the price, where nothing moves"},
    {"TA_STDDEV_*", "syn_flat_stretch",
     "the root of what two squares leave, up to 5e-8 of the price, where nothing moves"},
    {"PD_corr_price_*", "syn_large_offset", "running sums keep the rounding of the level"},
    {"TA_BBANDS_*pctb*|PD_bb_*_pctb", "syn_constant|syn_flat_stretch",
     "none between bands that are equal: banyan has the middle"},
    {"PD_ema_*|PD_atr_ewm_*|PD_rsi_ewm_*|PD_macd_*|PD_ppo_*|CO_ema_*", "syn_nan_gaps",
     "passes over a NaN: banyan begins anew behind it"},
    {"PD_roc_frac_*|CO_cumulative_return_pct_*", "syn_nan_gaps",
     "has the close before for a NaN: banyan has none"},
    {"CO_rsi_*", "syn_nan_gaps", "one NaN and there is no value any more"},
    {"TI_psar_*", "spy_adj_2007_2010", "a bar that just touches it does not turn it"},
};

const size_t reference_unmet_count = sizeof reference_unmet / sizeof *reference_unmet;
