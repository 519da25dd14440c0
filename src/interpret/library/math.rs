//! `math` and `operator`.

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::operate::{float, integer};
use super::super::symbol;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library};
use crate::python::ir::{Binary, Compare, Unary};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["math", "operator", "cmath", "statistics"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: OTHERS,
};

const OTHERS: &[&str] = &["math.pi", "math.e", "math.tau", "math.inf", "math.nan"];

fn find(_: &mut Machine, path: &str) -> Option<Value> {
    Some(Value::Float(match path {
        "math.pi" => std::f64::consts::PI,
        "math.e" => std::f64::consts::E,
        "math.tau" => std::f64::consts::TAU,
        "math.inf" => f64::INFINITY,
        "math.nan" => f64::NAN,
        _ => return None,
    }))
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("math.ceil", |m, n, a| rounded(m, n, a, f64::ceil)),
    ("math.floor", |m, n, a| rounded(m, n, a, f64::floor)),
    ("math.trunc", |m, n, a| rounded(m, n, a, f64::trunc)),
    ("math.sqrt", |m, n, a| domain(m, n, a, f64::sqrt, |x| x >= 0.0)),
    ("math.exp", |m, n, a| checked(m, n, a, f64::exp)),
    ("math.expm1", |m, n, a| checked(m, n, a, f64::exp_m1)),
    ("math.erf", |m, n, a| checked(m, n, a, erf)),
    ("math.log2", |m, n, a| domain(m, n, a, f64::log2, |x| x > 0.0)),
    ("math.log10", |m, n, a| domain(m, n, a, f64::log10, |x| x > 0.0)),
    ("math.log1p", |m, n, a| domain(m, n, a, f64::ln_1p, |x| x > -1.0)),
    ("math.log", |m, n, mut a| {
        let base = if a.positional.len() > 1 { a.positional.pop() } else { None };
        let top = domain(m, n, a, f64::ln, |x| x > 0.0)?;
        let Some(base) = base else { return Ok(top) };
        let bottom = domain(m, n, Args::of(vec![base]), f64::ln, |x| x > 0.0)?;
        m.binary(Binary::Div, &top, &bottom)
    }),
    ("math.sin", |m, n, a| domain(m, n, a, f64::sin, f64::is_finite)),
    ("math.cos", |m, n, a| domain(m, n, a, f64::cos, f64::is_finite)),
    ("math.tan", |m, n, a| domain(m, n, a, f64::tan, f64::is_finite)),
    ("math.asin", |m, n, a| domain(m, n, a, f64::asin, |x| x.abs() <= 1.0)),
    ("math.acos", |m, n, a| domain(m, n, a, f64::acos, |x| x.abs() <= 1.0)),
    ("math.atan", |m, n, a| domain(m, n, a, f64::atan, |_| true)),
    ("math.sinh", |m, n, a| checked(m, n, a, f64::sinh)),
    ("math.cosh", |m, n, a| checked(m, n, a, f64::cosh)),
    ("math.tanh", |m, n, a| domain(m, n, a, f64::tanh, |_| true)),
    ("math.fabs", |m, n, a| domain(m, n, a, f64::abs, |_| true)),
    ("math.degrees", |m, n, a| domain(m, n, a, f64::to_degrees, |_| true)),
    ("math.radians", |m, n, a| domain(m, n, a, f64::to_radians, |_| true)),
    ("math.atan2", |m, n, a| two(m, n, a, f64::atan2)),
    ("math.copysign", |m, n, a| two(m, n, a, f64::copysign)),
    ("math.fmod", |m, n, a| two(m, n, a, |x, y| x % y)),
    ("math.pow", |m, n, a| two(m, n, a, f64::powf)),
    ("math.hypot", |m, n, a| {
        let mut sum = 0.0;
        for value in &a.positional {
            let x = number(m, n, value)?;
            sum += x * x;
        }
        Ok(Value::Float(sum.sqrt()))
    }),
    ("math.isnan", |m, n, a| test(m, n, a, f64::is_nan)),
    ("math.isinf", |m, n, a| test(m, n, a, f64::is_infinite)),
    ("math.isfinite", |m, n, a| test(m, n, a, f64::is_finite)),
    ("math.isclose", |m, n, a| {
        let (mut relative, mut absolute) = (1e-9, 0.0);
        for (name, value) in &a.keywords {
            match &*m.text(*name) {
                "rel_tol" => relative = number(m, n, value)?,
                "abs_tol" => absolute = number(m, n, value)?,
                _ => {}
            }
        }
        let [x, y] = a.positional.as_slice() else { return Err(m.type_error("isclose() needs two numbers")) };
        let (x, y) = (number(m, n, x)?, number(m, n, y)?);
        Ok(Value::Bool(x == y || (x - y).abs() <= (relative * x.abs().max(y.abs())).max(absolute)))
    }),
    ("math.gcd", |m, _, a| {
        let mut result = 0_i64;
        for value in &a.positional {
            result = gcd(result, m.index(value)?);
        }
        Ok(Value::Int(result))
    }),
    ("math.lcm", |m, _, a| {
        let mut result = 1_i64;
        for value in &a.positional {
            let i = m.index(value)?;
            if i == 0 {
                return Ok(Value::Int(0));
            }
            match (result / gcd(result, i)).checked_mul(i) {
                Some(product) => result = product.abs(),
                None => return Ok(m.unknown_value(message!("integer-wide"))),
            }
        }
        Ok(Value::Int(result))
    }),
    ("math.prod", |m, _, a| {
        let mut total = Value::Int(1);
        for (name, value) in &a.keywords {
            if *name == symbol::START {
                total = value.clone();
            }
        }
        let items = a.positional.first().cloned().unwrap_or(Value::None);
        for item in m.collect(&items)? {
            total = m.binary(Binary::Mult, &total, &item)?;
        }
        Ok(total)
    }),
    ("math.fsum", |m, n, a| {
        let items = a.positional.first().cloned().unwrap_or(Value::None);
        let items = m.collect(&items)?;
        if items.iter().all(|i| integer(i).is_some()) {
            let mut total = 0.0;
            for item in &items {
                total += number(m, n, item)?;
            }
            return Ok(Value::Float(total));
        }
        Ok(m.unknown_value(message!("exact-sum")))
    }),
    ("math.factorial", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let n = m.index(&value)?;
        if n < 0 {
            return Err(m.value_error("factorial() not defined for negative values"));
        }
        let mut result = 1_i64;
        for i in 2..=n.min(25) {
            match result.checked_mul(i) {
                Some(product) => result = product,
                None => return Ok(m.unknown_value(message!("integer-wide"))),
            }
        }
        Ok(Value::Int(result))
    }),
    ("math.comb", |m, _, a| {
        let [n, k] = a.positional.as_slice() else { return Err(m.type_error("comb expected 2 arguments")) };
        let (n, k) = (m.index(n)?, m.index(k)?);
        if n < 0 || k < 0 {
            return Err(m.value_error("n must be a non-negative integer"));
        }
        let mut result = 1_i128;
        for i in 0..k.min(n - k).max(if k > n { 1 } else { 0 }) {
            result = result * i128::from(n - i) / i128::from(i + 1);
            if result > i128::from(i64::MAX) {
                return Ok(m.unknown_value(message!("integer-wide")));
            }
        }
        Ok(Value::Int(if k > n { 0 } else { result as i64 }))
    }),
    ("math.isqrt", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let n = m.index(&value)?;
        if n < 0 {
            return Err(m.value_error("isqrt() argument must be nonnegative"));
        }
        Ok(Value::Int(n.isqrt()))
    }),
    ("math.modf", |m, n, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let x = number(m, n, &value)?;
        Ok(Value::tuple(vec![Value::Float(x.fract()), Value::Float(x.trunc())]))
    }),
    ("operator.add", |m, n, a| operate(m, n, a, Binary::Add)),
    ("operator.sub", |m, n, a| operate(m, n, a, Binary::Sub)),
    ("operator.mul", |m, n, a| operate(m, n, a, Binary::Mult)),
    ("operator.truediv", |m, n, a| operate(m, n, a, Binary::Div)),
    ("operator.floordiv", |m, n, a| operate(m, n, a, Binary::FloorDiv)),
    ("operator.mod", |m, n, a| operate(m, n, a, Binary::Mod)),
    ("operator.pow", |m, n, a| operate(m, n, a, Binary::Pow)),
    ("operator.matmul", |m, n, a| operate(m, n, a, Binary::MatMult)),
    ("operator.and_", |m, n, a| operate(m, n, a, Binary::BitAnd)),
    ("operator.or_", |m, n, a| operate(m, n, a, Binary::BitOr)),
    ("operator.eq", |m, n, a| relate(m, n, a, Compare::Eq)),
    ("operator.ne", |m, n, a| relate(m, n, a, Compare::NotEq)),
    ("operator.lt", |m, n, a| relate(m, n, a, Compare::Lt)),
    ("operator.le", |m, n, a| relate(m, n, a, Compare::LtE)),
    ("operator.gt", |m, n, a| relate(m, n, a, Compare::Gt)),
    ("operator.ge", |m, n, a| relate(m, n, a, Compare::GtE)),
    ("operator.neg", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        m.unary(Unary::Minus, &value)
    }),
    ("operator.index", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        Ok(Value::Int(m.index(&value)?))
    }),
    ("operator.getitem", |m, _, a| match a.positional.as_slice() {
        [value, index] => m.get_item(value, index),
        _ => Err(m.type_error("getitem expected 2 arguments")),
    }),
    ("operator.itemgetter", |_, _, a| {
        Ok(Value::native_with("operator.itemgetter", a.positional, |m, n, a| {
            let value = a.positional.first().cloned().unwrap_or(Value::None);
            let items: Res<Vec<Value>> = n.data.iter().map(|i| m.get_item(&value, i)).collect();
            let mut items = items?;
            Ok(if items.len() == 1 { items.remove(0) } else { Value::tuple(items) })
        }))
    }),
    ("operator.attrgetter", |_, _, a| {
        Ok(Value::native_with("operator.attrgetter", a.positional, |m, n, a| {
            let mut items = Vec::new();
            for path in &n.data {
                let mut value = a.positional.first().cloned().unwrap_or(Value::None);
                for part in path.as_str().unwrap_or_default().split('.') {
                    let name = m.symbol(part);
                    value = m.get_attribute(&value, name)?;
                }
                items.push(value);
            }
            Ok(if items.len() == 1 { items.remove(0) } else { Value::tuple(items) })
        }))
    }),
];

fn number(m: &mut Machine, _: &Native, value: &Value) -> Res<f64> {
    if let Some(f) = float(&value.unwrapped()) {
        return Ok(f);
    }
    m.known(value)?;
    if let Some(result) = m.call_special(value, symbol::FLOAT, &[])? {
        m.known(&result)?;
        if let Some(f) = float(&result) {
            return Ok(f);
        }
    }
    let name = m.type_name(value);
    Err(m.type_error(format!("must be real number, not {name}")))
}

fn first(m: &mut Machine, n: &Native, a: &Args) -> Res<f64> {
    match a.positional.as_slice() {
        [value] => number(m, n, value),
        all => {
            let name = n.name.rsplit('.').next().unwrap_or_default();
            Err(m.type_error(format!("math.{name}() takes exactly one argument ({} given)", all.len())))
        }
    }
}

fn unknown(a: &Args) -> Option<Value> {
    a.positional.iter().find(|v| matches!(v, Value::Unknown(_))).cloned()
}

fn rounded(m: &mut Machine, n: &Native, a: Args, f: fn(f64) -> f64) -> Res {
    if let Some(value) = unknown(&a) {
        return Ok(value);
    }
    if let [value] = a.positional.as_slice() {
        if let Some(i) = integer(&value.unwrapped()) {
            return Ok(Value::Int(i));
        }
        let name = m.symbol(&format!("__{}__", n.name.rsplit('.').next().unwrap_or_default()));
        if let Some(result) = m.call_special(value, name, &[])? {
            return Ok(result);
        }
    }
    let x = first(m, n, &a)?;
    if x.is_nan() {
        return Err(m.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(m.error(Type::OverflowError, "cannot convert float infinity to integer"));
    }
    Ok(m.whole(f(x)))
}

fn domain(m: &mut Machine, n: &Native, a: Args, f: fn(f64) -> f64, holds: fn(f64) -> bool) -> Res {
    if let Some(value) = unknown(&a) {
        return Ok(value);
    }
    let x = first(m, n, &a)?;
    if !holds(x) && !x.is_nan() {
        return Err(m.value_error("math domain error"));
    }
    Ok(Value::Float(f(x)))
}

fn checked(m: &mut Machine, n: &Native, a: Args, f: fn(f64) -> f64) -> Res {
    if let Some(value) = unknown(&a) {
        return Ok(value);
    }
    let x = first(m, n, &a)?;
    let result = f(x);
    if result.is_infinite() && x.is_finite() {
        return Err(m.error(Type::OverflowError, "math range error"));
    }
    Ok(Value::Float(result))
}

fn two(m: &mut Machine, n: &Native, a: Args, f: fn(f64, f64) -> f64) -> Res {
    if let Some(value) = unknown(&a) {
        return Ok(value);
    }
    let [x, y] = a.positional.as_slice() else {
        let name = n.name.rsplit('.').next().unwrap_or_default();
        return Err(m.type_error(format!("{name} expected 2 arguments, got {}", a.positional.len())));
    };
    let (x, y) = (number(m, n, x)?, number(m, n, y)?);
    let result = f(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(m.value_error("math domain error"));
    }
    Ok(Value::Float(result))
}

fn test(m: &mut Machine, n: &Native, a: Args, f: fn(f64) -> bool) -> Res {
    if let Some(value) = unknown(&a) {
        return Ok(value);
    }
    Ok(Value::Bool(f(first(m, n, &a)?)))
}

fn operate(m: &mut Machine, n: &Native, a: Args, op: Binary) -> Res {
    match a.positional.as_slice() {
        [x, y] => m.binary(op, x, y),
        all => Err(m.type_error(format!("{} expected 2 arguments, got {}", n.name, all.len()))),
    }
}

fn relate(m: &mut Machine, n: &Native, a: Args, op: Compare) -> Res {
    match a.positional.as_slice() {
        [x, y] => m.compare(op, x, y),
        all => Err(m.type_error(format!("{} expected 2 arguments, got {}", n.name, all.len()))),
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).unwrap_or(i64::MAX)
}

/// The error function, by a series whose terms all have one sign.
fn erf(x: f64) -> f64 {
    if x.is_nan() || x.abs() >= 6.0 {
        return if x.is_nan() { x } else { x.signum() };
    }
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    loop {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        if sum + term == sum {
            break;
        }
        sum += term;
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}
