# Overlay. `make lab` and `make test` set up everything they need on a fresh Debian or Ubuntu machine (root, .NET 10 SDK).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help lab lab-down test conformance kernels upgrade cluster e2e-kind bench crds fmt build publish images images-lock setup clean

help:            ## Say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:           ## Install missing system packages, check the SDK
	@eng/setup.sh

lab: setup       ## A three-node cluster on this machine, the packet's way live, then it stays up for you: STACK=ipv4|dual|ipv6
	@eng/publish.sh agent operator plugin lab cli
	@command -v kubectl >/dev/null || eng/kubectl.sh >/dev/null || [ -x artifacts/tools/kubectl-1.20 ]
	@eng/lab.sh up $(if $(STACK),--stack $(STACK))

lab-down: setup  ## Remove the lab, whatever state it is in
	@eng/publish.sh lab
	@eng/lab.sh down

test: setup      ## All tests: unit, kernel, contract, end to end
	@eng/test.sh

conformance: setup ## The conformance cases: CASES=DIR MODE=pure|packets BACKEND=iptables|nftables ONLY=glob of case ids
	@eng/conformance.sh --cases "$(CASES)" --mode "$(MODE)" --backend "$(BACKEND)" --only "$(ONLY)"

upgrade: setup   ## From another revision to this one and back, under traffic: FROM=REVISION
	@eng/upgrade.sh "$(FROM)"

kernels: setup   ## Kernel tests on another kernel, emulated: KERNEL=bullseye|bookworm|trixie (or another Debian suite) TESTS='PROJECT:CLASSES ...'
	@eng/publish.sh agent plugin
	@set -f; eng/kernels.sh $(or $(KERNEL),bookworm) $(TESTS)

cluster: setup   ## Three real kubelets and a control plane on this machine, with Overlay (docs/real-cluster.md); eng/cluster.sh down
	@[ -x artifacts/cluster/bin/e2e.test ] || eng/cluster.sh build
	@eng/publish.sh cli && eng/images.sh && eng/kubectl.sh >/dev/null
	@eng/cluster.sh up && eng/cluster.sh install

e2e-kind:        ## The upstream tests on a cluster in containers (docker, kind, kubectl, helm, hydrophone; after make images)
	@eng/e2e-kind.sh

bench: setup     ## The figures; writes artifacts/bench/*.json
	@eng/publish.sh agent operator plugin lab bench
	@command -v kubectl >/dev/null || eng/kubectl.sh >/dev/null || [ -x artifacts/tools/kubectl-1.20 ]
	@eng/run.sh overlay-bench

crds: setup      ## Generate crds/*.yaml from the types in api/
	@eng/crds.sh

fmt:             ## Format the code (whitespace rules of .editorconfig)
	@dotnet format whitespace Overlay.sln --no-restore

build: setup     ## Build everything, warnings as errors
	@dotnet build Overlay.sln -c Release

publish: setup   ## The binaries, into artifacts/bin
	@eng/publish.sh agent operator plugin cli lab bench conformance

images: setup    ## The agent's and the operator's images as OCI archives with SBOMs, into artifacts/images
	@eng/images.sh

images-lock: setup ## Pin the Debian packages that the mirror has now in images/debian.lock
	@eng/debian.sh lock

clean:           ## Remove artifacts/, bin/ and obj/
	@rm -rf artifacts && find . -type d \( -name bin -o -name obj \) -not -path './.git/*' -prune -exec rm -rf {} +
