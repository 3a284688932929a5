/* SPDX-License-Identifier: MIT */
#include "custom.h"

#include <lauxlib.h>
#include <luajit.h>
#include <lualib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "signals.h"

enum {
    MEMORY_MB_MAX = 256,      /* of one state */
    HOOK_INSTRUCTIONS = 10000 /* of interpreted code, between looks at Ctrl-C */
};

#define MEMORY_BYTES_MAX ((size_t)MEMORY_MB_MAX << 20)
#define KIND "banyan.custom"

/* A Lua state that computes one indicator, by one thread at a time. */
typedef struct worker {
    lua_State *L;
    struct worker *next; /* idle, too */
    size_t used_bytes;
    int run; /* reference of the function that banyan.custom.worker returns */
    bool interrupted;
} worker;

/* What is behind a by_custom: the states that nobody uses, and what they are made of. */
typedef struct custom {
    pthread_mutex_t lock; /* guards idle */
    worker *idle;
    size_t program_size;
    char program[];
} custom;

/* One call, as the protected function gets it. */
typedef struct job {
    worker *at;
    const custom *of;
    const by_recipe *recipe;
    const by_inputs *inputs;
    double *out;
    int32_t count;
} job;

static void *allocate(void *context, void *old, size_t old_size, size_t size) {
    worker *at = context;
    if (size == 0) {
        free(old);
        at->used_bytes -= old_size;
        return NULL;
    }
    if (size > old_size && size - old_size > MEMORY_BYTES_MAX - at->used_bytes) {
        return NULL;
    }
    void *memory = realloc(old, size);
    if (memory != NULL) {
        at->used_bytes += size - old_size; /* wraps where it shrinks */
    }
    return memory;
}

static const char worker_key; /* its address is that of the worker in the registry */

static worker *worker_of(lua_State *L) {
    lua_pushlightuserdata(L, (void *)&worker_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    worker *at = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return at;
}

/* LuaJIT with references of 32 bits allocates by itself, and has limits of its own. */
static lua_State *new_state(worker *at) {
    lua_State *L = lua_newstate(allocate, at);
    return L != NULL ? L : luaL_newstate();
}

/* Raises an error when the user asked to stop. Compiled code calls it now and then, see worker.lua.
 */
static int look(lua_State *L) {
    if (signals_asked()) {
        worker_of(L)->interrupted = true;
        return luaL_error(L, "interrupted");
    }
    return 0;
}

static void on_count(lua_State *L, lua_Debug *where) {
    (void)where;
    (void)look(L);
}

/* Loads banyan.custom.worker, which makes of the program the function to run. */
static int open_worker(lua_State *L) {
    const job *task = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_pushlightuserdata(L, (void *)&worker_key);
    lua_pushlightuserdata(L, task->at);
    lua_rawset(L, LUA_REGISTRYINDEX);
    luaL_openlibs(L);
    if (signals_in_session()) { /* no loop there may hold up Ctrl-C, and compiled ones know no hooks
                                 */
        luaJIT_setmode(L, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    }
    if (host_load_embedded(L, "banyan.compiler") != 0) {
        return lua_error(L);
    }
    lua_call(L, 0, 0);
    if (host_load_embedded(L, "banyan.custom.worker") != 0) {
        return lua_error(L);
    }
    lua_pushlstring(L, task->of->program, task->of->program_size);
    lua_pushcfunction(L, look);
    lua_call(L, 2, 1);
    task->at->run = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_sethook(L, on_count, LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    return 0;
}

static int run(lua_State *L) {
    const job *task = lua_touserdata(L, 1);
    const by_inputs *in = task->inputs;
    const void *columns[] = {in->open,   in->high,  in->low,  in->close,
                             in->volume, in->other, in->time, task->out};
    const int32_t *windows = task->recipe->window;
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, task->at->run);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        lua_pushlightuserdata(L, (void *)columns[i]);
    }
    lua_pushinteger(L, task->count);
    for (size_t i = 0; i < sizeof task->recipe->window / sizeof *windows; i++) {
        lua_pushinteger(L, windows[i]);
    }
    lua_pushnumber(L, task->recipe->number[0]);
    lua_pushnumber(L, task->recipe->number[1]);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

static void close_worker(worker *at) {
    lua_close(at->L);
    free(at);
}

/* What the error on top of the stack says, in one line. */
static by_status fail(worker *at, int status, by_error *err) {
    if (at->interrupted) {
        return by_fail(err, BY_CANCELLED, "interrupted");
    }
    if (status == LUA_ERRMEM) {
        return by_fail(err, BY_LIMIT, "takes more than %d MB of memory", MEMORY_MB_MAX);
    }
    const char *text =
        lua_isstring(at->L, -1) ? lua_tostring(at->L, -1) : "raised an error without a text";
    return by_fail(err, BY_STRATEGY, "%.*s", (int)strcspn(text, "\n"), text);
}

/* A state that nobody uses, or a new one. */
static by_status take_worker(custom *of, worker **out, by_error *err) {
    pthread_mutex_lock(&of->lock);
    worker *at = of->idle;
    if (at != NULL) {
        of->idle = at->next;
    }
    pthread_mutex_unlock(&of->lock);
    *out = at;
    if (at != NULL) {
        return BY_OK;
    }
    at = calloc(1, sizeof *at);
    if (at == NULL || (at->L = new_state(at)) == NULL) {
        free(at);
        return by_fail_nomem(err, sizeof *at);
    }
    job task = {.at = at, .of = of};
    const int status = lua_cpcall(at->L, open_worker, &task);
    if (status != 0) {
        const by_status failed = fail(at, status, err);
        close_worker(at);
        return failed;
    }
    *out = at;
    return BY_OK;
}

/* The function of by_custom. */
static int32_t compute(void *context, const by_recipe *recipe, const by_inputs *inputs,
                       int32_t count, double *out, by_error *err) {
    custom *of = context;
    worker *at;
    by_status status = take_worker(of, &at, err);
    if (status != BY_OK) {
        return status;
    }
    job task = {.at = at, .recipe = recipe, .inputs = inputs, .out = out, .count = count};
    const int failed = lua_cpcall(at->L, run, &task);
    if (failed != 0) { /* and what the error left behind goes with the state */
        status = fail(at, failed, err);
        close_worker(at);
        return status;
    }
    pthread_mutex_lock(&of->lock);
    at->next = of->idle;
    of->idle = at;
    pthread_mutex_unlock(&of->lock);
    return BY_OK;
}

static int collect(lua_State *L) {
    custom *of = lua_touserdata(L, 1);
    while (of->idle != NULL) {
        worker *at = of->idle;
        of->idle = at->next;
        close_worker(at);
    }
    pthread_mutex_destroy(&of->lock);
    return 0;
}

int custom_new(lua_State *L) {
    size_t size;
    const char *program = luaL_checklstring(L, 1, &size);
    custom *of = lua_newuserdata(L, sizeof *of + size);
    memset(of, 0, sizeof *of);
    of->program_size = size;
    memcpy(of->program, program, size);
    pthread_mutex_init(&of->lock, NULL);
    if (luaL_newmetatable(L, KIND)) {
        lua_pushcfunction(L, collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return 1;
}

int custom_function(lua_State *L) {
    int32_t (*function)(void *, const by_recipe *, const by_inputs *, int32_t, double *,
                        by_error *) = compute;
    void *address;
    memcpy(&address, &function, sizeof address); /* ISO C has no cast for it */
    lua_pushlightuserdata(L, address);
    return 1;
}
