//! Events on their way from a client's queue to whoever waits: one feed a job, and one a reader of all events.
use std::collections::{HashMap, VecDeque};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, Weak};
use std::task::Waker;

use crate::{sys, Event, EventType};

/// A lock whose holder panicked protects nothing that would be half done here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// A waker is the host's code: its panic must not end the thread that all jobs are told by.
fn wake(waker: Waker) {
    let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
}

/// What happened to one job so far, and who waits for more.
pub(crate) struct Feed {
    pub(crate) state: Mutex<FeedState>,
    pub(crate) changed: Condvar,
    registry: Weak<Registry>,
    job_id: u64,
}

#[derive(Default)]
pub(crate) struct FeedState {
    /// In the order of `Event::seq`.
    pub(crate) events: Vec<Event>,
    /// Nothing comes any more.
    pub(crate) ended: bool,
    waiting: Vec<Waiting>,
}

struct Waiting {
    slot: u64,
    waker: Waker,
    /// Woken by each event, not only by the end.
    by_each: bool,
}

/// Names whoever waits, so that waiting once more replaces the waker of before.
pub(crate) fn new_slot() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

// A waker that is dropped may drop a task, and with it jobs of this very feed: it is given out to be dropped without the lock.
impl FeedState {
    #[must_use]
    pub(crate) fn wait(&mut self, slot: u64, waker: &Waker, by_each: bool) -> Option<Waker> {
        match self.waiting.iter_mut().find(|waiting| waiting.slot == slot) {
            Some(waiting) if waiting.waker.will_wake(waker) => None,
            Some(waiting) => Some(std::mem::replace(&mut waiting.waker, waker.clone())),
            None => {
                self.waiting.push(Waiting { slot, waker: waker.clone(), by_each });
                None
            }
        }
    }

    #[must_use]
    pub(crate) fn forget(&mut self, slot: u64) -> Option<Waker> {
        let at = self.waiting.iter().position(|waiting| waiting.slot == slot)?;
        Some(self.waiting.swap_remove(at).waker)
    }

    /// The first event after number `seq`.
    pub(crate) fn after(&self, seq: u64) -> Option<&Event> {
        self.events.get(self.events.partition_point(|event| event.seq() <= seq))
    }
}

impl Feed {
    /// Whoever waits in `slot` does so no longer.
    pub(crate) fn forget(&self, slot: u64) {
        let waker = lock(&self.state).forget(slot);
        drop(waker);
    }

    fn push(&self, event: Event) {
        let done = event.kind() == EventType::Done;
        let mut state = lock(&self.state);
        if state.ended {
            return; // The job had ended when its first handle was had: its readers were told that nothing comes.
        }
        // Of progress in a row the newest is enough; so a job's events stay few however long it runs.
        if event.kind() == EventType::Progress && state.events.last().map(Event::kind) == Some(EventType::Progress) {
            state.events.pop();
        }
        state.events.push(event);
        self.tell(state, done);
    }

    fn end(&self) {
        self.tell(lock(&self.state), true);
    }

    fn tell(&self, mut state: MutexGuard<'_, FeedState>, ended: bool) {
        state.ended |= ended;
        let all = std::mem::take(&mut state.waiting);
        let (now, later): (Vec<_>, Vec<_>) = all.into_iter().partition(|waiting| ended || waiting.by_each);
        state.waiting = later;
        drop(state);
        self.changed.notify_all();
        now.into_iter().for_each(|waiting| wake(waiting.waker));
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        if let Some(registry) = self.registry.upgrade() {
            let mut feeds = lock(&registry.feeds);
            // By now a new feed may stand under this id.
            if feeds.get(&self.job_id).map_or(false, |feed| feed.strong_count() == 0) {
                feeds.remove(&self.job_id);
            }
        }
    }
}

/// Everything that a client's thread hands events to.
#[derive(Default)]
pub(crate) struct Registry {
    feeds: Mutex<HashMap<u64, Weak<Feed>>>,
    /// Held for reading while a job is made: its first events may be taken from the queue before its feed is there.
    making: RwLock<()>,
    readers: Mutex<Vec<Weak<Reader>>>,
    closed: Mutex<bool>,
}

impl Registry {
    /// Calls `make`, which makes or finds a job, and gives that job's feed. `known`: the job may have been there before, so
    /// that its last event may have been taken already.
    pub(crate) fn feed_of<E>(self: &Arc<Self>, known: bool, make: impl FnOnce() -> Result<*mut sys::pz_job, E>)
                             -> Result<(*mut sys::pz_job, Arc<Feed>), E> {
        let _making = self.making.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let job = make()?;
        let (job_id, state, key) = unsafe { (sys::pz_job_id(job), sys::pz_job_state(job), sys::pz_job_submit_key(job)) };
        let known = known || !unsafe { crate::ffi::borrowed(key) }.is_empty();
        let mut feeds = lock(&self.feeds);
        if let Some(feed) = feeds.get(&job_id).and_then(Weak::upgrade) {
            return Ok((job, feed));
        }
        let ended = *lock(&self.closed) || (known && state >= sys::PZ_STATE_COMPLETED);
        let state = Mutex::new(FeedState { ended, ..FeedState::default() });
        let feed = Arc::new(Feed { state, changed: Condvar::new(), registry: Arc::downgrade(self), job_id });
        feeds.insert(job_id, Arc::downgrade(&feed));
        Ok((job, feed))
    }

    fn find(&self, job_id: u64) -> Option<Arc<Feed>> {
        lock(&self.feeds).get(&job_id).and_then(Weak::upgrade)
    }

    /// Hands an event to its job's feed and to the readers.
    pub(crate) fn deliver(&self, event: Event) {
        let readers: Vec<_> = lock(&self.readers).iter().filter_map(Weak::upgrade).collect();
        readers.iter().for_each(|reader| reader.push(event.clone()));
        if event.job_id() == 0 {
            return;
        }
        let feed = self.find(event.job_id()).or_else(|| {
            // Whoever is making a job has its feed in the map once this lock is had.
            drop(self.making.write().unwrap_or_else(|poisoned| poisoned.into_inner()));
            self.find(event.job_id())
        });
        if let Some(feed) = feed {
            feed.push(event);
        }
    }

    pub(crate) fn add_reader(&self) -> Arc<Reader> {
        let reader = Arc::new(Reader::default());
        let mut readers = lock(&self.readers);
        readers.retain(|reader| reader.strong_count() > 0);
        readers.push(Arc::downgrade(&reader));
        drop(readers);
        if *lock(&self.closed) {
            reader.end();
        }
        reader
    }

    /// The queue is drained and stays empty: every job has ended.
    pub(crate) fn close(&self) {
        *lock(&self.closed) = true;
        drop(self.making.write().unwrap_or_else(|poisoned| poisoned.into_inner()));
        let feeds: Vec<_> = lock(&self.feeds).values().filter_map(Weak::upgrade).collect();
        feeds.iter().for_each(|feed| feed.end());
        let readers: Vec<_> = lock(&self.readers).iter().filter_map(Weak::upgrade).collect();
        readers.iter().for_each(|reader| reader.end());
    }
}

/// A reader of all events of a client.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) state: Mutex<ReaderState>,
    pub(crate) changed: Condvar,
}

#[derive(Default)]
pub(crate) struct ReaderState {
    pub(crate) events: VecDeque<Event>,
    pub(crate) ended: bool,
    pub(crate) waker: Option<Waker>,
}

impl Reader {
    fn push(&self, event: Event) {
        let mut state = lock(&self.state);
        state.events.push_back(event);
        self.tell(state);
    }

    fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        self.tell(state);
    }

    fn tell(&self, mut state: MutexGuard<'_, ReaderState>) {
        let waker = state.waker.take();
        drop(state);
        self.changed.notify_all();
        waker.into_iter().for_each(wake);
    }
}
