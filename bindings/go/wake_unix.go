//go:build unix

package pixazo

import (
	"os"
	"syscall"
	"time"
)

// pollable gives a file for Go's poller on the library's descriptor, a duplicate of it because a file closes what it holds;
// nil if it cannot be had or the poller does not take it.
func pollable(descriptor int) *os.File {
	if descriptor < 0 {
		return nil
	}
	syscall.ForkLock.RLock()
	duplicate, err := syscall.Dup(descriptor)
	if err == nil {
		syscall.CloseOnExec(duplicate)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil
	}
	file := os.NewFile(uintptr(duplicate), "pixazo wakeup") // the descriptor does not block, so this puts it into the poller
	if file.SetReadDeadline(time.Time{}) != nil {
		file.Close()
		return nil
	}
	return file
}

// stopWaiting makes the pump look once more.
func (c *Client) stopWaiting() {
	if c.wake != nil {
		c.wake.SetReadDeadline(time.Unix(1, 0))
	}
}
