/* SPDX-License-Identifier: MIT
 *
 * The file of rate limits: shared by processes and threads, kept over restarts, killed, damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../cache/limits.h"
#include "scratch.h"

static const double start_s = 1700000000;
static const by_limit a_minute = {200, 60, 0, 0}, a_day = {1000, 86400, 0, 0};
static const by_limit ten_s = {25, 10, 0, 0};

static by_limits *open_path(const char *path, const by_limit *limits, int32_t count, double now_s) {
    by_limits *l;
    by_error err;
    if (by_limits_open(path, limits, count, now_s, &l, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return l;
}

static double take(by_limits *l, double now_s) {
    double wait_s;
    by_error err;
    if (by_limits_take(l, 1, now_s, &wait_s, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return wait_s;
}

static double taken(by_limits *l, double now_s) {
    by_limits_state state;
    by_error err;
    assert_int_equal(by_limits_look(l, now_s, &state, &err), BY_OK);
    return state.taken[0];
}

static void test_is_kept(void **state) {
    const char *path = scratch_path(*state, "limits");
    struct stat info;
    for (int i = 0; i < 3; i++) {
        by_limits *l = open_path(path, &a_day, 1, start_s + 100 * i);
        for (int k = 0; k < 300; k++) {
            assert_true(take(l, start_s + 100 * i) == 0);
        }
        by_limits_close(l);
    }
    by_limits *other = open_path(path, &a_minute, 1, start_s + 1000); /* counts for the day, too */
    assert_true(take(other, start_s + 1000) == 0);
    by_limits_close(other);
    by_limit less = a_day;
    less.count = 902;
    by_limits *l = open_path(path, &less, 1, start_s + 7200);
    assert_true(taken(l, start_s + 7200) == 901);
    assert_true(take(l, start_s + 7200) == 0);
    assert_true(take(l, start_s + 7200) > 70000);
    by_limits_close(l);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

/* Limits of other periods make room for each other. */
static void test_many_limits(void **state) {
    const char *path = scratch_path(*state, "limits");
    by_limit limits[BY_LIMITS_MAX + 1];
    by_limits *l;
    by_error err;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i <= BY_LIMITS_MAX; i++) {
            limits[i] = (by_limit){100, 60 + i + 7 * round, 0, 0};
        }
        l = open_path(path, limits, BY_LIMITS_MAX, start_s);
        assert_true(take(l, start_s) == 0);
        assert_true(taken(l, start_s) == 1 + (round > 0));
        by_limits_close(l);
    }
    assert_int_equal(by_limits_open(path, limits, BY_LIMITS_MAX + 1, start_s, &l, &err), BY_USAGE);
    assert_int_equal(by_limits_open(path, &(by_limit){0.5, 60, 0, 0}, 1, start_s, &l, &err),
                     BY_USAGE);
    assert_int_equal(by_limits_open(path, &(by_limit){5, 0.1, 0, 0}, 1, start_s, &l, &err),
                     BY_USAGE);
    assert_int_equal(by_limits_open(path, &(by_limit){5, (double)NAN, 0, 0}, 1, start_s, &l, &err),
                     BY_USAGE);
    assert_int_equal(by_limits_open(path, &a_day, 1, (double)NAN, &l, &err), BY_USAGE);
    assert_null(l);
}

/* A clock that is set back takes what was taken along, wherever it is set to. */
static void test_clock_is_set_back(void **state) {
    by_limit limits[] = {{5, 60, 0, 0}, {100, 300, 0, 0}};
    by_limits *l = open_path(scratch_path(*state, "limits"), limits, 2, start_s);
    double backs[] = {start_s - 1, start_s - 1e6, 50};
    for (int i = 0; i < 5; i++) {
        assert_true(take(l, start_s + i) == 0);
    }
    for (int i = 0; i < 3; i++) {
        double wait_s = take(l, backs[i]);
        assert_true(wait_s > 55 && wait_s < 63);
        assert_true(taken(l, backs[i]) == 5);
    }
    assert_true(take(l, 50 + 63) == 0);
    by_limits_close(l);
}

/* What is waited for comes nearer with each look behind that, too. */
static void test_wait_shrinks_when_set_back(void **state) {
    by_limit limits[] = {{5, 60, 0, 0}};
    by_limits *l = open_path(scratch_path(*state, "limits"), limits, 1, start_s);
    for (int i = 0; i < 5; i++) {
        assert_true(take(l, start_s + i) == 0);
    }
    double back_s = start_s - 86400;
    assert_true(take(l, back_s) > 55);
    double half_s = take(l, back_s + 30);
    assert_true(half_s > 25 && half_s < 33);
    assert_true(take(l, back_s + 63) == 0);
    by_limits_close(l);
}

enum { TIMES_MAX = 4096 };

/* Takes in steps of a time that several threads or processes share; notes when. */
typedef struct taker {
    by_limits *limits;
    _Atomic int *step;
    int steps, count;
    double times[TIMES_MAX];
} taker;

static void *take_on(void *argument) {
    taker *t = argument;
    for (int step; (step = atomic_fetch_add(t->step, 1)) < t->steps;) {
        double now_s = start_s + step * 0.01;
        if (take(t->limits, now_s) == 0 && t->count < TIMES_MAX) {
            t->times[t->count++] = now_s;
        }
    }
    return NULL;
}

static int compare_times(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* No ten seconds have more than 25, and most of what is allowed was used. */
static void assert_kept(const taker *takers, int count, int steps) {
    static double times[4 * TIMES_MAX];
    int all = 0;
    for (int i = 0; i < count; i++) {
        memcpy(times + all, takers[i].times, (size_t)takers[i].count * sizeof *times);
        all += takers[i].count;
    }
    qsort(times, (size_t)all, sizeof *times, compare_times);
    for (int i = 0; i + 25 < all; i++) {
        assert_true(times[i + 25] - times[i] > 10);
    }
    assert_true(all > 0.9 * steps * 0.01 * 2.5);
}

static void test_threads(void **state) {
    const char *path = scratch_path(*state, "limits");
    by_limits *shared = open_path(path, &ten_s, 1, start_s);
    by_limits *own = open_path(path, &ten_s, 1, start_s);
    static taker takers[4];
    pthread_t threads[4];
    _Atomic int step = 0;
    for (int i = 0; i < 4; i++) {
        takers[i] =
            (taker){.limits = i < 2 ? shared : own, .step = &step, .steps = 6000, .count = 0};
        assert_int_equal(pthread_create(&threads[i], NULL, take_on, &takers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_kept(takers, 4, 6000);
    by_limits_close(shared);
    by_limits_close(own);
}

typedef struct common {
    _Atomic int step;
    _Atomic int begun; /* takers that have taken once */
    taker takers[2];
} common;

static common *make_common(void) {
    common *c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(c != MAP_FAILED);
    return c;
}

/* A child that takes once, waits until `together` have done so, takes until the steps end, and
 * leaves without the tests' farewells. */
static pid_t start_taker(const char *path, common *c, int which, int steps, int together) {
    pid_t child = fork();
    if (child == 0) {
        taker *t = &c->takers[which];
        t->step = &c->step;
        t->steps = steps;
        t->limits = open_path(path, &ten_s, 1, start_s);
        if (take(t->limits, start_s) == 0) {
            t->times[t->count++] = start_s;
        }
        for (atomic_fetch_add(&c->begun, 1); atomic_load(&c->begun) < together;) {
            usleep(100);
        }
        take_on(t);
        _exit(0);
    }
    assert_true(child > 0);
    return child;
}

static void test_processes(void **state) {
    const char *path = scratch_path(*state, "limits");
    common *c = make_common();
    pid_t children[] = {start_taker(path, c, 0, 6000, 2), start_taker(path, c, 1, 6000, 2)};
    for (int i = 0; i < 2; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_true(c->takers[0].count > 0 && c->takers[1].count > 0);
    assert_kept(c->takers, 2, 6000);
    munmap(c, sizeof *c);
}

/* A kill leaves neither a lock nor a damaged file, nor does it lose what was taken before. */
static void test_killed(void **state) {
    const char *path = scratch_path(*state, "limits");
    common *c = make_common();
    by_limits *l = open_path(path, &ten_s, 1, start_s);
    for (int i = 0; i < 40; i++) {
        int from = atomic_load(&c->step);
        pid_t child = start_taker(path, c, 0, 1 << 30, 1);
        while (atomic_load(&c->step) < from + 20) {
            usleep(100);
        }
        usleep((useconds_t)(i * 37 % 300));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        double now_s = start_s + atomic_load(&c->step) * 0.01;
        int lately = 0;
        for (int k = 0; k < c->takers[0].count; k++) {
            lately += c->takers[0].times[k] > now_s - 10;
        }
        assert_true(taken(l, now_s) >= lately);
        c->takers[0].count = 0;
        now_s += 2000;                    /* behind all that was taken */
        assert_true(take(l, now_s) == 0); /* a damaged file would not let it through */
        atomic_fetch_add(&c->step, 200000);
    }
    by_limits_close(l);
    munmap(c, sizeof *c);
}

static void flip(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 0x40, file);
    fclose(file);
}

/* What was damaged lets nothing through for a minute, or for the period when that is shorter. */
static void test_damage(void **state) {
    const char *path = scratch_path(*state, "limits");
    double now_s = start_s;
    long damages[] = {0, 4, 8, 100, 700, 2000, -1, -2};
    for (int i = 0; i < 8; i++) {
        by_limits *l = open_path(path, &a_minute, 1, now_s);
        assert_true(take(l, now_s) == 0);
        if (damages[i] == -1) {
            assert_int_equal(truncate(path, 99), 0);
        } else if (damages[i] == -2) {
            scratch_write(path, "nothing of ours", 15);
        } else {
            flip(path, damages[i]); /* 4: another version */
        }
        assert_true(fabs(take(l, now_s + 1) - 60) < 1e-6);
        by_limits_close(l);
        l = open_path(path, &a_minute, 1, now_s + 2);
        assert_true(take(l, now_s + 60.9) > 0);
        assert_true(take(l, now_s + 61) == 0);
        by_limits_close(l);
        now_s += 1000;
    }
    by_limit short_one = {5, 2, 0, 0};
    flip(path, 50);
    by_limits *l = open_path(path, &short_one, 1, now_s);
    assert_true(fabs(take(l, now_s) - 2.3) < 1e-6);
    by_limits_close(l);
    scratch_write(path, "", 0); /* a kill between making and writing it */
    l = open_path(path, &short_one, 1, now_s);
    assert_true(take(l, now_s) == 0);
    by_limits_close(l);
}

static void assert_no_file(const char *path) {
    by_limits *l;
    by_error err;
    assert_int_equal(by_limits_open(path, &a_minute, 1, start_s, &l, &err), BY_STORE);
    assert_null(l);
    assert_non_null(strstr(err.message, path));
    assert_non_null(strstr(err.message, "cannot be opened"));
}

static void test_cannot_be_opened(void **state) {
    assert_no_file(*state);
    assert_no_file(scratch_path(*state, "none/limits"));
    const char *folder = scratch_path(*state, "read-only");
    assert_int_equal(mkdir(folder, 0500), 0);
    if (geteuid() != 0) { /* root writes everywhere */
        assert_no_file(scratch_path(folder, "limits"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_is_kept, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_many_limits, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_clock_is_set_back, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_wait_shrinks_when_set_back, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_threads, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_processes, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_killed, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_damage, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_cannot_be_opened, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests_name("file of limits", tests, NULL, NULL);
}
