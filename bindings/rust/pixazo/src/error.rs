use std::fmt;
use std::time::Duration;

use crate::{ffi, sys, Charged, ErrorClass};

/// Why something did not work: its class for programs, one line for people, and what to do about it.
#[derive(Clone)]
pub struct Error(Box<Facts>);

#[derive(Clone)]
struct Facts {
    class: ErrorClass,
    message: String,
    field: String,
    http_status: Option<u16>,
    remote_code: String,
    request_id: String,
    retryable: bool,
    retry_after: Option<Duration>,
    charged: Charged,
    required_microusd: Option<i64>,
}

impl Error {
    /// From an error of the C library, which stays whose it is. NULL: `status` is all there is to say.
    pub(crate) unsafe fn copy(error: *const sys::pz_error, status: sys::pz_status) -> Error {
        if error.is_null() {
            return Error::from_status(status);
        }
        let own = |text| ffi::borrowed(text).to_string();
        Error(Box::new(Facts {
            class: ErrorClass::from_raw(sys::pz_error_status(error)),
            message: own(sys::pz_error_message(error)),
            field: own(sys::pz_error_field(error)),
            http_status: u16::try_from(sys::pz_error_http_status(error)).ok().filter(|status| *status != 0),
            remote_code: own(sys::pz_error_remote_code(error)),
            request_id: own(sys::pz_error_request_id(error)),
            retryable: sys::pz_error_is_retryable(error) == 1,
            retry_after: ffi::known_duration(sys::pz_error_retry_after_ms(error)),
            charged: Charged::from_raw(sys::pz_error_charged(error)),
            required_microusd: Some(sys::pz_error_required_microusd(error)).filter(|price| *price >= 0),
        }))
    }

    /// From an error that an out parameter gave, which is freed.
    pub(crate) unsafe fn take(error: *mut sys::pz_error, status: sys::pz_status) -> Error {
        let copy = Error::copy(error, status);
        sys::pz_error_free(error);
        copy
    }

    /// From a function that gives nothing but a status. Such an error is local: nothing was sent by that call.
    pub(crate) fn from_status(status: sys::pz_status) -> Error {
        let class = ErrorClass::from_raw(status);
        Error::local(class, class.to_string())
    }

    pub(crate) fn local(class: ErrorClass, message: String) -> Error {
        Error(Box::new(Facts {
            class,
            message,
            field: String::new(),
            http_status: None,
            remote_code: String::new(),
            request_id: String::new(),
            retryable: false,
            retry_after: None,
            charged: Charged::No,
            required_microusd: None,
        }))
    }

    /// What kind of error it is.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// One line for people: what is wrong, where, and what is allowed. Never contains the API key.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The parameter at fault, under its canonical name.
    pub fn field(&self) -> Option<&str> {
        Some(self.0.field.as_str()).filter(|field| !field.is_empty())
    }

    /// The HTTP status of the gateway's answer, if there was one.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The gateway's own short code, `""` if none.
    pub fn remote_code(&self) -> &str {
        &self.0.remote_code
    }

    /// The request id that the gateway gave, `""` if none.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Whether a new attempt may succeed and cannot be charged twice for this one.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The wait that the gateway asked for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether money was taken.
    pub fn charged(&self) -> Charged {
        self.0.charged
    }

    /// The price that a 402 named, in micro-dollars.
    pub fn required_microusd(&self) -> Option<i64> {
        self.0.required_microusd
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Error")
            .field("class", &self.0.class)
            .field("message", &self.0.message)
            .field("field", &self.field())
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .field("charged", &self.0.charged)
            .field("retryable", &self.0.retryable)
            .finish()
    }
}

impl std::error::Error for Error {}

/// `Ok` for PZ_OK; what is no error (PZ_AGAIN) is `Ok` too.
pub(crate) fn check(status: sys::pz_status) -> Result<(), Error> {
    if status < 0 {
        Err(Error::from_status(status))
    } else {
        Ok(())
    }
}

/// The same for a function with an out_error, which is given to `call`.
pub(crate) fn check_with(call: impl FnOnce(*mut *mut sys::pz_error) -> sys::pz_status) -> Result<(), Error> {
    let mut error = std::ptr::null_mut();
    let status = call(&mut error);
    if status < 0 {
        Err(unsafe { Error::take(error, status) })
    } else {
        unsafe { sys::pz_error_free(error) };
        Ok(())
    }
}
