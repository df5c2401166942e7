//! `flotilla probe`: asks a service of this machine how it is, for containers that hold no other program to ask with. It
//! says nothing but by its exit code, and never leaves loopback.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use url::Url;

use crate::exit::Exit;

/// A status line longer than this is none, bytes.
const LONGEST_LINE: u64 = 256;

/// Arguments of `probe`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to ask: http://127.0.0.1:PORT/livez or /readyz
    #[arg(value_parser = loopback)]
    url: Url,
    /// Longest wait for the answer, in milliseconds
    #[arg(long, default_value_t = 3_000)]
    timeout_ms: u64,
}

/// Ends well when the answer is one of success.
pub(crate) async fn run(args: Args) -> Exit {
    let answer = tokio::time::timeout(Duration::from_millis(args.timeout_ms), status(&args.url)).await;
    match answer {
        Ok(Ok(Some(200..=299))) => Exit::Ok,
        _ => Exit::Preflight,
    }
}

/// The status of the answer, spoken by hand: the program's client would load certificates for each look.
async fn status(url: &Url) -> io::Result<Option<u16>> {
    let address = url.socket_addrs(|| None)?[0];
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n", url.path());
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(stream).take(LONGEST_LINE).read_line(&mut line).await?;
    Ok(line.split(' ').nth(1).and_then(|code| code.parse().ok()))
}

fn loopback(text: &str) -> Result<Url, String> {
    let is_loopback = |url: &Url| match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    match Url::parse(text) {
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => Ok(url),
        _ => Err("a probe asks this machine alone: give http://127.0.0.1:PORT/PATH".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_never_asks_beyond_loopback() {
        assert!(loopback("http://127.0.0.1:1/livez").is_ok() && loopback("http://[::1]:1/readyz").is_ok());
        assert!(loopback("https://127.0.0.1/").is_err() && loopback("http://10.0.0.1/").is_err());
        assert!(loopback("http://example.com/").is_err() && loopback("livez").is_err());
    }

    #[tokio::test]
    async fn nobody_there_is_no_good_answer() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/livez", free.local_addr().unwrap())).unwrap();
        drop(free);
        assert_eq!(run(Args { url, timeout_ms: 1_000 }).await, Exit::Preflight);
    }

    #[tokio::test]
    async fn the_status_decides() {
        let served = |status: u16| async move {
            let router = axum::Router::new().route(
                "/readyz",
                axum::routing::get(move || async move { axum::http::StatusCode::from_u16(status).unwrap() }),
            );
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = Url::parse(&format!("http://{}/readyz", listener.local_addr().unwrap())).unwrap();
            let server = tokio::spawn(async move { axum::serve(listener, router).await });
            let exit = run(Args { url, timeout_ms: 5_000 }).await;
            server.abort();
            exit
        };
        assert_eq!(served(200).await, Exit::Ok);
        assert_eq!(served(503).await, Exit::Preflight);
    }
}
