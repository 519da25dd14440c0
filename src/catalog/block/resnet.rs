//! Residual blocks: ResNetBlock and ResNetLayer.

use crate::catalog::conv::Conv;
use crate::python::Literal;
use crate::torch::nn::{identity, max_pool2d};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required, sequential};
use crate::words::message;

/// A stride: `s == 1` decides about a shortcut, and a list isn't 1.
#[derive(Clone, Copy)]
struct Stride {
    s: [i64; 2],
    is_one: bool,
}

impl Stride {
    const ONE: Stride = Stride { s: [1; 2], is_one: true };

    fn from_arg(a: &Args<'_>, i: usize) -> Result<Stride> {
        Ok(Stride { s: a.size(i)?, is_one: a.get(i) == Literal::Int(1) })
    }
}

fn block(b: &mut Build, c1: i64, c2: i64, stride: Stride, e: i64) -> Result<Net> {
    net(b, "ResNetBlock", |b| {
        let c3 = e * c2;
        let cv1 = Conv::new(c1, c2).build(b.at("cv1"))?;
        let cv2 = Conv::new(c2, c2).k(3).s2(stride.s).p(1).build(b.at("cv2"))?;
        let cv3 = Conv::new(c2, c3).no_act().build(b.at("cv3"))?;
        let shortcut = if stride.is_one && c1 == c3 {
            identity(b.at("shortcut"))?
        } else {
            sequential(b.at("shortcut"), |s| s.add(|b| Conv::new(c1, c3).s2(stride.s).no_act().build(b)))?
        };
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = cv2.call(r, y)?;
            let y = cv3.call(r, y)?;
            let z = shortcut.call(r, x)?;
            let y = r.add(y, z)?;
            Ok(r.elementwise("relu", y))
        })
    })
}

fn stem(b: &mut Build, c1: i64, c2: i64) -> Result<Net> {
    sequential(b, |s| {
        s.add(|b| Conv::new(c1, c2).k(7).s(2).p(3).build(b))?;
        s.add(|b| max_pool2d(b, 3, 2, 1, false))
    })
}

fn blocks(b: &mut Build, c1: i64, c2: i64, stride: Stride, n: i64, e: i64) -> Result<Net> {
    sequential(b, |s| {
        s.add(|b| block(b, c1, c2, stride, e))?;
        (1..n).try_for_each(|_| s.add(|b| block(b, e * c2, c2, Stride::ONE, e)))
    })
}

fn layer(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    net(b, "ResNetLayer", |b| {
        let (c1, c2) = (a.int(0)?, a.int(1)?);
        let layer = if a.bool(3) {
            stem(b.at("layer"), c1, c2)?
        } else {
            blocks(b.at("layer"), c1, c2, Stride::from_arg(a, 2)?, a.int(4)?, a.int(5)?)?
        };
        Ok(move |r: &mut Run, x: Shape| layer.call(r, x))
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "ResNetLayer",
    path: "ultralytics.nn.modules.block.ResNetLayer",
    doc: message!("doc-ResNetLayer"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("s", T::Size, D::Int(1)),
        optional("is_first", T::Bool, D::Bool(false)),
        optional("n", T::Int, D::Int(1)),
        optional("e", T::Int, D::Int(4)),
    ],
    build: |b, a| Ok(layer(b, a)?.into_layer()),
}];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "ResNetBlock",
    path: "ultralytics.nn.modules.block.ResNetBlock",
    doc: message!("doc-ResNetBlock"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("s", T::Size, D::Int(1)),
        optional("e", T::Int, D::Int(4)),
    ],
    build: |b, a| Ok(block(b, a.int(0)?, a.int(1)?, Stride::from_arg(a, 2)?, a.int(3)?)?.into_layer()),
}];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::assert_figures;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("ResNetBlock(32, 8)", "1184 params, 9 layers, [[1, 32, 40, 40]]"),
                ("ResNetLayer(32, 16, 2, False, 2)", "10752 params, 19 layers, [[1, 64, 20, 20]]"),
                ("ResNetLayer(32, 64, 1, True)", "100480 params, 4 layers, [[1, 64, 10, 10]]"),
            ],
        );
    }
}
