package pixazo

import (
	"context"
	"io"
	"sync"

	"pixazo/internal/native"
)

// EventKind is what an event tells. Kinds that a later library adds must be ignored.
type EventKind int32

const (
	EventState    EventKind = native.PZ_EVENT_STATE    // the job moved to another state that is not terminal
	EventProgress EventKind = native.PZ_EVENT_PROGRESS // Progress; only the newest one that was not taken is kept
	EventOutput   EventKind = native.PZ_EVENT_OUTPUT   // Output is settled: here, or failed with Err
	EventDone     EventKind = native.PZ_EVENT_DONE     // exactly one a job, its last
	EventLog      EventKind = native.PZ_EVENT_LOG      // a line for people; of the client, not of a job
	EventNeedKey  EventKind = native.PZ_EVENT_NEED_KEY // jobs wait for a key; answer with Client.SetAPIKey; of the client
	EventNeedURL  EventKind = native.PZ_EVENT_NEED_URL // picture Index of Field must be a URL; answer with Job.ProvideURL
)

func (k EventKind) String() string { return name(native.EventTypeName, int32(k)) }

// Event is something that happened to a job, or to a client.
type Event struct {
	Kind     EventKind
	Seq      uint64 // its number in its client; grows, with gaps
	Job      *Job   // nil for events of the client
	State    State  // the job's at that time
	Progress float64
	Output   *Output
	Index    int
	Err      error // of an EventOutput or EventDone that failed
	Level    LogLevel
	Text     string
	Field    string
}

// Lines that nobody takes; beyond this the oldest are dropped.
const maxLogLines = 1024

// mailbox holds events until a goroutine takes them. Putting never waits, so that the pump never waits for a reader.
type mailbox struct {
	mu     sync.Mutex
	events []Event
	logs   int
	closed bool
	filled chan struct{} // holds one token while there may be something to take
}

func newMailbox() *mailbox { return &mailbox{filled: make(chan struct{}, 1)} }

func (m *mailbox) put(e Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	switch last := len(m.events) - 1; {
	case e.Kind == EventProgress && last >= 0 && m.events[last].Kind == EventProgress:
		m.events[last] = e
	case e.Kind == EventLog && m.logs == maxLogLines:
		for i := range m.events {
			if m.events[i].Kind == EventLog {
				m.events = append(append(m.events[:i:i], m.events[i+1:]...), e)
				break
			}
		}
	default:
		m.events = append(m.events, e)
		if e.Kind == EventLog {
			m.logs++
		}
	}
	m.signal()
}

// end lets takers know that nothing more comes.
func (m *mailbox) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.signal()
}

func (m *mailbox) signal() {
	select {
	case m.filled <- struct{}{}:
	default:
	}
}

// take gives the oldest event, io.EOF once the last one was taken, or the context's error.
func (m *mailbox) take(ctx context.Context) (Event, error) {
	for {
		m.mu.Lock()
		if len(m.events) > 0 {
			e := m.events[0]
			m.events[0] = Event{}
			m.events = m.events[1:]
			if e.Kind == EventLog {
				m.logs--
			}
			if len(m.events) > 0 || m.closed {
				m.signal() // for the next taker
			}
			m.mu.Unlock()
			return e, nil
		}
		closed := m.closed
		if closed {
			m.signal()
		}
		m.mu.Unlock()
		if closed {
			return Event{}, io.EOF
		}
		select {
		case <-m.filled:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}
