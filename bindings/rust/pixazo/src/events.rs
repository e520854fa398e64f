//! Events as they are read: by a future, by blocking, or as a stream.
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::feed::{lock, new_slot, Reader};
use crate::{Event, Job};

/// The events of one job, from its first to its `Done`, which is the last. A job that had ended before its first handle
/// was had has none.
pub struct JobEvents {
    job: Job,
    seen: u64,
    slot: u64,
}

/// All events of a client since this was made: those of its jobs, logs, questions for a key. What is not read is held.
pub struct Events {
    reader: Arc<Reader>,
}

impl JobEvents {
    pub(crate) fn new(job: Job) -> JobEvents {
        JobEvents { job, seen: 0, slot: new_slot() }
    }

    /// Whose they are.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// The next one; `None` after the last.
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut feed = lock(&self.job.feed.state);
        if let Some(event) = feed.after(self.seen) {
            self.seen = event.seq();
            return Poll::Ready(Some(event.clone()));
        }
        if feed.ended {
            return Poll::Ready(None);
        }
        let replaced = feed.wait(self.slot, context.waker(), true);
        drop(feed);
        drop(replaced);
        Poll::Pending
    }

    /// The next one, waited for by blocking this thread; `None` after the last.
    pub fn blocking_recv(&mut self) -> Option<Event> {
        let feed = &self.job.feed;
        let mut state = lock(&feed.state);
        loop {
            if let Some(event) = state.after(self.seen) {
                self.seen = event.seq();
                return Some(event.clone());
            }
            if state.ended {
                return None;
            }
            state = feed.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }
}

impl Drop for JobEvents {
    fn drop(&mut self) {
        self.job.feed.forget(self.slot);
    }
}

impl Events {
    pub(crate) fn new(reader: Arc<Reader>) -> Events {
        Events { reader }
    }

    /// The next one; `None` once the client is closed and everything has been read.
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut state = lock(&self.reader.state);
        if let Some(event) = state.events.pop_front() {
            return Poll::Ready(Some(event));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        let replaced = state.waker.replace(context.waker().clone());
        drop(state);
        drop(replaced);
        Poll::Pending
    }

    /// The next one if it is there already.
    pub fn try_recv(&mut self) -> Option<Event> {
        lock(&self.reader.state).events.pop_front()
    }

    /// The next one, waited for by blocking this thread; `None` once the client is closed and everything has been read.
    pub fn blocking_recv(&mut self) -> Option<Event> {
        let mut state = lock(&self.reader.state);
        loop {
            if let Some(event) = state.events.pop_front() {
                return Some(event);
            }
            if state.ended {
                return None;
            }
            state = self.reader.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }
}

/// The future of the next event.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Recv<'a, T>(&'a mut T);

macro_rules! readable {
    ($($type:ident),*) => {$(
        impl $type {
            /// The next event, `None` after the last. Nothing is lost when this future is dropped before it is ready.
            pub fn recv(&mut self) -> Recv<'_, $type> {
                Recv(self)
            }

            /// An iterator that blocks this thread until there is a next event.
            pub fn blocking_iter(&mut self) -> impl Iterator<Item = Event> + '_ {
                std::iter::from_fn(move || self.blocking_recv())
            }
        }

        impl Future for Recv<'_, $type> {
            type Output = Option<Event>;

            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
                self.0.poll_recv(context)
            }
        }

        #[cfg(feature = "stream")]
        impl futures_core::Stream for $type {
            type Item = Event;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
                self.poll_recv(context)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}
readable!(JobEvents, Events);
