#![doc = include_str!("../README.md")]

pub mod clock;
pub mod form;
pub mod parameters;
pub mod percent;
pub mod random;
pub mod secret;
pub mod timestamp;
