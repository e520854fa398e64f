//go:build !unix

package pixazo

import "os"

func pollable(int) *os.File { return nil }

// stopWaiting has nothing to do: pz_client_shutdown wakes who waits in the library.
func (c *Client) stopWaiting() {}
