/* SPDX-License-Identifier: MIT
 *
 * Every column of what other software, and sums done in whole numbers, make of the same series:
 * met by the engine and by the plain indicators alike, or listed with the reason.
 */
#include "plain.h"
#include "reference.h"
#include "reference_rows.h"

#include <fnmatch.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 1100, ROWS_OF_TOOL_MAX = 200, UNMET_MAX = 200 };

static reference_compute *const both[] = {by_indicator_compute, plain_indicator};

/* What came of a tool's columns. */
typedef struct tally {
    int32_t met;
    int32_t listed;
    int32_t failed;
    int64_t values;
    int64_t skipped[ROWS_OF_TOOL_MAX]; /* values of a row's columns */
    int32_t found[ROWS_OF_TOOL_MAX];   /* columns of a row */
} tally;

static int32_t unmet_found[UNMET_MAX];
static int32_t failures;

/* A column of a series and what it is compared with. */
typedef struct column {
    const char *series;
    const char *name;
    const double *theirs;
    by_inputs inputs;
    int32_t count;
} column;

static double size_of_row(const reference_row *row, const double *close, int32_t i) {
    switch (row->measure) {
    case BY_CLOSES:
        return isnan(close[i]) ? 0 : fabs(close[i]);
    case BY_RETURNS:
        return i == 0 || isnan(close[i] / close[i - 1])
                   ? 1
                   : fabs(close[i] / close[i - 1] - 1) *
                         fabs(row->unit == 0 ? 100 : 100 * row->unit);
    default:
        return 1;
    }
}

/* Whether all values agree; says which does not. */
static bool agree(const reference_row *row, const column *c, const double *ours, tally *t,
                  int64_t *skipped) {
    double scale = 0;
    for (int32_t i = 0; i < c->count; i++) {
        const double theirs = c->theirs[i];
        const double value = ours[i] * (row->unit == 0 ? 1 : row->unit);
        scale = fmax(scale, size_of_row(row, c->inputs.close, i));
        if (isnan(value) && isnan(theirs)) {
            continue;
        }
        if (i < row->from || (isnan(value) && (row->only & MORE) != 0) ||
            (isnan(theirs) && (row->only & FEWER) != 0)) {
            *skipped += 1;
            continue;
        }
        t->values++;
        if (!(fabs(value - theirs) <= row->off * fabs(theirs) + row->off_scale * scale)) {
            print_error("%s %s, row %d: %.17g, the reference has %.17g\n", c->series, c->name, i,
                        value, theirs);
            return false;
        }
    }
    return true;
}

static bool compare(const reference_row *row, int32_t w, const column *c, tally *t,
                    int64_t *skipped) {
    double ours[ROWS_MAX];
    by_inputs asked = c->inputs;
    by_recipe recipe = {.variant = row->variant, .number = {row->number[0], row->number[1]}};
    memcpy(recipe.window, row->window, sizeof recipe.window);
    if (strstr(row->name, "%d") != NULL) {
        recipe.window[0] = w;
    }
    if (row->second == NO_RANGE) {
        asked.high = asked.low = NULL;
    } else if (row->second == OPENS) {
        asked.other = asked.open;
    } else if (row->second == SWAPPED) {
        asked.other = c->inputs.close;
        asked.close = c->inputs.other;
    }
    bool good = true;
    for (int32_t f = 0; f < 2 && good; f++) {
        if (row->combination != NULL) {
            row->combination(both[f], recipe.window[0], &asked, c->count, ours);
        } else {
            (void)both[f](row->kind, &recipe, &asked, c->count, ours);
        }
        good = agree(row, c, ours, t, f == 0 ? skipped : &(int64_t){0});
    }
    return good;
}

/* Whether one of the patterns that stand with | between matches. */
static bool in_list(const char *list, const char *name) {
    char words[256];
    char *rest = words;
    char *word;
    (void)snprintf(words, sizeof words, "%s", list);
    while ((word = strsep(&rest, "|")) != NULL) {
        if (fnmatch(word, name, 0) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const char *series, const char *name) {
    bool listed = false;
    for (size_t i = 0; i < reference_unmet_count; i++) {
        if (in_list(reference_unmet[i].column, name) &&
            in_list(reference_unmet[i].series, series)) {
            unmet_found[i]++;
            listed = true;
        }
    }
    return listed;
}

static void ask_column(const reference_tool *tool, const column *c, tally *t) {
    bool known = false;
    bool good = true;
    if (is_listed(c->series, c->name)) {
        t->listed++;
        return;
    }
    for (size_t r = 0; r < tool->count; r++) {
        int32_t w = 0;
        if (reference_matches(tool->rows[r].name, c->name, &w)) {
            known = true;
            t->found[r]++;
            good = compare(&tool->rows[r], w, c, t, &t->skipped[r]) && good;
        }
    }
    if (!known) {
        print_error("%s %s is neither met nor listed\n", c->series, c->name);
    }
    *(known && good ? &t->met : &t->failed) += 1;
}

static void ask_file(const reference_tool *tool, const char *series, tally *t) {
    char name[128];
    (void)snprintf(name, sizeof name, "%s.%s", series, tool->tool);
    reference *input = reference_open("series", series);
    reference *table = reference_open("indicators", name);
    const bool made = strncmp(series, "syn_", 4) == 0;
    reference *beside = made ? reference_open("series", "syn_walk_b") : NULL;
    column c = {.series = series, .count = reference_rows(table)};
    c.inputs = (by_inputs){.open = reference_column(input, "open"),
                           .high = reference_column(input, "high"),
                           .low = reference_column(input, "low"),
                           .close = reference_column(input, "close"),
                           .volume = reference_column(input, "volume")};
    c.inputs.other = made ? reference_column(beside, "close") : c.inputs.open;
    assert_true(c.inputs.close != NULL && c.inputs.volume != NULL);
    assert_true(c.count == reference_rows(input) && c.count <= ROWS_MAX);
    for (int32_t i = 0; (c.name = reference_name(table, i)) != NULL; i++) {
        if (strcmp(c.name, "date") != 0) {
            c.theirs = reference_column(table, c.name);
            ask_column(tool, &c, t);
        }
    }
    if (made) {
        reference_free(beside);
    }
    reference_free(input);
    reference_free(table);
}

/* What of columns that are met is not: where only one of us has values, and where they begin. */
static void print_partly(const reference_tool *tool, const tally *t) {
    for (size_t r = 0; r < tool->count; r++) {
        const reference_row *row = &tool->rows[r];
        assert_true((row->why != NULL) == (row->only != 0 || row->from != 0));
        if (t->found[r] == 0) {
            fail_msg("%s has no column %s", tool->tool, row->name);
        }
        if (t->skipped[r] > 0) {
            char from[64] = "";
            (void)snprintf(from, sizeof from, row->from > 0 ? " (met from row %d on)" : "",
                           row->from);
            print_message("  %-34s %7lld values not met: %s%s\n", row->name,
                          (long long)t->skipped[r], row->why, from);
        }
    }
}

static void ask_tool(const reference_tool *tool) {
    static const char *const series[] = {"aapl_raw_2012_2015",
                                         "spy_adj_2007_2010",
                                         "syn_constant",
                                         "syn_flat_stretch",
                                         "syn_huge_jump",
                                         "syn_large_offset",
                                         "syn_mono_down",
                                         "syn_mono_up",
                                         "syn_nan_gaps",
                                         "syn_single_bar",
                                         "syn_two_bars",
                                         "syn_zero_volume",
                                         "syn_walk"};
    tally t = {0};
    assert_true(tool->count <= ROWS_OF_TOOL_MAX);
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        char name[128];
        (void)snprintf(name, sizeof name, "%s.%s", series[i], tool->tool);
        if (reference_exists("indicators", name)) {
            ask_file(tool, series[i], &t);
        }
    }
    print_message("%s: %d columns met in %lld values, %d listed below\n", tool->tool, t.met,
                  (long long)t.values, t.listed);
    print_partly(tool, &t);
    failures += t.failed;
    assert_true(t.values > 10000);
}

static void test_columns(void **unused) {
    (void)unused;
    if (!reference_found()) {
        skip();
    }
    ask_tool(&reference_talib);
    ask_tool(&reference_tulip);
    ask_tool(&reference_pandas);
    ask_tool(&reference_composer);
    ask_tool(&reference_exact);
    assert_int_equal(failures, 0);
    assert_true(reference_unmet_count <= UNMET_MAX);
    print_message("columns that are not met:\n");
    for (size_t i = 0; i < reference_unmet_count; i++) {
        const reference_exception *e = &reference_unmet[i];
        if (unmet_found[i] == 0) {
            fail_msg("there is no column %s of %s", e->column, e->series);
        }
        print_message("  %s of %s: %s\n", e->column, e->series, e->why);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_columns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
