/* SPDX-License-Identifier: MIT
 *
 * What befalls result stores: kills, full disks, files that are cut short, copied while they grow,
 * or have other bytes. What was good is kept, what is not is said, and nothing damaged is taken for
 * a result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "made_sweep.h"
#include "scratch.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { KILLS = 20, FLIPS = 40, CUTS = 12 };
#else
enum { KILLS = 200, FLIPS = 400, CUTS = 60 };
#endif

static uint64_t seed = 5;

static uint64_t draw(uint64_t below) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (seed >> 11) % below;
}

static void put_all(by_results *results, const made_sweep *s) {
    by_error err;
    uint8_t *done = calloc((size_t)s->chunk_count, 1);
    int64_t combos_done;
    must(by_results_done(results, 0, done, &combos_done, &err), &err);
    for (int32_t c = 0; c < s->chunk_count; c++) {
        if (!done[c]) {
            must(made_put_chunk(results, s, c, &err), &err);
        }
    }
    must(by_results_commit(results, NULL, &err), &err);
    free(done);
}

/* A finished store; the bytes of its file. */
static unsigned char *make_store(const char *folder, const made_sweep *s, size_t *size) {
    by_results *results = made_create(folder, s);
    put_all(results, s);
    by_results_close(results);
    return scratch_read(scratch_path(folder, "data.mdb"), size);
}

/* Sweeping again makes the store whole, when it can tell that it is the same sweep. */
static int mend(const char *folder, const made_sweep *s) {
    by_results *results;
    by_error err;
    by_status status = by_results_create(folder, &s->header, &results, &err);
    if (status != BY_OK) {
        /* What kind of store it is may be what is damaged. */
        assert_non_null(
            strstr(err.message, status == BY_STORE ? "name another folder" : "damaged"));
        assert_true(status == BY_DATA || status == BY_STORE);
        return 0;
    }
    must(by_results_round(results, 0, s->combo_count, s->combos, s->digits, &err), &err);
    put_all(results, s);
    by_results_close(results);
    assert_int_equal(made_count_rows(folder, s), s->combo_count);
    return 1;
}

/* 1 when the store says that it is damaged; rows that it has are right. */
static int look(const char *folder, const made_sweep *s) {
    by_results *results;
    by_error err;
    if (by_results_open(folder, &results, &err) != BY_OK) {
        return 1;
    }
    by_result *rows = malloc((size_t)s->combo_count * sizeof *rows);
    const by_results_header *header = by_results_describe(results);
    int damaged = header->combo_count != s->combo_count;
    damaged |= !damaged && by_results_read(results, rows, &err) != BY_OK;
    for (int32_t c = 0; c < header->combo_count; c++) {
        by_result expected = made_result((uint32_t)c);
        if (rows[c].return_count != -2) {
            assert_memory_equal(&rows[c], &expected, sizeof expected);
        } else {
            damaged = 1;
        }
    }
    free(rows);
    by_results_close(results);
    return damaged;
}

/* One row of one chunk has another bit. */
static void test_damaged_chunk(void **state) {
    const char *folder = *state;
    char path[SCRATCH_SIZE + 16];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    made_sweep *s = made_sweep_new(9000);
    by_error err;
    by_results *results;
    size_t size;
    unsigned char *data = make_store(folder, s, &size);
    by_result victim = made_result(s->combos[300]);
    for (size_t i = 0; i + sizeof victim.behaviour < size; i += 8) {
        if (memcmp(data + i, &victim.behaviour, sizeof victim.behaviour) == 0) {
            data[i + 3] ^= 16;
        }
    }
    scratch_write(path, data, size);
    by_result *rows = malloc(9000 * sizeof *rows);
    must(by_results_open(folder, &results, &err), &err);
    refuses(by_results_read(results, rows, &err), &err, BY_DATA,
            "1 of its 36 chunks are damaged (the first is chunk 2: its checksum is wrong); sweep "
            "again");
    assert_int_equal(rows[s->combos[300]].return_count, -2);
    assert_int_equal(rows[s->combos[0]].return_count, (int32_t)s->combos[0]);
    const by_results_columns columns = {.return_counts = malloc(9000 * sizeof(int32_t))};
    refuses(by_results_columns_read(results, &columns, &err), &err, BY_DATA,
            "1 of its 36 chunks are damaged (the first is chunk 2: its checksum is wrong)");
    for (int32_t c = 0; c < 9000; c++) {
        assert_int_equal(columns.return_counts[c], rows[c].return_count);
    }
    free(columns.return_counts);
    by_results_close(results);
    results = made_create(folder, s);
    assert_int_equal(made_count_done(results, s), 9000 - 256);
    by_results_close(results);
    assert_true(mend(folder, s));
    free(data);
    free(rows);
    made_sweep_free(s);
}

/* A file that was cut short, or was copied but for its end: what lies before the cut is taken over.
 */
static void test_cut_short(void **state) {
    const char *folder = *state;
    char path[SCRATCH_SIZE + 16];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    made_sweep *s = made_sweep_new(9000);
    size_t size, whole;
    int mended = 0;
    unsigned char *data = make_store(folder, s, &size);
    for (int i = 0; i < CUTS; i++) {
        size_t cut = i == 0 ? size / 2 : draw(size);
        scratch_write(path, data, cut);
        (void)look(folder, s); /* what was cut off may have been free pages */
        if (i == 0) {
            by_results *results = made_create(folder, s);
            assert_in_range(made_count_done(results, s), 9000 / 4, 9000 - 1);
            by_results_close(results);
        }
        mended += mend(folder, s);
        free(scratch_read(scratch_path(folder, "data.damaged"), &whole));
    }
    assert_true(mended > CUTS / 2);
    memset(data + size / 3, 0, size / 3); /* a hole, as copies that were interrupted have */
    scratch_write(path, data, size);
    assert_true(look(folder, s));
    assert_true(mend(folder, s));
    free(data);
    made_sweep_free(s);
}

static void test_random_bytes(void **state) {
    const char *folder = *state;
    char path[SCRATCH_SIZE + 16];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    made_sweep *s = made_sweep_new(300);
    size_t size;
    int seen = 0, mended = 0;
    unsigned char *sound = make_store(folder, s, &size), *data = malloc(size);
    for (int i = 0; i < FLIPS; i++) {
        memcpy(data, sound, size);
        for (uint64_t n = draw(20) + 1; n > 0; n--) {
            size_t at = draw(3) == 0 ? draw(8192) : draw(size);
            data[at] = (unsigned char)(draw(2) == 0 ? draw(256) : data[at] ^ (1u << draw(8)));
        }
        scratch_write(path, data, size);
        seen += look(folder, s);
        mended += mend(folder, s);
        unlink(scratch_path(folder, "data.damaged"));
    }
    print_message("%d stores: %d seen to be damaged, %d mended\n", FLIPS, seen, mended);
    assert_true(seen > FLIPS / 4);
    assert_true(mended > FLIPS / 4);
    free(sound);
    free(data);
    made_sweep_free(s);
}

static int fill_until_full(const char *folder, const made_sweep *s) {
    by_results *results;
    by_error err;
    if (by_results_create(folder, &s->header, &results, &err) != BY_OK ||
        by_results_round(results, 0, s->combo_count, s->combos, s->digits, &err) != BY_OK) {
        return 1;
    }
    for (int32_t c = 0; c < s->chunk_count; c++) {
        by_status status = made_put_chunk(results, s, c, &err);
        status = status == BY_OK ? by_results_commit(results, NULL, &err) : status;
        if (status != BY_OK) {
            int again = by_results_commit(results, NULL, &err) == BY_LIMIT &&
                        strstr(err.message, "the disk is full; what was written before is kept");
            by_results_close(results);
            return status == BY_LIMIT && c > 2 && again ? 0 : 2;
        }
    }
    return 3;
}

static int fill_up_to_limit(const char *folder, const made_sweep *s) {
    struct rlimit limit = {1 << 20, 1 << 20};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    return fill_until_full(folder, s);
}

static void test_largest_file(void **state) {
    made_sweep *s = made_sweep_new(10000);
    pid_t child = fork();
    int status;
    if (child == 0) {
        _exit(fill_up_to_limit(*state, s));
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(made_count_rows(*state, s) > 2 * BY_CHUNK_COMBOS);
    assert_true(mend(*state, s));
    made_sweep_free(s);
}

static void test_full_disk(void **state) {
    const char *folder = *state;
    made_sweep *s = made_sweep_new(10000);
    if (mount("tmpfs", folder, "tmpfs", 0, "size=1m") != 0) {
        print_message("mounting a small disk takes root: skipped\n");
        made_sweep_free(s);
        skip();
    }
    const char *store = scratch_path(folder, "store");
    int filled = fill_until_full(store, s), kept = made_count_rows(store, s);
    int larger = mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=32m");
    int mended = mend(store, s);
    umount2(folder, MNT_DETACH);
    assert_int_equal(filled, 0);
    assert_true(kept > 2 * BY_CHUNK_COMBOS);
    assert_int_equal(larger, 0);
    assert_true(mended);
    made_sweep_free(s);
}

/* Puts what is missing, and commits all the time. */
static int sweep_on(const char *folder, const made_sweep *s) {
    by_results *results;
    by_error err;
    int64_t combos_done;
    uint8_t *done = calloc((size_t)s->chunk_count, 1);
    if (by_results_create(folder, &s->header, &results, &err) != BY_OK ||
        by_results_round(results, 0, s->combo_count, s->combos, s->digits, &err) != BY_OK ||
        by_results_done(results, 0, done, &combos_done, &err) != BY_OK) {
        return 1;
    }
    for (int32_t c = 0; c < s->chunk_count; c++) {
        if (!done[c] && (made_put_chunk(results, s, c, &err) != BY_OK ||
                         by_results_submit(results, "{}", &err) != BY_OK)) {
            return 2;
        }
    }
    by_status status = by_results_commit(results, "{}", &err);
    by_results_close(results);
    free(done);
    return status == BY_OK ? 0 : 3;
}

static void test_kills(void **state) {
    made_sweep *s = made_sweep_new(8192);
    int killed = 0, finished = 0, kept = 0, status;
    char folder[SCRATCH_SIZE + 32];
    for (int store = 0; killed < KILLS; store++) {
        snprintf(folder, sizeof folder, "%s/%d", (char *)*state, store);
        for (int done = 0; !done;) {
            pid_t child = fork();
            if (child == 0) {
                _exit(sweep_on(folder, s));
            }
            usleep((useconds_t)draw(KILLS == 200 ? 12000 : 200000));
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            done = WIFEXITED(status);
            assert_true(!done || WEXITSTATUS(status) == 0);
            killed += !done;
            if (done) {
                assert_int_equal(made_count_rows(folder, s), s->combo_count);
                finished++;
            } else {
                by_results *results = made_create(folder, s); /* the lock went with it */
                kept += made_count_done(results, s) > 0;
                by_results_close(results);
            }
        }
        scratch_remove(folder);
    }
    print_message("%d kills, %d sweeps finished, %d with results\n", killed, finished, kept);
    made_sweep_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_damaged_chunk), TEST(test_cut_short), TEST(test_random_bytes),
        TEST(test_largest_file),  TEST(test_full_disk), TEST(test_kills),
    };
    return cmocka_run_group_tests_name("results damage", tests, NULL, NULL);
}
