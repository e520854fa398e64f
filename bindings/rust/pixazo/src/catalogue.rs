use std::fmt;
use std::marker::PhantomData;

use crate::error::{check_with, Error};
use crate::ffi::{self, handle};
use crate::{sys, ParamType};

handle! {
    /// What the gateway offers: endpoints and their parameters, complete enough to build a form from. Immutable; a clone is
    /// the same catalogue.
    Catalogue(pz_catalogue), released by pz_catalogue_release
}

// Immutable and counted by the library, whose functions on it may be called from any thread.
unsafe impl Send for Catalogue {}
unsafe impl Sync for Catalogue {}

/// An endpoint of a catalogue.
#[derive(Clone, Copy)]
pub struct Endpoint<'a> {
    raw: *const sys::pz_endpoint,
    catalogue: PhantomData<&'a Catalogue>,
}

/// A parameter of an endpoint.
#[derive(Clone, Copy)]
pub struct Param<'a> {
    raw: *const sys::pz_param,
    catalogue: PhantomData<&'a Catalogue>,
}

// As their catalogue.
unsafe impl Send for Endpoint<'_> {}
unsafe impl Sync for Endpoint<'_> {}
unsafe impl Send for Param<'_> {}
unsafe impl Sync for Param<'_> {}

impl Catalogue {
    /// The one that is built in.
    pub fn builtin() -> Catalogue {
        let raw = unsafe { sys::pz_catalogue_retain(sys::pz_catalogue_builtin()) };
        assert!(!raw.is_null(), "out of memory");
        Catalogue { raw }
    }

    /// One from JSON of the form that [`Catalogue::json`] has. Strict: the error names the place.
    pub fn load(json: &str) -> Result<Catalogue, Error> {
        let ((json, size), mut raw) = (ffi::text(json), std::ptr::null_mut());
        check_with(|error| unsafe { sys::pz_catalogue_load(json, size, &mut raw, error) })?;
        Ok(Catalogue { raw })
    }

    /// The whole of it.
    pub fn json(&self) -> &str {
        unsafe { ffi::sized(|size| sys::pz_catalogue_json(self.raw, size)) }
    }

    /// Its endpoints, in its order.
    pub fn endpoints(&self) -> impl Iterator<Item = Endpoint<'_>> {
        (0..unsafe { sys::pz_catalogue_endpoint_count(self.raw) })
            .map(|index| Endpoint { raw: unsafe { sys::pz_catalogue_endpoint(self.raw, index) }, catalogue: PhantomData })
    }

    /// An endpoint by its id or one of its aliases.
    pub fn find(&self, id: &str) -> Option<Endpoint<'_>> {
        let (id, size) = ffi::text(id);
        let raw = unsafe { sys::pz_catalogue_find(self.raw, id, size) };
        (!raw.is_null()).then_some(Endpoint { raw, catalogue: PhantomData })
    }
}

impl Clone for Catalogue {
    fn clone(&self) -> Self {
        Catalogue { raw: unsafe { sys::pz_catalogue_retain(self.raw) } }
    }
}

macro_rules! getters {
    ($lifetime:lifetime text: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(&self) -> &$lifetime str {
            unsafe { ffi::borrowed(sys::$function(self.raw)) }
        }
    )*};
    ($lifetime:lifetime sized: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(&self) -> &$lifetime str {
            unsafe { ffi::sized(|size| sys::$function(self.raw, size)) }
        }
    )*};
    ($lifetime:lifetime truth: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(&self) -> bool {
            unsafe { sys::$function(self.raw) == 1 }
        }
    )*};
    ($lifetime:lifetime number: $($(#[$about:meta])* $name:ident => $function:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(&self) -> u32 {
            unsafe { sys::$function(self.raw) }
        }
    )*};
    ($lifetime:lifetime list: $($(#[$about:meta])* $name:ident => $count:ident, $item:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(&self) -> impl Iterator<Item = &$lifetime str> + $lifetime {
            let raw = self.raw;
            (0..unsafe { sys::$count(raw) }).map(move |index| unsafe { ffi::borrowed(sys::$item(raw, index)) })
        }
    )*};
}

impl<'a> Endpoint<'a> {
    getters! { 'a text:
        /// Stable for ever, safe as a file name.
        id => pz_endpoint_id;
        /// The product.
        product => pz_endpoint_product;
        /// Whose it is.
        provider => pz_endpoint_provider;
        /// For people.
        title => pz_endpoint_title;
        /// The HTTP method.
        method => pz_endpoint_method;
        /// Relative to the base URL.
        path => pz_endpoint_path;
        /// The prefix of its request ids, `""` if it is not queued.
        model_id => pz_endpoint_model_id;
        /// The shape of its answers.
        response_shape => pz_endpoint_response_shape;
        /// Which document states the price, or why it is unknown.
        price_source => pz_endpoint_price_source;
    }

    getters! { 'a sized:
        /// The documents' first printed request.
        example_json => pz_endpoint_example_json;
        /// The whole row of the catalogue.
        json => pz_endpoint_json;
    }

    getters! { 'a truth:
        /// Whether it answers with a queued job; if not, with the picture's URL.
        is_queued => pz_endpoint_is_queued;
        /// Whether the documents list a price.
        has_price => pz_endpoint_has_price;
    }

    getters! { 'a list:
        /// What the documents call it.
        aliases => pz_endpoint_alias_count, pz_endpoint_alias;
        /// Rules between parameters, a sentence each.
        rules => pz_endpoint_rule_count, pz_endpoint_rule;
        /// Where the documents contradict themselves, and what is sent.
        notes => pz_endpoint_note_count, pz_endpoint_note;
    }

    /// Its parameters, in the documents' order.
    pub fn params(&self) -> impl Iterator<Item = Param<'a>> + 'a {
        let raw = self.raw;
        (0..unsafe { sys::pz_endpoint_param_count(raw) })
            .map(move |index| Param { raw: unsafe { sys::pz_endpoint_param(raw, index) }, catalogue: PhantomData })
    }

    /// A parameter by its canonical name or the endpoint's own.
    pub fn find_param(&self, name: &str) -> Option<Param<'a>> {
        let (name, size) = ffi::text(name);
        let raw = unsafe { sys::pz_endpoint_find_param(self.raw, name, size) };
        (!raw.is_null()).then_some(Param { raw, catalogue: PhantomData })
    }
}

impl<'a> Param<'a> {
    getters! { 'a text:
        /// Its canonical name.
        name => pz_param_name;
        /// The endpoint's own name.
        wire_name => pz_param_wire_name;
        /// One line for people.
        note => pz_param_note;
        /// What the documents state as default, as JSON; never sent by the library.
        default_json => pz_param_default_json;
        /// A value from the documents, as JSON.
        example_json => pz_param_example_json;
    }

    getters! { 'a sized:
        /// Everything about it.
        json => pz_param_json;
    }

    getters! { 'a truth:
        /// Whether it must be set.
        is_required => pz_param_is_required;
        /// Whether the documents state a default.
        has_default => pz_param_has_default;
        /// Whether other values than the choices are allowed.
        has_open_choices => pz_param_has_open_choices;
        /// Whether pictures can travel inside the request; otherwise they need a URL.
        is_data_uri_accepted => pz_param_is_data_uri_accepted;
    }

    getters! { 'a number:
        /// Characters, 0: none stated.
        min_length => pz_param_min_length;
        /// Characters, 0: none stated.
        max_length => pz_param_max_length;
        /// Of a list, 0: none stated.
        min_items => pz_param_min_items;
        /// Of a list, 0: none stated.
        max_items => pz_param_max_items;
    }

    getters! { 'a list:
        /// The values to choose from, as JSON.
        choices_json => pz_param_choice_count, pz_param_choice_json;
    }

    /// What a form would show.
    pub fn kind(&self) -> ParamType {
        ParamType::from_raw(unsafe { sys::pz_param_kind(self.raw) })
    }

    /// The least that a number may be.
    pub fn minimum(&self) -> Option<f64> {
        unsafe { (sys::pz_param_has_minimum(self.raw) == 1).then(|| sys::pz_param_minimum(self.raw)) }
    }

    /// The most that a number may be.
    pub fn maximum(&self) -> Option<f64> {
        unsafe { (sys::pz_param_has_maximum(self.raw) == 1).then(|| sys::pz_param_maximum(self.raw)) }
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_list().entries(self.endpoints()).finish()
    }
}

impl fmt::Debug for Endpoint<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Endpoint").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Param<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Param").field("name", &self.name()).field("kind", &self.kind()).finish_non_exhaustive()
    }
}
