//! Why an op or a module can't be built or run.

use std::borrow::Cow;

use crate::words::{Message, message, or};

/// The result of an op, or of building or running a module.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// The kinds of faults. Each but the last two is one rule's finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Too few or too many arguments, or one of a type that the module can't take (Python's `TypeError`).
    Arguments,
    /// An argument of the right type with an impossible value: groups that don't divide, a kernel of 0.
    Value,
    /// The input has another number of channels than the module was built for.
    Channels,
    /// Inputs that are joined or added have different heights or widths.
    Spatial,
    /// A height or width would become 0 or less.
    Vanishes,
    /// The inputs of a head are of the wrong number or form.
    HeadInputs,
    /// `from` names no row that can be read, or a list where one row is read.
    From,
    /// The module's name isn't one.
    Module,
    /// Any other disagreement of shapes: ranks, views, a list where a tensor is expected.
    Shape,
    /// An exception of a program.
    Raised,
    /// A size beyond what torch, or a machine, can hold.
    TooLarge,
    /// Possible in torch, but not modelled here: the row is shown as `?`, and no error is reported.
    Unsupported,
}

/// Why an op or a module can't be built or run: torch's complaint in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// One sentence without a full stop, with the numbers.
    pub message: Message,
    /// The name of the parameter that is to blame, where one is.
    pub param: Option<&'static str>,
    /// The position among the row's inputs of the one that is to blame, where one is.
    pub input: Option<usize>,
    /// The channels that were expected and those that came, where it is about these.
    pub channels: Option<[u32; 2]>,
    /// The class of Python's exception, where it isn't that of the kind; see [`Fault::exception`].
    pub raised: Option<Box<Cow<'static, str>>>,
}

impl Fault {
    /// A fault of a kind.
    pub fn new(kind: FaultKind, message: impl Into<Message>) -> Fault {
        Fault { kind, message: message.into(), param: None, input: None, channels: None, raised: None }
    }

    /// Shapes that disagree.
    pub fn shape(message: impl Into<Message>) -> Fault {
        Fault::new(FaultKind::Shape, message)
    }

    /// An impossible value.
    pub fn value(message: impl Into<Message>) -> Fault {
        Fault::new(FaultKind::Value, message)
    }

    /// A size that can't be held.
    pub fn too_large(message: impl Into<Message>) -> Fault {
        Fault::new(FaultKind::TooLarge, message)
    }

    /// A call that torch may well accept and that isn't modelled.
    pub fn unsupported(message: impl Into<Message>) -> Fault {
        Fault::new(FaultKind::Unsupported, message)
    }

    /// The class of the exception that Python would raise.
    pub fn exception(&self) -> &str {
        if let Some(raised) = &self.raised {
            return raised;
        }
        match self.kind {
            FaultKind::Arguments => "TypeError",
            FaultKind::Value => "ValueError",
            FaultKind::From | FaultKind::HeadInputs => "IndexError",
            FaultKind::Module => "AttributeError",
            FaultKind::Channels
            | FaultKind::Spatial
            | FaultKind::Vanishes
            | FaultKind::Shape
            | FaultKind::Raised
            | FaultKind::TooLarge
            | FaultKind::Unsupported => "RuntimeError",
        }
    }

    /// Says which class of exception is raised.
    pub fn raising(mut self, exception: impl Into<Cow<'static, str>>) -> Fault {
        self.raised = Some(Box::new(exception.into()));
        self
    }

    /// Says which parameter is to blame, unless that is known already.
    pub fn at_param(mut self, param: &'static str) -> Fault {
        self.param.get_or_insert(param);
        self
    }

    /// Says how many channels were expected and how many came.
    pub fn of_channels(mut self, expected: i64, got: i64) -> Fault {
        self.channels = u32::try_from(expected).ok().zip(u32::try_from(got).ok()).map(<[u32; 2]>::from);
        self
    }

    /// Says which of the row's inputs is to blame.
    pub fn at_input(mut self, input: usize) -> Fault {
        self.input.get_or_insert(input);
        self
    }
}

/// Adds numbers that divide both `a` and `b` to a message: `…: use 1, 2 or 4`.
pub fn with_divisors(message: Message, a: i64, b: i64) -> Message {
    const MOST: i64 = 64;
    let divisors: Vec<i64> = (1..=a.min(b).min(MOST)).filter(|d| a % d == 0 && b % d == 0).collect();
    match divisors.is_empty() {
        true => message,
        false => message!("use-divisors", message, divisors = or(divisors)),
    }
}
