//! Area attention: AAttn, ABlock and A2C2f.

use super::csp::{Csp, c3k};
use super::{chain, hidden, scaled};
use crate::catalog::conv::Conv;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{
    Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, repeated, required, sequential,
};
use crate::words::message;

/// Builds `AAttn(dim, num_heads, area)`: attention among the pixels of each of `area` stripes.
fn aattn(b: &mut Build, dim: i64, num_heads: i64, area: i64) -> Result<Net> {
    net(b, "AAttn", |b| {
        if num_heads <= 0 {
            return Err(Fault::value(message!("attention-heads", heads = num_heads)).at_param("num_heads"));
        }
        let head_dim = dim.div_euclid(num_heads);
        let all = head_dim * num_heads;
        let qkv = Conv::new(dim, all * 3).no_act().build(b.at("qkv"))?;
        let proj = Conv::new(all, dim).no_act().build(b.at("proj"))?;
        let pe = Conv::new(all, all).k(7).p(3).g(all).no_act().build(b.at("pe"))?;
        let area = area.max(1);
        Ok(move |r: &mut Run, x: Shape| {
            let [batch, _, h, w] = x.bchw()?;
            let y = qkv.call(r, x)?;
            let [_, _, height, width] = y.bchw()?;
            let pixels = height.saturating_mul(width);
            if area > 1 && pixels % area != 0 {
                let message = message!("areas", height, width, area);
                return Err(Fault::shape(message).at_param("area"));
            }
            let areas = r.view(y, &[batch.saturating_mul(area), num_heads, head_dim * 3, pixels / area])?;
            let part = areas.with(2, head_dim);
            let (q, k, v) = (part, part, part);
            let q = r.transpose(q, -2, -1)?;
            let attn = r.matmul(q, k)?;
            let attn = r.softmax(attn, -1)?;
            let attn = r.transpose(attn, -2, -1)?;
            let y = r.matmul(v, attn)?;
            let whole = [batch, all, h, w];
            let (y, v) = (r.view(y, &whole)?, r.view(v, &whole)?);
            let position = pe.call(r, v)?;
            let y = r.add(y, position)?;
            proj.call(r, y)
        })
    })
}

/// Builds `ABlock(dim, num_heads, mlp_ratio, area)`: area attention, then a feed-forward part.
fn ablock(b: &mut Build, dim: i64, num_heads: i64, mlp_ratio: f64, area: i64) -> Result<Net> {
    net(b, "ABlock", |b| {
        let attn = aattn(b.at("attn"), dim, num_heads, area)?;
        let inner = scaled(dim, mlp_ratio, "mlp_ratio")?;
        let mlp = sequential(b.at("mlp"), |s| {
            s.add(|b| Conv::new(dim, inner).build(b))?;
            s.add(|b| Conv::new(inner, dim).no_act().build(b))
        })?;
        Ok(move |r: &mut Run, mut x: Shape| {
            for part in [&attn, &mlp] {
                let y = part.call(r, x)?;
                x = r.add(x, y)?;
            }
            Ok(x)
        })
    })
}

fn a2c2f(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    net(b, "A2C2f", |b| {
        let (c1, c2, n, a2) = (a.int(0)?, a.int(1)?, a.int(2)?, a.bool(3));
        let c = hidden(c2, a.float(7)?)?;
        if c % 32 != 0 {
            return Err(a.invalid(1, message!("hidden-multiple", c)));
        }
        let cv1 = Conv::new(c1, c).build(b.at("cv1"))?;
        let cv2 = Conv::new((1 + n) * c, c2).build(b.at("cv2"))?;
        let residual = a2 && a.bool(5);
        if residual {
            b.param("gamma", &[c2])?;
        }
        let m = b.list("m", n, |b, _| {
            if !a2 {
                return c3k(b, Csp { c1: c, c2: c, n: 2, shortcut: a.bool(9), g: a.plain_int(8)?, e: 0.5 }, [3; 2]);
            }
            let (area, mlp_ratio) = (area(a, 4)?, a.float(6)?);
            repeated(b, 2, |b| ablock(b, c, c / 32, mlp_ratio, area))
        })?;
        Ok(move |r: &mut Run, x: Shape| {
            let mut y = Vec::with_capacity(1 + m.len());
            y.push(cv1.call(r, x)?);
            chain(r, &m, &mut y)?;
            let y = r.cat(&y, 1)?;
            let y = cv2.call(r, y)?;
            if !residual {
                return Ok(y);
            }
            let y = r.mul(Shape::new(&[1, c2, 1, 1]), y)?;
            r.add(x, y)
        })
    })
}

/// Argument `i` as a number of areas: only one above 1 is used, and must be an integer then.
fn area(a: &Args<'_>, i: usize) -> Result<i64> {
    if a.float(i)? > 1.0 { a.int(i) } else { Ok(1) }
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "A2C2f",
    path: "ultralytics.nn.modules.block.A2C2f",
    doc: message!("doc-A2C2f"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("n", T::Int, D::Int(1)),
        optional("a2", T::Bool, D::Bool(true)),
        optional("area", T::Int, D::Int(1)),
        optional("residual", T::Bool, D::Bool(false)),
        optional("mlp_ratio", T::Float, D::Float(2.0)),
        optional("e", T::Float, D::Float(0.5)),
        optional("g", T::Int, D::Int(1)),
        optional("shortcut", T::Bool, D::Bool(true)),
    ],
    build: |b, a| Ok(a2c2f(b, a)?.into_layer()),
}];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "AAttn",
        path: "ultralytics.nn.modules.block.AAttn",
        doc: message!("doc-AAttn"),
        params: &[required("dim", T::Int), required("num_heads", T::Int), optional("area", T::Int, D::Int(1))],
        build: |b, a| Ok(aattn(b, a.int(0)?, a.int(1)?, area(a, 2)?)?.into_layer()),
    },
    Spec {
        name: "ABlock",
        path: "ultralytics.nn.modules.block.ABlock",
        doc: message!("doc-ABlock"),
        params: &[
            required("dim", T::Int),
            required("num_heads", T::Int),
            optional("mlp_ratio", T::Float, D::Float(1.2)),
            optional("area", T::Int, D::Int(1)),
        ],
        build: |b, a| Ok(ablock(b, a.int(0)?, a.int(1)?, a.float(2)?, area(a, 3)?)?.into_layer()),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{assert_figures, ints, measure};
    use crate::torch::Value;
    use crate::torch::ops::Shape;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("AAttn(32, 2, 4)", "5984 params, 9 layers, [[1, 32, 40, 40]]"),
                ("ABlock(32, 2)", "8556 params, 15 layers, [[1, 32, 40, 40]]"),
                ("A2C2f(32, 64, 1, True, 4)", "25856 params, 33 layers, [[1, 64, 40, 40]]"),
                ("A2C2f(32, 32, 1, False, 1, True, 2.0, 1.0)", "14720 params, 19 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }

    #[test]
    fn areas_must_divide_the_pixels() {
        let attend = |area| measure("AAttn", &ints(&[32, 2, area]), &Value::Tensor(Shape::image(32, 6, 6)));
        assert!(attend(4).is_ok());
        assert_eq!(attend(5).unwrap_err().param, Some("area"));
    }
}
