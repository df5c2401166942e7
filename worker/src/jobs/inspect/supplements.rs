//! The supplements: what each file is good for, and how many of its tags the destination lacks.

use std::collections::HashSet;

use protocol::{
    UnixMs,
    facts::{ColumnFacts, SourceFacts, SupplementFacts, SupplementState},
};

use super::Desk;
use crate::Trouble;

pub(super) async fn look(desk: &Desk<'_>, facts: &mut SourceFacts) -> Result<(), Trouble> {
    let supplements = &desk.cx.source.supplements;
    facts.supplements = supplements.looks.iter().map(of).collect();
    let names = supplements.tags.names();
    let there = desk.target(desk.cx.gorgias.tags()).await?;
    let live = there.iter().filter(|tag| tag.deleted_datetime.is_none());
    let there: HashSet<&str> = live.map(|tag| tag.name.as_str()).collect();
    facts.tags = names.len() as u64;
    facts.tags_missing = names.iter().filter(|name| !there.contains(*name)).count() as u64;
    facts.tagged_customers = supplements.tags.customers() as u64;
    Ok(())
}

fn of(look: &atera::SupplementLook) -> SupplementFacts {
    let state = match (look.named, &look.problem) {
        (false, _) => SupplementState::Absent,
        (true, None) => SupplementState::Sound,
        (true, Some(_)) => SupplementState::Malformed,
    };
    SupplementFacts {
        name: look.name.to_owned(),
        state,
        rows: look.rows,
        modified: look.modified_ms.map(UnixMs),
        problem: look.problem.clone(),
        columns: ColumnFacts {
            missing: look.missing.iter().map(|key| (*key).to_owned()).collect(),
            extra: look.extra,
            shuffled: look.shuffled,
            encoding: look.encoding.map(str::to_owned),
        },
    }
}
