// Package pixazo submits image-generation jobs to the Pixazo gateway, follows them and fetches their pictures. It stands on
// the C library libpixazo: over cgo, or, with CGO_ENABLED=0 or the build tag pixazo_purego, without a C compiler.
//
//	client, err := pixazo.New(pixazo.Options{APIKey: key})
//	defer client.Close()
//	result, err := client.Generate(ctx, pixazo.Request{Endpoint: "gpt-image-2", Params: pixazo.Params{"prompt": "a lighthouse"}})
//
// A Client, its Jobs and everything they return may be used from any goroutine. Each client has one goroutine that takes the
// library's events; it waits in Go's network poller, not in a thread of its own, and no C code ever calls into Go. What a job
// returns is a Go value: pictures are copied out of the library once, as they arrive.
package pixazo

import "pixazo/internal/native"

// Version is that of the library that runs, "1.0.0"; "" if it cannot be loaded.
func Version() string {
	if native.Load() != nil {
		return ""
	}
	return native.VersionString()
}

// State is where a job stands.
type State int32

const (
	StateWaiting     State = native.PZ_STATE_WAITING     // accepted by the client, nothing sent yet
	StateSubmitting  State = native.PZ_STATE_SUBMITTING  // the paid request is on its way
	StateUncertain   State = native.PZ_STATE_UNCERTAIN   // sent, the answer was lost, a proof may still come
	StateQueued      State = native.PZ_STATE_QUEUED      // accepted by the gateway
	StateProcessing  State = native.PZ_STATE_PROCESSING  // the gateway works on it
	StateDownloading State = native.PZ_STATE_DOWNLOADING // made; its pictures are on their way
	StateCompleted   State = native.PZ_STATE_COMPLETED   // the gateway made it; each output has a result of its own
	StateFailed      State = native.PZ_STATE_FAILED      // Job.Err says why
	StateCancelled   State = native.PZ_STATE_CANCELLED   // by the program; what was sent may be made and charged all the same
)

// Terminal says whether a job in this state has ended.
func (s State) Terminal() bool { return s >= StateCompleted }

func (s State) String() string { return name(native.StateName, int32(s)) }

// Charged says whether the gateway took money. Only what the provider documents or the protocol proves is yes or no.
type Charged int32

const (
	ChargedUnknown Charged = native.PZ_CHARGED_UNKNOWN
	ChargedNo      Charged = native.PZ_CHARGED_NO
	ChargedYes     Charged = native.PZ_CHARGED_YES
)

func (c Charged) String() string { return name(native.ChargedName, int32(c)) }

// LogLevel is how much the library tells, as events of the client.
type LogLevel int32

const (
	LogOff   LogLevel = native.PZ_LOG_OFF
	LogError LogLevel = native.PZ_LOG_ERROR
	LogWarn  LogLevel = native.PZ_LOG_WARN
	LogInfo  LogLevel = native.PZ_LOG_INFO
	LogDebug LogLevel = native.PZ_LOG_DEBUG
)

// WebhookMode is when the gateway calls.
type WebhookMode int32

const (
	WebhookTerminal WebhookMode = native.PZ_WEBHOOK_TERMINAL // once, when the job has ended
	WebhookSync     WebhookMode = native.PZ_WEBHOOK_SYNC     // on the way too
)

func name(of func(int32) string, value int32) string {
	if native.Load() != nil {
		return "?"
	}
	return of(value)
}
