//! Blocks that look at text features: MaxSigmoidAttnBlock, C2fAttn and ImagePoolingAttn.

use super::bottleneck::{K3, bottleneck};
use super::csp::Csp;
use super::{chain, halves, hidden};
use crate::catalog::conv::Conv;
use crate::torch::nn::{Conv2d, layer_norm, linear};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{
    Build, Class, Default as D, Layer, Net, Run, Spec, Type as T, Value, layer, net, optional, required, sequential,
};
use crate::words::message;

/// The text features of an open-vocabulary model; any other model calls these modules without.
fn text(r: &Run, param: &str) -> Result<Shape> {
    r.text.ok_or_else(|| Fault::new(FaultKind::Arguments, message!("needs-text", param)))
}

/// The arguments of `MaxSigmoidAttnBlock(c1, c2, nh, ec, gc, scale)`.
#[derive(Clone, Copy)]
struct Guide {
    nh: i64,
    ec: i64,
    gc: i64,
    scale: bool,
}

fn max_sigmoid_attn_block(b: &mut Build, c1: i64, c2: i64, guide: Guide) -> Result<Net> {
    let Guide { nh, ec, gc, scale } = guide;
    net(b, "MaxSigmoidAttnBlock", |b| {
        if nh <= 0 {
            return Err(Fault::value(message!("attention-heads", heads = nh)).at_param("nh"));
        }
        let hc = c2.div_euclid(nh);
        b.param("bias", &[nh])?;
        if scale {
            b.param("scale", &[1, nh, 1, 1])?;
        }
        let embed = if c1 != ec { Some(Conv::new(c1, ec).no_act().build(b.at("ec"))?) } else { None };
        let gl = linear(b.at("gl"), gc, ec, true)?;
        let proj_conv = Conv::new(c1, c2).k(3).no_act().build(b.at("proj_conv"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let [batch, _, h, w] = x.bchw()?;
            let guide = gl.call(r, text(r, "guide")?)?;
            let classes = guide.dim(1)?;
            let guide = r.view(guide, &[batch, classes, nh, hc])?;
            let e = match &embed {
                Some(embed) => embed.call(r, x)?,
                None => x,
            };
            let e = r.view(e, &[batch, nh, hc, h, w])?;
            let e = r.flatten(e, 3, -1)?;
            let e = r.transpose(e, 2, 3)?;
            let guide = r.permute(guide, &[0, 2, 3, 1])?;
            let similarity = r.matmul(e, guide)?;
            let best = r.reduce("max", similarity, -1, false)?;
            let weight = r.view(best, &[batch, nh, h, w])?;
            let weight = r.add(weight, Shape::new(&[1, nh, 1, 1]))?;
            let mut weight = r.elementwise("sigmoid", weight);
            if scale {
                weight = r.mul(weight, Shape::new(&[1, nh, 1, 1]))?;
            }
            let x = proj_conv.call(r, x)?;
            let x = r.view(x, &[batch, nh, -1, h, w])?;
            let weight = r.view(weight, &[batch, nh, 1, h, w])?;
            let x = r.mul(x, weight)?;
            r.view(x, &[batch, -1, h, w])
        })
    })
}

fn c2f_attn(b: &mut Build, csp: Csp, guide: Guide) -> Result<Net> {
    net(b, "C2fAttn", |b| {
        let c = hidden(csp.c2, csp.e)?;
        let cv1 = Conv::new(csp.c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new((3 + csp.n) * c, csp.c2).build(b.at("cv2"))?;
        let m = b.list("m", csp.n, |b, _| bottleneck(b, c, c, csp.shortcut, csp.g, K3, 1.0))?;
        let attn = max_sigmoid_attn_block(b.at("attn"), c, c, guide)?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let mut kept = Vec::with_capacity(3 + m.len());
            kept.extend(halves(r, y)?);
            chain(r, &m, &mut kept)?;
            chain(r, std::slice::from_ref(&attn), &mut kept)?;
            let y = r.cat(&kept, 1)?;
            cv2.call(r, y)
        })
    })
}

/// The arguments of `ImagePoolingAttn(ec, ch, ct, nh, k, scale)`.
struct Pooling {
    ec: i64,
    ch: Vec<i64>,
    ct: i64,
    nh: i64,
    k: i64,
    scale: bool,
}

/// Builds `ImagePoolingAttn`. It returns the text features that it makes of the old ones, and leaves them in
/// [`Run::text`] for the rows below.
fn image_pooling_attn(b: &mut Build, pooling: Pooling) -> Result<Layer> {
    let Pooling { ec, ch, ct, nh, k, scale } = pooling;
    layer(b, "ImagePoolingAttn", |b| {
        if nh <= 0 {
            return Err(Fault::value(message!("attention-heads", heads = nh)).at_param("nh"));
        }
        let hc = ec.div_euclid(nh);
        let normed = |b: &mut Build, from: i64| {
            sequential(b, |s| {
                s.add(|b| layer_norm(b, from))?;
                s.add(|b| linear(b, from, ec, true))
            })
        };
        if scale {
            b.param("scale", &[1])?;
        }
        let query = normed(b.at("query"), ct)?;
        let key = normed(b.at("key"), ec)?;
        let value = normed(b.at("value"), ec)?;
        let proj = linear(b.at("proj"), ec, ct, true)?;
        let inputs = ch.len() as i64;
        let projections = b.list("projections", inputs, |b, i| Conv2d::new(ch[i], ec, [1; 2]).build(b))?;
        let im_pools = b.list("im_pools", inputs, |b, _| adaptive_max_pool2d(b, k))?;
        Ok(move |r: &mut Run, x: &Value| {
            let x = x.tensors()?;
            if x.len() != projections.len() || x.is_empty() {
                let message = message!("pooling-inputs", built = projections.len(), got = x.len());
                return Err(Fault::shape(message));
            }
            let batch = x[0].dim(0)?;
            let mut patches = Vec::with_capacity(x.len());
            for (i, &x) in x.iter().enumerate() {
                let y = projections[i].call(r, x).map_err(|f| f.at_input(i))?;
                let y = im_pools[i].call(r, y)?;
                patches.push(r.view(y, &[batch, -1, k * k])?);
            }
            let text = text(r, "text")?;
            let x = r.cat(&patches, -1)?;
            let x = r.transpose(x, 1, 2)?;
            let q = query.call(r, text)?;
            let keys = key.call(r, x)?;
            let v = value.call(r, x)?;
            let heads = [batch, -1, nh, hc];
            let (q, keys, v) = (r.view(q, &heads)?, r.view(keys, &heads)?, r.view(v, &heads)?);
            let attention = r.einsum("bqhd,bkhd->bhqk", q, keys)?;
            let attention = r.functional_softmax(attention, -1)?;
            let y = r.einsum("bhqk,bkhd->bqhd", attention, v)?;
            let y = r.view(y, &[batch, -1, ec])?;
            let y = proj.call(r, y)?;
            let y = if scale { r.mul(y, Shape::new(&[1]))? } else { y };
            let text = r.add(y, text)?;
            r.text = Some(text);
            Ok(Value::Tensor(text))
        })
    })
}

fn adaptive_max_pool2d(b: &mut Build, size: i64) -> Result<Net> {
    net(b, Class::of_torch("AdaptiveMaxPool2d"), |_| {
        Ok(move |r: &mut Run, x: Shape| r.adaptive_max_pool(x, &[Some(size); 2]))
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "C2fAttn",
        path: "ultralytics.nn.modules.block.C2fAttn",
        doc: message!("doc-C2fAttn"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("n", T::Int, D::Int(1)),
            optional("ec", T::Int, D::Int(128)),
            optional("nh", T::Int, D::Int(1)),
            optional("gc", T::Int, D::Int(512)),
            optional("shortcut", T::Bool, D::Bool(false)),
            optional("g", T::Int, D::Int(1)),
            optional("e", T::Float, D::Float(0.5)),
        ],
        build: |b, a| {
            let (shortcut, g, e) = (a.bool(6), a.plain_int(7)?, a.float(8)?);
            let csp = Csp { c1: a.int(0)?, c2: a.int(1)?, n: a.int(2)?, shortcut, g, e };
            let guide = Guide { ec: a.int(3)?, nh: a.int(4)?, gc: a.int(5)?, scale: false };
            Ok(c2f_attn(b, csp, guide)?.into_layer())
        },
    },
    Spec {
        name: "ImagePoolingAttn",
        path: "ultralytics.nn.modules.block.ImagePoolingAttn",
        doc: message!("doc-ImagePoolingAttn"),
        params: &[
            optional("ec", T::Int, D::Int(256)),
            optional("ch", T::Ints, D::Ints(&[])),
            optional("ct", T::Int, D::Int(512)),
            optional("nh", T::Int, D::Int(8)),
            optional("k", T::Int, D::Int(3)),
            optional("scale", T::Bool, D::Bool(false)),
        ],
        build: |b, a| {
            let (k, scale) = (a.plain_int(4)?, a.bool(5));
            image_pooling_attn(b, Pooling { ec: a.int(0)?, ch: a.ints(1)?, ct: a.int(2)?, nh: a.int(3)?, k, scale })
        },
    },
];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "MaxSigmoidAttnBlock",
    path: "ultralytics.nn.modules.block.MaxSigmoidAttnBlock",
    doc: message!("doc-MaxSigmoidAttnBlock"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("nh", T::Int, D::Int(1)),
        optional("ec", T::Int, D::Int(128)),
        optional("gc", T::Int, D::Int(512)),
        optional("scale", T::Bool, D::Bool(false)),
    ],
    build: |b, a| {
        let guide = Guide { nh: a.int(2)?, ec: a.int(3)?, gc: a.int(4)?, scale: a.bool(5) };
        Ok(max_sigmoid_attn_block(b, a.int(0)?, a.int(1)?, guide)?.into_layer())
    },
}];

#[cfg(test)]
mod tests {
    use crate::catalog::build;
    use crate::catalog::testing::{find, ints};
    use crate::python::Literal;
    use crate::torch::ops::{FaultKind, Result, Shape};
    use crate::torch::{Activation, Args, Run, Value};

    /// Parameters and output of a module, and the text features afterwards.
    fn run(name: &str, args: &[Literal], x: &Value, text: Option<Shape>) -> Result<(u64, Value, Option<Shape>)> {
        let spec = find(name).unwrap();
        let mut build = build(&Activation::silu())?;
        let layer = (spec.build)(&mut build, &Args::bind(spec, args)?)?;
        let mut run = Run::recording();
        run.text = text;
        let output = layer.call(&mut run, x)?;
        Ok((build.modules.walk().count(layer.id()).params, output, run.text))
    }

    /// Figures said by torch.
    #[test]
    fn text_guides_the_attention() {
        let x = Value::Tensor(Shape::image(32, 40, 40));
        let text = Some(Shape::new(&[1, 7, 512]));
        let args = ints(&[32, 64, 1, 32, 1]);
        let y = Value::Tensor(Shape::image(64, 40, 40));
        assert_eq!(run("C2fAttn", &args, &x, text), Ok((54753, y, text)));
        assert_eq!(run("C2fAttn", &args, &x, None).unwrap_err().kind, FaultKind::Arguments);
    }

    /// Figures said by torch.
    #[test]
    fn images_change_the_text() {
        let x = Value::tuple([8, 16].map(|c| Value::Tensor(Shape::image(c, 16, 16))));
        let args = [ints(&[64]), vec![Literal::List(ints(&[8, 16]))]].concat();
        let text = Shape::new(&[1, 7, 512]);
        let said = (77376, Value::Tensor(text), Some(text));
        assert_eq!(run("ImagePoolingAttn", &args, &x, Some(text)), Ok(said));
    }
}
