//! The one integration binary: what the parts do together and over real sockets. A file a subject; `support` is shared.

mod fetch;
mod support;
