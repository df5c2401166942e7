//! `sla_policies.csv`: the policies as the operator's supplement tells them, thresholds by priority. No call of the source
//! shows them.

use crate::row::row;

row! {
    /// One policy's thresholds for one priority, durations as the operator wrote them.
    SlaPolicy in "sla_policies.csv" {
        /// The policy's name.
        policy,
        /// The priority it applies to; empty for all.
        priority,
        /// Threshold of the first response.
        first_response,
        /// Threshold of the resolution.
        resolution,
        /// The contract it hangs on.
        contract,
        /// Every other column of the supplement, as `header: value`, separated by `; `.
        other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_stand() {
        assert_eq!(SlaPolicy::HEADER.join(","), "policy,priority,first_response,resolution,contract,other");
    }
}
