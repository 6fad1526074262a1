//! How clients are spoken to over TLS.

/// How clients are spoken to over TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientTls {}
