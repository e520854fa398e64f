use std::fmt;
use std::os::raw::c_char;
use std::path::Path;
use std::time::Duration;

use crate::builder::setters;
use crate::error::{check, check_with};
use crate::ffi::{self, handle};
use crate::{sys, Catalogue, Error, Value};

handle! {
    /// A request: an endpoint, parameters under canonical or the endpoint's own names, and what concerns its job. A setting
    /// that is refused is reported by [`Request::validate`] and [`crate::Client::submit`], the first one of several.
    ///
    /// It may go to another thread, but two threads cannot use it at once:
    ///
    /// ```compile_fail,E0277
    /// fn shared<T: Sync>() {}
    /// shared::<pixazo::Request>();
    /// ```
    #[must_use = "a request does nothing until it is submitted"]
    Request(pz_request), released by pz_request_free
}

// One thread at a time, whichever it is.
unsafe impl Send for Request {}

/// A setter with a name and a text.
type TwoTexts = unsafe extern "C" fn(*mut sys::pz_request, *const c_char, usize, *const c_char, usize) -> sys::pz_status;

/// What a request will cost, in micro-dollars. Low and high, because the documents do not say whether a price is for a picture
/// or for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// At least.
    pub low_microusd: i64,
    /// At most.
    pub high_microusd: i64,
}

impl Request {
    /// For an endpoint of the built-in catalogue, by id or alias.
    pub fn new(endpoint: &str) -> Request {
        Request::of(std::ptr::null(), endpoint)
    }

    /// For an endpoint of another catalogue.
    pub fn with_catalogue(catalogue: &Catalogue, endpoint: &str) -> Request {
        Request::of(catalogue.as_raw(), endpoint)
    }

    fn of(catalogue: *const sys::pz_catalogue, endpoint: &str) -> Request {
        let (id, size) = ffi::text(endpoint);
        let raw = unsafe { sys::pz_request_new(catalogue, id, size) };
        assert!(!raw.is_null(), "out of memory");
        Request { raw }
    }

    fn pair(self, call: TwoTexts, name: &str, value: &str) -> Self {
        let ((name, name_size), (value, size)) = (ffi::text(name), ffi::text(value));
        unsafe { call(self.raw, name, name_size, value, size) };
        self
    }

    /// Sets a parameter.
    pub fn set<'a>(self, name: &str, value: impl Into<Value<'a>>) -> Self {
        let (name, size) = ffi::text(name);
        unsafe {
            match value.into() {
                Value::Text(text) => {
                    let (text, text_size) = ffi::text(text);
                    sys::pz_request_set_string(self.raw, name, size, text, text_size)
                }
                Value::Integer(number) => sys::pz_request_set_int(self.raw, name, size, number),
                Value::Number(number) => sys::pz_request_set_double(self.raw, name, size, number),
                Value::Truth(truth) => sys::pz_request_set_bool(self.raw, name, size, truth.into()),
            }
        };
        self
    }

    /// Sets a parameter to any JSON value, for lists and objects.
    pub fn set_json(self, name: &str, json: &str) -> Self {
        self.pair(sys::pz_request_set_json, name, json)
    }

    /// Sets every member of a JSON object, such as [`crate::Endpoint::example_json`].
    pub fn set_all_json(self, json: &str) -> Self {
        let (json, size) = ffi::text(json);
        unsafe { sys::pz_request_set_all_json(self.raw, json, size) };
        self
    }

    /// Sent under this very name, unchecked, for parameters that the catalogue does not know.
    pub fn set_unknown_json(self, name: &str, json: &str) -> Self {
        self.pair(sys::pz_request_set_unknown_json, name, json)
    }

    /// Adds a picture by its URL.
    pub fn add_image_url(self, name: &str, url: &str) -> Self {
        self.pair(sys::pz_request_add_image_url, name, url)
    }

    /// Adds a picture: the bytes of a PNG, JPEG or WebP file.
    pub fn add_image_bytes(self, name: &str, bytes: &[u8]) -> Self {
        let (name, size) = ffi::text(name);
        unsafe { sys::pz_request_add_image_bytes(self.raw, name, size, bytes.as_ptr().cast(), bytes.len()) };
        self
    }

    /// Adds a picture from a file, which is read by the library's thread when the job is sent.
    pub fn add_image_file(self, name: &str, path: impl AsRef<Path>) -> Self {
        let ((name, name_size), (path, size)) = (ffi::text(name), ffi::path(path.as_ref()));
        unsafe { sys::pz_request_add_image_file(self.raw, name, name_size, path, size) };
        self
    }

    setters! { number u64:
        /// Comes back in every event.
        tag => pz_request_set_tag;
    }

    setters! { number i32:
        /// Higher is sent first among waiting jobs.
        priority => pz_request_set_priority;
    }

    setters! { text:
        /// 1 to 200 characters. The client makes one job for one key, however often it is submitted: a double click costs once.
        submit_key => pz_request_set_submit_key;
        /// The name of its files without extension.
        output_name => pz_request_set_output_name;
    }

    setters! { path:
        /// Files in this directory instead of the client's; `""` for memory.
        output_dir => pz_request_set_output_dir;
    }

    setters! { time:
        /// This job's own deadline; zero for none.
        job_timeout => pz_request_set_job_timeout_ms;
        /// This job's own timeout of the paid request.
        submit_timeout => pz_request_set_submit_timeout_ms;
    }

    setters! { truth:
        /// False: nothing is fetched, the URLs are in [`crate::Output::url`].
        fetch_outputs => pz_request_set_fetch_outputs;
    }

    /// Checks what submit would check about the request itself.
    pub fn validate(&self) -> Result<(), Error> {
        check_with(|error| unsafe { sys::pz_request_validate(self.raw, error) })
    }

    /// What it will cost. `Err` with `NotFound` if the price is unknown; [`Request::estimate_source`] says why.
    pub fn estimate(&self) -> Result<Estimate, Error> {
        let (mut low, mut high) = (0, 0);
        check(unsafe { sys::pz_request_estimate_microusd(self.raw, &mut low, &mut high) })?;
        Ok(Estimate { low_microusd: low, high_microusd: high })
    }

    /// Which document the price is from, or why it is unknown.
    pub fn estimate_source(&self) -> &str {
        unsafe { ffi::borrowed(sys::pz_request_estimate_source(self.raw)) }
    }

    /// The JSON that would be sent, `""` if the request is not valid.
    pub fn body_json(&self) -> &str {
        unsafe { ffi::sized(|size| sys::pz_request_body_json(self.raw, size)) }
    }

    /// Another function of pixazo.h on the request: for those that this crate has no name for.
    ///
    /// # Safety
    /// `call` keeps to the contract of pixazo.h.
    pub unsafe fn raw(self, call: impl FnOnce(*mut sys::pz_request) -> sys::pz_status) -> Result<Self, Error> {
        check(call(self.raw)).map(|()| self)
    }
}

impl Clone for Request {
    fn clone(&self) -> Self {
        let raw = unsafe { sys::pz_request_clone(self.raw) };
        assert!(!raw.is_null(), "out of memory");
        Request { raw }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Request").field("error", &self.validate().err()).finish_non_exhaustive()
    }
}
