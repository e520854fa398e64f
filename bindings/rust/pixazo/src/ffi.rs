//! Text and handles on their way over the boundary.
use std::ffi::CStr;
use std::os::raw::c_char;
use std::path::Path;
use std::time::Duration;

use crate::sys;

/// A pointer for C. An empty slice's own pointer may be dangling, which C may not be given with a length of its own choice.
pub(crate) fn text(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

/// A path as the library takes it: UTF-8. Others reach it as they are and are refused there.
#[cfg(unix)]
pub(crate) fn path(path: &Path) -> (*const c_char, usize) {
    use std::os::unix::ffi::OsStrExt;
    let bytes = path.as_os_str().as_bytes();
    (bytes.as_ptr().cast(), bytes.len())
}

/// Text of the library, which lives as long as the handle it came from.
pub(crate) unsafe fn borrowed<'a>(text: *const c_char) -> &'a str {
    if text.is_null() {
        return "";
    }
    CStr::from_ptr(text).to_str().unwrap_or("")
}

/// The same with its length told.
pub(crate) unsafe fn sized<'a>(call: impl FnOnce(*mut usize) -> *const c_char) -> &'a str {
    let mut size = 0;
    let text = call(&mut size);
    if text.is_null() {
        return "";
    }
    std::str::from_utf8(std::slice::from_raw_parts(text.cast(), size)).unwrap_or("")
}

/// Milliseconds that fit a setter or a wait: never PZ_INFINITE by accident, never 0 for a time that is not zero.
pub(crate) fn milliseconds(time: Duration) -> u32 {
    let whole = time.as_nanos() / 1_000_000 + u128::from(time.as_nanos() % 1_000_000 != 0);
    u32::try_from(whole).unwrap_or(sys::PZ_INFINITE).min(sys::PZ_INFINITE - 1)
}

/// A time that the library states as milliseconds, or as -1 if it knows none.
pub(crate) fn known_duration(ms: i64) -> Option<Duration> {
    u64::try_from(ms).ok().map(Duration::from_millis)
}

/// A retained or owned handle: one pointer, and the function that gives it back.
macro_rules! handle {
    ($(#[$about:meta])* $name:ident($raw:ident), released by $release:ident) => {
        $(#[$about])*
        pub struct $name {
            raw: *mut $crate::sys::$raw,
        }

        impl $name {
            /// Takes over one ownership of a handle of the C library.
            ///
            /// # Safety
            /// `raw` is such a handle, not NULL, and nobody else gives this ownership back.
            pub unsafe fn from_raw(raw: *mut $crate::sys::$raw) -> Self {
                $name { raw }
            }

            /// The handle, borrowed, for functions of `pixazo_sys`.
            pub fn as_raw(&self) -> *mut $crate::sys::$raw {
                self.raw
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                unsafe { $crate::sys::$release(self.raw) }
            }
        }
    };
}
pub(crate) use handle;
