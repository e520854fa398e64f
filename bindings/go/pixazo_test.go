package pixazo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pixazo/internal/native"
)

var background = context.Background()

// sandbox starts a pz-sandbox of the test's own and gives its address.
func sandbox(t *testing.T, arguments ...string) string {
	t.Helper()
	program := os.Getenv("PIXAZO_SANDBOX_PROGRAM")
	if program == "" {
		t.Fatal("PIXAZO_SANDBOX_PROGRAM names no pz-sandbox")
	}
	command := exec.Command(program, append([]string{"--port", "0", "--quiet", "--exit-with-parent", "--seed", "1", "--speed", "100"}, arguments...)...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	at := strings.Index(line, "http://")
	if err != nil || at < 0 {
		t.Fatalf("pz-sandbox said %q, %v", line, err)
	}
	return strings.TrimSpace(line[at:])
}

// slow is a fault script whose jobs run until somebody ends them.
func slow(t *testing.T) string {
	return faults(t, `{"rules": [{"on": "submit", "times": 0, "queued_ms": 1, "processing_ms": 600000}]}`)
}

func faults(t *testing.T, rules string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func local(url string) Options {
	return Options{
		BaseURL: url, APIKey: "key", AllowLoopback: true, PollMin: 10 * time.Millisecond, PollMax: 50 * time.Millisecond,
		RetryBase: 10 * time.Millisecond, RetryCap: 50 * time.Millisecond,
	}
}

func newClient(t *testing.T, options Options) *Client {
	t.Helper()
	client := must(New(options))(t)
	t.Cleanup(func() { client.Close() })
	return client
}

// must(f())(t) is f's value, or the end of the test.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// until waits for something that nothing tells.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came that ", what)
		}
	}
}

func prompt(text string) Request {
	return Request{Endpoint: "gpt-image-2", Params: Params{"prompt": text, "size": "256x256"}}
}

// reach takes events until the job is in the state.
func reach(t *testing.T, job *Job, state State) {
	t.Helper()
	for {
		event := must(job.Next(background))(t)
		if event.State == state {
			return
		}
		if event.Kind == EventDone {
			t.Fatalf("the job ended as %v, %v, and was never %v", event.State, event.Err, state)
		}
	}
}

func TestAJobTellsItsLifeInOrderAndItsEndOnce(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	request := prompt("life")
	request.Tag = 42
	job := must(client.Submit(background, request))(t)
	var kinds []EventKind
	var seq uint64
	progress := 0.0
	for {
		event, err := job.Next(background)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if event.Seq <= seq || event.Job != job {
			t.Fatalf("event %d after %d, of %v", event.Seq, seq, event.Job)
		}
		seq = event.Seq
		if event.Kind == EventProgress {
			if event.Progress < progress {
				t.Fatalf("progress went from %v to %v", progress, event.Progress)
			}
			progress = event.Progress
		}
		if event.Kind == EventOutput && !event.Output.Here() {
			t.Fatalf("output: %v", event.Err)
		}
		kinds = append(kinds, event.Kind)
	}
	count := map[EventKind]int{}
	for _, kind := range kinds {
		count[kind]++
	}
	if count[EventDone] != 1 || kinds[len(kinds)-1] != EventDone || count[EventOutput] != 1 || count[EventState] == 0 {
		t.Fatalf("events: %v", kinds)
	}
	if _, err := job.Next(background); err != io.EOF {
		t.Fatalf("after the last event: %v", err)
	}
	if job.Tag() != 42 || job.Endpoint() != "gpt-image-2" || job.Attempts() != 1 || job.Polls() == 0 || job.Progress() != 1 {
		t.Fatalf("%d %s %d %d %v", job.Tag(), job.Endpoint(), job.Attempts(), job.Polls(), job.Progress())
	}
	if job.State() != StateCompleted || job.Charged() != ChargedYes || job.Elapsed() <= 0 || job.Remaining() != 0 || job.Err() != nil {
		t.Fatalf("%v %v %v %v %v", job.State(), job.Charged(), job.Elapsed(), job.Remaining(), job.Err())
	}
}

func TestAContextThatEndsCancelsItsJobAndIsInTheError(t *testing.T) {
	client := newClient(t, local(sandbox(t, "--faults", slow(t))))
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	_, err := client.Generate(ctx, prompt("too slow"))
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrCancelled) || errors.Is(err, ErrTimeout) {
		t.Fatalf("%v", err)
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	if _, err := client.Submit(ended, prompt("never")); err != context.Canceled {
		t.Fatalf("%v", err)
	}
	if stats := client.Stats(); stats.JobsLive != 0 || stats.Done != 1 {
		t.Fatalf("%+v", stats)
	}
}

func TestAContextOfWaitEndsTheWaitingOnly(t *testing.T) {
	client := newClient(t, local(sandbox(t, "--faults", slow(t))))
	job := must(client.Submit(background, prompt("waited for")))(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := job.Wait(ctx); err != context.Canceled {
		t.Fatalf("%v", err)
	}
	if job.State().Terminal() {
		t.Fatal("the job ended")
	}
	if _, err := job.Next(ctx); err != nil && err != context.Canceled {
		t.Fatalf("%v", err)
	}
	if err := job.Cancel(); err != nil {
		t.Fatal(err)
	}
	if _, err := job.Wait(background); !errors.Is(err, ErrCancelled) || errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	if err := job.Cancel(); err != nil {
		t.Fatal(err)
	}
}

func TestASubmitKeyIsOneJobBeforeAndAfterItsEnd(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	request := prompt("double click")
	request.SubmitKey = "form 7"
	first := must(client.Submit(background, request))(t)
	if second := must(client.Submit(background, request))(t); second != first && second.ID() != first.ID() {
		t.Fatalf("jobs %d and %d", first.ID(), second.ID())
	}
	must(first.Wait(background))(t)
	late := must(client.Submit(background, request))(t)
	result := must(late.Wait(background))(t)
	if late.ID() != first.ID() || len(result.Outputs) != 1 || result.Err() != nil {
		t.Fatalf("job %d, %+v", late.ID(), result.Outputs)
	}
	if !result.Outputs[0].Here() { // the library let go of the bytes when the first job had handed them over
		fetched := must(client.FetchAgain(background, late))(t)
		if outputs := must(fetched.Wait(background))(t).Outputs; !outputs[0].Here() {
			t.Fatalf("%+v", outputs[0])
		}
	}
	if event := must(late.Next(background))(t); event.Kind != EventDone {
		t.Fatalf("%v", event.Kind)
	}
	if found := must(client.FindJob(first.ID()))(t); found.ID() != first.ID() || !found.State().Terminal() {
		t.Fatalf("%d, %v", found.ID(), found.State())
	}
	if stats := client.Stats(); stats.Submits != 1 {
		t.Fatalf("%+v", stats)
	}
}

func TestWhatIsNotHereIsFetchedAgain(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	request := prompt("later")
	request.NoFetch = true
	old := must(client.Generate(background, request))(t)
	if o := old.Outputs[0]; o.Here() || o.Err != nil || o.URL == "" {
		t.Fatalf("%+v", o)
	}
	if _, err := old.Outputs[0].Bytes(); !errors.Is(err, ErrState) {
		t.Fatalf("%v", err)
	}
	again := must(client.FetchAgain(background, old.Job))(t)
	whole := must(again.Wait(background))(t)
	if again.OriginID() != old.Job.ID() || !whole.Outputs[0].Here() || whole.Err() != nil {
		t.Fatalf("%d, %+v", again.OriginID(), whole.Outputs)
	}
	if _, err := client.FetchAgain(background, again); !errors.Is(err, ErrNotFound) {
		t.Fatalf("%v", err)
	}
	if _, err := client.Resubmit(background, again, true); !errors.Is(err, ErrUnsupported) {
		t.Fatalf("%v", err)
	}
}

func TestAJobThatFailedIsSentAgainOnlyIfASecondChargeIsAccepted(t *testing.T) {
	rules := `{"rules": [{"on": "submit", "times": 1, "end": "FAILED"}]}`
	client := newClient(t, local(sandbox(t, "--faults", faults(t, rules))))
	job := must(client.Submit(background, prompt("once more")))(t)
	if _, err := job.Wait(background); !errors.Is(err, ErrJobFailed) {
		t.Fatalf("%v", err)
	}
	if _, err := client.Resubmit(background, job, false); !errors.Is(err, ErrState) {
		t.Fatalf("%v", err)
	}
	again := must(client.Resubmit(background, job, true))(t)
	must(again.Wait(background))(t)
	if again.OriginID() != job.ID() {
		t.Fatalf("origin %d", again.OriginID())
	}
}

func TestQuestionsToTheProgramAreEventsAndAreAnswered(t *testing.T) {
	options := local(sandbox(t))
	options.APIKey, options.AskKey, options.AskURLs = "", true, true
	client := newClient(t, options)
	job := must(client.Submit(background, prompt("no key yet")))(t)
	for {
		event := must(client.Next(background))(t)
		if event.Kind == EventNeedKey {
			break
		}
	}
	if err := client.SetAPIKey("late key"); err != nil {
		t.Fatal(err)
	}
	picture := must(must(job.Wait(background))(t).Outputs[0].Bytes())(t)

	catalogue := must(BuiltinCatalogue())(t)
	for _, endpoint := range catalogue.Endpoints() {
		if images, found := endpoint.Param("images"); found && !images.DataURI {
			asking := must(client.Submit(background, Request{Endpoint: endpoint.ID, Params: Params{"prompt": "ask", "images": []Image{ImageBytes(picture)}}}))(t)
			for {
				event := must(asking.Next(background))(t)
				if event.Kind == EventDone {
					t.Fatalf("%s never asked: %v", endpoint.ID, event.Err)
				}
				if event.Kind == EventNeedURL {
					if err := asking.ProvideURL(event.Field, event.Index, "https://example.com/a.png"); err != nil {
						t.Fatal(err)
					}
					if err := asking.ProvideURL(event.Field, event.Index, "https://example.com/a.png"); !errors.Is(err, ErrState) {
						t.Fatalf("answered twice: %v", err)
					}
					break
				}
			}
			asking.Cancel()
			<-asking.Done()
			return
		}
	}
	t.Fatal("no endpoint of the catalogue takes URLs only")
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	options := local(sandbox(t))
	options.LogLevel = LogDebug
	client := newClient(t, options)
	var group sync.WaitGroup
	for i := 0; i < 40; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			job, err := client.Submit(background, prompt(fmt.Sprint("shared ", i)))
			if err != nil {
				t.Error(err)
				return
			}
			for !job.State().Terminal() { // getters are read while the job ends
				if job.Progress() > 1 {
					t.Error("more than there is")
				}
				runtime.Gosched()
			}
			if outputs := job.Outputs(); len(outputs) != 1 {
				t.Errorf("%d outputs", len(outputs))
			}
			client.Stats()
			if result, err := job.Wait(background); err != nil || !result.Outputs[0].Here() {
				t.Errorf("%d: %v", i, err)
			}
		}(i)
	}
	group.Wait()
	if stats := client.Stats(); stats.Submits != 40 || stats.Done != 40 {
		t.Fatalf("%+v", stats)
	}
	until(t, "the library lets go of every picture", func() bool { return client.Stats().BytesBuffered == 0 })
}

func TestCloseComesInTheMiddleOfEverything(t *testing.T) {
	client := newClient(t, local(sandbox(t, "--faults", slow(t))))
	var group sync.WaitGroup
	submitted := make(chan *Job, 1000)
	started := make(chan struct{}, 8)
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for n := 0; ; n++ {
				job, err := client.Submit(background, prompt(fmt.Sprint("closing ", i, " ", n)))
				if err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				}
				if n == 0 {
					started <- struct{}{}
				}
				select {
				case submitted <- job:
				default:
					job.Cancel()
				}
				client.Stats()
			}
		}(i)
	}
	for i := 0; i < 8; i++ {
		<-started
	}
	client.Close()
	group.Wait()
	client.Close()
	close(submitted)
	for job := range submitted {
		<-job.Done()
		if job.State() != StateCancelled || !errors.Is(job.Err(), ErrClosed) {
			t.Fatalf("%v, %v", job.State(), job.Err())
		}
		job.Cancel()
	}
	if _, err := client.Next(background); err != io.EOF {
		t.Fatalf("%v", err)
	}
	for _, err := range []error{client.Pause(), client.Resume(), client.CancelAll(), client.SetAPIKey("x"), client.Forget(1)} {
		if !errors.Is(err, ErrClosed) {
			t.Fatalf("%v", err)
		}
	}
	if _, err := client.Restore(); !errors.Is(err, ErrClosed) {
		t.Fatalf("%v", err)
	}
}

func TestCloseTellsEachOfManyJobsItsEnd(t *testing.T) {
	for round := 0; round < 5; round++ {
		client := newClient(t, local("http://127.0.0.1:9"))
		if err := client.Pause(); err != nil {
			t.Fatal(err)
		}
		var jobs []*Job
		for i := 0; i < 300; i++ {
			jobs = append(jobs, must(client.Submit(background, prompt(fmt.Sprint("waiting ", i))))(t))
		}
		client.Close()
		for _, job := range jobs {
			if _, err := job.Wait(background); !errors.Is(err, ErrClosed) || job.Charged() != ChargedNo {
				t.Fatalf("%v, charged %v", err, job.Charged())
			}
		}
	}
}

func TestShutdownWaitsForWhatRunsAndNoLongerThanItsContext(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	job := must(client.Submit(background, prompt("let it end")))(t)
	if err := client.Shutdown(background); err != nil || job.State() != StateCompleted {
		t.Fatalf("%v, %v", err, job.State())
	}
	slowly := newClient(t, local(sandbox(t, "--faults", slow(t))))
	job = must(slowly.Submit(background, prompt("never ends")))(t)
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	if err := slowly.Shutdown(ctx); err != context.DeadlineExceeded || !errors.Is(job.Err(), ErrClosed) {
		t.Fatalf("%v, %v", err, job.Err())
	}
	if err := newClient(t, local("http://127.0.0.1:9")).Shutdown(background); err != nil {
		t.Fatalf("without any job: %v", err)
	}
}

func TestAClientWithoutAWakeupHandleWaitsInTheLibrary(t *testing.T) {
	options := local(sandbox(t))
	options.withoutHandle = true
	client := newClient(t, options)
	if client.wake != nil {
		t.Fatal("it has a handle")
	}
	must(client.Generate(background, prompt("waiting elsewhere")))(t)
	client.Close()
	if normal := newClient(t, local("http://127.0.0.1:9")); runtime.GOOS == "linux" && normal.wake == nil {
		t.Fatal("the usual client has no handle in Go's poller")
	}
}

func TestNothingIsLeftAfterClose(t *testing.T) {
	url := sandbox(t, "--faults", slow(t))
	before := runtime.NumGoroutine()
	for i := 0; i < 10; i++ {
		client := must(New(local(url)))(t)
		ctx, cancel := context.WithCancel(background)
		must(client.Submit(ctx, prompt(fmt.Sprint("left ", i))))(t)
		client.Close()
		cancel()
	}
	until(t, fmt.Sprintf("there are %d goroutines again", before), func() bool { return runtime.NumGoroutine() <= before })
}

func TestAJournalGoesOnInTheNextLife(t *testing.T) {
	url := sandbox(t, "--faults", slow(t))
	options := local(url)
	options.Journal = filepath.Join(t.TempDir(), "journal")
	first := newClient(t, options)
	if jobs := must(first.Restore())(t); len(jobs) != 0 {
		t.Fatalf("%v", jobs)
	}
	job := must(first.Submit(background, prompt("two lives")))(t)
	reach(t, job, StateProcessing)
	if jobs := must(first.Restore())(t); len(jobs) != 0 {
		t.Fatalf("a job of this life was restored: %v", jobs)
	}
	first.Close()
	journal := must(OpenJournal(options.Journal))(t)
	if len(journal.Jobs) != 1 || journal.Jobs[0].ID != job.ID() || len(journal.Problems) != 0 || !json.Valid(journal.Jobs[0].JSON) {
		t.Fatalf("%+v", journal)
	}
	second := newClient(t, options)
	jobs := must(second.Restore())(t)
	if len(jobs) != 1 || jobs[0].ID() != job.ID() {
		t.Fatalf("%v", jobs)
	}
	if err := second.Forget(job.ID()); !errors.Is(err, ErrState) {
		t.Fatalf("forgot a running job: %v", err)
	}
	jobs[0].Cancel()
	if _, err := jobs[0].Wait(background); !errors.Is(err, ErrCancelled) {
		t.Fatalf("%v", err)
	}
	if err := second.Forget(job.ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrNotFound) {
		t.Fatalf("%v", err)
	}
	plain := newClient(t, local(url))
	if _, err := plain.Restore(); !errors.Is(err, ErrState) {
		t.Fatalf("%v", err)
	}
}

func TestEveryKindOfParameterArrives(t *testing.T) {
	type word string
	edit := Request{Endpoint: "gpt-image-2-edit", Params: Params{
		"prompt": word("a"), "images": []Image{ImageURL("https://example.com/a.png")}, "count": uint8(2), "quality": "low",
	}}
	body := must(edit.BodyJSON())(t)
	var sent map[string]any
	if err := json.Unmarshal(body, &sent); err != nil || sent["prompt"] != "a" || sent["quality"] != "low" || sent["n"] != 2.0 {
		t.Fatalf("%s, %v", body, err)
	}
	ghibli := Request{Endpoint: "sdxl", Params: Params{"prompt": "a", "steps": int16(20), "seed": json.RawMessage("7"), "guidance": float32(7)},
		Unknown: map[string]json.RawMessage{"new_thing": json.RawMessage(`{"x": [1]}`)}}
	body = must(ghibli.BodyJSON())(t)
	sent = nil
	if err := json.Unmarshal(body, &sent); err != nil || fmt.Sprint(sent["new_thing"]) != "map[x:[1]]" || len(sent) != 5 {
		t.Fatalf("%s, %v", body, err)
	}
	body = must(Request{Endpoint: "sd3", Params: Params{"prompt": "a", "guidance": 7.25}}.BodyJSON())(t)
	if !strings.Contains(string(body), "7.25") {
		t.Fatalf("%s", body)
	}
	bad := map[string]any{"empty image": Image{}, "function": func() {}, "too large": ^uint64(0), "images": []Image{{}}}
	for what, value := range bad {
		err := Request{Endpoint: "sdxl", Params: Params{"prompt": value}}.Validate()
		if e := asError(err); !errors.Is(err, ErrInvalid) || e.Field != "prompt" || e.Message == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := (Request{Endpoint: "sdxl-lightening"}).Validate(); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "sdxl-lightning") {
		t.Errorf("%v", err)
	}
	if err := (Request{Endpoint: "sdxl", Params: Params{"prompt": "a\x00b"}}).Validate(); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v", err)
	}
}

func TestAPictureGoesBackInAndIsSavedWhole(t *testing.T) {
	client := newClient(t, local(sandbox(t)))
	folder := t.TempDir()
	first := must(client.Generate(background, prompt("to be edited")))(t).Outputs[0]
	path := filepath.Join(folder, "first"+first.Extension())
	for i := 0; i < 2; i++ { // also over a file that is there
		if err := first.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	if data := must(os.ReadFile(path))(t); !bytes.Equal(data, first.Data) || len(must(os.ReadDir(folder))(t)) != 1 {
		t.Fatal("the file is another, or something was left beside it")
	}
	for _, image := range []Image{ImageBytes(first.Data), ImageFile(path)} {
		edited := must(client.Generate(background, Request{
			Endpoint: "gpt-image-2-edit", Params: Params{"prompt": "at night", "images": image}, OutputDir: folder, OutputName: "edited",
		}))(t).Outputs[0]
		data := must(edited.Bytes())(t)
		if edited.Data != nil || int64(len(data)) != edited.Size || !json.Valid(edited.Meta) {
			t.Fatalf("%+v", edited)
		}
	}
	if err := first.Save(filepath.Join(folder, "none", "x.png")); err == nil {
		t.Fatal("saved into a directory that is not there")
	}
}

func TestACatalogueIsReadAndReplaced(t *testing.T) {
	builtin := must(BuiltinCatalogue())(t)
	loaded := must(LoadCatalogue(builtin.JSON()))(t)
	if len(loaded.Endpoints()) != len(builtin.Endpoints()) {
		t.Fatal("it was not read whole")
	}
	request := prompt("by another catalogue")
	request.Catalogue = loaded
	loaded = nil
	runtime.GC()
	options := local(sandbox(t))
	options.Catalogue = request.Catalogue
	must(newClient(t, options).Generate(background, request))(t)
	if _, err := LoadCatalogue([]byte(`{"endpoints": 7}`)); !errors.Is(err, ErrInvalid) {
		t.Fatalf("%v", err)
	}
	if _, found := builtin.Find("nothing"); found {
		t.Fatal("found nothing")
	}
	sd3, _ := builtin.Find("stable-diffusion-3")
	guidance, found := sd3.Param("cfg")
	if sd3.ID != "sd3" || !found || *guidance.Minimum != 0 || *guidance.Maximum != 20 || string(guidance.Default) != "3.5" || guidance.Kind != ParamNumber {
		t.Fatalf("%+v", guidance)
	}
	if prompt, _ := sd3.Param("prompt"); prompt.Minimum != nil || !prompt.Required {
		t.Fatalf("%+v", prompt)
	}
}

func TestOptionsThatAreWrongFailNew(t *testing.T) {
	wrong := map[string]Options{
		"url": {BaseURL: "ftp://x"}, "key": {APIKey: "a\nb"}, "header": {Headers: map[string]string{"Host": "x"}},
		"poll": {PollMin: time.Millisecond, PollMax: time.Second}, "attempts": {MaxAttempts: 100}, "in flight": {MaxInFlight: -1},
		"concurrency": {Submits: 4}, "timeout": {ConnectTimeout: None}, "stall": {DownloadStall: 1000 * time.Hour},
		"output": {MaxOutputBytes: 1}, "buffered": {MaxBufferedBytes: 1}, "host": {OutputHosts: []string{"a b"}}, "log": {LogLevel: 99},
		"directory": {OutputDir: "/nowhere/at/all"}, "proxy": {Proxy: "://"}, "ca": {CAPEM: []byte("no")}, "agent": {UserAgent: "a\rb"},
	}
	for what, options := range wrong {
		client, err := New(options)
		if err == nil {
			client.Close()
			t.Errorf("%s: no error", what)
		} else if asError(err) == nil || asError(err).Message == "" || err.Error() == "" {
			t.Errorf("%s: %#v", what, err)
		}
	}
	budget := local(sandbox(t))
	budget.BudgetMicroUSD = NoSpending
	_, err := newClient(t, budget).Submit(background, Request{Endpoint: "gpt-image-2-text-to-image", Params: Params{"prompt": "x", "quality": "low"}})
	if !errors.Is(err, ErrBudget) {
		t.Errorf("%v", err)
	}
	budget.BudgetMicroUSD, budget.AssumedMicroUSD = 20000, 12000
	client := newClient(t, budget)
	must(client.Generate(background, prompt("the last money")))(t)
	if _, err := client.Submit(background, prompt("too much")); !errors.Is(err, ErrBudget) {
		t.Errorf("%v", err)
	}
}

func TestTheServerSeesWhatTheOptionsSay(t *testing.T) {
	seen := make(chan *http.Request, 8)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		http.Error(w, `{"error": "Bad Request", "message": "no"}`, http.StatusBadRequest)
	})}
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	go server.Serve(listener)
	defer server.Close()
	options := local("http://" + listener.Addr().String())
	options.UserAgent, options.Headers = "studio/2", map[string]string{"X-Team": "blue"}
	_, err := newClient(t, options).Generate(background, prompt("x"))
	e := asError(err)
	if !errors.Is(err, ErrBadRequest) || e.HTTPStatus != 400 || e.Charged != ChargedNo || e.RetryAfter >= 0 || e.RequiredMicroUSD != -1 {
		t.Fatalf("%+v", e)
	}
	r := <-seen
	if r.Header.Get("Ocp-Apim-Subscription-Key") != "key" || r.Header.Get("X-Team") != "blue" || !strings.HasPrefix(r.UserAgent(), "studio/2 ") {
		t.Fatalf("%v", r.Header)
	}
}

func TestAJobThatIsDroppedGivesItsPicturesBack(t *testing.T) {
	rules := `{"rules": [{"on": "media", "path": "output_2", "times": 0, "status": 403}]}`
	client := newClient(t, local(sandbox(t, "--faults", faults(t, rules))))
	func() { // nobody takes the job's events
		request := prompt("half of it")
		request.Params["count"] = 2
		result := must(client.Generate(background, request))(t)
		if !errors.Is(result.Err(), ErrOutput) || !result.Outputs[0].Here() || client.Stats().BytesBuffered == 0 {
			t.Fatalf("%v, %+v", result.Err(), client.Stats())
		}
		if _, err := client.FetchAgain(background, result.Job); err != nil {
			t.Fatal(err)
		}
	}()
	until(t, "the garbage collector gives the job's handle back", func() bool {
		runtime.GC()
		return client.Stats().BytesBuffered == 0
	})
}

func TestAWebhookForALostAnswerMakesAJobThatTheClientTells(t *testing.T) {
	calls := make(chan [2]string, 16)
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- [2]string{r.URL.Path, string(body)}
	})}
	go server.Serve(listener)
	defer server.Close()
	rules := `{"rules": [{"on": "submit", "process": true, "drop": true}]}`
	options := local(sandbox(t, "--http-webhooks", "--faults", faults(t, rules)))
	options.WebhookURL, options.JobTimeout = "http://"+listener.Addr().String()+"/hooks", time.Second
	client := newClient(t, options)
	lost := must(client.Submit(background, prompt("lost")))(t)
	if _, err := lost.Wait(background); !errors.Is(err, ErrUncertain) {
		t.Fatalf("%v", err)
	}
	call := <-calls
	if err := client.DeliverWebhook(call[0], []byte(call[1])); err != nil {
		t.Fatal(err)
	}
	event := must(client.Next(background))(t)
	if event.Kind != EventState || event.Job == nil || event.Job.OriginID() != lost.ID() {
		t.Fatalf("%+v", event)
	}
	result := must(event.Job.Wait(background))(t)
	if !result.Outputs[0].Here() || client.Stats().Submits != 1 || client.Stats().Webhooks != 1 {
		t.Fatalf("%+v, %+v", result.Outputs, client.Stats())
	}
}

func TestALibraryThatIsNotThereIsAnErrorOfNew(t *testing.T) {
	if os.Getenv("PIXAZO_TEST_NEW") != "" {
		_, err := New(Options{})
		_, badCatalogue := BuiltinCatalogue()
		fmt.Println(errors.Is(err, ErrVersion), errors.Is(badCatalogue, ErrVersion), Version() == "", StateQueued, err)
		return
	}
	if native.Flavour == "cgo" {
		t.Skip("cgo: the program does not start without it")
	}
	for _, path := range []string{"/nowhere/libpixazo.so", "libc.so.6"} {
		again := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		again.Env = append(os.Environ(), "PIXAZO_TEST_NEW=1", "PIXAZO_LIBRARY="+path)
		output, err := again.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(output), "true true true ? pixazo: ") || !strings.Contains(string(output), path) {
			t.Errorf("%s: %v\n%s", path, err, output)
		}
	}
}

func TestEventsOfAJobWhoseEndWasToldAreDropped(t *testing.T) {
	client := newClient(t, local("http://127.0.0.1:9"))
	request := prompt("told")
	r := must(request.build())(t)
	defer native.RequestFree(r)
	var n *native.Job
	client.mu.Lock()
	status := native.ClientSubmit(client.native, r, &n, nil)
	client.told[native.JobID(n)] = true
	client.mu.Unlock()
	if status != native.PZ_OK {
		t.Fatal(statusError(status))
	}
	defer native.JobRelease(n)
	native.JobCancel(n)
	until(t, "the last event is taken", func() bool {
		client.mu.Lock()
		defer client.mu.Unlock()
		return len(client.told) == 0
	})
	client.Close()
	if event, err := client.Next(background); err != io.EOF {
		t.Fatalf("%+v, %v", event, err)
	}
}

func TestAMailboxKeepsTheNewestProgressAndABoundedLog(t *testing.T) {
	box := newMailbox()
	for i := 0; i < 3*maxLogLines; i++ {
		box.put(Event{Kind: EventLog, Seq: uint64(i)})
	}
	box.put(Event{Kind: EventProgress, Progress: 0.1})
	box.put(Event{Kind: EventProgress, Progress: 0.2})
	box.end()
	box.put(Event{Kind: EventDone})
	first := must(box.take(background))(t)
	if first.Seq != 2*maxLogLines {
		t.Fatalf("the oldest line is %d", first.Seq)
	}
	for i := 1; i < maxLogLines; i++ {
		if event := must(box.take(background))(t); event.Seq != first.Seq+uint64(i) {
			t.Fatalf("line %d after %d", event.Seq, first.Seq)
		}
	}
	if event := must(box.take(background))(t); event.Progress != 0.2 {
		t.Fatalf("%+v", event)
	}
	var group sync.WaitGroup
	for i := 0; i < 4; i++ { // everybody who waits is told
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := box.take(background); err != io.EOF {
				t.Errorf("%v", err)
			}
		}()
	}
	group.Wait()
}

// What the high level leaves to the C library's other hosts, and why.
var unused = map[string]string{
	"OptionsSetDispatch": "events are taken from the queue", "OptionsSetEventCallback": "no C code calls into Go",
	"OptionsSetThreadHooks": "no C code calls into Go", "ClientSubmitCB": "no C code calls into Go", "ClientDispatch": "no C code calls into Go",
	"ClientWakeup": "only the pump waits, and shutdown wakes it", "ClientInFlight": "Stats.JobsLive", "JobWait": "Job.Done, without a thread",
	"EventRetain": "events are copied", "EventTag": "Job.Tag", "OutputRetain": "outputs are copied", "OutputRelease": "outputs are copied",
	"OutputSave": "Output.Save writes the copy", "CatalogueRetain": "a Catalogue is one owner", "RequestClone": "a Request is a value",
	"RequestSetAllJSON": "Params take json.RawMessage", "EndpointFindParam": "Endpoint.Param looks in the copy",
	"Version":    "the purego flavour's own look when it loads the library",
	"HasFeature": "the wakeup handle is tried, the rest is always there",
}

func TestTheHighLevelReachesEveryFunctionAndValue(t *testing.T) {
	var source strings.Builder
	for _, path := range must(filepath.Glob("*.go"))(t) {
		if !strings.HasSuffix(path, "_test.go") {
			source.Write(must(os.ReadFile(path))(t))
		}
	}
	used := map[string]bool{}
	for _, word := range regexp.MustCompile(`native\.(\w+)`).FindAllStringSubmatch(source.String(), -1) {
		used[word[1]] = true
	}
	generated := string(must(os.ReadFile("internal/native/purego.go"))(t))
	functions := regexp.MustCompile(`(?m)^func ([A-Z]\w*)\(`).FindAllStringSubmatch(generated, -1)
	if len(functions) != len(native.Functions) {
		t.Fatalf("%d functions, the header has %d", len(functions), len(native.Functions))
	}
	for _, function := range functions {
		if name := function[1]; used[name] == (unused[name] != "") {
			t.Errorf("%s: used %v, excepted %q", name, used[name], unused[name])
		}
	}
	constants := string(must(os.ReadFile("internal/native/constants.go"))(t))
	for _, value := range regexp.MustCompile(`\bPZ_(?:E|STATE|EVENT|CHARGED|PARAM|LOG|STAT|WEBHOOK)_\w+`).FindAllString(constants, -1) {
		if !used[value] {
			t.Errorf("%s is not in the high level", value)
		}
	}
}

func TestNamesAreThoseOfTheLibrary(t *testing.T) {
	for got, want := range map[string]string{
		StateCompleted.String(): "COMPLETED", ChargedNo.String(): "no", EventDone.String(): "DONE", ParamImages.String(): "images",
		ErrUncertain.Error(): "pixazo: PZ_E_UNCERTAIN", State(77).String(): "?",
	} {
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	if major := strings.Split(Version(), ".")[0]; major != "1" {
		t.Errorf("version %s", Version())
	}
	if !errors.Is(statusError(native.PZ_E_IO), ErrIO) || errors.Is(statusError(native.PZ_E_IO), ErrDNS) || asError(io.EOF) != nil {
		t.Error("errors.Is")
	}
	if e := statusError(native.PZ_E_IO); e.Class() != ErrIO || e.Error() != ErrIO.Error() {
		t.Error(e)
	}
}

func BenchmarkAGetter(b *testing.B) {
	client, err := New(local("http://127.0.0.1:9"))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	client.Pause()
	job, err := client.Submit(background, prompt("measured"))
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		native.JobState(job.native)
	}
}

func BenchmarkSubmitAndCancel(b *testing.B) {
	client, err := New(local("http://127.0.0.1:9"))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	client.Pause()
	for i := 0; i < b.N; i++ {
		job, err := client.Submit(background, prompt("measured"))
		if err != nil {
			b.Fatal(err)
		}
		job.Cancel()
		<-job.Done()
	}
}
