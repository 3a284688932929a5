/* SPDX-License-Identifier: MIT
 *
 * The program: opens a Lua state and hands the command line to banyan.cli.
 */
#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "signals.h"

/* banyan.cli.main(arguments) returns the exit code. */
static int run(lua_State *L, int count, char **arguments) {
    lua_getglobal(L, "require");
    lua_pushliteral(L, "banyan.cli");
    if (host_call(L, 1) != 0) {
        return -1;
    }
    lua_getfield(L, -1, "main");
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushstring(L, arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return host_call(L, 1) != 0 ? -1 : (int)lua_tointeger(L, -1);
}

int main(int argc, char **argv) {
    int first = 1;
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to be told, not a death */
    const char *lua_directory = NULL;
    if (argc > 2 && strcmp(argv[1], "--lua-dir") == 0) {
        lua_directory = argv[2];
        first = 3;
    }
    lua_State *L = host_open(lua_directory);
    if (L == NULL) {
        return 70;
    }
    signals_catch(L);
    int code = run(L, argc - first, argv + first);
    if (code < 0 && signals_asked()) { /* again, while it ended already */
        fputs("banyan: interrupted\n", stderr);
        code = 130;
    } else if (code < 0) {
        const char *message = lua_tostring(L, -1);
        fprintf(stderr, "banyan: internal error, please report it: %s\n",
                message != NULL ? message : "(no message)");
        code = 70;
    }
    signals_release(L);
    host_close(L);
    if (fflush(stdout) != 0 && code == 0) {
        code = 6; /* a full disk behind a redirect must not look like success */
    }
    return code;
}
