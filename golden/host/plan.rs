//! `ingressc plan --apply` on a running HAProxy: it gets the new routes, servers and certificates without a reload, and nobody
//! who asks it meanwhile notices. Afterwards a fresh process on the files is the second opinion: it must hold the same.

mod drain;
mod live;
mod refusals;
mod routes;
mod scale;
mod unfinished;
