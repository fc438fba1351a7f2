package console

// NextPath is for the fuzz test outside the package.
var NextPath = nextPath
