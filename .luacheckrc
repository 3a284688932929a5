-- SPDX-License-Identifier: MIT
std = "luajit"
max_line_length = 120
codes = true
files["tests/spec"].std = "luajit+busted"
