# `make help` lists the targets. CI runs .ci/run, which needs nothing of this file.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
IMAGE    ?= minping:$(VERSION)
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help run demo build test race lint fmt bench docker clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## serve on 127.0.0.1:8080 with a private PostgreSQL under ./data
	go run ./server

demo: ## serve the demonstration city
	go run ./server demo

build: ## build the static program bin/minping
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/minping ./server

test: ## run all tests
	go test ./...

race: ## run the tests in which goroutines meet under the race detector (needs a C compiler)
	go test -race -p 1 $$(cat .ci/race-packages)

lint: ## gofmt, go vet, golangci-lint
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run make fmt'; exit 1; }
	go vet ./...
	go run $(LINT) run ./...

fmt: ## format the sources
	gofmt -w .

bench: ## measure the running demonstration (bench --help tells more)
	go run ./bench

docker: ## build the container image
	docker build --build-arg VERSION='$(VERSION)' -t '$(IMAGE)' .

clean: ## remove what build made
	rm -rf bin
