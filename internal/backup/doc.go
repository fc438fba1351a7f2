// Package backup writes everything the platform keeps into one file and puts it
// back: the database as PostgreSQL's own pg_dump writes it, the files of the file
// store as they lie there (encrypted), and a manifest with the SM3 digest of each.
//
// The file is a tar archive, so that a machine without this program can open it, too:
//
//	db.dump          pg_dump --format=custom
//	files/NAME…      one for each file of the store
//	manifest.json    the last member; an archive without it is not whole
//
// Keys are never in it: whoever steals a backup shall not have what opens it.
//
// It needs pg_dump and pg_restore of the server's major version or a newer one.
//
// Glossary: 备份 backup, 恢复 restore, 清单 manifest.
package backup
