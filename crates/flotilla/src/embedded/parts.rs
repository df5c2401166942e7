//! The parts of a run, each made from its section of the settings.

use std::sync::Arc;

use bootstrap::Settings;
use ledger::Ledger;
use limiter::{Limiter, LocalLimiter};
use objects::SourceReader;
use protocol::{Clock, Probe};
use tokio_util::sync::CancellationToken;
use worker::{Context, Hands, InHand, Notes, Seen};

use crate::{failure::Failure, vendors};

/// The limiter of the destination's account.
pub(crate) fn limiter_of(settings: &Settings) -> Arc<dyn Limiter> {
    Arc::new(LocalLimiter::new(vendors::rate(settings)))
}

/// The source's client and the supplements.
///
/// # Errors
/// [`Failure`] when an address or credential is missing, the zone is unknown, or a supplement cannot be read.
pub(crate) fn source(settings: &Settings) -> Result<SourceReader, Failure> {
    let supplements =
        atera::Supplements::load(&vendors::supplements(settings)).map_err(Failure::configuration)?;
    let atera = vendors::source(settings, &settings.access()?)?;
    Ok(SourceReader { atera, supplements: Arc::new(supplements) })
}

/// The same for a look: a supplement that cannot be read is empty, and the look at it says why.
///
/// # Errors
/// As [`source`], but for the supplements.
pub(crate) fn source_to_look_at(settings: &Settings) -> Result<SourceReader, Failure> {
    let supplements = atera::Supplements::look(&vendors::supplements(settings));
    let atera = vendors::source(settings, &settings.access()?)?;
    Ok(SourceReader { atera, supplements: Arc::new(supplements) })
}

/// Everything a job works with.
pub(crate) fn context(
    settings: &Settings,
    source: SourceReader,
    gorgias: gorgias::Client,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    probe: Arc<dyn Probe>,
    stop: CancellationToken,
) -> Context {
    let holder = format!("embedded-{}-{}", std::process::id(), clock.now());
    let knobs = crate::knobs::of(settings, holder, false);
    Context {
        migration: settings.migration.id.clone(),
        spec: settings.map.clone(),
        source,
        gorgias,
        ledger,
        clock,
        probe,
        knobs,
        stop,
        notes: Notes::new(crate::papers::spool(settings)),
        papers: settings.storage.reports.join(settings.migration.id.as_str()),
        documents: settings.documents.clone(),
        seen: Seen::default(),
        technicians: Default::default(),
        in_hand: InHand::default(),
        hands: Hands::any_number(),
        errand: Default::default(),
    }
}
