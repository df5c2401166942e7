//! Automation rules and macros: what the operator's supplements list. Without one, a row says that the source does not show
//! them.

use documents::{
    Drafts, Origin, Row,
    automations::{Automation, Macro, NOT_EXPOSED},
    integrations::others,
};

use super::{begin, issue, told, unwritten};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let supplements = &cx.source.supplements;
    let rules = supplements.automations.as_ref().map(|rules| {
        let row = |rule: &atera::Automation| Automation {
            automation: rule.name.clone(),
            trigger: told::text(rule.trigger.as_ref()),
            conditions: told::text(rule.conditions.as_ref()),
            actions: told::text(rule.actions.as_ref()),
            active: told::text(rule.active.as_ref()),
            other: others(&rule.other),
        };
        rules.rows().iter().map(|rule| row(rule).told()).collect::<Vec<_>>()
    });
    let replies = supplements.macros.as_ref().map(|replies| {
        let row = |reply: &atera::Macro| Macro {
            name: reply.name.clone(),
            text: told::text(reply.text.as_ref()),
            actions: told::text(reply.actions.as_ref()),
            category: told::text(reply.category.as_ref()),
            other: others(&reply.other),
        };
        replies.rows().iter().map(row).collect::<Vec<_>>()
    });
    let (mut drafts, out) = begin(cx, held)?;
    table(&mut drafts, rules, &Automation::not_exposed()).map_err(|error| unwritten(&error))?;
    table(&mut drafts, replies, &Macro::not_exposed()).map_err(|error| unwritten(&error))?;
    issue(held, drafts, &out).await
}

/// The rows of a supplement, or the one that says that there is none.
fn table<R: Row>(drafts: &mut Drafts, rows: Option<Vec<R>>, not_exposed: &R) -> Result<(), documents::Error> {
    let mut sheet = drafts.sheet()?;
    let origin = match rows {
        Some(rows) => {
            for row in &rows {
                sheet.row(row)?;
            }
            Origin::of(format!("supplement {}", R::FILE)).counted(rows.len() as u64)
        }
        None => {
            sheet.row(not_exposed)?;
            Origin::of(format!("none: {NOT_EXPOSED}, and no supplement {} was given", R::FILE))
        }
    };
    drafts.keep(sheet, origin)?;
    Ok(())
}
