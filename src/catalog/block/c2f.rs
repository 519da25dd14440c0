//! C2f, which keeps the output of each block in its chain, and C3k2.

use super::bottleneck::{K3, bottleneck};
use super::csp::{Csp, PARAMS_NO_SHORTCUT, c2f_like, c3k};
use super::psa::{heads, psa_block};
use crate::torch::ops::Result;
use crate::torch::{Build, Default as D, Net, Spec, Type as T, optional, required, sequential};
use crate::words::message;

fn c2f(b: &mut Build, csp: Csp) -> Result<Net> {
    c2f_like(b, "C2f", csp, |b, c| bottleneck(b, c, c, csp.shortcut, csp.g, K3, 1.0))
}

/// The blocks that a `C3k2` chains.
#[derive(Clone, Copy)]
enum Inner {
    Bottleneck,
    C3k,
    Attention,
}

fn c3k2(b: &mut Build, csp: Csp, inner: Inner) -> Result<Net> {
    let Csp { shortcut, g, .. } = csp;
    let plain = |b: &mut Build, c| bottleneck(b, c, c, shortcut, g, K3, 0.5);
    c2f_like(b, "C3k2", csp, |b, c| match inner {
        Inner::Bottleneck => plain(b, c),
        Inner::C3k => {
            csp.check_bottlenecks(b, c)?;
            c3k(b, Csp { c1: c, c2: c, n: 2, shortcut, g, e: 0.5 }, [3; 2])
        }
        Inner::Attention => sequential(b, |s| {
            s.add(|b| plain(b, c))?;
            s.add(|b| psa_block(b, c, 0.5, heads(c), true))
        }),
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "C2f",
        path: "ultralytics.nn.modules.block.C2f",
        doc: message!("doc-C2f"),
        params: PARAMS_NO_SHORTCUT,
        build: |b, a| Ok(c2f(b, Csp::from_args(a)?)?.into_layer()),
    },
    Spec {
        name: "C3k2",
        path: "ultralytics.nn.modules.block.C3k2",
        doc: message!("doc-C3k2"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("n", T::Int, D::Int(1)),
            optional("c3k", T::Bool, D::Bool(false)),
            optional("e", T::Float, D::Float(0.5)),
            optional("attn", T::Bool, D::Bool(false)),
            optional("g", T::Int, D::Int(1)),
            optional("shortcut", T::Bool, D::Bool(true)),
        ],
        build: |b, a| {
            let (e, g, shortcut) = (a.float(4)?, a.plain_int(6)?, a.bool(7));
            let inner = match (a.bool(5), a.bool(3)) {
                (true, _) => Inner::Attention,
                (false, true) => Inner::C3k,
                (false, false) => Inner::Bottleneck,
            };
            Ok(c3k2(b, Csp { c1: a.int(0)?, c2: a.int(1)?, n: a.int(2)?, shortcut, g, e }, inner)?.into_layer())
        },
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
                ("C2f(32, 64, 2)", "47616 params, 13 layers, [[1, 64, 40, 40]]"),
                ("C3k2(32, 64, 2)", "29120 params, 13 layers, [[1, 64, 40, 40]]"),
                ("C3k2(32, 64, 2, True)", "33536 params, 33 layers, [[1, 64, 40, 40]]"),
                ("C3k2(32, 64, 1, False, 0.5, True)", "25664 params, 23 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
