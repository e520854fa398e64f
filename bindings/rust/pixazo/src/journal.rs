use std::fmt;
use std::path::Path;

use crate::error::{check_with, Error};
use crate::ffi::{self, handle};
use crate::sys;

handle! {
    /// What a journal's file held when it was opened: for people and tools. A client that goes on with one gets it by
    /// [`crate::ClientBuilder::journal`].
    Journal(pz_journal), released by pz_journal_free
}

// Immutable.
unsafe impl Send for Journal {}
unsafe impl Sync for Journal {}

impl Journal {
    /// Reads a journal and changes nothing, also while a client holds it. Reads the disk.
    pub fn open(path: impl AsRef<Path>) -> Result<Journal, Error> {
        let ((path, size), mut raw) = (ffi::path(path.as_ref()), std::ptr::null_mut());
        check_with(|error| unsafe { sys::pz_journal_open(path, size, &mut raw, error) })?;
        Ok(Journal { raw })
    }

    /// Its jobs, the oldest first: the id, and the whole life as one JSON object.
    pub fn jobs(&self) -> impl Iterator<Item = (u64, &str)> {
        (0..unsafe { sys::pz_journal_job_count(self.raw) }).map(move |index| unsafe {
            (sys::pz_journal_job_id(self.raw, index), ffi::sized(|size| sys::pz_journal_job_json(self.raw, index, size)))
        })
    }

    /// What could not be read, one line each.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        (0..unsafe { sys::pz_journal_problem_count(self.raw) })
            .map(move |index| unsafe { ffi::borrowed(sys::pz_journal_problem(self.raw, index)) })
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Journal").field("jobs", &self.jobs().count()).finish_non_exhaustive()
    }
}
