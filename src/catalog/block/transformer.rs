//! Transformer blocks over pixels: TransformerBlock and C3TR.

use super::csp::{Csp, PARAMS, c3_like};
use crate::catalog::conv::Conv;
use crate::torch::nn::{linear, multihead_attention};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Net, Run, Spec, Type as T, net, repeated, required};
use crate::words::message;

fn transformer_layer(b: &mut Build, c: i64, num_heads: i64) -> Result<Net> {
    net(b, "TransformerLayer", |b| {
        let q = linear(b.at("q"), c, c, false)?;
        let k = linear(b.at("k"), c, c, false)?;
        let v = linear(b.at("v"), c, c, false)?;
        let ma = multihead_attention(b.at("ma"), c, num_heads, false)?;
        let fc1 = linear(b.at("fc1"), c, c, false)?;
        let fc2 = linear(b.at("fc2"), c, c, false)?;
        Ok(move |r: &mut Run, x: Shape| {
            let (q, k, v) = (q.call(r, x)?, k.call(r, x)?, v.call(r, x)?);
            let y = ma.call(r, q, k, v)?;
            let x = r.add(y, x)?;
            let y = fc1.call(r, x)?;
            let y = fc2.call(r, y)?;
            r.add(y, x)
        })
    })
}

fn transformer_block(b: &mut Build, c1: i64, c2: i64, num_heads: i64, num_layers: i64) -> Result<Net> {
    net(b, "TransformerBlock", |b| {
        let conv = if c1 != c2 { Some(Conv::new(c1, c2).build(b.at("conv"))?) } else { None };
        let position = linear(b.at("linear"), c2, c2, true)?;
        let tr = repeated(b.at("tr"), num_layers, |b| transformer_layer(b, c2, num_heads))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = match &conv {
                Some(conv) => conv.call(r, x)?,
                None => x,
            };
            let [batch, _, h, w] = x.bchw()?;
            let p = r.flatten(x, 2, -1)?;
            let p = r.permute(p, &[2, 0, 1])?;
            let y = position.call(r, p)?;
            let y = r.add(p, y)?;
            let y = tr.call(r, y)?;
            let y = r.permute(y, &[1, 2, 0])?;
            r.view(y, &[batch, c2, h, w])
        })
    })
}

fn c3tr(b: &mut Build, csp: Csp) -> Result<Net> {
    c3_like(b, "C3TR", csp, |b, c| {
        csp.check_bottlenecks(b, c)?;
        transformer_block(b.at("m"), c, c, 4, csp.n)
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "C3TR",
    path: "ultralytics.nn.modules.block.C3TR",
    doc: message!("doc-C3TR"),
    params: PARAMS,
    build: |b, a| Ok(c3tr(b, Csp::from_args(a)?)?.into_layer()),
}];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "TransformerLayer",
        path: "ultralytics.nn.modules.transformer.TransformerLayer",
        doc: message!("doc-TransformerLayer"),
        params: &[required("c", T::Int), required("num_heads", T::Int)],
        build: |b, a| Ok(transformer_layer(b, a.int(0)?, a.int(1)?)?.into_layer()),
    },
    Spec {
        name: "TransformerBlock",
        path: "ultralytics.nn.modules.transformer.TransformerBlock",
        doc: message!("doc-TransformerBlock"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            required("num_heads", T::Int),
            required("num_layers", T::Int),
        ],
        build: |b, a| Ok(transformer_block(b, a.int(0)?, a.int(1)?, a.int(2)?, a.int(3)?)?.into_layer()),
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
                ("TransformerBlock(32, 64, 4, 2)", "80576 params, 16 layers, [[1, 64, 40, 40]]"),
                ("C3TR(32, 64, 2)", "26144 params, 20 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
