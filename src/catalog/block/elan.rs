//! Efficient layer aggregation: RepCSP, RepNCSPELAN4 and ELAN1.

use super::bottleneck::rep_bottleneck;
use super::csp::{Csp, PARAMS, c3_like};
use super::{chain, halves};
use crate::catalog::conv::Conv;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Net, Run, Spec, Type as T, net, optional, repeated, required, sequential};
use crate::words::message;

fn rep_csp(b: &mut Build, csp: Csp) -> Result<Net> {
    c3_like(b, "RepCSP", csp, |b, c| repeated(b, csp.n, |b| rep_bottleneck(b, c, c, csp.shortcut, csp.g, [3; 2], 1.0)))
}

/// Builds a module on the plan of `RepNCSPELAN4`: split in two, two blocks in a row whose outputs are kept, fuse.
/// A block is built from its name and its input and output channels.
fn elan(
    b: &mut Build,
    class: &'static str,
    [c1, c2, c3, c4]: [i64; 4],
    block: impl Fn(&mut Build, i64, i64) -> Result<Net>,
) -> Result<Net> {
    net(b, class, |b| {
        let cv1 = Conv::new(c1, c3).build(b.at("cv1"))?;
        let blocks = [block(b.at("cv2"), c3.div_euclid(2), c4)?, block(b.at("cv3"), c4, c4)?];
        let cv4 = Conv::new(c3 + 2 * c4, c2).build(b.at("cv4"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let mut kept = Vec::with_capacity(4);
            kept.extend(halves(r, y)?);
            chain(r, &blocks, &mut kept)?;
            let y = r.cat(&kept, 1)?;
            cv4.call(r, y)
        })
    })
}

fn rep_ncspelan4(b: &mut Build, channels: [i64; 4], n: i64) -> Result<Net> {
    elan(b, "RepNCSPELAN4", channels, |b, c1, c2| {
        sequential(b, |s| {
            s.add(|b| rep_csp(b, Csp { c1, c2, n, shortcut: true, g: 1, e: 0.5 }))?;
            s.add(|b| Conv::new(c2, c2).k(3).build(b))
        })
    })
}

fn elan1(b: &mut Build, channels: [i64; 4]) -> Result<Net> {
    elan(b, "ELAN1", channels, |b, c1, c2| Conv::new(c1, c2).k(3).build(b))
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "RepNCSPELAN4",
        path: "ultralytics.nn.modules.block.RepNCSPELAN4",
        doc: message!("doc-RepNCSPELAN4"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            required("c3", T::Int),
            required("c4", T::Int),
            optional("n", T::Int, D::Int(1)),
        ],
        build: |b, a| {
            let channels = [a.int(0)?, a.int(1)?, a.int(2)?, a.int(3)?];
            Ok(rep_ncspelan4(b, channels, a.int(4)?)?.into_layer())
        },
    },
    Spec {
        name: "ELAN1",
        path: "ultralytics.nn.modules.block.ELAN1",
        doc: message!("doc-ELAN1"),
        params: &[required("c1", T::Int), required("c2", T::Int), required("c3", T::Int), required("c4", T::Int)],
        build: |b, a| Ok(elan1(b, [a.int(0)?, a.int(1)?, a.int(2)?, a.int(3)?])?.into_layer()),
    },
];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "RepCSP",
    path: "ultralytics.nn.modules.block.RepCSP",
    doc: message!("doc-RepCSP"),
    params: PARAMS,
    build: |b, a| Ok(rep_csp(b, Csp::from_args(a)?)?.into_layer()),
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
                ("RepCSP(32, 64, 2)", "45696 params, 24 layers, [[1, 64, 40, 40]]"),
                ("RepNCSPELAN4(32, 64, 32, 16, 2)", "16192 params, 54 layers, [[1, 64, 40, 40]]"),
                ("ELAN1(32, 64, 32, 16)", "9984 params, 9 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
