//! `integrations.csv`: what is connected to the source, as the operator's supplement tells it: endpoint, trigger and
//! configuration. No call of the source lists it. Secrets an operator wrote down all the same are left out.

use crate::{row::row, secrets};

row! {
    /// An integration.
    Integration in "integrations.csv" {
        /// Its name.
        integration,
        /// Its kind.
        kind,
        /// Its endpoint.
        endpoint,
        /// What sets it off.
        trigger,
        /// Its configuration.
        configuration,
        /// Who answers for it.
        owner,
        /// Which of endpoint, trigger and configuration nobody has filled in.
        missing,
        /// Every other column of the supplement, as `header: value`, separated by `; `.
        other,
    }
}

impl Integration {
    /// The row as it may stand in a document: without secrets, and with what is missing named.
    #[must_use]
    pub fn told(mut self) -> Self {
        let wanted = [
            ("endpoint", &self.endpoint),
            ("trigger", &self.trigger),
            ("configuration", &self.configuration),
        ];
        let missing = wanted.iter().filter(|(_, text)| text.is_empty()).map(|(name, _)| *name);
        self.missing = missing.collect::<Vec<_>>().join(", ");
        self.endpoint = secrets::address(&self.endpoint);
        for text in [&mut self.trigger, &mut self.configuration, &mut self.kind, &mut self.owner] {
            *text = secrets::text(text);
        }
        self
    }
}

/// Further columns of a supplement in one cell, without those that hold secrets.
pub fn others<'t>(columns: impl IntoIterator<Item = (&'t String, &'t String)>) -> String {
    let open = columns.into_iter().filter(|(header, _)| !secrets::is_secret_name(header));
    open.map(|(header, value)| format!("{header}: {}", secrets::text(value))).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_stand() {
        assert_eq!(
            Integration::HEADER.join(","),
            "integration,kind,endpoint,trigger,configuration,owner,missing,other"
        );
    }

    #[test]
    fn what_is_missing_is_named_and_a_secret_is_left_out() {
        let row = Integration {
            integration: "ERP".into(),
            endpoint: "https://a:b@erp.example/x?key=1".into(),
            configuration: "token=abc".into(),
            ..Integration::default()
        };
        let told = row.told();
        assert_eq!(told.missing, "trigger");
        assert_eq!((&*told.endpoint, &*told.configuration), ("https://erp.example/x?***", "token=***"));
        let columns =
            BTreeMap::from([("API Key".to_owned(), "k".to_owned()), ("Active".to_owned(), "yes".to_owned())]);
        assert_eq!(others(&columns), "Active: yes");
    }
}
