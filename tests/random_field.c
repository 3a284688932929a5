/* SPDX-License-Identifier: MIT */
#include "random_parts.h"

by_field random_constant(double value) {
    return (by_field){.constant = value, .param = -1};
}

by_field random_field(random_tree *t, random_draw value, int32_t extra) {
    by_field f = random_constant(0);
    if (t->tree.param_count == 0 || !random_chance(&t->source, t->bind) ||
        t->tree.value_count + 8 > RANDOM_VALUES_MAX) {
        f.constant = value(t, extra);
        return f;
    }
    f.param = random_below(&t->source, t->tree.param_count);
    f.first = t->tree.value_count;
    for (int32_t i = 0; i < t->params[f.param].value_count; i++) {
        t->values[t->tree.value_count++] = value(t, extra);
    }
    return f;
}

by_field random_rarely(random_tree *t, double chance, random_draw value, int32_t extra,
                       double usual) {
    return random_chance(&t->source, chance) ? random_field(t, value, extra)
                                             : random_constant(usual);
}

double random_first(const random_tree *t, const by_field *field) {
    return field->param < 0 ? field->constant : t->values[field->first];
}

double random_whole(random_tree *t, int32_t count) {
    return random_below(&t->source, count);
}

double random_whole_from_1(random_tree *t, int32_t count) {
    return 1 + random_below(&t->source, count);
}

double random_symbol(random_tree *t, int32_t unused) {
    (void)unused;
    return random_below(&t->source, t->bars->symbol_count);
}
