//! What changes for traffic: two routings in, the differences out.
//!
//! Each side becomes a [`View`], in which everything has a name that survives moving and reformatting; two of them are compared
//! entry by entry into a [`Delta`], of which there are three texts. What protects less is marked, by the table in `facet`.

mod compare;
mod delta;
mod facet;
mod fact;
mod human;
mod json;
mod markdown;
mod of_bundle;
mod of_routing;
mod policy;
mod requests;
mod unread;
mod view;

pub use compare::compare;
pub use delta::{
    BackendChange, Behaviour, CertificateChange, Change, Counts, Delta, Renewal, RequestChange,
    RouteChange, What,
};
pub use human::{Manner, human};
pub use json::json;
pub use markdown::markdown;
pub use of_bundle::{target_of_bundle, view_of_bundle};
pub use of_routing::view;
pub use unread::Unread;
pub use view::{Answer, Place, RouteKey, View};
