// Package webhook hands what a Go HTTP server receives to a pixazo.Client.
package webhook

import (
	"errors"
	"io"
	"net/http"

	"pixazo"
)

const most = 256 << 10 // more is not a webhook, says the library

// Handler is to be reached under the client's Options.WebhookURL, whatever stands before that path. It answers at once: what a
// webhook says is not believed, it only makes the library ask for the job's status.
func Handler(client *pixazo.Client) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err == nil {
			err = client.DeliverWebhook(r.URL.Path, body)
		}
		switch {
		case err == nil:
			w.WriteHeader(http.StatusOK)
		case errors.Is(err, pixazo.ErrNotFound):
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}
