// Catalogues from elsewhere: a new endpoint is one row; what is not sound is refused and the place is named.
#include <set>

#include "support.h"

using namespace test;
using pixazo::catalogue::BuildBody;
using pixazo::catalogue::Catalogue;
using pixazo::catalogue::Check;
using pixazo::wire::Code;
using pixazo::wire::Error;

namespace {

// An endpoint of its own, with a flat price by the picture and names nobody has used before.
Independent OwnCatalogue() {
  return Independent::parse(R"({
    "format": 1,
    "status": {"method": "GET", "path": "/v3/jobs/{request_id}"},
    "endpoints": [{
      "id": "own-model", "aliases": ["own/model", "own"], "product": "Own", "provider": "Me", "title": "A model of my own",
      "method": "POST", "path": "/own/v1/make", "mode": "queued", "model_id": "own-model", "response": "queued",
      "params": [
        {"name": "prompt", "wire_name": "text", "type": "string", "required": true, "max_length": 5, "example": "abc"},
        {"name": "count", "wire_name": "howMany", "type": "integer", "min": 1, "max": 3, "default": 1},
        {"name": "guidance", "wire_name": "g", "type": "number", "choices": [1, 2.5], "wire_aliases": ["gee"]},
        {"name": "size", "wire_name": "dims", "type": "size", "choices": ["8x8", "16x8"], "string_form": true},
        {"name": "images", "wire_name": "pics", "type": "images", "max_items": 2, "accepts_data_uri": true},
        {"name": "extras", "wire_name": "extras", "type": "object_list",
         "members": [{"name": "key", "wire_name": "k", "type": "string", "required": true, "choices": ["a", "b"]}]}
      ],
      "rules": [{"kind": "requires", "param": "guidance", "others": ["count"], "text": "guidance goes with count"}],
      "price": {"table": {"": 5000}, "unit": "picture", "source": "my own page"},
      "example_request": {"text": "abc"},
      "notes": ["a note"]
    }]
  })");
}

Error LoadError(const std::string& text) {
  const auto loaded = Catalogue::Load(text);
  if (loaded.ok()) return {};
  CHECK(loaded.error().code == Code::kInvalidArg);
  CHECK(loaded.error().message.size() <= 1024);
  return loaded.error();
}

Error LoadError(const Independent& catalogue) { return LoadError(catalogue.dump()); }

// OwnCatalogue with one value changed: the place is a JSON pointer.
Independent With(const std::string& pointer, const Independent& value) {
  Independent catalogue = OwnCatalogue();
  catalogue[Independent::json_pointer(pointer)] = value;
  return catalogue;
}

// The members of a row that README.md has to name. What hosts and endpoints name is not among them.
void Members(const Independent& value, std::set<std::string>& out) {
  if (value.is_array())
    for (const auto& item : value) Members(item, out);
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    out.insert(name);
    if (name != "example_request" && name != "example" && name != "default" && name != "table")
      Members(member, out);
  }
}

// Every pointer of a document, containers included.
void Pointers(const Independent& value, const std::string& here, std::vector<std::string>& out) {
  out.push_back(here);
  for (auto it = value.begin(); value.is_structured() && it != value.end(); ++it) {
    std::string key = value.is_object() ? it.key() : std::to_string(it - value.begin());
    for (size_t at = 0; (at = key.find('/', at)) != std::string::npos; at += 2) key.replace(at, 1, "~1");
    Pointers(*it, here + "/" + key, out);
  }
}

}  // namespace

TEST_CASE("a catalogue with an endpoint of its own is loaded and its requests are checked and bound") {
  const auto loaded = Catalogue::Load(OwnCatalogue().dump());
  REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().message));
  const Catalogue& catalogue = **loaded;
  const Endpoint* own = catalogue.Find("own/model");
  REQUIRE(own);
  CHECK(own == catalogue.Find("own-model"));
  CHECK_FALSE(catalogue.Find("studio-ghibli"));
  CHECK(catalogue.StatusPath("own-model_1") == "/v3/jobs/own-model_1");
  const auto prepared = Check(
      *own, Arguments(R"({"prompt":"hi","count":3,"gee":2.5,"width":16,"height":8,"extras":[{"key":"b"}]})"));
  REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
  CHECK(Independent::parse(*BuildBody(*own, *prepared, {})) ==
        Independent::parse(R"({"text":"hi","howMany":3,"gee":2.5,"dims":"16x8","extras":[{"k":"b"}]})"));
  CHECK(prepared->estimate.low_microusd == 15000);
  CHECK(prepared->estimate.high_microusd == 15000);
  CHECK(Check(*own, Arguments(R"({"prompt":"too long"})")).error().message ==
        "prompt (text) may have at most 5 characters; it has 8");
  CHECK(Check(*own, Arguments(R"({"text":"a","guidance":2})")).error().message ==
        "guidance (g) is 2; it takes 1, 2.5; the nearest is 2.5");
  CHECK(Check(*own, Arguments(R"({"text":"a","guidance":1})")).error().message ==
        "guidance goes with count: count is missing");
  CHECK(Check(*own, Arguments(R"({"text":"a","extras":[{"key":"c"}]})")).error().message ==
        "extras[0].key is 'c'; it takes a, b");
}

TEST_CASE("a row added to what the built-in catalogue prints makes a catalogue with one endpoint more") {
  Independent whole = Independent::parse(Catalogue::BuiltIn()->json());
  whole["endpoints"].push_back(OwnCatalogue()["endpoints"][0]);
  const auto loaded = Catalogue::Load(whole.dump());
  REQUIRE(loaded.ok());
  CHECK((*loaded)->endpoints().size() == 16);
  CHECK((*loaded)->Find("own-model"));
  CHECK((*loaded)->Find("studio-ghibli"));
}

TEST_CASE("a loaded catalogue prints what loads to the same") {
  const auto first = Catalogue::Load(OwnCatalogue().dump());
  REQUIRE(first.ok());
  CHECK(Independent::parse((*first)->json()) == OwnCatalogue());
  const auto second = Catalogue::Load((*first)->json());
  REQUIRE(second.ok());
  CHECK((*second)->json() == (*first)->json());
}

TEST_CASE("what is wrong in a catalogue is named with its place") {
  const struct {
    const char* pointer;
    const char* value;
    const char* field;
    const char* said;
  } rows[] = {
      {"/format", "2", "format", "must be 1, not 2"},
      {"/more", "1", "more", "is not a member that is known here"},
      {"/endpoints", "{}", "endpoints", "must be a list, not an object"},
      {"/endpoints/0", "7", "endpoints[0]", "must be an object, not 7"},
      {"/endpoints/0/colour", "\"red\"", "endpoints[0].colour", "is not a member that is known here"},
      {"/endpoints/0/id", "\"../own\"", "endpoints[0].id", "is no endpoint id: '../own'"},
      {"/endpoints/0/id", "\"\"", "endpoints[0].id", "must not be empty"},
      {"/endpoints/0/id", "\".hidden\"", "endpoints[0].id", "is no endpoint id: '.hidden'"},
      {"/endpoints/0/aliases/0", "\"own-model\"", "endpoints[0]",
       "repeats the name 'own-model' of endpoints[0]"},
      {"/endpoints/0/aliases/0", "\"a//b\"", "endpoints[0].aliases", "has no endpoint name: 'a//b'"},
      {"/endpoints/0/title", "\"two\\nlines\"", "endpoints[0].title", "holds a control character"},
      {"/endpoints/0/method", "\"GET\"", "endpoints[0].method", "must be POST, not 'GET'"},
      {"/endpoints/0/mode", "\"later\"", "endpoints[0].mode", "is queued or sync, not 'later'"},
      {"/endpoints/0/mode", "\"sync\"", "endpoints[0].response", "does not go with the mode sync"},
      {"/endpoints/0/response", "\"xml\"", "endpoints[0].response",
       "is queued, output, imageUrl or url, not 'xml'"},
      {"/endpoints/0/model_id", "\"a b\"", "endpoints[0].model_id", "is no model id: 'a b'"},
      {"/endpoints/0/params/1/type", "\"int\"", "endpoints[0].params[1].type",
       "is 'int'; types are string, integer, number, boolean, image, images, size, string_list, object_list, "
       "url"},
      {"/endpoints/0/params/1/name", "\"prompt\"", "endpoints[0].params[1]",
       "shares the name 'prompt' with params[0]"},
      {"/endpoints/0/params/1/wire_name", "\"text\"", "endpoints[0].params[1]",
       "shares the name 'text' with params[0]"},
      {"/endpoints/0/params/1/wire_name", "\"g\"", "endpoints[0].params[2]",
       "shares the name 'g' with params[1]"},
      {"/endpoints/0/params/1/wire_name", "\"a\\u0000b\"", "endpoints[0].params[1].wire_name",
       "holds a control character"},
      {"/endpoints/0/params/1/wire_name", "\"a b\"", "endpoints[0].params[1].wire_name",
       "is no parameter name: 'a b'"},
      {"/endpoints/0/params/1/min", "\"1\"", "endpoints[0].params[1].min", "must be a number, not '1'"},
      {"/endpoints/0/params/1/min", "4", "endpoints[0].params[1].max", "is less than min"},
      {"/endpoints/0/params/1/default", "9", "endpoints[0].params[1].default",
       "is a value the parameter refuses: count (howMany) must be from 1 to 3, not 9; the nearest allowed is "
       "3"},
      {"/endpoints/0/params/0/min", "1", "endpoints[0].params[0].min", "has no meaning for type string"},
      {"/endpoints/0/params/0/example", "\"too long\"", "endpoints[0].params[0].example",
       "is a value the parameter refuses: prompt (text) may have at most 5 characters; it has 8"},
      {"/endpoints/0/params/0/max_length", "-1", "endpoints[0].params[0].max_length",
       "must be an integer from 0 to 1000000, not -1"},
      {"/endpoints/0/params/0/min_length", "6", "endpoints[0].params[0].max_length",
       "is less than min_length"},
      {"/endpoints/0/params/0/required", "1", "endpoints[0].params[0].required",
       "must be true or false, not 1"},
      {"/endpoints/0/params/2/choices/0", "\"1\"", "endpoints[0].params[2].choices",
       "has a value the parameter refuses: endpoints[0].params[2].choices[0] must be a number, not '1'"},
      {"/endpoints/0/params/2/wire_aliases/0", "\"g\"", "endpoints[0].params[2].wire_aliases", "repeats 'g'"},
      {"/endpoints/0/params/3/string_form", "false", "endpoints[0].params[3]",
       "of type size needs string_form or object_form"},
      {"/endpoints/0/params/3/choices/0", "8", "endpoints[0].params[3].choices", "must be strings"},
      {"/endpoints/0/params/4/type", "\"image\"", "endpoints[0].params[4].max_items",
       "has no meaning for type image"},
      {"/endpoints/0/params/4/min_items", "3", "endpoints[0].params[4].max_items", "is less than min_items"},
      {"/endpoints/0/params/5/members", "[]", "endpoints[0].params[5].members", "is missing"},
      {"/endpoints/0/params/5/members/0/type", "\"images\"", "endpoints[0].params[5].members[0].choices",
       "has no meaning for type images"},
      {"/endpoints/0/params/5/members/0", R"({"name":"a","wire_name":"a","type":"images"})",
       "endpoints[0].params[5].members", "may be strings, numbers, booleans and URLs only"},
      {"/endpoints/0/rules/0/kind", "\"hates\"", "endpoints[0].rules[0].kind",
       "is 'hates'; kinds are excludes, requires, value_requires, ignored_for, same_size"},
      {"/endpoints/0/rules/0/param", "\"g\"", "endpoints[0].rules[0].param", "names no parameter: 'g'"},
      {"/endpoints/0/rules/0/others", "[]", "endpoints[0].rules[0].others", "must not be empty"},
      {"/endpoints/0/rules/0/others/0", "\"nobody\"", "endpoints[0].rules[0].others",
       "names no parameter: 'nobody'"},
      {"/endpoints/0/rules/0/others/0", "\"guidance\"", "endpoints[0].rules[0].others",
       "names the parameter itself"},
      {"/endpoints/0/rules/0/allowed", "[1]", "endpoints[0].rules[0].allowed",
       "has no meaning for this kind"},
      {"/endpoints/0/rules/0/kind", "\"same_size\"", "endpoints[0].rules[0]",
       "of kind same_size is about pictures"},
      {"/endpoints/0/rules/0/kind", "\"ignored_for\"", "endpoints[0].rules[0].allowed", "must not be empty"},
      {"/endpoints/0/price/table/", "-1", "endpoints[0].price.table",
       "holds microdollars, integers from 0 to 1000000000, not -1"},
      {"/endpoints/0/price/table/", "0.5", "endpoints[0].price.table",
       "holds microdollars, integers from 0 to 1000000000, not 0.5"},
      {"/endpoints/0/price/table/low", "5", "endpoints[0].price.table", "of a flat price has one row, \"\""},
      {"/endpoints/0/price/by", "\"count\"", "endpoints[0].price.by",
       "names no parameter of type string: 'count'"},
      {"/endpoints/0/price/by", "\"prompt\"", "endpoints[0].price.table", "has a row without a value"},
      {"/endpoints/0/price/unit", "\"pixel\"", "endpoints[0].price.unit",
       "is unstated, picture or request, not 'pixel'"},
      {"/endpoints/0/example_request", "[]", "endpoints[0].example_request",
       "must be an object, not a list of 0"},
      {"/endpoints/0/example_request/text", "\"too long\"", "endpoints[0].example_request",
       "is refused by the row itself: prompt (text) may have at most 5 characters; it has 8"},
      {"/endpoints/0/example_request/prompt", "\"a\"", "endpoints[0].example_request",
       "is refused by the row itself: prompt and text are the same parameter: set one of them"},
      {"/endpoints/0/example_request/howMany", "2.0", "endpoints[0].example_request",
       "would not be sent as written: 'howMany'"},
      {"/endpoints/0/notes/0", "7", "endpoints[0].notes[0]", "must be a string, not 7"},
      {"/status/method", "\"POST\"", "status.method", "must be GET, not 'POST'"},
      {"/status/more", "1", "status.more", "is not a member that is known here"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pointer);
    CAPTURE(row.value);
    const Error error = LoadError(With(row.pointer, Independent::parse(row.value)));
    CHECK(error.field == row.field);
    CHECK(error.message == std::string(row.field) + " " + row.said);
  }
}

TEST_CASE("what a row needs is missed by name") {
  const std::pair<const char*, std::vector<const char*>> objects[] = {
      {"", {"format", "status", "endpoints"}},
      {"/status", {"method", "path"}},
      {"/endpoints/0",
       {"id", "product", "provider", "title", "method", "path", "mode", "response", "params", "price",
        "example_request"}},
      {"/endpoints/0/params/0", {"name", "wire_name", "type"}},
      {"/endpoints/0/rules/0", {"kind", "param", "others", "text"}},
      {"/endpoints/0/price", {"source", "table"}},
  };
  for (const auto& [pointer, members] : objects) {
    for (const char* member : members) {
      const auto& pointer_shown = pointer;  // clang: a lambda captures no structured binding
      CAPTURE(pointer_shown);
      CAPTURE(member);
      Independent catalogue = OwnCatalogue();
      catalogue[Independent::json_pointer(pointer)].erase(member);
      const Error error = LoadError(catalogue);
      CHECK(error.message.ends_with(std::string(member) + " is missing"));
    }
  }
}

TEST_CASE("a path leads nowhere but below the base URL") {
  for (const char* path : {"own/v1",
                           "",
                           "/",
                           "//evil.example",
                           "//evil.example/a",
                           "/a//b",
                           "https://evil.example/a",
                           "/a/",
                           "/../a",
                           "/a/../b",
                           "/a/..",
                           "/./a",
                           "/a/.",
                           "/a@evil",
                           "/a?b=c",
                           "/a#b",
                           "/a\\b",
                           "/a b",
                           "/a%2e%2e/b",
                           "/a\r\nHost: evil",
                           "/a:b",
                           "/{request_id}",
                           "/\xC3\xA4",
                           "/a;b",
                           "@evil",
                           "\\\\evil",
                           "/a\tb"}) {
    CAPTURE(path);
    CHECK(LoadError(With("/endpoints/0/path", path)).field == "endpoints[0].path");
  }
  CHECK(LoadError(With("/endpoints/0/path", "/" + std::string(512, 'a'))).field == "endpoints[0].path");
  CHECK(LoadError(With("/endpoints/0/path", "/a.b/c_d/e-f/~g/...")).ok());
  for (const char* path : {"/v2/status", "{request_id}", "/{request_id}", "//evil/{request_id}",
                           "/a/{request_id}/b", "/a/{request_id}/{request_id}", "https://evil/{request_id}",
                           "/a?id={request_id}", "/../{request_id}", "/a/x{request_id}"}) {
    CAPTURE(path);
    CHECK(LoadError(With("/status/path", path)).field == "status.path");
  }
}

TEST_CASE("ids and aliases are one name space") {
  const Independent row = OwnCatalogue()["endpoints"][0];
  const auto two = [&](const char* id, const Independent& aliases) {
    Independent catalogue = OwnCatalogue();
    Independent second = row;
    second["id"] = id;
    second["aliases"] = aliases;
    catalogue["endpoints"].push_back(second);
    return LoadError(catalogue);
  };
  CHECK(two("own-model", Independent::array()).message ==
        "endpoints[1] repeats the name 'own-model' of endpoints[0]");
  CHECK(two("other", {"own-model"}).message == "endpoints[1] repeats the name 'own-model' of endpoints[0]");
  CHECK(two("own", Independent::array()).message == "endpoints[1] repeats the name 'own' of endpoints[0]");
  CHECK(two("other", {"own/model"}).message == "endpoints[1] repeats the name 'own/model' of endpoints[0]");
  CHECK(two("other", {"another"}).ok());
}

TEST_CASE("a catalogue cut anywhere is refused") {
  const std::string whole = OwnCatalogue().dump();
  for (size_t length = 0; length < whole.size(); ++length)
    CHECK_FALSE(LoadError(whole.substr(0, length)).ok());
  const std::string& built_in = Catalogue::BuiltIn()->json();
  const size_t end = built_in.find_last_of('}');
  REQUIRE(end != std::string::npos);
  for (size_t length = 0; length < end; length += 997)
    CHECK_FALSE(LoadError(built_in.substr(0, length)).ok());
  CHECK_FALSE(LoadError(built_in.substr(0, end)).ok());
  CHECK_FALSE(LoadError(built_in + "x").ok());
}

TEST_CASE("a value of another type anywhere is refused or changes nothing that matters, and never crashes") {
  const Independent own = OwnCatalogue();
  std::vector<std::string> pointers;
  Pointers(own, "", pointers);
  const Independent values[] = {nullptr,
                                true,
                                -1,
                                1e300,
                                "",
                                "x",
                                Independent::array(),
                                Independent::object(),
                                {1},
                                {{"a", 1}},
                                std::string(5000, 'x'),
                                "a\nb"};
  size_t refused = 0, tried = 0;
  for (const std::string& pointer : pointers) {
    for (const Independent& value : values) {
      Independent changed = own;
      changed[Independent::json_pointer(pointer)] = value;
      if (changed == own) continue;
      ++tried;
      const Error error = LoadError(changed);
      if (!error.ok()) ++refused;
      // null stands for nothing: never a value of a member.
      if (value.is_null() && pointer.find("example") == std::string::npos)
        CHECK_MESSAGE(!error.ok(), pointer);
    }
  }
  CHECK(tried > 1000);
  CHECK(refused * 10 > tried * 9);
}

TEST_CASE("a catalogue has at most 1 MiB, 1000 endpoints and 200 parameters in each") {
  CHECK(LoadError(std::string((1u << 20) + 1, ' ')).message ==
        "the catalogue may have at most 1 MiB; it has 1048577 bytes");
  CHECK(LoadError(OwnCatalogue().dump() + std::string((1u << 20) - OwnCatalogue().dump().size(), ' ')).ok());
  // What it prints must load again, so the normal form keeps the limit too: only without its white space does
  // this one fit.
  Independent wide = OwnCatalogue();
  for (int i = 3; i < 1000; ++i) wide["endpoints"][0]["params"][2]["choices"].push_back(i);
  for (int i = 1; i < 150; ++i) {
    wide["endpoints"].push_back(wide["endpoints"][0]);
    wide["endpoints"][i]["id"] = "own-" + std::to_string(i);
    wide["endpoints"][i].erase("aliases");
  }
  REQUIRE(wide.dump().size() < 1u << 20);
  CHECK(LoadError(wide).message.starts_with("the catalogue may have at most 1 MiB; it has "));
  CHECK(LoadError(With("/endpoints", Independent(std::vector<int>(1001, 1)))).message ==
        "endpoints may have at most 1000 entries");
  CHECK(LoadError(With("/endpoints/0/params", Independent(std::vector<int>(201, 1)))).message ==
        "endpoints[0].params may have at most 200 entries");
}

TEST_CASE("what is no JSON or no object is refused") {
  for (const char* text : {"", " ", "null", "[]", "7", "\"x\"", "{", "{}", "{\"format\":1}", "\xEF\xBB\xBF{}",
                           "{\"format\":01}", "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(LoadError(std::string(text)).ok());
  }
  CHECK_FALSE(LoadError(std::string(100000, '[')).ok());
}

TEST_CASE(
    "the document that README.md shows loads, with every member in bold required, and every member there is "
    "is named") {
  const std::string readme = ReadText(PZ_TEST_DATA "/../../src/catalogue/README.md");
  const size_t begin = readme.find("```json\n") + 8, end = readme.find("```", begin);
  REQUIRE(end != std::string::npos);
  const Independent shown = Independent::parse(readme.substr(begin, end - begin));
  CHECK(LoadError(shown).message == "");
  std::vector<std::string> places;
  Pointers(shown, "", places);
  for (const std::string& place : places) {
    const std::string name = place.substr(place.rfind('/') + 1);
    if (readme.find("**`" + name + "`**") == std::string::npos ||
        place.find("example_request/") != std::string::npos)
      continue;
    Independent without = shown;
    without[Independent::json_pointer(place.substr(0, place.rfind('/')))].erase(name);
    CHECK_MESSAGE(!LoadError(without).ok(), place);
  }
  std::set<std::string> members;
  Members(Independent::parse(Catalogue::BuiltIn()->json()), members);
  CHECK(members.size() > 30);
  for (const std::string& name : members)
    CHECK_MESSAGE(readme.find("`" + name + "`") != std::string::npos, name);
}
