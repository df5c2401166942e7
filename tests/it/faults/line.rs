//! A line that can be cut: it stands between the program and a stand-in, on an address of its own. Closed, nothing
//! listens there, as when a host is down; cutting, every connection ends as soon as it is made. The stand-in behind it
//! keeps its state, as a vendor does.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::{JoinHandle, JoinSet},
};

/// A line to one address.
#[derive(Debug)]
pub(super) struct Line {
    address: SocketAddr,
    to: SocketAddr,
    serving: Option<JoinHandle<()>>,
    cutting: Arc<watch::Sender<bool>>,
    cuts: Arc<(AtomicU64, Notify)>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.close();
    }
}

impl Line {
    /// Opens a line to the stand-in at this URL.
    pub(super) async fn to(url: &str) -> Self {
        let to = url.split('/').nth(2).unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut line = Self {
            address,
            to,
            serving: None,
            cutting: Arc::new(watch::channel(false).0),
            cuts: Arc::default(),
        };
        line.serve(listener);
        line
    }

    /// The URL through this line.
    pub(super) fn url(&self, url: &str) -> String {
        url.replacen(&self.to.to_string(), &self.address.to_string(), 1)
    }

    /// Cuts every connection, and every new one as soon as it is made.
    pub(super) fn cut(&self) {
        self.cutting.send_replace(true);
    }

    /// Lets connections through again.
    pub(super) fn mend(&self) {
        self.cutting.send_replace(false);
    }

    /// Waits until so many connections were cut.
    pub(super) async fn cut_times(&self, times: u64) {
        loop {
            let changed = self.cuts.1.notified();
            if self.cuts.0.load(Ordering::SeqCst) >= times {
                return;
            }
            changed.await;
        }
    }

    /// Nothing listens any more, and every connection is gone.
    pub(super) fn close(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }

    /// Listens again, on the same address.
    pub(super) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (to, cutting, cuts) = (self.to, Arc::clone(&self.cutting), Arc::clone(&self.cuts));
        self.serving = Some(tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let mut cut = cutting.subscribe();
                if *cut.borrow() {
                    drop(near);
                    cuts.0.fetch_add(1, Ordering::SeqCst);
                    cuts.1.notify_one();
                    continue;
                }
                open.spawn(async move {
                    tokio::select! {
                        () = carry(near, to) => {}
                        _ = cut.wait_for(|cut| *cut) => {}
                    }
                });
            }
        }));
    }
}

async fn carry(mut near: TcpStream, to: SocketAddr) {
    if let Ok(mut far) = TcpStream::connect(to).await {
        // Either end may close whenever it likes.
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}
