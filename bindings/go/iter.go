//go:build go1.23

package pixazo

import (
	"context"
	"io"
	"iter"
)

// Events are the job's events as they come, for range: the last one is EventDone. If the context ends first, its error comes
// last instead. It takes from the same mailbox as Next: each event is seen once.
func (j *Job) Events(ctx context.Context) iter.Seq2[Event, error] { return events(ctx, j.Next) }

// Events are the client's own, those of no job, until it is closed.
func (c *Client) Events(ctx context.Context) iter.Seq2[Event, error] { return events(ctx, c.Next) }

func events(ctx context.Context, next func(context.Context) (Event, error)) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			event, err := next(ctx)
			if err == io.EOF || !yield(event, err) || err != nil {
				return
			}
		}
	}
}
