package figures

import (
	"embed"
	"errors"
	"io/fs"
	"path"
)

//go:embed pages/_figures.html
var partials embed.FS

const partialName = "_figures.html"

// WithPartials gives an audience's page files with the partials of this package
// standing in the same directory, as web.Site.Parse wants them.
func WithPartials(files fs.FS, dir string) fs.FS { return joined{files, dir} }

type joined struct {
	fs.FS
	dir string
}

// Open finds the partials where the audience has no file of that name.
func (j joined) Open(name string) (fs.File, error) {
	f, err := j.FS.Open(name)
	if errors.Is(err, fs.ErrNotExist) && name == path.Join(j.dir, partialName) {
		return partials.Open("pages/" + partialName)
	}
	return f, err
}

// ReadDir lists the directory with the partials in it; fs.Glob asks for it.
func (j joined) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(j.FS, name)
	if err != nil || path.Clean(name) != path.Clean(j.dir) {
		return entries, err
	}
	more, err := fs.ReadDir(partials, "pages")
	return append(more, entries...), err
}
