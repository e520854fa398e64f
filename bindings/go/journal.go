package pixazo

import (
	"encoding/json"

	"pixazo/internal/native"
)

// Journal is what a journal's file held when it was opened.
type Journal struct {
	Jobs     []JournalJob // the oldest first
	Problems []string     // what could not be read, one line each
}

// JournalJob is one job's whole life; pz_journal_job_json in pixazo.h lists the members.
type JournalJob struct {
	ID   uint64
	JSON json.RawMessage
}

// OpenJournal reads a journal without a client and without changing it, also while a client holds it.
func OpenJournal(path string) (*Journal, error) {
	if err := native.Load(); err != nil {
		return nil, loadError(err)
	}
	var n *native.Journal
	var e *native.Error
	if err := check(native.JournalOpen(path, &n, &e), e); err != nil {
		return nil, err
	}
	defer native.JournalFree(n)
	journal := &Journal{}
	for i, count := uint32(0), native.JournalJobCount(n); i < count; i++ {
		journal.Jobs = append(journal.Jobs, JournalJob{ID: native.JournalJobID(n, i), JSON: json.RawMessage(native.JournalJobJSON(n, i))})
	}
	for i, count := uint32(0), native.JournalProblemCount(n); i < count; i++ {
		journal.Problems = append(journal.Problems, native.JournalProblem(n, i))
	}
	return journal, nil
}
