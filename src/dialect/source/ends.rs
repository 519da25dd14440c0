//! How rows ended: what a program returned or raised, as a dialect says it.

use super::rows::{Row, Rows};
use super::{SourceDialect, yaml};
use crate::bindings::{self, Watched};
use crate::dialect::{Blame, BoundArg, HeaderFault, Origin, Outcome, RowFault, Unknown};
use crate::interpret::{Machine, Place, Raised, Stop, Value};
use crate::model::{Model, Source};
use crate::python::Literal;
use crate::text::Location;
use crate::torch;
use crate::torch::ops::{Fault, FaultKind};
use crate::words::{Message, message};

/// The side of the image on which frameworks measure strides.
const STRIDE_PASS: i64 = 256;

/// The state of rows while their outcomes are worked out.
pub(super) struct Ends<'a> {
    pub(super) m: &'a mut Machine,
    dialect: &'a SourceDialect,
    model: &'a Model,
    rows: &'a Rows,
    /// The reason why the constructor ended early, besides rows.
    constructed: Option<&'a Stop>,
    /// The reason why the call of the model ended early, besides rows.
    called: Option<&'a Stop>,
    /// Whether a row that failed is what ended the constructor early.
    is_ended_by_row: bool,
    /// Whether the rows so far returned something.
    known: Vec<bool>,
    /// Whether the call of the model ended before it came to a row.
    is_at_start: bool,
}

impl<'a> Ends<'a> {
    pub(super) fn new(
        m: &'a mut Machine,
        dialect: &'a SourceDialect,
        model: &'a Model,
        rows: &'a Rows,
        [constructed, called]: [Option<&'a Stop>; 2],
        is_ended_by_row: bool,
    ) -> Ends<'a> {
        let known = Vec::with_capacity(model.rows.len());
        Ends { m, dialect, model, rows, constructed, called, is_ended_by_row, known, is_at_start: false }
    }

    /// How a row ended, of which calls are known from when the model was built and from when it ran.
    pub(super) fn outcome(
        &mut self,
        i: usize,
        row: &Row,
        from: &[Source],
        built: Option<&Watched>,
        ran: Option<&Watched>,
    ) -> Outcome {
        let outcome = match (&row.stop, ran) {
            (Some(stop), _) => self.of_stop(i, row, from, stop, true),
            (None, Some(Watched { result: Ok(value), .. })) => self.of_value(i, from, value),
            (None, Some(Watched { result: Err(stop), .. })) => self.of_stop(i, row, from, stop, false),
            (None, None) => self.of_missing(i, row, from),
        };
        let raised_then = matches!(built, Some(Watched { result: Err(Stop::Raise(_)), .. }));
        let outcome = match (outcome, built, self.constructed) {
            (Outcome::Failed(_), _, Some(Stop::Unknown(unknown))) if !raised_then && row.stop.is_none() => {
                // It may fail only because the constructor wasn't followed to its end.
                self.of_unknown(i, from, unknown)
            }
            (Outcome::Failed(_), _, Some(Stop::Raise(_))) if !raised_then && row.stop.is_none() => Outcome::Header,
            (outcome @ Outcome::Failed(_), ..) => outcome,
            (outcome, Some(Watched { result: Err(stop @ Stop::Raise(_)), .. }), _) => {
                match self.of_stop(i, row, from, stop, false) {
                    Outcome::Failed(fault) => RowFault { at: Some([STRIDE_PASS; 2]), ..*fault }.into(),
                    _ => outcome,
                }
            }
            // What comes behind the place where a constructor stopped may change what rows do.
            (Outcome::Returned(_), _, Some(Stop::Unknown(unknown))) if !self.is_ended_by_row => {
                self.of_unknown(i, from, unknown)
            }
            // What the model raises behind its last row is told there.
            (Outcome::Returned(_), _, None) if self.is_last(i) && matches!(self.called, Some(Stop::Raise(_))) => {
                self.called.map_or(Outcome::Header, |stop| self.of_stop(i, row, from, stop, false))
            }
            (outcome, ..) => outcome,
        };
        self.known.push(matches!(outcome, Outcome::Returned(_)));
        outcome
    }

    /// Whether it is the last row, and all above it returned something.
    fn is_last(&self, i: usize) -> bool {
        i + 1 == self.model.rows.len() && self.known.iter().all(|known| *known)
    }

    /// How a row ended that isn't called.
    fn of_missing(&mut self, i: usize, row: &Row, from: &[Source]) -> Outcome {
        let first = self.known.iter().position(|known| !known);
        if let Some(outcome) = self.blocked(i, from) {
            return outcome;
        }
        match (self.constructed, self.called) {
            (Some(Stop::Unknown(unknown)), _) => self.of_unknown(i, from, unknown),
            (Some(Stop::Raise(_)), _) => first.map_or(Outcome::Header, Outcome::BlockedBy),
            _ if row.layer.is_none() => unknown(message!("not-come-to")),
            (None, Some(Stop::Unknown(unknown))) => self.of_unknown(i, from, unknown),
            // A row that reads the image alone looks nothing up before it is called.
            (None, Some(Stop::Raise(_))) if i == 0 && matches!(from, [Source::Image]) => {
                self.is_at_start = true;
                Outcome::Header
            }
            (None, Some(stop)) if first.is_none() => self.of_stop(i, row, from, stop, false),
            _ => first.map_or_else(|| unknown(message!("not-called")), Outcome::BlockedBy),
        }
    }

    /// The fault of a constructor that raised an exception outside of rows, or of a call of the model before all rows.
    pub(super) fn header(&mut self) -> Option<HeaderFault> {
        let called = self.called.filter(|_| self.is_at_start);
        let Some(Stop::Raise(raised)) = self.constructed.or(called) else { return None };
        let fault = Fault::new(FaultKind::Raised, self.m.describe(raised));
        Some(HeaderFault { key: "head", scale: None, fault: fault.into(), place: self.raised_at(raised).map(Box::new) })
    }

    fn of_value(&mut self, i: usize, from: &[Source], value: &Value) -> Outcome {
        if let Some(unknown) = unknown_in(value) {
            return self.of_unknown(i, from, &unknown);
        }
        match bindings::shape_of(value) {
            Some(value) => Outcome::Returned(value),
            // Its calls count all the same.
            None if value.is_none() => Outcome::Returned(torch::Value::Opaque("None".into())),
            None => unknown(message!("returns-no-tensor")),
        }
    }

    fn of_stop(&mut self, i: usize, row: &Row, from: &[Source], stop: &Stop, is_built: bool) -> Outcome {
        match stop {
            Stop::Unknown(unknown) => self.of_unknown(i, from, unknown),
            Stop::Raise(raised) => self.of_raised(i, row, raised, is_built),
        }
    }

    fn of_unknown(&mut self, i: usize, from: &[Source], unknown: &std::rc::Rc<crate::interpret::Unknown>) -> Outcome {
        if let Some(behind) = self.rows.behind(unknown).filter(|behind| *behind < i) {
            return self.blocked(i, from).unwrap_or(Outcome::BlockedBy(behind));
        }
        let place = unknown.place.as_ref().and_then(|place| self.location(place));
        Outcome::Unknown(Unknown { reason: unknown.reason.clone(), place })
    }

    /// The row that keeps another one from being known.
    fn blocked(&self, i: usize, from: &[Source]) -> Option<Outcome> {
        from.iter().find_map(|source| match source {
            Source::Row(j) if *j < i && !self.known[*j] => Some(Outcome::BlockedBy(*j)),
            _ => None,
        })
    }

    fn of_raised(&mut self, i: usize, row: &Row, raised: &Raised, is_built: bool) -> Outcome {
        // What `eval` runs stands in no file.
        let mut frames = raised.frames.iter().filter(|place| !place.file.starts_with('<'));
        let in_parse_model = frames.next().is_some_and(|place| &*place.function == "parse_model");
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
        let exception = message.split(':').next().unwrap_or_default().to_owned();
        if self.m.absent > 0 && matches!(exception.as_str(), "ImportError" | "ModuleNotFoundError") {
            // Whether the package is there where the model runs can't be told.
            let place = self.raised_at(raised);
            return Outcome::Unknown(Unknown { reason: message.into(), place });
        }
        let name = self.model.rows[i].module_name().unwrap_or_default();
        let is_no_name = || match exception.as_str() {
            "KeyError" | "NameError" | "AttributeError" => in_parse_model,
            // Some go on with a name that they don't find, and call it in the end.
            "TypeError" => in_parse_model && row.is_name,
            // Others take it for one of timm's.
            "RuntimeError" => message.contains(&format!("Unknown model ({name})")),
            _ => false,
        };
        let (kind, blame, message) = match exception.as_str() {
            _ if !row.is_found && is_no_name() => {
                (FaultKind::Module, Blame::Module, message!("framework-finds-no", name, message))
            }
            // `args[0]` of a row without arguments.
            "IndexError" if in_parse_model && row.args.is_empty() && self.line_of(raised).contains("args[") => {
                (FaultKind::Arguments, Blame::Args, message.into())
            }
            "IndexError" if in_parse_model => (FaultKind::From, Blame::From(None), message.into()),
            "TypeError" if in_parse_model && self.is_about_from(row, raised, &message) => {
                (FaultKind::From, Blame::From(None), message.into())
            }
            "TypeError" if in_parse_model => (FaultKind::Arguments, Blame::Args, message.into()),
            _ => (FaultKind::Raised, Blame::Row, message.into()),
        };
        self.failed(Fault::new(kind, message).raising(exception), blame, raised)
    }

    /// Whether a `TypeError` of `parse_model` comes from a `from` that is one index instead of several, or several instead of
    /// one: the line reads it, and no arguments.
    fn is_about_from(&self, row: &Row, raised: &Raised, message: &str) -> bool {
        let suits = match row.from {
            Some(Value::Int(_)) => message.contains("'int' object is not") || message.contains("'int' has no len"),
            Some(Value::List(_)) => message.contains("indices must be integers or slices, not list"),
            _ => false,
        };
        let line = self.raised_at(raised).map(|at| at.span.text(&at.file.text).to_owned()).unwrap_or_default();
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        suits && !line.contains("args[") && words.any(|word| word == "f")
    }

    fn failed(&mut self, fault: Fault, blame: Blame, raised: &Raised) -> Outcome {
        RowFault { place: self.raised_at(raised), ..RowFault::new(fault, blame) }.into()
    }

    /// The text of the innermost line of the framework that an exception passed.
    fn line_of(&self, raised: &Raised) -> String {
        self.raised_at(raised).map(|place| place.span.text(&place.file.text).to_owned()).unwrap_or_default()
    }

    /// The innermost line of the framework that an exception passed.
    fn raised_at(&self, raised: &Raised) -> Option<Location> {
        self.location(raised.frames.iter().find(|place| !place.file.starts_with('<'))?)
    }

    /// The line of a file of the framework.
    fn location(&self, place: &Place) -> Option<Location> {
        let source = self.dialect.sources.file(&place.file)?.source.clone();
        let span = source.lines.line_span(&source.text, place.line.saturating_sub(1));
        Some(Location { file: source, span })
    }

    /// The arguments that a row's module was called with, and where each comes from.
    pub(super) fn args(&mut self, i: usize, row: &Row) -> Vec<BoundArg> {
        let written = self.model.rows[i].args().and_then(|cell| cell.value.as_list()).unwrap_or_default();
        let inserted = row.args.len().saturating_sub(written.len());
        let values: Vec<Literal> = row.args.iter().map(|value| yaml::literal(self.m, value)).collect();
        let same = |k: usize| k.checked_sub(inserted).filter(|&j| j < written.len() && written.get(j) == values.get(k));
        // Behind the channels that it reads, a row's own channels stand as they were scaled.
        let is_number = |value: &Literal| matches!(value, Literal::Int(_) | Literal::Float(_));
        let scaled = (inserted > 0 && same(inserted) != Some(0) && values.len() > 1)
            .then_some(1)
            .filter(|&k| is_number(&values[k]) && written.first().is_some_and(is_number));
        let origin = |k: usize| match same(k) {
            Some(j) => Origin::Cell(j),
            None if scaled == Some(k) => Origin::Cell(0),
            None => Origin::Computed,
        };
        values.iter().enumerate().map(|(k, value)| BoundArg { value: value.clone(), origin: origin(k) }).collect()
    }
}

/// The unknown part of a value.
fn unknown_in(value: &Value) -> Option<std::rc::Rc<crate::interpret::Unknown>> {
    match value {
        Value::Unknown(unknown) => Some(unknown.clone()),
        Value::List(items) => items.borrow().iter().find_map(unknown_in),
        Value::Tuple(items) => items.items.iter().find_map(unknown_in),
        Value::Dict(dict) => dict.entries.borrow().values().find_map(unknown_in),
        _ => None,
    }
}

/// Why a row isn't known, where that was said.
pub(super) fn unknown(reason: impl Into<Message>) -> Outcome {
    Outcome::Unknown(Unknown { reason: reason.into(), place: None })
}
