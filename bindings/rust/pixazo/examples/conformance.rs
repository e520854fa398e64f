//! The scenarios of bindings/conformance/scenarios.json in Rust: conformance <scenario>. No runtime: jobs are awaited by an
//! executor of a dozen lines, or waited for by blocking.
use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pixazo::{Catalogue, Charged, Client, ClientBuilder, Error, ErrorClass, EventType, Job, ParamType, Request, Stat, State};

#[path = "../tests/support/mod.rs"]
mod support;
use support::{block_on, http, json, until};

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{} is not set", name))
}

fn folder() -> PathBuf {
    variable("PIXAZO_SCENARIO_DIR").into()
}

fn builder() -> ClientBuilder {
    support::client_of(&variable("PIXAZO_BASE_URL"), &variable("PIXAZO_API_KEY"))
}

fn client() -> Client {
    builder().build().unwrap()
}

fn request(prompt: &str) -> Request {
    Request::new("gpt-image-2").set("prompt", prompt)
}

fn request_of(endpoint: &str, prompt: &str) -> Request {
    Request::new(endpoint).set("prompt", prompt)
}

fn is_picture(bytes: &[u8], media_type: &str) -> bool {
    match media_type {
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes[8..].starts_with(b"WEBP"),
        _ => false,
    }
}

/// The error of a job that did not complete, with what the job itself says about it.
fn failure(client: &Client, request: &Request, charged: Charged) -> (Job, Error) {
    let mut job = client.submit(request).unwrap();
    let error = block_on(&mut job).unwrap_err();
    assert_eq!(job.state(), State::Failed);
    assert_eq!(job.charged(), charged);
    (job, error)
}

fn generate_memory() {
    let request = request_of("gpt-image-2-text-to-image", "generate_memory").set("quality", "low");
    let done = block_on(client().generate(&request)).unwrap();
    assert_eq!((done.state(), done.charged()), (State::Completed, Charged::Yes));
    assert_eq!(done.output_count(), 1);
    let output = done.first().unwrap();
    let bytes = output.bytes().unwrap();
    assert!(output.is_fetched() && is_picture(bytes, output.media_type()));
    assert_eq!(output.size(), bytes.len() as u64);
    assert!(output.width() > 0 && output.height() > 0);
}

fn generate_file() {
    let request = request_of("sdxl-lightning", "generate_file").set("width", 256).set("height", 256).output_dir(folder());
    let output = client().submit(&request).unwrap().wait().unwrap().first().unwrap();
    let path = output.path().unwrap();
    assert_eq!(path.parent().unwrap(), folder());
    let bytes = std::fs::read(path).unwrap();
    assert!(output.bytes().is_none() && is_picture(&bytes, output.media_type()));
    assert_eq!(output.size(), bytes.len() as u64);
    let extension = path.extension().unwrap().to_str().unwrap().replace("jpg", "jpeg");
    assert_eq!(output.media_type(), format!("image/{}", extension));
}

fn four_outputs_one_fails() {
    let done = block_on(client().generate(&request("four_outputs_one_fails").set("count", 4))).unwrap();
    let outputs = done.outputs();
    assert_eq!(outputs.len(), 4);
    for output in &outputs {
        assert_eq!(output.is_fetched(), output.index() != 2);
        assert_eq!(output.error().is_some(), output.index() == 2);
    }
    let error = outputs[2].error().unwrap();
    assert_eq!((error.class(), error.http_status()), (ErrorClass::Output, Some(403)));
}

fn cancel_before_submit() {
    let client = client();
    client.pause().unwrap();
    let mut job = client.submit(&request("cancel_before_submit")).unwrap();
    job.cancel().unwrap();
    assert_eq!(block_on(&mut job).unwrap_err().class(), ErrorClass::Cancelled);
    assert_eq!((job.state(), job.charged()), (State::Cancelled, Charged::No));
}

fn cancel_after_submit() {
    let client = client();
    let mut job = client.submit(&request("cancel_after_submit")).unwrap();
    until(|| (job.state() == State::Processing).then_some(()));
    job.cancel().unwrap();
    assert_eq!(block_on(&mut job).unwrap_err().class(), ErrorClass::Cancelled);
    assert_eq!((job.state(), job.charged()), (State::Cancelled, Charged::Unknown));
    assert!(!job.remote_id().is_empty());
}

fn validation_error() {
    let error = client().submit(&Request::new("gpt-image-2").set("promt", "validation_error")).unwrap_err();
    assert_eq!((error.class(), error.field()), (ErrorClass::InvalidArgument, Some("promt")));
    assert!(error.message().contains("prompt"), "{}", error);
}

fn balance_402() {
    let request = request_of("gpt-image-2-text-to-image", "balance_402").set("quality", "low");
    let (_, error) = failure(&client(), &request, Charged::No);
    assert_eq!((error.class(), error.http_status()), (ErrorClass::Balance, Some(402)));
    assert_eq!((error.required_microusd(), error.charged()), (Some(12000), Charged::No));
}

fn rate_limited_then_ok() {
    let done = block_on(client().generate(&request("rate_limited_then_ok"))).unwrap();
    assert_eq!((done.state(), done.charged(), done.attempt_count()), (State::Completed, Charged::Yes, 2));
}

fn job_failed() {
    let (_, error) = failure(&client(), &request("job_failed"), Charged::Unknown);
    assert_eq!((error.class(), error.charged()), (ErrorClass::JobFailed, Charged::Unknown));
}

fn job_error() {
    let (_, error) = failure(&client(), &request("job_error"), Charged::No);
    assert_eq!((error.class(), error.charged()), (ErrorClass::JobError, Charged::No));
}

fn uncertain() {
    let (_, error) = failure(&client(), &request("uncertain"), Charged::Unknown);
    assert_eq!((error.class(), error.is_retryable()), (ErrorClass::Uncertain, false));
}

fn timeout() {
    let request = request("timeout").job_timeout(Duration::from_millis(2000));
    let (job, error) = failure(&client(), &request, Charged::Unknown);
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(!job.remote_id().is_empty());
}

/// The gateway's id of a job, once it is known.
fn remote_id(job: &Job) -> String {
    until(|| Some(job.remote_id().to_string()).filter(|id| !id.is_empty()))
}

fn restore() {
    let builder = builder().journal(folder().join("journal"));
    let first = builder.build().unwrap();
    let job = first.submit(&request("restore")).unwrap();
    let (id, remote) = (job.id(), remote_id(&job));
    drop((first, job));
    http::ask(&variable("PIXAZO_SANDBOX"), "/sandbox/settings", Some("{\"speed\": 500}"));
    let second = builder.build().unwrap();
    assert_eq!(second.restore().unwrap(), 1);
    let done = second.find_job(id).unwrap().wait().unwrap();
    assert_eq!((done.id(), done.charged()), (id, Charged::Yes));
    assert_eq!(done.remote_id(), remote);
}

fn webhook() {
    let target: Arc<Mutex<Option<Client>>> = Arc::default();
    let inbox = Arc::clone(&target);
    let mut slot = target.lock().unwrap(); // No webhook is taken before there is a client.
    let url = http::serve(move |path, body| inbox.lock().unwrap().as_ref().unwrap().deliver_webhook(path, body).unwrap());
    let rare = Duration::from_secs(60);
    let client = builder().webhook_url(&format!("{}/hook/", url)).poll_interval(rare, rare).build().unwrap();
    *slot = Some(client.clone());
    drop(slot);
    block_on(client.generate(&request("webhook"))).unwrap();
    assert!(client.stat(Stat::Webhooks) > 0);
}

fn attach() {
    let first = client();
    let remote = remote_id(&first.submit(&request("attach")).unwrap());
    drop(first);
    let second = client();
    let done = block_on(second.attach(&remote, "", 7).unwrap()).unwrap();
    assert_eq!((done.remote_id(), done.tag()), (remote.as_str(), 7));
    assert!(done.first().unwrap().is_fetched());
}

fn catalogue_form() {
    let catalogue = Catalogue::builtin();
    assert!(catalogue.endpoints().count() >= 15);
    for endpoint in catalogue.endpoints() {
        assert!(json::parse(endpoint.example_json()).is_object());
        assert!(endpoint.params().count() > 0);
        for param in endpoint.params() {
            assert!(!param.name().is_empty());
            assert!(!matches!(param.kind(), ParamType::Other(_)));
        }
    }
    let images = catalogue.find("gpt-image-2-edit").unwrap().find_param("images").unwrap();
    assert_eq!(images.kind(), ParamType::Images);
    assert!(images.is_required() && images.is_data_uri_accepted());
    let quality = catalogue.find("gpt-image-2").unwrap().find_param("quality").unwrap();
    let choices: Vec<_> = quality.choices_json().map(|choice| json::parse(choice).text().to_string()).collect();
    assert_eq!(choices, ["low", "medium", "high", "auto"]);
}

fn estimate() {
    let known = request_of("gpt-image-2-text-to-image", "estimate").set("quality", "low");
    let price = known.estimate().unwrap();
    assert!(price.low_microusd == 12000 && price.low_microusd <= price.high_microusd);
    assert!(!known.estimate_source().is_empty());
    let unknown = request("estimate");
    assert_eq!(unknown.estimate().unwrap_err().class(), ErrorClass::NotFound);
    assert!(!unknown.estimate_source().is_empty());
}

fn unicode_prompt() {
    let prompt = "lighthouse \u{1f3ee} e\u{301} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}\u{2028} end";
    block_on(client().generate(&request(prompt))).unwrap();
    let seen = json::parse(&http::ask(&variable("PIXAZO_SANDBOX"), "/sandbox/state", None));
    assert_eq!(seen["posts"].list()[0]["prompt"].text(), prompt);
}

fn two_clients() {
    let (first, second) = (client(), builder().api_key(&(variable("PIXAZO_API_KEY") + "-2")).build().unwrap());
    let one = first.submit(&request("two_clients 1")).unwrap();
    let two = second.submit(&request("two_clients 2")).unwrap();
    block_on(one).unwrap();
    block_on(two).unwrap();
}

/// So many jobs, the first of which the gateway works on.
fn submit_some(client: &Client, name: &str, count: u32) -> Vec<Job> {
    let jobs: Vec<_> = (1..=count).map(|i| client.submit(&request(&format!("{} {}", name, i))).unwrap()).collect();
    until(|| (jobs[0].state() == State::Processing).then_some(()));
    jobs
}

static KEPT: Mutex<Option<(Client, Vec<Job>)>> = Mutex::new(None);

fn exit_running() {
    let client = client();
    let jobs = submit_some(&client, "exit_running", 5);
    // Main is left with the client's thread at work and nothing closed: what is in a static is never dropped.
    *KEPT.lock().unwrap() = Some((client, jobs));
}

fn many() {
    let client = client();
    let mut events = client.events();
    let jobs: Vec<_> = (1..=200)
        .map(|i| client.submit(&request(&format!("many {}", i)).fetch_outputs(false)).unwrap())
        .collect();
    for job in &jobs {
        block_on(job.clone()).unwrap();
    }
    client.shutdown(Duration::from_secs(0)).unwrap();
    let mut done: HashMap<u64, u32> = HashMap::new();
    for event in events.blocking_iter().filter(|event| event.kind() == EventType::Done) {
        *done.entry(event.job_id()).or_default() += 1;
    }
    assert_eq!(done.len(), 200);
    assert!(jobs.iter().all(|job| done[&job.id()] == 1));
}

fn destroy_midflight() {
    let client = client();
    let jobs = submit_some(&client, "destroy_midflight", 20);
    drop(client);
    for job in jobs {
        assert!(job.state().is_terminal());
        if job.state() != State::Completed {
            assert_eq!((job.state(), job.error().unwrap().class()), (State::Cancelled, ErrorClass::Closed));
        }
        let _ = block_on(job);
    }
}

fn main() {
    let scenarios: &[(&str, fn())] = &[
        ("generate_memory", generate_memory),
        ("generate_file", generate_file),
        ("four_outputs_one_fails", four_outputs_one_fails),
        ("cancel_before_submit", cancel_before_submit),
        ("cancel_after_submit", cancel_after_submit),
        ("validation_error", validation_error),
        ("balance_402", balance_402),
        ("rate_limited_then_ok", rate_limited_then_ok),
        ("job_failed", job_failed),
        ("job_error", job_error),
        ("uncertain", uncertain),
        ("timeout", timeout),
        ("restore", restore),
        ("webhook", webhook),
        ("attach", attach),
        ("catalogue_form", catalogue_form),
        ("estimate", estimate),
        ("unicode_prompt", unicode_prompt),
        ("two_clients", two_clients),
        ("exit_running", exit_running),
        ("many", many),
        ("destroy_midflight", destroy_midflight),
    ];
    let wanted = env::args().nth(1).unwrap_or_default();
    match scenarios.iter().find(|(name, _)| *name == wanted) {
        Some((_, scenario)) => scenario(),
        None => {
            println!("there is no such scenario in Rust");
            std::process::exit(77);
        }
    }
}
