package pixazo

import (
	"math"
	"sort"
	"time"

	"pixazo/internal/native"
)

// None is for durations where zero means the library's default: no deadline at all.
const None time.Duration = -1

// Options are what a client is made with. The zero value of each member is the library's default, which pixazo.h documents.
type Options struct {
	APIKey    string            // may be set later by Client.SetAPIKey
	BaseURL   string            // default: https://gateway.pixazo.ai
	UserAgent string            // goes before the library's own
	Headers   map[string]string // sent with requests to the gateway only; never replace a header of the library

	// AllowLoopback allows plain http and loopback addresses where a URL names the loopback host itself: for tests and pz-sandbox.
	AllowLoopback bool

	CAFile               string // a PEM bundle instead of the system's
	CAPEM                []byte // the same as bytes
	Proxy                string // a URL; without one none is used, whatever the environment says ...
	ProxyFromEnvironment bool   // ... unless this is set

	ConnectTimeout, SubmitTimeout, SyncTimeout, StatusTimeout, DownloadStall time.Duration
	JobTimeout                                                               time.Duration // None: none
	PollMin, PollMax                                                         time.Duration // both or neither

	MaxAttempts      int           // of a paid request that provably was not processed, the first included
	RetryBase        time.Duration // waits between those are drawn from [0, min(RetryCap, RetryBase * 2^n)]
	RetryCap         time.Duration
	RetryAfterCap    time.Duration // a Retry-After that is longer fails the job at once
	Retry503         bool          // a 503 with Retry-After counts as not processed
	JitterSeed       uint64        // not 0: makes every random wait repeatable, for tests
	MaxInFlight      int
	Submits          int // at the same time, as the next two: all three or none
	Downloads        int
	Connections      int
	MaxBufferedBytes uint64
	MaxOutputBytes   uint64
	MaxUndelivered   int
	OutputHosts      []string      // outputs are fetched from these hosts only; default: any public https host
	OutputDir        string        // pictures become files there; default: memory
	BudgetMicroUSD   int64         // more than 0: the most that this client may spend; NoSpending: nothing
	AssumedMicroUSD  int64         // more than 0: what to reserve where the price is unknown
	AskKey           bool          // a missing or refused key makes jobs wait, and the client's events tell EventNeedKey
	AskURLs          bool          // a picture that must be a URL makes its job wait, and its events tell EventNeedURL
	Journal          string        // a file that outlives the process; see Client.Restore
	JournalDigest    bool          // of requests only a SHA-256 is kept in it
	JournalRetention time.Duration // of rows that have ended; None: for ever
	WebhookURL       string        // under which the gateway can reach this program's own server; see package pixazo/webhook
	WebhookMode      WebhookMode
	WebhookInBody    bool // the endpoint's own member instead of the header, where it has one
	LogLevel         LogLevel
	Catalogue        *Catalogue // by which Attach knows endpoints; default: the built-in one
	withoutHandle    bool       // tests: waits in the library instead of Go's poller
}

// NoSpending is a budget of nothing.
const NoSpending int64 = -1

// build makes the library's options. The library keeps the first failure of a setter and tells it when the client is made.
func (o *Options) build() *native.Options {
	n := native.OptionsNew(native.PZ_API_VERSION)
	if n == nil {
		return nil
	}
	text := func(set func(*native.Options, string) int32, value string) {
		if value != "" {
			set(n, value)
		}
	}
	flag := func(set func(*native.Options, int32) int32, value bool) {
		if value {
			set(n, 1)
		}
	}
	duration := func(set func(*native.Options, uint32) int32, value time.Duration) {
		if value != 0 {
			set(n, milliseconds(value))
		}
	}
	text(native.OptionsSetBaseURL, o.BaseURL)
	text(native.OptionsSetAPIKey, o.APIKey)
	text(native.OptionsSetUserAgent, o.UserAgent)
	names := make([]string, 0, len(o.Headers))
	for name := range o.Headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		native.OptionsAddHeader(n, name, o.Headers[name])
	}
	flag(native.OptionsAllowLoopback, o.AllowLoopback)
	text(native.OptionsSetCAFile, o.CAFile)
	if len(o.CAPEM) > 0 {
		native.OptionsSetCAPEM(n, o.CAPEM)
	}
	text(native.OptionsSetProxy, o.Proxy)
	flag(native.OptionsSetProxyFromEnvironment, o.ProxyFromEnvironment)
	duration(native.OptionsSetConnectTimeoutMS, o.ConnectTimeout)
	duration(native.OptionsSetSubmitTimeoutMS, o.SubmitTimeout)
	duration(native.OptionsSetSyncTimeoutMS, o.SyncTimeout)
	duration(native.OptionsSetStatusTimeoutMS, o.StatusTimeout)
	duration(native.OptionsSetDownloadStallMS, o.DownloadStall)
	duration(native.OptionsSetJobTimeoutMS, o.JobTimeout)
	if o.PollMin != 0 || o.PollMax != 0 {
		native.OptionsSetPollIntervalMS(n, milliseconds(o.PollMin), milliseconds(o.PollMax))
	}
	if o.MaxAttempts != 0 || o.RetryBase != 0 || o.RetryCap != 0 {
		attempts, base, limit := o.MaxAttempts, o.RetryBase, o.RetryCap
		if attempts == 0 {
			attempts = 3
		}
		if base == 0 {
			base = 500 * time.Millisecond
		}
		if limit == 0 {
			limit = 20 * time.Second
		}
		native.OptionsSetRetry(n, number(attempts), milliseconds(base), milliseconds(limit))
	}
	duration(native.OptionsSetRetryAfterCapMS, o.RetryAfterCap)
	flag(native.OptionsSetRetry503, o.Retry503)
	if o.JitterSeed != 0 {
		native.OptionsSetJitterSeed(n, o.JitterSeed)
	}
	if o.MaxInFlight != 0 {
		native.OptionsSetMaxInFlight(n, number(o.MaxInFlight))
	}
	if o.Submits != 0 || o.Downloads != 0 || o.Connections != 0 {
		native.OptionsSetConcurrency(n, number(o.Submits), number(o.Downloads), number(o.Connections))
	}
	if o.MaxUndelivered != 0 {
		native.OptionsSetMaxUndelivered(n, number(o.MaxUndelivered))
	}
	if o.MaxBufferedBytes != 0 {
		native.OptionsSetMaxBufferedBytes(n, o.MaxBufferedBytes)
	}
	if o.MaxOutputBytes != 0 {
		native.OptionsSetMaxOutputBytes(n, o.MaxOutputBytes)
	}
	for _, host := range o.OutputHosts {
		native.OptionsAddOutputHost(n, host)
	}
	text(native.OptionsSetOutputDir, o.OutputDir)
	if o.BudgetMicroUSD == NoSpending {
		native.OptionsSetBudgetMicroUSD(n, 0)
	} else if o.BudgetMicroUSD != 0 {
		native.OptionsSetBudgetMicroUSD(n, o.BudgetMicroUSD)
	}
	if o.AssumedMicroUSD != 0 {
		native.OptionsSetAssumedPriceMicroUSD(n, o.AssumedMicroUSD)
	}
	flag(native.OptionsSetAskKey, o.AskKey)
	flag(native.OptionsSetAskURLs, o.AskURLs)
	text(native.OptionsSetJournal, o.Journal)
	flag(native.OptionsSetJournalDigest, o.JournalDigest)
	if o.JournalRetention < 0 {
		native.OptionsSetJournalRetentionMS(n, 0)
	} else if o.JournalRetention > 0 {
		native.OptionsSetJournalRetentionMS(n, uint64(o.JournalRetention.Milliseconds()))
	}
	text(native.OptionsSetWebhookURL, o.WebhookURL)
	if o.WebhookMode != WebhookTerminal {
		native.OptionsSetWebhookMode(n, int32(o.WebhookMode))
	}
	flag(native.OptionsSetWebhookInBody, o.WebhookInBody)
	if o.LogLevel != LogOff {
		native.OptionsSetLogLevel(n, int32(o.LogLevel))
	}
	if o.Catalogue != nil {
		native.OptionsSetCatalogue(n, o.Catalogue.native)
	}
	return n
}

// milliseconds rounds up: a millisecond is the least there is. Negative is 0, which the library takes for "none" or refuses.
func milliseconds(d time.Duration) uint32 {
	if d <= 0 {
		return 0
	}
	ms := (d + time.Millisecond - 1) / time.Millisecond
	if ms > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint32(ms)
}

// number hands an int over; what does not fit becomes a value that the library refuses.
func number(n int) uint32 {
	if n < 0 || n > math.MaxUint32 {
		return 0
	}
	return uint32(n)
}
