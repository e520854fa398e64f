//go:build go1.23

package pixazo

import (
	"context"
	"errors"
	"testing"
)

func TestEventsAreRangedOver(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	job := must(client.Submit(background, prompt("ranged")))(t)
	var last Event
	for event, err := range job.Events(background) {
		if err != nil {
			t.Fatal(err)
		}
		last = event
	}
	if last.Kind != EventDone || last.State != StateCompleted {
		t.Fatalf("%+v", last)
	}
	for range job.Events(background) {
		t.Fatal("an event after the last one")
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	told := 0
	for _, err := range client.Events(ctx) {
		if told++; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Fatalf("the context's error came %d times", told)
	}
	slowly := newClient(t, local(sandbox(t, "--faults", slow(t))))
	job = must(slowly.Submit(background, prompt("left early")))(t)
	for range job.Events(background) {
		break
	}
	job.Cancel()
}
