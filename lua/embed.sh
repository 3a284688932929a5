#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the C file that holds the Lua modules as source text: embed.sh CDEF_FILE MODULE_FILE...
# The first file becomes the module banyan.cdef; lua/banyan/cli/run.lua becomes banyan.cli.run.
set -eu
entry() { # index, module name, chunk name, file
    printf '__asm__(".section .rodata\\nby_lua_%s:\\n.incbin \\"%s\\"\\n"\n' "$1" "$4"
    printf '        "by_lua_%s_end:\\n.byte 0\\n.previous\\n");\n' "$1"
    printf 'extern const char by_lua_%s[], by_lua_%s_end[];\n' "$1" "$1"
    rows="$rows    {\"$2\", \"@$3\", by_lua_$1, by_lua_$1_end},
"
}
rows=
printf '/* Made by lua/embed.sh. */\n#include "../../lua/host.h"\n'
entry 0 banyan.cdef banyan/cdef.lua "$1"
shift
index=0
for file in "$@"; do
    index=$((index + 1))
    module=${file#lua/}
    module=${module%.lua}
    module=$(printf '%s' "${module%/init}" | tr / .)
    entry "$index" "$module" "$file" "$file"
done
printf 'const host_module host_modules[] = {\n%s    {0, 0, 0, 0},\n};\n' "$rows"
