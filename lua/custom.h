/* SPDX-License-Identifier: MIT
 *
 * Indicators written in Lua: each is computed in Lua states of its own, one a thread, that share
 * nothing with the state of scripts but the text that banyan.custom.carry makes of the function.
 */
#ifndef BY_LUA_CUSTOM_H
#define BY_LUA_CUSTOM_H

#include <lua.h>

#include "../engine/indicator.h"

/* Lua: custom(program) returns a userdata, the context of by_custom. */
int custom_new(lua_State *L);
/* Lua: the function of by_custom as light userdata. It may be called by several threads. */
int custom_function(lua_State *L);

#endif
