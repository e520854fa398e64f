use std::fmt;
use std::path::Path;

use crate::error::check;
use crate::ffi::{self, handle};
use crate::{sys, Error};

handle! {
    /// One picture of a job: its bytes or its file, and what is known about it. A clone is the same picture; the last one
    /// dropped frees the bytes. It outlives its job and its client.
    Output(pz_output), released by pz_output_release
}

// Immutable and counted by the library, whose functions on it may be called from any thread.
unsafe impl Send for Output {}
unsafe impl Sync for Output {}

impl Output {
    /// Whether it is here, and whole.
    pub fn is_fetched(&self) -> bool {
        unsafe { sys::pz_output_status(self.raw) == sys::PZ_OK }
    }

    /// Why it could not be fetched; none too if it was not asked for. `Client::fetch_again` tries once more.
    pub fn error(&self) -> Option<Error> {
        let error = unsafe { sys::pz_output_error(self.raw) };
        (!error.is_null()).then(|| unsafe { Error::copy(error, sys::PZ_E_OUTPUT) })
    }

    /// The bytes, without a copy, of a picture in memory.
    pub fn bytes(&self) -> Option<&[u8]> {
        let mut size = 0;
        let data = unsafe { sys::pz_output_data(self.raw, &mut size) };
        (!data.is_null()).then(|| unsafe { std::slice::from_raw_parts(data.cast(), size) })
    }

    /// Where its file lies, if it is in one.
    pub fn path(&self) -> Option<&Path> {
        let path = unsafe { ffi::borrowed(sys::pz_output_path(self.raw)) };
        (!path.is_empty()).then(|| Path::new(path))
    }

    /// How many bytes.
    pub fn size(&self) -> u64 {
        unsafe { sys::pz_output_size(self.raw) }
    }

    /// `"image/png"`, `"image/jpeg"` or `"image/webp"`, as the bytes themselves say; `""` if they are not here.
    pub fn media_type(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_output_mime(self.raw)) }
    }

    /// Pixels, 0 if not known.
    pub fn width(&self) -> u32 {
        unsafe { sys::pz_output_width(self.raw) }
    }

    /// Pixels, 0 if not known.
    pub fn height(&self) -> u32 {
        unsafe { sys::pz_output_height(self.raw) }
    }

    /// Its number in its job, from 0.
    pub fn index(&self) -> u32 {
        unsafe { sys::pz_output_index(self.raw) }
    }

    /// The URL it came from, `""` if it came inside the answer.
    pub fn url(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_output_url(self.raw)) }
    }

    /// How it was made, as JSON: endpoint, parameters, seed, ids, times.
    pub fn meta_json(&self) -> &str {
        unsafe { ffi::sized(|size| sys::pz_output_meta_json(self.raw, size)) }
    }

    /// Writes the bytes to a file, whole or not at all; one that was there is replaced. Waits for the disk.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (path, size) = ffi::path(path.as_ref());
        check(unsafe { sys::pz_output_save(self.raw, path, size) })
    }
}

impl Clone for Output {
    fn clone(&self) -> Self {
        Output { raw: unsafe { sys::pz_output_retain(self.raw) } }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Output")
            .field("index", &self.index())
            .field("media_type", &self.media_type())
            .field("width", &self.width())
            .field("height", &self.height())
            .field("size", &self.size())
            .field("path", &self.path())
            .field("error", &self.error())
            .finish()
    }
}
