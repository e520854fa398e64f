// Webhooks: what goes along with the paid POST, and what is done about one that came.
#include <algorithm>

#include "client/driver.h"
#include "client/journal_row.h"

namespace pixazo::client {

// Where the endpoint takes the URL in its body and the host wants it there; otherwise the gateway's headers
// (its documents, "Webhooks"). Never both.
void Driver::AddWebhook(const Job& job, transport::SubmitCall& call) const {
  const Config::Webhook& webhook = session_->config.webhook;
  if (job.made.nonce.empty() || webhook.base.empty()) return;
  const std::string url = WebhookUrl(webhook.base, job.made.nonce.str());
  if (webhook.in_body && catalogue::AddWebhook(*job.made.endpoint, url, call.body)) return;
  call.headers.push_back("X-Webhook-URL: " + url);
  call.headers.push_back(std::string("X-Webhook-Mode: ") + (webhook.sync ? "sync" : "terminal"));
}

// A live job's engine decides what the hint is worth. The id of a job that ended in doubt gets a job of its
// own, which names the old one; an authenticated status call says whether it is true.
void Driver::Webhook(const std::string& nonce) {
  Webhooks::Told told;
  if (!session_->webhooks.Take(nonce, told)) return;
  if (!told.in_doubt) {
    const auto it = records_.find(told.subject.job);
    if (it == records_.end()) {
      if (!told.request_id.empty()) session_->archive.Name(told.subject.job, told.request_id);
      return;
    }
    if (told.request_id.empty()) told.request_id = it->second.job->remote_id();
    engine_.Webhook(ReadClocks(), told.subject.job, told.request_id);
    return;
  }
  Job::Make make;
  make.kind = core::JobSpec::Kind::kAttach;
  make.tag = told.subject.tag;
  make.Follow().origin = told.subject.job;
  make.endpoint = told.subject.endpoint;
  make.Follow().request_id = told.request_id;
  if (journal_) {  // of an earlier life: its pictures go where the old one's would have
    const auto& rows = journal_->loaded().records;
    const auto of = [&told](const journal::Record& row) { return row.job == told.subject.job; };
    const auto row = std::find_if(rows.begin(), rows.end(), of);
    if (row != rows.end()) make.submission = MakeOf(*row, session_->config).submission;
  }
  bool is_new = false;
  auto job = session_->Admit(std::move(make), nullptr, is_new);
  if (!job.ok()) {
    session_->webhooks.Unfollow(nonce, told.request_id);  // the next delivery tries again
    Log(kLogWarn, nullptr,
        "a webhook names the job of an uncertain submit, which cannot be followed: " + job.error().message);
    return;
  }
  StartJob(*job);
}

}  // namespace pixazo::client
