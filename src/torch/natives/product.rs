//! Products of tensors.

use super::{Args, Memory, Native, Tensor, Value, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("torch.linalg.matmul", "input, other", |r, a| product(r, &a.renamed("linalg_matmul"), ops::matmul)),
    native("torch.matmul Tensor.matmul Tensor.__matmul__", "input, other", |r, a| {
        if a.function() == "__matmul__" && !matches!(a.get(1), Value::Tensor(_) | Value::Other(_)) {
            return Ok(Value::NotImplemented);
        }
        product(r, a, ops::matmul)
    })
    .laid(Memory::Contiguous),
    native("torch.mm Tensor.mm", "input, mat2", |r, a| product(r, a, ops::mm)).laid(Memory::Contiguous),
    native("torch.bmm Tensor.bmm", "input, mat2", |r, a| product(r, a, ops::bmm)).laid(Memory::Contiguous),
    native("torch.mv Tensor.mv", "input, vec", |r, a| product(r, a, ops::mv)),
    native("torch.dot Tensor.dot", "input, tensor", |r, a| product(r, a, ops::dot)),
    native("torch.inner Tensor.inner", "input, other", |r, a| product(r, a, ops::inner)).laid(Memory::Unknown),
    native("torch.outer Tensor.outer torch.ger", "input, vec2", |_, a| {
        let (x, y) = (a.tensor(0)?, a.tensor(1)?);
        Ok(Value::tensor(ops::outer(x.shape, y.shape)?, x.dtype.promote(y.dtype)))
    }),
    native("torch.kron Tensor.kron", "input, other", |_, a| {
        let (x, y) = (a.tensor(0)?, a.tensor(1)?);
        Ok(Value::tensor(ops::kron(x.shape, y.shape)?, x.dtype.promote(y.dtype)))
    })
    .laid(Memory::Unknown),
    native("torch.addmm Tensor.addmm", "input, mat1, mat2, *, beta=1, alpha=1", |r, a| added(r, a, ops::mm)),
    native("torch.baddbmm Tensor.baddbmm", "input, batch1, batch2, *, beta=1, alpha=1", |r, a| added(r, a, ops::bmm)),
    native("torch.addbmm Tensor.addbmm", "input, batch1, batch2, *, beta=1, alpha=1", |r, a| {
        added(r, a, |x, y| Ok(ops::bmm(x, y)?.without(0)))
    }),
    native("torch.addmv Tensor.addmv", "input, mat, vec, *, beta=1, alpha=1", |r, a| added(r, a, ops::mv)),
    native("torch.tensordot", "a, b, dims=2", |_, a| {
        let (x, y) = (a.tensor(0)?, a.tensor(1)?);
        let (of_x, of_y) = match a.get(2).items() {
            Some([Value::Int(_), ..]) => return Err(a.unsupported(message!("flat-dimensions"))),
            Some([first, second]) => (dims_of(first)?, dims_of(second)?),
            Some(_) => return Err(type_error(message!("tensordot-dims"))),
            None => {
                let n = a.number(2)? as isize;
                if n < 0 {
                    return Err(Fault::value(message!("tensordot-over", n)));
                }
                ((-n..0).collect(), (0..n).collect())
            }
        };
        same_types(a, x, y)?;
        Ok(x.sized(ops::tensordot(x.shape, y.shape, &of_x, &of_y)?).into())
    })
    .laid(Memory::Unknown),
    native("torch.cdist", "x1, x2, p=2.0, compute_mode=None", |_, a| {
        let (x, y) = (a.floats(0)?, a.floats(1)?);
        if a.number(2)? < 0.0 {
            return Err(Fault::value(message!("distance-p")));
        }
        same_types(a, x, y)?;
        Ok(x.sized(ops::cdist(x.shape, y.shape)?).into())
    }),
    native("torch.linalg.multi_dot", "tensors", |_, a| chain(a)),
    native("torch.einsum", "equation, *operands", einsum).laid(Memory::Unknown),
    native("F.linear", "input, weight, bias=None", |r, a| {
        let (x, weight) = (a.tensor(0)?, a.tensor(1)?);
        same_types(a, x, weight)?;
        let bias = a.opt_tensor(2)?;
        let shape = match weight.shape.rank() {
            2 => ops::linear(x.shape, weight.shape)?,
            1 if bias.is_none() => ops::matmul(x.shape, weight.shape)?,
            _ => {
                return Err(Fault::shape(message!("linear-weight", shape = weight.shape)));
            }
        };
        if let Some(bias) = bias {
            same_types(a, x, bias)?;
            ops::plus(bias.shape, shape)?;
        }
        r.record(Op::Linear { in_features: x.shape.dim(-1)?, bias: bias.is_some() }, x.shape, shape);
        Ok(x.sized(shape).into())
    })
    .laid(Memory::Contiguous),
    native("F.bilinear torch.bilinear", "input1, input2, weight, bias=None", |r, a| {
        let (x, y, weight) = (a.floats(0)?, a.floats(1)?, a.floats(2)?);
        same_types(a, x, y)?;
        same_types(a, x, weight)?;
        a.expect_some(&[x, y, weight])?;
        let shape = ops::bilinear(x.shape, y.shape, weight.shape)?;
        if let Some(bias) = a.opt_tensor(3)? {
            ops::plus(bias.shape, shape)?;
        }
        let (first, second) = (x.shape.dim(-1)?, y.shape.dim(-1)?);
        r.record(Op::Bilinear { first, second }, x.shape, shape);
        Ok(x.sized(shape).into())
    }),
];

fn product(r: &mut Run, a: &Args<'_>, of: fn(Shape, Shape) -> Result<Shape>) -> Result<Value> {
    let (x, y) = (a.tensor(0)?, a.tensor(1)?);
    let shape = of(x.shape, y.shape)?;
    if x.dtype != y.dtype && (x.shape.numel()? == 0 || y.shape.numel()? == 0) {
        return Err(a.unsupported(message!("empty-of-types")));
    }
    same_types(a, x, y)?;
    let inner = x.shape.size_at(x.shape.rank().saturating_sub(1));
    let op = match a.function() {
        "matmul" | "__matmul__" | "bmm" => Op::Matmul { inner },
        name => Op::Product { name, inner },
    };
    r.record(op, x.shape, shape);
    Ok(x.sized(shape).into())
}

fn added(r: &mut Run, a: &Args<'_>, of: fn(Shape, Shape) -> Result<Shape>) -> Result<Value> {
    let (t, x, y) = (a.tensor(0)?, a.tensor(1)?, a.tensor(2)?);
    a.number(3)?;
    a.number(4)?;
    let shape = of(x.shape, y.shape)?;
    same_types(a, x, y)?;
    same_types(a, x, t)?;
    ops::plus(t.shape, shape)?;
    r.record(Op::Product { name: a.function(), inner: x.shape.size_at(x.shape.rank() - 1) }, x.shape, shape);
    Ok(x.sized(shape).into())
}

/// Products want operands of one type.
pub(super) fn same_types(a: &Args<'_>, x: &Tensor, y: &Tensor) -> Result<()> {
    if x.dtype == y.dtype && x.dtype != DType::Bool {
        return Ok(());
    }
    Err(Fault::value(message!("native-of-both", function = a.function(), a = x.dtype, b = y.dtype)))
}

fn dims_of(value: &Value) -> Result<Vec<isize>> {
    let items = value.items().ok_or_else(|| type_error(message!("tensordot-dims")))?;
    items.iter().map(|item| Ok(item.as_int()? as isize)).collect()
}

fn chain(a: &Args<'_>) -> Result<Value> {
    let tensors = a.tensors(0)?;
    let [first, rest @ ..] = &tensors[..] else { return Err(Fault::shape(message!("chain-empty"))) };
    let mut shape = first.shape;
    if first.shape.rank() == 1 || rest.last().is_some_and(|last| last.shape.rank() == 1) {
        return Err(a.unsupported(message!("chain-vectors")));
    }
    for next in rest {
        same_types(a, first, next)?;
        shape = ops::mm(shape, next.shape)?;
    }
    Ok(first.sized(shape).into())
}

/// `einsum(equation, *operands)`, also with lists of numbers in place of letters.
fn einsum(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let rest = a.get(1).items().unwrap_or_default();
    let (equation, operands): (String, Vec<&Value>) = match a.get(0) {
        Value::Str(equation) => (equation.to_string(), rest.iter().collect()),
        first @ Value::Tensor(_) => {
            let all: Vec<&Value> = std::iter::once(first).chain(rest).collect();
            let mut terms = Vec::new();
            let mut operands = Vec::new();
            for pair in all.chunks_exact(2) {
                operands.push(pair[0]);
                terms.push(term(pair[1])?);
            }
            let output = match all.len() % 2 {
                1 => format!("->{}", term(all[all.len() - 1])?),
                _ => String::new(),
            };
            (terms.join(",") + &output, operands)
        }
        _ => return Err(a.wrong(0, message!("an-equation"))),
    };
    let mut tensors = Vec::with_capacity(operands.len());
    for operand in operands {
        match operand {
            Value::Tensor(t) => tensors.push(t),
            Value::Other(name) => return Err(a.unsupported(message!("operand-is", name))),
            _ => return Err(type_error(message!("einsum-operand-type", type = operand.type_name()))),
        }
    }
    let shapes: Vec<Shape> = tensors.iter().map(|t| t.shape).collect();
    let result = ops::einsum(&equation, &shapes)?;
    if tensors.iter().any(|t| t.dtype != tensors[0].dtype) {
        return Err(a.unsupported(message!("operand-types")));
    }
    if tensors[0].dtype.kind() < Kind::Float {
        return Err(a.unsupported(message!("operands-no-floats")));
    }
    if tensors.len() == 2 {
        r.record(Op::Einsum { macs: result.volume }, shapes[0], result.output);
    }
    Ok(tensors[0].sized(result.output).into())
}

/// A list of numbers as letters.
fn term(value: &Value) -> Result<String> {
    let items = value.items().ok_or_else(|| type_error(message!("einsum-lists")))?;
    let letter = |item: &Value| match item {
        Value::Ellipsis => Ok("...".to_owned()),
        Value::Bool(b) => Ok(char::from(b'A' + u8::from(*b)).to_string()),
        _ => match item.as_int()? {
            i @ 0..26 => Ok(char::from(b'A' + i as u8).to_string()),
            i @ 26..52 => Ok(char::from(b'a' + (i - 26) as u8).to_string()),
            i => Err(Fault::value(message!("einsum-numbers", i))),
        },
    };
    items.iter().map(letter).collect()
}
