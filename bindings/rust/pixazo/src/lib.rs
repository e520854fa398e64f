//! Client of the Pixazo image gateway, on libpixazo.
//!
//! A [`Client`] submits a [`Request`] and gives a [`Job`], which is a future on any runtime and can be waited for by blocking
//! too. [`Job::events`] and [`Client::events`] tell what happens meanwhile; with the feature `stream` they are
//! `futures_core::Stream`s. A job that the gateway has made is [`Completed`] and has an [`Output`] for each picture. Every
//! [`Error`] says whether money was taken.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = pixazo::Client::builder().environment().build()?;
//! let request = pixazo::Request::new("gpt-image-2").set("prompt", "a lighthouse at dusk, oil on canvas");
//! client.submit(&request)?.wait()?.save("lighthouse.png")?;
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]
#![warn(missing_debug_implementations)]

/// The C library's functions, as they are.
pub use pixazo_sys as sys;

mod builder;
mod catalogue;
mod client;
mod error;
mod event;
mod events;
mod feed;
mod ffi;
mod job;
mod journal;
mod output;
mod raw_enum;
mod request;
mod values;

pub use builder::{load, ClientBuilder};
pub use catalogue::{Catalogue, Endpoint, Param};
pub use client::Client;
pub use error::Error;
pub use event::Event;
pub use events::{Events, JobEvents, Recv};
pub use job::{CancelOnDrop, Completed, Job};
pub use journal::Journal;
pub use output::Output;
pub use request::{Estimate, Request};
pub use values::{Charged, ErrorClass, EventType, Feature, LogLevel, ParamType, Stat, State, Value, WebhookMode};

/// The version of the library that runs, as "1.0.0".
pub fn version() -> &'static str {
    unsafe { ffi::borrowed(sys::pz_version_string()) }
}

/// Whether the library that runs has `feature`.
pub fn has_feature(feature: Feature) -> bool {
    unsafe { sys::pz_has_feature(feature.as_raw()) == 1 }
}

// What may go to other threads, and be used by several at once.
const _: fn() = || {
    fn send_and_sync<T: Send + Sync + 'static>() {}
    fn send<T: Send + 'static>() {}
    send_and_sync::<(Client, Job, Completed, CancelOnDrop, JobEvents, Events)>();
    send_and_sync::<(Event, Output, Error, Catalogue, Endpoint<'static>, Param<'static>, Journal)>();
    send::<(ClientBuilder, Request)>();
};

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
