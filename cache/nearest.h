/* SPDX-License-Identifier: MIT
 *
 * What to suggest for a series that is not in the store.
 */
#ifndef BY_NEAREST_H
#define BY_NEAREST_H

#include "store.h"

/* Writes a half sentence such as "nearest symbols: SPY, SPXL" into `out`. */
void by_nearest_hint(const by_series_id *id, const by_series_info *infos, int32_t count, char *out,
                     size_t size_bytes);

#endif
