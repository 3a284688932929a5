/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 1000, SIGNALLED = 128, PATH_SIZE = 4096 };

static int fail(lua_State *L, int number) {
    lua_pushnil(L);
    lua_pushstring(L, strerror(number));
    return 2;
}

/* In the child: what is told to the parent is the number of the error. Only calls that are safe
 * after a fork beside other threads. */
static void become(char *const *words, const char *const *files, pid_t parent, int report) {
    static const int flags[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                                O_WRONLY | O_CREAT | O_TRUNC};
    bool ready = setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGINT) == 0;
    for (int i = 0; i < 3 && ready; i++) {
        const int file = open(files[i], flags[i] | O_CLOEXEC, 0666);
        ready = file >= 0 && dup2(file, i) == i;
    }
    if (ready && getppid() == parent) {
        (void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        execv("/proc/self/exe", words);
    }
    const int number = errno;
    ssize_t written = write(report, &number, sizeof number);
    (void)written;
    _exit(127);
}

/* The number of the error that kept the child from becoming the program; 0 for none. */
static int wait_for_start(pid_t pid, int report) {
    int number = 0;
    ssize_t size;
    do {
        size = read(report, &number, sizeof number);
    } while (size < 0 && errno == EINTR);
    if (size != (ssize_t)sizeof number) {
        return 0;
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return number != 0 ? number : ECHILD;
}

static int start(lua_State *L, char *const *words) {
    const char *files[] = {"/dev/null", luaL_checkstring(L, 2), luaL_checkstring(L, 3)};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(L, errno);
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        become(words, files, parent, ends[1]);
    }
    const int failed = errno;
    close(ends[1]);
    const int number = pid < 0 ? failed : wait_for_start(pid, ends[0]);
    close(ends[0]);
    if (number != 0) {
        return fail(L, number);
    }
    lua_pushinteger(L, pid);
    return 1;
}

int child_spawn(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const size_t count = lua_objlen(L, 1);
    luaL_argcheck(L, count < WORDS_MAX, 1, "too many words");
    luaL_checkstack(L, (int)count + 4, NULL);
    char **words = lua_newuserdata(L, (count + 2) * sizeof *words);
    words[0] = (char *)"banyan";
    for (size_t i = 1; i <= count; i++) { /* the words stay on the stack while they are used */
        lua_rawgeti(L, 1, (int)i);
        words[i] = (char *)luaL_checkstring(L, -1);
    }
    words[count + 1] = NULL;
    return start(L, words);
}

int child_reap(lua_State *L) {
    int status = 0;
    const pid_t pid = (pid_t)luaL_checkinteger(L, 1);
    luaL_argcheck(L, pid > 0, 1, "no process");
    const pid_t found = waitpid(pid, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) {
        return 0;
    }
    if (found < 0) {
        return luaL_error(L, "there is no child %d: %s", (int)pid, strerror(errno));
    }
    lua_pushinteger(L, WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status));
    return 1;
}

int child_stop(lua_State *L) {
    const pid_t pid = (pid_t)luaL_checkinteger(L, 1);
    luaL_argcheck(L, pid > 0, 1, "no process");
    lua_pushboolean(L, kill(pid, lua_toboolean(L, 2) ? SIGKILL : SIGINT) == 0);
    return 1;
}

int child_scratch(lua_State *L) {
    char path[PATH_SIZE];
    const int size = snprintf(path, sizeof path, "%s/banyan-XXXXXX", luaL_checkstring(L, 1));
    if (size < 0 || size >= (int)sizeof path) {
        return fail(L, ENAMETOOLONG);
    }
    if (mkdtemp(path) == NULL) {
        return fail(L, errno);
    }
    lua_pushstring(L, path);
    return 1;
}
