/* SPDX-License-Identifier: MIT
 *
 * Every public header. The FFI declarations that Lua uses are made from this file (see `cdef` in
 * the Makefile).
 */
#ifndef BY_LUA_API_H
#define BY_LUA_API_H

#include "../cache/csv.h"
#include "../cache/import.h"
#include "../cache/results.h"
#include "../cache/store.h"
#include "../engine/bars.h"
#include "../engine/hash.h"
#include "../engine/indicator.h"
#include "../engine/metrics.h"
#include "../engine/panel.h"
#include "../engine/plan.h"
#include "../engine/run.h"
#include "../engine/status.h"
#include "../engine/sweep.h"
#include "../engine/trace.h"
#include "../engine/tree.h"

#endif
