use std::fmt;

use crate::ffi::{self, handle};
use crate::{sys, Error, EventType, LogLevel, Output, State};

handle! {
    /// Something that happened to a job, or to the client. A clone is the same event. It outlives its client.
    Event(pz_event), released by pz_event_release
}

// Immutable and counted by the library, whose functions on it may be called from any thread.
unsafe impl Send for Event {}
unsafe impl Sync for Event {}

impl Event {
    /// What it tells. Types that this version does not know are to be ignored.
    pub fn kind(&self) -> EventType {
        EventType::from_raw(unsafe { sys::pz_event_kind(self.raw) })
    }

    /// Its number in its client; grows, with gaps.
    pub fn seq(&self) -> u64 {
        unsafe { sys::pz_event_seq(self.raw) }
    }

    /// Whose it is; 0 if no job's.
    pub fn job_id(&self) -> u64 {
        unsafe { sys::pz_event_job_id(self.raw) }
    }

    /// The tag of that job's request.
    pub fn tag(&self) -> u64 {
        unsafe { sys::pz_event_tag(self.raw) }
    }

    /// The job's state at that time.
    pub fn state(&self) -> State {
        State::from_raw(unsafe { sys::pz_event_state(self.raw) })
    }

    /// `Progress`: how far it was, 0 to 1.
    pub fn progress(&self) -> f64 {
        unsafe { sys::pz_event_progress(self.raw) }
    }

    /// `Output`: the picture that is settled.
    pub fn output(&self) -> Option<Output> {
        let output = unsafe { sys::pz_output_retain(sys::pz_event_output(self.raw)) };
        (!output.is_null()).then(|| unsafe { Output::from_raw(output) })
    }

    /// `Output`, `NeedUrl`: the number of the picture.
    pub fn index(&self) -> u32 {
        unsafe { sys::pz_event_index(self.raw) }
    }

    /// `Output`, `Done`: what went wrong, if something did.
    pub fn error(&self) -> Option<Error> {
        let error = unsafe { sys::pz_event_error(self.raw) };
        (!error.is_null()).then(|| unsafe { Error::copy(error, sys::PZ_E_INTERNAL) })
    }

    /// `Log`: how much it matters.
    pub fn log_level(&self) -> LogLevel {
        LogLevel::from_raw(unsafe { sys::pz_event_log_level(self.raw) })
    }

    /// `Log`: the line. `NeedKey`: why. `NeedUrl`: the picture's path if it is a file.
    pub fn text(&self) -> &str {
        unsafe { ffi::sized(|size| sys::pz_event_text(self.raw, size)) }
    }

    /// `NeedUrl`: the parameter that the picture is for.
    pub fn field(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_event_field(self.raw)) }
    }
}

impl Clone for Event {
    fn clone(&self) -> Self {
        Event { raw: unsafe { sys::pz_event_retain(self.raw) } }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Event")
            .field("kind", &self.kind())
            .field("seq", &self.seq())
            .field("job_id", &self.job_id())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
