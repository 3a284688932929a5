# SPDX-License-Identifier: MIT
# banyan is built with plain make; `make help` lists the targets. Objects of a variant stay in build/VARIANT.

VARIANT ?= release
CC_fuzz := clang
CC_default := cc
ifeq ($(origin CC),default)
CC := $(or $(CC_$(VARIANT)),$(CC_default))
endif

OPT_release := -O3 -DNDEBUG
OPT_debug   := -O0 -g
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
OPT_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
OPT := $(OPT_$(VARIANT))
$(if $(OPT),,$(error unknown VARIANT '$(VARIANT)': use release, debug, asan, tsan, cov or fuzz))

PREFIX ?= /usr/local
B := build/$(VARIANT)

PACKAGES_BUILD := gcc libc6-dev pkg-config libluajit-5.1-dev lua-cjson-dev liblmdb-dev zlib1g-dev \
    libuv1-dev libcurl4-openssl-dev libyajl-dev libsqlite3-dev libedit-dev libjs-chart.js \
    ca-certificates
PACKAGES_TEST  := libcmocka-dev lua-busted nodejs openssl curl strace sqlite3 jq fish zsh \
    e2fsprogs mount dpkg-dev lintian mandoc chromium chromium-driver \
    slurmctld slurmd slurm-client munge
PACKAGES_LINT  := clang-format cppcheck lua-check universal-ctags
PACKAGES_DEB   := dpkg-dev
PACKAGES_FUZZ  := clang libclang-rt-14-dev

# Asked for when a rule runs, not when the Makefile is read: `make deps` may install pkg-config first.
LIB_CFLAGS = $(shell pkg-config --cflags luajit lmdb zlib libuv libcurl yajl sqlite3) -I/usr/include/lua5.1
# libcurl is opened when something is fetched (cache/fetch_curl.h).
LIB_LIBS   = -l:liblua5.1-cjson.a $(shell pkg-config --libs luajit lmdb zlib libuv yajl sqlite3 libedit) \
    -lm -lpthread
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes
# One rounding for every operation on every machine: no fused or reordered arithmetic. (No errno, so
# that a square root is an instruction.)
EXACT    := -ffp-contract=off -fno-fast-math -fno-math-errno -fexcess-precision=standard
ifneq (,$(filter clang%,$(notdir $(CC))))
EXACT    := -ffp-contract=off -fno-fast-math -fno-math-errno
endif
BASE     := -std=gnu11 -D_GNU_SOURCE -fvisibility=hidden $(EXACT) $(WARNINGS)
FLAGS     = $(BASE) $(OPT) $(CFLAGS)

ENGINE := $(wildcard engine/*.c engine/indicators/*.c)
CACHE  := $(wildcard cache/*.c)
HOST   := $(filter-out lua/main.c,$(wildcard lua/*.c))
MODULES := $(sort $(wildcard lua/banyan/*.lua lua/banyan/*/*.lua))
# What the pages of reports are made of; the chart library is Debian's.
CHART_JS := /usr/share/javascript/chart.js/chart.min.js
ASSETS := $(sort $(wildcard lua/banyan/*/*.css lua/banyan/*/*.js)) $(CHART_JS)
HEADERS := $(wildcard engine/*.h cache/*.h lua/api.h)
OBJECTS := $(patsubst %.c,$(B)/%.o,$(ENGINE) $(CACHE) $(HOST)) $(B)/embedded.o
TEST_COMMON := $(patsubst %.c,$(B)/%.o,$(filter-out \
    $(wildcard tests/test_*.c tests/fuzz_*.c) tests/replay.c,$(wildcard tests/*.c)))
# The plain indicators, which are compiled a second time, in long double (tests/exact.h).
EXACT_TWINS := $(patsubst %,$(B)/tests/exact/%.o,exact $(addprefix plain_,indicator halves window history \
    bars average range moment structure))
# What drives a fuzz target: libFuzzer, or else a main that replays files.
FUZZ_MAIN := $(if $(filter fuzz,$(VARIANT)),,$(B)/tests/replay.o)
TESTS   := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/test_*.c))
FUZZERS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/fuzz_*.c))

ifdef V
Q :=
else
Q := @
endif
SAY = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all deps deps-build deps-deb deps-lint deps-fuzz demo repl test check lint format fuzz fuzzers bench \
    docs man install uninstall deb clean help FORCE

## all: build the program, build/release/banyan (VARIANT=debug|asan|tsan|cov|fuzz for others)
all: $(B)/banyan

# The flags that the objects were made with: rewritten, and everything rebuilt, when they change.
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(CC) $(FLAGS)' | cmp -s - $@ || echo '$(CC) $(FLAGS)' > $@

$(B)/%.o: %.c $(B)/flags
	$(call SAY,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) $(LIB_CFLAGS) -MMD -MP -c $< -o $@

# The FFI declarations are the public headers themselves.
$(B)/cdef.lua: $(HEADERS) $(B)/flags
	@mkdir -p $(B)
	$(Q){ echo 'require("ffi").cdef [==['; $(CC) -E -P -DBY_CDEF lua/api.h; echo ']==]'; } > $@

# What the comments on top of the indicators' files say, by file.
$(B)/indicator_notes.lua: $(wildcard engine/indicators/*.c) $(B)/flags
	@mkdir -p $(B)
	$(Q){ echo 'return {'; for file in $(filter %.c,$^); do \
	    echo "[\"$$(basename $$file .c)\"] = [==["; sed '/\*\//q' $$file; echo ']==],'; done; echo '}'; } > $@

$(B)/embedded.c: $(B)/cdef.lua $(B)/indicator_notes.lua lua/embed.sh $(MODULES) $(ASSETS)
	$(Q)sh lua/embed.sh $(B)/cdef.lua $(B)/indicator_notes.lua $(MODULES) $(ASSETS) > $@

$(B)/embedded.o: $(B)/embedded.c
	$(Q)$(CC) $(FLAGS) $(LIB_CFLAGS) -c $< -o $@

# Objects, not an archive, and exported: the FFI looks symbols up by name at run time.
$(B)/banyan: $(OBJECTS) $(B)/lua/main.o
	$(call SAY,LD,$@)
	$(Q)$(CC) $(FLAGS) $(if $(filter fuzz,$(VARIANT)),-fsanitize=address,) -rdynamic $^ -o $@ $(LDFLAGS) $(LIB_LIBS)

$(B)/tests/test_%: $(B)/tests/test_%.o $(TEST_COMMON) $(OBJECTS)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(FLAGS) -rdynamic $^ -o $@ $(LDFLAGS) -lcmocka $(LIB_LIBS)

$(B)/tests/fuzz_%: $(B)/tests/fuzz_%.o $(FUZZ_MAIN) $(OBJECTS)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(FLAGS) $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,) -rdynamic $^ -o $@ $(LDFLAGS) $(LIB_LIBS)

# Only exact_indicator is seen of them: their other names are those of the plain ones.
$(B)/tests/exact/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) -include tests/exact_prelude.h -MMD -MP -c $< -o $@

$(B)/tests/exact.o: $(EXACT_TWINS)
	$(call SAY,LD,$@)
	$(Q)$(LD) -r $^ -o $@ && objcopy --keep-global-symbol=exact_indicator $@

-include $(OBJECTS:.o=.d) $(TEST_COMMON:.o=.d) $(EXACT_TWINS:.o=.d) $(wildcard $(B)/tests/*.d) $(B)/lua/main.d

# Packages that are missing, installed; the rule says what it does.
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
define INSTALL
@missing=; for package in $(1); do \
    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || \
        missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
    echo "installing Debian packages:$$missing"; \
    $(SUDO) apt-get update -q && \
        $(SUDO) env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends $$missing; \
fi
endef

## deps: install the Debian packages that building and testing need
deps:
	$(call INSTALL,$(PACKAGES_BUILD) $(PACKAGES_TEST))

deps-build:
	$(call INSTALL,$(PACKAGES_BUILD))

deps-deb:
	$(call INSTALL,$(PACKAGES_BUILD) $(PACKAGES_DEB))

deps-lint: deps
	$(call INSTALL,$(PACKAGES_LINT))

deps-fuzz: deps
	$(call INSTALL,$(PACKAGES_FUZZ))

## demo: build, fill a store with simulated prices, run a strategy, sweep it
demo: deps-build
	@$(MAKE) --no-print-directory all
	@BANYAN_PROGRAM=$(B)/banyan sh tests/demo.sh

## repl: build, and open the explorer
repl: deps-build
	@$(MAKE) --no-print-directory all
	@$(B)/banyan repl

## test: all tests of the variant, two at a time; the last line counts them
test: deps
	@$(MAKE) --no-print-directory check

## check: the same without looking for packages
check: all $(TESTS) $(B)/tests/libplain.so $(if $(filter fuzz,$(VARIANT)),,$(FUZZERS))
	@sh tests/run.sh $(B)

## lint: format, static analysis, luacheck, arrows between folders
lint: deps-lint $(B)/cdef.lua
	@sh tests/lint.sh '$(BASE)' '$(LIB_CFLAGS)'

## format: format the C sources in place
format:
	clang-format -i $(wildcard engine/*.[ch] engine/indicators/*.[ch] cache/*.[ch] lua/*.[ch] tests/*.[ch])

## fuzz: run each fuzzer for SECONDS (60) on its corpora
SECONDS ?= 60
fuzz: deps-fuzz
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzzers
	@sh tests/fuzz.sh build/fuzz $(SECONDS)

fuzzers: $(FUZZERS)

$(B)/tests/libplain.so: $(wildcard tests/plain*.c tests/plain*.h engine/*.h)
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) -fPIC -shared $(filter %.c,$^) -o $@ -lm

## bench: benchmarks, one JSON line each; with ONLY=WORD those alone that have it in their name
bench: deps
	@$(MAKE) --no-print-directory all $(B)/tests/libplain.so
	@$(B)/banyan lua tests/bench.lua
	@$(if $(ONLY),:,BANYAN_PROGRAM=$(B)/banyan $(B)/banyan lua tests/bench_loader.lua)

## docs: make the pages of docs/ that come from the sources anew
docs: all
	@for maker in docs/generate_*.lua; do \
	    page=$${maker#docs/generate_}; page=$${page%.lua}.md; \
	    $(B)/banyan lua $$maker >$(B)/$$page && mv $(B)/$$page docs/$$page || exit 1; \
	done

## man: the man pages, in build/VARIANT/man
man: all
	@rm -rf $(B)/man && mkdir -p $(B)/man && $(B)/banyan lua docs/man.lua $(B)/man

## install: program, pages, types and completions under PREFIX (/usr/local); DESTDIR is honoured
BINDIR = $(DESTDIR)$(PREFIX)/bin
SHAREDIR = $(DESTDIR)$(PREFIX)/share
ZSHDIR ?= zsh/site-functions
COMPLETIONS = bash-completion/completions/banyan $(ZSHDIR)/_banyan fish/vendor_completions.d/banyan.fish
install: all man
	install -D -m 755 $(B)/banyan $(BINDIR)/banyan
	install -D -m 644 -t $(SHAREDIR)/man/man1 $(B)/man/*.1
	install -D -m 644 -t $(SHAREDIR)/doc/banyan README.md
	install -D -m 644 -t $(SHAREDIR)/doc/banyan/docs $(wildcard docs/*.md)
	ln -sfn ../../banyan/strategies ../../banyan/examples $(SHAREDIR)/doc/banyan
	$(B)/banyan init --types $(SHAREDIR)/banyan >/dev/null
	install -D -m 644 -t $(SHAREDIR)/banyan/strategies $(wildcard strategies/*)
	install -D -m 644 -t $(SHAREDIR)/banyan/examples $(wildcard examples/*)
	$(Q)for path in $(COMPLETIONS); do \
	    mkdir -p $(SHAREDIR)/$${path%/*} && \
	        $(B)/banyan completion $${path%%[-/]*} >$(SHAREDIR)/$$path || exit 1; \
	done

## uninstall: remove it again
uninstall:
	rm -f $(BINDIR)/banyan $(COMPLETIONS:%=$(SHAREDIR)/%) $(SHAREDIR)/man/man1/banyan.1 \
	    $(SHAREDIR)/man/man1/banyan-*.1
	rm -rf $(SHAREDIR)/doc/banyan $(SHAREDIR)/banyan

## deb: a Debian package, build/deb/banyan_VERSION_ARCHITECTURE.deb
deb: deps-deb
	@$(MAKE) --no-print-directory all
	@rm -rf build/deb
	@$(MAKE) --no-print-directory install DESTDIR=build/deb/root PREFIX=/usr \
	    ZSHDIR=zsh/vendor-completions
	@sh .deb/build.sh $(B)/banyan build/deb/root build/deb

## help: list the targets
help:
	@sed -n 's/^## //p' Makefile

## clean: remove build/
clean:
	rm -rf build
