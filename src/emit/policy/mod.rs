//! What the templates of policies ask, a file for each family.

mod server_tls;
