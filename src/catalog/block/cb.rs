//! Composite backbones: CBLinear makes several outputs, CBFuse adds some of them up.

use crate::catalog::conv::Padding;
use crate::torch::nn::Conv2d;
use crate::torch::ops::{Fault, FaultKind, Resize, Result, Shape};
use crate::torch::{Args, Build, Default as D, Layer, Run, Spec, Type as T, Value, layer, optional, required};
use crate::words::message;

fn cb_linear(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    layer(b, "CBLinear", |b| {
        let parts = a.ints(1)?;
        let (k, s) = (a.kernel(2)?, a.size(3)?);
        let conv = Conv2d::new(a.int(0)?, parts.iter().sum(), k).stride(s).groups(a.plain_int(5)?);
        let conv = Padding::from_args(a, 4, s)?.of(conv, k, 1).build(b.at("conv"))?;
        Ok(move |r: &mut Run, x: &Value| {
            let y = conv.call(r, x.tensor()?)?;
            let parts = r.split(y, &parts, 1)?;
            Ok(Value::tuple(parts.into_iter().map(Value::Tensor).collect::<Vec<_>>()))
        })
    })
}

fn cb_fuse(b: &mut Build, idx: Vec<i64>) -> Result<Layer> {
    layer(b, "CBFuse", |_| {
        Ok(move |r: &mut Run, x: &Value| {
            let Some((last, others)) = x.list()?.split_last() else {
                return Err(Fault::shape(message!("cbfuse-inputs")));
            };
            let target = last.tensor().map_err(|f| f.at_input(others.len()))?;
            let mut resized = Vec::with_capacity(others.len() + 1);
            for (i, x) in others.iter().enumerate() {
                let chosen = choose(x, &idx, i).map_err(|f| f.at_input(i))?;
                resized.push(resize(r, chosen, target).map_err(|f| f.at_input(i))?);
            }
            resized.push(target);
            sum(r, &resized)
        })
    })
}

/// `x[idx[i]]` of a `CBLinear`'s outputs.
fn choose(x: &Value, idx: &[i64], i: usize) -> Result<Shape> {
    let Some(&index) = idx.get(i) else {
        let message = message!("cbfuse-indices", count = idx.len(), i);
        return Err(Fault::value(message).at_param("idx"));
    };
    let Value::List(items) = x else {
        return Err(Fault::shape(message!("cbfuse-selects")));
    };
    let position = if index < 0 { index + items.len() as i64 } else { index };
    match usize::try_from(position).ok().and_then(|p| items.get(p)) {
        Some(item) => item.tensor(),
        None => {
            let message = message!("cbfuse-index", index, i, count = items.len());
            Err(Fault::value(message).at_param("idx"))
        }
    }
}

/// `interpolate` to the height and width of `target`.
fn resize(r: &mut Run, x: Shape, target: Shape) -> Result<Shape> {
    let [_, _, height, width] = target.bchw()?;
    r.interpolate(x, Resize::Size(&[height, width]), "nearest")
}

/// `sum(stack(tensors), 0)`, of tensors that must be equal.
fn sum(r: &mut Run, tensors: &[Shape]) -> Result<Value> {
    let first = tensors[0];
    if let Some(i) = tensors.iter().position(|&t| t != first) {
        let message = message!("cbfuse-adds", first, other = tensors[i]);
        return Err(Fault::new(FaultKind::Channels, message).at_input(i));
    }
    let stacked = r.stack(tensors)?;
    r.reduce("sum", stacked, 0, false).map(Value::Tensor)
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "CBLinear",
        path: "ultralytics.nn.modules.block.CBLinear",
        doc: message!("doc-CBLinear"),
        params: &[
            required("c1", T::Int),
            required("c2s", T::Ints),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("p", T::OptSize, D::None),
            optional("g", T::Int, D::Int(1)),
        ],
        build: cb_linear,
    },
    Spec {
        name: "CBFuse",
        path: "ultralytics.nn.modules.block.CBFuse",
        doc: message!("doc-CBFuse"),
        params: &[required("idx", T::Ints)],
        build: |b, a| cb_fuse(b, a.ints(0)?),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{assert_figures, ints, measure};
    use crate::python::Literal;
    use crate::torch::Value;
    use crate::torch::ops::{FaultKind, Shape};

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[("CBLinear(32, [16, 8])", "792 params, 1 layers, [[1, 16, 40, 40], [1, 8, 40, 40]]")],
        );
    }

    #[test]
    fn fuse_adds_what_it_picks() {
        let tensor = |c, size| Value::Tensor(Shape::image(c, size, size));
        let linear = Value::tuple([tensor(16, 40), tensor(8, 40)]);
        let fuse = |idx: &[i64]| {
            let inputs = Value::tuple([linear.clone(), tensor(8, 20)]);
            measure("CBFuse", &[Literal::List(ints(idx))], &inputs).map(|m| m.output)
        };
        assert_eq!(fuse(&[1]), Ok(tensor(8, 20)));
        assert_eq!(fuse(&[-1]), Ok(tensor(8, 20)));
        assert_eq!(fuse(&[0]).unwrap_err().kind, FaultKind::Channels);
        assert_eq!(fuse(&[2]).unwrap_err().param, Some("idx"));
    }
}
