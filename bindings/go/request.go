package pixazo

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sort"
	"time"

	"pixazo/internal/native"
)

// Params are a request's parameters, under canonical or wire names. A value is a string, a bool, a number, an Image or a
// []Image, or anything that encoding/json turns into what the endpoint takes, json.RawMessage included.
type Params map[string]any

// Request is what to make. It is a value: it holds nothing that needs closing, may be used again and again, and from several
// goroutines as long as none of them changes it.
type Request struct {
	Endpoint  string // an id of the catalogue, or an alias
	Params    Params
	Unknown   map[string]json.RawMessage // sent under these very names, unchecked
	Catalogue *Catalogue                 // default: the built-in one

	Tag           uint64        // comes back in every event
	SubmitKey     string        // one job for one key, however often it is submitted
	Priority      int           // higher is sent first among waiting jobs
	JobTimeout    time.Duration // instead of the client's; None: none
	SubmitTimeout time.Duration

	OutputDir  string // instead of the client's
	InMemory   bool   // in memory, whatever the client's directory is
	OutputName string // file name without extension
	NoFetch    bool   // nothing is fetched; Output.URL says where it is
}

// Image is a picture that goes into a request.
type Image struct {
	kind imageKind
	text string
	data []byte
}

type imageKind int

const (
	imageURL imageKind = iota + 1
	imageFile
	imageBytes
)

// ImageURL is a picture that the gateway fetches itself.
func ImageURL(url string) Image { return Image{kind: imageURL, text: url} }

// ImageFile is a picture that the library reads when the job is sent.
func ImageFile(path string) Image { return Image{kind: imageFile, text: path} }

// ImageBytes is a PNG, JPEG or WebP file in memory.
func ImageBytes(data []byte) Image { return Image{kind: imageBytes, data: data} }

// Validate checks what Submit would check about the request itself, and sends nothing.
func (r Request) Validate() error {
	n, err := r.build()
	if err != nil {
		return err
	}
	defer native.RequestFree(n)
	var e *native.Error
	return check(native.RequestValidate(n, &e), e)
}

// Estimate is what a request will cost, in micro-dollars, and which document says so.
type Estimate struct {
	Low, High int64
	Source    string
}

// Estimate tells what the request will cost. A price that is not known is ErrNotFound; Source then says why it is not.
func (r Request) Estimate() (Estimate, error) {
	n, err := r.build()
	if err != nil {
		return Estimate{}, err
	}
	defer native.RequestFree(n)
	var e *native.Error
	if err := check(native.RequestValidate(n, &e), e); err != nil {
		return Estimate{}, err
	}
	var estimate Estimate
	status := native.RequestEstimateMicroUSD(n, &estimate.Low, &estimate.High)
	estimate.Source = native.RequestEstimateSource(n)
	if status < native.PZ_OK {
		failure := statusError(status)
		failure.Message = estimate.Source
		return estimate, failure
	}
	return estimate, nil
}

// BodyJSON is the body that would be sent, under the endpoint's own names, with null where a picture will be.
func (r Request) BodyJSON() (json.RawMessage, error) {
	n, err := r.build()
	if err != nil {
		return nil, err
	}
	defer native.RequestFree(n)
	var e *native.Error
	if err := check(native.RequestValidate(n, &e), e); err != nil {
		return nil, err
	}
	return json.RawMessage(native.RequestBodyJSON(n)), nil
}

// build makes the library's request. The library keeps the first failure of a setter and tells it on submit; what the binding
// cannot hand over at all fails here.
func (r *Request) build() (*native.Request, error) {
	if err := native.Load(); err != nil {
		return nil, loadError(err)
	}
	var catalogue *native.Catalogue
	if r.Catalogue != nil {
		catalogue = r.Catalogue.native
	}
	n := native.RequestNew(catalogue, r.Endpoint)
	if n == nil {
		return nil, statusError(native.PZ_E_NOMEM)
	}
	names := make([]string, 0, len(r.Params))
	for name := range r.Params {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := set(n, name, r.Params[name]); err != nil {
			native.RequestFree(n)
			return nil, err
		}
	}
	for name, value := range r.Unknown {
		native.RequestSetUnknownJSON(n, name, string(value))
	}
	if r.Tag != 0 {
		native.RequestSetTag(n, r.Tag)
	}
	if r.SubmitKey != "" {
		native.RequestSetSubmitKey(n, r.SubmitKey)
	}
	if r.Priority != 0 {
		native.RequestSetPriority(n, int32(r.Priority))
	}
	if r.JobTimeout != 0 {
		native.RequestSetJobTimeoutMS(n, milliseconds(r.JobTimeout))
	}
	if r.SubmitTimeout != 0 {
		native.RequestSetSubmitTimeoutMS(n, milliseconds(r.SubmitTimeout))
	}
	if r.InMemory {
		native.RequestSetOutputDir(n, "")
	} else if r.OutputDir != "" {
		native.RequestSetOutputDir(n, r.OutputDir)
	}
	if r.OutputName != "" {
		native.RequestSetOutputName(n, r.OutputName)
	}
	if r.NoFetch {
		native.RequestSetFetchOutputs(n, 0)
	}
	return n, nil
}

func set(n *native.Request, name string, value any) error {
	switch v := value.(type) {
	case string:
		native.RequestSetString(n, name, v)
		return nil
	case json.RawMessage:
		native.RequestSetJSON(n, name, string(v))
		return nil
	case Image:
		return addImage(n, name, v)
	case []Image:
		for _, image := range v {
			if err := addImage(n, name, image); err != nil {
				return err
			}
		}
		return nil
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		native.RequestSetString(n, name, v.String())
	case reflect.Bool:
		flag := int32(0)
		if v.Bool() {
			flag = 1
		}
		native.RequestSetBool(n, name, flag)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		native.RequestSetInt(n, name, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return invalid(name, fmt.Sprintf("%s: %d is too large", name, v.Uint()))
		}
		native.RequestSetInt(n, name, int64(v.Uint()))
	case reflect.Float32, reflect.Float64:
		native.RequestSetDouble(n, name, v.Float())
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return invalid(name, fmt.Sprintf("%s: %v", name, err))
		}
		native.RequestSetJSON(n, name, string(text))
	}
	return nil
}

func addImage(n *native.Request, name string, image Image) error {
	switch image.kind {
	case imageURL:
		native.RequestAddImageURL(n, name, image.text)
	case imageFile:
		native.RequestAddImageFile(n, name, image.text)
	case imageBytes:
		native.RequestAddImageBytes(n, name, image.data)
	default:
		return invalid(name, name+": an empty Image; ImageURL, ImageFile and ImageBytes make one")
	}
	return nil
}

func invalid(field, message string) *Error {
	e := statusError(native.PZ_E_INVALID_ARG)
	e.Field, e.Message = field, message
	return e
}
