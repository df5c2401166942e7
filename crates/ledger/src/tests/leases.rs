//! Leases: one holder at a time, and nothing is written under a token that is stale, ended or of a former pass.

use futures::future::join_all;
use protocol::{BatchState, FailureCode, Lease, MigrationState, Outcome, Pass, TargetId, UnixMs};

use super::{
    on_every_backend,
    stage::{Stage, TTL_MS, pages, print, ticket},
};
use crate::{Commit, Error};

on_every_backend! {
    of_many_claims_at_once_one_wins,
    a_stale_token_is_refused_everywhere,
    an_ended_lease_is_refused_though_nobody_took_over,
    a_former_pass_writes_nothing,
    a_renewed_lease_lasts_longer_under_the_same_token,
    an_ended_lease_still_hands_the_batch_back,
    a_released_batch_waits_until_it_is_due,
    work_goes_on_only_where_a_migrations_state_lets_it,
    leases_of_the_dead_end_at_once,
    a_refused_call_harms_no_call_beside_it,
}

async fn of_many_claims_at_once_one_wins(stage: Stage) {
    let batch = stage.plan(Pass(1), pages(1, 9)).await;
    let claims = (0..16).map(|_| stage.ledger.claim(batch, "somebody", TTL_MS));
    let won = join_all(claims).await.into_iter().filter(|claim| claim.as_ref().unwrap().is_some()).count();
    assert_eq!(won, 1);
    stage.clock.pass_ms(TTL_MS.cast_signed() - 1);
    assert!(stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().is_none());
    stage.clock.pass_ms(1);
    let lease = stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(lease.fence.0, 2, "the token grows with each claim");
    stage.ledger.finish(&lease).await.unwrap();
    stage.clock.pass_ms(TTL_MS.cast_signed());
    assert!(stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().is_none(), "a finished batch is over");
}

/// Everything a holder may do, under a lease that must not allow it.
async fn refused(stage: &Stage, lease: &Lease, also_handing_back: bool) {
    let commit = Commit::landed(ticket(1), Outcome::Created, TargetId(1));
    let ledger = &stage.ledger;
    let mut answers = vec![
        ledger.intend(lease, &ticket(1), print("a")).await.map(|_| ()),
        ledger.commit(lease, &commit).await,
        ledger.dead_letter(lease, &super::stage::failed(&ticket(1), FailureCode::BadValue), "").await,
        ledger.checkpoint(lease, 7).await,
        ledger.renew(lease, TTL_MS).await.map(|_| ()),
        ledger.finish(lease).await,
    ];
    if also_handing_back {
        answers.push(ledger.release(lease, true, UnixMs(0), None).await);
        answers.push(ledger.bury(lease, FailureCode::BadValue, "").await);
    }
    for answer in answers {
        assert!(matches!(answer, Err(Error::LeaseLost { batch }) if batch == lease.batch.id), "{answer:?}");
    }
    assert_eq!(ledger.entry(&stage.id, &ticket(1)).await.unwrap(), None);
    assert!(ledger.tallies(&stage.id, Pass(1)).await.unwrap().is_empty());
}

async fn a_stale_token_is_refused_everywhere(stage: Stage) {
    let former = stage.lease().await;
    stage.clock.pass_ms(TTL_MS.cast_signed());
    let lease = stage.ledger.claim(former.batch.id, "bert", TTL_MS).await.unwrap().unwrap();
    refused(&stage, &former, true).await;
    let batch = stage.ledger.batch(lease.batch.id).await.unwrap().unwrap();
    assert_eq!((batch.state, batch.attempts, batch.checkpoint), (BatchState::Leased, 0, None));
    stage.create(&lease, &ticket(1), "a", 11).await;
}

async fn an_ended_lease_is_refused_though_nobody_took_over(stage: Stage) {
    let lease = stage.lease().await;
    stage.clock.pass_ms(TTL_MS.cast_signed());
    refused(&stage, &lease, false).await;
}

async fn a_former_pass_writes_nothing(stage: Stage) {
    let lease = stage.lease().await;
    let idle = stage.plan(Pass(1), pages(50, 60)).await;
    stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    refused(&stage, &lease, true).await;
    assert!(stage.ledger.claim(idle, "bert", TTL_MS).await.unwrap().is_none());
}

async fn a_renewed_lease_lasts_longer_under_the_same_token(stage: Stage) {
    let lease = stage.lease().await;
    stage.clock.pass_ms(TTL_MS.cast_signed() - 1);
    let renewed = stage.ledger.renew(&lease, TTL_MS).await.unwrap();
    assert_eq!(
        (renewed.fence, renewed.until),
        (lease.fence, UnixMs(lease.until.0 + TTL_MS.cast_signed() - 1))
    );
    stage.clock.pass_ms(2);
    stage.create(&renewed, &ticket(1), "a", 11).await;
}

async fn an_ended_lease_still_hands_the_batch_back(stage: Stage) {
    let lease = stage.lease().await;
    stage.clock.pass_ms(TTL_MS.cast_signed());
    let due = UnixMs(lease.until.0 + 500);
    stage.ledger.release(&lease, true, due, Some(FailureCode::SourceUnavailable)).await.unwrap();
    let troubles = stage.ledger.troubles(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].cause, FailureCode::SourceUnavailable);
    assert_eq!((troubles[0].batch.attempts, troubles[0].batch.not_before), (1, due));
}

async fn a_released_batch_waits_until_it_is_due(stage: Stage) {
    let lease = stage.lease().await;
    let due = UnixMs(lease.until.0 + 500);
    stage.ledger.release(&lease, false, due, None).await.unwrap();
    let batch = lease.batch.id;
    stage.clock.pass_ms(TTL_MS.cast_signed() + 499);
    assert!(stage.ledger.ready(&stage.id, Pass(1), 10).await.unwrap().is_empty());
    assert!(stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().is_none());
    stage.clock.pass_ms(1);
    assert_eq!(stage.ledger.ready(&stage.id, Pass(1), 10).await.unwrap()[0].id, batch);
    let again = stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(again.batch.attempts, 0, "a drain spends no attempt");
}

async fn work_goes_on_only_where_a_migrations_state_lets_it(stage: Stage) {
    use MigrationState as S;
    let way = [
        (S::Draft, true),
        (S::Paused, false),
        (S::Draft, true),
        (S::Halted, false),
        (S::Surveyed, true),
        (S::Mapped, true),
        (S::Sampled, true),
        (S::SignedOff, true),
        (S::Running, true),
        (S::Verifying, true),
        (S::Ready, false),
        (S::Frozen, false),
        (S::CutOver, false),
        (S::Hypercare, false),
        (S::RollingBack, true),
        (S::RolledBack, false),
        (S::Draft, true),
        (S::Cancelled, false),
    ];
    let batch = stage.plan(Pass(1), pages(1, 1)).await;
    for (state, goes_on) in way {
        if stage.ledger.migration(&stage.id).await.unwrap().unwrap().state != state {
            stage.ledger.transition(&stage.id, state, None, "anna", "").await.unwrap();
        }
        let claimed = stage.ledger.claim(batch, "anna", TTL_MS).await.unwrap();
        assert_eq!(claimed.is_some(), goes_on, "{state}");
        if let Some(lease) = claimed {
            stage.ledger.release(&lease, false, UnixMs(0), None).await.unwrap();
        }
    }
}

async fn leases_of_the_dead_end_at_once(stage: Stage) {
    let lease = stage.lease().await;
    assert_eq!(stage.ledger.expire_leases_of_the_dead().await.unwrap(), 1);
    refused(&stage, &lease, true).await;
    let again = stage.ledger.claim(lease.batch.id, "bert", TTL_MS).await.unwrap().unwrap();
    assert!(again.fence > lease.fence);
}

async fn a_refused_call_harms_no_call_beside_it(stage: Stage) {
    let former = stage.lease().await;
    stage.clock.pass_ms(TTL_MS.cast_signed());
    let lease = stage.ledger.claim(former.batch.id, "bert", TTL_MS).await.unwrap().unwrap();
    let calls = (0..200).map(|n| {
        let (stage, under) = (&stage, if n % 4 == 0 { &former } else { &lease });
        async move { stage.ledger.intend(under, &ticket(n), print("a")).await.is_ok() }
    });
    let allowed = join_all(calls).await.into_iter().filter(|allowed| *allowed).count();
    assert_eq!(allowed, 150);
    let source =
        stage.ledger.tallies(&stage.id, Pass(1)).await.unwrap()[&protocol::ObjectKind::Ticket].source;
    assert_eq!(source, 150);
}
