//! Blocks of PP-HGNet: HGStem and HGBlock.

use super::chain;
use crate::catalog::conv::{Act, Conv, light_conv};
use crate::torch::nn::max_pool2d;
use crate::torch::ops::{PadMode, Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// `pad(x, [0, 1, 0, 1])`: one more column and one more row.
fn pad(r: &mut Run, x: Shape) -> Result<Shape> {
    r.pad(x, &[0, 1, 0, 1], PadMode::Constant)
}

fn hg_stem(b: &mut Build, c1: i64, cm: i64, c2: i64) -> Result<Net> {
    net(b, "HGStem", |b| {
        let half = cm.div_euclid(2);
        let stem1 = Conv::new(c1, cm).k(3).s(2).act(Act::relu(b)?).build(b.at("stem1"))?;
        let stem2a = Conv::new(cm, half).k(2).p(0).act(Act::relu(b)?).build(b.at("stem2a"))?;
        let stem2b = Conv::new(half, cm).k(2).p(0).act(Act::relu(b)?).build(b.at("stem2b"))?;
        let stem3 = Conv::new(cm * 2, cm).k(3).s(2).act(Act::relu(b)?).build(b.at("stem3"))?;
        let stem4 = Conv::new(cm, c2).act(Act::relu(b)?).build(b.at("stem4"))?;
        let pool = max_pool2d(b.at("pool"), 2, 1, 0, true)?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = stem1.call(r, x)?;
            let x = pad(r, x)?;
            let y = stem2a.call(r, x)?;
            let y = pad(r, y)?;
            let y = stem2b.call(r, y)?;
            let x = pool.call(r, x)?;
            let x = r.cat(&[x, y], 1)?;
            let x = stem3.call(r, x)?;
            stem4.call(r, x)
        })
    })
}

fn hg_block(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    net(b, "HGBlock", |b| {
        let (c1, cm, c2, k, n) = (a.int(0)?, a.int(1)?, a.int(2)?, a.kernel(3)?, a.int(4)?);
        let (light, add) = (a.bool(5), a.bool(6) && c1 == c2);
        let (act, half) = (Act::or_relu(b, &a.get(7))?, c2.div_euclid(2));
        let m = b.list("m", n, |b, i| {
            let c1 = if i == 0 { c1 } else { cm };
            if light { light_conv(b, c1, cm, k, &act) } else { Conv::new(c1, cm).k2(k).act(act.clone()).build(b) }
        })?;
        let sc = Conv::new(c1 + n * cm, half).act(act.clone()).build(b.at("sc"))?;
        let ec = Conv::new(half, c2).act(act).build(b.at("ec"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let mut y = Vec::with_capacity(1 + m.len());
            y.push(x);
            chain(r, &m, &mut y)?;
            let y = r.cat(&y, 1)?;
            let y = sc.call(r, y)?;
            let y = ec.call(r, y)?;
            if add { r.add(y, x) } else { Ok(y) }
        })
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "HGStem",
        path: "ultralytics.nn.modules.block.HGStem",
        doc: message!("doc-HGStem"),
        params: &[required("c1", T::Int), required("cm", T::Int), required("c2", T::Int)],
        build: |b, a| Ok(hg_stem(b, a.int(0)?, a.int(1)?, a.int(2)?)?.into_layer()),
    },
    Spec {
        name: "HGBlock",
        path: "ultralytics.nn.modules.block.HGBlock",
        doc: message!("doc-HGBlock"),
        params: &[
            required("c1", T::Int),
            required("cm", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(3)),
            optional("n", T::Int, D::Int(6)),
            optional("lightconv", T::Bool, D::Bool(false)),
            optional("shortcut", T::Bool, D::Bool(false)),
            optional("act", T::Act, D::None),
        ],
        build: |b, a| Ok(hg_block(b, a)?.into_layer()),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::assert_figures;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("HGStem(32, 16, 64)", "11504 params, 16 layers, [[1, 64, 10, 10]]"),
                ("HGBlock(32, 16, 64, 3, 2)", "11264 params, 9 layers, [[1, 64, 40, 40]]"),
                ("HGBlock(32, 16, 32, 3, 2, True, True)", "2816 params, 15 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }
}
