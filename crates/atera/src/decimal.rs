//! A number as decimal text. Money never passes through a binary float here; whoever needs to calculate
//! picks its own arithmetic.

use std::fmt;

/// A decimal number exactly as the source wrote it, such as `10.50`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// Reads decimal text (an optional sign, digits, an optional fraction, an optional exponent).
    /// None when `text` is no such number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
        (shape && text.parse::<f64>().is_ok_and(f64::is_finite)).then(|| Self(text.to_owned()))
    }

    /// The text as the source wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
