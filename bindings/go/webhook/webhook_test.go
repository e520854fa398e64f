package webhook

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pixazo"
)

func TestTheAnswerTellsWhatTheLibraryThinksOfIt(t *testing.T) {
	client, err := pixazo.New(pixazo.Options{
		APIKey: "key", BaseURL: "http://127.0.0.1:9", AllowLoopback: true, WebhookURL: "https://studio.example/hooks",
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := Handler(client)
	nonce := strings.Repeat("0", 32)
	ask := func(method, path, body string) int {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
		return answer.Code
	}
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/hooks/" + nonce, `{"request_id": "x", "status": "COMPLETED"}`, http.StatusNotFound},
		{"POST", "/", "", http.StatusNotFound},
		{"POST", "/hooks/" + nonce, strings.Repeat(" ", most+1), http.StatusBadRequest},
		{"GET", "/hooks/" + nonce, "", http.StatusMethodNotAllowed},
	} {
		if got := ask(c.method, c.path, c.body); got != c.want {
			t.Errorf("%s %s: %d, not %d", c.method, c.path, got, c.want)
		}
	}
	client.Close()
	if got := ask("POST", "/hooks/"+nonce, "{}"); got != http.StatusBadRequest {
		t.Errorf("closed: %d", got)
	}
}
