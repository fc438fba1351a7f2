package panel

import (
	"os"
	"testing"

	"minping/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
