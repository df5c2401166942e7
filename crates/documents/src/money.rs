//! Sums of money and hours, exact: decimal text in, decimal text out, never through a binary float. To the cent means two
//! places, half a cent away from zero.

use std::collections::BTreeMap;

use protocol::DocumentTotal;
use rust_decimal::{Decimal, RoundingStrategy};

/// Seconds of an hour.
const HOUR_S: i64 = 3_600;

/// Decimal text as a number; none for what is no number or does not fit.
#[must_use]
pub fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim();
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// To the cent.
#[must_use]
pub fn cents(amount: Decimal) -> Decimal {
    let mut rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    rounded
}

/// An amount to the cent, as text.
#[must_use]
pub fn told(amount: Decimal) -> String {
    cents(amount).to_string()
}

/// Seconds as hours, to four places, as text.
#[must_use]
pub fn hours(seconds: i64) -> String {
    let exact = Decimal::from(seconds) / Decimal::from(HOUR_S);
    exact.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize().to_string()
}

/// What seconds cost at a rate by the hour, to the cent.
#[must_use]
pub fn cost(seconds: i64, rate: Decimal) -> Option<Decimal> {
    Some(cents(rate.checked_mul(Decimal::from(seconds))?.checked_div(Decimal::from(HOUR_S))?))
}

/// Sums by what is summed and its unit, beside what the source states of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<(String, String), (Decimal, Option<Decimal>)>);

impl Sums {
    /// Adds to a sum, beside what the source states, where it does.
    pub fn add(&mut self, what: &str, unit: &str, amount: Decimal, stated: Option<Decimal>) {
        let (sum, all) = self.0.entry((what.to_owned(), unit.to_owned())).or_default();
        *sum += amount;
        if let Some(stated) = stated {
            *all = Some(all.unwrap_or_default() + stated);
        }
    }

    /// The sum of one.
    #[must_use]
    pub fn of(&self, what: &str, unit: &str) -> Decimal {
        self.0.get(&(what.to_owned(), unit.to_owned())).map(|(sum, _)| *sum).unwrap_or_default()
    }

    /// All of them as they are told.
    #[must_use]
    pub fn totals(&self) -> Vec<DocumentTotal> {
        let total =
            |((what, unit), (sum, stated)): (&(String, String), &(Decimal, Option<Decimal>))| DocumentTotal {
                what: what.clone(),
                unit: unit.clone(),
                sum: told(*sum),
                stated: stated.map(told),
                difference: stated.map(|stated| told(stated - *sum)),
            };
        self.0.iter().map(total).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_exact_where_floats_are_not() {
        let mut sums = Sums::default();
        for _ in 0..10 {
            sums.add("total", "USD", parse("0.10").unwrap(), parse("0.1"));
        }
        sums.add("total", "ILS", parse("1e2").unwrap(), Some(parse("100.01").unwrap()));
        let totals = sums.totals();
        let told: Vec<_> = totals
            .iter()
            .map(|one| (one.unit.as_str(), one.sum.as_str(), one.difference.as_deref()))
            .collect();
        assert_eq!(told, [("ILS", "100.00", Some("0.01")), ("USD", "1.00", Some("0.00"))]);
    }

    #[test]
    fn half_a_cent_goes_away_from_zero() {
        for (amount, text) in [("1.005", "1.01"), ("-1.005", "-1.01"), ("2.994", "2.99"), ("3", "3.00")] {
            assert_eq!(told(parse(amount).unwrap()), text);
        }
    }

    #[test]
    fn time_costs_what_its_seconds_cost() {
        assert_eq!(cost(5_400, parse("95.01").unwrap()).map(told), Some("142.52".to_owned()));
        assert_eq!((hours(5_400), hours(100), hours(0)), ("1.5".into(), "0.0278".into(), "0".into()));
    }

    #[test]
    fn what_is_no_number_is_none() {
        assert!(["", "1,5", "abc", "1e99"].iter().all(|text| parse(text).is_none()));
    }
}
