//! `numpy`, as far as model code computes with it: small arrays of numbers whose elements are known.
//!
//! Elements are Python's numbers when they are taken out. Those of large arrays, and of arrays of which a part was set, aren't
//! followed.

mod array;
mod random;

use std::rc::Rc;

use super::super::call::Taken;
use super::super::class::Type;
use super::super::machine::Machine;
use super::super::operate::{float, integer};
use super::super::value::{Args, NativeFn, Res, Stop, Value};
use super::{Counts, Library, nothing};
use crate::python::ir::Binary;
use crate::words::message;
use array::Array;
pub use array::Kind;

pub(super) static LIBRARY: Library = Library {
    packages: &["numpy"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["numpy.ndarray", "numpy.pi", "numpy.inf", "numpy.nan", "numpy.float64", "numpy.float32", "numpy.int64"],
};

/// An array as others see it.
pub struct Numbers {
    /// Its sizes.
    pub sizes: Vec<i64>,
    /// Its elements, where they are followed.
    pub elements: Option<Rc<[f64]>>,
    /// What they are.
    pub kind: Kind,
}

/// The array that a value is, for a library that may show its memory.
pub fn array_of(value: &Value) -> Option<Numbers> {
    let Value::Foreign(foreign) = value else { return None };
    let array = foreign.clone().as_any().downcast::<Array>().ok()?;
    array.share();
    let sizes = array.shape.iter().map(|&size| size as i64).collect();
    Some(Numbers { sizes, elements: array.known(), kind: array.kind })
}

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    Some(match path {
        "numpy.pi" => Value::Float(std::f64::consts::PI),
        "numpy.e" => Value::Float(std::f64::consts::E),
        "numpy.inf" | "numpy.Inf" => Value::Float(f64::INFINITY),
        "numpy.nan" | "numpy.NaN" => Value::Float(f64::NAN),
        "numpy.newaxis" => Value::None,
        // Names of Python's own types, which releases before 1.24 have.
        "numpy.float" => Value::Class(m.builtin(Type::Float)),
        "numpy.int" => Value::Class(m.builtin(Type::Int)),
        "numpy.bool" => Value::Class(m.builtin(Type::Bool)),
        "numpy.object" => Value::Class(m.builtin(Type::Object)),
        "numpy.ndarray" => Value::Class(m.native_class("ndarray", "numpy", &[], Vec::new())),
        _ => return None,
    })
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("numpy.array", make),
    ("numpy.asarray", make),
    ("numpy.float64", |m, _, a| number(m, a, Value::Float)),
    ("numpy.int64", |m, _, a| number(m, a, |x| Value::Int(x as i64))),
    ("numpy.set_printoptions", nothing),
    ("numpy.seterr", nothing),
    ("numpy.zeros", |m, _, a| filled(m, "zeros", a, Some(0.0))),
    ("numpy.ones", |m, _, a| filled(m, "ones", a, Some(1.0))),
    ("numpy.full", |m, _, a| filled(m, "full", a, None)),
    ("numpy.arange", |m, _, a| {
        let mut args = Taken::new("arange", a);
        let mut bounds = args.rest();
        let kind = kind(m, &mut args)?;
        done(m, args)?;
        let whole = bounds.iter().all(|b| integer(b).is_some());
        let (start, stop, step) = match bounds.as_mut_slice() {
            [stop] => (Value::Int(0), stop.clone(), Value::Int(1)),
            [start, stop] => (start.clone(), stop.clone(), Value::Int(1)),
            [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
            _ => return Err(m.type_error("arange() requires stop to be specified.")),
        };
        let (start, stop, step) = (real(m, &start)?, real(m, &stop)?, real(m, &step)?);
        let count = ((stop - start) / step).ceil().max(0.0);
        if !count.is_finite() || count > array::MOST as f64 {
            return Err(m.unknown(message!("array-large")));
        }
        let values: Vec<f64> = (0..count as usize).map(|i| start + i as f64 * step).collect();
        let len = values.len();
        Ok(Array::value(vec![len], values, kind.unwrap_or(if whole { Kind::Int } else { Kind::Float })))
    }),
    ("numpy.linspace", |m, _, a| {
        let mut args = Taken::new("linspace", a);
        let (start, stop) = (args.required(m, "start")?, args.required(m, "stop")?);
        let count = args.or(m, "num", Value::Int(50))?;
        let dtype = m.symbol("dtype");
        let kind = args.keyword(dtype).filter(|dtype| !dtype.is_none()).map(|dtype| Kind::of_dtype(m, &dtype));
        let kind = kind.transpose()?.unwrap_or(Kind::Float);
        done(m, args)?;
        let (start, stop, count) = (real(m, &start)?, real(m, &stop)?, m.index(&count)?);
        if !(0..=array::MOST as i64).contains(&count) {
            return Err(m.unknown(message!("array-large")));
        }
        let step = (stop - start) / (count - 1).max(1) as f64;
        let mut values: Vec<f64> = (0..count).map(|i| i as f64 * step + start).collect();
        if let (Some(last), true) = (values.last_mut(), count > 1) {
            *last = stop;
        }
        // Whole numbers are rounded down.
        values.iter_mut().filter(|_| kind == Kind::Int).for_each(|x| *x = x.floor());
        Ok(Array::value(vec![count as usize], values, kind))
    }),
    ("numpy.ceil", |m, _, a| each(m, "ceil", a, f64::ceil)),
    ("numpy.floor", |m, _, a| each(m, "floor", a, f64::floor)),
    ("numpy.sqrt", |m, _, a| each(m, "sqrt", a, f64::sqrt)),
    ("numpy.exp", |m, _, a| each(m, "exp", a, f64::exp)),
    ("numpy.log", |m, _, a| each(m, "log", a, f64::ln)),
    ("numpy.log2", |m, _, a| each(m, "log2", a, f64::log2)),
    ("numpy.log10", |m, _, a| each(m, "log10", a, f64::log10)),
    ("numpy.sin", |m, _, a| each(m, "sin", a, f64::sin)),
    ("numpy.cos", |m, _, a| each(m, "cos", a, f64::cos)),
    ("numpy.tan", |m, _, a| each(m, "tan", a, f64::tan)),
    ("numpy.tanh", |m, _, a| each(m, "tanh", a, f64::tanh)),
    ("numpy.abs", |m, _, a| kept(m, "abs", a, f64::abs)),
    ("numpy.absolute", |m, _, a| kept(m, "absolute", a, f64::abs)),
    ("numpy.square", |m, _, a| kept(m, "square", a, |x| x * x)),
    ("numpy.power", |m, _, a| {
        let mut args = Taken::new("power", a);
        let (x, y) = (args.required(m, "x1")?, args.required(m, "x2")?);
        done(m, args)?;
        let x = if float(&x).is_some() { x } else { Value::Foreign(Array::of(m, &x)?) };
        m.binary(Binary::Pow, &x, &y)
    }),
    ("numpy.float32", |m, _, a| {
        let value = Taken::new("float32", a).or(m, "x", Value::Int(0))?;
        Ok(match value {
            Value::Unknown(_) => value,
            Value::Str(_) => m.unknown_value(array::SINGLE),
            value => Array::of(m, &value)?.with_kind(Some(Kind::Single)),
        })
    }),
    ("numpy.dot", |m, _, a| {
        let mut args = Taken::new("dot", a);
        let (x, y) = (args.required(m, "a")?, args.required(m, "b")?);
        done(m, args)?;
        Array::of(m, &x)?.product(m, &y)
    }),
    ("numpy.empty", |m, _, a| {
        let array = filled(m, "empty", a, Some(0.0))?;
        let array = Array::of(m, &array)?;
        Ok(Array::large(array.shape.clone(), array.kind))
    }),
    ("numpy.shape", |m, _, a| {
        let value = Taken::new("shape", a).required(m, "a")?;
        let shape = m.symbol("shape");
        match m.find_attribute(&value, shape)? {
            Some(shape) => Ok(shape),
            None => {
                let sizes = Array::of(m, &value)?.shape.iter().map(|&size| Value::Int(size as i64)).collect();
                Ok(Value::tuple(sizes))
            }
        }
    }),
    ("numpy.meshgrid", |m, _, a| {
        let mut args = Taken::new("meshgrid", a);
        let axes = args.rest();
        let [x, y] = axes.as_slice() else { return Err(m.unknown(message!("numpy-arguments"))) };
        let (x, y) = (Array::of(m, x)?, Array::of(m, y)?);
        let indexing = m.symbol("indexing");
        let is_matrix = args.keyword(indexing).is_some_and(|indexing| indexing.as_str() == Some("ij"));
        done(m, args)?;
        let ([w], [h]) = (x.shape.as_slice(), y.shape.as_slice()) else {
            return Err(m.unknown(message!("numpy-arguments")));
        };
        let shape = if is_matrix { [*w, *h] } else { [*h, *w] };
        let grids = [x.along(m, shape, usize::from(!is_matrix))?, y.along(m, shape, usize::from(is_matrix))?];
        Ok(Value::list(grids.to_vec()))
    }),
    ("numpy.outer", |m, _, a| {
        let mut args = Taken::new("outer", a);
        let (x, y) = (args.required(m, "a")?, args.required(m, "b")?);
        done(m, args)?;
        let (x, y) = (Array::of(m, &x)?, Array::of(m, &y)?);
        let shape = [x.shape.iter().product(), y.shape.iter().product()];
        let (x, y) = (x.along(m, shape, 0)?, y.along(m, shape, 1)?);
        m.binary(Binary::Mult, &x, &y)
    }),
    ("numpy.repeat", |m, _, a| {
        let mut args = Taken::new("repeat", a);
        let (value, times) = (args.required(m, "a")?, args.required(m, "repeats")?);
        let axis = args.or(m, "axis", Value::None)?;
        done(m, args)?;
        let array = Array::of(m, &value)?;
        let rank = array.shape.len() as i64;
        let axis = match &axis {
            Value::None => Some(None),
            axis => integer(axis)
                .filter(|axis| (-rank..rank).contains(axis))
                .map(|axis| Some(axis.rem_euclid(rank) as usize)),
        };
        // A number for each part, or what numpy refuses.
        let times = integer(&times).and_then(|times| usize::try_from(times).ok());
        let (Some(axis), Some(times)) = (axis, times) else { return Err(m.unknown(message!("numpy-arguments"))) };
        array.repeated(m, times, axis)?.ok_or_else(|| m.unknown(message!("array-large")))
    }),
    ("numpy.hamming", |m, _, a| window(m, "hamming", a, [0.54, 0.46])),
    ("numpy.hanning", |m, _, a| window(m, "hanning", a, [0.5, 0.5])),
    ("numpy.random.seed", nothing),
    ("numpy.random.RandomState", random::generator),
    ("numpy.random.default_rng", random::generator),
    ("numpy.random.rand", random::each),
    ("numpy.random.randn", random::each),
    ("numpy.random.random", |m, n, a| random::sized(m, n, a, &[])),
    ("numpy.random.random_sample", |m, n, a| random::sized(m, n, a, &[])),
    ("numpy.random.standard_normal", |m, n, a| random::sized(m, n, a, &[])),
    ("numpy.random.normal", |m, n, a| random::sized(m, n, a, &["loc", "scale"])),
    ("numpy.random.uniform", |m, n, a| random::sized(m, n, a, &["low", "high"])),
    ("numpy.random.rayleigh", |m, n, a| random::sized(m, n, a, &["scale"])),
    ("numpy.stack", |m, _, a| joined(m, "stack", a)),
    ("numpy.concatenate", |m, _, a| joined(m, "concatenate", a)),
    ("numpy.prod", |m, _, a| reduced(m, "prod", a)),
    ("numpy.sum", |m, _, a| reduced(m, "sum", a)),
    ("numpy.cumsum", |m, _, a| reduced(m, "cumsum", a)),
    ("numpy.max", |m, _, a| reduced(m, "max", a)),
    ("numpy.min", |m, _, a| reduced(m, "min", a)),
    ("numpy.mean", |m, _, a| reduced(m, "mean", a)),
];

fn make(m: &mut Machine, n: &super::super::value::Native, a: Args) -> Res {
    let mut args = Taken::new(&n.name, a);
    let value = args.required(m, "object")?;
    let kind = kind(m, &mut args)?;
    done(m, args)?;
    let array = Array::of(m, &value)?;
    Ok(array.with_kind(kind))
}

/// Arrays one behind the other along an axis, which is a new one where they are stacked.
fn joined(m: &mut Machine, name: &str, a: Args) -> Res {
    let mut args = Taken::new(name, a);
    let arrays = args.required(m, "arrays")?;
    let axis = args.or(m, "axis", Value::Int(0))?;
    done(m, args)?;
    let mut parts = Vec::new();
    for array in m.collect(&arrays)? {
        parts.push(Array::of(m, &array)?);
    }
    let Some(first) = parts.first() else { return Err(m.value_error("need at least one array to join")) };
    let (is_new, kind) = (name == "stack", first.kind);
    let rank = first.shape.len() + usize::from(is_new);
    let axis = integer(&axis).map(|axis| if axis < 0 { axis + rank as i64 } else { axis });
    let axis = axis.and_then(|axis| usize::try_from(axis).ok()).filter(|&axis| axis < rank);
    // Where numpy would raise or choose another type, nothing is said.
    let Some(axis) = axis else { return Err(m.unknown(message!("numpy-arguments"))) };
    let others =
        |array: &Array| [&array.shape[..axis], &array.shape[(axis + usize::from(!is_new))..]].map(<[_]>::to_vec);
    if parts
        .iter()
        .any(|part| part.kind != kind || part.shape.len() != first.shape.len() || others(part) != others(first))
    {
        return Err(m.unknown(message!("numpy-arguments")));
    }
    let [before, behind] = others(first);
    let length = |array: &Array| if is_new { 1 } else { array.shape[axis] };
    let block = behind.iter().product::<usize>();
    let shape = [before.clone(), vec![parts.iter().map(|part| length(part)).sum()], behind].concat();
    m.copied(shape.iter().product())?;
    let known: Option<Vec<_>> = parts.iter().map(|part| part.known()).collect();
    let elements = known.map(|known| {
        let rows = 0..before.iter().product::<usize>();
        let row = |at: usize| {
            let part = move |(part, elements): (&std::rc::Rc<Array>, &std::rc::Rc<[f64]>)| {
                let size = length(part) * block;
                elements[at * size..(at + 1) * size].to_vec()
            };
            parts.iter().zip(&known).flat_map(part).collect::<Vec<f64>>()
        };
        rows.flat_map(row).collect()
    });
    Ok(Array::with(shape, elements, kind))
}

/// Other arguments than these are numpy's too.
fn done(m: &mut Machine, args: Taken<'_>) -> Res<()> {
    args.done(m).map_err(|_| m.unknown(message!("numpy-arguments")))
}

/// What a `dtype` says, which is the next argument; none if there is none.
fn kind(m: &mut Machine, args: &mut Taken<'_>) -> Res<Option<Kind>> {
    match args.optional(m, "dtype")? {
        None | Some(Value::None) => Ok(None),
        Some(dtype) => Kind::of_dtype(m, &dtype).map(Some),
    }
}

fn real(m: &mut Machine, value: &Value) -> Res<f64> {
    match value {
        Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
        value => float(value).ok_or_else(|| m.unknown(message!("array-of-values"))),
    }
}

fn number(m: &mut Machine, a: Args, make: fn(f64) -> Value) -> Res {
    let value = Taken::new("number", a).or(m, "x", Value::Int(0))?;
    Ok(make(real(m, &value)?))
}

fn filled(m: &mut Machine, name: &str, a: Args, value: Option<f64>) -> Res {
    let mut args = Taken::new(name, a);
    let shape = args.required(m, "shape")?;
    let (value, whole) = match value {
        Some(value) => (value, false),
        None => {
            let value = args.required(m, "fill_value")?;
            (real(m, &value)?, integer(&value).is_some())
        }
    };
    let kind = kind(m, &mut args)?;
    done(m, args)?;
    let given = match integer(&shape) {
        Some(_) => vec![shape],
        None => m.collect(&shape)?,
    };
    let shape = sizes(m, &given)?;
    let kind = kind.unwrap_or(if whole { Kind::Int } else { Kind::Float });
    // More would be an error of numpy.
    let count = shape.iter().try_fold(1usize, |n, s| n.checked_mul(*s)).filter(|n| *n < 1 << 30);
    match count {
        None => Err(m.unknown(message!("array-large"))),
        Some(count) if count > array::MOST => Ok(Array::large(shape, kind)),
        Some(count) => {
            m.copied(count)?;
            Ok(Array::value(shape, vec![value; count], kind))
        }
    }
}

fn sizes(m: &mut Machine, given: &[Value]) -> Res<Vec<usize>> {
    let mut sizes = Vec::new();
    for size in given {
        let size = m.index(size)?;
        sizes.push(usize::try_from(size).map_err(|_| m.value_error("negative dimensions are not allowed"))?);
    }
    Ok(sizes)
}

/// A window of so many points: `a - b cos(2 pi i / (points - 1))`.
fn window(m: &mut Machine, name: &str, a: Args, [level, swing]: [f64; 2]) -> Res {
    let mut args = Taken::new(name, a);
    let points = args.required(m, "M")?;
    done(m, args)?;
    let points = m.index(&points)?;
    if points > array::MOST as i64 {
        return Err(m.unknown(message!("array-large")));
    }
    let turn = std::f64::consts::TAU / (points - 1).max(1) as f64;
    let values: Vec<f64> = match points {
        1 => vec![1.0],
        _ => (0..points).map(|i| level - swing * (i as f64 * turn).cos()).collect(),
    };
    Ok(Array::value(vec![values.len()], values, Kind::Float))
}

fn each(m: &mut Machine, name: &str, a: Args, f: fn(f64) -> f64) -> Res {
    let mut args = Taken::new(name, a);
    let value = args.required(m, "x")?;
    done(m, args)?;
    if let Value::Unknown(_) = value {
        return Ok(value);
    }
    if let Some(x) = float(&value) {
        return Ok(Value::Float(f(x)));
    }
    let array = Array::of(m, &value)?;
    // Those of `float32` are worked out in that precision.
    Ok(if array.kind == Kind::Single {
        Array::large(array.shape.clone(), Kind::Single)
    } else {
        array.map(Kind::Float, f)
    })
}

/// The same, of numbers that stay what they are.
fn kept(m: &mut Machine, name: &str, a: Args, f: fn(f64) -> f64) -> Res {
    let mut args = Taken::new(name, a);
    let value = args.required(m, "x")?;
    done(m, args)?;
    match value {
        Value::Unknown(_) => Ok(value),
        Value::Foreign(_) => {
            let array = Array::of(m, &value)?;
            Ok(array.map(array.kind, f))
        }
        value => Array::of(m, &value)?.only(m, f),
    }
}

fn reduced(m: &mut Machine, name: &str, a: Args) -> Res {
    let mut args = Taken::new(name, a);
    let value = args.required(m, "a")?;
    done(m, args)?;
    if let Value::Unknown(_) = value {
        return Ok(value);
    }
    Array::of(m, &value)?.reduced(m, name)
}
