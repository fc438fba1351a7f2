// Package blobs keeps files where the configuration says: in a folder, or in a
// store that speaks S3. It owns no table: who keeps a file keeps its name and its key.
//
// A file is encrypted as it is written, under a key of its own (SM4-GCM, from the
// vault), in pieces of 64 KB that are bound to the file's name, their place in it and
// to whether they are the last one. So neither the folder nor the store knows what it
// keeps, pieces cannot be swapped or cut off, and memory holds two of them at a time.
//
// Invariants:
//   - A name is written once, with one key. A second writing under the same key would give its secret away.
//   - Put returns after the file is whole and, in a folder, on the disk. What fails half-way leaves nothing under its name.
//   - Names are random; they hold no word of a person.
package blobs
