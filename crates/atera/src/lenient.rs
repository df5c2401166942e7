//! Readers for values whose shape the source does not keep: ids that are null, 0 or text, stamps without a
//! zone, numbers where text is declared. A scalar of any shape is read; nothing is ever invented, and an
//! array or object where a scalar belongs is an error.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::stamp::Stamp;

/// One JSON scalar, whatever its declared type.
enum Scalar {
    Null,
    Bool(bool),
    Whole(i64),
    Float(f64),
    Text(String),
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar value")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_none<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Scalar, E> {
        i64::try_from(value).map(Scalar::Whole).map_err(|_| E::custom("number too large for an id"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }
}

fn scalar<'de, D: Deserializer<'de>>(source: D) -> Result<Scalar, D::Error> {
    source.deserialize_any(ScalarVisitor)
}

/// Text; null and `""` are none, numbers and flags become their JSON text.
pub(crate) fn text<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(match scalar(source)? {
        Scalar::Null => None,
        Scalar::Text(value) => Some(value).filter(|v| !v.is_empty()),
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Whole(value) => Some(value.to_string()),
        Scalar::Float(value) => Some(value.to_string()),
    })
}

/// An id; null, 0 and `""` are none. -1 is kept, since the source gives it a meaning.
pub(crate) fn id<'de, D: Deserializer<'de>>(source: D) -> Result<Option<i64>, D::Error> {
    Ok(whole(source)?.filter(|id| *id != 0))
}

/// A record's own id; an absent one reads as 0 and is refused by whoever reads the row.
pub(crate) fn own_id<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    Ok(whole(source)?.unwrap_or(0))
}

/// A whole number that is not an id: 0 is data.
pub(crate) fn whole<'de, D: Deserializer<'de>>(source: D) -> Result<Option<i64>, D::Error> {
    match scalar(source)? {
        Scalar::Null => Ok(None),
        Scalar::Whole(value) => Ok(Some(value)),
        Scalar::Text(value) => {
            let value = value.trim();
            if value.is_empty() {
                return Ok(None);
            }
            value.parse().map(Some).map_err(|_| D::Error::custom("text where a whole number belongs"))
        }
        // Above 2^53 a double no longer names one whole number.
        Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 => {
            format!("{value:.0}").parse().map(Some).map_err(D::Error::custom)
        }
        Scalar::Float(_) => Err(D::Error::custom("a fraction where a whole number belongs")),
        Scalar::Bool(_) => Err(D::Error::custom("a flag where a whole number belongs")),
    }
}

/// A flag; null and `""` are none, 0/1 and "true"/"false" in any case are read.
pub(crate) fn flag<'de, D: Deserializer<'de>>(source: D) -> Result<Option<bool>, D::Error> {
    match scalar(source)? {
        Scalar::Null => Ok(None),
        Scalar::Bool(value) => Ok(Some(value)),
        Scalar::Whole(0) => Ok(Some(false)),
        Scalar::Whole(1) => Ok(Some(true)),
        Scalar::Text(value) => match value.trim().to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(D::Error::custom("text where a flag belongs")),
        },
        Scalar::Whole(_) | Scalar::Float(_) => Err(D::Error::custom("a number where a flag belongs")),
    }
}

/// A stamp; null and `""` are none. Its zone is settled afterwards, see [`Stamp::settle`].
pub(crate) fn stamp<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Stamp>, D::Error> {
    Ok(text(source)?.filter(|raw| !raw.trim().is_empty()).map(Stamp::unsettled))
}

/// A number kept as the decimal text that stood in the answer; null and `""` are none.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Decimal>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(source)? else {
        return Ok(None);
    };
    let text = raw.get().trim().trim_matches('"').trim();
    if text.is_empty() {
        return Ok(None);
    }
    Decimal::parse(text).map(Some).ok_or_else(|| D::Error::custom("no decimal number"))
}

/// A list; null is the empty list.
pub(crate) fn list<'de, D, T>(source: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<Option<T>>>::deserialize(source)?.unwrap_or_default().into_iter().flatten().collect())
}
