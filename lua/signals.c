/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { GRACE_S = 2 }; /* for code to end behind the second signal */

static atomic_int interrupt_count;       /* threads of indicators look at it, too */
static volatile sig_atomic_t breakable;  /* 1 while code may be broken into by the first signal */
static lua_State *volatile signal_state; /* NULL: nothing to break into */
static volatile sig_atomic_t in_session; /* 1: signals stop what runs, and never the program */
static volatile sig_atomic_t terminated; /* 1: somebody asked a session to end */

int signals_interrupted(lua_State *L) {
    lua_pushinteger(L, interrupt_count);
    return 1;
}

static void break_in(lua_State *L, lua_Debug *where) {
    (void)where;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted");
}

int signals_breakable(lua_State *L) {
    const sig_atomic_t outer = breakable;
    breakable = 1;
    if (in_session && !outer && interrupt_count > 0) {
        lua_sethook(L, break_in, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
    }
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    breakable = outer;
    if (in_session && !outer) {
        lua_sethook(L, NULL, 0, 0); /* of a signal that came too late to break into anything */
    }
    lua_pushboolean(L, status == 0);
    lua_insert(L, 1);
    return lua_gettop(L);
}

int signals_session(lua_State *L) {
    in_session = lua_toboolean(L, 1);
    return 0;
}

int signals_resume(lua_State *L) {
    (void)L;
    interrupt_count = 0;
    return 0;
}

int signals_terminated(lua_State *L) {
    lua_pushboolean(L, terminated);
    return 1;
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
    terminated = terminated || number == SIGTERM;
    if (in_session) {
        if (signal_state != NULL && breakable) {
            lua_sethook(signal_state, break_in, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
        }
        return;
    }
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

int signals_asked(void) {
    return interrupt_count > 0;
}

int signals_in_session(void) {
    return in_session;
}

void signals_release(lua_State *L) {
    signal_state = NULL;
    lua_sethook(L, NULL, 0, 0);
}

void signals_catch(lua_State *L) {
    signal_state = L;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGALRM, on_alarm);
}
