package pixazo

import (
	"context"
	"runtime"
	"sync"
	"time"

	"pixazo/internal/native"
)

// Job is one request on its way. It ends whether anybody waits for it or not; dropping it cancels nothing.
type Job struct {
	id, tag, origin     uint64
	submitKey, endpoint string
	box                 *mailbox
	done                chan struct{}

	mu     sync.Mutex
	native *native.Job // nil once it has ended and there is nothing in it that is still needed
	kept   *keeper     // what gives the handle back if it has ended and still has one
	cause  error       // the context's error, if that cancelled the job
	ended  bool
	last   snapshot
	parts  map[int]*Output // settled while it runs
}

// keeper gives a handle back when its Job is garbage. The Job itself cannot have a finalizer: its events, which may still lie in
// its mailbox, refer to it, and what is in a circle is never finalized.
type keeper struct{ native *native.Job }

// snapshot is what a job's getters tell, kept once it has ended.
type snapshot struct {
	state            State
	remoteID         string
	progress         float64
	attempts, polls  int
	elapsed, gateway time.Duration
	remaining        time.Duration
	charged          Charged
	err              error
	outputs          []*Output
}

// Result is what a job made.
type Result struct {
	Job     *Job
	Outputs []*Output // in the gateway's order; each has an Err of its own
}

// Err is the first output's that could not be fetched; the job was made all the same, and Client.FetchAgain tries once more.
func (r *Result) Err() error {
	for _, o := range r.Outputs {
		if o.Err != nil {
			return o.Err
		}
	}
	return nil
}

// newJob takes the handle over.
func newJob(n *native.Job) *Job {
	return &Job{
		id: native.JobID(n), tag: native.JobTag(n), origin: native.JobOriginID(n), submitKey: native.JobSubmitKey(n),
		endpoint: native.JobEndpointID(n), native: n, box: newMailbox(), done: make(chan struct{}), parts: map[int]*Output{},
	}
}

// ID is more than 0, and unique in the client and its journal.
func (j *Job) ID() uint64 { return j.id }

// Tag is that of the request.
func (j *Job) Tag() uint64 { return j.tag }

// SubmitKey is that of the request.
func (j *Job) SubmitKey() string { return j.submitKey }

// Endpoint is the id of its endpoint, "" if it is not known.
func (j *Job) Endpoint() string { return j.endpoint }

// OriginID is the job that this one repeats or fetches again, 0 if none.
func (j *Job) OriginID() uint64 { return j.origin }

// State is where it stands now; it may be ahead of the events.
func (j *Job) State() State { return j.now().state }

// RemoteID is the gateway's request id, "" until it is known; Client.Attach takes it.
func (j *Job) RemoteID() string { return j.now().remoteID }

// Progress is from 0 to 1, and never goes back.
func (j *Job) Progress() float64 { return j.now().progress }

// Attempts is how many paid requests were started.
func (j *Job) Attempts() int { return j.now().attempts }

// Polls is how often its status was asked for.
func (j *Job) Polls() int { return j.now().polls }

// Elapsed is from submit to now, or to its end.
func (j *Job) Elapsed() time.Duration { return j.now().elapsed }

// GatewayTime is how long it took as the gateway states it; negative if it did not.
func (j *Job) GatewayTime() time.Duration { return j.now().gateway }

// Remaining is a guess how long it still takes; negative while there is nothing to guess by.
func (j *Job) Remaining() time.Duration { return j.now().remaining }

// Charged is ChargedUnknown until it has ended.
func (j *Job) Charged() Charged { return j.now().charged }

// Err is why it failed or was cancelled; nil while it runs and if it completed.
func (j *Job) Err() error { return j.now().err }

// Outputs are those that are settled so far, in the gateway's order.
func (j *Job) Outputs() []*Output {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return append([]*Output(nil), j.last.outputs...)
	}
	var outputs []*Output
	for i, count := uint32(0), native.JobOutputCount(j.native); i < count; i++ {
		if o := j.part(native.JobOutput(j.native, i)); o != nil {
			outputs = append(outputs, o)
		}
	}
	return outputs
}

// part gives the copy of a borrowed output, which is made once; nil for one that is not settled. The caller holds the lock.
func (j *Job) part(n *native.Output) *Output {
	if n == nil {
		return nil
	}
	index := int(native.OutputIndex(n))
	if j.parts[index] == nil {
		j.parts[index] = copyOutput(n)
	}
	return j.parts[index]
}

// settle gives the copy of an output that an event told of.
func (j *Job) settle(n *native.Output) *Output {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return nil
	}
	return j.part(n)
}

func (j *Job) now() snapshot {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return j.last
	}
	return j.look()
}

// look reads what the library knows now. The caller holds the lock.
func (j *Job) look() snapshot {
	n := j.native
	ms := func(value int64) time.Duration { return time.Duration(value) * time.Millisecond }
	s := snapshot{
		state: State(native.JobState(n)), remoteID: native.JobRemoteID(n), progress: native.JobProgress(n),
		attempts: int(native.JobAttemptCount(n)), polls: int(native.JobPollCount(n)), elapsed: ms(native.JobElapsedMS(n)),
		gateway: ms(native.JobGatewayMS(n)), remaining: ms(native.JobRemainingMS(n)), charged: Charged(native.JobCharged(n)),
	}
	if e := copyError(native.JobError(n)); e != nil {
		if e.class == native.PZ_E_CANCELLED {
			e.cause = j.cause
		}
		s.err = e
	}
	return s
}

// Cancel cancels: within 100 ms the job ends, usually as StateCancelled, but completed if it had already finished. What was
// not sent is not charged; what was may be, because the gateway has no cancel. Idempotent.
func (j *Job) Cancel() error { return j.cancelFor(nil) }

func (j *Job) cancelFor(cause error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return nil
	}
	if j.cause == nil {
		j.cause = cause
	}
	return check(native.JobCancel(j.native), nil)
}

// ProvideURL answers EventNeedURL.
func (j *Job) ProvideURL(field string, index int, url string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.native == nil {
		return statusError(native.PZ_E_INVALID_STATE)
	}
	return check(native.JobProvideURL(j.native, field, uint32(index), url), nil)
}

// Done is closed when the job has ended.
func (j *Job) Done() <-chan struct{} { return j.done }

// Wait waits until the job has ended, and gives what it made or why it did not. The context bounds the waiting only: the job
// goes on. (The context of Submit and Generate is the job's.)
func (j *Job) Wait(ctx context.Context) (*Result, error) {
	select {
	case <-j.done:
	case <-ctx.Done():
		select {
		case <-j.done: // both: what was made counts
		default:
			return nil, ctx.Err()
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last.state != StateCompleted {
		return nil, j.last.err
	}
	return &Result{Job: j, Outputs: append([]*Output(nil), j.last.outputs...)}, nil
}

// Next gives the job's next event, and io.EOF after its EventDone. Each event is given once, to one caller.
func (j *Job) Next(ctx context.Context) (Event, error) { return j.box.take(ctx) }

// finish keeps everything that the ended job has, and gives its handle back unless there may be something to fetch again or
// to send again. Only the first call does anything.
func (j *Job) finish() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return
	}
	last := j.look()
	whole := last.state == StateCompleted
	for i, count := uint32(0), native.JobOutputCount(j.native); i < count; i++ {
		o := j.part(native.JobOutput(j.native, i))
		if o == nil {
			whole = false
			continue
		}
		whole = whole && o.Here()
		last.outputs = append(last.outputs, o)
	}
	if whole {
		native.JobRelease(j.native)
		j.native = nil
	} else {
		j.kept = &keeper{j.native}
		runtime.SetFinalizer(j.kept, func(k *keeper) { native.JobRelease(k.native) })
	}
	j.last, j.parts, j.ended = last, nil, true
	close(j.done)
}

// follow cancels the job when the context ends.
func (j *Job) follow(ctx context.Context) {
	if ctx.Done() == nil {
		return
	}
	go func() {
		select {
		case <-ctx.Done():
			j.cancelFor(ctx.Err())
		case <-j.done:
		}
	}()
}
