#![doc = include_str!("../README.md")]

pub mod authorizer;
pub mod client;
pub mod edge;
pub mod error;
pub mod http;
pub mod preset;
pub mod session;
pub mod tokens;
