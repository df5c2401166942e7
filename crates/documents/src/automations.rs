//! `automations.csv` and `macros.csv`: rules and canned replies are rebuilt by hand, never moved. No call of the source
//! shows them; without a supplement the one row says so.

use crate::{row::row, secrets};

/// What stands in the one row when the source does not show something and nobody supplied it.
pub const NOT_EXPOSED: &str = "not exposed by the source";

row! {
    /// An automation rule.
    Automation in "automations.csv" {
        /// Its name.
        automation,
        /// What sets it off.
        trigger,
        /// When it applies.
        conditions,
        /// What it does.
        actions,
        /// Whether it is in force.
        active,
        /// Every other column of the supplement, as `header: value`, separated by `; `.
        other,
    }
}

row! {
    /// A macro, or canned reply.
    Macro in "macros.csv" {
        /// Its name.
        name,
        /// Its text.
        text,
        /// What it does beside.
        actions,
        /// Its category.
        category,
        /// Every other column of the supplement, as `header: value`, separated by `; `.
        other,
    }
}

impl Automation {
    /// The row that says that nobody knows.
    #[must_use]
    pub fn not_exposed() -> Self {
        Self { automation: NOT_EXPOSED.to_owned(), ..Self::default() }
    }

    /// The row as it may stand in a document: without secrets.
    #[must_use]
    pub fn told(mut self) -> Self {
        for text in [&mut self.trigger, &mut self.conditions, &mut self.actions] {
            *text = secrets::text(text);
        }
        self
    }
}

impl Macro {
    /// The row that says that nobody knows.
    #[must_use]
    pub fn not_exposed() -> Self {
        Self { name: NOT_EXPOSED.to_owned(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_stand() {
        assert_eq!(Automation::HEADER.join(","), "automation,trigger,conditions,actions,active,other");
        assert_eq!(Macro::HEADER.join(","), "name,text,actions,category,other");
    }

    #[test]
    fn what_nobody_knows_is_said_in_the_first_column() {
        assert_eq!(Automation::not_exposed().cells()[0], "not exposed by the source");
        assert_eq!(Macro::not_exposed().cells()[0], "not exposed by the source");
        let told = Automation { actions: "POST with token=abc".into(), ..Automation::default() }.told();
        assert_eq!(told.actions, "POST with token=***");
    }
}
