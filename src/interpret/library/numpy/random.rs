//! Random arrays: their sizes are known, their elements aren't.

use super::super::super::call::Taken;
use super::super::super::machine::Machine;
use super::super::super::value::{Args, Native, Res, Value};
use super::array::{Array, Kind};
use super::{done, sizes};
use crate::words::message;

/// What a generator does the package does too.
pub(super) fn generator(_: &mut Machine, _: &Native, _: Args) -> Res {
    Ok(Value::Library("numpy.random".into()))
}

/// The sizes are the arguments.
pub(super) fn each(m: &mut Machine, n: &Native, a: Args) -> Res {
    let mut args = Taken::new(&n.name, a);
    let given = args.rest();
    done(m, args)?;
    random(m, given)
}

/// The sizes come after numbers that say how the elements are spread.
pub(super) fn sized(m: &mut Machine, n: &Native, a: Args, spread: &[&'static str]) -> Res {
    let mut args = Taken::new(&n.name, a);
    for name in spread {
        if let Some(Value::Foreign(_)) = args.optional(m, name)? {
            return Err(m.unknown(message!("random-spread")));
        }
    }
    let size = args.or(m, "size", Value::None)?;
    done(m, args)?;
    let given = match size {
        Value::None => Vec::new(),
        Value::Tuple(_) | Value::List(_) => {
            let given = m.collect(&size)?;
            if given.is_empty() {
                return Err(m.unknown(message!("random-scalar")));
            }
            given
        }
        one => vec![one],
    };
    random(m, given)
}

fn random(m: &mut Machine, given: Vec<Value>) -> Res {
    if given.is_empty() {
        return Ok(m.unknown_value("a random number"));
    }
    Ok(Array::large(sizes(m, &given)?, Kind::Float))
}
