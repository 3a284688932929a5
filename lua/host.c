/* SPDX-License-Identifier: MIT */
#include "host.h"

#include "custom.h"

#include <errno.h>
#include <lauxlib.h>
#include <lua-cjson.h>
#include <lualib.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_S = 2 }; /* for code to end behind the second signal */

static atomic_int interrupt_count;       /* threads of indicators look at it, too */
static volatile sig_atomic_t breakable;  /* 1 while code may be broken into by the first signal */
static lua_State *volatile signal_state; /* NULL: nothing to break into */

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

/* true, or nil and a message. A folder that exists is fine. */
static int l_mkdir(lua_State *L) {
    if (mkdir(luaL_checkstring(L, 1), 0777) == 0 || errno == EEXIST) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, strerror(errno));
    return 2;
}

/* "file", "directory" or "other" and the size in bytes, or nil and a message. */
static int l_stat(lua_State *L) {
    struct stat status;
    if (stat(luaL_checkstring(L, 1), &status) != 0) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    lua_pushstring(L, S_ISREG(status.st_mode)   ? "file"
                      : S_ISDIR(status.st_mode) ? "directory"
                                                : "other");
    lua_pushnumber(L, (double)status.st_size);
    return 2;
}

/* The absolute path of what is there, without links; nil and a message when it is not. */
static int l_absolute(lua_State *L) {
    char *path = realpath(luaL_checkstring(L, 1), NULL);
    if (path == NULL) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    lua_pushstring(L, path);
    free(path);
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

/* How often the user asked to stop. */
static int l_interrupted(lua_State *L) {
    lua_pushinteger(L, interrupt_count);
    return 1;
}

/* Inside breakable(f, ...) the first Ctrl-C raises an error in Lua code; elsewhere only the second
 * does. */
static int l_breakable(lua_State *L) {
    const sig_atomic_t outer = breakable;
    breakable = 1;
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    breakable = outer;
    lua_pushboolean(L, status == 0);
    lua_insert(L, 1);
    return lua_gettop(L);
}

static const luaL_Reg host_functions[] = {
    {"now", l_now},
    {"clock", l_clock},
    {"cores", l_cores},
    {"isatty", l_isatty},
    {"columns", l_columns},
    {"mkdir", l_mkdir},
    {"stat", l_stat},
    {"absolute", l_absolute},
    {"sleep", l_sleep},
    {"interrupted", l_interrupted},
    {"breakable", l_breakable},
    {"custom", custom_new},
    {"custom_function", custom_function},
    {NULL, NULL},
};

static int open_host(lua_State *L) {
    lua_newtable(L);
    luaL_register(L, NULL, host_functions);
    return 1;
}

int host_load_embedded(lua_State *L, const char *name) {
    for (const host_module *module = host_modules; module->name != NULL; module++) {
        if (strcmp(module->name, name) == 0) {
            size_t size_bytes = (size_t)(module->text_end - module->text);
            return luaL_loadbuffer(L, module->text, size_bytes, module->chunk_name);
        }
    }
    lua_pushfstring(L, "\n\tno embedded module '%s'", name);
    return HOST_NO_MODULE;
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

static void add_directory(lua_State *L, const char *directory) {
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", directory, directory, lua_tostring(L, -1));
    lua_setfield(L, -3, "path");
    lua_pop(L, 2);
}

static int open_state(lua_State *L) {
    luaL_openlibs(L);
    preload(L, "cjson", luaopen_cjson);
    preload(L, "banyan.host", open_host);
    const char *directory = lua_touserdata(L, 1);
    if (directory != NULL) {
        add_directory(
            L, directory); /* the embedded copies stay out; cdef is made, not kept in the folder */
        lua_getglobal(L, "package");
        lua_getfield(L, -1, "preload");
        lua_pushcfunction(L, find_embedded);
        lua_pushliteral(L, "banyan.cdef");
        lua_call(L, 1, 1);
        lua_setfield(L, -2, "banyan.cdef");
    } else {
        add_embedded_loader(L);
    }
    lua_getglobal(L, "require"); /* before any other module takes the built-in one */
    lua_pushliteral(L, "banyan.pairs");
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

static void break_in(lua_State *L, lua_Debug *where) {
    (void)where;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted");
}

static void end_by(int number) {
    signal(number, SIG_DFL);
    raise(number);
}

/* Compiled Lua takes no notice of a hook: what has not ended long after the second signal is ended.
 */
static void on_alarm(int number) {
    (void)number;
    end_by(SIGINT);
}

static void on_signal(int number) {
    interrupt_count++;
    if (interrupt_count > 2) {
        end_by(number);
    } else if (interrupt_count > 1) {
        alarm(GRACE_S);
    }
    lua_State *L = signal_state;
    if (L != NULL && (breakable || interrupt_count > 1)) {
        lua_sethook(L, break_in, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
    }
}

int host_interrupted(void) {
    return interrupt_count > 0;
}

void host_release_signals(lua_State *L) {
    signal_state = NULL;
    lua_sethook(L, NULL, 0, 0);
}

void host_catch_signals(lua_State *L) {
    signal_state = L;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGALRM, on_alarm);
}
