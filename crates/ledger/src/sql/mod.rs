//! The statements, one room per topic: standard SQL with numbered parameters, shared by every dialect. Nothing here runs
//! a statement; what only one dialect can say stands in that dialect's migration files or room.

pub(crate) mod accounts;
pub(crate) mod batches;
pub(crate) mod dossier;
pub(crate) mod entries;
pub(crate) mod erase;
pub(crate) mod fleet;
pub(crate) mod migrations;
pub(crate) mod postgres;

/// The rows of a `VALUES` list: `rows` rows of `columns` parameters, the first being `$first`.
pub(crate) fn rows(first: usize, rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let numbers = (0..columns).map(|column| format!("${}", first + row * columns + column));
        format!("({})", numbers.collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(super::rows(3, 2, 2), "($3, $4), ($5, $6)");
    }
}
