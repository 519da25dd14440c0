//! `numpy`, as far as it calculates with single numbers: arrays aren't known.

use super::super::machine::Machine;
use super::super::operate::float;
use super::super::value::{Args, NativeFn, Res, Value};
use super::Library;

pub(super) static LIBRARY: Library =
    Library { packages: &["numpy"], first: true, functions: FUNCTIONS, find, others: &["numpy.pi", "numpy.inf"] };

fn find(_: &mut Machine, path: &str) -> Option<Value> {
    Some(Value::Float(match path {
        "numpy.pi" => std::f64::consts::PI,
        "numpy.inf" => f64::INFINITY,
        _ => return None,
    }))
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("numpy.log", |m, _, a| number(m, &a, f64::ln)),
    ("numpy.log2", |m, _, a| number(m, &a, f64::log2)),
    ("numpy.log10", |m, _, a| number(m, &a, f64::log10)),
    ("numpy.exp", |m, _, a| number(m, &a, f64::exp)),
    ("numpy.sqrt", |m, _, a| number(m, &a, f64::sqrt)),
    ("numpy.ceil", |m, _, a| number(m, &a, f64::ceil)),
    ("numpy.floor", |m, _, a| number(m, &a, f64::floor)),
];

/// A function of one number. Numpy warns where there is no result, and goes on with what isn't a number.
fn number(m: &mut Machine, args: &Args, function: fn(f64) -> f64) -> Res {
    match args.positional.as_slice() {
        [value] if args.keywords.is_empty() => match float(value) {
            Some(x) => Ok(Value::Float(function(x))),
            None => Err(m.unknown("an array of numpy")),
        },
        _ => Err(m.unknown("a call of numpy")),
    }
}
