/* SPDX-License-Identifier: MIT
 *
 * The host: the one room where C meets the Lua C API. Everything else that Lua needs from C goes
 * through the FFI.
 */
#ifndef BY_LUA_HOST_H
#define BY_LUA_HOST_H

#include <lua.h>

/* A Lua module that is kept in the program as source text, or an asset such as report/page.css; a
 * list of them ends with a NULL name. */
typedef struct host_module {
    const char *name;
    const char *chunk_name;
    const char *text;
    const char *text_end;
} host_module;

extern const host_module host_modules[];

/* A new state with the standard libraries, the embedded modules and the module banyan.host; modules
 * are read from `lua_directory` instead when it is not NULL. NULL when memory is short. */
lua_State *host_open(const char *lua_directory);
/* Before the program ends: closes the stores and all else that Lua still holds of C. Lua's own
 * memory is left to the system where nothing is to be seen of it: not in variants that look for
 * leaks, nor behind scripts with finalizers of their own (host.finalizers). */
void host_close(lua_State *L);

enum { HOST_NO_MODULE = -1 };

/* Pushes an embedded module as a chunk; or a message, and returns the Lua status or HOST_NO_MODULE.
 */
int host_load_embedded(lua_State *L, const char *name);
/* Calls the function below `argument_count` arguments on the stack, with a traceback for errors
 * that are not tables. Returns 0 and one result, or the Lua status and the error on the stack. */
int host_call(lua_State *L, int argument_count);

#endif
