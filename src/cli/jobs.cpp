// pz jobs: what the journal holds, and what becomes of it.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "commands.h"
#include "ends.h"
#include "json.h"
#include "save.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

Or<Owned<pz_journal>> OpenJournal(const std::string& path) {
  if (path.empty())
    return Usage("which journal? --journal FILE, or PIXAZO_JOURNAL in the environment", "--journal");
  Owned<pz_journal> journal;
  Owned<pz_error> error;
  if (pz_journal_open(path.data(), path.size(), Out(journal), Out(error)) == PZ_OK) return journal;
  return ProblemOf(error.get());
}

std::string TextOf(const Json& job, const char* name) {
  const auto found = job.find(name);
  return found != job.end() && found->is_string() ? Clean(found->get<std::string>()) : "";
}

bool IsDoubtful(const Json& job) {
  const bool ended = TextOf(job, "stage") == "ended";
  return TextOf(job, "sent") == "unknown" ||
         (ended && TextOf(job, "charged") == "unknown" && TextOf(job, "state") != "COMPLETED");
}

// What became of a job's request after the job had ended.
struct Successor {
  uint64_t job = 0;    // 0: nothing
  bool found = false;  // by its webhook, not sent again
};

std::string Words(const Successor& successor) {
  return (successor.found ? "found again as job " : "sent again as job ") + std::to_string(successor.job);
}

// The gateway knows its request, and may have charged it.
bool Stands(const Json& job) {
  if (TextOf(job, "state") != "FAILED") return !TextOf(job, "request_id").empty();
  return TextOf(job, "charged") != "no" && TextOf(job.value("error", Json::object()), "status") != "PZ_E_NOT_FOUND";
}

// By the number of the job that has one; of several the last.
std::map<uint64_t, Successor> SuccessorsIn(const pz_journal* journal) {
  std::map<uint64_t, Successor> successors;
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i) {
    const Json job = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    const std::string origin = TextOf(job, "origin_job_id"), kind = TextOf(job, "kind");
    const bool found = kind == "attach" && Stands(job);
    if (!origin.empty() && (kind == "submit" || found))
      successors[std::strtoull(origin.c_str(), nullptr, 10)] = {pz_journal_job_id(journal, i), found};
  }
  return successors;
}

// What one can do about a job that may have been charged.
std::string ExitsOf(const Json& job, const Successor& successor) {
  const std::string id = TextOf(job, "job_id"), request = TextOf(job, "request_id");
  std::string line = "may have been charged, and is never sent again by itself.";
  if (!request.empty())
    line += " `pz wait " + request + "` fetches it.";
  else if (IsQueued(TextOf(job, "endpoint")))
    line += " If the provider names its id, `pz wait ID` fetches it, or `pz listen` if a webhook went along.";
  if (successor.job)
    line += " It was " + Words(successor) + ";";
  else if (TextOf(job, "kind") == "submit")
    line += " `pz jobs resubmit " + id + " --accepting-second-charge` sends it anew and may be charged a second time;";
  return line + (TextOf(job, "stage") == "ended" ? " `pz jobs forget " + id + "` lets go of it" : " `pz jobs giveup " + id + "` ends it");
}

// It was to be a picture here, and is none.
bool IsMissing(const Json& output) {
  const std::string status = TextOf(output, "status");
  return status != "PZ_OK" && status != "PZ_AGAIN" && !TextOf(output, "url").empty();
}

void Tell(const Json& job, const Successor& successor, const Style& style) {
  const bool ended = TextOf(job, "stage") == "ended";
  std::string word = ended ? TextOf(job, "state") : TextOf(job, "stage") + ", not ended";
  if (TextOf(job, "state") == "COMPLETED")
    word = style.Good(word);
  else if (ended)
    word = style.Bad(word);
  std::string line = style.Bold(TextOf(job, "job_id")) + "  " + word + "  " + TextOf(job, "endpoint") + "  " +
                     TextOf(job, "request_id") + style.Dim("  " + TextOf(job, "created_at"));
  if (job.contains("error")) line += "\n  " + InOptions(TextOf(job["error"], "message"), TextOf(job, "request_id"));
  if (IsDoubtful(job))
    line += style.Doubt("\n  " + ExitsOf(job, successor));
  else if (successor.job)
    line += style.Dim("\n  " + Words(successor));
  for (const Json& output : job.value("outputs", Json::array())) {
    const std::string path = TextOf(output, "path");
    line += "\n  " + (path.empty() ? TextOf(output, "url") : path);
    if (!path.empty() && ::access(output.value("path", "").c_str(), F_OK) != 0) line += style.Dim("  no longer there");
    if (IsMissing(output)) line += style.Bad("  not fetched: `pz jobs resume` tries again");
  }
  WriteLine(stdout, line);
}

using Numbers = std::vector<uint64_t>;

// Each once. What is not a number as `pz jobs list` prints it names no job: not 01, not 1,2 and not 1-2.
Or<Numbers> NumbersOf(const std::vector<std::string>& words) {
  Numbers numbers;
  for (const std::string& word : words) {
    uint64_t number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    if (number == 0 || number > INT64_MAX || std::to_string(number) != word)
      return Usage("'" + Clean(word) + "' is not the number of a job: digits alone, as `pz jobs list` prints them, and a space between two",
                   "JOB");
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
  }
  return numbers;
}

Problem NotThere(uint64_t id) { return Usage("the journal has no job " + std::to_string(id), "JOB"); }

Exit List(const Args& args, const Numbers& asked, bool whole) {
  auto opened = OpenJournal(args.gateway.journal);
  if (auto* problem = std::get_if<Problem>(&opened)) return Report(*problem, args.report);
  const pz_journal* journal = std::get<Owned<pz_journal>>(opened).get();
  const Style style(stdout, args.report.color);
  std::map<uint64_t, Successor> successors = SuccessorsIn(journal);
  std::set<uint64_t> missing(asked.begin(), asked.end());
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i) {
    const uint64_t id = pz_journal_job_id(journal, i);
    if (!missing.erase(id) && !asked.empty()) continue;
    const Json job = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    if (args.report.json)
      Print(job);
    else if (whole)
      WriteLine(stdout, job.dump(2));
    else
      Tell(job, successors[id], style);
  }
  for (uint32_t i = 0; i < pz_journal_problem_count(journal); ++i)
    WriteLine(stderr, std::string("pz: ") + Clean(pz_journal_problem(journal, i)));
  return missing.empty() ? Exit::kOk : Report(NotThere(*missing.begin()), args.report);
}

Or<Owned<pz_client>> Open(const Args& args) {
  LearnFileMode();
  auto opened = OpenJournal(args.gateway.journal);  // is there: nothing is made by looking
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return *problem;
  ClientPlan plan;
  plan.journal = true;
  plan.follows = true;
  return MakeClient(args.gateway, std::get<Owned<pz_catalogue>>(loaded).get(), plan);
}

// Jobs that were made, and lack a picture that no later job has fetched.
Numbers Incomplete(const pz_journal* journal) {
  Numbers lacking;
  std::set<std::string> fetched_again;
  for (uint32_t i = pz_journal_job_count(journal); i-- > 0;) {  // what fetches again comes after
    const Json job = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    if (TextOf(job, "state") != "COMPLETED") continue;
    const Json outputs = job.value("outputs", Json::array());
    const bool lacks = std::any_of(outputs.begin(), outputs.end(), IsMissing);
    if (TextOf(job, "kind") != "fetch") {
      if (lacks && !fetched_again.count(TextOf(job, "job_id"))) lacking.push_back(pz_journal_job_id(journal, i));
    } else if (!lacks) {
      fetched_again.insert(TextOf(job, "origin_job_id"));
    }
  }
  return lacking;
}

// How many jobs began.
uint32_t FetchAgain(pz_client* client, const Numbers& lacking) {
  uint32_t begun = 0;
  for (const uint64_t id : lacking) {
    Owned<pz_job> job, again;
    if (pz_client_find_job(client, id, Out(job)) != PZ_OK) continue;
    if (pz_client_fetch_again(client, job.get(), Out(again), nullptr) != PZ_OK) continue;
    ++begun;
    WriteLine(stderr, "job " + std::to_string(id) + ": its picture is fetched again, by job " + std::to_string(pz_job_id(again.get())));
  }
  return begun;
}

// Jobs of another gateway did not begin to live.
void TellElsewhere(pz_client* client, const pz_journal* journal) {
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i) {
    const Json row = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    Owned<pz_job> job;
    if (TextOf(row, "stage") == "ended" || pz_client_find_job(client, pz_journal_job_id(journal, i), Out(job)) == PZ_OK) continue;
    WriteLine(stderr, "pz: job " + TextOf(row, "job_id") + " is left alone: it is one of another gateway, --base-url " +
                          TextOf(row, "gateway"));
  }
}

// The directory where the job's pictures become files. It is made before anything is sent: what is paid for must have a
// place.
std::optional<Problem> MakePlace(const Json& job) {
  const std::string directory = job.value("output_dir", "");
  Directory place;
  if (directory.empty() || !job.value("fetch_outputs", true) || place.Make(directory)) return std::nullopt;
  Problem problem = Usage("the directory " + Clean(directory) + " of job " + TextOf(job, "job_id") + " cannot be used: " +
                          std::strerror(errno) + "; nothing was sent", "JOB");
  problem.exit = Exit::kFailure;
  problem.status = pz_status_name(PZ_E_IO);
  return problem;
}

bool Has(const Numbers& numbers, uint64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// For jobs that will live again or are fetched again. The answer: why those that would be sent have no place. (Where nothing
// will be paid, a picture that finds none is told like any that is missing.)
std::map<uint64_t, Problem> MakePlaces(const pz_journal* journal, const Numbers& lacking) {
  std::map<uint64_t, Problem> without;
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i) {
    const Json row = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    const uint64_t id = pz_journal_job_id(journal, i);
    if (TextOf(row, "stage") == "ended" && !Has(lacking, id)) continue;
    auto problem = MakePlace(row);
    if (!problem || TextOf(row, "sent") != "no") continue;
    problem->message += "; `pz jobs giveup " + std::to_string(id) + "` lets go of the job";
    without.emplace(id, std::move(*problem));
  }
  return without;
}

// Their requests may be on their way.
void AddLiving(const pz_journal* journal, pz_client* client, Ends& ends) {
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i) {
    Owned<pz_job> job;
    const Json row = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
    if (TextOf(row, "stage") != "ended" && pz_client_find_job(client, pz_journal_job_id(journal, i), Out(job)) == PZ_OK)
      ends.Add(std::move(job));
  }
}

Exit Resume(const Args& args) {
  Ends ends(args);
  auto made = Open(args);
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  pz_client* client = std::get<Owned<pz_client>>(made).get();
  auto seen = OpenJournal(args.gateway.journal);  // nobody else writes it now
  if (auto* problem = std::get_if<Problem>(&seen)) return Report(*problem, args.report);
  const pz_journal* journal = std::get<Owned<pz_journal>>(seen).get();
  const Numbers lacking = Incomplete(journal);
  const std::map<uint64_t, Problem> without_place = MakePlaces(journal, lacking);
  Owned<pz_error> error;
  uint32_t left = 0;
  pz_client_pause(client);
  if (pz_client_restore(client, &left, Out(error)) != PZ_OK) return Report(ProblemOf(error.get()), args.report);
  for (const auto& [id, problem] : without_place)
    if (Owned<pz_job> lives; pz_client_find_job(client, id, Out(lives)) == PZ_OK) return Report(problem, args.report);
  AddLiving(journal, client, ends);
  TellElsewhere(client, journal);
  pz_client_resume(client);
  left += FetchAgain(client, lacking);
  if (left == 0) WriteLine(stderr, "pz: there is nothing to go on with");
  return ends.Await(client, left);
}

// What speaks against sending these again, before any of them is.
std::optional<Problem> CheckResubmit(const Args& args, const Numbers& ids) {
  auto seen = OpenJournal(args.gateway.journal);
  if (auto* problem = std::get_if<Problem>(&seen)) return *problem;
  const pz_journal* journal = std::get<Owned<pz_journal>>(seen).get();
  const std::map<uint64_t, Successor> successors = SuccessorsIn(journal);
  std::map<uint64_t, Json> rows;
  for (uint32_t i = 0; i < pz_journal_job_count(journal); ++i)
    if (const uint64_t id = pz_journal_job_id(journal, i); Has(ids, id))
      rows[id] = Json::parse(pz_journal_job_json(journal, i, nullptr), nullptr, false);
  for (const uint64_t id : ids) {
    const std::string name = "job " + std::to_string(id);
    const auto successor = successors.find(id);
    if (!rows.count(id)) return NotThere(id);
    if (TextOf(rows[id], "stage") != "ended") return Usage(name + " has not ended: `pz jobs resume` goes on with it", "JOB");
    if (successor != successors.end() && !args.once_more)
      return Usage(name + " was " + Words(successor->second) + " already (--once-more)", "JOB");
    if (auto problem = MakePlace(rows[id])) return problem;
  }
  return std::nullopt;
}

// Sends the requests of ended jobs again, as new jobs.
Exit Resubmit(const Args& args, const Numbers& ids) {
  Ends ends(args);
  auto made = Open(args);
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  if (auto problem = CheckResubmit(args, ids)) return Report(*problem, args.report);  // nobody else writes the journal now
  pz_client* client = std::get<Owned<pz_client>>(made).get();
  Exit exit = Exit::kOk;
  uint32_t sent = 0;
  for (const uint64_t id : ids) {
    Owned<pz_job> job, again;
    Owned<pz_error> error;
    pz_status status = pz_client_find_job(client, id, Out(job));
    if (status == PZ_OK) status = pz_client_resubmit(client, job.get(), args.second_charge, Out(again), Out(error));
    if (status == PZ_OK) {
      ++sent;
      ends.Add(std::move(again));
      continue;
    }
    Problem problem = error ? ProblemOf(error.get()) : Usage(pz_status_name(status));
    problem.message = "job " + std::to_string(id) + ": " + problem.message;
    if (status == PZ_E_INVALID_STATE) {
      problem.exit = Exit::kUsage;
      problem.message += " (--accepting-second-charge)";
    }
    exit = Gravest(exit, Report(problem, args.report));
  }
  return Gravest(exit, ends.Await(client, sent));
}

// Stops following jobs that have not ended; the gateway cannot be told. They end in the journal, and nothing that was
// not sent is sent.
Exit GiveUp(const Args& args, const Numbers& ids) {
  auto made = Open(args);
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  pz_client* client = std::get<Owned<pz_client>>(made).get();
  Owned<pz_error> error;
  pz_client_pause(client);  // what was never sent stays so
  if (pz_client_restore(client, nullptr, Out(error)) != PZ_OK) return Report(ProblemOf(error.get()), args.report);
  std::vector<Owned<pz_job>> given_up;
  for (const uint64_t id : ids) {
    Owned<pz_job> job;
    const pz_status found = pz_client_find_job(client, id, Out(job));
    if (found != PZ_OK || pz_job_state(job.get()) >= PZ_STATE_COMPLETED)
      return Report(Usage("job " + std::to_string(id) + " is not in the journal, or has ended", "JOB"), args.report);
    given_up.push_back(std::move(job));
  }
  for (const Owned<pz_job>& job : given_up) pz_job_cancel(job.get());
  size_t left = given_up.size();
  Exit exit = Exit::kOk;
  while (left > 0) {
    Owned<pz_event> event;
    const pz_status status = pz_client_wait_event(client, PZ_INFINITE, Out(event));
    if (status < 0) return Exit::kFailure;
    if (status == PZ_OK && pz_event_kind(event.get()) == PZ_EVENT_OUTPUT)  // of the others
      exit = Gravest(exit, TellOutput(event.get(), args));
    if (status != PZ_OK || pz_event_kind(event.get()) != PZ_EVENT_DONE) continue;
    TellEnd(event.get(), args.report.json);  // also of a job that had ended before: who takes its DONE tells it
    for (const Owned<pz_job>& job : given_up) left -= pz_event_job_id(event.get()) == pz_job_id(job.get());
  }
  return exit;
}

Exit Forget(const Args& args, const Numbers& ids) {
  auto made = Open(args);
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  for (const uint64_t id : ids) {
    const std::string name = "job " + std::to_string(id);
    const pz_status status = pz_client_forget(std::get<Owned<pz_client>>(made).get(), id);
    if (status == PZ_OK) {
      WriteLine(stderr, "pz: " + name + " forgotten");
      continue;
    }
    return Report(Usage(name + (status == PZ_E_NOT_FOUND ? " is not in the journal"
                                : status == PZ_E_INVALID_STATE ? " has not ended: resume it first"
                                                               : " cannot be forgotten"),
                        "JOB"),
                  args.report);
  }
  return Exit::kOk;
}

}  // namespace

Exit Jobs(const Args& args) {
  auto numbers = NumbersOf(args.ids);
  if (auto* problem = std::get_if<Problem>(&numbers)) return Report(*problem, args.report);
  const Numbers& ids = std::get<Numbers>(numbers);
  if (args.action == "list" || args.action == "show") return List(args, ids, args.action == "show");
  if (args.action == "resume" && ids.empty()) return Resume(args);
  if (args.action == "resume")
    return Report(Usage("resume takes no numbers: it goes on with all jobs of the journal that have not ended", "JOB"), args.report);
  if (ids.empty()) return Report(Usage("which jobs? their numbers, as `pz jobs list` prints them", "JOB"), args.report);
  if (args.action == "resubmit") return Resubmit(args, ids);
  return args.action == "giveup" ? GiveUp(args, ids) : Forget(args, ids);
}

}  // namespace pixazo::cli
