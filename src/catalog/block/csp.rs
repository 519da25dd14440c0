//! Cross-stage partial blocks: C1, C2, C3, the plans of C3 and C2f that others follow, BottleneckCSP.

use super::bottleneck::{K3, Kernels, bottleneck};
use super::{chain, halves, hidden};
use crate::catalog::conv::{Act, Conv, rep_conv};
use crate::torch::nn::{Activation, Conv2d, activation, batch_norm2d, identity};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Param, Run, Spec, Type as T, net, optional, repeated, required};
use crate::words::message;

/// The arguments `(c1, c2, n, shortcut, g, e)` that most of these blocks share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csp {
    pub(super) c1: i64,
    pub(super) c2: i64,
    pub(super) n: i64,
    pub(super) shortcut: bool,
    pub(super) g: i64,
    pub(super) e: f64,
}

impl Csp {
    pub(super) fn from_args(a: &Args<'_>) -> Result<Csp> {
        let (shortcut, g, e) = (a.bool(3), a.plain_int(4)?, a.float(5)?);
        Ok(Csp { c1: a.int(0)?, c2: a.int(1)?, n: a.int(2)?, shortcut, g, e })
    }

    /// Builds as `super().__init__` would the bottlenecks that a subclass then replaces: their groups must divide `c`.
    pub(super) fn check_bottlenecks(&self, b: &mut Build, c: i64) -> Result<()> {
        if self.n <= 0 || self.g == 1 {
            return Ok(());
        }
        b.apart(|b| bottleneck(b, c, c, self.shortcut, self.g, K3, 1.0)).map(drop)
    }
}

/// Builds a module on the plan of `C3`: what `m` makes of one half and another half, joined by a third convolution.
pub(super) fn c3_like(
    b: &mut Build,
    class: &'static str,
    csp: Csp,
    m: impl FnOnce(&mut Build, i64) -> Result<Net>,
) -> Result<Net> {
    net(b, class, |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, c).build(b.at("cv1"))?;
        let cv2 = Conv::new(csp.c1, c).build(b.at("cv2"))?;
        let cv3 = Conv::new(2 * c, csp.c2).build(b.at("cv3"))?;
        let m = m(b.at("m"), c)?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = m.call(r, y)?;
            let z = cv2.call(r, x)?;
            let y = r.cat(&[y, z], 1)?;
            cv3.call(r, y)
        })
    })
}

/// Builds a module on the plan of `C2f`: split in two, a chain of `n` modules whose every output is kept, fuse.
pub(super) fn c2f_like(
    b: &mut Build,
    class: &'static str,
    csp: Csp,
    mut item: impl FnMut(&mut Build, i64) -> Result<Net>,
) -> Result<Net> {
    net(b, class, |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new((2 + csp.n) * c, csp.c2).build(b.at("cv2"))?;
        let m = b.list("m", csp.n, |b, _| item(b, c))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let mut kept = Vec::with_capacity(2 + m.len());
            kept.extend(halves(r, y)?);
            chain(r, &m, &mut kept)?;
            let y = r.cat(&kept, 1)?;
            cv2.call(r, y)
        })
    })
}

/// A module on the plan of `C3` around bottlenecks with kernels `k`.
fn c3_of_bottlenecks(b: &mut Build, class: &'static str, csp: Csp, k: Kernels) -> Result<Net> {
    c3_like(b, class, csp, |b, c| repeated(b, csp.n, |b| bottleneck(b, c, c, csp.shortcut, csp.g, k, 1.0)))
}

/// Builds `C3k(c1, c2, n, shortcut, g, e, k)`.
pub(super) fn c3k(b: &mut Build, csp: Csp, k: [i64; 2]) -> Result<Net> {
    c3_of_bottlenecks(b, "C3k", csp, [k; 2])
}

fn c1(b: &mut Build, c1: i64, c2: i64, n: i64) -> Result<Net> {
    net(b, "C1", |b| {
        let cv1 = Conv::new(c1, c2).build(b.at("cv1"))?;
        let m = repeated(b.at("m"), n, |b| Conv::new(c2, c2).k(3).build(b))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let z = m.call(r, y)?;
            r.add(z, y)
        })
    })
}

fn c2(b: &mut Build, csp: Csp) -> Result<Net> {
    net(b, "C2", |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new(2 * c, csp.c2).build(b.at("cv2"))?;
        let m = repeated(b.at("m"), csp.n, |b| bottleneck(b, c, c, csp.shortcut, csp.g, K3, 1.0))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let [y, z] = halves(r, y)?;
            let y = m.call(r, y)?;
            let y = r.cat(&[y, z], 1)?;
            cv2.call(r, y)
        })
    })
}

fn c3f(b: &mut Build, csp: Csp) -> Result<Net> {
    net(b, "C3f", |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, c).build(b.at("cv1"))?;
        let cv2 = Conv::new(csp.c1, c).build(b.at("cv2"))?;
        let cv3 = Conv::new((2 + csp.n) * c, csp.c2).build(b.at("cv3"))?;
        let m = b.list("m", csp.n, |b, _| bottleneck(b, c, c, csp.shortcut, csp.g, K3, 1.0))?;
        Ok(move |r: &mut Run, x: Shape| {
            let mut y = Vec::with_capacity(2 + m.len());
            y.push(cv2.call(r, x)?);
            y.push(cv1.call(r, x)?);
            chain(r, &m, &mut y)?;
            let y = r.cat(&y, 1)?;
            cv3.call(r, y)
        })
    })
}

fn rep_c3(b: &mut Build, c1: i64, c2: i64, n: i64, e: f64) -> Result<Net> {
    net(b, "RepC3", |b| {
        let c = hidden(c2, e)?;
        let cv1 = Conv::new(c1, c).build(b.at("cv1"))?;
        let cv2 = Conv::new(c1, c).build(b.at("cv2"))?;
        let m = repeated(b.at("m"), n, |b| rep_conv(b, c, c, [1; 2], 1, &Act::Default, false))?;
        let cv3 = if c != c2 { Conv::new(c, c2).build(b.at("cv3"))? } else { identity(b.at("cv3"))? };
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = m.call(r, y)?;
            let z = cv2.call(r, x)?;
            let y = r.add(y, z)?;
            cv3.call(r, y)
        })
    })
}

fn bottleneck_csp(b: &mut Build, csp: Csp) -> Result<Net> {
    net(b, "BottleneckCSP", |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, c).build(b.at("cv1"))?;
        let cv2 = Conv2d::new(csp.c1, c, [1; 2]).bias(false).build(b.at("cv2"))?;
        let cv3 = Conv2d::new(c, c, [1; 2]).bias(false).build(b.at("cv3"))?;
        let cv4 = Conv::new(2 * c, csp.c2).build(b.at("cv4"))?;
        let bn = batch_norm2d(b.at("bn"), 2 * c)?;
        let act = activation(b.at("act"), &Activation::silu())?;
        let m = repeated(b.at("m"), csp.n, |b| bottleneck(b, c, c, csp.shortcut, csp.g, K3, 1.0))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = m.call(r, y)?;
            let y = cv3.call(r, y)?;
            let z = cv2.call(r, x)?;
            let y = r.cat(&[y, z], 1)?;
            let y = bn.call(r, y)?;
            let y = act.call(r, y)?;
            cv4.call(r, y)
        })
    })
}

const fn params(shortcut: bool) -> [Param; 6] {
    [
        required("c1", T::Int),
        required("c2", T::Int),
        optional("n", T::Int, D::Int(1)),
        optional("shortcut", T::Bool, D::Bool(shortcut)),
        optional("g", T::Int, D::Int(1)),
        optional("e", T::Float, D::Float(0.5)),
    ]
}

/// `(c1, c2, n=1, shortcut=True, g=1, e=0.5)`
pub(super) const PARAMS: &[Param] = &params(true);

/// `(c1, c2, n=1, shortcut=False, g=1, e=0.5)`
pub(super) const PARAMS_NO_SHORTCUT: &[Param] = &params(false);

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "C1",
        path: "ultralytics.nn.modules.block.C1",
        doc: message!("doc-C1"),
        params: &[required("c1", T::Int), required("c2", T::Int), optional("n", T::Int, D::Int(1))],
        build: |b, a| Ok(c1(b, a.int(0)?, a.int(1)?, a.int(2)?)?.into_layer()),
    },
    Spec {
        name: "C2",
        path: "ultralytics.nn.modules.block.C2",
        doc: message!("doc-C2"),
        params: PARAMS,
        build: |b, a| Ok(c2(b, Csp::from_args(a)?)?.into_layer()),
    },
    Spec {
        name: "C3",
        path: "ultralytics.nn.modules.block.C3",
        doc: message!("doc-C3"),
        params: PARAMS,
        build: |b, a| Ok(c3_of_bottlenecks(b, "C3", Csp::from_args(a)?, [[1; 2], [3; 2]])?.into_layer()),
    },
    Spec {
        name: "C3x",
        path: "ultralytics.nn.modules.block.C3x",
        doc: message!("doc-C3x"),
        params: PARAMS,
        build: |b, a| Ok(c3_of_bottlenecks(b, "C3x", Csp::from_args(a)?, [[1, 3], [3, 1]])?.into_layer()),
    },
    Spec {
        name: "RepC3",
        path: "ultralytics.nn.modules.block.RepC3",
        doc: message!("doc-RepC3"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("n", T::Int, D::Int(3)),
            optional("e", T::Float, D::Float(1.0)),
        ],
        build: |b, a| Ok(rep_c3(b, a.int(0)?, a.int(1)?, a.int(2)?, a.float(3)?)?.into_layer()),
    },
    Spec {
        name: "BottleneckCSP",
        path: "ultralytics.nn.modules.block.BottleneckCSP",
        doc: message!("doc-BottleneckCSP"),
        params: PARAMS,
        build: |b, a| Ok(bottleneck_csp(b, Csp::from_args(a)?)?.into_layer()),
    },
];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "C3f",
        path: "ultralytics.nn.modules.block.C3f",
        doc: message!("doc-C3f"),
        params: PARAMS_NO_SHORTCUT,
        build: |b, a| Ok(c3f(b, Csp::from_args(a)?)?.into_layer()),
    },
    Spec {
        name: "C3k",
        path: "ultralytics.nn.modules.block.C3k",
        doc: message!("doc-C3k"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("n", T::Int, D::Int(1)),
            optional("shortcut", T::Bool, D::Bool(true)),
            optional("g", T::Int, D::Int(1)),
            optional("e", T::Float, D::Float(0.5)),
            optional("k", T::Size, D::Int(3)),
        ],
        build: |b, a| Ok(c3k(b, Csp::from_args(a)?, a.kernel(6)?)?.into_layer()),
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
            &[
                ("C1(32, 64, 2)", "76160 params, 7 layers, [[1, 64, 40, 40]]"),
                ("C2(32, 64, 2)", "43520 params, 13 layers, [[1, 64, 40, 40]]"),
                ("C3(32, 64, 2)", "27136 params, 15 layers, [[1, 64, 40, 40]]"),
                ("C3x(32, 64, 2)", "18944 params, 15 layers, [[1, 64, 40, 40]]"),
                ("RepC3(32, 64, 2)", "86784 params, 19 layers, [[1, 64, 40, 40]]"),
                ("BottleneckCSP(32, 64, 2)", "44608 params, 17 layers, [[1, 64, 40, 40]]"),
                ("C3f(32, 64, 2)", "47616 params, 15 layers, [[1, 64, 40, 40]]"),
                ("C3k(32, 64, 2)", "43520 params, 15 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }

    #[test]
    fn groups_must_divide_the_hidden_channels() {
        let args = [ints(&[32, 64, 1]), vec![Literal::Bool(true)], ints(&[3])].concat();
        let fault = measure("C3", &args, &Value::Tensor(Shape::image(32, 40, 40))).unwrap_err();
        assert_eq!((fault.kind, fault.param), (FaultKind::Value, Some("g")));
    }

    /// Bottlenecks are built before they are replaced, so they must be possible: torch also fails for `C3TR(32, 64, 1,
    /// True, 3)`.
    #[test]
    fn replaced_bottlenecks_must_be_possible() {
        for (module, possible) in [("C3TR", true), ("C3Ghost", true), ("C3TR", false), ("C3Ghost", false)] {
            let args = [ints(&[32, 64, 1]), vec![Literal::Bool(true)], ints(&[if possible { 4 } else { 3 }])].concat();
            let built = measure(module, &args, &Value::Tensor(Shape::image(32, 40, 40)));
            assert_eq!(built.is_ok(), possible, "{module}");
        }
    }

    #[test]
    fn repeats_beyond_all_bounds_end() {
        let fault = measure("C2f", &ints(&[32, 64, 1_000_000_000]), &Value::Tensor(Shape::image(32, 40, 40)));
        assert_eq!(fault.unwrap_err().kind, FaultKind::TooLarge);
    }
}
