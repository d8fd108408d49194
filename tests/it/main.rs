//! The one integration binary.

mod pages;
