//! `ingressc ports`: which ports there are, and the lock that keeps them.

mod pending;

pub(super) use pending::Pending;
