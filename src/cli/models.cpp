// pz models: what the gateway offers, as a list and as a form.
#include <algorithm>
#include <charconv>

#include "commands.h"
#include "json.h"
#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

std::string Number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

// A JSON value as people write it: text without its quotes.
std::string Plain(const char* json) {
  const Json value = Json::parse(json, nullptr, false);
  if (!value.is_string()) return json;
  const std::string text = Clean(value.get<std::string>());
  return text.find_first_not_of(' ') == std::string::npos ? "'" + text + "'" : text;
}

std::string Choices(const pz_param* p) {
  std::string out;
  for (uint32_t i = 0; i < pz_param_choice_count(p); ++i)
    out += (i == 0 ? "" : ", ") + Plain(pz_param_choice_json(p, i));
  return out;
}

std::string Range(const pz_param* p) {
  const bool low = pz_param_has_minimum(p) != 0, high = pz_param_has_maximum(p) != 0;
  if (low && high) return Number(pz_param_minimum(p)) + " to " + Number(pz_param_maximum(p));
  if (low) return "at least " + Number(pz_param_minimum(p));
  return high ? "at most " + Number(pz_param_maximum(p)) : "";
}

std::string Count(uint32_t low, uint32_t high, const char* what) {
  const std::string unit = std::string(" ") + what;
  if (low > 0 && high > 0) return std::to_string(low) + " to " + std::to_string(high) + unit;
  if (low > 0) return "at least " + std::to_string(low) + unit;
  return high > 0 ? "at most " + std::to_string(high) + unit : "";
}

std::string Kind(const pz_param* p) {
  switch (pz_param_kind(p)) {
    case PZ_PARAM_INTEGER:
      return "whole number";
    case PZ_PARAM_NUMBER:
      return "number";
    case PZ_PARAM_BOOLEAN:
      return "true or false";
    case PZ_PARAM_IMAGE:
      return pz_param_is_data_uri_accepted(p) ? "picture: URL or file" : "picture: URL";
    case PZ_PARAM_IMAGES:
      return pz_param_is_data_uri_accepted(p) ? "pictures: URLs or files" : "pictures: URLs";
    case PZ_PARAM_SIZE:
      return "size";
    case PZ_PARAM_STRING_LIST:
      return "list of words";
    case PZ_PARAM_OBJECT_LIST:
      return "list of objects (JSON)";
    case PZ_PARAM_URL:
      return "URL";
    default:
      return "text";
  }
}

// "whole number, 1 to 4, default 1"
std::string Facts(const pz_param* p) {
  const std::string choices = Choices(p);
  std::vector<std::string> parts;
  const bool closed = !choices.empty() && !pz_param_has_open_choices(p);
  if (!closed) parts.push_back(Kind(p));
  if (!choices.empty()) parts.push_back(closed ? "one of " + choices : "for instance " + choices);
  parts.push_back(Range(p));
  parts.push_back(Count(pz_param_min_length(p), pz_param_max_length(p), "characters"));
  parts.push_back(Count(pz_param_min_items(p), pz_param_max_items(p), "of them"));
  if (pz_param_has_default(p)) parts.push_back("default " + Plain(pz_param_default_json(p)));
  std::string out;
  for (const std::string& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : ", ") + part;
  return out;
}

struct PriceTable {
  std::string by;  // the parameter it depends on
  std::vector<std::pair<std::string, int64_t>> rows;
};
PriceTable PriceTableOf(const pz_endpoint* e) {
  PriceTable out;
  const Json row = Json::parse(pz_endpoint_json(e, nullptr), nullptr, false);
  const auto price = row.find("price");
  if (price == row.end() || !price->is_object()) return out;
  out.by = price->value("by", "");
  const auto table = price->find("table");
  if (table == price->end() || !table->is_object()) return out;
  for (const auto& [value, microusd] : table->items())
    if (microusd.is_number_integer()) out.rows.emplace_back(value, microusd.get<int64_t>());
  return out;
}

class Page {
 public:
  explicit Page(Color color)
      : style_(stdout, color),
        columns_(std::clamp(IsTerminal(stdout) ? SizeOf(stdout).columns - 1 : 99, 50, 99)) {}

  void Line(const std::string& text = {}) { out_ += text + "\n"; }
  void Heading(const std::string& text) { Line("\n" + style_.Bold(text)); }
  // Wrapped, from this column on.
  void Paragraph(const std::string& text, int indent, bool dim) {
    for (const std::string& line : Wrap(text, columns_ - indent))
      Line(std::string(static_cast<size_t>(indent), ' ') + (dim ? style_.Dim(line) : line));
  }
  const Style& style() const { return style_; }
  int columns() const { return columns_; }
  Exit Show() const { return Write(stdout, out_) ? Exit::kOk : Exit::kFailure; }

 private:
  Style style_;
  int columns_;
  std::string out_;
};

void AddParameter(Page& page, const pz_param* p) {
  const Style& style = page.style();
  std::string head = "  " + style.Accent(pz_param_name(p));
  if (pz_param_is_required(p)) head += style.Bold(" (required)");
  if (std::string_view(pz_param_wire_name(p)) != pz_param_name(p))
    head += style.Dim(std::string("  sent as ") + pz_param_wire_name(p));
  page.Line(head);
  page.Paragraph(Facts(p), 6, false);
  if (*pz_param_note(p)) page.Paragraph(Clean(pz_param_note(p)), 6, true);
}

Exit Form(const pz_endpoint* e, Color color) {
  Page page(color);
  const Style& style = page.style();
  page.Line(style.Bold(pz_endpoint_id(e)) + "  " + Clean(pz_endpoint_title(e)));
  std::string facts = std::string(pz_endpoint_provider(e)) + ", " + pz_endpoint_product(e) + "; " +
                      (pz_endpoint_is_queued(e) ? "queued: followed by its request id"
                                                : "synchronous: answers with the picture");
  for (uint32_t i = 0; i < pz_endpoint_alias_count(e); ++i)
    facts += (i == 0 ? "; also " : ", ") + std::string(pz_endpoint_alias(e, i));
  page.Paragraph(facts, 0, true);
  page.Heading("Parameters");
  for (uint32_t i = 0; i < pz_endpoint_param_count(e); ++i) AddParameter(page, pz_endpoint_param(e, i));
  if (pz_endpoint_rule_count(e) > 0) page.Heading("Rules");
  for (uint32_t i = 0; i < pz_endpoint_rule_count(e); ++i)
    page.Paragraph(Clean(pz_endpoint_rule(e, i)), 2, false);
  page.Heading("Price");
  const PriceTable price = PriceTableOf(e);
  for (const auto& [value, microusd] : price.rows)
    page.Line("  " + style.Accent(Dollars(microusd)) +
              (price.by.empty() ? "" : "  " + price.by + " " + value));
  page.Paragraph(Clean(pz_endpoint_price_source(e)), 2, true);
  if (pz_endpoint_note_count(e) > 0) page.Heading("Notes");
  for (uint32_t i = 0; i < pz_endpoint_note_count(e); ++i)
    page.Paragraph(Clean(pz_endpoint_note(e, i)), 2, true);
  page.Heading("Example");
  page.Line("  " + ExampleCommand(e));
  return page.Show();
}

std::string PriceColumn(const pz_endpoint* e) {
  const PriceTable price = PriceTableOf(e);
  if (price.rows.empty()) return "";
  const auto cheaper = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [low, high] = std::minmax_element(price.rows.begin(), price.rows.end(), cheaper);
  return DollarRange(low->second, high->second);
}

Exit List(const pz_catalogue* catalogue, Color color) {
  Page page(color);
  const Style& style = page.style();
  int width = 0;
  for (uint32_t i = 0; i < pz_catalogue_endpoint_count(catalogue); ++i)
    width = std::max(width, Columns(pz_endpoint_id(pz_catalogue_endpoint(catalogue, i))));
  std::string provider;
  for (uint32_t i = 0; i < pz_catalogue_endpoint_count(catalogue); ++i) {
    const pz_endpoint* e = pz_catalogue_endpoint(catalogue, i);
    if (provider != pz_endpoint_provider(e)) {
      page.Line((provider.empty() ? "" : "\n") + style.Bold(pz_endpoint_provider(e)));
      provider = pz_endpoint_provider(e);
    }
    const int title = std::max(20, page.columns() - width - 2 - 3 - 20);
    const std::string price = PriceColumn(e);
    page.Line("  " + style.Accent(FitPad(pz_endpoint_id(e), width)) + "   " +
              (price.empty() ? Clean(pz_endpoint_title(e))
                             : FitPad(Clean(pz_endpoint_title(e)), title) + "  " + style.Dim(price)));
  }
  if (IsTerminal(stdout)) page.Line("\n" + style.Dim("What one takes, and an example:  pz models ENDPOINT"));
  return page.Show();
}

}  // namespace

Exit Models(const Args& args) {
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return Report(*problem, args.report);
  const pz_catalogue* catalogue = std::get<Owned<pz_catalogue>>(loaded).get();
  if (args.catalogue_json) return WriteLine(stdout, pz_catalogue_json(catalogue, nullptr)) ? Exit::kOk : Exit::kFailure;
  if (args.endpoint.empty() && args.report.json) {
    for (uint32_t i = 0; i < pz_catalogue_endpoint_count(catalogue); ++i)
      WriteLine(stdout, pz_endpoint_json(pz_catalogue_endpoint(catalogue, i), nullptr));
    return Exit::kOk;
  }
  if (args.endpoint.empty()) return List(catalogue, args.report.color);
  const pz_endpoint* endpoint = pz_catalogue_find(catalogue, args.endpoint.data(), args.endpoint.size());
  if (!endpoint) {
    if (const auto problem = BeginningOfNames(catalogue, args.endpoint)) return Report(*problem, args.report);
    // The library words it, with the nearest name.
    const Owned<pz_request> request(pz_request_new(catalogue, args.endpoint.data(), args.endpoint.size()));
    Owned<pz_error> error;
    pz_request_validate(request.get(), Out(error));
    Problem problem = ProblemOf(error.get());
    problem.exit = Exit::kUsage;
    return Report(problem, args.report);
  }
  if (!args.report.json) return Form(endpoint, args.report.color);
  return WriteLine(stdout, pz_endpoint_json(endpoint, nullptr)) ? Exit::kOk : Exit::kFailure;
}

}  // namespace pixazo::cli
