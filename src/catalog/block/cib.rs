//! Compact inverted blocks: RepVGGDW, CIB and C2fCIB.

use super::csp::{Csp, c2f_like};
use super::hidden;
use crate::catalog::conv::Conv;
use crate::torch::nn::{Activation, activation};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Net, Run, Spec, Type as T, net, optional, required, sequential};
use crate::words::message;

fn rep_vgg_dw(b: &mut Build, ed: i64) -> Result<Net> {
    net(b, "RepVGGDW", |b| {
        let conv = Conv::new(ed, ed).k(7).p(3).g(ed).no_act().build(b.at("conv"))?;
        let conv1 = Conv::new(ed, ed).k(3).p(1).g(ed).no_act().build(b.at("conv1"))?;
        let act = activation(b.at("act"), &Activation::silu())?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = conv.call(r, x)?;
            let z = conv1.call(r, x)?;
            let y = r.add(y, z)?;
            act.call(r, y)
        })
    })
}

fn cib(b: &mut Build, c1: i64, c2: i64, shortcut: bool, e: f64, lk: bool) -> Result<Net> {
    net(b, "CIB", |b| {
        let c = 2 * hidden(c2, e)?;
        let cv1 = sequential(b.at("cv1"), |s| {
            s.add(|b| Conv::new(c1, c1).k(3).g(c1).build(b))?;
            s.add(|b| Conv::new(c1, c).build(b))?;
            s.add(|b| if lk { rep_vgg_dw(b, c) } else { Conv::new(c, c).k(3).g(c).build(b) })?;
            s.add(|b| Conv::new(c, c2).build(b))?;
            s.add(|b| Conv::new(c2, c2).k(3).g(c2).build(b))
        })?;
        let add = shortcut && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            if add { r.add(x, y) } else { Ok(y) }
        })
    })
}

fn c2f_cib(b: &mut Build, csp: Csp, lk: bool) -> Result<Net> {
    c2f_like(b, "C2fCIB", csp, |b, c| {
        csp.check_bottlenecks(b, c)?;
        cib(b, c, c, csp.shortcut, 1.0, lk)
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "RepVGGDW",
        path: "ultralytics.nn.modules.block.RepVGGDW",
        doc: message!("doc-RepVGGDW"),
        params: &[required("ed", T::Int)],
        build: |b, a| Ok(rep_vgg_dw(b, a.int(0)?)?.into_layer()),
    },
    Spec {
        name: "C2fCIB",
        path: "ultralytics.nn.modules.block.C2fCIB",
        doc: message!("doc-C2fCIB"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("n", T::Int, D::Int(1)),
            optional("shortcut", T::Bool, D::Bool(false)),
            optional("lk", T::Bool, D::Bool(false)),
            optional("g", T::Int, D::Int(1)),
            optional("e", T::Float, D::Float(0.5)),
        ],
        build: |b, a| {
            let (shortcut, g, e) = (a.bool(3), a.plain_int(5)?, a.float(6)?);
            let csp = Csp { c1: a.int(0)?, c2: a.int(1)?, n: a.int(2)?, shortcut, g, e };
            Ok(c2f_cib(b, csp, a.bool(4))?.into_layer())
        },
    },
];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "CIB",
    path: "ultralytics.nn.modules.block.CIB",
    doc: message!("doc-CIB"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("shortcut", T::Bool, D::Bool(true)),
        optional("e", T::Float, D::Float(0.5)),
        optional("lk", T::Bool, D::Bool(false)),
    ],
    build: |b, a| Ok(cib(b, a.int(0)?, a.int(1)?, a.bool(2), a.float(3)?, a.bool(4))?.into_layer()),
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
                ("RepVGGDW(32)", "1984 params, 7 layers, [[1, 32, 40, 40]]"),
                ("CIB(32, 32, True, 0.5, True)", "4864 params, 16 layers, [[1, 32, 40, 40]]"),
                ("C2fCIB(32, 64, 2)", "21888 params, 25 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
