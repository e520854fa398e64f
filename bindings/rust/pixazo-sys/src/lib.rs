//! The functions and constants of `pixazo.h`, as they are: the contract of each stands in that header. The crate `pixazo`
//! is the safe way to use them.
//!
//! With the feature `dlopen` nothing is linked: the library is opened by `load`, or when it is first needed.
#![allow(non_camel_case_types, clippy::missing_safety_doc, clippy::too_many_arguments)]

#[cfg(feature = "dlopen")]
mod table;
#[cfg(feature = "dlopen")]
pub use table::{is_loaded, load, LoadError};

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_void};

// Opaque: never made, moved, shared or sent by Rust itself.
macro_rules! handles {
    ($($name:ident,)*) => {$(
        #[repr(C)]
        pub struct $name {
            _opaque: [u8; 0],
            _marker: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}

#[cfg(not(feature = "dlopen"))]
macro_rules! functions {
    ($(fn $name:ident($($parameter:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        extern "C" {
            $(pub fn $name($($parameter: $type),*) $(-> $result)?;)*
        }
    };
}

#[cfg(feature = "dlopen")]
macro_rules! functions {
    ($(fn $name:ident($($parameter:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        pub(crate) struct Table {
            $($name: unsafe extern "C" fn($($type),*) $(-> $result)?,)*
        }

        impl Table {
            /// Asks `find` for the address of every function.
            pub(crate) unsafe fn new<E>(find: impl Fn(&'static str) -> Result<*mut c_void, E>) -> Result<Table, E> {
                Ok(Table {
                    $($name: std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($type),*) $(-> $result)?>(
                        find(concat!(stringify!($name), "\0"))?,
                    ),)*
                })
            }
        }

        $(
            #[inline]
            pub unsafe extern "C" fn $name($($parameter: $type),*) $(-> $result)? {
                (table::table().$name)($($parameter),*)
            }
        )*
    };
}

include!("bindings.rs");
