//! Methods of `int` and `float`.

use super::super::operate::{float, integer};
use super::super::value::{NativeFn, Value};
use super::split;
use crate::words::message;

pub(super) fn find_int(name: &str) -> Option<NativeFn> {
    Some(match name {
        "bit_length" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let i = integer(&value.unwrapped()).unwrap_or(0);
            Ok(Value::Int(i64::from(64 - i.unsigned_abs().leading_zeros())))
        },
        "bit_count" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let i = integer(&value.unwrapped()).unwrap_or(0);
            Ok(Value::Int(i64::from(i.unsigned_abs().count_ones())))
        },
        "is_integer" => |_, _, _| Ok(Value::Bool(true)),
        "conjugate" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            Ok(Value::Int(integer(&value.unwrapped()).unwrap_or(0)))
        },
        _ => return None,
    })
}

pub(super) fn find_float(name: &str) -> Option<NativeFn> {
    Some(match name {
        "is_integer" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let f = float(&value.unwrapped()).unwrap_or(0.0);
            Ok(Value::Bool(f.is_finite() && f.fract() == 0.0))
        },
        "as_integer_ratio" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let f = float(&value.unwrapped()).unwrap_or(0.0);
            let (mut top, mut bottom) = (f, 1_i64);
            while top.fract() != 0.0 && bottom < 1 << 60 {
                (top, bottom) = (top * 2.0, bottom * 2);
            }
            if !top.is_finite() || top.abs() > 9e18 || top.fract() != 0.0 {
                return Ok(m.unknown_value(message!("wide-ratio")));
            }
            Ok(Value::tuple(vec![Value::Int(top as i64), Value::Int(bottom)]))
        },
        _ => return None,
    })
}
