//! The base strings that the first five axes give.

use std::collections::HashSet;

use super::collection::{Collection, collections};
use super::encoding::{ENCODINGS, Encoding};
use super::order::{Encoded, ORDERS, Order};
use super::target::{Variant, methods, urls};
use super::{Mistake, Subject};

/// Longer ones are not varied: their parameters are not what a person wrote by hand.
const MAX_PARAMETERS_LENGTH: usize = 64 * 1024;

/// A base string, with what was done wrongly to make it.
pub(super) struct Base {
    pub(super) text: String,
    pub(super) mistakes: Vec<Mistake>,
}

/// All variants of the first five axes.
pub(super) struct Bases {
    collections: Vec<Collection>,
    urls: Vec<Variant>,
    methods: Vec<Variant>,
}

/// Normalized parameters, encoded as a whole.
struct Normalized {
    text: String,
    encoding: Encoding,
    mistakes: Vec<Mistake>,
}

impl Bases {
    pub(super) fn new(subject: &Subject<'_>) -> Self {
        Self {
            collections: collections(subject),
            urls: urls(subject),
            methods: methods(subject),
        }
    }

    /// Returns the right one.
    pub(super) fn due(&self) -> String {
        let (Some(collection), Some(url), Some(method)) = (
            self.collections.first(),
            self.urls.first(),
            self.methods.first(),
        ) else {
            return String::new();
        };
        let normalized = normalize(collection, Order::Due, Encoding::Due);
        joined(method, url, Encoding::Due, &normalized)
    }

    /// Returns those with one mistake.
    pub(super) fn singles(&self) -> Vec<Base> {
        let mut bases = Distinct::with(self.due());
        let (urls, methods) = (self.urls.get(..1), self.methods.get(..1));
        for normalized in self.normalized(1) {
            bases.add(
                methods.unwrap_or_default(),
                urls.unwrap_or_default(),
                &normalized,
            );
        }
        for normalized in self.normalized(0) {
            bases.add(methods.unwrap_or_default(), &self.urls, &normalized);
            bases.add(&self.methods, urls.unwrap_or_default(), &normalized);
        }
        bases.found
    }

    /// Returns those with two mistakes on two axes.
    pub(super) fn pairs(&self) -> Vec<Base> {
        let mut bases = Distinct::with(self.due());
        let (urls, methods) = (self.urls.get(..1), self.methods.get(..1));
        let is_long = self.due().len() > MAX_PARAMETERS_LENGTH;
        if is_long {
            return Vec::new();
        }
        for normalized in self.normalized(1) {
            bases.add(methods.unwrap_or_default(), &self.urls, &normalized);
            bases.add(&self.methods, urls.unwrap_or_default(), &normalized);
        }
        for normalized in self.normalized(0) {
            bases.add(&self.methods, &self.urls, &normalized);
        }
        for normalized in self.normalized(2) {
            bases.add(
                methods.unwrap_or_default(),
                urls.unwrap_or_default(),
                &normalized,
            );
        }
        // Where the method is not shown, another one than the first is no mistake.
        let is_any_method = self.methods.iter().all(|method| method.mistake.is_none());
        let wanted = |base: &Base| base.mistakes.len() == 2 || is_any_method;
        bases.found.retain(wanted);
        bases.found
    }

    /// Returns the parameters with so many mistakes on the first three axes, each text once.
    fn normalized(&self, mistakes: usize) -> Vec<Normalized> {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for (first, collection) in self.collections.iter().enumerate() {
            for (second, order) in ORDERS.into_iter().enumerate() {
                for (third, encoding) in ENCODINGS.into_iter().enumerate() {
                    let wrong =
                        usize::from(first > 0) + usize::from(second > 0) + usize::from(third > 0);
                    if wrong != mistakes {
                        continue;
                    }
                    let text = normalize(collection, order, encoding);
                    if !seen.insert((text.clone(), encoding.outer("~*"))) {
                        continue;
                    }
                    let mistakes = collection.mistake.iter().cloned();
                    let mistakes = mistakes.chain(order.mistake()).chain(encoding.mistake());
                    all.push(Normalized {
                        text,
                        encoding,
                        mistakes: mistakes.collect(),
                    });
                }
            }
        }
        all
    }
}

/// Keeps each text once, with the fewest and first mistakes that make it.
struct Distinct {
    seen: HashSet<String>,
    found: Vec<Base>,
}

impl Distinct {
    fn with(due: String) -> Self {
        Self {
            seen: HashSet::from([due]),
            found: Vec::new(),
        }
    }

    fn add(&mut self, methods: &[Variant], urls: &[Variant], normalized: &Normalized) {
        for method in methods {
            for url in urls {
                let text = joined(method, url, normalized.encoding, &normalized.text);
                if !self.seen.insert(text.clone()) {
                    continue;
                }
                let mut mistakes = normalized.mistakes.clone();
                mistakes.extend(url.mistake.iter().cloned());
                mistakes.extend(method.mistake.iter().cloned());
                self.found.push(Base { text, mistakes });
            }
        }
    }
}

/// RFC 5849 §3.4.1.1.
fn joined(method: &Variant, url: &Variant, encoding: Encoding, normalized: &str) -> String {
    format!("{}&{}&{normalized}", method.text, encoding.outer(&url.text))
}

fn normalize(collection: &Collection, order: Order, encoding: Encoding) -> String {
    let mut encoded: Vec<Encoded<'_>> = collection
        .parameters
        .iter()
        .map(|parameter| {
            let (name, value) = &parameter.written;
            Encoded {
                parameter,
                name: encoding.inner(&parameter.name, name, true),
                value: encoding.inner(&parameter.value, value, false),
            }
        })
        .collect();
    order.apply(&mut encoded);
    let mut text = String::new();
    for (index, pair) in encoded.iter().enumerate() {
        text.push_str(if index > 0 { "&" } else { "" });
        text.push_str(&pair.name);
        text.push('=');
        text.push_str(&pair.value);
    }
    encoding.outer(&text)
}
