//! Normalisations and softmax.

use super::{Args, Memory, Native, Tensor, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("F.layer_norm torch.layer_norm", "input, normalized_shape, weight=None, bias=None, eps=1e-05", |r, a| {
        let t = a.reals(0)?;
        let normalized = a.ints(1)?;
        ops::layer_norm(t.shape, &normalized)?;
        expect_params(a, [2, 3], &normalized)?;
        a.number(4)?;
        r.record(Op::LayerNorm { affine: !a.is_none(2) }, t.shape, t.shape);
        Ok(t.sized(t.shape).into())
    })
    .laid(Memory::Contiguous),
    native("F.rms_norm torch.rms_norm", "input, normalized_shape, weight=None, eps=None", |r, a| {
        let t = a.reals(0)?;
        let normalized = a.ints(1)?;
        ops::layer_norm(t.shape, &normalized)?;
        expect_params(a, [2, 2], &normalized)?;
        r.record(Op::RmsNorm { affine: !a.is_none(2) }, t.shape, t.shape);
        Ok(t.sized(t.shape).into())
    }),
    native("F.group_norm torch.group_norm", "input, num_groups, weight=None, bias=None, eps=1e-05", |r, a| {
        let t = a.reals(0)?;
        if t.shape.rank() < 2 {
            return Err(Fault::shape(message!("group-norm-ranks", shape = t.shape)));
        }
        a.expect_some(&[t])?;
        let channels = t.shape.dims()[1];
        ops::group_norm(t.shape, a.int(1)?, channels)?;
        expect_params(a, [2, 3], &[channels])?;
        a.number(4)?;
        r.record(Op::GroupNorm { affine: !a.is_none(2) }, t.shape, t.shape);
        Ok(t.sized(t.shape).into())
    }),
    native(
        "F.batch_norm",
        "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05",
        |r, a| {
            let t = a.reals(0)?;
            let training = a.bool(5)?;
            if t.shape.dims().get(1) == Some(&0) {
                return Err(a.unsupported(message!("no-channels")));
            }
            if t.shape.rank() < 2 {
                return Err(Fault::shape(message!("batch-norm-ranks", shape = t.shape)));
            }
            if training {
                ops::batch_norm_of_batch(t.shape)?;
            } else if a.is_none(1) || a.is_none(2) {
                return Err(Fault::value(message!("batch-norm-eval")));
            }
            for i in [1, 2, 3, 4] {
                if let Some(param) = a.opt_tensor(i)? {
                    ops::batch_norm(t.shape, param.shape.numel()?)?;
                }
            }
            r.record(Op::BatchNorm { affine: !a.is_none(3) }, t.shape, t.shape);
            Ok(t.sized(t.shape).into())
        },
    ),
    native(
        "F.instance_norm",
        "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05",
        |r, a| {
            let t = a.reals(0)?;
            if t.shape.rank() < 2 {
                return Err(Fault::shape(message!("instance-norm-ranks", shape = t.shape)));
            }
            if a.truthy(5) {
                ops::instance_norm(t.shape)?;
            }
            for i in [1, 2, 3, 4] {
                let Some(param) = a.opt_tensor(i)? else { continue };
                if param.shape.numel()? != t.shape.dims()[1] {
                    return Err(Fault::shape(message!("fits-no-channels", parameter = param.shape, shape = t.shape)));
                }
            }
            r.record(Op::InstanceNorm { affine: !a.is_none(3) }, t.shape, t.shape);
            Ok(t.sized(t.shape).into())
        },
    ),
    native("F.local_response_norm", "input, size, alpha=0.0001, beta=0.75, k=1.0", |r, a| {
        let t = a.reals(0)?;
        ops::local_response_norm(t.shape, a.int(1)?)?;
        r.record(Op::OtherNorm("local_response_norm"), t.shape, t.shape);
        Ok(t.sized(t.shape).into())
    }),
    native("F.normalize", "input, p=2.0, dim=1, eps=1e-12, out=None", |_, a| {
        let t = a.floats(0)?;
        a.number(1)?;
        ops::axes_of(t.shape.rank(), &a.dims(2)?)?;
        Ok(t.sized(t.shape).into())
    })
    .laid(Memory::Elementwise),
    native("F.softmax", "input, dim=None, _stacklevel=3, dtype=None", |r, a| {
        let t = a.tensor(0)?;
        let dim = implied(a, t)?;
        softmax(r, t, dim, a.dtype(3)?, "functional.softmax")
    })
    .laid(Memory::Contiguous),
    native("F.log_softmax", "input, dim=None, _stacklevel=3, dtype=None", |r, a| {
        let t = a.tensor(0)?;
        let dim = implied(a, t)?;
        softmax(r, t, dim, a.dtype(3)?, "log_softmax")
    })
    .laid(Memory::Contiguous),
    native("F.softmin", "input, dim=None, _stacklevel=3, dtype=None", |r, a| {
        let t = a.tensor(0)?;
        let dim = implied(a, t)?;
        softmax(r, t, dim, a.dtype(3)?, "softmin")
    })
    .laid(Memory::Contiguous),
    native("F.gumbel_softmax", "logits, tau=1, hard=False, eps=1e-10, dim=-1", |r, a| {
        let t = a.tensor(0)?;
        a.number(1)?;
        softmax(r, t, a.dim(4)?, None, "softmax")
    })
    .laid(Memory::Contiguous),
    native("torch.softmax Tensor.softmax", "input, dim, dtype=None", |r, a| {
        softmax(r, a.tensor(0)?, a.dim(1)?, a.dtype(2)?, "softmax")
    })
    .laid(Memory::Contiguous),
    native("torch.log_softmax Tensor.log_softmax", "input, dim, dtype=None", |r, a| {
        softmax(r, a.tensor(0)?, a.dim(1)?, a.dtype(2)?, "log_softmax")
    })
    .laid(Memory::Contiguous),
    native("F.cosine_similarity torch.cosine_similarity", "x1, x2, dim=1, eps=1e-08", |_, a| {
        let (x, y) = (a.tensor(0)?, a.tensor(1)?);
        let shape = ops::broadcast(x.shape, y.shape)?;
        let reduced = ops::reduce(shape, &[a.dim(2)?], false)?;
        let dtype = x.dtype.promote(y.dtype);
        if dtype.kind() != Kind::Float {
            return Err(Fault::value(message!("cosine-of", dtype)));
        }
        Ok(Value::tensor(reduced, dtype))
    }),
    native("F.pairwise_distance torch.pairwise_distance", "x1, x2, p=2.0, eps=1e-06, keepdim=False", |_, a| {
        let (x, y) = (a.reals(0)?, a.reals(1)?);
        let shape = ops::broadcast(x.shape, y.shape)?;
        Ok(Value::tensor(ops::reduce(shape, &[-1], a.bool(4)?)?, x.dtype.promote(y.dtype).floating()))
    }),
    native(
        "F.embedding",
        "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
        |_, a| {
            let (index, weight) = (a.tensor(0)?, a.tensor(1)?);
            if !matches!(index.dtype, DType::Int64 | DType::Int32) {
                return Err(Fault::value(message!("positions-int", dtype = index.dtype)));
            }
            if weight.shape.rank() != 2 {
                return Err(Fault::shape(message!("embedding-weight", shape = weight.shape)));
            }
            if weight.shape.dims()[0] == 0 && index.shape.numel()? > 0 {
                return Err(Fault::shape(message!("embedding-empty")));
            }
            let sizes = [index.shape.dims(), &weight.shape.dims()[1..]].concat();
            Ok(weight.sized(Shape::try_new(&sizes)?).into())
        },
    ),
    native("F.one_hot", "tensor, num_classes=-1", |_, a| {
        let (t, classes) = (a.tensor(0)?, a.int(1)?);
        if t.dtype != DType::Int64 {
            return Err(Fault::value(message!("one-hot-int64", dtype = t.dtype)));
        }
        let most = t.elements.as_ref().map(|all| all.iter().fold(-1.0f64, |most, &x| most.max(x)) as i64);
        if t.elements.as_ref().is_some_and(|all| all.iter().any(|&x| x < 0.0)) {
            return Err(Fault::value(message!("class-negative")));
        }
        let classes = match (classes, most) {
            (-1, _) if t.shape.numel()? == 0 => return Err(Fault::value(message!("classes-of-nothing"))),
            (-1, Some(most)) => most + 1,
            (-1, None) => return Err(a.unsupported(message!("largest-class"))),
            (n, _) if n < -1 || n == 0 => return Err(Fault::value(message!("classes-cant-be", n))),
            (n, Some(most)) if most >= n => return Err(Fault::value(message!("class-of-classes", most, n))),
            (n, _) => n,
        };
        Ok(t.sized(t.shape.inserted(t.shape.rank(), classes)?).into())
    }),
];

/// Weights and biases must have the normalised sizes.
fn expect_params(a: &Args<'_>, params: [usize; 2], sizes: &[i64]) -> Result<()> {
    for i in params {
        if let Some(param) = a.opt_tensor(i)? {
            if param.dtype != a.tensor(0)?.dtype {
                return Err(Fault::value(message!("weight-or-bias-type", dtype = param.dtype)));
            }
            if param.shape.dims() != sizes {
                return Err(Fault::shape(message!(
                    "weight-or-bias-shape",
                    shape = param.shape,
                    sizes = format!("{sizes:?}")
                )));
            }
        }
    }
    Ok(())
}

/// The dimension that a softmax normalises, by rank where none is given.
fn implied(a: &Args<'_>, t: &Tensor) -> Result<isize> {
    Ok(a.opt_dim(1)?.unwrap_or_else(|| ops::implicit_softmax_dim(t.shape.rank())))
}

fn softmax(r: &mut Run, t: &Tensor, dim: isize, dtype: Option<DType>, name: &'static str) -> Result<Value> {
    let axis = ops::axis_of(t.shape.rank(), dim)?;
    let dtype = dtype.unwrap_or(t.dtype);
    if dtype.kind() != Kind::Float {
        return Err(Fault::value(message!("softmax-type", dtype)));
    }
    r.record(Op::Softmax { name, size: t.shape.size_at(axis) }, t.shape, t.shape);
    Ok(t.typed(dtype).into())
}
