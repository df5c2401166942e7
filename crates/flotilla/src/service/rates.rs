//! What the shared limiter says of an account, for the scheduler. Asked only; no leave is taken here.

use async_trait::async_trait;
use limiter::RedisLimiters;
use protocol::{Account, AccountRate, At, api::RateView};
use scheduler::{LimiterDown, RateWatch};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

use super::outfit::authority;

/// A watch on the limiters in Redis, which may be away, also at the start.
#[derive(Debug)]
pub(crate) struct FleetRates {
    redis_url: SecretString,
    limiters: OnceCell<RedisLimiters>,
}

impl FleetRates {
    pub(crate) fn of(redis_url: SecretString) -> Self {
        Self { redis_url, limiters: OnceCell::new() }
    }
}

#[async_trait]
impl RateWatch for FleetRates {
    async fn figures(&self, account: &Account) -> Result<RateView, LimiterDown> {
        let At::Gorgias { rate } = &account.at else { return Err(LimiterDown) };
        let url = account.base_url.parse().map_err(|_| LimiterDown)?;
        let connect = || RedisLimiters::connect(self.redis_url.expose_secret());
        let limiters = self.limiters.get_or_try_init(connect).await.map_err(|_| LimiterDown)?;
        let figures = limiters.figures(&authority(&url)).await.map_err(|_| LimiterDown)?;
        let millis = |pause: std::time::Duration| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        Ok(RateView {
            used: figures.used,
            limit: figures.limit.unwrap_or(rate.limit),
            window_ms: figures.window_ms.unwrap_or(rate.window_ms),
            // Nobody has asked yet: what the account allows by itself.
            usable_per_s: figures.usable_per_s.unwrap_or_else(|| untouched(rate)),
            blocked_ms: figures.blocked_for.map(millis),
            waiting: u64::from(figures.waiting),
        })
    }
}

/// Calls per second of an account that nobody has called yet.
fn untouched(rate: &AccountRate) -> f64 {
    let seconds = rate.window_ms.max(1) as f64 / 1_000.0;
    f64::from(rate.limit) / seconds * (1.0 - rate.reserve.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_nobody_has_called_yet_allows_its_limit_less_the_reserve() {
        let rate = |limit, reserve| AccountRate { limit, window_ms: 20_000, reserve, quiet: Vec::new() };
        assert!((untouched(&rate(40, 0.0)) - 2.0).abs() < 1e-9);
        assert!((untouched(&rate(80, 0.25)) - 3.0).abs() < 1e-9);
    }

    #[tokio::test]
    async fn a_limiter_out_of_reach_is_told_and_not_guessed() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let rates = FleetRates::of(format!("redis://{nobody}").into());
        let account: Account = serde_json::from_value(serde_json::json!({
            "name": "acme", "base_url": "https://acme.gorgias.com/api", "credential": "acme",
            "vendor": "gorgias", "rate": { "limit": 40, "window_ms": 20_000 },
        }))
        .unwrap();
        assert_eq!(rates.figures(&account).await, Err(LimiterDown));
    }
}
