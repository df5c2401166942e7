//! What the queue tells about itself: pushes that counted, jobs handed over and their wait, connections made again.

#![expect(clippy::unwrap_used, reason = "what prepares a test")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use queue::{
    MemoryQueue, Queue, RedisQueue,
    conformance::{Collect, Serving, job},
};
use servers::Redis;
use tokio::sync::mpsc;

/// Counts what is counted; of a histogram, how often something was recorded.
#[derive(Default)]
struct Tally(Mutex<BTreeMap<String, Arc<Count>>>);

#[derive(Default)]
struct Count(AtomicU64);

impl CounterFn for Count {
    fn increment(&self, value: u64) {
        self.0.fetch_add(value, Ordering::SeqCst);
    }
    fn absolute(&self, value: u64) {
        self.0.store(value, Ordering::SeqCst);
    }
}

impl HistogramFn for Count {
    fn record(&self, value: f64) {
        assert!((0.0..60.0).contains(&value), "a wait in seconds");
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Tally {
    fn of(&self, key: &Key) -> Arc<Count> {
        Arc::clone(self.0.lock().unwrap().entry(key.name().to_owned()).or_default())
    }

    fn read(&self, name: &str) -> u64 {
        self.0.lock().unwrap().get(name).map_or(0, |count| count.0.load(Ordering::SeqCst))
    }
}

impl Recorder for Tally {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.of(key))
    }
}

async fn push_five_and_see_three(queue: &Arc<dyn Queue>) {
    for n in [1, 2, 3, 3, 3] {
        queue.push(&job(n)).await.unwrap();
    }
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(queue, "counted", 1, Arc::new(Collect(sender)));
    for _ in 0..3 {
        receiver.recv().await.unwrap();
    }
    serving.end().await;
}

#[test]
fn pushes_hand_overs_waits_and_reconnects_are_counted() {
    let tally = Tally::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&tally, || {
        runtime.block_on(async {
            push_five_and_see_three(&(Arc::new(MemoryQueue::new()) as Arc<dyn Queue>)).await;
            let mut redis = Redis::start().await.unwrap();
            let queue: Arc<dyn Queue> = Arc::new(RedisQueue::connect(&redis.url(), "counted").unwrap());
            push_five_and_see_three(&queue).await;
            assert_eq!(tally.read("flotilla_queue_reconnects_total"), 0);
            redis.restart().await.unwrap();
            assert_eq!(queue.depth().await.unwrap(), 0);
        });
    });
    assert_eq!(tally.read("flotilla_queue_pushed_total"), 6, "a push that changes nothing is not counted");
    assert_eq!(tally.read("flotilla_queue_handed_over_total"), 6);
    assert_eq!(tally.read("flotilla_queue_wait_seconds"), 6);
    assert_eq!(tally.read("flotilla_queue_reconnects_total"), 1);
}
