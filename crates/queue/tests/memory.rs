//! The in-process backend passes the queue's conformance suite.

use std::sync::Arc;

use queue::{MemoryQueue, Queue};

async fn in_memory() -> ((), Arc<dyn Queue>) {
    ((), Arc::new(MemoryQueue::new()))
}

queue::conformance_suite!(in_memory);
