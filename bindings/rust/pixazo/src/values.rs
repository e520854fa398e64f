//! The enumerations, and the values that a request's parameters take.
use crate::raw_enum::raw_enum;
use crate::{ffi, sys};

include!("enums.rs");

impl State {
    /// Whether a job in this state has ended.
    pub fn is_terminal(self) -> bool {
        self.as_raw() >= sys::PZ_STATE_COMPLETED
    }
}

macro_rules! named {
    ($($type:ident by $function:ident),*) => {$(
        /// By the name that the library has for it.
        impl std::fmt::Display for $type {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.pad(unsafe { ffi::borrowed(sys::$function(self.as_raw())) })
            }
        }
    )*};
}
named!(ErrorClass by pz_status_name, State by pz_state_name, Charged by pz_charged_name, EventType by pz_event_type_name,
       ParamType by pz_param_type_name);

/// A parameter's value: text, a number or a truth value, `.into()` from the Rust types. Lists and objects go as JSON, by
/// `Request::set_json`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number, also for numbers.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Truth(bool),
}

macro_rules! values {
    ($($type:ty => |$value:ident| $to:expr),* $(,)?) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from($value: $type) -> Self {
                $to
            }
        }
    )*};
}
values! {
    &'a str => |value| Value::Text(value),
    &'a String => |value| Value::Text(value),
    i8 => |value| Value::Integer(value.into()),
    i16 => |value| Value::Integer(value.into()),
    i32 => |value| Value::Integer(value.into()),
    i64 => |value| Value::Integer(value),
    u8 => |value| Value::Integer(value.into()),
    u16 => |value| Value::Integer(value.into()),
    u32 => |value| Value::Integer(value.into()),
    f32 => |value| Value::Number(value.into()),
    f64 => |value| Value::Number(value),
    bool => |value| Value::Truth(value),
}
