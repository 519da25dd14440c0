//! Trained parameters if the first rows of a model are frozen: the framework's `freeze`.

use super::Analysis;

/// A model of which the first rows aren't trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// How many rows aren't trained.
    pub rows: usize,
    /// Elements of parameters that are trained.
    pub trained: u64,
    /// Elements of all parameters.
    pub params: u64,
}

/// Part of the name of parameters that are never trained.
const NEVER: &str = ".dfl";

impl Analysis {
    /// Returns the trained parameters if the first `rows` rows are frozen; none if a row can't be built.
    ///
    /// The framework freezes by the names of parameters, and trains all others, also those that were built as not
    /// trained.
    ///
    /// Source: `BaseTrainer` of `ultralytics/engine/trainer.py` 8.4.190.
    pub fn freeze(&self, rows: usize) -> Option<Freeze> {
        if self.rows.iter().any(|row| row.module.is_none()) {
            return None;
        }
        let (mut trained, mut params) = (0u64, 0u64);
        for (name, tensor) in self.trace.modules.named_parameters(self.trace.root) {
            let elements = tensor.shape.dims().iter().product::<i64>() as u64;
            params = params.saturating_add(elements);
            let row = name.split('.').next().and_then(|row| row.parse::<usize>().ok());
            if row.is_none_or(|row| row >= rows) && !name.contains(NEVER) {
                trained = trained.saturating_add(elements);
            }
        }
        Some(Freeze { rows, trained, params })
    }
}
