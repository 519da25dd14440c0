//! How rows ended: what a program returned or raised, as a dialect says it.

use super::rows::{Row, Rows};
use super::{SourceDialect, model, yaml};
use crate::bindings::{self, Watched};
use crate::dialect::{Blame, BoundArg, Origin, Outcome, RowFault, Unknown};
use crate::interpret::{Machine, Place, Raised, Stop, Value};
use crate::model::{Model, Source};
use crate::text::{Location, SourceFile};
use crate::torch::ops::{Fault, FaultKind};

/// The side of the image on which frameworks measure strides.
const STRIDE_PASS: i64 = 256;

/// What is known of rows while it is worked out how each ended.
pub(super) struct Ends<'a> {
    pub(super) m: &'a mut Machine,
    pub(super) dialect: &'a SourceDialect,
    pub(super) model: &'a Model,
    pub(super) rows: &'a Rows,
    /// Whether the rows so far returned something.
    pub(super) known: Vec<bool>,
}

impl Ends<'_> {
    /// How a row ended that was called when the model was built, and when it ran; `stopped` is what ended the run.
    pub(super) fn outcome(
        &mut self,
        i: usize,
        row: &Row,
        from: &[Source],
        built: Option<&Watched>,
        ran: Option<&Watched>,
        stopped: Option<&Stop>,
    ) -> Outcome {
        if let Some(stop) = &row.stop {
            return self.of_stop(i, row, from, stop, true);
        }
        if row.layer.is_none() {
            return match stopped {
                Some(Stop::Unknown(unknown)) => self.of_unknown(i, from, unknown),
                Some(Stop::Raise(raised)) => {
                    let raised = (**raised).clone();
                    let message = self.m.describe(&raised);
                    match self.known.iter().all(|known| *known) && i == 0 {
                        true => self.failed(Fault::new(FaultKind::Raised, message), Blame::Row, &raised),
                        false => Outcome::BlockedBy(self.known.iter().position(|known| !known).unwrap_or(0)),
                    }
                }
                None => model::unknown("`parse_model` doesn't come to it"),
            };
        }
        let outcome = match ran {
            Some(Watched { result: Ok(value), .. }) => self.of_value(i, from, value),
            Some(Watched { result: Err(stop), .. }) => self.of_stop(i, row, from, stop, false),
            None => self.of_missing(i, row, from, stopped),
        };
        match (outcome, built) {
            (Outcome::Failed(fault), _) => Outcome::Failed(fault),
            (outcome, Some(Watched { result: Err(stop @ Stop::Raise(_)), .. })) => {
                match self.of_stop(i, row, from, stop, false) {
                    Outcome::Failed(fault) => {
                        Outcome::Failed(Box::new(RowFault { at: Some([STRIDE_PASS; 2]), ..*fault }))
                    }
                    _ => outcome,
                }
            }
            // What comes behind the place where a constructor stopped may change what rows do.
            (Outcome::Returned(_), _) if matches!(stopped, Some(Stop::Unknown(_))) => match stopped {
                Some(Stop::Unknown(unknown)) => self.of_unknown(i, from, unknown),
                _ => model::unknown("the run was stopped"),
            },
            (outcome, _) => outcome,
        }
    }

    /// A row that was built, but isn't called.
    fn of_missing(&mut self, i: usize, row: &Row, from: &[Source], stopped: Option<&Stop>) -> Outcome {
        match stopped {
            Some(stop) if self.known.iter().all(|known| *known) => self.of_stop(i, row, from, stop, false),
            Some(Stop::Unknown(unknown)) => self.of_unknown(i, from, unknown),
            _ => self.blocked(i, from).unwrap_or_else(|| model::unknown("the model doesn't call it")),
        }
    }

    fn of_value(&mut self, i: usize, from: &[Source], value: &Value) -> Outcome {
        if let Some(unknown) = unknown_in(value) {
            return self.of_unknown(i, from, &unknown);
        }
        match bindings::shape_of(value) {
            Some(value) => Outcome::Returned(value),
            None => model::unknown("it returns no tensor"),
        }
    }

    fn of_stop(&mut self, i: usize, row: &Row, from: &[Source], stop: &Stop, is_built: bool) -> Outcome {
        match stop {
            Stop::Unknown(unknown) => self.of_unknown(i, from, unknown),
            Stop::Raise(raised) => self.of_raised(row, raised, is_built),
        }
    }

    fn of_unknown(&mut self, i: usize, from: &[Source], unknown: &std::rc::Rc<crate::interpret::Unknown>) -> Outcome {
        if let Some(behind) = self.rows.behind(unknown).filter(|behind| *behind < i) {
            return self.blocked(i, from).unwrap_or(Outcome::BlockedBy(behind));
        }
        let place = unknown.place.as_ref().and_then(|place| self.location(place));
        Outcome::Unknown(Unknown { reason: unknown.reason.to_string(), place })
    }

    /// The row that keeps another one from being known.
    fn blocked(&self, i: usize, from: &[Source]) -> Option<Outcome> {
        from.iter().find_map(|source| match source {
            Source::Row(j) if *j < i && !self.known[*j] => Some(Outcome::BlockedBy(*j)),
            _ => None,
        })
    }

    fn of_raised(&mut self, row: &Row, raised: &Raised, is_built: bool) -> Outcome {
        let in_parse_model = raised.frames.first().is_some_and(|place| &*place.function == "parse_model");
        if let Some(fault) = bindings::fault_of(raised) {
            let blame = match (is_built, fault.kind) {
                (false, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape) => {
                    Blame::From(None)
                }
                (_, FaultKind::Arguments) => Blame::Args,
                _ => Blame::Row,
            };
            return self.failed(fault, blame, raised);
        }
        let message = self.m.describe(raised);
        let (kind, blame) = match message.split(':').next().unwrap_or_default() {
            "KeyError" | "NameError" | "AttributeError" if in_parse_model && !row.is_found => {
                (FaultKind::Module, Blame::Module)
            }
            "IndexError" if in_parse_model => (FaultKind::From, Blame::From(None)),
            "TypeError" if in_parse_model => (FaultKind::Arguments, Blame::Args),
            _ => (FaultKind::Raised, Blame::Row),
        };
        self.failed(Fault::new(kind, message), blame, raised)
    }

    fn failed(&mut self, fault: Fault, blame: Blame, raised: &Raised) -> Outcome {
        let place = raised.frames.iter().find(|place| !place.file.starts_with('<'));
        let place = place.and_then(|place| self.location(place));
        RowFault { place, ..RowFault::new(fault, blame) }.into()
    }

    /// The line of a file of the framework.
    fn location(&self, place: &Place) -> Option<Location> {
        let file = self.dialect.sources.file(&place.file)?;
        let source = SourceFile::new(&*file.path, file.text.clone());
        let span = source.lines.line_span(&source.text, place.line.saturating_sub(1));
        Some(Location { file: source.into(), span })
    }

    /// The arguments that a row's module was called with, and where each comes from.
    pub(super) fn args(&mut self, i: usize, row: &Row) -> Vec<BoundArg> {
        let written = self.model.rows[i].args().and_then(|cell| cell.value.as_list()).unwrap_or_default();
        let inserted = row.args.len().saturating_sub(written.len());
        let bound = |(k, value): (usize, &Value)| {
            let value = yaml::literal(self.m, value);
            let cell = k.checked_sub(inserted).filter(|&j| written.get(j) == Some(&value));
            BoundArg { value, origin: cell.map_or(Origin::Computed, Origin::Cell) }
        };
        row.args.iter().enumerate().map(bound).collect()
    }
}

/// What isn't known in a value.
fn unknown_in(value: &Value) -> Option<std::rc::Rc<crate::interpret::Unknown>> {
    match value {
        Value::Unknown(unknown) => Some(unknown.clone()),
        Value::List(items) => items.borrow().iter().find_map(unknown_in),
        Value::Tuple(items) => items.items.iter().find_map(unknown_in),
        Value::Dict(dict) => dict.entries.borrow().values().find_map(unknown_in),
        _ => None,
    }
}
