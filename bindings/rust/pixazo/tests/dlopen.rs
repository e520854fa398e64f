//! The library opened at run time.
#![cfg(feature = "dlopen")]

#[test]
fn what_cannot_be_opened_is_an_error_and_the_right_one_is_opened_once() {
    let missing = pixazo::load(Some("/no/such/libpixazo.so.1".as_ref())).unwrap_err();
    assert_eq!(missing.class(), pixazo::ErrorClass::Unsupported);
    assert!(missing.message().contains("/no/such/libpixazo.so.1"), "{}", missing);
    let other = pixazo::load(Some("libc.so.6".as_ref())).unwrap_err();
    assert!(other.message().contains("pz_"), "{}", other);
    assert!(!pixazo::sys::is_loaded());
    pixazo::load(None).unwrap();
    assert!(pixazo::sys::is_loaded());
    pixazo::load(Some("/no/such/libpixazo.so.1".as_ref())).unwrap();
    assert!(pixazo::version().starts_with("1."));
}
