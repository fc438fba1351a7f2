// Command provider is an OpenID Connect provider in a process of its own, for the
// tests of single sign-on. Its addresses are loopback's; its users come from a file.
package main

import (
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func main() {
	if err := serve(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		slog.Error("provider", "error", err)
		os.Exit(1)
	}
}

func serve(addr, users, callback string) error {
	store, err := storage.StoreFromFile(users)
	if err != nil {
		return err
	}
	storage.RegisterClients(storage.WebClient("minping", "provider-secret", callback))
	issuer := "http://" + addr + "/"
	router := exampleop.SetupServer(issuer, storage.NewStorage(store), slog.New(slog.DiscardHandler), false)
	server := &http.Server{Addr: addr, Handler: router, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}
