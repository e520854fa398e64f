//go:build !cgo || pixazo_purego

// Package native is the C library, function by function: cgo.go over cgo, purego.go over purego; see bindings/abi/emit_go.py.
package native

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/ebitengine/purego"
)

// Flavour is how the library is called.
const Flavour = "purego"

var (
	once    sync.Once
	problem error
)

// Load opens the library that PIXAZO_LIBRARY names, or the one the system finds, and every function in it; once.
func Load() error {
	once.Do(func() { problem = load() })
	return problem
}

func load() error {
	path := os.Getenv("PIXAZO_LIBRARY")
	if path == "" {
		path = "libpixazo.so.1"
		if runtime.GOOS == "darwin" {
			path = "libpixazo.1.dylib"
		}
	}
	library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return fmt.Errorf("the library cannot be loaded (PIXAZO_LIBRARY may name its file): %w", err)
	}
	for _, symbol := range symbols {
		address, err := purego.Dlsym(library, symbol.name)
		if err != nil {
			return fmt.Errorf("%s is older than this binding: %w", path, err)
		}
		purego.RegisterFunc(symbol.fn, address)
	}
	if found := Version(); found>>16 != PZ_API_VERSION>>16 {
		return fmt.Errorf("%s is libpixazo %s, this binding is for libpixazo %d", path, VersionString(), PZ_API_VERSION>>16)
	}
	return nil
}
