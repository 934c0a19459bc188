//! Reading a message from parameters: known ones once, the others kept.

use tripod_core::parameters::Parameters;

use crate::error::Malformed;

/// The parameters of a message while it is read.
pub(crate) struct Fields<'a> {
    parameters: &'a Parameters,
    rule: &'static str,
    taken: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Begins to read; `rule` is what a repeated or missing parameter breaks.
    pub(crate) const fn new(parameters: &'a Parameters, rule: &'static str) -> Self {
        Self {
            parameters,
            rule,
            taken: Vec::new(),
        }
    }

    /// Takes a parameter that may be there once.
    pub(crate) fn optional(&mut self, name: &'static str) -> Result<Option<&'a str>, Malformed> {
        self.taken.push(name);
        // RFC 6749 §3.1, §3.2: parameters MUST NOT be included more than once.
        let value = self
            .parameters
            .single(name)
            .map_err(|error| Malformed::parameters(error, self.rule))?;
        // RFC 6749 §3.1, §3.2: parameters sent without a value MUST be treated as if omitted.
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// Takes a parameter that has to be there once.
    pub(crate) fn required(&mut self, name: &'static str) -> Result<&'a str, Malformed> {
        self.optional(name)?
            .ok_or_else(|| Malformed::missing(name, self.rule))
    }

    /// Takes a parameter that may repeat.
    pub(crate) fn repeated(
        &mut self,
        name: &'static str,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        self.taken.push(name);
        self.parameters.all(name).filter(|value| !value.is_empty())
    }

    /// Leaves out parameters that another message of the same request reads.
    pub(crate) fn skip(&mut self, names: &[&'static str]) {
        self.taken.extend(names);
    }

    /// Returns what was not taken, in order.
    pub(crate) fn rest(self) -> Parameters {
        self.parameters
            .iter()
            .filter(|(name, _)| !self.taken.contains(name))
            .collect()
    }
}
