//! Downsampling: AConv, ADown and SCDown.

use super::halves;
use crate::catalog::conv::Conv;
use crate::torch::ops::{PoolSettings, Result, Shape};
use crate::torch::{Build, Net, Param, Run, Spec, Type as T, net, required};
use crate::words::message;

/// `avg_pool2d(x, 2, 1)`
fn blur(r: &mut Run, x: Shape) -> Result<Shape> {
    let settings =
        PoolSettings { kernel: &[2; 2], stride: &[1; 2], padding: &[0; 2], dilation: &[1; 2], ceil_mode: false };
    r.avg_pool_nd(x, &settings, true)
}

/// `max_pool2d(x, 3, 2, 1)`
fn halve(r: &mut Run, x: Shape) -> Result<Shape> {
    let settings =
        PoolSettings { kernel: &[3; 2], stride: &[2; 2], padding: &[1; 2], dilation: &[1; 2], ceil_mode: false };
    r.max_pool_nd(x, &settings)
}

fn aconv(b: &mut Build, c1: i64, c2: i64) -> Result<Net> {
    net(b, "AConv", |b| {
        let cv1 = Conv::new(c1, c2).k(3).s(2).p(1).build(b.at("cv1"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = blur(r, x)?;
            cv1.call(r, x)
        })
    })
}

fn adown(b: &mut Build, c1: i64, c2: i64) -> Result<Net> {
    net(b, "ADown", |b| {
        let (half, c) = (c1.div_euclid(2), c2.div_euclid(2));
        let cv1 = Conv::new(half, c).k(3).s(2).p(1).build(b.at("cv1"))?;
        let cv2 = Conv::new(half, c).p(0).build(b.at("cv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = blur(r, x)?;
            let [x1, x2] = halves(r, x)?;
            let y1 = cv1.call(r, x1)?;
            let x2 = halve(r, x2)?;
            let y2 = cv2.call(r, x2)?;
            r.cat(&[y1, y2], 1)
        })
    })
}

fn scdown(b: &mut Build, c1: i64, c2: i64, k: [i64; 2], s: [i64; 2]) -> Result<Net> {
    net(b, "SCDown", |b| {
        let cv1 = Conv::new(c1, c2).build(b.at("cv1"))?;
        let cv2 = Conv::new(c2, c2).k2(k).s2(s).g(c2).no_act().build(b.at("cv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = cv1.call(r, x)?;
            cv2.call(r, x)
        })
    })
}

const CHANNELS: &[Param] = &[required("c1", T::Int), required("c2", T::Int)];

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "AConv",
        path: "ultralytics.nn.modules.block.AConv",
        doc: message!("doc-AConv"),
        params: CHANNELS,
        build: |b, a| Ok(aconv(b, a.int(0)?, a.int(1)?)?.into_layer()),
    },
    Spec {
        name: "ADown",
        path: "ultralytics.nn.modules.block.ADown",
        doc: message!("doc-ADown"),
        params: CHANNELS,
        build: |b, a| Ok(adown(b, a.int(0)?, a.int(1)?)?.into_layer()),
    },
    Spec {
        name: "SCDown",
        path: "ultralytics.nn.modules.block.SCDown",
        doc: message!("doc-SCDown"),
        params: &[required("c1", T::Int), required("c2", T::Int), required("k", T::Size), required("s", T::Size)],
        build: |b, a| Ok(scdown(b, a.int(0)?, a.int(1)?, a.kernel(2)?, a.size(3)?)?.into_layer()),
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
                ("AConv(32, 64)", "18560 params, 3 layers, [[1, 64, 20, 20]]"),
                ("ADown(32, 64)", "5248 params, 5 layers, [[1, 64, 20, 20]]"),
                ("SCDown(32, 64, 3, 2)", "2880 params, 6 layers, [[1, 64, 20, 20]]"),
            ],
        );
    }
}
