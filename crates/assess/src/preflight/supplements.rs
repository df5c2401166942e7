//! The files an operator supplies: one that cannot be read blocks, one that is missing or odd is told.

use protocol::facts::{SupplementFacts, SupplementState};

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "supplements",
    remedy: "export the file again and check its columns against docs; name it under source.supplements",
    acknowledgeable: true,
    look: |sight| {
        let odd = |one: &SupplementFacts| match one.state {
            SupplementState::Malformed => {
                Some(format!("malformed: {}", one.problem.as_deref().unwrap_or("cannot be read")))
            }
            SupplementState::Absent => Some("not supplied".to_owned()),
            SupplementState::Sound if one.columns.missing.iter().any(|column| wanted(&one.name, column)) => {
                Some(format!("without {}", one.columns.missing.join(", ")))
            }
            SupplementState::Sound => None,
        };
        let all = &sight.facts.source.supplements;
        let affected: Vec<Affected> = all
            .iter()
            .filter_map(|one| odd(one).map(|why| Affected::new("supplement", &one.name, why)))
            .collect();
        let malformed = all.iter().filter(|one| one.state == SupplementState::Malformed).count();
        if malformed > 0 {
            return Seen::new(
                Severity::Block,
                format!("{malformed} supplements cannot be read as they are"),
                affected,
            );
        }
        let says = format!("{} supplements are missing or lack columns", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};

/// Columns whose lack costs something, where another one does not stand for them.
fn wanted(file: &str, column: &str) -> bool {
    matches!(
        (file, column),
        ("technicians", "email" | "role")
            | ("sla_policies", "first_response" | "resolution" | "priority")
            | ("integrations", "endpoint" | "trigger")
    )
}
