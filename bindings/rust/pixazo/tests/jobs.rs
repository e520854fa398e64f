//! Jobs as futures, as readers of events and as blocking waits, against pz-sandbox.
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use pixazo::{Charged, Client, ErrorClass, EventType, Job, Request, State};

mod support;
use support::{block_on, until, Sandbox};

const LONG: &str = r#"{"on": "submit", "prompt": "long", "times": 0, "queued_ms": 1, "processing_ms": 600000}"#;

fn request(prompt: &str) -> Request {
    Request::new("gpt-image-2").set("prompt", prompt).set("quality", "low").fetch_outputs(false)
}

/// Calls what it was given, as many times as it is woken, and counts.
struct Calls {
    count: AtomicUsize,
    call: Box<dyn Fn() + Send + Sync>,
}

impl Calls {
    fn new(call: impl Fn() + Send + Sync + 'static) -> Arc<Calls> {
        Arc::new(Calls { count: AtomicUsize::new(0), call: Box::new(call) })
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl Wake for Calls {
    fn wake(self: Arc<Self>) {
        self.count.fetch_add(1, Ordering::SeqCst);
        (self.call)();
    }
}

fn poll(job: &mut Job, waker: &Arc<Calls>) -> bool {
    let waker: Waker = Arc::clone(waker).into();
    Pin::new(job).poll(&mut Context::from_waker(&waker)).is_ready()
}

/// A sandbox with a client and a job that goes on for long.
fn with_long_job() -> (Sandbox, Client, Job) {
    let sandbox = Sandbox::start(&[]);
    sandbox.faults(LONG);
    let client = sandbox.client();
    let job = client.submit(&request("long")).unwrap();
    (sandbox, client, job)
}

#[test]
fn one_thread_awaits_many_jobs_at_once() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let mut jobs: Vec<_> = (0..50).map(|i| client.submit(&request(&format!("prompt {}", i))).unwrap()).collect();
    let mut ended = HashSet::new();
    let all = PollFn(|context: &mut Context<'_>| {
        for job in &mut jobs {
            if let (false, Poll::Ready(result)) = (ended.contains(&job.id()), Pin::new(&mut *job).poll(context)) {
                ended.insert(result.unwrap().id());
            }
        }
        if ended.len() == 50 { Poll::Ready(()) } else { Poll::Pending }
    });
    block_on(all);
    assert!(jobs.iter().all(|job| job.state() == State::Completed && job.charged() == Charged::Yes));
}

struct PollFn<F>(F);

impl<F: FnMut(&mut Context<'_>) -> Poll<()> + Unpin> Future for PollFn<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        (self.0)(context)
    }
}

#[test]
fn the_waker_of_the_last_poll_is_the_one_that_is_woken_and_only_at_the_end() {
    let (_sandbox, client, mut job) = with_long_job();
    let (old, new) = (Calls::new(|| ()), Calls::new(|| ()));
    assert!(!poll(&mut job, &old));
    assert!(!poll(&mut job, &new));
    let mut events = job.events();
    while job.state() != State::Processing {
        events.blocking_recv().unwrap();
    }
    assert_eq!((old.count(), new.count()), (0, 0));
    job.cancel().unwrap();
    while events.blocking_recv().is_some() {}
    until(|| (new.count() == 1).then_some(()));
    assert_eq!(old.count(), 0);
    assert!(poll(&mut job, &new));
    drop(client);
    assert_eq!(new.count(), 1);
}

#[test]
fn dropping_a_job_cancels_nothing() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let mut events = client.events();
    drop(client.submit(&request("let go").tag(7)).unwrap());
    let done = events.blocking_iter().find(|event| event.kind() == EventType::Done).unwrap();
    assert_eq!((done.state(), done.tag()), (State::Completed, 7));
    assert!(done.error().is_none());
}

#[test]
fn a_guard_cancels_its_job_when_it_is_dropped_and_not_when_it_is_disarmed() {
    let (_sandbox, client, job) = with_long_job();
    let other = client.submit(&request("short")).unwrap();
    let guard = other.cancel_on_drop();
    drop(job.cancel_on_drop());
    assert_eq!(job.wait().unwrap_err().class(), ErrorClass::Cancelled);
    assert_eq!(job.state(), State::Cancelled);
    guard.disarm();
    other.wait().unwrap();
}

#[test]
fn dropping_the_client_ends_what_waits_for_its_jobs() {
    let (_sandbox, client, job) = with_long_job();
    let waits: Vec<_> = [true, false]
        .iter()
        .map(|&by_future| {
            let job = job.clone();
            thread::spawn(move || if by_future { block_on(job) } else { job.wait() })
        })
        .collect();
    let mut events = job.events();
    let mut all = client.events();
    while job.state() != State::Processing {
        events.blocking_recv().unwrap();
    }
    drop(client);
    for wait in waits {
        let error = wait.join().unwrap().unwrap_err();
        assert_eq!((error.class(), error.charged()), (ErrorClass::Closed, Charged::Unknown));
    }
    let last = events.blocking_iter().last().unwrap();
    assert_eq!((last.kind(), last.state()), (EventType::Done, State::Cancelled));
    assert_eq!(all.blocking_iter().filter(|event| event.kind() == EventType::Done).count(), 1);
    assert!(job.events().blocking_iter().last().unwrap().kind() == EventType::Done);
}

#[test]
fn a_client_that_is_shut_down_answers_on_until_it_is_dropped() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let mut events = client.events();
    let job = client.submit(&request("the last one")).unwrap();
    client.shutdown(Duration::from_secs(3600)).unwrap();
    assert_eq!(job.state(), State::Completed);
    assert!(events.blocking_iter().any(|event| event.kind() == EventType::Done && event.job_id() == job.id()));
    // By now its thread has nothing more to do.
    assert_eq!(client.submit(&request("too late")).unwrap_err().class(), ErrorClass::Closed);
    assert_eq!((client.in_flight(), client.stat(pixazo::Stat::Done)), (0, 1));
    assert!(client.events().blocking_recv().is_none());
    assert_eq!(block_on(job).unwrap().charged(), Charged::Yes);
}

#[test]
fn the_last_client_may_be_dropped_inside_a_waker() {
    let (_sandbox, client, mut long) = with_long_job();
    let mut short = client.submit(&request("short")).unwrap();
    let mut events = client.events();
    let kept = Arc::new(Mutex::new(Some(client)));
    let taken = Arc::clone(&kept);
    let waker = Calls::new(move || drop(taken.lock().unwrap().take()));
    if poll(&mut short, &waker) {
        Arc::clone(&waker).wake();
    }
    assert_eq!(block_on(&mut long).unwrap_err().class(), ErrorClass::Closed);
    until(|| kept.lock().unwrap().is_none().then_some(()));
    assert_eq!(events.blocking_iter().filter(|event| event.kind() == EventType::Done).count(), 2);
}

#[test]
fn a_waker_that_panics_stops_nobody_else() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    client.pause().unwrap();
    let mut first = client.submit(&request("first")).unwrap();
    let second = client.submit(&request("second")).unwrap();
    let waker = Calls::new(|| panic!("a waker's own, on purpose"));
    assert!(!poll(&mut first, &waker));
    client.resume().unwrap();
    block_on(second).unwrap();
    until(|| (waker.count() == 1).then_some(()));
    block_on(client.generate(&request("third"))).unwrap();
}

#[test]
fn every_reader_has_all_events_of_a_job_from_the_first_to_done() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let job = client.submit(&request("a story").fetch_outputs(true)).unwrap();
    let blocking: Vec<_> = job.events().blocking_iter().collect();
    let mut late = job.events();
    let asynchronous = block_on(async {
        let mut all = Vec::new();
        while let Some(event) = late.recv().await {
            all.push(event);
        }
        all
    });
    let numbers = |events: &[pixazo::Event]| events.iter().map(|event| event.seq()).collect::<Vec<_>>();
    assert!(numbers(&blocking).windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(blocking.iter().filter(|event| event.kind() == EventType::Done).count(), 1);
    assert_eq!(blocking.last().unwrap().kind(), EventType::Done);
    assert!(blocking.iter().any(|event| event.kind() == EventType::State));
    let output = blocking.iter().find(|event| event.kind() == EventType::Output).unwrap().output().unwrap();
    assert!(output.is_fetched() && output.meta_json().contains("gpt-image-2"));
    // A late one may find progress that was newer; nothing else differs.
    let kept = |events: &[pixazo::Event]| {
        events.iter().filter(|event| event.kind() != EventType::Progress).map(|event| event.seq()).collect::<Vec<_>>()
    };
    assert_eq!(kept(&blocking), kept(&asynchronous));
}

#[test]
fn a_job_that_nobody_holds_is_had_from_its_events() {
    let (_sandbox, client, job) = with_long_job();
    let mut events = client.events();
    let id = client.submit(&request("long and let go")).unwrap().id();
    let event = events.blocking_iter().find(|event| event.job_id() == id).unwrap();
    let again = client.job_of(&event).unwrap();
    assert_eq!(again.id(), id);
    again.cancel().unwrap();
    assert_eq!(block_on(again.clone()).unwrap_err().class(), ErrorClass::Cancelled);
    assert_eq!(again.events().blocking_iter().last().unwrap().kind(), EventType::Done);
    // A second handle of a job that is held shares what that one has heard.
    let done = events.blocking_iter().find(|event| event.job_id() == id && event.kind() == EventType::Done).unwrap();
    assert_eq!(client.job_of(&done).unwrap().events().blocking_iter().last().unwrap().kind(), EventType::Done);
    job.cancel().unwrap();
}

include!("readme/follow.rs");

#[test]
fn the_examples_of_readme_that_need_an_executor_run_too() {
    let sandbox = Sandbox::start(&[]);
    let output = block_on(follow(&sandbox.client())).unwrap();
    assert!(output.is_fetched());
    let readme = include_str!("../../README.md");
    assert!(readme.contains(include_str!("readme/follow.rs")));
    let hello = include_str!("../examples/hello.rs");
    assert!(readme.contains(&hello[hello.find("fn main").unwrap()..]));
}

#[test]
fn one_submit_key_is_one_job_also_after_its_handles_are_gone() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let twice = request("double click").submit_key("click 1");
    let id = block_on(client.generate(&twice)).unwrap().id();
    let again = client.submit(&twice).unwrap();
    assert_eq!((again.id(), again.submit_key()), (id, "click 1"));
    // Its events are gone with its handles; unless the client's thread was still at them. It does not wait for more.
    assert!(again.events().blocking_iter().last().map_or(true, |event| event.kind() == EventType::Done));
    assert_eq!(block_on(again).unwrap().id(), id);
    assert_eq!(sandbox.state()["posts"].list().len(), 1);
}

#[test]
fn a_wait_with_a_time_gives_nothing_while_the_job_runs() {
    let (_sandbox, _client, job) = with_long_job();
    assert!(job.wait_timeout(Duration::from_millis(1)).is_none());
    job.cancel().unwrap();
    assert!(job.wait_timeout(Duration::from_secs(3600)).unwrap().is_err());
}

#[test]
fn errors_tell_class_field_and_charge_and_never_the_key() {
    let sandbox = Sandbox::start(&["--balance", "0"]);
    let client = sandbox.client();
    let refused = client.submit(&Request::new("gpt-image-2").set("prompt", "x").set("quality", "best")).unwrap_err();
    assert_eq!((refused.class(), refused.field(), refused.charged()),
               (ErrorClass::InvalidArgument, Some("quality"), Charged::No));
    assert_eq!(refused.class().to_string(), "PZ_E_INVALID_ARG");
    let unknown = Request::new("gpt-image-3").validate().unwrap_err();
    assert!(unknown.class() == ErrorClass::NotFound && unknown.to_string().contains("gpt-image-2"), "{:?}", unknown);
    let poor: Box<dyn std::error::Error + Send + Sync> = block_on(client.generate(&request("poor"))).unwrap_err().into();
    let poor = poor.downcast::<pixazo::Error>().unwrap();
    assert_eq!((poor.class(), poor.http_status()), (ErrorClass::Balance, Some(402)));
    assert!(poor.required_microusd().is_some() && poor.charged() == Charged::No);
    assert!(!format!("{:?} {}", poor, poor).contains("test-key"));
}

#[test]
fn a_refused_setting_is_told_by_build_and_by_submit() {
    let error = Client::builder().base_url("ftp://example.com").build().unwrap_err();
    assert_eq!(error.class(), ErrorClass::InvalidArgument);
    let missing = Client::builder().api_key("k").output_dir("/no/such/directory").build().unwrap_err();
    assert_eq!(missing.class(), ErrorClass::Io);
    let error = Request::new("sdxl").set_json("prompt", "{not json").validate().unwrap_err();
    assert_eq!(error.class(), ErrorClass::InvalidArgument);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let no_text = std::ffi::OsStr::from_bytes(b"/tmp/\xff");
        assert_eq!(Client::builder().output_dir(no_text).build().unwrap_err().class(), ErrorClass::InvalidArgument);
    }
}

#[test]
fn a_question_for_the_key_is_answered_between_two_awaits() {
    let sandbox = Sandbox::start(&[]);
    let client = support::client_of(&sandbox.url, "").ask_key(true).build().unwrap();
    let mut events = client.events();
    let job = client.submit(&request("no key yet")).unwrap();
    block_on(async {
        while events.recv().await.unwrap().kind() != EventType::NeedKey {}
        client.set_api_key("late-key").unwrap();
        job.await.unwrap();
    });
}

#[test]
fn threads_share_a_client_and_hand_jobs_to_each_other() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let (sender, receiver) = std::sync::mpsc::channel();
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let (client, sender) = (client.clone(), sender.clone());
            thread::spawn(move || {
                for i in 0..10 {
                    sender.send(client.submit(&request(&format!("thread {} prompt {}", number, i))).unwrap()).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let mut ids = HashSet::new();
    for job in receiver {
        let story: Vec<_> = job.events().blocking_iter().map(|event| event.state()).collect();
        // Also what happened before the submitting thread went on.
        assert_eq!((story[0], story[story.len() - 1]), (State::Submitting, State::Completed), "{:?}", story);
        ids.insert(block_on(job).unwrap().id());
    }
    assert_eq!(ids.len(), 40);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_journal_is_read_beside_its_client() {
    let sandbox = Sandbox::start(&[]);
    let folder = std::env::temp_dir().join(format!("pixazo-rust-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("journal");
    let client = support::client_of(&sandbox.url, "test-key").journal(&path).build().unwrap();
    let id = client.submit(&request("written down")).unwrap().wait().unwrap().id();
    let journal = pixazo::Journal::open(&path).unwrap();
    let jobs: Vec<_> = journal.jobs().collect();
    assert!(jobs.len() == 1 && jobs[0].0 == id);
    assert_eq!(support::json::parse(jobs[0].1)["endpoint"].text(), "gpt-image-2");
    assert_eq!(journal.problems().count(), 0);
    assert_eq!(pixazo::Journal::open(folder.join("none")).unwrap_err().class(), ErrorClass::NotFound);
    drop(client);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(feature = "stream")]
#[test]
fn events_are_streams() {
    fn next<S: futures_core::Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
        struct Next<'a, S>(&'a mut S);
        impl<S: futures_core::Stream + Unpin> Future for Next<'_, S> {
            type Output = Option<S::Item>;
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                Pin::new(&mut *self.0).poll_next(context)
            }
        }
        block_on(Next(stream))
    }
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    let mut all = client.events();
    let mut of_job = client.submit(&request("a stream")).unwrap().events();
    let mut last = None;
    while let Some(event) = next(&mut of_job) {
        last = Some(event.kind());
    }
    assert_eq!(last, Some(EventType::Done));
    drop(client);
    let mut done = 0;
    while let Some(event) = next(&mut all) {
        done += usize::from(event.kind() == EventType::Done);
    }
    assert_eq!(done, 1);
}
