//! Jobs and streams on tokio's executor of several threads.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use pixazo::{ErrorClass, EventType, Request, State};
use tokio::runtime::Runtime;

#[path = "../../pixazo/tests/support/mod.rs"]
mod support;
use support::Sandbox;

fn request(prompt: &str) -> Request {
    Request::new("gpt-image-2").set("prompt", prompt).fetch_outputs(false)
}

struct Next<'a, S>(&'a mut S);

impl<S: Stream + Unpin> Future for Next<'_, S> {
    type Output = Option<S::Item>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.0).poll_next(context)
    }
}

#[test]
fn many_tasks_await_their_jobs_and_read_their_streams() {
    let sandbox = Sandbox::start(&[]);
    let client = sandbox.client();
    Runtime::new().unwrap().block_on(async {
        let tasks: Vec<_> = (0..40)
            .map(|i| {
                let client = client.clone();
                tokio::spawn(async move {
                    let mut job = client.submit(&request(&format!("task {}", i)))?;
                    let mut events = job.events();
                    let mut last = None;
                    while let Some(event) = Next(&mut events).await {
                        last = Some(event.kind());
                    }
                    assert_eq!(last, Some(EventType::Done));
                    (&mut job).await.map(|done| done.id())
                })
            })
            .collect();
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap().unwrap());
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 40);
    });
}

#[test]
fn a_timeout_of_tokio_lets_go_of_the_job_which_runs_on_and_an_abort_cancels_what_is_guarded() {
    let sandbox = Sandbox::start(&[]);
    sandbox.faults(r#"{"on": "submit", "times": 0, "queued_ms": 1, "processing_ms": 600000}"#);
    let client = sandbox.client();
    Runtime::new().unwrap().block_on(async {
        let mut job = client.submit(&request("long")).unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(10), &mut job).await.is_err());
        assert!(!job.state().is_terminal());
        let guard = job.cancel_on_drop();
        let copy = job.clone();
        let task = tokio::spawn(async move {
            let _guard = guard;
            copy.await
        });
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!((&mut job).await.unwrap_err().class(), ErrorClass::Cancelled);
        assert_eq!(job.state(), State::Cancelled);
    });
}
