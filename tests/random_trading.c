/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

/* A number up to `most` / 1000000. */
static double draw_millionths(random_tree *t, int32_t most) {
    return most * 1e-6 * random_fraction(&t->source);
}

static double draw_cents(random_tree *t, int32_t most) {
    return random_below(&t->source, most) / 100.0;
}

static double draw_capital(random_tree *t, int32_t unused) {
    static const double usual[] = {500, 10000, 25000.5, 1e6};
    (void)unused;
    return usual[random_below(&t->source, 4)];
}

void random_trading(random_tree *t) {
    if (random_chance(&t->source, 0.05)) {
        return;
    }
    bool costly = random_chance(&t->source, 0.4);
    double chance = costly ? 0.4 : 0;
    double interest = random_chance(&t->source, 0.3) ? 0.7 : 0;
    by_trading *trading = &t->trading;
    trading->rebalance =
        random_rarely(t, 0.6, random_whole, BY_REBALANCE_COUNT, BY_REBALANCE_DAILY);
    trading->corridor = random_field(t, draw_millionths, 100000);
    trading->fill = random_rarely(t, 0.5, random_whole, BY_FILL_COUNT, BY_FILL_CLOSE);
    trading->slippage = random_rarely(t, 0.5, draw_millionths, 2000, 0);
    trading->commission = random_rarely(t, chance, draw_millionths, 2000, 0);
    trading->commission_share = random_rarely(t, chance, draw_millionths, 10000, 0);
    trading->commission_order = random_rarely(t, chance, draw_cents, 200, 0);
    trading->commission_minimum = random_rarely(t, chance, draw_cents, 200, 0);
    trading->sale_fee = random_rarely(t, chance, draw_millionths, 100, 0);
    trading->share_fee = random_rarely(t, chance, draw_millionths, 1000, 0);
    trading->share_fee_maximum = random_rarely(t, chance, draw_cents, 900, 0);
    trading->cash_yield = random_rarely(t, interest, draw_millionths, 50000, 0);
    trading->borrow_rate = random_rarely(t, interest, draw_millionths, 100000, 0);
    trading->capital = random_rarely(t, 0.4, draw_capital, 0, 10000);
    t->tree.trading = trading;
    if (random_chance(&t->source, 0.25)) {
        for (int32_t s = 0; s < t->bars->symbol_count; s++) {
            t->whole_shares[s] = (uint8_t)random_below(&t->source, 2);
        }
        t->tree.whole_shares = t->whole_shares;
    }
}
