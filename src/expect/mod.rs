//! Route expectations: requests and what must become of them, compared with what does.
//!
//! In: the text of a file such as `routes.yaml` ([`read`]), and a routing. Out: for each test what the simulator finds
//! ([`Found::simulated`]), the differences between that and what is expected ([`judge`]), and which routes no test met
//! ([`Coverage`]). Nothing here touches the machine; `live` finds the same with a real HAProxy.

mod certificates;
mod coverage;
mod each;
mod found;
mod judge;
mod keys;
mod model;
mod read;
#[cfg(test)]
mod reference;
mod schema;
#[cfg(test)]
mod tests;

pub use certificates::shown_as;
pub use coverage::{Coverage, RouteState};
pub use each::{Case, cases};
pub use found::{Found, FoundEnd, SeenByServer};
pub use judge::{Difference, judge, unknown};
pub use model::{Ask, Each, End, Expectations, Expected, HeaderValue, Limited, Test};
pub use read::read;
pub(crate) use schema::schema;

/// The name of the file that is run where none is named.
pub const FILE_NAME: &str = "routes.yaml";
