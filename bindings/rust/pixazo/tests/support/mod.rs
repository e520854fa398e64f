//! What tests need around the crate, by hand: an executor, a sandbox, enough HTTP and JSON.
#![allow(dead_code)]

pub mod http;
pub mod json;

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor there is: this thread, parked while the future is not ready.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// A client as every test wants it: quick polls.
pub fn client_of(url: &str, key: &str) -> pixazo::ClientBuilder {
    let ms = Duration::from_millis;
    pixazo::Client::builder()
        .base_url(url)
        .api_key(key)
        .allow_loopback(true)
        .poll_interval(ms(20), ms(100))
        .retry(3, ms(10), ms(50))
}

/// Waits until `found` gives something. A wait in vain ends with the test's own time.
pub fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
    loop {
        match found() {
            Some(value) => return value,
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// A pz-sandbox of one test, which ends with it.
pub struct Sandbox {
    process: Child,
    pub url: String,
}

impl Sandbox {
    pub fn start(arguments: &[&str]) -> Sandbox {
        let program = std::env::var("PIXAZO_SANDBOX_PROGRAM").expect("PIXAZO_SANDBOX_PROGRAM: the path of pz-sandbox");
        let mut process = Command::new(program)
            .args(["--port", "0", "--quiet", "--exit-with-parent", "--seed", "1", "--speed", "50"])
            .args(arguments)
            .env_remove("LD_PRELOAD") // a sanitizer's runtime for this program; that one has its own
            .stdout(Stdio::piped())
            .spawn()
            .expect("pz-sandbox starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_string();
        assert!(url.starts_with("http://"), "{:?}", line);
        Sandbox { process, url }
    }

    pub fn client(&self) -> pixazo::Client {
        client_of(&self.url, "test-key").build().unwrap()
    }

    pub fn faults(&self, rules: &str) {
        http::ask(&self.url, "/sandbox/faults", Some(&format!("{{\"rules\": [{}]}}", rules)));
    }

    pub fn state(&self) -> json::Json {
        json::parse(&http::ask(&self.url, "/sandbox/state", None))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
