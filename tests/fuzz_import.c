/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the importers of foreign strategies, JSON and EDN: any bytes become a strategy or a
 * failure with a message, never another error, a crash or an endless loop. libFuzzer sees the Lua
 * lines that run as coverage.
 */
#include <lauxlib.h>
#include <luajit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lua/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

enum { COUNTERS = 1 << 14 };
static uint8_t __attribute__((section("__libfuzzer_extra_counters"), used)) line_counters[COUNTERS];

static void count_line(lua_State *state, lua_Debug *where) {
    lua_getinfo(state, "Sl", where);
    uintptr_t hash = (uintptr_t)where->source / 8 * 31 + (uintptr_t)where->currentline * 7919;
    line_counters[hash % COUNTERS]++;
}

static void die(lua_State *state, const char *what) {
    const char *message = lua_tostring(state, -1);
    fprintf(stderr, "%s: %s\n", what, message != NULL ? message : "(an error that is no text)");
    abort();
}

/* A state with the function of fuzz_import.lua on its stack. */
static lua_State *open_importer(void) {
    lua_State *state = host_open(NULL);
    if (state == NULL) {
        abort();
    }
    luaJIT_setmode(state, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF); /* traces run no line hooks */
    if (luaL_loadfile(state, "tests/fuzz_import.lua") != 0 || lua_pcall(state, 0, 1, 0) != 0) {
        die(state, "cannot load the importers (run this in the project's folder)");
    }
    lua_sethook(state, count_line, LUA_MASKLINE, 0);
    return state;
}

static lua_State *L;

/* The leak checker does not look into Lua's own memory. */
static void close_importer(void) {
    lua_close(L);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes) {
    if (L == NULL) {
        L = open_importer();
        atexit(close_importer);
    }
    lua_pushvalue(L, -1);
    lua_pushlstring(L, (const char *)data, size_bytes);
    if (lua_pcall(L, 1, 0, 0) != 0) {
        die(L, "the import raised an error that is not a failure");
    }
    return 0;
}
