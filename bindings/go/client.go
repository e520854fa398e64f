package pixazo

import (
	"context"
	"encoding/json"
	"os"
	"sync"

	"pixazo/internal/native"
)

// Client is a key, a gateway, and the jobs sent with them. Close it when it is no longer needed.
type Client struct {
	box     *mailbox
	journal string

	life   sync.RWMutex   // held for reading while the library is called, for writing to take the handle away
	native *native.Client // nil once closed

	mu     sync.Mutex // held while jobs are made, so that the pump knows each one before its first event
	jobs   map[uint64]*Job
	lived  map[uint64]bool // with a journal: the jobs that were in this client; Restore leaves them alone
	told   map[uint64]bool // jobs whose end was told before their events came, if they come
	ending bool
	idle   chan struct{} // closed when ending and without jobs
	isIdle bool

	wake    *os.File // the library's wakeup handle in Go's poller; nil without one
	pumped  chan struct{}
	closing sync.Once
	closed  chan struct{}
}

// New makes a client.
func New(options Options) (*Client, error) {
	if err := native.Load(); err != nil {
		return nil, loadError(err)
	}
	o := options.build()
	if o == nil {
		return nil, statusError(native.PZ_E_VERSION)
	}
	defer native.OptionsFree(o)
	var n *native.Client
	var e *native.Error
	if err := check(native.ClientNew(o, &n, &e), e); err != nil {
		return nil, err
	}
	c := &Client{
		box: newMailbox(), journal: options.Journal, native: n, jobs: map[uint64]*Job{}, lived: map[uint64]bool{}, told: map[uint64]bool{},
		idle: make(chan struct{}), pumped: make(chan struct{}), closed: make(chan struct{}),
	}
	if !options.withoutHandle {
		c.wake = pollable(native.ClientWakeupHandle(n))
	}
	go c.pump(n)
	return c, nil
}

// call runs f unless the client is closed.
func (c *Client) call(f func(n *native.Client) int32) error {
	c.life.RLock()
	defer c.life.RUnlock()
	if c.native == nil {
		return statusError(native.PZ_E_CLOSED)
	}
	return check(f(c.native), nil)
}

// make runs f, which makes a job, and gives that job: the one that is known already if it is one.
func (c *Client) make(ctx context.Context, f func(n *native.Client, job **native.Job, e **native.Error) int32) (*Job, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.life.RLock()
	defer c.life.RUnlock()
	if c.native == nil {
		return nil, statusError(native.PZ_E_CLOSED)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return nil, statusError(native.PZ_E_CLOSED)
	}
	var n *native.Job
	var e *native.Error
	if err := check(f(c.native, &n, &e), e); err != nil {
		return nil, err
	}
	job := c.adopt(n, false)
	job.follow(ctx)
	return job, nil
}

// adopt takes the handle over and gives the Job for it. A job that has ended may have been delivered, and its EventDone does
// not come again: it is told here, unless it is sure that it comes. The caller holds mu.
func (c *Client) adopt(n *native.Job, comes bool) *Job {
	if known := c.jobs[native.JobID(n)]; known != nil {
		native.JobRelease(n)
		return known
	}
	job := newJob(n)
	if c.journal != "" {
		c.lived[job.id] = true
	}
	if State(native.JobState(n)).Terminal() && !comes {
		c.told[job.id] = true
		c.end(job, 0)
	} else {
		c.jobs[job.id] = job
	}
	return job
}

func (c *Client) end(job *Job, seq uint64) {
	job.finish()
	job.box.put(Event{Kind: EventDone, Seq: seq, Job: job, State: job.last.state, Progress: job.last.progress, Err: job.last.err})
	job.box.end()
}

// Generate sends the request, waits, and gives what was made. When the context ends the job is cancelled, and the error is
// both the context's and ErrCancelled.
func (c *Client) Generate(ctx context.Context, request Request) (*Result, error) {
	job, err := c.Submit(ctx, request)
	if err != nil {
		return nil, err
	}
	return job.Wait(context.Background()) // ends soon after ctx does: that cancels the job
}

// Submit checks the request completely, hands it to the library and returns at once. When the context ends the job is
// cancelled; context.Background() is for a job that nothing cancels. Network failures are the job's, not Submit's. A submit key
// that was used before gives that job; pictures that it has handed over already may be fetched again.
func (c *Client) Submit(ctx context.Context, request Request) (*Job, error) {
	r, err := request.build()
	if err != nil {
		return nil, err
	}
	defer native.RequestFree(r)
	return c.make(ctx, func(n *native.Client, job **native.Job, e **native.Error) int32 {
		return native.ClientSubmit(n, r, job, e)
	})
}

// Attach follows a request that was sent elsewhere: never a paid request. The endpoint may be "".
func (c *Client) Attach(ctx context.Context, remoteID, endpoint string, tag uint64) (*Job, error) {
	return c.make(ctx, func(n *native.Client, job **native.Job, e **native.Error) int32 {
		return native.ClientAttach(n, remoteID, endpoint, tag, job, e)
	})
}

// FetchAgain makes a job that fetches those outputs of an ended one that are not here: never a paid request. ErrNotFound says
// that there is nothing to fetch.
func (c *Client) FetchAgain(ctx context.Context, old *Job) (*Job, error) {
	return c.again(ctx, old, native.PZ_E_NOT_FOUND, native.ClientFetchAgain)
}

// Resubmit makes a job that sends the same request once more. acceptSecondCharge must be true unless the old job ended with
// ChargedNo. A job of which everything arrived is let go of, and is ErrUnsupported here unless it has a journal or a submit
// key: Submit its request again.
func (c *Client) Resubmit(ctx context.Context, old *Job, acceptSecondCharge bool) (*Job, error) {
	accept := int32(0)
	if acceptSecondCharge {
		accept = 1
	}
	return c.again(ctx, old, native.PZ_E_UNSUPPORTED, func(n *native.Client, job *native.Job, out **native.Job, e **native.Error) int32 {
		return native.ClientResubmit(n, job, accept, out, e)
	})
}

// again calls f with the old job's handle. A job whose handle was given back is looked for in the library; `missing` if it is
// not there either.
func (c *Client) again(ctx context.Context, old *Job, missing int32,
	f func(*native.Client, *native.Job, **native.Job, **native.Error) int32) (*Job, error) {
	return c.make(ctx, func(n *native.Client, job **native.Job, e **native.Error) int32 {
		old.mu.Lock()
		defer old.mu.Unlock()
		handle := old.native
		if handle == nil {
			if native.ClientFindJob(n, old.id, &handle) != native.PZ_OK {
				return missing
			}
			defer native.JobRelease(handle)
		}
		return f(n, handle, job, e)
	})
}

// FindJob gives the job with this id while it runs, or if it has a submit key; with a journal also every job in it.
func (c *Client) FindJob(id uint64) (*Job, error) {
	return c.make(context.Background(), func(n *native.Client, job **native.Job, _ **native.Error) int32 {
		if known := c.jobs[id]; known != nil {
			known.mu.Lock()
			defer known.mu.Unlock()
			if known.native != nil {
				*job = native.JobRetain(known.native)
				return native.PZ_OK
			}
		}
		return native.ClientFindJob(n, id, job)
	})
}

// Restore goes on with the jobs that the journal holds from earlier lives of the program, and gives them. Idempotent: those
// that live already are not among them. What was accepted is polled on, what was provably not sent is sent, and what is in
// between ends with ErrUncertain and is never sent again by itself.
func (c *Client) Restore() ([]*Job, error) {
	c.life.RLock()
	defer c.life.RUnlock()
	if c.native == nil {
		return nil, statusError(native.PZ_E_CLOSED)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return nil, statusError(native.PZ_E_CLOSED)
	}
	var alive []uint64
	if c.journal != "" {
		journal, err := OpenJournal(c.journal)
		if err != nil {
			return nil, err
		}
		for _, row := range journal.Jobs {
			var told struct {
				Stage     string
				Delivered bool
			}
			if json.Unmarshal(row.JSON, &told) == nil && (told.Stage != "ended" || !told.Delivered) && !c.lived[row.ID] {
				alive = append(alive, row.ID)
			}
		}
	}
	var e *native.Error
	if err := check(native.ClientRestore(c.native, nil, &e), e); err != nil {
		return nil, err
	}
	var jobs []*Job
	for _, id := range alive {
		var n *native.Job
		if native.ClientFindJob(c.native, id, &n) == native.PZ_OK {
			jobs = append(jobs, c.adopt(n, true))
		}
	}
	return jobs, nil
}

// DeliverWebhook hands over what the program's own server received: the path and the body. ErrNotFound: it is not for this
// client (answer 404). Nothing it says is believed; it makes the library ask for that job's status.
func (c *Client) DeliverWebhook(path string, body []byte) error {
	return c.call(func(n *native.Client) int32 { return native.ClientDeliverWebhook(n, path, body) })
}

// Forget drops the row of a job that has ended from the journal, and its submit key with it.
func (c *Client) Forget(id uint64) error {
	return c.call(func(n *native.Client) int32 { return native.ClientForget(n, id) })
}

// SetAPIKey sets the key for everything started from now on; "" removes it. Jobs that wait for a key go on.
func (c *Client) SetAPIKey(key string) error {
	return c.call(func(n *native.Client) int32 { return native.ClientSetAPIKey(n, key) })
}

// CancelAll cancels every job that has not ended.
func (c *Client) CancelAll() error { return c.call(native.ClientCancelAll) }

// Pause holds waiting jobs back; what was sent runs on. Deadlines run on too.
func (c *Client) Pause() error { return c.call(native.ClientPause) }

// Resume ends a pause.
func (c *Client) Resume() error { return c.call(native.ClientResume) }

// Next gives the next event of the client itself: EventLog, EventNeedKey, and EventState with a Job that the library made by
// itself, because a webhook proved that an uncertain submit (its OriginID) was accepted. io.EOF once the client is closed.
func (c *Client) Next(ctx context.Context) (Event, error) { return c.box.take(ctx) }

// Stats are counters since the client was made, and gauges of now.
type Stats struct {
	JobsLive, EventsQueued, BytesBuffered, BudgetReservedMicroUSD                    int64 // gauges
	Submits, Polls, Downloads, Retries, Throttled, PollErrors, Done, Webhooks        int64
	ConnectionsOpened, BytesReceived, BudgetSpentMicroUSD, JournalRows, JournalFails int64
}

// Stats reads them; all are 0 once the client is closed.
func (c *Client) Stats() Stats {
	c.life.RLock()
	defer c.life.RUnlock()
	if c.native == nil {
		return Stats{}
	}
	stat := func(which int32) int64 { return native.ClientStat(c.native, which) }
	return Stats{
		JobsLive: stat(native.PZ_STAT_JOBS_LIVE), EventsQueued: stat(native.PZ_STAT_EVENTS_QUEUED),
		BytesBuffered: stat(native.PZ_STAT_BYTES_BUFFERED), BudgetReservedMicroUSD: stat(native.PZ_STAT_BUDGET_RESERVED_MICROUSD),
		Submits: stat(native.PZ_STAT_SUBMITS), Polls: stat(native.PZ_STAT_POLLS), Downloads: stat(native.PZ_STAT_DOWNLOADS),
		Retries: stat(native.PZ_STAT_RETRIES), Throttled: stat(native.PZ_STAT_THROTTLED), PollErrors: stat(native.PZ_STAT_POLL_ERRORS),
		Done: stat(native.PZ_STAT_DONE), Webhooks: stat(native.PZ_STAT_WEBHOOKS), ConnectionsOpened: stat(native.PZ_STAT_CONNECTIONS_OPENED),
		BytesReceived: stat(native.PZ_STAT_BYTES_RECEIVED), BudgetSpentMicroUSD: stat(native.PZ_STAT_BUDGET_SPENT_MICROUSD),
		JournalRows: stat(native.PZ_STAT_JOURNAL_ROWS), JournalFails: stat(native.PZ_STAT_JOURNAL_FAILURES),
	}
}

// Shutdown refuses new jobs, waits for the running ones until the context ends, and closes. Its error is the context's if
// some jobs had to be cancelled.
func (c *Client) Shutdown(ctx context.Context) error {
	c.mu.Lock()
	c.ending = true
	if len(c.jobs) == 0 {
		c.markIdle()
	}
	c.mu.Unlock()
	var err error
	select {
	case <-c.idle:
	case <-c.closed:
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.Close()
	return err
}

// Close cancels every job that has not ended (their error is ErrClosed), waits until each has told its end, and frees the
// client; it takes less than a second. Jobs, their events and outputs stay. With a journal the next client's Restore goes on
// with what was running. Idempotent; the error is always nil.
func (c *Client) Close() error {
	c.closing.Do(func() {
		c.mu.Lock()
		c.ending = true
		c.mu.Unlock()
		native.ClientShutdown(c.native, 0) // nobody else takes the handle away, and the pump ends when all is drained
		c.stopWaiting()
		<-c.pumped
		c.life.Lock()
		native.ClientFree(c.native)
		c.native = nil
		c.life.Unlock()
		c.box.end()
		close(c.closed)
	})
	<-c.closed
	return nil
}

func (c *Client) markIdle() {
	if !c.isIdle {
		c.isIdle = true
		close(c.idle)
	}
}
