//! RepConv: parallel convolutions that a deployed model merges into one.

use super::{Act, Conv};
use crate::torch::nn::batch_norm2d;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// Builds `RepConv(c1, c2, 3, s, 1, g, act=act)`, with the batch norm of the identity branch where `bn`.
pub fn rep_conv(b: &mut Build, c1: i64, c2: i64, s: [i64; 2], g: i64, act: &Act, bn: bool) -> Result<Net> {
    net(b, "RepConv", |b| {
        let act = act.build(b, Act::OF_REP_CONV)?;
        let bn = if bn { Some(batch_norm2d(b.at("bn"), c1)?) } else { None };
        let conv1 = Conv::new(c1, c2).k(3).s2(s).p(1).g(g).no_act().build(b.at("conv1"))?;
        let conv2 = Conv::new(c1, c2).k(1).s2(s).p(0).g(g).no_act().build(b.at("conv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let id = bn.as_ref().map(|bn| bn.call(r, x)).transpose()?;
            let y = conv1.call(r, x)?;
            let z = conv2.call(r, x)?;
            let mut y = r.add(y, z)?;
            if let Some(id) = id {
                y = r.add(y, id)?;
            }
            act.call(r, y)
        })
    })
}

fn from_args(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    let (c1, c2) = (a.int(0)?, a.int(1)?);
    for (i, only) in [(2, 3), (4, 1)] {
        if a.get(i).as_float() != Some(only as f64) {
            return Err(a.invalid(i, message!("rep-conv", value = a.get(i))));
        }
        a.plain_int(i)?;
    }
    // The identity branch asks for `s == 1`, which a list isn't.
    let bn = a.bool(8) && c1 == c2 && a.get(3).as_int() == Some(1);
    rep_conv(b, c1, c2, a.size(3)?, a.plain_int(5)?, &Act::from_arg(&a.get(7)), bn)
}

/// The convolutions of this family.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "RepConv",
    path: "ultralytics.nn.modules.conv.RepConv",
    doc: message!("doc-RepConv"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("k", T::Int, D::Int(3)),
        optional("s", T::Size, D::Int(1)),
        optional("p", T::Int, D::Int(1)),
        optional("g", T::Int, D::Int(1)),
        optional("d", T::Any, D::Int(1)),
        optional("act", T::Act, D::Bool(true)),
        optional("bn", T::Bool, D::Bool(false)),
        optional("deploy", T::Any, D::Bool(false)),
    ],
    build: |b, a| Ok(from_args(b, a)?.into_layer()),
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
                ("RepConv(32, 64, 3, 2)", "20736 params, 7 layers, [[1, 64, 20, 20]]"),
                ("RepConv(32, 32, 3, 1, 1, 1, 1, True, True)", "10432 params, 8 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }
}
