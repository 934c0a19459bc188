#![doc = include_str!("../README.md")]

pub mod answer;
pub mod error;
pub mod json;
pub mod registry;
pub mod scope;

mod fields;
