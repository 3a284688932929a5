/* SPDX-License-Identifier: MIT
 *
 * Every public header. The FFI declarations that Lua uses are made from this file (see `cdef` in
 * the Makefile).
 */
#ifndef BY_LUA_API_H
#define BY_LUA_API_H

#include "../cache/actions.h"
#include "../cache/asof.h"
#include "../cache/compact.h"
#include "../cache/csv.h"
#include "../cache/decode.h"
#include "../cache/export.h"
#include "../cache/fetch.h"
#include "../cache/frozen.h"
#include "../cache/import.h"
#include "../cache/limits.h"
#include "../cache/results.h"
#include "../cache/results_sqlite.h"
#include "../cache/results_text.h"
#include "../cache/secret.h"
#include "../cache/store.h"
#include "../cache/writer.h"
#include "../engine/alike.h"
#include "../engine/attribution.h"
#include "../engine/audit.h"
#include "../engine/bars.h"
#include "../engine/bootstrap.h"
#include "../engine/cscv.h"
#include "../engine/falling.h"
#include "../engine/hash.h"
#include "../engine/indicator.h"
#include "../engine/metrics.h"
#include "../engine/panel.h"
#include "../engine/plan.h"
#include "../engine/reality_check.h"
#include "../engine/report.h"
#include "../engine/rerun.h"
#include "../engine/run.h"
#include "../engine/sharpe_test.h"
#include "../engine/space.h"
#include "../engine/status.h"
#include "../engine/sweep.h"
#include "../engine/timeframe.h"
#include "../engine/trace.h"
#include "../engine/tree.h"
#include "../engine/trials.h"

#endif
