//! A figure in both models.

/// A figure of `a` and of `b`; none if it isn't known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub a: Option<u128>,
    pub b: Option<u128>,
}

impl Change {
    /// Whether it differs.
    pub fn differs(self) -> bool {
        self.a != self.b
    }

    /// Returns `b - a`; none if one isn't known, or the difference overflows 128 bits.
    pub fn delta(self) -> Option<i128> {
        let [a, b] = [self.a?, self.b?].map(|n| i128::try_from(n).ok());
        b?.checked_sub(a?)
    }

    /// Formats the difference with its sign; none if it isn't known.
    pub fn signed(self, written: impl Fn(u128) -> String) -> Option<String> {
        Some(match self.delta()? {
            0 => "0".to_owned(),
            n => format!("{}{}", if n < 0 { '-' } else { '+' }, written(n.unsigned_abs())),
        })
    }

    /// Returns the difference in percent of `a`; none if it isn't known or `a` is 0.
    pub fn percent(self) -> Option<f64> {
        let a = self.a.filter(|&a| a > 0)?;
        Some(self.delta()? as f64 / a as f64 * 100.0)
    }

    /// Converts both values.
    pub fn map(self, convert: impl Fn(u128) -> u128) -> Change {
        Change { a: self.a.map(&convert), b: self.b.map(&convert) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let change = |a, b| Change { a, b };
        assert_eq!(change(Some(200), Some(150)).delta(), Some(-50));
        assert_eq!(change(Some(200), Some(150)).percent(), Some(-25.0));
        assert_eq!((change(Some(0), Some(3)).delta(), change(Some(0), Some(3)).percent()), (Some(3), None));
        assert_eq!(change(None, Some(3)).delta(), None);
        assert!(change(None, Some(3)).differs() && !change(None, None).differs());
        assert_eq!(change(Some(u128::MAX), Some(0)).delta(), None);
    }
}
