//! Spatial pyramid pooling: SPP, SPPF and SPPELAN.

use super::chain;
use crate::catalog::conv::Conv;
use crate::torch::nn::max_pool2d;
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{Build, Default as D, MAX_MODULES, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// A pool that keeps the size, for an odd kernel.
fn pool(b: &mut Build, k: i64) -> Result<Net> {
    max_pool2d(b, k, 1, k.div_euclid(2), false)
}

/// Joins an input with what pools made of it.
fn join(r: &mut Run, y: &[Shape]) -> Result<Shape> {
    r.cat(y, 1).map_err(|fault| match fault.kind {
        FaultKind::Spatial => {
            let message = message!("pools-keep-size", first = y[0], other = y[fault.input.unwrap_or(0)]);
            Fault::value(message).at_param("k")
        }
        _ => fault,
    })
}

fn spp(b: &mut Build, c1: i64, c2: i64, k: &[i64]) -> Result<Net> {
    net(b, "SPP", |b| {
        let c = c1.div_euclid(2);
        let cv1 = Conv::new(c1, c).build(b.at("cv1"))?;
        let cv2 = Conv::new(c * (k.len() as i64 + 1), c2).build(b.at("cv2"))?;
        let m = b.list("m", k.len() as i64, |b, i| pool(b, k[i]))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = cv1.call(r, x)?;
            let mut y = vec![x];
            for m in &m {
                y.push(m.call(r, x)?);
            }
            let y = join(r, &y)?;
            cv2.call(r, y)
        })
    })
}

/// Builds `SPPF(c1, c2, k, n, shortcut)`; `act` says whether its first convolution has an activation.
fn sppf(b: &mut Build, c1: i64, c2: i64, k: i64, n: i64, shortcut: bool, act: bool) -> Result<Net> {
    if n > MAX_MODULES as i64 {
        return Err(Fault::too_large(message!("sppf-pools", n)).at_param("n"));
    }
    net(b, "SPPF", |b| {
        let c = c1.div_euclid(2);
        let cv1 = Conv::new(c1, c);
        let cv1 = if act { cv1 } else { cv1.no_act() }.build(b.at("cv1"))?;
        let cv2 = Conv::new(c * (n + 1), c2).build(b.at("cv2"))?;
        let m = pool(b.at("m"), k)?;
        let add = shortcut && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let mut last = cv1.call(r, x)?;
            let mut y = vec![last];
            for _ in 0..n {
                last = m.call(r, last)?;
                y.push(last);
            }
            let y = join(r, &y)?;
            let y = cv2.call(r, y)?;
            if add { r.add(y, x) } else { Ok(y) }
        })
    })
}

fn sppelan(b: &mut Build, c1: i64, c2: i64, c3: i64, k: i64) -> Result<Net> {
    net(b, "SPPELAN", |b| {
        let cv1 = Conv::new(c1, c3).build(b.at("cv1"))?;
        let pools = [pool(b.at("cv2"), k)?, pool(b.at("cv3"), k)?, pool(b.at("cv4"), k)?];
        let cv5 = Conv::new(4 * c3, c2).build(b.at("cv5"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let mut y = Vec::with_capacity(4);
            y.push(cv1.call(r, x)?);
            chain(r, &pools, &mut y)?;
            let y = join(r, &y)?;
            cv5.call(r, y)
        })
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "SPP",
        path: "ultralytics.nn.modules.block.SPP",
        doc: message!("doc-SPP"),
        params: &[required("c1", T::Int), required("c2", T::Int), optional("k", T::Ints, D::Ints(&[5, 9, 13]))],
        build: |b, a| Ok(spp(b, a.int(0)?, a.int(1)?, &a.ints(2)?)?.into_layer()),
    },
    Spec {
        name: "SPPF",
        path: "ultralytics.nn.modules.block.SPPF",
        doc: message!("doc-SPPF"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Int, D::Int(5)),
            optional("n", T::Int, D::Int(3)),
            optional("shortcut", T::Bool, D::Bool(false)),
        ],
        build: |b, a| {
            // `parse_model` gives `cv1` the default activation back where a row says no more than a kernel size.
            let act = a.len() <= 3;
            let (k, n) = (a.plain_int(2)?, a.int(3)?);
            Ok(sppf(b, a.int(0)?, a.int(1)?, k, n, a.bool(4), act)?.into_layer())
        },
    },
    Spec {
        name: "SPPELAN",
        path: "ultralytics.nn.modules.block.SPPELAN",
        doc: message!("doc-SPPELAN"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            required("c3", T::Int),
            optional("k", T::Int, D::Int(5)),
        ],
        build: |b, a| Ok(sppelan(b, a.int(0)?, a.int(1)?, a.int(2)?, a.plain_int(3)?)?.into_layer()),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{assert_figures, ints, measure};
    use crate::python::Literal;
    use crate::torch::Value;
    use crate::torch::ops::Shape;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("SPP(32, 64)", "4768 params, 8 layers, [[1, 64, 40, 40]]"),
                ("SPPF(32, 64, 5)", "4768 params, 6 layers, [[1, 64, 40, 40]]"),
                ("SPPF(32, 64, 5, 3, True)", "4768 params, 7 layers, [[1, 64, 40, 40]]"),
                ("SPPELAN(32, 64, 16)", "4768 params, 8 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }

    /// As the framework does it: a row that says no more than a kernel size keeps the activation of YOLOv5's SPPF.
    #[test]
    fn short_sppf_rows_activate_the_first_convolution() {
        let activations = |args: &[Literal]| {
            let m = measure("SPPF", args, &Value::Tensor(Shape::image(32, 40, 40))).unwrap();
            m.modules.holders(m.root).into_iter().max()
        };
        assert_eq!(activations(&ints(&[32, 64, 5])), Some(2));
        assert_eq!(activations(&ints(&[32, 64, 5, 3])), Some(1));
    }
}
