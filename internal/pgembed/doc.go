// Package pgembed runs a private PostgreSQL under the program's data directory, for machines without a configured database.
//
// It owns these files of the data directory (Config.Dir):
//
//	pg             the cluster, or a symbolic link to it
//	pg.secret      password of the superuser "minping" (0600)
//	pg.lock        a shared flock per user of the cluster; the kernel frees it, whatever ends the process
//	pg.start.lock  an exclusive flock around start, stop and initdb
//
// Invariants: the server lives as long as somebody holds pg.lock, and longer only if its last user was killed; such an orphan is
// joined by the next Acquire. A cluster appears under its name only when initdb has finished. Nothing here ever deletes a finished cluster.
//
// PostgreSQL refuses to run as root. A root program therefore runs it as "postgres" or else "nobody", and where that account
// cannot enter the data directory the cluster is placed in /var/lib/minping-<hash of the directory's path>.
package pgembed
