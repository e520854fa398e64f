package pixazo

import (
	"encoding/json"
	"runtime"

	"pixazo/internal/native"
)

// Catalogue is what the gateway offers.
type Catalogue struct{ native *native.Catalogue }

// BuiltinCatalogue is the one inside the library.
func BuiltinCatalogue() (*Catalogue, error) {
	if err := native.Load(); err != nil {
		return nil, loadError(err)
	}
	n := native.CatalogueBuiltin()
	if n == nil {
		return nil, statusError(native.PZ_E_NOMEM)
	}
	return &Catalogue{n}, nil
}

// LoadCatalogue reads JSON of the form that Catalogue.JSON gives; an error names its place in it.
func LoadCatalogue(text []byte) (*Catalogue, error) {
	if err := native.Load(); err != nil {
		return nil, loadError(err)
	}
	var n *native.Catalogue
	var e *native.Error
	if err := check(native.CatalogueLoad(string(text), &n, &e), e); err != nil {
		return nil, err
	}
	c := &Catalogue{n}
	runtime.SetFinalizer(c, func(c *Catalogue) { native.CatalogueRelease(c.native) })
	return c, nil
}

// JSON is the whole catalogue.
func (c *Catalogue) JSON() json.RawMessage {
	defer runtime.KeepAlive(c)
	return json.RawMessage(native.CatalogueJSON(c.native))
}

// Endpoints are all of them, in the catalogue's order.
func (c *Catalogue) Endpoints() []Endpoint {
	defer runtime.KeepAlive(c)
	var endpoints []Endpoint
	for i, count := uint32(0), native.CatalogueEndpointCount(c.native); i < count; i++ {
		endpoints = append(endpoints, copyEndpoint(native.CatalogueEndpoint(c.native, i)))
	}
	return endpoints
}

// Find gives the endpoint with this id or alias.
func (c *Catalogue) Find(id string) (Endpoint, bool) {
	defer runtime.KeepAlive(c)
	n := native.CatalogueFind(c.native, id)
	if n == nil {
		return Endpoint{}, false
	}
	return copyEndpoint(n), true
}

// Endpoint is one way to make pictures.
type Endpoint struct {
	ID, Product, Provider, Title string
	Aliases                      []string
	Method, Path                 string
	Queued                       bool   // it answers with a queued job, not with the picture's URL
	ModelID                      string // the prefix of its request ids
	ResponseShape                string
	Params                       []Param
	Rules, Notes                 []string
	HasPrice                     bool
	PriceSource                  string
	Example                      json.RawMessage // the documents' first printed request
	JSON                         json.RawMessage // the whole row
}

// Param gives the parameter with this canonical or wire name.
func (e Endpoint) Param(name string) (Param, bool) {
	for _, p := range e.Params {
		if p.Name == name || p.WireName == name {
			return p, true
		}
	}
	return Param{}, false
}

// ParamKind is what a form would show.
type ParamKind int32

const (
	ParamString     ParamKind = native.PZ_PARAM_STRING
	ParamInteger    ParamKind = native.PZ_PARAM_INTEGER
	ParamNumber     ParamKind = native.PZ_PARAM_NUMBER
	ParamBoolean    ParamKind = native.PZ_PARAM_BOOLEAN
	ParamImage      ParamKind = native.PZ_PARAM_IMAGE
	ParamImages     ParamKind = native.PZ_PARAM_IMAGES
	ParamSize       ParamKind = native.PZ_PARAM_SIZE
	ParamStringList ParamKind = native.PZ_PARAM_STRING_LIST
	ParamObjectList ParamKind = native.PZ_PARAM_OBJECT_LIST
	ParamURL        ParamKind = native.PZ_PARAM_URL
)

func (k ParamKind) String() string { return name(native.ParamTypeName, int32(k)) }

// Param is a parameter of an endpoint.
type Param struct {
	Name, WireName       string
	Kind                 ParamKind
	Note                 string
	Required             bool
	HasDefault           bool
	Default, Example     json.RawMessage // nil if there is none
	Minimum, Maximum     *float64        // nil if there is none
	Choices              []json.RawMessage
	OpenChoices          bool // others are allowed too
	MinLength, MaxLength int  // of a text, in characters; 0: none stated
	MinItems, MaxItems   int  // of a list
	DataURI              bool // pictures' bytes and files can travel inside the request
	JSON                 json.RawMessage
}

func copyEndpoint(n *native.Endpoint) Endpoint {
	e := Endpoint{
		ID: native.EndpointID(n), Product: native.EndpointProduct(n), Provider: native.EndpointProvider(n), Title: native.EndpointTitle(n),
		Method: native.EndpointMethod(n), Path: native.EndpointPath(n), Queued: native.EndpointIsQueued(n) == 1,
		ModelID: native.EndpointModelID(n), ResponseShape: native.EndpointResponseShape(n),
		HasPrice: native.EndpointHasPrice(n) == 1, PriceSource: native.EndpointPriceSource(n),
		Example: raw(native.EndpointExampleJSON(n)), JSON: raw(native.EndpointJSON(n)),
		Aliases: list(native.EndpointAliasCount(n), func(i uint32) string { return native.EndpointAlias(n, i) }),
		Rules:   list(native.EndpointRuleCount(n), func(i uint32) string { return native.EndpointRule(n, i) }),
		Notes:   list(native.EndpointNoteCount(n), func(i uint32) string { return native.EndpointNote(n, i) }),
	}
	for i, count := uint32(0), native.EndpointParamCount(n); i < count; i++ {
		e.Params = append(e.Params, copyParam(native.EndpointParam(n, i)))
	}
	return e
}

func copyParam(n *native.Param) Param {
	p := Param{
		Name: native.ParamName(n), WireName: native.ParamWireName(n), Kind: ParamKind(native.ParamKind(n)), Note: native.ParamNote(n),
		Required: native.ParamIsRequired(n) == 1, HasDefault: native.ParamHasDefault(n) == 1, Default: raw(native.ParamDefaultJSON(n)),
		Example: raw(native.ParamExampleJSON(n)), OpenChoices: native.ParamHasOpenChoices(n) == 1,
		MinLength: int(native.ParamMinLength(n)), MaxLength: int(native.ParamMaxLength(n)), MinItems: int(native.ParamMinItems(n)),
		MaxItems: int(native.ParamMaxItems(n)), DataURI: native.ParamIsDataURIAccepted(n) == 1, JSON: raw(native.ParamJSON(n)),
	}
	if native.ParamHasMinimum(n) == 1 {
		minimum := native.ParamMinimum(n)
		p.Minimum = &minimum
	}
	if native.ParamHasMaximum(n) == 1 {
		maximum := native.ParamMaximum(n)
		p.Maximum = &maximum
	}
	for _, choice := range list(native.ParamChoiceCount(n), func(i uint32) string { return native.ParamChoiceJSON(n, i) }) {
		p.Choices = append(p.Choices, raw(choice))
	}
	return p
}

func list(count uint32, of func(uint32) string) []string {
	var texts []string
	for i := uint32(0); i < count; i++ {
		texts = append(texts, of(i))
	}
	return texts
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
