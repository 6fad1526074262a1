//! What a running HAProxy has to be told: two bundles in, a verdict with its reasons and commands of the Runtime API out.
