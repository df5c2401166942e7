//! `contracts.csv`: every contract of the source with its type, rates, billing period and customer, so that terms can be
//! set up again elsewhere. A type this program does not know has its row too.

use crate::row::row;

/// The contract types the source documents.
pub const TYPES: [&str; 8] = [
    "RetainerFlatFee",
    "Hourly",
    "BlockHours",
    "BlockMoney",
    "RemoteMonitoring",
    "OnlineBackup",
    "ProjectOneTimeFee",
    "ProjectHourlyRate",
];

row! {
    /// A contract. Money is decimal text as the source wrote it.
    Contract in "contracts.csv" {
        /// Its id.
        contract_id,
        /// Its name.
        contract,
        /// Its type, as the source spells it.
        contract_type,
        /// `no` for a type that is not documented: its terms are to be looked up at the source.
        type_known,
        /// The rate that names its price.
        rate,
        /// What that rate is for.
        rate_description,
        /// Further rates, as `description: amount`, separated by `; `.
        additional_rates,
        /// `Monthly`, `Yearly`, ...
        billing_period,
        /// How many (retainer).
        quantity,
        /// Hours included (block of hours).
        hours_included,
        /// Money included (block of money).
        amount_included,
        /// Price of an hour beyond the block.
        overage_rate,
        /// Whether what is unused carries over.
        rollover,
        /// What is counted (monitoring, backup).
        counted_by,
        /// The customer's id.
        customer_id,
        /// The customer's name.
        customer,
        /// Whether it is the customer's default.
        is_default,
        /// Whether it is taxed.
        taxable,
        /// Whether it is in force.
        active,
        /// First day.
        starts,
        /// Last day.
        ends,
    }
}

/// Whether a type is one the source documents.
#[must_use]
pub fn is_known(kind: &str) -> bool {
    TYPES.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_of_the_inventory_stand() {
        assert_eq!(
            Contract::HEADER.join(","),
            "contract_id,contract,contract_type,type_known,rate,rate_description,additional_rates,billing_period,\
             quantity,hours_included,amount_included,overage_rate,rollover,counted_by,customer_id,customer,\
             is_default,taxable,active,starts,ends"
        );
    }

    #[test]
    fn a_type_nobody_documents_is_known_to_be_unknown() {
        assert!(TYPES.into_iter().all(is_known));
        assert!(!is_known("Barter") && !is_known(""));
    }
}
