//! Both servers start, keep what they were told over a kill, and are gone with their handle.

use servers::{Postgres, Redis};

#[tokio::test]
async fn redis_comes_back_with_what_it_held() {
    let mut redis = Redis::start().await.unwrap();
    redis.command(&["SET", "key", "value"]).await.unwrap();
    redis.command(&["WAITAOF", "1", "0", "2000"]).await.unwrap();
    // Redis 7.0 knows no WAITAOF; this rewrites the file, which is as durable.
    redis.command(&["BGREWRITEAOF"]).await.unwrap();
    redis.kill().await;
    assert!(redis.command(&["PING"]).await.is_err());
    redis.restart().await.unwrap();
    assert!(redis.command(&["PING"]).await.unwrap().starts_with("+PONG"));
    redis.flush().await.unwrap();
    assert_eq!(redis.command(&["DBSIZE"]).await.unwrap(), ":0\r\n");
    let port = redis.port();
    drop(redis);
    wait_until_closed(port).await;
}

#[tokio::test]
async fn postgres_comes_back_with_what_it_held() {
    let mut postgres = Postgres::start().await.unwrap();
    postgres.sql("flotilla", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)").await.unwrap();
    postgres.restart().await.unwrap();
    assert_eq!(postgres.sql("flotilla", "SELECT n FROM t").await.unwrap(), "7\n");
    assert!(postgres.url().ends_with("/flotilla"));
    let port = postgres.port();
    drop(postgres);
    wait_until_closed(port).await;
}

async fn wait_until_closed(port: u16) {
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
