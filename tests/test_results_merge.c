/* SPDX-License-Identifier: MIT
 *
 * The shards of a sweep in one store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_sweep.h"
#include "scratch.h"

enum { COMBOS = 1000, SHARDS = 3 };

static const char whole[] = "engine 3\nstrategy aa\nsessions 2015 2020";

static char *shard_folder(const char *folder, int shard) {
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%d", folder, shard);
    return path;
}

static int32_t first_chunk(const made_sweep *s, int shard) {
    return s->chunk_count * shard / SHARDS;
}

static int32_t first_combo(const made_sweep *s, int shard) {
    const int32_t first = first_chunk(s, shard) * by_sweep_chunk_size(COMBOS);
    return first < COMBOS ? first : COMBOS;
}

/* A shard's store has a stretch of the chunks, and their combos. */
static void make_shard(const char *folder, made_sweep *s, int shard, const char *identity) {
    char own[256];
    by_error err;
    (void)snprintf(own, sizeof own, "%s\nshard %d/%d", identity, shard + 1, SHARDS);
    s->header.identity = own;
    by_results *results;
    must(by_results_create(shard_folder(folder, shard), &s->header, &results, &err), &err);
    const int32_t first = first_combo(s, shard), count = first_combo(s, shard + 1) - first;
    must(by_results_round_part(results, 0, COMBOS, first, count, s->combos, s->digits, &err), &err);
    for (int32_t c = first_chunk(s, shard); c < first_chunk(s, shard + 1); c++) {
        must(made_put_chunk(results, s, c, &err), &err);
    }
    must(by_results_commit(results, NULL, &err), &err);
    by_results_close(results);
    s->header.identity = whole;
}

static by_status merge(by_results *into, const char *folder, int shard, by_error *err) {
    by_results *from;
    must(by_results_open_brief(shard_folder(folder, shard), &from, err), err);
    assert_null(by_results_describe(from)->combos);
    assert_int_equal(by_results_describe(from)->combo_count, COMBOS);
    by_status status = by_results_merge(into, from, err);
    by_results_close(from);
    return status;
}

static by_results *create(const char *folder, made_sweep *s) {
    by_results *into;
    by_error err;
    s->header.identity = whole;
    must(by_results_create(folder, &s->header, &into, &err), &err);
    must(by_results_round(into, 0, COMBOS, s->combos, s->digits, &err), &err);
    return into;
}

static void test_merges(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    const char *folder = *state;
    char store[512];
    by_error err;
    for (int shard = 0; shard < SHARDS; shard++) {
        make_shard(folder, s, shard, whole);
    }
    (void)snprintf(store, sizeof store, "%s/whole", folder);
    by_results *into = create(store, s);
    must(merge(into, folder, 2, &err), &err);
    must(merge(into, folder, 0, &err), &err);
    must(by_results_commit(into, NULL, &err), &err);
    by_results_close(into);
    const int32_t part = made_count_rows(store, s);
    assert_in_range(part, 1, COMBOS - 1);

    into = create(store, s); /* goes on, and takes what it has once more */
    must(merge(into, folder, 0, &err), &err);
    must(merge(into, folder, 1, &err), &err);
    must(by_results_commit(into, NULL, &err), &err);
    by_results_close(into);
    assert_int_equal(made_count_rows(store, s), COMBOS);
    made_sweep_free(s);
}

/* A shard, opened by itself: it knows its own combos, and the others only by number. */
static void test_reads_shards(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    const char *folder = *state;
    uint32_t *combos = calloc(COMBOS, sizeof *combos);
    uint16_t *digits = calloc((size_t)COMBOS * MADE_PARAMS, sizeof *digits);
    by_error err;
    for (int shard = 0; shard < SHARDS; shard++) {
        const int32_t begin = first_combo(s, shard), end = first_combo(s, shard + 1);
        int32_t first, count;
        by_results *results;
        make_shard(folder, s, shard, whole);
        assert_int_equal(made_count_rows(shard_folder(folder, shard), s), end - begin);
        must(by_results_open(shard_folder(folder, shard), &results, &err), &err);
        const by_results_header *header = by_results_describe(results);
        assert_int_equal(header->combo_count, COMBOS);
        for (int32_t i = 0; i < COMBOS; i++) {
            const int own = i >= begin && i < end;
            assert_int_equal(header->position[header->combos[i]], i);
            for (int p = 0; p < MADE_PARAMS; p++) {
                const int32_t at = i * MADE_PARAMS + p;
                assert_int_equal(header->digits[at], own ? s->digits[at] : BY_DIGIT_NONE);
            }
            assert_true(!own || header->combos[i] == s->combos[i]);
        }
        must(by_results_round_held(results, 0, combos, digits, &first, &count, &err), &err);
        assert_int_equal(first, begin);
        assert_int_equal(count, end - begin);
        by_results_close(results);
    }
    assert_memory_equal(combos, s->combos, COMBOS * sizeof *combos);
    assert_memory_equal(digits, s->digits, (size_t)COMBOS * MADE_PARAMS * sizeof *digits);
    free(combos);
    free(digits);
    made_sweep_free(s);
}

/* A shard that goes on must be asked for the combos that it has. */
static void test_compares_shards(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    by_error err;
    by_results *results;
    make_shard(*state, s, 1, whole);
    s->header.identity = "engine 3\nstrategy aa\nsessions 2015 2020\nshard 2/3";
    must(by_results_create(shard_folder(*state, 1), &s->header, &results, &err), &err);
    const int32_t first = first_combo(s, 1), count = first_combo(s, 2) - first;
    must(by_results_round_part(results, 0, COMBOS, first, count, s->combos, s->digits, &err), &err);
    refuses(by_results_round_part(results, 0, COMBOS, first - 1, count, s->combos, s->digits, &err),
            &err, BY_STORE, "other combos");
    refuses(by_results_round(results, 0, COMBOS, s->combos, s->digits, &err), &err, BY_STORE,
            "other combos");
    s->digits[(size_t)first * MADE_PARAMS] ^= 1;
    refuses(by_results_round_part(results, 0, COMBOS, first, count, s->combos, s->digits, &err),
            &err, BY_STORE, "other combos");
    by_results_close(results);
    made_sweep_free(s);
}

static void test_refuses_others(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    const char *folder = *state;
    char store[512];
    by_error err;
    make_shard(folder, s, 0, "engine 3\nstrategy aa\nsessions 2015 2021");
    (void)snprintf(store, sizeof store, "%s/whole", folder);
    by_results *into = create(store, s);
    refuses(merge(into, folder, 0, &err), &err, BY_STORE, "what differs: the sessions");
    by_results_close(into);
    made_sweep_free(s);
}

/* Whether all of shard 0 is there and sound. */
static bool is_sound(by_results *from, const made_sweep *s) {
    int64_t combos;
    return by_results_done(from, 0, NULL, &combos, NULL) == BY_OK && combos == first_combo(s, 1);
}

static by_status read_status(const char *store) {
    by_results *results;
    by_error err;
    by_result *rows = malloc(COMBOS * sizeof *rows);
    must(by_results_open(store, &results, &err), &err);
    by_status status = by_results_read(results, rows, &err);
    by_results_close(results);
    free(rows);
    return status;
}

/* Bits of a shard's file are flipped, one after the other: what is damaged is told or makes no
 * difference, and where it was taken as it is, it is still told. */
static void test_tells_damage(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    const char *folder = *state;
    char store[512];
    int told = 0, taken = 0;
    make_shard(folder, s, 0, whole);
    size_t size;
    const char *file = scratch_path(shard_folder(folder, 0), "data.mdb");
    char *path = strdup(file);
    unsigned char *bytes = scratch_read(path, &size);
    for (size_t at = 9000; at < size; at += size / 40) {
        by_error err;
        bytes[at] ^= 0x10;
        scratch_write(path, bytes, size);
        bytes[at] ^= 0x10;
        (void)snprintf(store, sizeof store, "%s/whole%zu", folder, at);
        by_results *into = create(store, s), *from;
        by_status status = by_results_open_brief(shard_folder(folder, 0), &from, &err);
        bool sound = false;
        if (status == BY_OK) {
            sound = is_sound(from, s);
            status = by_results_merge(into, from, &err);
            by_results_close(from);
        }
        told += !sound;
        assert_true(status == BY_OK || status == BY_DATA || status == BY_STORE);
        must(by_results_commit(into, NULL, &err), &err);
        by_results_close(into);
        if (sound) {
            assert_int_equal(status, BY_OK);
            assert_int_equal(made_count_rows(store, s), first_combo(s, 1));
        } else if (status == BY_OK) {
            taken += read_status(store) == BY_DATA;
        }
    }
    assert_true(told > 0 && taken > 0);
    free(bytes);
    free(path);
    made_sweep_free(s);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_merges),         TEST(test_reads_shards), TEST(test_compares_shards),
        TEST(test_refuses_others), TEST(test_tells_damage),
    };
    return cmocka_run_group_tests_name("results merge", tests, NULL, NULL);
}
