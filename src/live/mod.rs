//! A real HAProxy on loopback, with servers that stand in for those of the manifests.
//!
//! Touches the machine: starts processes, binds loopback ports, asks them for real.
