/* SPDX-License-Identifier: MIT
 *
 * The result store of a sweep: what is written, in which order it is read, who may write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../cache/store.h"
#include "made_sweep.h"
#include "scratch.h"

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void test_writes_and_reads(void **state) {
    enum { COMBOS = 200000 };
    made_sweep *s = made_sweep_new(COMBOS);
    by_error err;
    double start = seconds();
    by_results *results = made_create(*state, s);
    for (int32_t c = 0; c < s->chunk_count; c++) {
        must(made_put_chunk(results, s, s->chunk_count - 1 - c, &err), &err);
        if (c % 64 == 0) {
            must(by_results_submit(results, "{\"done\":1}", &err), &err);
        }
    }
    must(by_results_commit(results, "{\"done\":2}", &err), &err);
    by_results_close(results);
    double wrote = seconds();
    must(by_results_open(*state, &results, &err), &err);
    const by_results_header *header = by_results_describe(results);
    assert_string_equal(header->identity, s->header.identity);
    assert_string_equal(header->description, s->header.description);
    assert_string_equal(header->progress, "{\"done\":2}");
    assert_int_equal(header->combo_count, COMBOS);
    assert_int_equal(header->param_count, MADE_PARAMS);
    assert_memory_equal(header->combos, s->combos, COMBOS * sizeof *s->combos);
    assert_memory_equal(header->digits, s->digits, COMBOS * MADE_PARAMS * sizeof *s->digits);
    by_results_close(results);
    double read = seconds();
    assert_int_equal(made_count_rows(*state, s), COMBOS);
    print_message("%d rows: written in %.3f s, read in %.3f s\n", COMBOS, wrote - start,
                  seconds() - read);
    made_sweep_free(s);
}

static void test_resumes(void **state) {
    made_sweep *s = made_sweep_new(10000); /* 40 chunks */
    by_error err;
    uint8_t done[40], none[40] = {0};
    int64_t combos_done;
    by_results *results = made_create(*state, s);
    must(made_put_chunk(results, s, 39, &err), &err);
    must(by_results_commit(results, NULL, &err), &err);
    must(made_put_chunk(results, s, 1, &err), &err); /* never committed */
    by_results_close(results);
    results = made_create(*state, s);
    must(by_results_done(results, 0, done, &combos_done, &err), &err);
    none[39] = 1;
    assert_memory_equal(done, none, sizeof none);
    assert_int_equal(combos_done, 10000 - 39 * 256);
    for (int32_t c = 0; c < 39; c++) {
        must(made_put_chunk(results, s, c, &err), &err);
    }
    must(by_results_commit(results, NULL, &err), &err);
    assert_int_equal(made_count_done(results, s), 10000);
    by_result rows[256];
    refuses(by_results_put(results, 0, 1, 256, rows, &err), &err, BY_INTERNAL, "not a chunk");
    refuses(by_results_put(results, 0, 9984, 256, rows, &err), &err, BY_INTERNAL, "not a chunk");
    refuses(by_results_put(results, 0, 10240, 1, rows, &err), &err, BY_INTERNAL, "not a chunk");
    refuses(by_results_put(results, 1, 0, 256, rows, &err), &err, BY_INTERNAL, "not a chunk");
    by_results_close(results);
    assert_int_equal(made_count_rows(*state, s), 10000);
    made_sweep_free(s);
}

/* A search: rounds of 30 combos, the second one partly there when the sweep goes on. */
static void test_rounds(void **state) {
    enum { ROUNDS = 5, COUNT = 30 };
    made_sweep *s = made_sweep_new(COUNT);
    by_error err;
    by_result rows[COUNT];
    uint32_t combos[COUNT];
    for (int pass = 0; pass < 2; pass++) {
        by_results *results;
        must(by_results_create(*state, &s->header, &results, &err), &err);
        for (int32_t r = 0; r < ROUNDS; r++) {
            for (int32_t i = 0; i < COUNT; i++) {
                combos[i] = (uint32_t)(r * COUNT) + s->combos[i];
                rows[i] = made_result(combos[i]);
            }
            must(by_results_round(results, r, COUNT, combos, s->digits, &err), &err);
            for (int32_t i = 0; i < COUNT && (pass == 1 || r + i < 3); i++) {
                must(by_results_put(results, r, i, 1, &rows[i], &err), &err);
            }
            by_result back[COUNT]; /* before any commit */
            must(by_results_round_rows(results, r, back, &err), &err);
            for (int32_t i = 0; i < COUNT; i++) {
                if (pass == 1 || r + i < 3) {
                    assert_memory_equal(&back[i], &rows[i], sizeof rows[i]);
                } else {
                    assert_int_equal(back[i].return_count, -2);
                }
            }
        }
        must(by_results_commit(results, NULL, &err), &err);
        combos[7]++;
        refuses(by_results_round(results, ROUNDS - 1, COUNT, combos, s->digits, &err), &err,
                BY_STORE, "round 5 has other combos");
        refuses(by_results_round(results, 1, COUNT - 1, combos, s->digits, &err), &err, BY_STORE,
                "round 2 has 30 combos, and the sweep asks for 29");
        refuses(by_results_round(results, ROUNDS + 1, COUNT, combos, s->digits, &err), &err,
                BY_INTERNAL, "round 7 behind 5 rounds");
        by_results_close(results);
    }
    s->combo_count = ROUNDS * COUNT;
    assert_int_equal(made_count_rows(*state, s), ROUNDS * COUNT);
    made_sweep_free(s);
}

/* The ways of reading agree with each other. */
static void test_ways_of_reading(void **state) {
    made_sweep *s = made_sweep_new(1000);
    const int32_t size = by_sweep_chunk_size(1000);
    by_error err;
    by_results *results = made_create(*state, s);
    for (int32_t c = 0; c < s->chunk_count; c += 2) {
        must(made_put_chunk(results, s, c, &err), &err);
    }
    must(by_results_commit(results, NULL, &err), &err);
    by_results_close(results);
    must(by_results_open(*state, &results, &err), &err);
    const by_results_header *header = by_results_describe(results);
    by_result *rows = malloc(1000 * sizeof *rows), row, chunk[BY_CHUNK_COMBOS];
    double *column = malloc(1000 * sizeof *column);
    double *first_metric = malloc(1000 * sizeof *first_metric);
    uint64_t *behaviours = malloc(1000 * sizeof *behaviours);
    int32_t *counts = malloc(1000 * sizeof *counts), first, count;
    must(by_results_read(results, rows, &err), &err);
    const by_results_columns columns = {.metric_count = 2,
                                        .metrics = (const int32_t[]){BY_METRIC_sharpe, 0},
                                        .metric_values = (double *const[]){column, first_metric},
                                        .return_counts = counts,
                                        .behaviours = behaviours};
    must(by_results_columns_read(results, &columns, &err), &err);
    for (int32_t c = 0; c < 1000; c++) {
        must(by_results_row(results, (int32_t)header->position[c], &row, &err), &err);
        assert_int_equal(row.return_count, rows[c].return_count);
        assert_int_equal(counts[c], rows[c].return_count);
        assert_int_equal(counts[c] == -2, header->position[c] / (uint32_t)size % 2 == 1);
        assert_true(counts[c] < 0 ? isnan(column[c]) != 0
                                  : column[c] == row.metric[BY_METRIC_sharpe]);
        assert_true(counts[c] < 0 ? isnan(first_metric[c]) != 0 : first_metric[c] == row.metric[0]);
        assert_true(behaviours[c] == (counts[c] < 0 ? 0 : row.behaviour));
    }
    for (int32_t c = 0; c < header->chunk_count; c++) {
        must(by_results_chunk(results, c, &first, &count, chunk, &err), &err);
        assert_int_equal(first, c * size);
        assert_true(c % 2 == 1 ? count == 0 : count == size || c == header->chunk_count - 1);
        for (int32_t i = 0; i < count; i++) {
            by_result expected = made_result(header->combos[first + i]);
            assert_memory_equal(&chunk[i], &expected, sizeof expected);
        }
    }
    uint16_t digits[1000 * MADE_PARAMS];
    by_results_digits(results, digits);
    for (int32_t c = 0; c < 1000; c++) {
        assert_memory_equal(digits + c * MADE_PARAMS, s->digits + header->position[c] * MADE_PARAMS,
                            MADE_PARAMS * sizeof *digits);
    }
    const by_results_columns unknown = {.metric_count = 1,
                                        .metrics = (const int32_t[]){BY_METRIC_COUNT},
                                        .metric_values = (double *const[]){column}};
    refuses(by_results_columns_read(results, &unknown, &err), &err, BY_USAGE, "no metric ");
    refuses(by_results_row(results, 1000, &row, &err), &err, BY_USAGE, "no walk position 1000");
    refuses(by_results_chunk(results, header->chunk_count, &first, &count, chunk, &err), &err,
            BY_USAGE, "no chunk ");
    by_results_close(results);
    free(rows);
    free(column);
    free(first_metric);
    free(behaviours);
    free(counts);
    made_sweep_free(s);
}

/* Numbers that leave one out, or have one twice. */
static void test_numbers_are_whole(void **state) {
    by_error err;
    for (int twice = 0; twice < 2; twice++) {
        made_sweep *s = made_sweep_new(300);
        char folder[256];
        (void)snprintf(folder, sizeof folder, "%s/%d", (const char *)*state, twice);
        s->combos[7] = twice ? s->combos[8] : 300;
        by_results *results = made_create(folder, s);
        must(by_results_commit(results, NULL, &err), &err);
        by_results_close(results);
        refuses(by_results_open(folder, &results, &err), &err, BY_DATA,
                "is in it twice, or is none");
        made_sweep_free(s);
    }
}

static void refuses_identity(const char *folder, made_sweep *s, const char *identity,
                             const char *part) {
    by_results *results;
    by_error err;
    s->header.identity = identity;
    refuses(by_results_create(folder, &s->header, &results, &err), &err, BY_STORE, part);
    assert_null(results);
}

static void test_names_what_differs(void **state) {
    static const char identity[] = "engine 3\nstrategy aa\ndata bb\nsessions 2015 2020\n"
                                   "combos 9 cc\nparam fast 1 2 3\nparam slow 4 5 6";
    made_sweep *s = made_sweep_new(9);
    s->header.identity = identity;
    by_results_close(made_create(*state, s));
    s->header.description = "{\"rank\":\"calmar\"}";
    by_results_close(made_create(*state, s));
    by_results *results;
    by_error err;
    must(by_results_open(*state, &results, &err), &err);
    assert_string_equal(by_results_describe(results)->description, s->header.description);
    by_results_close(results);
    static const struct {
        const char *identity;
        const char *words;
    } cases[] = {
        {"engine 4\nstrategy aa\ndata bb\nsessions 2015 2020\ncombos 9 cc\nparam fast 1 2 3\n"
         "param slow 4 5 6",
         "what differs: the engine's version. Name another --store, or remove this one"},
        {"engine 3\nstrategy ab\ndata bc\nsessions 2015 2020\ncombos 9 cc\nparam fast 1 2 3\n"
         "param slow 4 5 6",
         "what differs: the strategy, the data. "},
        {"engine 3\nstrategy aa\ndata bc\nsessions 2015 2021\ncombos 9 cc\nparam fast 1 2 3\n"
         "param slow 4 5 6",
         "what differs: the sessions. "},
        {"engine 3\nstrategy ab\ndata bb\nsessions 2015 2020\ncombos 9 cd\nparam fast 1 2 3 4\n"
         "param slow 4 5 6",
         "what differs: param fast. "},
        {"engine 3\nstrategy ab\ndata bb\nsessions 2015 2020\ncombos 9 cd\nparam fast 1 2 3\n"
         "param slower 4 5 6",
         "what differs: param slower (which it does not have), param slow (which it has). "},
        {"engine 3\nstrategy aa\ndata bb\nsessions 2015 2020\ncombos 8 cd\nparam fast 1 2 3\n"
         "param slow 4 5 6",
         "what differs: which combos there are (`where`, or the sample). "},
        {"engine 3\nstrategy aa\ndata bb\nsessions 2015 2020\ncombos 9 cc\nparam slow 4 5 6\n"
         "param fast 1 2 3",
         "what differs: the order of its params. "},
        {"", "and more. "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuses_identity(*state, s, cases[i].identity, cases[i].words);
    }
    made_sweep_free(s);
}

static void test_refuses_others(void **state) {
    const char *folder = *state;
    made_sweep *s = made_sweep_new(500);
    by_results *results = NULL;
    by_error err;
    const char *busy = scratch_path(folder, "busy"), *bars = scratch_path(folder, "bars");
    refuses(by_results_open(folder, &results, &err), &err, BY_DATA, "there is none");
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
    s->header.param_count = 65;
    refuses(by_results_create(folder, &s->header, &results, &err), &err, BY_USAGE, "65 params");
    assert_null(results);
    made_sweep_free(s);
}

/* A store as an earlier version of the program left it. */
static void test_refuses_earlier_versions(void **state) {
    static const char version[] = "banyan results 3";
    made_sweep *s = made_sweep_new(9);
    by_results *results;
    by_error err;
    size_t size;
    int found = 0;
    by_results_close(made_create(*state, s));
    unsigned char *data = scratch_read(scratch_path(*state, "data.mdb"), &size);
    for (size_t i = 0; i + sizeof version < size; i++) {
        if (memcmp(data + i, version, sizeof version) == 0) {
            data[i + sizeof version - 2] = '2';
            found++;
        }
    }
    assert_true(found > 0);
    scratch_write(scratch_path(*state, "data.mdb"), data, size);
    static const char words[] = "it was made by another version of banyan ('banyan results 2', "
                                "where 'banyan results 3' is needed); name another folder, or "
                                "remove this one, and sweep again";
    refuses(by_results_open(*state, &results, &err), &err, BY_STORE, words);
    refuses(by_results_create(*state, &s->header, &results, &err), &err, BY_STORE, words);
    free(data);
    made_sweep_free(s);
}

/* 0 when another process may read but not write. */
static int try_as_other(const char *folder, const made_sweep *s, pid_t writer) {
    by_results *results;
    by_results_writer who;
    by_error err;
    char name[32];
    (void)snprintf(name, sizeof name, "(%d on ", (int)writer);
    if (by_results_create(folder, &s->header, &results, &err) != BY_STORE ||
        strstr(err.message, "another process is writing it ") == NULL ||
        strstr(err.message, name) == NULL) {
        return 1;
    }
    if (by_results_watch(folder, &who, &err) != BY_OK || who.pid != writer) {
        return 2;
    }
    return made_count_rows(folder, s) == by_sweep_chunk_size(500) ? 0 : 3;
}

static void test_one_writer_many_readers(void **state) {
    made_sweep *s = made_sweep_new(500);
    by_error err;
    by_results_writer who;
    int go[2], status;
    char byte = 0;
    pid_t self = getpid();
    assert_int_equal(pipe(go), 0);
    pid_t child = fork(); /* before the store is open: LMDB does not like to be forked */
    if (child == 0) {
        _exit(read(go[0], &byte, 1) == 1 ? try_as_other(*state, s, self) : 9);
    }
    by_results *results = made_create(*state, s), *again = NULL;
    must(made_put_chunk(results, s, 0, &err), &err);
    must(by_results_commit(results, NULL, &err), &err);
    must(made_put_chunk(results, s, 1, &err), &err);
    assert_int_equal(write(go[1], &byte, 1), 1);
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    refuses(by_results_open(*state, &again, &err), &err, BY_STORE, "already open in this program");
    by_results_close(results);
    must(by_results_watch(*state, &who, &err), &err);
    assert_int_equal(who.pid, 0);
    close(go[0]);
    close(go[1]);
    made_sweep_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_writes_and_reads),
        TEST(test_resumes),
        TEST(test_rounds),
        TEST(test_ways_of_reading),
        TEST(test_numbers_are_whole),
        TEST(test_names_what_differs),
        TEST(test_refuses_others),
        TEST(test_refuses_earlier_versions),
        TEST(test_one_writer_many_readers),
    };
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
