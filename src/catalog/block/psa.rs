//! Position-sensitive attention: Attention, PSABlock and the blocks around them.

use super::csp::{Csp, c2f_like};
use super::{halves, hidden, scaled};
use crate::catalog::conv::Conv;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{
    Args, Build, Default as D, Net, Param, Run, Spec, Type as T, net, optional, repeated, required, sequential,
};
use crate::words::message;

/// The number of heads that the framework gives to an attention over `c` channels.
pub(super) fn heads(c: i64) -> i64 {
    c.div_euclid(64).max(1)
}

/// Builds `Attention(dim, num_heads, attn_ratio)`: every pixel looks at every pixel.
fn attention(b: &mut Build, dim: i64, num_heads: i64, attn_ratio: f64) -> Result<Net> {
    net(b, "Attention", |b| {
        if num_heads <= 0 {
            return Err(Fault::value(message!("attention-heads", heads = num_heads)).at_param("num_heads"));
        }
        let head_dim = dim.div_euclid(num_heads);
        let key_dim = scaled(head_dim, attn_ratio, "attn_ratio")?;
        if key_dim == 0 {
            return Err(Fault::value(message!("attention-keys", dim, num_heads, head_dim, attn_ratio)));
        }
        let qkv = Conv::new(dim, dim + key_dim * num_heads * 2).no_act().build(b.at("qkv"))?;
        let proj = Conv::new(dim, dim).no_act().build(b.at("proj"))?;
        let pe = Conv::new(dim, dim).k(3).g(dim).no_act().build(b.at("pe"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let [batch, channels, h, w] = x.bchw()?;
            let qkv = qkv.call(r, x)?;
            let qkv = r.view(qkv, &[batch, num_heads, key_dim * 2 + head_dim, h.saturating_mul(w)])?;
            let parts = r.split(qkv, &[key_dim, key_dim, head_dim], 2)?;
            let (q, k, v) = (parts[0], parts[1], parts[2]);
            let q = r.transpose(q, -2, -1)?;
            let attn = r.matmul(q, k)?;
            let attn = r.softmax(attn, -1)?;
            let attn = r.transpose(attn, -2, -1)?;
            let y = r.matmul(v, attn)?;
            let y = r.view(y, &[batch, channels, h, w])?;
            let v = r.view(v, &[batch, channels, h, w])?;
            let position = pe.call(r, v)?;
            let y = r.add(y, position)?;
            proj.call(r, y)
        })
    })
}

/// Builds the feed-forward part of these blocks.
fn ffn(b: &mut Build, c: i64) -> Result<Net> {
    sequential(b, |s| {
        s.add(|b| Conv::new(c, c * 2).build(b))?;
        s.add(|b| Conv::new(c * 2, c).no_act().build(b))
    })
}

/// Builds `PSABlock(c, attn_ratio, num_heads, shortcut)`: attention, then a feed-forward part.
pub(super) fn psa_block(b: &mut Build, c: i64, attn_ratio: f64, num_heads: i64, shortcut: bool) -> Result<Net> {
    net(b, "PSABlock", |b| {
        let attn = attention(b.at("attn"), c, num_heads, attn_ratio)?;
        let ffn = ffn(b.at("ffn"), c)?;
        Ok(move |r: &mut Run, mut x: Shape| {
            for part in [&attn, &ffn] {
                let y = part.call(r, x)?;
                x = if shortcut { r.add(x, y)? } else { y };
            }
            Ok(x)
        })
    })
}

fn psa(b: &mut Build, c1: i64, e: f64) -> Result<Net> {
    net(b, "PSA", |b| {
        let c = hidden(c1, e)?;
        let cv1 = Conv::new(c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new(2 * c, c1).build(b.at("cv2"))?;
        let attn = attention(b.at("attn"), c, heads(c), 0.5)?;
        let ffn = ffn(b.at("ffn"), c)?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let [a, mut y] = halves(r, y)?;
            for part in [&attn, &ffn] {
                let z = part.call(r, y)?;
                y = r.add(y, z)?;
            }
            let y = r.cat(&[a, y], 1)?;
            cv2.call(r, y)
        })
    })
}

fn c2psa(b: &mut Build, c1: i64, n: i64, e: f64) -> Result<Net> {
    net(b, "C2PSA", |b| {
        let c = hidden(c1, e)?;
        let cv1 = Conv::new(c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new(2 * c, c1).build(b.at("cv2"))?;
        let m = repeated(b.at("m"), n, |b| psa_block(b, c, 0.5, heads(c), true))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let [a, y] = halves(r, y)?;
            let y = m.call(r, y)?;
            let y = r.cat(&[a, y], 1)?;
            cv2.call(r, y)
        })
    })
}

/// The channels of a block that must return as many as it gets.
fn same_channels(a: &Args<'_>) -> Result<i64> {
    let (c1, c2) = (a.int(0)?, a.int(1)?);
    if c1 == c2 {
        return Ok(c1);
    }
    Err(a.invalid(1, message!("as-many-in-out", c1, c2)))
}

/// `(c1, c2, n=1, e=0.5)`
const PARAMS: &[Param] = &[
    required("c1", T::Int),
    required("c2", T::Int),
    optional("n", T::Int, D::Int(1)),
    optional("e", T::Float, D::Float(0.5)),
];

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "PSA",
        path: "ultralytics.nn.modules.block.PSA",
        doc: message!("doc-PSA"),
        params: &[required("c1", T::Int), required("c2", T::Int), optional("e", T::Float, D::Float(0.5))],
        build: |b, a| Ok(psa(b, same_channels(a)?, a.float(2)?)?.into_layer()),
    },
    Spec {
        name: "C2PSA",
        path: "ultralytics.nn.modules.block.C2PSA",
        doc: message!("doc-C2PSA"),
        params: PARAMS,
        build: |b, a| Ok(c2psa(b, same_channels(a)?, a.int(2)?, a.float(3)?)?.into_layer()),
    },
    Spec {
        name: "C2fPSA",
        path: "ultralytics.nn.modules.block.C2fPSA",
        doc: message!("doc-C2fPSA"),
        params: PARAMS,
        build: |b, a| {
            let c = same_channels(a)?;
            let csp = Csp { c1: c, c2: c, n: a.int(2)?, shortcut: false, g: 1, e: a.float(3)? };
            Ok(c2f_like(b, "C2fPSA", csp, |b, c| psa_block(b, c, 0.5, heads(c), true))?.into_layer())
        },
    },
];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "Attention",
        path: "ultralytics.nn.modules.block.Attention",
        doc: message!("doc-Attention"),
        params: &[
            required("dim", T::Int),
            optional("num_heads", T::Int, D::Int(8)),
            optional("attn_ratio", T::Float, D::Float(0.5)),
        ],
        build: |b, a| Ok(attention(b, a.int(0)?, a.int(1)?, a.float(2)?)?.into_layer()),
    },
    Spec {
        name: "PSABlock",
        path: "ultralytics.nn.modules.block.PSABlock",
        doc: message!("doc-PSABlock"),
        params: &[
            required("c", T::Int),
            optional("attn_ratio", T::Float, D::Float(0.5)),
            optional("num_heads", T::Int, D::Int(4)),
            optional("shortcut", T::Bool, D::Bool(true)),
        ],
        build: |b, a| Ok(psa_block(b, a.int(0)?, a.float(1)?, a.int(2)?, a.bool(3))?.into_layer()),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{assert_figures, ints, measure};
    use crate::torch::Value;
    use crate::torch::ops::{FaultKind, Shape};

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("Attention(32, 2)", "3616 params, 9 layers, [[1, 32, 40, 40]]"),
                ("PSABlock(32)", "7904 params, 15 layers, [[1, 32, 40, 40]]"),
                ("PSA(32, 32)", "4336 params, 19 layers, [[1, 32, 40, 40]]"),
                ("C2PSA(32, 32, 2)", "6496 params, 33 layers, [[1, 32, 40, 40]]"),
                ("C2fPSA(32, 32, 2)", "7520 params, 33 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }

    /// torch divides by the square root of the keys' channels.
    #[test]
    fn keys_need_channels() {
        let fault = measure("C2PSA", &ints(&[2, 2]), &Value::Tensor(Shape::image(2, 8, 8))).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Value);
    }
}
