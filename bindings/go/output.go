package pixazo

import (
	"encoding/json"
	"os"
	"path/filepath"

	"pixazo/internal/native"
)

// Output is one picture of a job, copied out of the library.
type Output struct {
	Index         int
	Err           error  // why it is not here; nil if it is, or was not asked for
	Data          []byte // the file's bytes, unless it lies in a directory; do not change them
	Path          string // where the file lies; "" for memory
	Size          int64
	MediaType     string // what the bytes say themselves: image/png, image/jpeg, image/webp; "" if not here
	Width, Height int
	URL           string          // where it came from; "" if it came inside the answer
	Meta          json.RawMessage // how it was made: endpoint, parameters, seed, ids, times
}

// Here says whether the picture was fetched whole.
func (o *Output) Here() bool { return o.Err == nil && o.MediaType != "" }

// Bytes are the file's bytes, read from its file if it lies in a directory.
func (o *Output) Bytes() ([]byte, error) {
	switch {
	case o.Err != nil:
		return nil, o.Err
	case o.Path != "":
		return os.ReadFile(o.Path)
	case o.Data == nil:
		return nil, statusError(native.PZ_E_INVALID_STATE)
	}
	return o.Data, nil
}

// Extension is ".png", ".jpg" or ".webp", from the bytes; "" if the picture is not here.
func (o *Output) Extension() string {
	return map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}[o.MediaType]
}

// Save writes the picture to path, whole or not at all: to a file beside it, which then takes its name.
func (o *Output) Save(path string) error {
	data, err := o.Bytes()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".pixazo-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // after the rename there is nothing of that name
	_, err = file.Write(data)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return err
}

// copyOutput copies a borrowed output.
func copyOutput(n *native.Output) *Output {
	o := &Output{
		Index: int(native.OutputIndex(n)), Path: native.OutputPath(n), Size: int64(native.OutputSize(n)), MediaType: native.OutputMime(n),
		Width: int(native.OutputWidth(n)), Height: int(native.OutputHeight(n)), URL: native.OutputURL(n),
	}
	if meta := native.OutputMetaJSON(n); meta != "" {
		o.Meta = json.RawMessage(meta)
	}
	if data := native.OutputData(n); len(data) > 0 {
		o.Data = append([]byte(nil), data...)
	}
	if native.OutputStatus(n) < native.PZ_OK {
		if e := copyError(native.OutputError(n)); e != nil {
			o.Err = e
		} else {
			o.Err = statusError(native.OutputStatus(n))
		}
	}
	return o
}
