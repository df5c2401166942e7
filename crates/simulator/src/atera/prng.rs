//! Determinism: a small generator (splitmix64) started from (seed, kind, id), so that a record looks the same
//! whenever it is asked for and whatever was asked for before. Never draws from the machine's randomness.

/// What a stream of draws is for; two kinds with one id never share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Customer = 1,
    Contact,
    Ticket,
    Title,
    Comment,
    Prose,
    Duplicate,
    Files,
    FileBytes,
    Value,
    Tag,
    WorkHours,
    Contract,
    Device,
    Signature,
}

/// A stream of reproducible draws.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    /// Starts the stream of one record.
    pub(crate) fn new(seed: u64, stream: Stream, id: i64) -> Self {
        let start = seed ^ scramble(stream as u64) ^ scramble(id.cast_unsigned()).rotate_left(17);
        Self { state: scramble(start) }
    }

    /// Starts the stream of one numbered part of a record.
    pub(crate) fn part(seed: u64, stream: Stream, id: i64, part: u64) -> Self {
        let whole = Self::new(seed, stream, id);
        Self { state: scramble(whole.state ^ scramble(part)) }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        scramble(self.state)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.bits().checked_rem(bound).unwrap_or(0)
    }

    /// A number below `bound` for small bounds.
    pub(crate) fn small(&mut self, bound: u32) -> u32 {
        u32::try_from(self.below(u64::from(bound))).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a fixed set of words.
    pub(crate) fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        from.get(at).copied().unwrap_or("")
    }

    /// A UUID-shaped string.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}

/// The step of the counter; odd, and its multiples are spread evenly over 64 bits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finisher of splitmix64 (Steele, Lea and Flood, 2014).
fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
