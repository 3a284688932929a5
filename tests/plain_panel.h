/* SPDX-License-Identifier: MIT
 *
 * The panel built the slow and plain way, for comparison with by_panel_new.
 */
#ifndef BY_PLAIN_PANEL_H
#define BY_PLAIN_PANEL_H

#include "../engine/panel.h"

/* As by_panel_new. Aborts when there is no memory. Free with plain_panel_free. */
by_status plain_panel_new(int32_t symbol_count, const by_bars *slices, const int32_t *slice_first,
                          int32_t full, by_panel **out);
void plain_panel_free(by_panel *panel);

#endif
