/* SPDX-License-Identifier: MIT
 *
 * The result store of a sweep: identity, order, locks, damage, kills, full disks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../cache/results.h"
#include "../cache/store.h"
#include "scratch.h"

enum { COMBOS_MAX = 200000, PARAMS = 3 };

typedef struct sweep {
    by_results_header header;
    uint32_t combos[COMBOS_MAX];
    uint16_t digits[COMBOS_MAX * PARAMS];
} sweep;

/* Walk position i holds combo i * 7919 mod count (a permutation, as 7919 is prime). */
static sweep *sweep_new(int32_t count) {
    sweep *s = calloc(1, sizeof *s);
    s->header = (by_results_header){
        "strategy 1, data 2", "{\"rank\":\"sharpe\"}", count, PARAMS, s->combos, s->digits};
    for (int32_t i = 0; i < count; i++) {
        s->combos[i] = (uint32_t)((int64_t)i * 7919 % count);
        for (int p = 0; p < PARAMS; p++) {
            s->digits[i * PARAMS + p] = (uint16_t)(s->combos[i] >> (4 * p) & 15);
        }
    }
    return s;
}

static by_result result_of(uint32_t combo) {
    by_result row = {.start = (int32_t)(combo % 300), .return_count = (int32_t)combo + 1};
    for (int m = 0; m < BY_METRIC_COUNT; m++) {
        row.metric[m] = combo * 0.5 + m;
    }
    for (int b = 0; b < BY_BLOCK_COUNT; b++) {
        row.block_sum[b] = combo + b * 0.125;
        row.block_sum_squares[b] = combo * 2.0 + b;
    }
    return row;
}

static by_status put_chunk(by_results *results, const sweep *s, int32_t chunk, by_error *err) {
    by_result rows[BY_CHUNK_COMBOS];
    int32_t first = chunk * BY_CHUNK_COMBOS, left = s->header.combo_count - first;
    int32_t count = left < BY_CHUNK_COMBOS ? left : BY_CHUNK_COMBOS;
    for (int32_t i = 0; i < count; i++) {
        rows[i] = result_of(s->combos[first + i]);
    }
    return by_results_put(results, first, count, rows, err);
}

static int32_t chunks_of(const sweep *s) {
    return (s->header.combo_count + BY_CHUNK_COMBOS - 1) / BY_CHUNK_COMBOS;
}

static by_results *create(const char *folder, const sweep *s) {
    by_results *results = NULL;
    by_error err;
    if (by_results_create(folder, &s->header, &results, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return results;
}

static void must(by_status status, const by_error *err) {
    if (status != BY_OK) {
        fail_msg("%s", err->message);
    }
}

static void refuses(by_status got, const by_error *err, by_status status, const char *part) {
    if (got != status || strstr(err->message, part) == NULL) {
        fail_msg("%d instead of %d, or '%s' is not in: %s", (int)got, (int)status, part,
                 err->message);
    }
}

/* Every row that is there is the right one; returns how many are. */
static int32_t count_rows(by_results *results, const sweep *s) {
    by_error err;
    int32_t there = 0;
    by_result *rows = malloc((size_t)s->header.combo_count * sizeof *rows);
    must(by_results_read(results, rows, &err), &err);
    for (int32_t c = 0; c < s->header.combo_count; c++) {
        by_result expected = result_of((uint32_t)c);
        if (rows[c].return_count != -2) {
            assert_memory_equal(&rows[c], &expected, sizeof expected);
            there++;
        }
    }
    free(rows);
    return there;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void test_writes_and_reads(void **state) {
    sweep *s = sweep_new(COMBOS_MAX);
    by_error err;
    double start = seconds();
    by_results *results = create(*state, s);
    for (int32_t c = 0; c < chunks_of(s); c++) {
        must(put_chunk(results, s, chunks_of(s) - 1 - c, &err), &err);
        if (c % 64 == 0) {
            must(by_results_commit(results, &err), &err);
        }
    }
    must(by_results_commit(results, &err), &err);
    by_results_close(results);
    double wrote = seconds();
    must(by_results_open(*state, &results, &err), &err);
    const by_results_header *header = by_results_describe(results);
    assert_string_equal(header->identity, s->header.identity);
    assert_string_equal(header->description, s->header.description);
    assert_int_equal(header->combo_count, COMBOS_MAX);
    assert_int_equal(header->param_count, PARAMS);
    assert_memory_equal(header->combos, s->combos, sizeof s->combos);
    assert_memory_equal(header->digits, s->digits, sizeof s->digits);
    assert_int_equal(count_rows(results, s), COMBOS_MAX);
    print_message("%d rows: written in %.3f s, read in %.3f s\n", COMBOS_MAX, wrote - start,
                  seconds() - wrote);
    by_results_close(results);
    free(s);
}

static void test_resumes(void **state) {
    sweep *s = sweep_new(1000);
    by_error err;
    uint8_t done[4];
    int64_t combos_done;
    by_results *results = create(*state, s);
    must(put_chunk(results, s, 3, &err), &err);
    must(by_results_commit(results, &err), &err);
    must(put_chunk(results, s, 1, &err), &err); /* never committed */
    by_results_close(results);
    results = create(*state, s);
    must(by_results_done(results, done, &combos_done, &err), &err);
    assert_memory_equal(done, "\0\0\0\1", 4);
    assert_int_equal(combos_done, 1000 - 768);
    assert_int_equal(count_rows(results, s), 232);
    for (int32_t c = 0; c < 3; c++) {
        must(put_chunk(results, s, c, &err), &err);
    }
    must(by_results_commit(results, &err), &err);
    assert_int_equal(count_rows(results, s), 1000);
    by_result row = result_of(0);
    refuses(by_results_put(results, 1, 256, &row, &err), &err, BY_INTERNAL, "not a chunk");
    refuses(by_results_put(results, 768, 256, &row, &err), &err, BY_INTERNAL, "not a chunk");
    refuses(by_results_put(results, 1024, 1, &row, &err), &err, BY_INTERNAL, "not a chunk");
    by_results_close(results);
    free(s);
}

/* A shard: combo numbers with gaps. Rows come out in their order. */
static void test_gaps(void **state) {
    sweep *s = sweep_new(300);
    by_error err;
    by_result rows[300];
    for (int i = 0; i < 300; i++) {
        s->combos[i] = 4000000000u - 7u * (uint32_t)i;
    }
    by_results *results = create(*state, s);
    must(put_chunk(results, s, 0, &err), &err);
    must(put_chunk(results, s, 1, &err), &err);
    must(by_results_commit(results, &err), &err);
    must(by_results_read(results, rows, &err), &err);
    for (int i = 0; i < 300; i++) {
        by_result expected = result_of(s->combos[299 - i]);
        assert_memory_equal(&rows[i], &expected, sizeof expected);
    }
    by_results_close(results);
    free(s);
}

static void test_refuses_others(void **state) {
    const char *folder = *state;
    sweep *s = sweep_new(500), *other = sweep_new(500);
    by_results *results = NULL;
    by_error err;
    refuses(by_results_open(folder, &results, &err), &err, BY_DATA, "there is none");
    by_results_close(create(folder, s));
    other->header.identity = "strategy 9, data 2";
    refuses(by_results_create(folder, &other->header, &results, &err), &err, BY_STORE,
            "another sweep");
    other->header.identity = s->header.identity;
    other->combos[3] = 499;
    refuses(by_results_create(folder, &other->header, &results, &err), &err, BY_STORE,
            "another sweep");
    const char *busy = scratch_path(folder, "busy"), *bars = scratch_path(folder, "bars");
    by_store *store;
    must(by_store_open(bars, BY_STORE_WRITE, &store, &err), &err);
    by_store_close(store);
    refuses(by_results_open(bars, &results, &err), &err, BY_STORE, "something else");
    refuses(by_results_create(bars, &s->header, &results, &err), &err, BY_STORE, "something else");
    must(by_store_open(busy, BY_STORE_WRITE, &store, &err), &err);
    by_store_close(store);
    unlink(scratch_path(busy, "data.mdb"));
    scratch_write(scratch_path(busy, "thesis.txt"), "x", 1);
    refuses(by_results_create(busy, &s->header, &results, &err), &err, BY_STORE, "thesis.txt");
    other->header.combo_count = 0;
    refuses(by_results_create(folder, &other->header, &results, &err), &err, BY_USAGE, "0 combos");
    assert_null(results);
    free(s);
    free(other);
}

/* 0 when another process may read but not write. */
static int try_as_other(const char *folder, const sweep *s) {
    by_results *results;
    by_error err;
    if (by_results_create(folder, &s->header, &results, &err) != BY_STORE ||
        strstr(err.message, "another process") == NULL) {
        return 1;
    }
    if (by_results_open(folder, &results, &err) != BY_OK) {
        return 2;
    }
    int rows = count_rows(results, s);
    by_results_close(results);
    return rows == 256 ? 0 : 3;
}

static void test_one_writer_many_readers(void **state) {
    sweep *s = sweep_new(500);
    by_error err;
    int go[2], status;
    char byte = 0;
    assert_int_equal(pipe(go), 0);
    pid_t child = fork(); /* before the store is open: LMDB does not like to be forked */
    if (child == 0) {
        _exit(read(go[0], &byte, 1) == 1 ? try_as_other(*state, s) : 9);
    }
    by_results *results = create(*state, s), *again = NULL;
    must(put_chunk(results, s, 0, &err), &err);
    must(by_results_commit(results, &err), &err);
    must(put_chunk(results, s, 1, &err), &err);
    assert_int_equal(write(go[1], &byte, 1), 1);
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    refuses(by_results_open(*state, &again, &err), &err, BY_STORE, "already open in this program");
    by_results_close(results);
    close(go[0]);
    close(go[1]);
    free(s);
}

static void test_damage(void **state) {
    const char *folder = *state;
    sweep *s = sweep_new(2000);
    by_error err;
    by_results *results = create(folder, s);
    for (int32_t c = 0; c < chunks_of(s); c++) {
        must(put_chunk(results, s, c, &err), &err);
    }
    must(by_results_commit(results, &err), &err);
    by_results_close(results);
    size_t size;
    const char *path = scratch_path(folder, "data.mdb");
    unsigned char *data = scratch_read(path, &size);
    by_result victim = result_of(s->combos[300]);
    for (size_t i = 0; i + sizeof victim < size; i += 8) {
        if (memcmp(data + i, &victim, sizeof victim) == 0) {
            data[i + 3] ^= 16;
        }
    }
    scratch_write(path, data, size);
    by_result *rows = malloc(2000 * sizeof *rows);
    must(by_results_open(folder, &results, &err), &err);
    refuses(by_results_read(results, rows, &err), &err, BY_DATA, "1 of its 8 chunks");
    assert_int_equal(rows[s->combos[300]].return_count, -2);
    assert_int_equal(rows[s->combos[0]].return_count, (int32_t)s->combos[0] + 1);
    by_results_close(results);
    uint8_t done[8];
    int64_t combos_done;
    results = create(folder, s); /* sweeping again mends it */
    must(by_results_done(results, done, &combos_done, &err), &err);
    assert_memory_equal(done, "\1\0\1\1\1\1\1\1", 8);
    must(put_chunk(results, s, 1, &err), &err);
    must(by_results_commit(results, &err), &err);
    assert_int_equal(count_rows(results, s), 2000);
    by_results_close(results);
    for (size_t cut = 0; cut < size; cut += 7777) { /* never a crash */
        scratch_write(path, data, cut);
        assert_int_not_equal(by_results_open(folder, &results, &err), BY_OK);
    }
    free(data);
    free(rows);
    free(s);
}

static int fill_until_full(const char *folder, const sweep *s) {
    struct rlimit limit = {1 << 20, 1 << 20};
    by_results *results;
    by_error err;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (by_results_create(folder, &s->header, &results, &err) != BY_OK) {
        return 1;
    }
    for (int32_t c = 0; c < chunks_of(s); c++) {
        by_status status = put_chunk(results, s, c, &err);
        status = status == BY_OK ? by_results_commit(results, &err) : status;
        if (status != BY_OK) {
            by_results_close(results);
            return status == BY_LIMIT && c > 2 ? 0 : 2;
        }
    }
    return 3;
}

static void test_full_disk(void **state) {
    sweep *s = sweep_new(10000);
    pid_t child = fork();
    int status;
    if (child == 0) {
        _exit(fill_until_full(*state, s));
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    by_results *results = create(*state, s);
    assert_true(count_rows(results, s) > 2 * BY_CHUNK_COMBOS);
    by_results_close(results);
    free(s);
}

static void test_kills(void **state) {
    sweep *s = sweep_new(100000);
    uint64_t seed = 5;
    by_error err;
    for (int round = 0; round < 20; round++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        pid_t child = fork();
        if (child == 0) {
            by_results *results = create(*state, s);
            for (int32_t c = (int32_t)(seed % 50); c < chunks_of(s); c++) {
                if (put_chunk(results, s, c, &err) != BY_OK ||
                    (c % 8 == 0 && by_results_commit(results, &err) != BY_OK)) {
                    _exit(1);
                }
            }
            _exit(0);
        }
        usleep((useconds_t)(seed / 64 % 30000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        by_results *results = create(*state, s); /* the lock went with the process */
        count_rows(results, s);
        by_results_close(results);
    }
    free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_writes_and_reads),
        TEST(test_resumes),
        TEST(test_gaps),
        TEST(test_refuses_others),
        TEST(test_one_writer_many_readers),
        TEST(test_damage),
        TEST(test_full_disk),
        TEST(test_kills),
    };
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
