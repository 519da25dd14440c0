//! Matches the rows of two models.
//!
//! Matching is symmetric: aligning B with A gives the same matches as aligning A with B.

mod fingerprint;
mod pairs;
mod reads;

pub(crate) use self::fingerprint::{Fingerprint, fingerprints};
pub(crate) use self::reads::{Inputs, rewired};
use crate::dialect::Dialect;
use crate::model::Model;

/// Returns for each row of `b` its match in `a`.
pub fn paired(dialect: &dyn Dialect, a: &Model, b: &Model) -> Vec<Option<usize>> {
    matches(&fingerprints(dialect, a, b), &Inputs::of(a), &Inputs::of(b)).b_to_a
}

/// Matched rows of two models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matches {
    /// For each row of `a`, its match in `b`.
    pub(crate) a_to_b: Vec<Option<usize>>,
    /// For each row of `b`, its match in `a`.
    pub(crate) b_to_a: Vec<Option<usize>>,
}

impl Matches {
    fn swapped(self) -> Matches {
        Matches { a_to_b: self.b_to_a, b_to_a: self.a_to_b }
    }
}

/// Matches rows after ordering the two models independently of which is `a`, so that ties are broken the same way.
pub(crate) fn matches([a, b]: &[Vec<Fingerprint>; 2], inputs_a: &Inputs, inputs_b: &Inputs) -> Matches {
    if a.iter().map(|print| &print.text).le(b.iter().map(|print| &print.text)) {
        pairs::matches(a, b, |matches| reads::count_rewired(inputs_a, inputs_b, matches))
    } else {
        pairs::matches(b, a, |matches| reads::count_rewired(inputs_b, inputs_a, matches)).swapped()
    }
}

pub(crate) fn section(model: &Model, i: usize) -> &'static str {
    model.section_of(i).map_or("", |section| section.name)
}
