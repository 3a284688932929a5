/* SPDX-License-Identifier: MIT
 *
 * The record of a symbol's actions. Private to cache/.
 */
#ifndef BY_ACTIONS_ROOMS_H
#define BY_ACTIONS_ROOMS_H

#include "actions.h"
#include "chunks.h"

/* Reads the record into a list that is the caller's, also when it is damaged (BY_ENV_FAILED): then,
 * and when there is none, it is empty. Answers as those of chunks.h. */
int by_actions_get(by_table *table, const by_series_id *id, by_actions *out, by_action **list,
                   by_error *err);

#endif
