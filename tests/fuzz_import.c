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

static const char script[] = "local import = require 'banyan.import'\n"
                             "local json = require 'banyan.json'\n"
                             "local failure_of = require('banyan.failure').failure_of\n"
                             "return function(text)\n"
                             "  local good, value = pcall(import.text, text, 'input')\n"
                             "  if good then\n"
                             "    json.encode(value.name)\n"
                             "    assert(value.root.kind and value.rebalance)\n"
                             "    return\n"
                             "  end\n"
                             "  local failure = failure_of(value)\n"
                             "  if not failure then error(tostring(value), 0) end\n"
                             "  assert(failure.status == 'STRATEGY' and #failure.message < 2000)\n"
                             "  assert(not failure.message:find('%c'))\n"
                             "end\n";

static void count_line(lua_State *L, lua_Debug *where) {
    lua_getinfo(L, "Sl", where);
    uintptr_t hash = (uintptr_t)where->source / 8 * 31 + (uintptr_t)where->currentline * 7919;
    line_counters[hash % COUNTERS]++;
}

static void die(lua_State *L, const char *what) {
    const char *message = lua_tostring(L, -1);
    fprintf(stderr, "%s: %s\n", what, message != NULL ? message : "(an error that is no text)");
    abort();
}

/* A state with the function of `script` on its stack. */
static lua_State *open_importer(void) {
    lua_State *L = host_open(NULL);
    if (L == NULL) {
        abort();
    }
    luaJIT_setmode(L, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF); /* traces run no line hooks */
    if (luaL_loadbuffer(L, script, sizeof script - 1, "@fuzz_import") != 0 ||
        lua_pcall(L, 0, 1, 0) != 0) {
        die(L, "cannot load the importers");
    }
    lua_sethook(L, count_line, LUA_MASKLINE, 0);
    return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes) {
    static lua_State *L;
    if (L == NULL) {
        L = open_importer();
    }
    lua_pushvalue(L, -1);
    lua_pushlstring(L, (const char *)data, size_bytes);
    if (lua_pcall(L, 1, 0, 0) != 0) {
        die(L, "the import raised an error that is not a failure");
    }
    return 0;
}
