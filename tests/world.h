/* SPDX-License-Identifier: MIT
 *
 * A small market with targets of our own making, for tests of the accounting.
 */
#ifndef BY_TEST_WORLD_H
#define BY_TEST_WORLD_H

#include "../engine/account.h"

enum { WORLD_A, WORLD_B, WORLD_C, WORLD_SYMBOLS, WORLD_SESSIONS_MAX = 64 };

/* Prices of the three symbols on one session. */
typedef struct world_prices {
    double of[WORLD_SYMBOLS];
} world_prices;

/* Sessions are calendar days that follow each other. The plan holds only what the accounting looks
 * at; trading is the default until a test changes it. */
typedef struct world {
    by_panel *panel;
    by_plan plan;
    row_pool pool;
    int32_t row[WORLD_SESSIONS_MAX];
    simulation simulation; /* of the last world_run, with what it held and its result */
    held_log log;
    by_result result;
} world;

/* `open` may be NULL: then opens are the closes. Targets are cash. */
void world_open(world *w, int32_t session_count, const world_prices *close,
                const world_prices *open);
void world_close(world *w);
/* The targets from `session` on. */
void world_aim(world *w, int32_t session, double a, double b, double c);
void world_set_rule(world *w, by_rebalance rule, double corridor);
/* Runs it over all sessions, and checks that both ways of accounting give the same result. */
void world_run(world *w);
/* Fails unless the sessions that world_run traded on are those with a 1, one letter a session. */
void world_assert_traded(const world *w, const char *expected);
/* What world_run held of a symbol at the end of a session. */
double world_held(const world *w, int32_t session, int32_t symbol);
/* Fails when they differ by more than rounding. */
void world_assert_near(double value, double expected);

#endif
