#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod diagnose;
pub mod evidence;
pub mod finding;
pub mod guide;
pub mod known;
pub mod probe;

mod case;
mod lexicon;
mod mask;
mod rules;
mod signature;
mod wording;
