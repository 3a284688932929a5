/* SPDX-License-Identifier: MIT
 *
 * Bars merged in any order, split in any way, against a plain model: a sorted array of all rows,
 * looked at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "pages.h"
#include "scratch.h"

enum { STEP = 60, PAGES_MAX = 64 };

static uint64_t seed = 1;

static int32_t random_below(int32_t n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (int32_t)((seed >> 20) % (uint64_t)n);
}

/* What the store should hold of all rows. */
typedef struct model {
    series *kept;
    by_refusal refusals[BARS_MAX];
    int32_t refusal_count;
    int32_t spike_count;
} model;

static void tell(model *m, const series *all, int32_t i, int kept, const char *format,
                 double ratio) {
    by_refusal *r = &m->refusals[m->refusal_count++];
    *r = (by_refusal){all->time[i],
                      all->column[0][i],
                      all->column[1][i],
                      all->column[2][i],
                      all->column[3][i],
                      all->column[4][i],
                      kept,
                      ""};
    if (kept) {
        r->open = m->kept->column[0][m->kept->bars.count];
    }
    snprintf(r->reason, sizeof r->reason, format, ratio);
}

static void think(model *m, const series *all, int open_previous) {
    m->kept = fixture_series(0, 1, 0);
    m->refusal_count = m->spike_count = 0;
    by_bars *to = &m->kept->bars;
    for (int32_t i = 0; i < all->bars.count; i++) {
        int32_t n = to->count;
        double c = all->column[3][i], before = n > 0 ? m->kept->column[3][n - 1] : (double)NAN;
        double next = i + 1 < all->bars.count ? all->column[3][i + 1] : (double)NAN;
        int far = c > 5 * before || 5 * c < before;
        if (far && next <= 2 * before && 2 * next >= before) {
            tell(m, all, i, 0, "spike: %.3g times its neighbours", c / before);
            m->spike_count++;
            continue;
        }
        m->kept->time[n] = all->time[i];
        for (int k = 0; k < 5; k++) {
            m->kept->column[k][n] = all->column[k][i];
        }
        if (open_previous && isnan(all->column[0][i])) {
            m->kept->column[0][n] = before;
        }
        if (far) {
            tell(m, all, i, 1, "jump: %.3g times the close before; no action on file", c / before);
        }
        to->count++;
    }
}

static series *random_rows(int32_t count, int wild) {
    static const double levels[] = {10, 11, 15, 19, 25, 60, 100, 110, 900, 1};
    series *s = fixture_series(0, 1, 0);
    double close = 100;
    int32_t slot = random_below(50);
    for (int32_t i = 0; i < count; i++) {
        slot += 1 + (random_below(5) == 0 ? random_below(40) : 0);
        close *= 1 + (random_below(201) - 100) / 5000.0;
        close *= random_below(400) == 0 ? 0.1 : random_below(400) == 0 ? 8 : 1;
        double shown = wild                     ? levels[random_below(10)]
                       : random_below(300) == 0 ? close * (random_below(2) ? 100 : 0.01)
                                                : close;
        s->time[i] = (int64_t)slot * STEP;
        s->column[0][i] = random_below(3) ? shown * 1.001 : (double)NAN;
        s->column[1][i] = shown * 1.01;
        s->column[2][i] = shown * 0.99;
        s->column[3][i] = shown;
        s->column[4][i] = random_below(9) ? random_below(1000) : (double)NAN;
    }
    s->bars.count = count;
    return s;
}

static by_bars part_of(const series *s, int32_t from, int32_t end) {
    return (by_bars){end - from,          s->time + from,      s->column[0] + from,
                     s->column[1] + from, s->column[2] + from, s->column[3] + from,
                     s->column[4] + from};
}

static void holds_coverage(by_store *store, const char *symbol, int64_t first, int64_t end,
                           const model *m) {
    by_snapshot *snapshot;
    by_coverage coverage;
    by_error err = {0};
    by_series_id id = fixture_id(symbol);
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_coverage(snapshot, &id, &coverage, &err), BY_OK);
    assert_int_equal(coverage.span_count, 1);
    assert_int_equal(coverage.spans[0].first, first);
    assert_int_equal(coverage.spans[0].end, end);
    assert_int_equal(coverage.refusal_count, m->refusal_count);
    for (int32_t i = 0; i < m->refusal_count; i++) {
        assert_memory_equal(&coverage.refusals[i], &m->refusals[i], sizeof m->refusals[i]);
    }
    by_snapshot_close(snapshot);
}

/* All rows in pages of random size in random order, some of them more than once. */
static void put_shuffled(by_writer *writer, const char *symbol, const series *all, int flags) {
    int32_t cuts[PAGES_MAX + 1], order[2 * PAGES_MAX], pages = 1 + random_below(PAGES_MAX - 1);
    int32_t count = all->bars.count, puts = pages;
    int64_t end = all->time[count - 1] + STEP;
    cuts[0] = 0;
    for (int32_t p = 1; p < pages; p++) {
        cuts[p] = random_below(count + 1);
        for (int32_t q = p; q > 0 && cuts[q] < cuts[q - 1]; q--) {
            int32_t cut = cuts[q];
            cuts[q] = cuts[q - 1];
            cuts[q - 1] = cut;
        }
    }
    cuts[pages] = count;
    for (int32_t p = 0; p < pages; p++) {
        order[p] = p;
    }
    for (; random_below(5) != 0 && puts < 2 * PAGES_MAX; puts++) {
        order[puts] = random_below(pages);
    }
    for (int32_t p = puts - 1; p > 0; p--) {
        int32_t other = random_below(p + 1), page = order[p];
        order[p] = order[other];
        order[other] = page;
    }
    for (int32_t p = 0; p < puts; p++) {
        int32_t from = cuts[order[p]], to = cuts[order[p] + 1];
        by_bars bars = part_of(all, from, to);
        by_put_part part = pages_part(symbol, to > from ? 0 : -1,
                                      from == 0       ? 0
                                      : from == count ? end
                                                      : all->time[from],
                                      to == count ? end : all->time[to], STEP);
        part.flags = flags;
        pages_send(writer, to > from ? &bars : NULL, &part);
    }
    pages_await(writer);
}

static void test_any_order(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    model *m = malloc(sizeof *m);
    for (int round = 0; round < 200; round++) {
        int wild = round % 2, open_previous = round / 2 % 2;
        char symbol[16];
        series *all = random_rows(wild ? 2 + random_below(40) : 100 + random_below(9000), wild);
        snprintf(symbol, sizeof symbol, "S%d", round);
        think(m, all, open_previous);
        put_shuffled(writer, symbol, all, open_previous ? BY_PUT_OPEN_PREVIOUS : 0);
        fixture_holds(store, symbol, &m->kept->bars);
        holds_coverage(store, symbol, 0, all->time[all->bars.count - 1] + STEP, m);
        free(m->kept);
        free(all);
    }
    free(m);
    by_writer_free(writer);
    by_store_close(store);
}

/* Random stretches with holes, old values and new ones, by by_store_put. */
static void test_random_puts(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *held = fixture_series(0, 1, 0), *next = fixture_series(0, 1, 0);
    for (int round = 0; round < 150; round++) {
        series *fresh = fixture_series(random_below(20000), 1 + random_below(3),
                                       1 + random_below(round % 10 == 0 ? 6000 : 40));
        int replace = random_below(2), i = 0, j = 0, n = 0, added = 0, changed = 0;
        for (int32_t k = 0; k < fresh->bars.count; k++) {
            fresh->column[4][k] = random_below(3);
        }
        while (i < held->bars.count || j < fresh->bars.count) {
            int64_t a = i < held->bars.count ? held->time[i] : INT64_MAX;
            int64_t b = j < fresh->bars.count ? fresh->time[j] : INT64_MAX;
            const series *from = b < a || (b == a && replace) ? fresh : held;
            int32_t at = from == fresh ? j : i;
            added += b < a;
            changed += a == b && held->column[4][i] != fresh->column[4][j];
            assert_true(n < BARS_MAX);
            next->time[n] = from->time[at];
            for (int c = 0; c < 5; c++) {
                next->column[c][n] = from->column[c][at];
            }
            n++;
            i += a <= b;
            j += b <= a;
        }
        next->bars.count = n;
        by_put_counts counts = fixture_put(store, "A", &fresh->bars, replace);
        assert_int_equal(counts.added, added);
        assert_int_equal(counts.changed, changed);
        assert_int_equal(counts.unchanged, fresh->bars.count - added - changed);
        series *old = held;
        held = next;
        next = old;
        fixture_holds(store, "A", &held->bars);
        free(fresh);
        if (n > BARS_MAX - 6100) {
            break;
        }
    }
    by_store_close(store);
    free(held);
    free(next);
}

static by_series_info info_of(by_store *store) {
    by_snapshot *snapshot;
    by_series_info *infos, info;
    int32_t count;
    by_error err;
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_list(snapshot, &infos, &count, &err), BY_OK);
    assert_int_equal(count, 1);
    info = infos[0];
    by_snapshot_list_free(infos);
    by_snapshot_close(snapshot);
    return info;
}

/* However bars come, their chunks are well filled. */
static void test_chunks_are_filled(void **state) {
    series *all = fixture_series(0, 1, 11000);
    static const int32_t sizes[] = {7, 100, 1000, 1500, 2729, 5000};
    for (int backward = 0; backward < 2; backward++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            char folder[32];
            snprintf(folder, sizeof folder, "%d-%d", backward, sizes[k]);
            by_store *store = fixture_open(scratch_path(*state, folder), BY_STORE_WRITE);
            for (int32_t done = 0; done < 11000; done += sizes[k]) {
                int32_t size = 11000 - done < sizes[k] ? 11000 - done : sizes[k];
                int32_t from = backward ? 11000 - done - size : done;
                by_bars part = part_of(all, from, from + size);
                if (sizes[k] > 7 || done < 700) {
                    fixture_put(store, "A", &part, 0);
                }
            }
            by_series_info info = info_of(store);
            int32_t least = (int32_t)((info.bar_count + 2728) / 2729);
            assert_in_range(info.chunk_count, least, 2 * least + 1);
            if (sizes[k] > 7) {
                fixture_holds(store, "A", &all->bars);
            }
            by_store_close(store);
        }
    }
    free(all);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_any_order),
        TEST(test_random_puts),
        TEST(test_chunks_are_filled),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
