# make run, make test, make lint, make bench, make install, make clean: see README.md.
# A build directory for each kind of build: BUILD=build (default), build/asan.

SHELL := /bin/bash
.DEFAULT_GOAL := all

# The one list of Debian packages. `make run` needs the first group alone.
PACKAGES := build-essential pkg-config libncurses-dev libpq-dev libsqlite3-dev libjansson-dev \
	libutf8proc-dev libfribidi-dev libical-dev libsodium-dev liblzma-dev ncurses-base
PACKAGES_TEST := libcmocka-dev libvterm-dev postgresql xz-utils sqlite3 procps
PACKAGES_LINT := clang clang-format clang-tidy cppcheck
PACKAGES_BENCH := tig htop sqlite3

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC ?= gcc
VERSION := 0.1.0

LIBS := ncursesw libpq sqlite3 jansson libutf8proc fribidi libical libsodium liblzma
OPTIMISE ?= -O2 -g
SANITIZE ?=
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes \
	-Wwrite-strings -Werror
CPPFLAGS_ALL = -I. -D_GNU_SOURCE -DSQLITE_ENABLE_SESSION -DSQLITE_ENABLE_PREUPDATE_HOOK \
	-DCOUNTERTOP_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(LIBS)) $(CPPFLAGS)
CFLAGS_ALL = -std=c11 $(OPTIMISE) $(WARNINGS) $(SANITIZE) $(CFLAGS)
LDLIBS_ALL = $(shell pkg-config --libs $(LIBS)) -lpthread -lm $(LDLIBS)

SOURCES := $(sort $(wildcard model/*.c sync/*.c tui/*.c tui/widgets/*.c tui/screens/*.c tui/cli/*.c))
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tui/main.c,$(SOURCES))) $(BUILD)/embedded.o
ASSETS := $(sort $(wildcard migrations/*.sql themes/*.json))

TESTS := $(sort $(wildcard tests/*/*_test.c))
TEST_HELPERS := $(sort $(filter-out %_test.c,$(wildcard tests/model/*.c tests/sync/*.c tests/tui/*.c)))
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(TESTS))
TEST_LIBS = $(shell pkg-config --libs cmocka vterm)

.PHONY: all
all: $(BUILD)/countertop

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# Migrations and themes are part of the program (model/asset.h): it needs no other file to run.
$(BUILD)/embedded.c: $(ASSETS) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "model/asset.h"'; n=0; \
	for f in $(ASSETS); do \
	  printf '__asm__(".section .rodata\\n.global asset_%d, asset_%d_end\\nasset_%d: .incbin \\"%s\\"\\nasset_%d_end: .byte 0\\n.previous\\n");\nextern const char asset_%d[], asset_%d_end[];\n' \
	    $$n $$n $$n $$f $$n $$n $$n; n=$$((n + 1)); done; \
	echo 'const struct asset assets[] = {'; n=0; \
	for f in $(ASSETS); do \
	  printf '    {"%s", asset_%d, asset_%d_end},\n' $$f $$n $$n; n=$$((n + 1)); done; \
	echo '};'; echo 'const size_t asset_count = sizeof assets / sizeof assets[0];'; } > $@
$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/libcountertop.a: $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/countertop: $(BUILD)/tui/main.o $(BUILD)/libcountertop.a
	$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) -o $@

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(patsubst %.c,$(BUILD)/%.o,$(TEST_HELPERS)) \
		$(BUILD)/libcountertop.a
	$(CC) $(SANITIZE) $(LDFLAGS) $^ $(LDLIBS_ALL) $(TEST_LIBS) -o $@

# Every test program, each kind of build; tests/run adds up what they say.
.PHONY: check
check: $(TEST_PROGRAMS) $(BUILD)/countertop
	BUILD=$(BUILD) bash tests/run $(TEST_PROGRAMS)

.PHONY: clean
clean:
	rm -rf build

-include $(shell [ -d $(BUILD) ] && find $(BUILD) -name '*.d')
