// Conformance runs one scenario of bindings/conformance/scenarios.json, its argument, against the sandbox that the environment
// names. Exit code 0: as the scenario says; 77: it cannot, and the last line says why; 1: it is not so.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pixazo"
	"pixazo/webhook"
)

var (
	background = context.Background()
	folder     = os.Getenv("PIXAZO_SCENARIO_DIR")
	server     = os.Getenv("PIXAZO_SANDBOX")
)

var scenarios = map[string]func(){
	"generate_memory": generateMemory, "generate_file": generateFile, "four_outputs_one_fails": fourOutputsOneFails,
	"cancel_before_submit": cancelBeforeSubmit, "cancel_after_submit": cancelAfterSubmit, "validation_error": validationError,
	"balance_402": balance402, "rate_limited_then_ok": rateLimitedThenOK, "job_failed": jobFailed, "job_error": jobError,
	"uncertain": uncertain, "timeout": timeout, "restore": restore, "webhook": webhooks, "attach": attach,
	"catalogue_form": catalogueForm, "estimate": estimate, "unicode_prompt": unicodePrompt, "two_clients": twoClients,
	"exit_running": exitRunning, "many": many, "destroy_midflight": destroyMidflight,
}

func main() {
	if len(os.Args) != 2 || scenarios[os.Args[1]] == nil {
		fmt.Println("no such scenario")
		os.Exit(2)
	}
	scenarios[os.Args[1]]()
}

func require(ok bool, format string, values ...any) {
	if !ok {
		fmt.Printf("not so: "+format+"\n", values...)
		os.Exit(1)
	}
}

func must[T any](value T, err error) T {
	require(err == nil, "%v", err)
	return value
}

func options() pixazo.Options {
	return pixazo.Options{
		BaseURL: os.Getenv("PIXAZO_BASE_URL"), APIKey: os.Getenv("PIXAZO_API_KEY"), AllowLoopback: true,
		PollMin: 20 * time.Millisecond, PollMax: 100 * time.Millisecond, RetryBase: 10 * time.Millisecond, RetryCap: 50 * time.Millisecond,
	}
}

func client() *pixazo.Client { return must(pixazo.New(options())) }

func prompt(text string) pixazo.Request {
	return pixazo.Request{Endpoint: "gpt-image-2", Params: pixazo.Params{"prompt": text}}
}

func priced(text string) pixazo.Request {
	return pixazo.Request{Endpoint: "gpt-image-2-text-to-image", Params: pixazo.Params{"prompt": text, "quality": "low"}}
}

func failure(err error) *pixazo.Error {
	var e *pixazo.Error
	require(errors.As(err, &e), "%v is an *Error", err)
	return e
}

// fails generates and gives the error, which is of the class.
func fails(c *pixazo.Client, request pixazo.Request, class error) (*pixazo.Job, *pixazo.Error) {
	job := must(c.Submit(background, request))
	_, err := job.Wait(background)
	require(errors.Is(err, class), "%v is %v", err, class)
	return job, failure(err)
}

// reach takes events until the job is in the state.
func reach(job *pixazo.Job, state pixazo.State) {
	for {
		event := must(job.Next(background))
		require(event.Kind != pixazo.EventDone, "the job ended before it was %v: %v", state, job.Err())
		if event.State == state {
			return
		}
	}
}

func whole(o *pixazo.Output) {
	require(o.Here(), "output %d is here: %v", o.Index, o.Err)
	data := must(o.Bytes())
	begins := map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff", "image/webp": "RIFF"}[o.MediaType]
	require(begins != "" && bytes.HasPrefix(data, []byte(begins)), "the bytes are a %s file", o.MediaType)
	require(o.Size == int64(len(data)), "size %d is the number of bytes, %d", o.Size, len(data))
	require(o.Width > 0 && o.Height > 0, "%d x %d pixels", o.Width, o.Height)
}

func generateMemory() {
	c := client()
	defer c.Close()
	result := must(c.Generate(background, priced("generate_memory")))
	require(result.Job.Charged() == pixazo.ChargedYes, "charged %v", result.Job.Charged())
	require(len(result.Outputs) == 1, "%d outputs", len(result.Outputs))
	require(result.Outputs[0].Path == "", "it is in memory")
	whole(result.Outputs[0])
}

func generateFile() {
	c := client()
	defer c.Close()
	result := must(c.Generate(background, pixazo.Request{
		Endpoint: "sdxl-lightning", Params: pixazo.Params{"prompt": "generate_file", "width": 256, "height": 256}, OutputDir: folder,
	}))
	o := result.Outputs[0]
	whole(o)
	require(o.Data == nil, "no bytes in memory")
	require(filepath.Dir(o.Path) == folder && filepath.Ext(o.Path) == o.Extension(), "%s is a %s in %s", o.Path, o.MediaType, folder)
	require(must(os.Stat(o.Path)).Size() == o.Size, "the file is as long as the output says")
}

func fourOutputsOneFails() {
	c := client()
	defer c.Close()
	request := prompt("four_outputs_one_fails")
	request.Params["count"] = 4
	result := must(c.Generate(background, request))
	require(len(result.Outputs) == 4, "%d outputs", len(result.Outputs))
	for _, o := range result.Outputs {
		if o.Index != 2 {
			whole(o)
			continue
		}
		require(errors.Is(o.Err, pixazo.ErrOutput), "%v is ErrOutput", o.Err)
		require(failure(o.Err).HTTPStatus == 403, "HTTP status %d", failure(o.Err).HTTPStatus)
	}
	require(errors.Is(result.Err(), pixazo.ErrOutput), "the result's error is that output's")
}

func cancelBeforeSubmit() {
	c := client()
	defer c.Close()
	require(c.Pause() == nil, "the client pauses")
	job := must(c.Submit(background, prompt("cancel_before_submit")))
	require(job.Cancel() == nil, "cancel")
	_, err := job.Wait(background)
	require(errors.Is(err, pixazo.ErrCancelled), "%v is ErrCancelled", err)
	require(job.State() == pixazo.StateCancelled && job.Charged() == pixazo.ChargedNo, "%v, charged %v", job.State(), job.Charged())
}

func cancelAfterSubmit() {
	c := client()
	defer c.Close()
	ctx, cancel := context.WithCancel(background)
	job := must(c.Submit(ctx, prompt("cancel_after_submit")))
	reach(job, pixazo.StateProcessing)
	cancel() // Go's own way: the context is the job's
	_, err := job.Wait(background)
	require(errors.Is(err, pixazo.ErrCancelled) && errors.Is(err, context.Canceled), "%v is ErrCancelled and the context's", err)
	require(job.State() == pixazo.StateCancelled && job.Charged() == pixazo.ChargedUnknown, "%v, charged %v", job.State(), job.Charged())
	require(job.RemoteID() != "", "the request id is kept")
}

func validationError() {
	c := client()
	defer c.Close()
	_, err := c.Submit(background, pixazo.Request{Endpoint: "gpt-image-2", Params: pixazo.Params{"promt": "validation_error"}})
	require(errors.Is(err, pixazo.ErrInvalid), "%v is ErrInvalid", err)
	require(failure(err).Field == "promt", "the field is %q", failure(err).Field)
	require(strings.Contains(failure(err).Message, "prompt"), "%q names the nearest", failure(err).Message)
}

func balance402() {
	c := client()
	defer c.Close()
	job, e := fails(c, priced("balance_402"), pixazo.ErrBalance)
	require(e.HTTPStatus == 402 && e.RequiredMicroUSD == 12000, "HTTP status %d, required %d", e.HTTPStatus, e.RequiredMicroUSD)
	require(e.Charged == pixazo.ChargedNo && job.State() == pixazo.StateFailed, "charged %v, %v", e.Charged, job.State())
}

func rateLimitedThenOK() {
	c := client()
	defer c.Close()
	result := must(c.Generate(background, prompt("rate_limited_then_ok")))
	require(result.Job.Attempts() == 2, "%d attempts", result.Job.Attempts())
}

func jobFailed() {
	c := client()
	defer c.Close()
	job, e := fails(c, prompt("job_failed"), pixazo.ErrJobFailed)
	require(e.Charged == pixazo.ChargedUnknown && job.Charged() == pixazo.ChargedUnknown, "charged %v", e.Charged)
	require(job.State() == pixazo.StateFailed, "%v", job.State())
}

func jobError() {
	c := client()
	defer c.Close()
	job, e := fails(c, prompt("job_error"), pixazo.ErrJobError)
	require(e.Charged == pixazo.ChargedNo && job.Charged() == pixazo.ChargedNo, "charged %v", e.Charged)
	require(job.State() == pixazo.StateFailed, "%v", job.State())
}

func uncertain() {
	c := client()
	defer c.Close()
	job, e := fails(c, prompt("uncertain"), pixazo.ErrUncertain)
	require(job.State() == pixazo.StateFailed && job.Charged() == pixazo.ChargedUnknown, "%v, charged %v", job.State(), job.Charged())
	require(!e.Retryable, "not to be retried")
}

func timeout() {
	c := client()
	defer c.Close()
	request := prompt("timeout")
	request.JobTimeout = 2 * time.Second
	job, e := fails(c, request, pixazo.ErrTimeout)
	require(e.Timeout() && job.State() == pixazo.StateFailed, "%v", job.State())
	require(job.RemoteID() != "", "the request id is kept")
}

func restore() {
	o := options()
	o.Journal = filepath.Join(folder, "journal")
	first := must(pixazo.New(o))
	job := must(first.Submit(background, prompt("restore")))
	for job.RemoteID() == "" {
		event := must(job.Next(background))
		require(event.Kind != pixazo.EventDone, "it ended early: %v", job.Err())
	}
	first.Close()
	require(errors.Is(job.Err(), pixazo.ErrClosed), "%v is ErrClosed", job.Err())
	must(http.Post(server+"/sandbox/settings", "application/json", strings.NewReader(`{"speed": 500}`))).Body.Close()

	second := must(pixazo.New(o))
	defer second.Close()
	jobs := must(second.Restore())
	require(len(jobs) == 1 && jobs[0].ID() == job.ID(), "one job, the same: %v", jobs)
	whole(must(jobs[0].Wait(background)).Outputs[0])
	require(jobs[0].RemoteID() == job.RemoteID(), "the same request: %s, %s", jobs[0].RemoteID(), job.RemoteID())
	require(len(must(second.Restore())) == 0, "a job lives once")
}

func webhooks() {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	o := options()
	o.PollMin, o.PollMax = time.Minute, time.Minute
	o.WebhookURL = "http://" + listener.Addr().String() + "/hooks"
	c := must(pixazo.New(o))
	defer c.Close()
	go http.Serve(listener, webhook.Handler(c))
	whole(must(c.Generate(background, prompt("webhook"))).Outputs[0])
	require(c.Stats().Webhooks > 0, "a webhook was delivered")
}

func attach() {
	first := client()
	job := must(first.Submit(background, prompt("attach")))
	for job.RemoteID() == "" {
		event := must(job.Next(background))
		require(event.Kind != pixazo.EventDone, "it ended early: %v", job.Err())
	}
	first.Close()
	second := client()
	defer second.Close()
	again := must(second.Attach(background, job.RemoteID(), "gpt-image-2", 7))
	whole(must(again.Wait(background)).Outputs[0])
	require(again.Tag() == 7 && again.RemoteID() == job.RemoteID(), "tag %d, %s", again.Tag(), again.RemoteID())
}

func catalogueForm() {
	catalogue := must(pixazo.BuiltinCatalogue())
	endpoints := catalogue.Endpoints()
	require(len(endpoints) >= 15, "%d endpoints", len(endpoints))
	for _, endpoint := range endpoints {
		require(len(endpoint.Params) > 0, "%s has parameters", endpoint.ID)
		for _, param := range endpoint.Params {
			require(param.Name != "" && param.Kind.String() != "?", "%s: %q is a %v", endpoint.ID, param.Name, param.Kind)
		}
		var example map[string]any
		require(json.Unmarshal(endpoint.Example, &example) == nil, "%s: the example is an object", endpoint.ID)
	}
	edit, found := catalogue.Find("gpt-image-2-edit")
	require(found, "gpt-image-2-edit is there")
	images, found := edit.Param("images")
	require(found && images.Kind == pixazo.ParamImages && images.Required && images.DataURI, "images: %+v", images)
	plain, _ := catalogue.Find("gpt-image-2")
	quality, _ := plain.Param("quality")
	require(fmt.Sprintf("%s", quality.Choices) == `["low" "medium" "high" "auto"]`, "quality: %s", quality.Choices)
}

func estimate() {
	known := must(priced("estimate").Estimate())
	require(known.Low == 12000 && known.Low <= known.High && known.Source != "", "%+v", known)
	unknown, err := prompt("estimate").Estimate()
	require(errors.Is(err, pixazo.ErrNotFound) && unknown.Source != "", "%v, %q", err, unknown.Source)
}

func unicodePrompt() {
	const text = "lighthouse \U0001f3ee e\u0301 \u05e9\u05dc\u05d5\u05dd \u202e\u2028 end"
	c := client()
	defer c.Close()
	must(c.Generate(background, prompt(text)))
	reply := must(http.Get(server + "/sandbox/state"))
	defer reply.Body.Close()
	var state struct{ Posts []struct{ Prompt string } }
	require(json.Unmarshal(must(io.ReadAll(reply.Body)), &state) == nil, "the state is JSON")
	require(len(state.Posts) == 1 && state.Posts[0].Prompt == text, "it came as %q", state.Posts)
}

func twoClients() {
	one := client()
	defer one.Close()
	o := options()
	o.APIKey += "-2"
	two := must(pixazo.New(o))
	defer two.Close()
	first := must(one.Submit(background, prompt("two_clients 1")))
	second := must(two.Submit(background, prompt("two_clients 2")))
	must(first.Wait(background))
	must(second.Wait(background))
}

func exitRunning() {
	c := client()
	first := must(c.Submit(background, prompt("exit_running 1")))
	for i := 2; i <= 5; i++ {
		must(c.Submit(background, prompt(fmt.Sprintf("exit_running %d", i))))
	}
	reach(first, pixazo.StateProcessing)
}

func many() {
	c := client()
	defer c.Close()
	var jobs []*pixazo.Job
	for i := 1; i <= 200; i++ {
		request := prompt(fmt.Sprintf("many %d", i))
		request.NoFetch = true
		jobs = append(jobs, must(c.Submit(background, request)))
	}
	for _, job := range jobs {
		done := 0
		for {
			event, err := job.Next(background)
			if err == io.EOF {
				break
			}
			require(err == nil && done == 0, "nothing after the last event: %v", err)
			if event.Kind == pixazo.EventDone {
				done++
				require(event.State == pixazo.StateCompleted && event.Err == nil, "%v, %v", event.State, event.Err)
			}
		}
		require(done == 1, "%d EventDone", done)
	}
}

func destroyMidflight() {
	c := client()
	var jobs []*pixazo.Job
	for i := 1; i <= 20; i++ {
		jobs = append(jobs, must(c.Submit(background, prompt(fmt.Sprintf("destroy_midflight %d", i)))))
	}
	reach(jobs[0], pixazo.StateProcessing)
	c.Close()
	for _, job := range jobs {
		require(job.State().Terminal(), "%d is %v", job.ID(), job.State())
		if job.State() != pixazo.StateCompleted {
			require(job.State() == pixazo.StateCancelled && errors.Is(job.Err(), pixazo.ErrClosed), "%v, %v", job.State(), job.Err())
		}
	}
	_, err := c.Submit(background, prompt("late"))
	require(errors.Is(err, pixazo.ErrClosed), "%v is ErrClosed", err)
}
