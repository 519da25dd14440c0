//! Torch's refusals as exceptions of the program, and back.

use std::any::Any;
use std::rc::Rc;

use crate::interpret::value::Raised;
use crate::interpret::{Extra, Machine, Res, Stop, Type, Value};
use crate::torch::ops::{Fault, FaultKind};

/// The fault that an exception was made of.
struct Cause(Fault);

impl Extra for Cause {
    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn copied(&self, _: &mut Machine) -> Res<Rc<dyn Extra>> {
        Ok(Rc::new(Cause(self.0.clone())))
    }
}

/// Raises a fault; what isn't modelled is unknown.
pub(super) fn raise(m: &mut Machine, fault: Fault) -> Stop {
    if fault.kind == FaultKind::Unsupported {
        return m.unknown(fault.message);
    }
    let kind = match fault.exception() {
        "TypeError" => Type::TypeError,
        "ValueError" => Type::ValueError,
        "IndexError" => Type::IndexError,
        "AttributeError" => Type::AttributeError,
        "NotImplementedError" => Type::NotImplementedError,
        "AssertionError" => Type::AssertionError,
        "KeyError" => Type::KeyError,
        "ZeroDivisionError" => Type::ZeroDivisionError,
        "OverflowError" => Type::OverflowError,
        _ => Type::RuntimeError,
    };
    let stop = m.error(kind, fault.message.english());
    if let Stop::Raise(raised) = &stop
        && let Value::Instance(exception) = &raised.exception
    {
        exception.extra.replace(Some(Rc::new(Cause(fault))));
    }
    stop
}

/// The fault that an exception was made of; none if the program raised it itself.
pub fn fault_of(raised: &Raised) -> Option<Fault> {
    let Value::Instance(exception) = &raised.exception else { return None };
    let extra = exception.extra.borrow().clone()?;
    extra.as_any().downcast::<Cause>().ok().map(|cause| cause.0.clone())
}
