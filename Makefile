# make run, make test, make lint, make bench, make demo-sync, make install, make clean: see README.md.
# A build directory for each kind of build: BUILD=build (default), build/asan.

SHELL := /bin/bash
.DEFAULT_GOAL := all
.SECONDARY: # keep objects, so that the next build is short

# The one list of Debian packages. `make run` needs the first group alone.
PACKAGES := build-essential pkg-config libncurses-dev libpq-dev libsqlite3-dev libjansson-dev \
	libutf8proc-dev libfribidi-dev libsodium-dev liblzma-dev libcrypt-dev liboath-dev libqrencode-dev \
	libhpdf-dev libical-dev libcurl4-openssl-dev ncurses-base tzdata
PACKAGES_TEST := libcmocka-dev libvterm-dev postgresql ncurses-term xz-utils procps \
	openssh-server openssh-client
PACKAGES_LINT := clang clang-format clang-tidy cppcheck universal-ctags
PACKAGES_BENCH := tig htop sqlite3 bc
PACKAGES_DEMO := tmux postgresql

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC ?= gcc
VERSION := 0.1.0

LIBS := ncursesw libpq sqlite3 jansson libutf8proc fribidi libsodium liblzma libcrypt liboath libqrencode \
	libical libcurl
LIB_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
LIB_LIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null)
OPTIMISE ?= -O2 -g
SANITIZE ?=
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes \
	-Wwrite-strings -Werror
CPPFLAGS_ALL = -I. -D_GNU_SOURCE -DSQLITE_ENABLE_SESSION -DSQLITE_ENABLE_PREUPDATE_HOOK \
	-DCOUNTERTOP_VERSION='"$(VERSION)"' $(LIB_CFLAGS) $(CPPFLAGS)
CFLAGS_ALL = -std=c11 $(OPTIMISE) $(WARNINGS) $(SANITIZE) $(CFLAGS)
LDLIBS_ALL = $(LIB_LIBS) -lhpdf -lpthread -lm $(LDLIBS)

SOURCES := $(sort $(wildcard model/*.c model/*/*.c sync/*.c tui/*.c tui/widgets/*.c tui/screens/*.c tui/cli/*.c))
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tui/main.c,$(SOURCES))) $(BUILD)/embedded.o
ASSETS := $(sort $(wildcard migrations/*.sql themes/*.json))

TESTS := $(sort $(wildcard tests/*/*_test.c))
TEST_HELPERS := $(sort $(filter-out %_test.c,$(wildcard tests/model/*.c tests/sync/*.c tests/tui/*.c)))
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(TESTS))
TEST_LIBS := $(shell pkg-config --libs cmocka vterm 2>/dev/null)

# A line for each step; V=1 shows the commands.
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-5s %s\n' $(1) $@)
PARALLEL := -j$(shell nproc)

.PHONY: all
all: $(BUILD)/countertop

# $(call install,PACKAGES): installs those that are missing, and says nothing when none is.
define install
	@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}\n' $$p 2>/dev/null \
	    | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "Installing" $$missing; \
	  sudo=$$([ $$(id -u) -eq 0 ] || echo sudo); \
	  $$sudo apt-get update -q && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing \
	    || { echo "These packages are needed and could not be installed:" $$missing; exit 1; }; \
	fi
endef

.PHONY: packages packages-test packages-lint packages-bench packages-demo
packages:
	$(call install,$(PACKAGES))
packages-test: packages
	$(call install,$(PACKAGES_TEST))
packages-lint: packages-test
	$(call install,$(PACKAGES_LINT))
packages-bench: packages-test
	$(call install,$(PACKAGES_BENCH))
packages-demo: packages
	$(call install,$(PACKAGES_DEMO))

# The packages come first: a build needs pkg-config to know its flags, so it is a make of its own.
DEMO_HOME = $${XDG_DATA_HOME:-$$HOME/.local/share}/countertop-demo
.PHONY: run
run: packages
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@export COUNTERTOP_HOME="$(DEMO_HOME)"; \
	[ -e "$$COUNTERTOP_HOME/store.db" ] || $(BUILD)/countertop demo || exit 1; \
	if [ -t 0 ] && [ -t 1 ]; then exec $(BUILD)/countertop; fi; \
	echo "Built $(BUILD)/countertop; the demo shop is in $$COUNTERTOP_HOME."; \
	echo "Start it in a terminal with: COUNTERTOP_HOME=$$COUNTERTOP_HOME $(BUILD)/countertop"

# Two terminals of the demo shop beside each other, with a centre that lives as long as they do.
.PHONY: demo-sync
demo-sync: packages-demo
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@BUILD=$(BUILD) bash tests/sync/demo

# The same tests in a plain build and under the address and undefined-behaviour sanitizers.
# (gcc sees truncated texts in sanitized code that the plain build knows to be none.)
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -Wno-format-truncation
.PHONY: test
test: packages-test
	@$(MAKE) --no-print-directory check-all

.PHONY: check-all
check-all:
	@$(MAKE) --no-print-directory $(PARALLEL) tests-plain
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=build/asan SANITIZE="$(SANITIZERS)" OPTIMISE="-O1 -g" tests-sanitized fuzzers
	@bash tests/run $(TESTS_OF_ALL_BUILDS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# Migrations and themes are part of the program (model/base/asset.h): it needs no other file to run.
# Their folders are older than it unless a file came or went.
$(BUILD)/embedded.c: $(ASSETS) migrations themes Makefile
	@mkdir -p $(@D)
	@{ echo '#include "model/base/asset.h"'; n=0; \
	for f in $(ASSETS); do \
	  printf '__asm__(".section .rodata\\n.global asset_%d, asset_%d_end\\nasset_%d: .incbin \\"%s\\"\\nasset_%d_end: .byte 0\\n.previous\\n");\nextern const char asset_%d[], asset_%d_end[];\n' \
	    $$n $$n $$n $$f $$n $$n $$n; n=$$((n + 1)); done; \
	echo 'const struct asset assets[] = {'; n=0; \
	for f in $(ASSETS); do \
	  printf '    {"%s", asset_%d, asset_%d_end, "%s"},\n' $$f $$n $$n $$(sha256sum < $$f | cut -d' ' -f1); n=$$((n + 1)); done; \
	echo '};'; echo 'const size_t asset_count = sizeof assets / sizeof assets[0];'; } > $@
$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/libcountertop.a: $(OBJECTS)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(BUILD)/countertop: $(BUILD)/tui/main.o $(BUILD)/libcountertop.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) -o $@

# An archive, so that a test links only the helpers it asks for, and what stands in for a part of the
# program does not meet the part itself.
$(BUILD)/libtests.a: $(patsubst %.c,$(BUILD)/%.o,$(TEST_HELPERS))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(BUILD)/libtests.a $(BUILD)/libcountertop.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) $(TEST_LIBS) -o $@

FUZZERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/driver.o \
		$(BUILD)/libcountertop.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) -o $@

# In `make test` the tests of model/ and the fuzzers run sanitized, the others as the program is built,
# and again sanitized where they walk C that takes what comes from outside: the line of the exchange,
# keys and texts. (`make check BUILD=build/asan SANITIZE=…` runs all of them so.)
TESTS_TWICE := $(patsubst %,tests/sync/%_test.c,agent counter enroll hello login pipeline printing \
		proxy pull push row session snapshot) \
	$(patsubst %,tests/tui/%_test.c,awkward awkward_screens editor form grid key paint paper \
		sale_screen script)
TESTS_PLAIN = $(filter-out tests/model/%,$(TESTS))
TESTS_SANITIZED = $(filter tests/model/% $(TESTS_TWICE),$(TESTS))
TESTS_OF_ALL_BUILDS = $(patsubst %.c,build/%,$(TESTS_PLAIN)) $(patsubst %.c,build/asan/%,$(TESTS_SANITIZED)) \
	$(patsubst $(BUILD)/%,build/asan/%,$(FUZZERS))

.PHONY: tests tests-plain tests-sanitized fuzzers
tests-plain: $(patsubst %.c,$(BUILD)/%,$(TESTS_PLAIN)) $(BUILD)/countertop
tests-sanitized: $(patsubst %.c,$(BUILD)/%,$(TESTS_SANITIZED)) $(BUILD)/countertop
tests: $(TEST_PROGRAMS) $(BUILD)/countertop
fuzzers: $(FUZZERS)
# The tests of one build, without installing anything.
.PHONY: check
check: tests
	@bash tests/run $(TEST_PROGRAMS)

# Random histories over real stores, a real centre and lines that fail (tests/sync/torture.h): SEEDS
# of them within MINUTES, from FIRST on, of STEPS each; SEED=n tells one of them. In memory, where
# there is a folder for that: most of a server's work here is making and dropping databases.
.PHONY: torture torture-mutations
SEEDS ?= 1000
MINUTES ?= 60
torture torture-mutations: export TEST_FOLDER ?= $(if $(wildcard /dev/shm/.),/dev/shm,/tmp)
torture: packages-test
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/sync/torture_test
	@SEEDS=$(SEEDS) MINUTES=$(MINUTES) $(BUILD)/tests/sync/torture_test
# Each cure undone once, until a history fails (tests/sync/mutations).
torture-mutations: packages-test
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/sync/torture_test
	@BUILD=$(BUILD) SEEDS=40 bash tests/sync/mutate
# One file made worse, before the library that has it as it should be.
$(BUILD)/mutant: $(BUILD)/tests/sync/torture_test
	$(Q)$(CC) $(CPPFLAGS_ALL) -DMUTATE_$(MUTATE) $(CFLAGS_ALL) $(MUTANT) $(BUILD)/tests/sync/torture_test.o \
	  $(BUILD)/libtests.a $(BUILD)/libcountertop.a $(LDLIBS_ALL) $(TEST_LIBS) -o $@
.PHONY: $(BUILD)/mutant

.PHONY: lint
lint: packages-lint
	@bash tests/lint

# SCALE=small: the demo shop alone, and fewer keys.
SCALE ?= large
BENCH_HELPERS := tests/bench/measure.c tests/bench/till.c tests/sync/proxy.c tests/sync/folder.c
BENCHES := $(patsubst %.c,$(BUILD)/%,$(filter-out $(BENCH_HELPERS),$(wildcard tests/bench/*.c)))
.PHONY: bench
bench: packages-bench
	@$(MAKE) --no-print-directory $(PARALLEL) all $(BENCHES)
	@BUILD=$(BUILD) SCALE=$(SCALE) bash tests/bench/run
	@BUILD=$(BUILD) SCALE=$(SCALE) bash tests/bench/run-sync
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_HELPERS:%.c=$(BUILD)/%.o) \
		$(BUILD)/libcountertop.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) -o $@

.PHONY: install
install: all
	install -Dm755 $(BUILD)/countertop $(DESTDIR)$(PREFIX)/bin/countertop
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/man/man1
	$(BUILD)/countertop help --completion > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/countertop
	$(BUILD)/countertop help --man > $(DESTDIR)$(PREFIX)/share/man/man1/countertop.1

.PHONY: clean
clean:
	rm -rf build

-include $(shell [ -d $(BUILD) ] && find $(BUILD) -name '*.d')
