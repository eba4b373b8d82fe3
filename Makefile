# make setup numpy     build spkg, then numpy and all that it needs, and install them in local/
# make setup test      build everything and run the tests
# make help            the other targets

SHELL := /bin/bash
SPKG := $(CURDIR)/.build/release/spkg
PACKAGES := build/make/packages.mk
OWN_TARGETS := help setup build install uninstall test test-real test-power fmt check bench clean

.PHONY: $(OWN_TARGETS)

help:
	@echo 'make setup         install what building needs (apt-get on Debian)'
	@echo 'make build         the release binary, .build/release/spkg'
	@echo 'make install       install spkg itself, PREFIX=/usr/local; make uninstall removes it'
	@echo 'make test          all tests'
	@echo 'make test-real     recipes of a real distribution: TREE=~/sage LIST=Tests/Real/sage-10.5.txt'
	@echo 'make test-power    cut the power of a virtual machine while the release binary works'
	@echo 'make fmt           format the sources'
	@echo 'make check         formatting and warnings, as CI sees them'
	@echo 'make bench         compare with pip and uv in one run'
	@echo 'make clean         remove what was built of spkg itself; local/ stays'
	@echo 'make NAME          build and install the package NAME of build/pkgs'
	@echo 'make NAME-clean    uninstall it'
	@echo 'make list          the names of all packages'

setup:
	@.ci/setup

build: $(SPKG)

# With `make setup …`, setup comes first; otherwise it is nobody's prerequisite.
SETUP_FIRST := $(filter setup,$(MAKECMDGOALS))

SOURCES := Package.swift $(shell find Sources -type f)
$(SPKG): $(SOURCES) | $(SETUP_FIRST)
	swift build -c release --product spkg --static-swift-stdlib --disable-local-rpath
	@touch $@

# PREFIX/bin/spkg, in PREFIX/libexec/spkg what recipes' scripts call, and in PREFIX/share the manual, completions
# and schemas. DESTDIR is for who makes a package.
PREFIX := /usr/local
LIBEXEC = $(DESTDIR)$(PREFIX)/libexec/spkg
SHARE = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETION = $(SHARE)/bash-completion/completions/spkg
ZSH_COMPLETION = $(SHARE)/zsh/site-functions/_spkg
FISH_COMPLETION = $(SHARE)/fish/vendor_completions.d/spkg.fish
install: $(SPKG)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(LIBEXEC)'
	install -m 644 build/bin/sage-dist-helpers '$(LIBEXEC)'
	install -m 755 $(filter-out %/sage-dist-helpers,$(wildcard build/bin/*)) '$(LIBEXEC)'
	install -s -m 755 '$(SPKG)' '$(DESTDIR)$(PREFIX)/bin/spkg'
	install -d '$(SHARE)/man/man1' '$(SHARE)/spkg/schemas' '$(SHARE)/bash-completion/completions' \
		'$(SHARE)/zsh/site-functions' '$(SHARE)/fish/vendor_completions.d'
	set -o pipefail; '$(SPKG)' --experimental-dump-help | python3 Sources/SpkgCommands/Manual/manual.py \
		"$$('$(SPKG)' --version | cut -d ' ' -f 2)" '$(SHARE)/man/man1'
	'$(SPKG)' --generate-completion-script bash >'$(BASH_COMPLETION)'
	'$(SPKG)' --generate-completion-script zsh >'$(ZSH_COMPLETION)'
	'$(SPKG)' --generate-completion-script fish >'$(FISH_COMPLETION)'
	install -m 644 Sources/SpkgCommands/Schemas/* '$(SHARE)/spkg/schemas'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/spkg' '$(BASH_COMPLETION)' '$(ZSH_COMPLETION)' '$(FISH_COMPLETION)'
	rm -f '$(SHARE)/man/man1/spkg.1' '$(SHARE)/man/man1/'spkg-*.1
	rm -rf '$(LIBEXEC)' '$(SHARE)/spkg'

# Tools that tests compare with, in an environment of their own.
ORACLES := .build/oracles
$(ORACLES)/.done: .ci/oracles.txt | $(SETUP_FIRST)
	python3 -m venv --clear $(ORACLES)
	$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check -r .ci/oracles.txt
	@touch $@

# Installers that can't share an environment with the oracles, and real wheels for all of them.
CLIENTS := .build/clients
$(CLIENTS)/.done: .ci/clients.txt | $(SETUP_FIRST)
	python3 -m venv --clear $(CLIENTS)
	$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check -r .ci/clients.txt
	@touch $@

TEST_WHEELS := .build/wheels-for-tests
$(TEST_WHEELS)/.done: .ci/wheels.txt $(ORACLES)/.done
	rm -rf $(TEST_WHEELS)
	$(ORACLES)/bin/python -m pip download --quiet --disable-pip-version-check \
		--no-deps --only-binary=:all: --dest $(TEST_WHEELS) -r .ci/wheels.txt
	@touch $@

# The release program, as it is installed: the thousands of runs of the sweeps take a fifth of the time.
test: $(SPKG) $(ORACLES)/.done $(CLIENTS)/.done $(TEST_WHEELS)/.done | $(SETUP_FIRST)
	PATH="$(CURDIR)/$(ORACLES)/bin:$(CURDIR)/$(CLIENTS)/bin:$$PATH" \
		SPKG_TEST_PROGRAM='$(SPKG)' swift test --no-parallel

# In a copy: TREE stays as it is. ONLY="six numpy" for these of the list and what they need.
LIST := Tests/Real/recipes.txt
test-real: $(SPKG)
	python3 Tests/Real/real.py '$(TREE)' $(SPKG) '$(LIST)' $(ONLY)

# POWER='--cuts 300 --only wheel' for more or less of it; see Tests/Power/cuts.py.
test-power: $(SPKG)
	python3 Tests/Power/cuts.py $(SPKG) .build/power $(POWER)

# ROUNDS=9 for quieter figures.
bench: $(SPKG) $(ORACLES)/.done
	$(ORACLES)/bin/python Tests/Bench/bench.py $(SPKG) .bench $(ROUNDS)
	$(ORACLES)/bin/python Tests/Bench/schedule.py $(SPKG) .bench
	$(ORACLES)/bin/python Tests/Bench/scale.py $(SPKG) .bench

fmt:
	swift format -i -r -p Package.swift Sources Tests

check:
	swift format lint --strict -r -p Package.swift Sources Tests

clean:
	rm -rf .build $(PACKAGES)

# Targets for packages: written by spkg from build/pkgs.
ifneq ($(filter-out $(OWN_TARGETS) .build/%,$(MAKECMDGOALS)),)
RECIPES := $(wildcard build/pkgs build/pkgs/* build/pkgs/*/*)
$(PACKAGES): $(SPKG) $(RECIPES)
	@SAGE_ROOT='$(CURDIR)' $(SPKG) makefile --output $@
	@touch $@
include $(PACKAGES)
endif
