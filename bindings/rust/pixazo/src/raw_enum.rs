//! Enumerations of the C library: what this version does not know is `Other`, and no number is lost.

macro_rules! raw_enum {
    ($(#[$about:meta])* $name:ident: $raw:ty { $($(#[$value_about:meta])* $value:ident = $constant:ident,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_about])* $value,)*
            /// A value that this version of the binding has no name for.
            Other($raw),
        }

        impl $name {
            /// From the number of pixazo.h.
            pub fn from_raw(raw: $raw) -> Self {
                match raw {
                    $(sys::$constant => $name::$value,)*
                    other => $name::Other(other),
                }
            }

            /// The number of pixazo.h.
            pub fn as_raw(self) -> $raw {
                match self {
                    $($name::$value => sys::$constant,)*
                    $name::Other(other) => other,
                }
            }
        }
    };
}
pub(crate) use raw_enum;
