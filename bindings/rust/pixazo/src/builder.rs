use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::error::{check, Error};
use crate::ffi::{self, handle};
use crate::{sys, Catalogue, Client, LogLevel, WebhookMode};

handle! {
    /// Settings of a client. A setting that is refused is reported by [`ClientBuilder::build`], the first one of several.
    #[must_use = "a builder does nothing until build()"]
    ClientBuilder(pz_options), released by pz_options_free
}

// One thread at a time, whichever it is.
unsafe impl Send for ClientBuilder {}

/// Setters of one kind: the name here, the function of pixazo.h, what it does.
macro_rules! setters {
    (text: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(self, value: &str) -> Self {
            let (value, size) = ffi::text(value);
            unsafe { sys::$function(self.as_raw(), value, size) };
            self
        }
    )*};
    (path: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(self, value: impl AsRef<Path>) -> Self {
            let (value, size) = ffi::path(value.as_ref());
            unsafe { sys::$function(self.as_raw(), value, size) };
            self
        }
    )*};
    (time: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(self, value: Duration) -> Self {
            unsafe { sys::$function(self.as_raw(), ffi::milliseconds(value)) };
            self
        }
    )*};
    (truth: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(self, value: bool) -> Self {
            unsafe { sys::$function(self.as_raw(), value.into()) };
            self
        }
    )*};
    (number $type:ty: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(self, value: $type) -> Self {
            unsafe { sys::$function(self.as_raw(), value) };
            self
        }
    )*};
}
pub(crate) use setters;

impl ClientBuilder {
    /// Every default of the library.
    ///
    /// Panics if memory is out or the library that runs is of another major version: see [`crate::version`].
    pub fn new() -> ClientBuilder {
        let raw = unsafe { sys::pz_options_new(sys::PZ_API_VERSION) };
        assert!(!raw.is_null(), "libpixazo {} does not fit this crate", crate::version());
        ClientBuilder { raw }
    }

    /// The key from PIXAZO_API_KEY, and the base URL from PIXAZO_BASE_URL if that is set: the address of a pz-sandbox on this
    /// machine, which may be polled more often.
    pub fn environment(mut self) -> Self {
        if let Ok(key) = std::env::var("PIXAZO_API_KEY") {
            self = self.api_key(&key);
        }
        match std::env::var("PIXAZO_BASE_URL") {
            Ok(url) if url.starts_with("http://") => {
                let (min, max) = (Duration::from_millis(200), Duration::from_secs(1));
                self.base_url(&url).allow_loopback(true).poll_interval(min, max)
            }
            Ok(url) if !url.is_empty() => self.base_url(&url),
            _ => self,
        }
    }

    /// The client, with its threads started.
    pub fn build(&self) -> Result<Client, Error> {
        Client::start(self.as_raw())
    }

    setters! { text:
        /// The gateway's address, if it is not `https://gateway.pixazo.ai`. Plain http only on loopback, and if allowed.
        base_url => pz_options_set_base_url;
        /// The API key. It goes to the gateway and nowhere else, and stands in no log and no message.
        api_key => pz_options_set_api_key;
        /// The product that goes before the library's own in User-Agent.
        user_agent => pz_options_set_user_agent;
        /// A proxy's URL; `""` for none, whatever the environment says.
        proxy => pz_options_set_proxy;
        /// Pictures are fetched from this host only, and from others that are added; `".example.com"` with its subdomains.
        add_output_host => pz_options_add_output_host;
        /// Where the gateway posts webhooks to: what is yours, to which a nonce of each job is added. The host's own server
        /// hands them to [`Client::deliver_webhook`].
        webhook_url => pz_options_set_webhook_url;
    }

    setters! { path:
        /// A PEM bundle instead of the system's certificates.
        ca_file => pz_options_set_ca_file;
        /// An existing directory where pictures become files; without, they are held in memory.
        output_dir => pz_options_set_output_dir;
        /// The file of the journal: what outlives the process.
        journal => pz_options_set_journal;
    }

    setters! { time:
        /// Name, TCP and TLS; 10 s.
        connect_timeout => pz_options_set_connect_timeout_ms;
        /// The paid request to a queued endpoint; 120 s.
        submit_timeout => pz_options_set_submit_timeout_ms;
        /// The paid request to an endpoint that answers with the picture; 300 s. A short one makes doubtful charges.
        sync_timeout => pz_options_set_sync_timeout_ms;
        /// One poll; 30 s.
        status_timeout => pz_options_set_status_timeout_ms;
        /// A download that moves no byte for so long; 30 s.
        download_stall => pz_options_set_download_stall_ms;
        /// From submit to a job's end, whatever happens; 30 min, zero for none.
        job_timeout => pz_options_set_job_timeout_ms;
        /// A Retry-After longer than this fails the job at once; 120 s.
        retry_after_cap => pz_options_set_retry_after_cap_ms;
    }

    setters! { truth:
        /// Plain http and loopback addresses where a URL names the loopback host itself: for tests and local gateways.
        allow_loopback => pz_options_allow_loopback;
        /// Reads https_proxy, http_proxy and no_proxy.
        proxy_from_environment => pz_options_set_proxy_from_environment;
        /// Counts a 503 with Retry-After as not processed.
        retry_503 => pz_options_set_retry_503;
        /// A missing or refused key makes jobs wait and tells `EventType::NeedKey`; see [`Client::set_api_key`].
        ask_key => pz_options_set_ask_key;
        /// Pictures that must be URLs are asked for by `EventType::NeedUrl`; see [`crate::Job::provide_url`].
        ask_urls => pz_options_set_ask_urls;
        /// The journal keeps only digests of requests.
        journal_digest => pz_options_set_journal_digest;
        /// The webhook's address goes in the body, where an endpoint takes it there, instead of a header.
        webhook_in_body => pz_options_set_webhook_in_body;
    }

    setters! { number u32:
        /// Jobs that have not ended; 16384.
        max_in_flight => pz_options_set_max_in_flight;
        /// Ends of jobs that the client's thread has not taken yet; 16384.
        max_undelivered => pz_options_set_max_undelivered;
    }

    setters! { number u64:
        /// Makes every random wait repeatable, for tests.
        jitter_seed => pz_options_set_jitter_seed;
        /// Pictures in memory, together; 256 MiB. While they hold more, further downloads wait.
        max_buffered_bytes => pz_options_set_max_buffered_bytes;
        /// One picture; 64 MiB.
        max_output_bytes => pz_options_set_max_output_bytes;
    }

    setters! { number i64:
        /// The most that this client may spend, in micro-dollars.
        budget_microusd => pz_options_set_budget_microusd;
        /// What to reserve where a price is unknown, in micro-dollars.
        assumed_price_microusd => pz_options_set_assumed_price_microusd;
    }

    /// A header of requests to the gateway; never one of the library's own.
    pub fn add_header(self, name: &str, value: &str) -> Self {
        let ((name, name_size), (value, size)) = (ffi::text(name), ffi::text(value));
        unsafe { sys::pz_options_add_header(self.raw, name, name_size, value, size) };
        self
    }

    /// A PEM bundle, as bytes, instead of the system's certificates.
    pub fn ca_pem(self, pem: &[u8]) -> Self {
        unsafe { sys::pz_options_set_ca_pem(self.raw, pem.as_ptr().cast(), pem.len()) };
        self
    }

    /// The first poll comes after `min`, then further apart up to `max`; 2 s and 15 s. Less than 2 s on loopback only.
    pub fn poll_interval(self, min: Duration, max: Duration) -> Self {
        unsafe { sys::pz_options_set_poll_interval_ms(self.raw, ffi::milliseconds(min), ffi::milliseconds(max)) };
        self
    }

    /// How often a paid request that provably was not processed is sent, the first time included (3), and the waits between.
    pub fn retry(self, max_attempts: u32, base: Duration, cap: Duration) -> Self {
        unsafe { sys::pz_options_set_retry(self.raw, max_attempts, ffi::milliseconds(base), ffi::milliseconds(cap)) };
        self
    }

    /// Paid requests (8), downloads (4) and connections (16) at the same time.
    pub fn concurrency(self, submits: u32, downloads: u32, connections: u32) -> Self {
        unsafe { sys::pz_options_set_concurrency(self.raw, submits, downloads, connections) };
        self
    }

    /// How long the journal keeps jobs that have ended and were delivered; zero for ever, 30 days by default.
    pub fn journal_retention(self, time: Duration) -> Self {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        unsafe { sys::pz_options_set_journal_retention_ms(self.raw, ms) };
        self
    }

    /// When the gateway calls the webhook.
    pub fn webhook_mode(self, mode: WebhookMode) -> Self {
        unsafe { sys::pz_options_set_webhook_mode(self.raw, mode.as_raw()) };
        self
    }

    /// The catalogue by which [`Client::attach`] knows endpoints.
    pub fn catalogue(self, catalogue: &Catalogue) -> Self {
        unsafe { sys::pz_options_set_catalogue(self.raw, catalogue.as_raw()) };
        self
    }

    /// Lines up to this level come as `EventType::Log`. They never contain the key or a prompt.
    pub fn log_level(self, level: LogLevel) -> Self {
        unsafe { sys::pz_options_set_log_level(self.raw, level.as_raw()) };
        self
    }

    /// Another function of pixazo.h on the options: for those that this crate has no name for.
    ///
    /// # Safety
    /// `call` keeps to the contract of pixazo.h, and sets neither the dispatch mode nor callbacks: the client's thread is the
    /// one that takes events.
    pub unsafe fn raw(self, call: impl FnOnce(*mut sys::pz_options) -> sys::pz_status) -> Result<Self, Error> {
        check(call(self.raw)).map(|()| self)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder::new()
    }
}

/// Opens the library that the feature `dlopen` uses, if it is not open yet: `path`, else the environment's PIXAZO_LIBRARY,
/// else `libpixazo.so.1` where the system looks. Call it first: without it, the first call of anything else opens the library
/// and panics if it is not there. Without that feature the library is linked, and this does nothing.
pub fn load(path: Option<&Path>) -> Result<(), Error> {
    #[cfg(feature = "dlopen")]
    sys::load(path).map_err(|error| Error::local(crate::ErrorClass::Unsupported, error.to_string()))?;
    #[cfg(not(feature = "dlopen"))]
    let _ = path;
    match unsafe { sys::pz_version() } >> 16 == sys::PZ_API_VERSION >> 16 {
        true => Ok(()),
        false => Err(Error::local(crate::ErrorClass::Version, format!("libpixazo {} does not fit this crate", crate::version()))),
    }
}
