/* SPDX-License-Identifier: MIT
 *
 * Ctrl-C and SIGTERM: what runs is broken into, or told to end by itself.
 */
#ifndef BY_LUA_SIGNALS_H
#define BY_LUA_SIGNALS_H

#include <lua.h>

/* Makes Ctrl-C (SIGINT) and SIGTERM set the flag that banyan.host.interrupted() reads and break
 * into running Lua code of `L` the second time; the default action comes with the third. */
void signals_catch(lua_State *L);
/* Whether the user asked to stop. */
int signals_asked(void);
/* Whether code runs in an explorer, where Ctrl-C stops what runs and nothing else. */
int signals_in_session(void);
/* Before lua_close: from now on Ctrl-C breaks into nothing, and the third one still ends all. */
void signals_release(lua_State *L);

/* For Lua, in banyan.host. interrupted(): how often the user asked to stop. */
int signals_interrupted(lua_State *L);
/* Inside breakable(f, ...) the first Ctrl-C raises an error in Lua code; elsewhere only the second
 * does. */
int signals_breakable(lua_State *L);
/* session(on): from now on signals stop what runs inside breakable(), however often they come. */
int signals_session(lua_State *L);
/* resume(): forgets that the user asked to stop, once what ran has stopped. */
int signals_resume(lua_State *L);
/* terminated(): whether a session was asked to end, by SIGTERM. */
int signals_terminated(lua_State *L);

#endif
