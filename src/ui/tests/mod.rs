//! The screens, tested.
