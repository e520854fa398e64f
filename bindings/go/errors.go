package pixazo

import (
	"errors"
	"time"

	"pixazo/internal/native"
)

// The classes of errors, for errors.Is. Each *Error is of exactly one; the comments of pixazo.h (PZ_E_...) say more.
var (
	ErrInternal      error = class(native.PZ_E_INTERNAL)        // a defect of the library
	ErrNoMemory      error = class(native.PZ_E_NOMEM)           // out of memory
	ErrInvalid       error = class(native.PZ_E_INVALID_ARG)     // a value that is not allowed; Error.Field names the parameter
	ErrState         error = class(native.PZ_E_INVALID_STATE)   // not now: the job has ended, or has not ended
	ErrUnsupported   error = class(native.PZ_E_UNSUPPORTED)     // this endpoint, job or address cannot do that
	ErrVersion       error = class(native.PZ_E_VERSION)         // binding and library, or library and journal, do not fit
	ErrNotFound      error = class(native.PZ_E_NOT_FOUND)       // no such endpoint, job, picture; or the price is unknown
	ErrLimit         error = class(native.PZ_E_LIMIT)           // a limit of this client or of the process
	ErrTimeout       error = class(native.PZ_E_TIMEOUT)         // the job's time has passed; it may still be running at the gateway
	ErrCancelled     error = class(native.PZ_E_CANCELLED)       // by the program
	ErrClosed        error = class(native.PZ_E_CLOSED)          // the client is closed
	ErrForked        error = class(native.PZ_E_FORKED)          // used in a forked child
	ErrDeadlock      error = class(native.PZ_E_DEADLOCK)        // never in Go: there are no callbacks to wait in
	ErrIO            error = class(native.PZ_E_IO)              // a local file
	ErrBudget        error = class(native.PZ_E_BUDGET)          // the program's own spending cap
	ErrNetwork       error = class(native.PZ_E_NETWORK)         // refused, unreachable, broken
	ErrDNS           error = class(native.PZ_E_DNS)             // the host name could not be resolved
	ErrTLS           error = class(native.PZ_E_TLS)             // handshake, certificate, CA
	ErrProxy         error = class(native.PZ_E_PROXY)           // the proxy
	ErrProtocol      error = class(native.PZ_E_PROTOCOL)        // the answer was not understood, or was a redirect
	ErrBadRequest    error = class(native.PZ_E_BAD_REQUEST)     // 400 and its like: not charged
	ErrAuth          error = class(native.PZ_E_AUTH)            // no key, or 401, 403: a submit that is refused so is not charged
	ErrBalance       error = class(native.PZ_E_BALANCE)         // 402: not charged; Error.RequiredMicroUSD if it named a price
	ErrRateLimited   error = class(native.PZ_E_RATE_LIMITED)    // 429, attempts used up: not charged
	ErrModelNotFound error = class(native.PZ_E_MODEL_NOT_FOUND) // 400 with that error, 404: not charged
	ErrServer        error = class(native.PZ_E_SERVER)          // 5xx where no paid request was in doubt
	ErrJobFailed     error = class(native.PZ_E_JOB_FAILED)      // status FAILED: charged unknown
	ErrJobError      error = class(native.PZ_E_JOB_ERROR)       // status ERROR: not charged
	ErrNoOutput      error = class(native.PZ_E_NO_OUTPUT)       // says success, names no picture: charged unknown
	ErrOutput        error = class(native.PZ_E_OUTPUT)          // this picture could not be fetched; Client.FetchAgain tries once more
	ErrUncertain     error = class(native.PZ_E_UNCERTAIN)       // the paid request may have been accepted; it is never sent again by itself
)

type class int32

func (c class) Error() string { return "pixazo: " + name(native.StatusName, int32(c)) }

// Error is what every failing call and every failed job gives. errors.Is with one of the sentinels tells its class, errors.As
// gives the rest.
type Error struct {
	Message          string        // one line for people: what is wrong, where, what is allowed; never the API key
	Field            string        // the parameter at fault, under its canonical name; "" if it is about none
	HTTPStatus       int           // 0: no answer
	RemoteCode       string        // the gateway's own short code, "Insufficient Balance"
	RequestID        string        // the request id that the gateway gave, "" if none
	Retryable        bool          // a new attempt may succeed and cannot be charged twice for this one
	RetryAfter       time.Duration // what the gateway asked for; negative: nothing
	Charged          Charged
	RequiredMicroUSD int64 // the price that a 402 names; -1: none

	class class
	cause error
}

func (e *Error) Error() string {
	if e.Message == "" {
		return e.class.Error()
	}
	return "pixazo: " + e.Message
}

// Is makes errors.Is(err, ErrBalance) work.
func (e *Error) Is(target error) bool {
	c, ok := target.(class)
	return ok && c == e.class
}

// Unwrap gives the context's error if a cancelled context was the reason: errors.Is(err, context.Canceled) works too.
func (e *Error) Unwrap() error { return e.cause }

// Class is the sentinel that errors.Is matches.
func (e *Error) Class() error { return e.class }

// Timeout is what net.Error has.
func (e *Error) Timeout() bool { return e.class == native.PZ_E_TIMEOUT }

// copyError copies a borrowed error; nil for NULL.
func copyError(e *native.Error) *Error {
	if e == nil {
		return nil
	}
	after := time.Duration(-1)
	if ms := native.ErrorRetryAfterMS(e); ms >= 0 {
		after = time.Duration(ms) * time.Millisecond
	}
	return &Error{
		Message: native.ErrorMessage(e), Field: native.ErrorField(e), HTTPStatus: int(native.ErrorHTTPStatus(e)),
		RemoteCode: native.ErrorRemoteCode(e), RequestID: native.ErrorRequestID(e),
		Retryable: native.ErrorIsRetryable(e) == 1, RetryAfter: after, Charged: Charged(native.ErrorCharged(e)),
		RequiredMicroUSD: native.ErrorRequiredMicroUSD(e), class: class(native.ErrorStatus(e)),
	}
}

// check makes an error of a status, and of the owned error that came with it, which it frees.
func check(status int32, owned *native.Error) error {
	if owned != nil {
		defer native.ErrorFree(owned)
	}
	if status >= native.PZ_OK {
		return nil
	}
	if owned != nil {
		return copyError(owned)
	}
	return statusError(status)
}

// statusError is an error of which the library said no more than its class. Nothing was sent.
func statusError(status int32) *Error {
	return &Error{class: class(status), Charged: ChargedNo, RetryAfter: -1, RequiredMicroUSD: -1}
}

func loadError(err error) *Error {
	e := statusError(native.PZ_E_VERSION)
	e.Message, e.cause = err.Error(), err
	return e
}

func asError(err error) *Error {
	var e *Error
	errors.As(err, &e)
	return e
}
