use std::fmt;
use std::ptr;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::error::{check, check_with};
use crate::feed::Registry;
use crate::{ffi, sys, ClientBuilder, Completed, Error, ErrorClass, Event, Events, Job, Request, Stat};

/// A client of one gateway with one key. A clone is the same client; the last one dropped ends it, and its jobs with it.
///
/// Every method may be called from any thread, and none blocks but [`Client::shutdown`] and the dropping of the last clone,
/// which are bounded. The client has one thread of its own in Rust ("pixazo-events") that takes events from the library's
/// queue and wakes whoever waits for them; wakers run on it, so they must not block.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    raw: *mut sys::pz_client,
    registry: Arc<Registry>,
    pump: Option<JoinHandle<()>>,
    /// Never used but to be dropped; the pump waits for that.
    alive: Option<Sender<()>>,
    process: u32,
}

// Functions on a client may be called from any thread, several at once.
unsafe impl Send for Inner {}
unsafe impl Sync for Inner {}

/// The client's handle on its way to its thread, which frees it.
struct Raw(*mut sys::pz_client);
unsafe impl Send for Raw {}

/// Takes events until the client is shut down and drained, waits until `alive` is gone with the last `Client`, and frees the
/// client then: so no event is lost, and the last `Client` may be dropped in a waker that runs here.
fn pump(client: Raw, registry: Arc<Registry>, alive: Receiver<()>) {
    let Raw(client) = client;
    loop {
        let mut event = ptr::null_mut();
        match unsafe { sys::pz_client_wait_event(client, sys::PZ_INFINITE, &mut event) } {
            sys::PZ_OK => registry.deliver(unsafe { Event::from_raw(event) }),
            sys::PZ_E_CLOSED => break,
            sys::PZ_AGAIN => {}
            // Out of memory, and whatever else may pass.
            _ => thread::sleep(Duration::from_millis(10)),
        }
    }
    registry.close();
    let _ = alive.recv();
    unsafe { sys::pz_client_free(client) };
}

impl Client {
    /// What a client is made from.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn start(options: *const sys::pz_options) -> Result<Client, Error> {
        let mut raw = ptr::null_mut();
        check_with(|error| unsafe { sys::pz_client_new(options, &mut raw, error) })?;
        let registry = Arc::new(Registry::default());
        let ((handle, feeds), (alive, gone)) = ((Raw(raw), Arc::clone(&registry)), channel());
        match thread::Builder::new().name("pixazo-events".to_string()).spawn(move || pump(handle, feeds, gone)) {
            Ok(thread) => {
                let process = std::process::id();
                Ok(Client(Arc::new(Inner { raw, registry, pump: Some(thread), alive: Some(alive), process })))
            }
            Err(error) => {
                unsafe { sys::pz_client_free(raw) };
                Err(Error::local(ErrorClass::Limit, format!("no thread to be had: {}", error)))
            }
        }
    }

    /// The handle, borrowed, for functions of `pixazo_sys`. Its events are taken by the client's own thread.
    pub fn as_raw(&self) -> *mut sys::pz_client {
        self.0.raw
    }

    /// Submits a copy of `request`; returns at once with the job. The request is checked completely; what the network says
    /// comes by the job.
    pub fn submit(&self, request: &Request) -> Result<Job, Error> {
        self.job(false, |job, error| unsafe { sys::pz_client_submit(self.0.raw, request.as_raw(), job, error) })
    }

    /// Submits now, and gives the future of the end. Dropping it does not cancel the job.
    pub fn generate(&self, request: &Request) -> impl std::future::Future<Output = Result<Completed, Error>> + Send + 'static {
        let job = self.submit(request);
        async move { job?.await }
    }

    /// Follows a request that was submitted elsewhere, by the id that the gateway gave it. Never charged here. `endpoint_id`
    /// may be `""`.
    pub fn attach(&self, remote_id: &str, endpoint_id: &str, tag: u64) -> Result<Job, Error> {
        let ((id, id_size), (endpoint, endpoint_size)) = (ffi::text(remote_id), ffi::text(endpoint_id));
        self.job(false, |job, error| unsafe {
            sys::pz_client_attach(self.0.raw, id, id_size, endpoint, endpoint_size, tag, job, error)
        })
    }

    /// A new job that fetches those pictures of an ended one that are not here. Never a paid request.
    pub fn fetch_again(&self, job: &Job) -> Result<Job, Error> {
        self.job(false, |new, error| unsafe { sys::pz_client_fetch_again(self.0.raw, job.as_raw(), new, error) })
    }

    /// A new job that sends the same request once more. Unless the old one was not charged, `accept_second_charge` must be
    /// true: the name says what may happen.
    pub fn resubmit(&self, job: &Job, accept_second_charge: bool) -> Result<Job, Error> {
        self.job(false, |new, error| unsafe {
            sys::pz_client_resubmit(self.0.raw, job.as_raw(), accept_second_charge.into(), new, error)
        })
    }

    /// The job with this id: one that runs, or that the journal knows. Reads the disk for those.
    pub fn find_job(&self, job_id: u64) -> Result<Job, Error> {
        self.job(true, |job, _error| unsafe { sys::pz_client_find_job(self.0.raw, job_id, job) })
    }

    /// The job of an event of this client: for jobs that nobody holds a handle of, as those that [`Client::restore`] or a webhook
    /// made.
    pub fn job_of(&self, event: &Event) -> Option<Job> {
        let job = unsafe { sys::pz_event_job(event.as_raw()) };
        if job.is_null() {
            return None;
        }
        self.job(true, |retained, _error| unsafe {
            *retained = sys::pz_job_retain(job);
            sys::PZ_OK
        })
        .ok()
    }

    fn job(&self, known: bool, call: impl FnOnce(*mut *mut sys::pz_job, *mut *mut sys::pz_error) -> sys::pz_status)
           -> Result<Job, Error> {
        let (raw, feed) = self.0.registry.feed_of(known, || {
            let mut job = ptr::null_mut();
            check_with(|error| call(&mut job, error)).map(|()| job)
        })?;
        Ok(unsafe { Job::new(raw, feed) })
    }

    /// The jobs that the journal holds from earlier lives live again; how many that are. Their events come by
    /// [`Client::events`]; [`Client::find_job`] and [`Client::job_of`] give their handles.
    pub fn restore(&self) -> Result<u32, Error> {
        let mut count = 0;
        check_with(|error| unsafe { sys::pz_client_restore(self.0.raw, &mut count, error) }).map(|()| count)
    }

    /// Hands over a webhook that the host's own server received: the path of its request, and its body. It is only a hint: what
    /// it says is looked up at the gateway.
    pub fn deliver_webhook(&self, path: &str, body: &[u8]) -> Result<(), Error> {
        let (path, path_size) = ffi::text(path);
        check(unsafe { sys::pz_client_deliver_webhook(self.0.raw, path, path_size, body.as_ptr().cast(), body.len()) })
    }

    /// Drops what the journal knows of a job that has ended.
    pub fn forget(&self, job_id: u64) -> Result<(), Error> {
        check(unsafe { sys::pz_client_forget(self.0.raw, job_id) })
    }

    /// All events from now on.
    pub fn events(&self) -> Events {
        Events::new(self.0.registry.add_reader())
    }

    /// Sets the key for everything started from now on; `""` removes it. Jobs that wait for a key go on.
    pub fn set_api_key(&self, key: &str) -> Result<(), Error> {
        let (key, size) = ffi::text(key);
        check(unsafe { sys::pz_client_set_api_key(self.0.raw, key, size) })
    }

    /// Cancels every job that has not ended.
    pub fn cancel_all(&self) -> Result<(), Error> {
        check(unsafe { sys::pz_client_cancel_all(self.0.raw) })
    }

    /// Nothing new is sent until [`Client::resume`]; what was sent runs on.
    pub fn pause(&self) -> Result<(), Error> {
        check(unsafe { sys::pz_client_pause(self.0.raw) })
    }

    /// Ends a pause.
    pub fn resume(&self) -> Result<(), Error> {
        check(unsafe { sys::pz_client_resume(self.0.raw) })
    }

    /// Jobs that have not ended.
    pub fn in_flight(&self) -> u32 {
        unsafe { sys::pz_client_in_flight(self.0.raw) }
    }

    /// A counter or a gauge.
    pub fn stat(&self, which: Stat) -> i64 {
        unsafe { sys::pz_client_stat(self.0.raw, which.as_raw()) }
    }

    /// Refuses new jobs, waits at most so long for the running ones and cancels the rest. `Err` with `Timeout` if some were
    /// cancelled. Blocks.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), Error> {
        check(unsafe { sys::pz_client_shutdown(self.0.raw, ffi::milliseconds(timeout)) })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if std::process::id() != self.process {
            // In a forked child there is no such thread, and nothing to end.
            std::mem::forget((self.pump.take(), self.alive.take()));
            return;
        }
        unsafe { sys::pz_client_shutdown(self.raw, 0) };
        self.alive = None;
        if let Some(pump) = self.pump.take().filter(|pump| pump.thread().id() != thread::current().id()) {
            let _ = pump.join();
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Client").field("in_flight", &self.in_flight()).finish_non_exhaustive()
    }
}
