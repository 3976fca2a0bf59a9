//! Chance that repeats itself.

/// A small generator of numbers, the same ones in each run.
pub struct Dice(pub u64);

impl Dice {
    /// The next number, less than `below`.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}
