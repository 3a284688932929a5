/* SPDX-License-Identifier: MIT
 *
 * The shards of a sweep in one store.
 */
#include <setjmp.h>
#include <stdarg.h>
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

/* A shard's store has every third chunk. */
static void make_shard(const char *folder, made_sweep *s, int shard, const char *identity) {
    char own[256];
    by_error err;
    (void)snprintf(own, sizeof own, "%s\nshard %d/%d", identity, shard + 1, SHARDS);
    s->header.identity = own;
    by_results *results = made_create(shard_folder(folder, shard), s);
    for (int32_t c = shard; c < s->chunk_count; c += SHARDS) {
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

/* Bits of a shard's file are flipped, one after the other: what is damaged is told or makes no
 * difference, and is never taken over. */
static void test_tells_damage(void **state) {
    made_sweep *s = made_sweep_new(COMBOS);
    const char *folder = *state;
    char store[512];
    int told = 0;
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
        if (status == BY_OK) {
            status = by_results_merge(into, from, &err);
            by_results_close(from);
        }
        told += status != BY_OK;
        assert_true(status == BY_OK || status == BY_DATA || status == BY_STORE);
        must(by_results_commit(into, NULL, &err), &err);
        by_results_close(into);
        if (status == BY_OK) {
            assert_true(made_count_rows(store, s) > 0);
        }
    }
    assert_true(told > 0);
    free(bytes);
    free(path);
    made_sweep_free(s);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_merges),
        TEST(test_refuses_others),
        TEST(test_tells_damage),
    };
    return cmocka_run_group_tests_name("results merge", tests, NULL, NULL);
}
