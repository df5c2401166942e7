//! Rules and webhooks of the destination, switched off for a move and on again after it, where an operator asks for it. What
//! was on is in the dossier before the first of them is off, so that a crash between forgets nothing.

use std::sync::Arc;

use bootstrap::{Settings, SystemClock};
use ledger::Ledger;
use protocol::{
    Clock as _, TargetId,
    facts::{FACTS, Facts, SWITCHED_OFF},
};
use scheduler::judgement::{SAID, Said};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::parts;
use crate::{desk::Local, failure::Failure, vendors};

/// What was on before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    rules: Vec<TargetId>,
    hooks: Vec<TargetId>,
}

impl Before {
    fn count(&self) -> usize {
        self.rules.len() + self.hooks.len()
    }
}

/// Switches off what the newest facts say would act, and answers how many.
pub(crate) async fn off(settings: &Settings) -> Result<usize, Failure> {
    let ledger = Local::new(settings.clone()).take().await?;
    let mut facts = facts(&*ledger, settings).await?;
    let acting: Vec<_> = assess::exposure(&facts).into_iter().filter(|one| one.can_be_switched_off).collect();
    let of = |webhooks: bool| {
        acting.iter().filter(move |one| (one.what == "webhook") == webhooks).filter_map(|one| one.id)
    };
    let mut before = before(&*ledger, settings).await?;
    let (rules, hooks): (Vec<_>, Vec<_>) = (of(false).collect(), of(true).collect());
    before.rules.extend(rules.iter().filter(|id| !before.rules.contains(id)).copied().collect::<Vec<_>>());
    before.hooks.extend(hooks.iter().filter(|id| !before.hooks.contains(id)).copied().collect::<Vec<_>>());
    put(&*ledger, settings, SWITCHED_OFF, &json!(before)).await?;
    let gorgias = client(settings)?;
    let at = jiff::Timestamp::from_millisecond(SystemClock.now().0)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string();
    for id in &rules {
        gorgias.switch_rule(id.0, Some(&at)).await?;
    }
    for id in &hooks {
        gorgias.switch_integration(id.0, Some(&at)).await?;
    }
    told(&mut facts, &rules, &hooks, false);
    put(&*ledger, settings, FACTS, &json!(facts)).await?;
    Ok(rules.len() + hooks.len())
}

/// Switches on again what was on before, and answers how many.
pub(crate) async fn on(settings: &Settings) -> Result<usize, Failure> {
    let ledger = Local::new(settings.clone()).take().await?;
    let before = before(&*ledger, settings).await?;
    let gorgias = client(settings)?;
    for id in &before.rules {
        gorgias.switch_rule(id.0, None).await?;
    }
    for id in &before.hooks {
        gorgias.switch_integration(id.0, None).await?;
    }
    let mut facts = facts(&*ledger, settings).await?;
    told(&mut facts, &before.rules, &before.hooks, true);
    put(&*ledger, settings, FACTS, &json!(facts)).await?;
    put(&*ledger, settings, SWITCHED_OFF, &json!(Before::default())).await?;
    Ok(before.count())
}

/// Keeps how many seats the plan has.
pub(crate) async fn say_seats(settings: &Settings, seats: u64) -> Result<(), Failure> {
    let ledger = Local::new(settings.clone()).take().await?;
    put(&*ledger, settings, SAID, &json!(Said { seats: Some(seats) })).await
}

/// The facts know what we did ourselves.
fn told(facts: &mut Facts, rules: &[TargetId], hooks: &[TargetId], active: bool) {
    let there = &mut facts.destination;
    there.rules.iter_mut().filter(|rule| rules.contains(&rule.id)).for_each(|rule| rule.active = active);
    there.hooks.iter_mut().filter(|hook| hooks.contains(&hook.id)).for_each(|hook| hook.active = active);
}

fn client(settings: &Settings) -> Result<gorgias::Client, Failure> {
    vendors::destination(settings, &settings.access()?, Arc::clone(&parts::limiter_of(settings)))
}

async fn facts(ledger: &dyn Ledger, settings: &Settings) -> Result<Facts, Failure> {
    let papers = scheduler::judgement::papers(ledger, &settings.migration.id).await?;
    let id = settings.migration.id.clone();
    Ok(papers.ok_or(scheduler::Error::NotAssessed { id })?.facts)
}

async fn before(ledger: &dyn Ledger, settings: &Settings) -> Result<Before, Failure> {
    let leaf = ledger.leaf(&settings.migration.id, SWITCHED_OFF, None).await?;
    Ok(leaf.and_then(|leaf| serde_json::from_value(leaf.body).ok()).unwrap_or_default())
}

async fn put(
    ledger: &dyn Ledger,
    settings: &Settings,
    name: &str,
    body: &serde_json::Value,
) -> Result<(), Failure> {
    let who = settings.migration.signed_off_by.as_deref().unwrap_or("operator");
    ledger.put_leaf(&settings.migration.id, name, body, who).await?;
    Ok(())
}
