//go:build cgo && !pixazo_purego

// Package native is the C library, function by function: cgo.go over cgo, purego.go over purego; see bindings/abi/emit_go.py.
package native

/*
#cgo pkg-config: pixazo
#include <pixazo/pixazo.h>
#if PZ_API_VERSION >> 16 != 1
#error "this binding is for libpixazo 1"
#endif
*/
import "C"

// Flavour is how the library is called.
const Flavour = "cgo"

// Load has nothing to do: the library was linked.
func Load() error { return nil }
