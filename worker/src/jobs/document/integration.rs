//! Integrations: what the operator's supplement lists, and what is connected anew by hand.

use atera::Integration as Source;
use documents::{
    Drafts, Origin, integration_checklist,
    integrations::{Integration, others},
};

use super::{begin, issue, told, unwritten};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let supplements = &cx.source.supplements;
    let source = if supplements.tells_integrations {
        "supplement integrations.csv"
    } else {
        "none: not exposed by the source, and no supplement integrations.csv was given"
    };
    let rows: Vec<Integration> = supplements.integrations.rows().iter().map(row).collect();
    let (mut drafts, out) = begin(cx, held)?;
    table(&mut drafts, &rows, source).map_err(|error| unwritten(&error))?;
    issue(held, drafts, &out).await
}

fn table(drafts: &mut Drafts, rows: &[Integration], source: &str) -> Result<(), documents::Error> {
    let mut sheet = drafts.sheet()?;
    for row in rows {
        sheet.row(row)?;
    }
    drafts.keep(sheet, Origin::of(source).counted(rows.len() as u64))?;
    drafts.write(integration_checklist::FILE, &integration_checklist::text(rows), Origin::of(source))
}

fn row(source: &Source) -> Integration {
    let row = Integration {
        integration: source.name.clone(),
        kind: told::text(source.kind.as_ref()),
        endpoint: told::text(source.endpoint.as_ref()),
        trigger: told::text(source.trigger.as_ref()),
        configuration: told::text(source.configuration.as_ref()),
        owner: told::text(source.owner.as_ref()),
        missing: String::new(),
        other: others(&source.other),
    };
    row.told()
}
