//! What every backend of the queue has to do, as one suite that each backend runs.

mod stage;

use std::sync::{Arc, atomic::Ordering};

use tokio::{sync::mpsc, time::timeout};

use crate::Queue;
use stage::{PATIENCE, Panics};

pub use stage::{Collect, Gate, Serving, job, job_of, next};

/// The whole suite as tests, each on a queue that `make` (an async function) answers behind whatever keeps it alive.
#[macro_export]
macro_rules! conformance_suite {
    ($make:path) => {
        $crate::conformance_suite!(
            $make,
            every_job_is_handed_over,
            an_idle_worker_wakes_for_every_job,
            concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand,
            a_panicking_job_does_not_stop_the_others,
            a_batch_waits_on_the_queue_once,
            migrations_take_turns,
            a_forgotten_migration_leaves_nothing,
            several_serve_at_once_and_again_under_one_name,
            a_stop_leaves_what_waits_on_the_queue
        );
    };
    ($make:path, $($promise:ident),+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $promise() {
            let (_alive, queue) = $make().await;
            $crate::conformance::$promise(queue).await;
        })+
    };
}

/// Every pushed job is handed over, those pushed before anybody served included.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn every_job_is_handed_over(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for n in 0..50 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let serving = Serving::begin(&queue, "every-job", 4, Arc::new(Collect(sender)));
    for n in 50..100 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let mut seen = Vec::new();
    while seen.len() < 100 {
        seen.push(next(&mut receiver).await);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
    serving.end().await;
}

/// A worker that has nothing to do wakes up for the next job, however the push and its going to sleep fall together.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn an_idle_worker_wakes_for_every_job(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(&queue, "idle", 4, Arc::new(Collect(sender)));
    let rounds = async {
        for round in 0..500 {
            for n in 0..3 {
                assert!(queue.push(&job(round * 3 + n)).await.is_ok());
            }
            for _ in 0..3 {
                assert!(receiver.recv().await.is_some());
            }
        }
    };
    assert!(timeout(PATIENCE, rounds).await.is_ok(), "a push wakes the worker, no timer does");
    serving.end().await;
}

/// Never more jobs at once than asked for, and a stop waits for those in hand.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand(queue: Arc<dyn Queue>) {
    let gate = Gate::closed();
    for n in 0..20 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let serving = Serving::begin(&queue, "gate", 3, gate.clone());
    gate.reach(3).await;
    gate.open.add_permits(5);
    while gate.done.load(Ordering::SeqCst) < 5 || gate.inside.load(Ordering::SeqCst) < 3 {
        gate.entered.notified().await;
    }
    serving.stop.cancel();
    gate.open.add_permits(15);
    serving.end().await;
    assert_eq!(gate.inside.load(Ordering::SeqCst), 0, "a stop waits for the jobs in hand");
    assert_eq!(gate.most.load(Ordering::SeqCst), 3, "never more than the concurrency asked for");
}

/// A handler that panics takes neither the worker nor the jobs behind it with it.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn a_panicking_job_does_not_stop_the_others(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for n in 0..5 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let serving = Serving::begin(&queue, "panics", 1, Arc::new(Panics(sender)));
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.push(next(&mut receiver).await);
    }
    seen.sort_unstable();
    assert_eq!(seen, [0, 2, 3, 4]);
    serving.end().await;
}

/// A batch that waits is pushed again without effect; once it is handed over, the next push counts.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn a_batch_waits_on_the_queue_once(queue: Arc<dyn Queue>) {
    let gate = Gate::closed();
    for _ in 0..3 {
        assert!(queue.push(&job(1)).await.is_ok());
    }
    assert!(matches!(queue.depth().await, Ok(1)));
    let serving = Serving::begin(&queue, "once", 4, gate.clone());
    gate.reach(1).await;
    assert!(matches!(queue.depth().await, Ok(0)), "a job that is handed over waits no more");
    assert!(queue.push(&job(1)).await.is_ok());
    gate.reach(2).await;
    // Behind everything pushed before it, this one shows that no further copy was there.
    assert!(queue.push(&job(2)).await.is_ok());
    gate.reach(3).await;
    assert_eq!(gate.most.load(Ordering::SeqCst), 3);
    gate.open.add_permits(3);
    serving.end().await;
    assert_eq!(gate.done.load(Ordering::SeqCst), 3);
}

/// Migrations take turns, and each has its jobs handed over in the order they were pushed.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn migrations_take_turns(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for n in 0..6 {
        assert!(queue.push(&job_of("large", n)).await.is_ok());
    }
    for n in [11, 10] {
        assert!(queue.push(&job_of("small", n)).await.is_ok());
    }
    assert!(queue.push(&job_of("tiny", 20)).await.is_ok());
    assert!(matches!(queue.depth().await, Ok(9)));
    let serving = Serving::begin(&queue, "turns", 1, Arc::new(Collect(sender)));
    let mut seen = Vec::new();
    while seen.len() < 9 {
        seen.push(next(&mut receiver).await);
    }
    assert_eq!(seen, [0, 11, 20, 1, 10, 2, 3, 4, 5]);
    serving.end().await;
}

/// What waits for a forgotten migration is gone, what waits for others is not, and it may come back.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn a_forgotten_migration_leaves_nothing(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for n in 0..5 {
        assert!(queue.push(&job_of("closed", n)).await.is_ok());
        assert!(queue.push(&job_of("open", 10 + n)).await.is_ok());
    }
    assert!(queue.forget(&job_of("closed", 0).migration).await.is_ok());
    assert!(queue.forget(&job_of("never-seen", 0).migration).await.is_ok());
    assert!(matches!(queue.depth().await, Ok(5)));
    assert!(queue.push(&job_of("closed", 3)).await.is_ok());
    assert!(matches!(queue.depth().await, Ok(6)));
    let serving = Serving::begin(&queue, "forget", 1, Arc::new(Collect(sender)));
    let mut seen = Vec::new();
    while seen.len() < 6 {
        seen.push(next(&mut receiver).await);
    }
    assert_eq!(seen, [10, 3, 11, 12, 13, 14]);
    serving.end().await;
}

/// Several may serve at once, under one name too, and share the jobs; one that comes back under its name serves at once.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn several_serve_at_once_and_again_under_one_name(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for round in 0..3 {
        let serving: Vec<Serving> =
            (0..3).map(|_| Serving::begin(&queue, "twin", 2, Arc::new(Collect(sender.clone())))).collect();
        for n in 0..40 {
            assert!(queue.push(&job(round * 40 + n)).await.is_ok());
        }
        let mut seen = Vec::new();
        while seen.len() < 40 {
            seen.push(next(&mut receiver).await);
        }
        for one in serving {
            one.end().await;
        }
        while let Ok(more) = receiver.try_recv() {
            seen.push(more);
        }
        seen.sort_unstable();
        assert_eq!(seen, (round * 40..round * 40 + 40).collect::<Vec<_>>(), "each job once");
    }
}

/// A stop takes nothing off the queue that it does not hand over.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn a_stop_leaves_what_waits_on_the_queue(queue: Arc<dyn Queue>) {
    let gate = Gate::closed();
    for n in 0..10 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let serving = Serving::begin(&queue, "stop", 4, gate.clone());
    gate.reach(4).await;
    serving.stop.cancel();
    gate.open.add_permits(4);
    serving.end().await;
    assert_eq!(gate.done.load(Ordering::SeqCst), 4, "a stop takes no more jobs");
    assert!(matches!(queue.depth().await, Ok(6)));
}
