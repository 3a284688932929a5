#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the C file that holds the Lua modules and assets as they are: embed.sh CDEF_FILE NOTES_FILE FILE...
# The first two files become banyan.cdef and banyan.indicator_notes; lua/banyan/cli/run.lua becomes banyan.cli.run;
# lua/banyan/report/page.css becomes the asset report/page.css; and a file from elsewhere keeps its last name alone.
set -eu
entry() { # index, name, chunk name, file
    printf '__asm__(".section .rodata\\nby_lua_%s:\\n.incbin \\"%s\\"\\n"\n' "$1" "$4"
    printf '        "by_lua_%s_end:\\n.byte 0\\n.previous\\n");\n' "$1"
    printf 'extern const char by_lua_%s[], by_lua_%s_end[];\n' "$1" "$1"
    rows="$rows    {\"$2\", \"@$3\", by_lua_$1, by_lua_$1_end},
"
}
rows=
printf '/* Made by lua/embed.sh. */\n#include "../../lua/host.h"\n'
entry 0 banyan.cdef banyan/cdef.lua "$1"
entry 1 banyan.indicator_notes banyan/indicator_notes.lua "$2"
shift 2
index=1
for file in "$@"; do
    index=$((index + 1))
    case $file in
    *.lua)
        name=${file#lua/}
        name=${name%.lua}
        name=$(printf '%s' "${name%/init}" | tr / .)
        ;;
    lua/banyan/*) name=${file#lua/banyan/} ;;
    *) name=${file##*/} ;;
    esac
    entry "$index" "$name" "$file" "$file"
done
printf 'const host_module host_modules[] = {\n%s    {0, 0, 0, 0},\n};\n' "$rows"
