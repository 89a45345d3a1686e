# Everything that these commands make lies in .local/ (git-ignored). See tests/site/README.md.
PYTHON ?= python3
# An existing bench and one of its sites: make test BENCH=/path/to/bench SITE=name
BENCH ?=
SITE ?=
# How many sites the site tests run on side by side; a site for each core unless told.
JOBS ?=

HARNESS = $(PYTHON) tests/site
WHERE = $(if $(BENCH),--bench $(BENCH)) $(if $(SITE),--site "$(SITE)")
SHARED = $(if $(JOBS),--jobs $(JOBS))

.PHONY: test site-test lifecycle kill-test demo lint bench setup stop clean

# All tests: the plain ones, and beside them the site tests on fresh sites.
test:
	$(HARNESS) test $(WHERE) $(SHARED)

# Site tests only; ARGS go to Frappe: make site-test ARGS="--module cs_center.tests.domain.test_x" KEEP=1
site-test:
	$(HARNESS) site-test $(WHERE) $(SHARED) $(if $(KEEP),--keep) $(ARGS)

# What the stand-in claims about a ticket's life, asked of a real site that does not have the app yet.
lifecycle:
	$(HARNESS) lifecycle $(WHERE)

# Passes and senders are killed at random points: make kill-test ARGS="--kills 5 --tickets 100 --seed 1"
kill-test:
	$(HARNESS) kill-test $(WHERE) $(if $(KEEP),--keep) $(ARGS)

demo:
	$(HARNESS) demo

lint:
	$(HARNESS) lint

bench:
	$(HARNESS) bench $(WHERE) $(ARGS)

# Prepare everything and keep MariaDB and Redis running until `make stop`.
setup:
	$(HARNESS) setup $(WHERE)

stop:
	$(HARNESS) stop

clean:
	$(HARNESS) clean
