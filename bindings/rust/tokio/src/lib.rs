//! Nothing but tests: pixazo on tokio.
