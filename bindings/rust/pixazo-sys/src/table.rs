//! The library, opened at run time.
use std::ffi::{CStr, CString, OsStr};
use std::fmt;
use std::os::raw::{c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Mutex;

use crate::Table;

#[cfg_attr(target_os = "linux", link(name = "dl"))]
extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}
const RTLD_NOW: c_int = 2;

static TABLE: AtomicPtr<Table> = AtomicPtr::new(ptr::null_mut());
static LOADING: Mutex<()> = Mutex::new(());

/// Why the library could not be opened: the system's own words.
#[derive(Clone, Debug)]
pub struct LoadError(String);

impl fmt::Display for LoadError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

unsafe fn last_error() -> LoadError {
    let text = dlerror();
    LoadError(if text.is_null() { "dlopen failed".to_string() } else { CStr::from_ptr(text).to_string_lossy().into_owned() })
}

unsafe fn open(path: &OsStr) -> Result<Table, LoadError> {
    let path = CString::new(path.as_bytes()).map_err(|_| LoadError("a path with a NUL in it".to_string()))?;
    let library = dlopen(path.as_ptr(), RTLD_NOW);
    if library.is_null() {
        return Err(last_error());
    }
    // `name` ends with NUL, see Table::new.
    Table::new(|name| match dlsym(library, name.as_ptr().cast()) {
        address if address.is_null() => Err(last_error()),
        address => Ok(address),
    })
}

/// Opens the library: `path`, else the environment's PIXAZO_LIBRARY, else `libpixazo.so.1` where the system looks. Does
/// nothing if it is open already; it is never closed.
pub fn load(path: Option<&Path>) -> Result<(), LoadError> {
    let _one_at_a_time = LOADING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if is_loaded() {
        return Ok(());
    }
    let from_environment = std::env::var_os("PIXAZO_LIBRARY");
    let name = if cfg!(target_os = "macos") { "libpixazo.1.dylib" } else { "libpixazo.so.1" };
    let path = path.map(Path::as_os_str).or(from_environment.as_deref()).unwrap_or_else(|| OsStr::new(name));
    let table = unsafe { open(path) }?;
    TABLE.store(Box::into_raw(Box::new(table)), Ordering::Release);
    Ok(())
}

/// Whether the library is open.
pub fn is_loaded() -> bool {
    !TABLE.load(Ordering::Acquire).is_null()
}

/// Panics if the library cannot be opened: whoever wants an error calls `load` first.
pub(crate) fn table() -> &'static Table {
    if !is_loaded() {
        if let Err(error) = load(None) {
            panic!("libpixazo: {}", error);
        }
    }
    unsafe { &*TABLE.load(Ordering::Acquire) }
}
