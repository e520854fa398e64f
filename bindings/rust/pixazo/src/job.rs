use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::error::check;
use crate::feed::{lock, new_slot, Feed};
use crate::{ffi, sys, Charged, Error, JobEvents, Output, State};

/// A job: a handle, and the future of its end. Dropping it cancels nothing, and it outlives its client.
///
/// `job.await` gives what [`Job::wait`] gives without blocking, on any runtime. A job that is needed afterwards is awaited as
/// `(&mut job).await`, or a clone of it is.
#[must_use = "dropping a job does not cancel it"]
pub struct Job {
    raw: *mut sys::pz_job,
    pub(crate) feed: Arc<Feed>,
    slot: u64,
}

// Counted by the library, whose functions on it may be called from any thread; the feed has a lock of its own.
unsafe impl Send for Job {}
unsafe impl Sync for Job {}

impl Job {
    /// Takes over one ownership of `raw`.
    pub(crate) unsafe fn new(raw: *mut sys::pz_job, feed: Arc<Feed>) -> Job {
        Job { raw, feed, slot: new_slot() }
    }

    /// The handle, borrowed, for functions of `pixazo_sys`.
    pub fn as_raw(&self) -> *mut sys::pz_job {
        self.raw
    }

    /// Its id: more than 0, unique in its client and its journal.
    pub fn id(&self) -> u64 {
        unsafe { sys::pz_job_id(self.raw) }
    }

    /// The tag of its request.
    pub fn tag(&self) -> u64 {
        unsafe { sys::pz_job_tag(self.raw) }
    }

    /// The submit key of its request, `""` if it has none.
    pub fn submit_key(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_job_submit_key(self.raw)) }
    }

    /// Its endpoint's id, `""` if not known.
    pub fn endpoint_id(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_job_endpoint_id(self.raw)) }
    }

    /// The id of the job that it repeats or fetches again.
    pub fn origin_id(&self) -> Option<u64> {
        Some(unsafe { sys::pz_job_origin_id(self.raw) }).filter(|id| *id != 0)
    }

    /// Where it stands; may be ahead of the events.
    pub fn state(&self) -> State {
        State::from_raw(unsafe { sys::pz_job_state(self.raw) })
    }

    /// The gateway's request id, `""` until known. [`crate::Client::attach`] follows it from anywhere.
    pub fn remote_id(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_job_remote_id(self.raw)) }
    }

    /// How far it is, 0 to 1, never backwards.
    pub fn progress(&self) -> f64 {
        unsafe { sys::pz_job_progress(self.raw) }
    }

    /// Paid requests started.
    pub fn attempt_count(&self) -> u32 {
        unsafe { sys::pz_job_attempt_count(self.raw) }
    }

    /// Status requests made.
    pub fn poll_count(&self) -> u32 {
        unsafe { sys::pz_job_poll_count(self.raw) }
    }

    /// From submit to now, or to its end.
    pub fn elapsed(&self) -> Duration {
        ffi::known_duration(unsafe { sys::pz_job_elapsed_ms(self.raw) }).unwrap_or_default()
    }

    /// How long the gateway says it took.
    pub fn gateway_time(&self) -> Option<Duration> {
        ffi::known_duration(unsafe { sys::pz_job_gateway_ms(self.raw) })
    }

    /// How long it still takes: a guess from earlier jobs of the same endpoint, which may grow again.
    pub fn remaining(&self) -> Option<Duration> {
        ffi::known_duration(unsafe { sys::pz_job_remaining_ms(self.raw) })
    }

    /// Whether it was charged; `Unknown` until it has ended.
    pub fn charged(&self) -> Charged {
        Charged::from_raw(unsafe { sys::pz_job_charged(self.raw) })
    }

    /// Why it failed or was cancelled.
    pub fn error(&self) -> Option<Error> {
        let error = unsafe { sys::pz_job_error(self.raw) };
        (!error.is_null()).then(|| unsafe { Error::copy(error, sys::PZ_E_INTERNAL) })
    }

    /// How many pictures the gateway named; 0 until known.
    pub fn output_count(&self) -> u32 {
        unsafe { sys::pz_job_output_count(self.raw) }
    }

    /// A picture, once it is settled.
    pub fn output(&self, index: u32) -> Option<Output> {
        let output = unsafe { sys::pz_output_retain(sys::pz_job_output(self.raw, index)) };
        (!output.is_null()).then(|| unsafe { Output::from_raw(output) })
    }

    /// The pictures that are settled, fetched or not.
    pub fn outputs(&self) -> Vec<Output> {
        (0..self.output_count()).filter_map(|index| self.output(index)).collect()
    }

    /// Cancels: it ends within 100 ms, usually `Cancelled`, but `Completed` if it had already finished. What was sent may be
    /// made and charged all the same: the gateway has no cancel.
    pub fn cancel(&self) -> Result<(), Error> {
        check(unsafe { sys::pz_job_cancel(self.raw) })
    }

    /// A guard that cancels this job when it is dropped, for tasks that are themselves cancelled by being dropped.
    #[must_use = "dropping the guard cancels the job"]
    pub fn cancel_on_drop(&self) -> CancelOnDrop {
        CancelOnDrop(Some(self.clone()))
    }

    /// Answers `EventType::NeedUrl`: `url` (https) is sent for picture `index` of parameter `field`.
    pub fn provide_url(&self, field: &str, index: u32, url: &str) -> Result<(), Error> {
        let ((field, field_size), (url, size)) = (ffi::text(field), ffi::text(url));
        check(unsafe { sys::pz_job_provide_url(self.raw, field, field_size, index, url, size) })
    }

    /// Blocks until it has ended. `Err` if it failed or was cancelled; its facts stay in the job.
    pub fn wait(&self) -> Result<Completed, Error> {
        check(unsafe { sys::pz_job_wait(self.raw, sys::PZ_INFINITE) })?;
        self.end()
    }

    /// Blocks until it has ended, at most so long; `None` if it has not.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Result<Completed, Error>> {
        match unsafe { sys::pz_job_wait(self.raw, ffi::milliseconds(timeout)) } {
            sys::PZ_E_TIMEOUT => None,
            status => Some(check(status).and_then(|()| self.end())),
        }
    }

    /// Its events from the first one on. Every reader has all of them for itself.
    pub fn events(&self) -> JobEvents {
        JobEvents::new(self.clone())
    }

    fn end(&self) -> Result<Completed, Error> {
        match self.state() {
            State::Completed => Ok(Completed(self.clone())),
            _ => Err(unsafe { Error::copy(sys::pz_job_error(self.raw), sys::PZ_E_INTERNAL) }),
        }
    }
}

impl Future for Job {
    type Output = Result<Completed, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The state decides, the feed only wakes: DONE comes after the state has become terminal, and the waker is there
        // before the state is read.
        let mut feed = lock(&self.feed.state);
        let replaced = if feed.ended { None } else { feed.wait(self.slot, context.waker(), false) };
        drop(feed);
        drop(replaced);
        if self.state().is_terminal() {
            self.feed.forget(self.slot);
            Poll::Ready(self.end())
        } else {
            Poll::Pending
        }
    }
}

impl Clone for Job {
    fn clone(&self) -> Self {
        unsafe { Job::new(sys::pz_job_retain(self.raw), Arc::clone(&self.feed)) }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.feed.forget(self.slot);
        unsafe { sys::pz_job_release(self.raw) }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Job")
            .field("id", &self.id())
            .field("endpoint", &self.endpoint_id())
            .field("state", &self.state())
            .field("remote_id", &self.remote_id())
            .finish_non_exhaustive()
    }
}

/// A job that the gateway has made: its pictures, and everything a [`Job`] tells. Each picture has a result of its own.
#[derive(Clone, Debug)]
pub struct Completed(Job);

impl Completed {
    /// The first picture if it is here, else why not.
    pub fn first(&self) -> Result<Output, Error> {
        let output = self.0.output(0).ok_or_else(|| Error::from_status(sys::PZ_E_NOT_FOUND))?;
        match output.error() {
            Some(error) => Err(error),
            None => Ok(output),
        }
    }

    /// Writes the first picture to a file; see [`Output::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.first()?.save(path)
    }

    /// The job itself.
    pub fn into_job(self) -> Job {
        self.0
    }
}

impl Deref for Completed {
    type Target = Job;

    fn deref(&self) -> &Job {
        &self.0
    }
}

/// Cancels its job when it is dropped.
#[derive(Debug)]
pub struct CancelOnDrop(Option<Job>);

impl CancelOnDrop {
    /// Lets the job run on.
    pub fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(job) = &self.0 {
            let _ = job.cancel();
        }
    }
}
