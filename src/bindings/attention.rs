//! What the layers of `python/nn.py` that run in one step record: `torch._yolint.attention(self, by_position, query, key,
//! value, …)` and `torch._yolint.recurrent(input, output, gates, …)`.

use std::rc::Rc;

use super::fault;
use super::module;
use super::state::torch;
use super::tensor::Tensor;
use crate::interpret::{Args, Machine, Native, Res, Taken, Value};
use crate::torch::Op;
use crate::torch::natives;
use crate::torch::ops::{Fault, Shape};
use crate::words::message;

/// Returns what the attention returns: its output and, where they are asked for, its weights.
pub(super) fn attention(m: &mut Machine, _: &Native, args: Args) -> Res {
    let instance = module::instance(m, &args)?;
    let this = Value::Instance(instance);
    let mut taken = Taken::new("forward", args);
    taken.required(m, "self")?;
    let positional = taken.required(m, "positional")?;
    let positional = m.truth(&positional)?;
    let (query, key, value) = (taken.required(m, "query")?, taken.required(m, "key")?, taken.required(m, "value")?);
    taken.or(m, "key_padding_mask", Value::None)?;
    let need_weights = taken.or(m, "need_weights", Value::Bool(true))?;
    taken.or(m, "attn_mask", Value::None)?;
    let average = taken.or(m, "average_attn_weights", Value::Bool(true))?;
    taken.or(m, "is_causal", Value::Bool(false))?;
    taken.done(m)?;
    let mut shapes = Vec::new();
    for tensor in [&query, &key, &value] {
        m.known(tensor)?;
        match Tensor::of(tensor) {
            Some(tensor) => shapes.push(tensor.shape()),
            None => return Err(m.type_error("an attention takes tensors")),
        }
    }
    let number = |m: &mut Machine, name: &str| -> Res<i64> {
        let symbol = m.symbol(name);
        match m.get_attribute(&this, symbol)? {
            Value::Int(number) => Ok(number),
            _ => Err(m.unknown(message!("attention-changed"))),
        }
    };
    let (embed_dim, kdim, vdim) = (number(m, "embed_dim")?, number(m, "kdim")?, number(m, "vdim")?);
    let num_heads = number(m, "num_heads")?;
    let flag = |m: &mut Machine, name: &str| -> Res<bool> {
        let symbol = m.symbol(name);
        let value = m.get_attribute(&this, symbol)?;
        m.truth(&value)
    };
    let (batch_first, extra_keys) = (flag(m, "batch_first")?, flag(m, "_extra_keys")?);
    if extra_keys || kdim != embed_dim || vdim != embed_dim {
        return Err(m.unknown(message!("attention-other-sizes")));
    }
    let sizes = |m: &mut Machine, x: Shape| -> Res<(i64, i64)> {
        let (length, batch, features) = match *x.dims() {
            [length, features] => (length, 1, features),
            [batch, length, features] if batch_first => (length, batch, features),
            [length, batch, features] => (length, batch, features),
            _ => {
                let found = Fault::shape(format!("an attention expects tensors of 2 or 3 dimensions, but got {x}"));
                return Err(fault::raise(m, found.raising("AssertionError")));
            }
        };
        if features != embed_dim {
            let message = format!("an attention expects {embed_dim} features, but got {features} (input {x})");
            return Err(fault::raise(m, Fault::shape(message).raising("AssertionError")));
        }
        Ok((length, batch))
    };
    let [q, k, v] = [shapes[0], shapes[1], shapes[2]];
    let (tgt_len, batch) = sizes(m, q)?;
    let (src_len, keys_batch) = sizes(m, k)?;
    if k != v || q.rank() != k.rank() || batch != keys_batch {
        let found =
            Fault::shape(format!("an attention can't combine the query {q} with the key {k} and the value {v}"));
        return Err(fault::raise(m, found));
    }
    let op = Op::MultiheadAttention { embed_dim, num_heads, tgt_len, src_len, positional };
    torch(m).run.borrow_mut().record(op, q, q);
    let dtype = Tensor::of(&query).map(|tensor| tensor.value().dtype);
    let Some(dtype) = dtype else { return Err(m.unknown(message!("an-attention"))) };
    let made = |sizes: &[i64]| {
        Value::Foreign(Rc::new(Tensor::new(
            natives::Tensor::new(Shape::new(sizes), dtype).laid(natives::Layout::Unknown),
        )))
    };
    let weights = match (m.truth(&need_weights)?, m.truth(&average)?) {
        (false, _) => Value::None,
        (true, true) if q.rank() == 2 => made(&[tgt_len, src_len]),
        (true, true) => made(&[batch, tgt_len, src_len]),
        (true, false) => made(&[batch, num_heads, tgt_len, src_len]),
    };
    Ok(Value::tuple(vec![made(q.dims()), weights]))
}

/// Records that a recurrent layer or cell ran.
pub(super) fn recurrent(m: &mut Machine, _: &Native, args: Args) -> Res {
    let [input, output, rest @ ..] = &args.positional[..] else { return Err(m.type_error("a layer has an output")) };
    let (Some(input), Some(output)) = (Tensor::of(input), Tensor::of(output)) else {
        return Err(m.unknown(message!("recurrent-layer")));
    };
    let numbers: Vec<i64> = rest.iter().filter_map(|n| if let Value::Int(n) = n { Some(*n) } else { None }).collect();
    let [gates, size, hidden, projected, layers, directions, bias, evaluations] = numbers[..] else {
        return Err(m.unknown(message!("recurrent-changed")));
    };
    let bias = bias != 0;
    let op = Op::Recurrent { gates, input: size, hidden, projected, layers, directions, bias, evaluations };
    torch(m).run.borrow_mut().record(op, input.shape(), output.shape());
    Ok(Value::None)
}
