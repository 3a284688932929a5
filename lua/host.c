/* SPDX-License-Identifier: MIT */
#include "host.h"

#include "child.h"
#include "custom.h"
#include "files.h"
#include "line.h"
#include "signals.h"

#include <lauxlib.h>
#include <lua-cjson.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static double clock_seconds(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int l_now(lua_State *L) {
    lua_pushnumber(L, clock_seconds(CLOCK_REALTIME));
    return 1;
}

static int l_clock(lua_State *L) {
    lua_pushnumber(L, clock_seconds(CLOCK_MONOTONIC));
    return 1;
}

static int l_cores(lua_State *L) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    lua_pushinteger(L, cores > 0 ? cores : 1);
    return 1;
}

static int l_isatty(lua_State *L) {
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

/* Width of the terminal on standard error, or nil when there is none. */
static int l_columns(lua_State *L) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 0;
    }
    lua_pushinteger(L, size.ws_col);
    return 1;
}

/* Waits; a signal ends the wait. */
static int l_sleep(lua_State *L) {
    double seconds = luaL_checknumber(L, 1);
    if (seconds > 0) {
        struct timespec left = {.tv_sec = (time_t)seconds};
        left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
        nanosleep(&left, NULL);
    }
    return 0;
}

static const host_module *find_module(const char *name) {
    for (const host_module *module = host_modules; module->name != NULL; module++) {
        if (strcmp(module->name, name) == 0) {
            return module;
        }
    }
    return NULL;
}

/* The text of an embedded module, such as banyan.dates, or asset, such as report/page.css; nil when
 * there is none of that name. */
static int l_source(lua_State *L) {
    const host_module *module = find_module(luaL_checkstring(L, 1));
    if (module == NULL) {
        return 0;
    }
    lua_pushlstring(L, module->text, (size_t)(module->text_end - module->text));
    return 1;
}

static const char FINALIZERS_KEY[] = "banyan.finalizers";

/* Has the end of the program run all finalizers: code that nothing is closed to may have made some.
 */
static int l_finalizers(lua_State *L) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, FINALIZERS_KEY);
    return 0;
}

static const luaL_Reg host_functions[] = {
    {"now", l_now},
    {"clock", l_clock},
    {"cores", l_cores},
    {"isatty", l_isatty},
    {"columns", l_columns},
    {"mkdir", files_mkdir},
    {"stat", files_stat},
    {"list", files_list},
    {"locked", files_locked},
    {"absolute", files_absolute},
    {"sleep", l_sleep},
    {"interrupted", signals_interrupted},
    {"breakable", signals_breakable},
    {"session", signals_session},
    {"resume", signals_resume},
    {"terminated", signals_terminated},
    {"source", l_source},
    {"finalizers", l_finalizers},
    {"spawn", child_spawn},
    {"reap", child_reap},
    {"stop", child_stop},
    {"scratch", child_scratch},
    {"custom", custom_new},
    {"custom_function", custom_function},
    {NULL, NULL},
};

static const char DIRECTORY_KEY[] = "banyan.directory";

/* Besides the functions, `directory`: the folder of --lua-dir, nil without it. */
static int open_host(lua_State *L) {
    lua_newtable(L);
    luaL_register(L, NULL, host_functions);
    lua_getfield(L, LUA_REGISTRYINDEX, DIRECTORY_KEY);
    lua_setfield(L, -2, "directory");
    return 1;
}

int host_load_embedded(lua_State *L, const char *name) {
    const host_module *module = find_module(name);
    if (module == NULL) {
        lua_pushfstring(L, "\n\tno embedded module '%s'", name);
        return HOST_NO_MODULE;
    }
    return luaL_loadbuffer(L, module->text, (size_t)(module->text_end - module->text),
                           module->chunk_name);
}

/* A package loader: the embedded module of that name as a chunk. */
static int find_embedded(lua_State *L) {
    const int status = host_load_embedded(L, luaL_checkstring(L, 1));
    return status == 0 || status == HOST_NO_MODULE ? 1 : lua_error(L);
}

static void preload(lua_State *L, const char *name, lua_CFunction open) {
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "preload");
    lua_pushcfunction(L, open);
    lua_setfield(L, -2, name);
    lua_pop(L, 2);
}

/* Puts the embedded modules in front of the files that package.path would find. */
static void add_embedded_loader(lua_State *L) {
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "loaders");
    for (int i = (int)lua_objlen(L, -1); i >= 2; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushcfunction(L, find_embedded);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 2);
}

/* Modules that are made when the program is built are no files of the folder. */
static const char *const made_modules[] = {"banyan.cdef", "banyan.indicator_notes"};

/* Modules come from a folder, and the embedded copies stay out. */
static void add_directory(lua_State *L, const char *directory) {
    lua_pushstring(L, directory);
    lua_setfield(L, LUA_REGISTRYINDEX, DIRECTORY_KEY);
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", directory, directory, lua_tostring(L, -1));
    lua_setfield(L, -3, "path");
    lua_getfield(L, -2, "preload");
    for (size_t i = 0; i < sizeof made_modules / sizeof *made_modules; i++) {
        lua_pushcfunction(L, find_embedded);
        lua_pushstring(L, made_modules[i]);
        lua_call(L, 1, 1);
        lua_setfield(L, -2, made_modules[i]);
    }
    lua_pop(L, 3);
}

static int open_state(lua_State *L) {
    luaL_openlibs(L);
    preload(L, "cjson", luaopen_cjson);
    preload(L, "banyan.host", open_host);
    preload(L, "banyan.line", line_open_module);
    const char *directory = lua_touserdata(L, 1);
    if (directory != NULL) {
        add_directory(L, directory);
    } else {
        add_embedded_loader(L);
    }
    lua_getglobal(L, "require"); /* before any other module takes the built-in one */
    lua_pushliteral(L, "banyan.compiler");
    lua_call(L, 1, 0);
    return 0;
}

lua_State *host_open(const char *lua_directory) {
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        return NULL;
    }
    if (lua_cpcall(L, open_state, (void *)lua_directory) != 0) {
        fprintf(stderr, "banyan: cannot start Lua: %s\n", lua_tostring(L, -1));
        lua_close(L);
        return NULL;
    }
    return L;
}

/* What banyan.ffi has made; nothing when no verb has needed it. */
static int close_all(lua_State *L) {
    lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
    lua_getfield(L, -1, "banyan.ffi");
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "close_all");
        lua_call(L, 0, 0);
    }
    return 0;
}

/* Whether Lua's memory is to be freed object by object, which takes up to 25 ms after a sweep. */
static bool wants_close(lua_State *L) {
#ifdef NDEBUG
    lua_getfield(L, LUA_REGISTRYINDEX, FINALIZERS_KEY);
    return lua_toboolean(L, -1);
#else
    (void)L;
    return true; /* so that leaks are found */
#endif
}

void host_close(lua_State *L) {
    const int status = lua_cpcall(L, close_all, NULL);
    if (status != 0 || wants_close(L)) { /* which closes in an order of its own what is left */
        lua_close(L);
    }
}

static int with_traceback(lua_State *L) {
    if (lua_isstring(L, 1)) {
        luaL_traceback(L, L, lua_tostring(L, 1), 1);
    }
    return 1;
}

int host_call(lua_State *L, int argument_count) {
    int handler = lua_gettop(L) - argument_count;
    lua_pushcfunction(L, with_traceback);
    lua_insert(L, handler);
    int status = lua_pcall(L, argument_count, 1, handler);
    lua_remove(L, handler);
    return status;
}
