//! An offline compiler from Kubernetes manifests to HAProxy configurations, as a library.
//!
//! The stages in order, each a pure function from a value to a value and findings:
//! [`source`] → [`manifest`] → [`lower`] → [`ir`] → `emit`; `simulate` answers questions about the model in the middle.

pub mod finding;
pub mod ir;
pub mod lower;
pub mod manifest;
pub mod source;
