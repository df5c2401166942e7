//! How the window of an account is shared among its migrations. Pure.

/// What one migration may have outstanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Batches under way or ready.
    pub(crate) wants: u32,
    /// The most an operator lets it have; nothing given: the account's window.
    pub(crate) most: Option<u32>,
}

/// Shares `window` places among claims so that nobody has less than another while wanting more (max-min). Each claim
/// that wants anything gets at least one place, so that with more migrations than places none stands still. `first` says
/// who is served first when places do not come out even; whoever calls moves it on from look to look.
#[must_use]
pub(crate) fn share(window: u32, claims: &[Claim], first: usize) -> Vec<u32> {
    let limit = |claim: &Claim| claim.wants.min(claim.most.unwrap_or(u32::MAX));
    let mut shares: Vec<u32> = claims.iter().map(|claim| limit(claim).min(1)).collect();
    let mut left = window.saturating_sub(shares.iter().sum());
    while left > 0 {
        let mut given = false;
        for turn in 0..claims.len() {
            let at = (first + turn) % claims.len();
            if left > 0 && shares[at] < limit(&claims[at]) {
                shares[at] += 1;
                left -= 1;
                given = true;
            }
        }
        if !given {
            break;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(wants: &[u32]) -> Vec<Claim> {
        wants.iter().map(|wants| Claim { wants: *wants, most: None }).collect()
    }

    #[test]
    fn a_huge_backlog_takes_no_more_than_the_small_ones_leave() {
        assert_eq!(share(12, &wants(&[1_000_000, 2, 3]), 0), [7, 2, 3]);
        assert_eq!(share(12, &wants(&[1_000_000, 50, 50]), 0), [4, 4, 4]);
        assert_eq!(share(12, &wants(&[1_000_000]), 0), [12]);
        assert_eq!(share(12, &wants(&[]), 0), [0_u32; 0]);
    }

    #[test]
    fn more_migrations_than_places_still_have_one_each() {
        assert_eq!(share(2, &wants(&[9, 9, 9, 0]), 0), [1, 1, 1, 0]);
    }

    #[test]
    fn an_operators_window_bounds_one_and_leaves_the_rest_to_the_others() {
        let claims = [Claim { wants: 100, most: Some(2) }, Claim { wants: 100, most: None }];
        assert_eq!(share(10, &claims, 0), [2, 8]);
        assert_eq!(share(10, &[Claim { wants: 100, most: Some(0) }], 0), [0]);
    }

    #[test]
    fn places_that_do_not_come_out_even_go_round() {
        assert_eq!(share(4, &wants(&[9, 9, 9]), 0), [2, 1, 1]);
        assert_eq!(share(4, &wants(&[9, 9, 9]), 1), [1, 2, 1]);
    }
}
