// What the gateway offers: endpoints and their parameters, as data. A catalogue is immutable once loaded.
// Built in: the JSON files in catalogue/providers, embedded at build time and read on first use; loaded: the
// same JSON at run time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/json.h"
#include "wire/result.h"

namespace pixazo::catalogue {

// Values are public (pz_param_type).
enum class ParamType : int32_t {
  kString = 1,
  kInteger = 2,
  kNumber = 3,
  kBoolean = 4,
  kImage = 5,   // one picture
  kImages = 6,  // a list of pictures
  // "WxH", a named size, or an object {width,height}; also set by `width` and `height`, or by `aspect_ratio`.
  kSize = 7,
  kStringList = 8,  // choices are whole lists
  kObjectList = 9,  // loras
  kUrl = 10,        // a URL that is no picture (body webhook)
};

struct Param {
  std::string name;       // canonical: negative_prompt, guidance, count, images, ...
  std::string wire_name;  // what this endpoint calls it; sent for the canonical name and for itself
  // Other spellings the documents print for this endpoint: accepted, and sent as written when the host uses
  // one by name. (The one decision of this kind: sd1.5-inpainting's negative_prompt, see its row.)
  std::vector<std::string> wire_aliases;
  ParamType type = ParamType::kString;
  bool required = false;
  // What the documents say happens when it is left out; never sent by the library.
  std::optional<wire::Json> default_value;
  std::optional<double> min, max;
  std::vector<wire::Json> choices;  // what to offer
  // Values printed elsewhere in the documents: taken when given, not offered.
  std::vector<wire::Json> also_accepted;
  bool open_choices = false;              // kSize: any WxH is allowed too; others: any value is
  uint32_t min_length = 0;                // characters
  uint32_t max_length = 0;                // characters, 0: none stated
  uint32_t min_items = 0, max_items = 0;  // lists; 0: none stated
  bool accepts_data_uri = false;          // images: bytes and files can be sent inside the request
  bool accepts_single = false;            // kImages: one URL may be sent as a plain string (gpt-image-2-edit)
  bool https_only = false;                // images and URLs: http is refused
  bool object_form = false;               // kSize: {width,height} is accepted by the endpoint
  bool string_form = false;               // kSize: "WxH" is accepted by the endpoint
  std::vector<Param> members;             // kObjectList: what each object holds
  wire::Json example;                     // a value from the documents; null: none
  std::string note;                       // one line for people
};

struct Rule {
  enum class Kind {
    kExcludes,  // a excludes every one of others
    kRequires,  // a requires every one of others
    // a = value requires others[0] to be one of allowed; its default counts when it is absent.
    kValueRequires,
    kIgnoredFor,  // a has no effect when others[0] is one of allowed: a note, not an error
    // a (mask) must be a PNG with the pixel size of the first of others[0], where both are bytes.
    kSameSize,
  };
  Kind kind = Kind::kExcludes;
  std::string a;
  wire::Json value;
  std::vector<std::string> others;
  std::vector<wire::Json> allowed;
  std::string text;  // the rule in one sentence, for forms and messages
};

struct Price {
  enum class Unit { kUnstated, kPicture, kRequest };
  bool known = false;
  std::string by;  // canonical parameter the price depends on ("quality"), "" for a flat price
  std::vector<std::pair<std::string, int64_t>> table;  // value -> microdollars; flat: one row with ""
  Unit unit = Unit::kUnstated;  // unstated: the estimate's range spans one price a request and one a picture
  std::string source;           // which document says so, or why it is unknown
};

struct Endpoint {
  std::string id;
  std::vector<std::string> aliases;
  std::string product, provider, title;
  std::string method;  // POST
  std::string path;    // relative to the base URL
  bool queued = false;
  std::string model_id;  // prefix of its request ids, "" if sync
  // "queued", "output", "imageUrl", "url": what the documents print; replies are read by shape all the same.
  std::string response_shape;
  std::vector<Param> params;  // in the documents' order
  std::vector<Rule> rules;
  Price price;
  wire::Json example_request;      // the documents' first printed request
  std::vector<std::string> notes;  // contradictions of the documents and what was chosen

  const Param* Find(std::string_view name) const;  // canonical name, wire name or wire alias
};

// The status call.
struct StatusCall {
  std::string method;  // GET
  std::string path;    // relative to the base URL; holds {request_id} once
  std::vector<std::string> words, terminal, not_charged;
  std::vector<std::string> notes;
};

// Where a picture comes from.
struct ImageSource {
  enum class Kind { kUrl, kBytes, kFile } kind = Kind::kUrl;
  std::string text;                          // URL (https, http or data:) or path
  std::shared_ptr<const std::string> bytes;  // kBytes
};

// What the host said about one parameter.
struct Argument {
  std::string name;
  wire::Json value;
  std::vector<ImageSource> images;  // kImage, kImages
  // The escape hatch: sent under this very name, unchecked (but still valid JSON, no control characters in
  // the name). Under a parameter's own name on the wire it counts as that parameter being set.
  bool as_is = false;
};

struct Estimate {
  bool known = false;
  int64_t low_microusd = 0, high_microusd = 0;
  std::string source;
};

// A checked request: everything but the pictures that must still be read or given a URL.
struct Prepared {
  struct Slot {             // one picture that is not a plain URL
    std::string field;      // canonical name
    std::string wire_name;  // member of body
    uint32_t index = 0;     // position in the list, 0 for a single one
    ImageSource source;
    bool needs_url = false;  // the endpoint takes no data-URI: the host must provide a URL
  };
  wire::Json body;  // wire names; null where a slot will be filled
  std::vector<Slot> slots;
  Estimate estimate;
  std::vector<std::string> notes;  // kIgnoredFor and the like
};

class Catalogue {
 public:
  static std::shared_ptr<const Catalogue> BuiltIn();  // never fails, never freed
  // Strict: unknown members, duplicate ids, paths that are not relative to the base URL, types that do not
  // exist, defaults, examples and example requests that the row itself would refuse are errors (kInvalidArg)
  // whose field and message name the place in the document ("endpoints[3].params[1].type"). At most 1 MiB,
  // 1000 endpoints, 200 parameters each.
  static wire::Result<std::shared_ptr<const Catalogue>> Load(std::string_view json);

  const std::vector<Endpoint>& endpoints() const { return endpoints_; }
  const StatusCall& status() const { return status_; }
  // Relative to the base URL; the id percent-encoded.
  std::string StatusPath(std::string_view request_id) const;
  const Endpoint* Find(std::string_view id_or_alias) const;
  std::string_view Nearest(std::string_view id) const;  // for "did you mean"; "" if nothing is near
  // What Load accepts, in normal form: it loads to an equal catalogue.
  const std::string& json() const { return json_; }

 private:
  friend struct Loader;
  std::vector<Endpoint> endpoints_;
  StatusCall status_;
  std::string json_;
};

// JSON of one endpoint, one parameter: the same members as in the catalogue's JSON. What is absent is false,
// empty or not stated.
std::string EndpointJson(const Endpoint& endpoint);
std::string ParamJson(const Param& param);

struct CheckOptions {
  // Pictures on loopback and private addresses, http for them too: for a client of a local gateway.
  bool allow_private_urls = false;
};

// Checks everything that can be checked without reading files or waiting for anybody, and binds values to
// wire names. Errors: kInvalidArg with `field` set to the canonical name and a message that says what is
// allowed. NUL, CR and LF are refused everywhere, in prompts too; other control characters everywhere but in
// prompts.
wire::Result<Prepared> Check(const Endpoint& endpoint, const std::vector<Argument>& arguments,
                             const CheckOptions& options = {});

// The body to send. pictures[i] fills prepared.slots[i]: the file's or the caller's bytes (data-URI made
// here), or a URL if is_url. Checks formats, data-URI cap (10 MiB of bytes) and kSameSize.
struct Picture {
  bool is_url = false;
  std::string_view data;
};
wire::Result<std::string> BuildBody(const Endpoint& endpoint, const Prepared& prepared,
                                    const std::vector<Picture>& pictures, const CheckOptions& options = {});

// The `webhook` member that two endpoints take beside the gateway's headers. NamesWebhook: the body, as JSON text,
// has one. AddWebhook: false, the endpoint takes none.
bool NamesWebhook(const Endpoint& endpoint, std::string_view body);
bool AddWebhook(const Endpoint& endpoint, std::string_view url, std::string& body);

}  // namespace pixazo::catalogue
