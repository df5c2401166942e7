//! The doctor's look at what a fleet shares: Redis, PostgreSQL, and the folder of the credentials. Nothing is written
//! anywhere, and no address is told, because it may carry a password.

use std::{path::Path, time::Duration};

use bootstrap::{Role, Settings};
use ledger::PostgresSeen;
use queue::RedisSeen;
use secrecy::{ExposeSecret as _, SecretString};

use super::check::Check;

/// Oldest Redis whose scripts may do what ours do.
const OLDEST_REDIS: (u32, u32) = (6, 2);

/// Oldest PostgreSQL the fleet is tested with, as the server counts.
const OLDEST_POSTGRES: i32 = 130_000;

/// A round trip above this costs a fleet its speed.
const SLOW: Duration = Duration::from_millis(10);

/// Checks all of it, for a machine that is to be a worker if it has a folder of credentials, else a scheduler.
pub(super) async fn checks(settings: &Settings, offline: bool) -> Vec<Check> {
    let fleet = &settings.fleet;
    let role = if fleet.credentials.is_some() { Role::Worker } else { Role::Scheduler };
    let mut checks = match settings.fleet_access(role) {
        Ok(_) => vec![Check::ok("configuration", "the addresses a service of the fleet needs are set")],
        Err(error) => {
            let problem = |problem: &bootstrap::Problem| {
                Check::fail("configuration", format!("{} {}", problem.key, problem.what), &problem.remedy)
            };
            error.problems().iter().map(problem).collect()
        }
    };
    if let Some(folder) = &fleet.credentials {
        checks.push(credentials(folder));
    }
    if !offline {
        let (redis, postgres) =
            tokio::join!(redis(fleet.redis_url.as_ref()), postgres(fleet.postgres_url.as_ref()));
        checks.extend(redis.into_iter().chain(postgres).flatten());
    }
    checks
}

async fn redis(url: Option<&SecretString>) -> Option<Vec<Check>> {
    Some(match queue::probe(url?.expose_secret()).await {
        Ok(seen) => of_redis(&seen),
        Err(error) => {
            vec![Check::fail(
                "redis",
                error.to_string(),
                "check fleet.redis_url, and that Redis runs and lets us in",
            )]
        }
    })
}

fn of_redis(seen: &RedisSeen) -> Vec<Check> {
    let mut numbers = seen.version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let finding = format!("version {}", seen.version);
    let version = match version {
        old if old < OLDEST_REDIS => {
            Check::fail("redis", finding, "use Redis 7; 6.2 is the oldest that will do")
        }
        old if old.0 < 7 => Check::warn("redis", finding, "use Redis 7: the fleet is tested with it"),
        _ => Check::ok("redis", finding),
    };
    let eviction = match seen.eviction.as_deref() {
        Some("noeviction") => Check::ok("redis memory", "nothing is evicted when memory is full"),
        Some(policy) => Check::fail(
            "redis memory",
            format!("maxmemory-policy is {policy}: the limiter's book could be thrown away"),
            "set maxmemory-policy to noeviction",
        ),
        None => Check::warn(
            "redis memory",
            "it does not say what it does when memory is full",
            "make sure that maxmemory-policy is noeviction",
        ),
    };
    vec![version, eviction, latency("redis latency", seen.latency)]
}

async fn postgres(url: Option<&SecretString>) -> Option<Vec<Check>> {
    Some(match ledger::probe(url?.expose_secret()).await {
        Ok(seen) => of_postgres(&seen),
        Err(error) => vec![Check::fail(
            "postgres",
            error.to_string(),
            "check fleet.postgres_url, and that PostgreSQL runs and lets us in",
        )],
    })
}

fn of_postgres(seen: &PostgresSeen) -> Vec<Check> {
    let finding = format!("version {}", f64::from(seen.version / 100) / 100.0);
    let version = if seen.version < OLDEST_POSTGRES {
        Check::warn("postgres", finding, "use PostgreSQL 15: the fleet is tested with it")
    } else {
        Check::ok("postgres", finding)
    };
    let (found, known) = (seen.schema, seen.known);
    let schema = match found {
        0 => Check::ok("ledger schema", "the database is empty: the first service makes the schema"),
        newer if newer > known => Check::fail(
            "ledger schema",
            format!("the ledger has schema {found}, this program knows {known}"),
            "use the newer program that wrote it",
        ),
        older if older < known => Check::ok(
            "ledger schema",
            format!("the ledger has schema {found}: the first service brings it to {known}"),
        ),
        _ => Check::ok("ledger schema", format!("the ledger has schema {known}, as this program")),
    };
    vec![version, schema, latency("postgres latency", seen.latency)]
}

fn latency(name: &'static str, found: Duration) -> Check {
    let finding = format!("{:.1} ms for a round trip", found.as_secs_f64() * 1_000.0);
    if found > SLOW {
        Check::warn(name, finding, "put it nearer to the workers: each record waits for several round trips")
    } else {
        Check::ok(name, finding)
    }
}

fn credentials(folder: &Path) -> Check {
    let name = "credentials";
    let files = match std::fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) => {
            let finding = format!("{} cannot be read ({})", folder.display(), error.kind());
            return Check::fail(name, finding, "name a folder the worker can read in fleet.credentials");
        }
    };
    let is_credential = |path: &Path| path.extension().is_some_and(|ending| ending == "toml");
    let count = files.flatten().filter(|file| is_credential(&file.path())).count();
    let finding = format!("{} holds {count} credentials", folder.display());
    if count == 0 {
        return Check::warn(name, finding, "put one <name>.toml for each account there");
    }
    Check::ok(name, finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::check::Verdict;

    fn of(version: &str, eviction: Option<&str>) -> Vec<Verdict> {
        let eviction = eviction.map(str::to_owned);
        let seen = RedisSeen { version: version.to_owned(), eviction, latency: Duration::from_millis(1) };
        of_redis(&seen).iter().map(|check| check.verdict).collect()
    }

    #[test]
    fn redis_is_judged_by_version_and_by_what_it_throws_away() {
        use Verdict::{Fail, Ok, Warn};
        assert_eq!(of("7.0.15", Some("noeviction")), [Ok, Ok, Ok]);
        assert_eq!(of("6.2.1", None), [Warn, Warn, Ok]);
        assert_eq!(of("5.0.14", Some("allkeys-lru")), [Fail, Fail, Ok]);
        assert_eq!(of("odd", Some("noeviction")), [Fail, Ok, Ok]);
    }

    #[test]
    fn the_ledger_is_judged_by_its_schema() {
        let of = |version, schema| {
            let seen = PostgresSeen { version, schema, known: 3, latency: Duration::from_millis(11) };
            of_postgres(&seen).iter().map(|check| check.verdict).collect::<Vec<_>>()
        };
        use Verdict::{Fail, Ok, Warn};
        assert_eq!(of(150_004, 0), [Ok, Ok, Warn]);
        assert_eq!(of(150_004, 3), [Ok, Ok, Warn]);
        assert_eq!(of(120_000, 4), [Warn, Fail, Warn]);
    }

    #[tokio::test]
    async fn servers_out_of_reach_fail_and_no_password_is_told() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let redis = redis(Some(&format!("redis://:s3cret@{nobody}").into())).await.unwrap();
        let postgres = postgres(Some(&format!("postgres://u:s3cret@{nobody}/f").into())).await.unwrap();
        for check in redis.iter().chain(&postgres) {
            assert_eq!(check.verdict, Verdict::Fail);
            assert!(!check.finding.contains("s3cret"), "{}", check.finding);
        }
    }
}
