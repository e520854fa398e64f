package pixazo

import (
	"pixazo/internal/native"
)

// pump takes the library's events and hands each to its job, until the client is shut down and everything was taken. It is the
// only one that takes them.
func (c *Client) pump(n *native.Client) {
	defer close(c.pumped)
	if c.wake == nil {
		for c.await(n) == native.PZ_OK {
		}
		return
	}
	defer c.wake.Close()
	status := int32(native.PZ_AGAIN)
	if raw, err := c.wake.SyscallConn(); err == nil {
		// The goroutine sleeps in Go's poller between two calls of this function. Close ends that by a deadline in the past.
		raw.Read(func(uintptr) bool {
			status = c.drain(n)
			return status != native.PZ_AGAIN
		})
	}
	if status == native.PZ_AGAIN {
		for c.await(n) == native.PZ_OK {
		}
	}
}

// drain takes what is there now: PZ_AGAIN when there is no more for now, PZ_E_CLOSED when there never will be.
func (c *Client) drain(n *native.Client) int32 {
	for {
		var event *native.Event
		if status := native.ClientPollEvent(n, &event); status != native.PZ_OK {
			return status
		}
		c.deliver(event)
	}
}

// await takes one event, and waits for it in the library: for systems without a wakeup handle, and for the last ones. PZ_OK
// while there may be more.
func (c *Client) await(n *native.Client) int32 {
	var event *native.Event
	status := native.ClientWaitEvent(n, native.PZ_INFINITE, &event)
	if status == native.PZ_OK {
		c.deliver(event)
	}
	if status == native.PZ_AGAIN { // woken up without an event
		return native.PZ_OK
	}
	return status
}

func (c *Client) deliver(n *native.Event) {
	defer native.EventRelease(n)
	e := Event{
		Kind: EventKind(native.EventKind(n)), Seq: native.EventSeq(n), State: State(native.EventState(n)),
		Progress: native.EventProgress(n), Index: int(native.EventIndex(n)), Level: LogLevel(native.EventLogLevel(n)),
		Text: native.EventText(n), Field: native.EventField(n),
	}
	if failure := copyError(native.EventError(n)); failure != nil {
		e.Err = failure
	}
	handle := native.EventJob(n)
	if handle == nil {
		c.box.put(e)
		return
	}
	job, isNew := c.jobOf(native.EventJobID(n), handle, e.Kind == EventDone)
	if job == nil {
		return
	}
	if isNew {
		c.box.put(Event{Kind: EventState, Seq: e.Seq, Job: job, State: e.State})
	}
	switch e.Job = job; e.Kind {
	case EventDone:
		c.end(job, e.Seq)
		c.mu.Lock()
		if c.ending && len(c.jobs) == 0 {
			c.markIdle()
		}
		c.mu.Unlock()
	case EventOutput:
		e.Output = job.settle(native.EventOutput(n))
		job.box.put(e)
	default:
		job.box.put(e)
	}
}

// jobOf gives the job that an event is for: a new one if the library made it by itself, nil if its end was told already.
func (c *Client) jobOf(id uint64, handle *native.Job, done bool) (job *Job, isNew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	job = c.jobs[id]
	switch {
	case job != nil:
	case c.told[id]:
		if done {
			delete(c.told, id)
		}
		return nil, false
	default:
		job, isNew = c.adopt(native.JobRetain(handle), true), true
	}
	if done {
		delete(c.jobs, id)
	}
	return job, isNew
}
