//! The head of RT-DETR: a transformer that decodes a fixed number of queries.

use crate::catalog::transformer::{DecoderLayer, DecoderSettings, Features, mlp};
use crate::python::Literal;
use crate::torch::nn::{Conv2d, batch_norm2d, layer_norm, linear};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{Args, Build, Class, Default as D, Layer, Run, Spec, Type as T, Value, layer, optional, sequential};
use crate::words::message;

use super::detector::{at_least_one, call_levels, levels};

/// The arguments of `RTDETRDecoder`.
struct Settings {
    nc: i64,
    ch: Vec<i64>,
    hd: i64,
    nq: i64,
    ndl: i64,
    /// The layer that decodes in eval mode: a number that Python compares with each index.
    eval_idx: f64,
    learnt_init_query: bool,
    decoder: DecoderSettings,
}

impl Settings {
    fn from_args(a: &Args<'_>) -> Result<Settings> {
        if a.get(9) != Literal::None {
            let message = message!("act-none");
            return Err(Fault::new(FaultKind::Arguments, message).at_param("act"));
        }
        let (ch, hd, ndl, eval_idx) = (a.ints(1)?, a.int(2)?, a.int(6)?, a.float(10)?);
        let n_levels = ch.len() as i64;
        Ok(Settings {
            nc: at_least_one("nc", a.plain_int(0)?)?,
            ch,
            hd,
            nq: at_least_one("nq", a.plain_int(3)?)?,
            ndl,
            eval_idx: if eval_idx >= 0.0 { eval_idx } else { ndl as f64 + eval_idx },
            learnt_init_query: a.bool(14),
            decoder: DecoderSettings {
                d_model: hd,
                n_points: a.int(4)?,
                n_heads: a.plain_int(5)?,
                d_ffn: a.plain_int(7)?,
                dropout: a.float(8)?,
                n_levels,
            },
        })
    }
}

/// Builds `RTDETRDecoder`.
fn rtdetr_decoder(b: &mut Build, s: Settings) -> Result<Layer> {
    layer(b, "RTDETRDecoder", |b| {
        let project = levels(b.at("input_proj"), &s.ch, |b, x| {
            sequential(b, |q| {
                q.add(|b| Conv2d::new(x, s.hd, [1; 2]).bias(false).build(b))?;
                q.add(|b| batch_norm2d(b, s.hd))
            })
        })?;
        let (decoder, layers) = b.at("decoder").module("DeformableTransformerDecoder", |b, id| {
            // One layer is built and copied; it fails where the copies would, even if there is none.
            b.apart(|b| DecoderLayer::build(b, s.decoder))?;
            Ok((id, b.list("layers", s.ndl, |b, _| DecoderLayer::build(b, s.decoder))?))
        })?;
        embedding(b.at("denoising_class_embed"), s.nc, s.hd)?;
        if s.learnt_init_query {
            embedding(b.at("tgt_embed"), s.nq, s.hd)?;
        }
        let query_pos_head = mlp(b.at("query_pos_head"), 4, 2 * s.hd, s.hd, 2)?;
        let enc_output = sequential(b.at("enc_output"), |q| {
            q.add(|b| linear(b, s.hd, s.hd, true))?;
            q.add(|b| layer_norm(b, s.hd))
        })?;
        let enc_score_head = linear(b.at("enc_score_head"), s.hd, s.nc, true)?;
        let enc_bbox_head = mlp(b.at("enc_bbox_head"), s.hd, s.hd, 4, 3)?;
        let dec_score_head = b.list("dec_score_head", s.ndl, |b, _| linear(b, s.hd, s.nc, true))?;
        let dec_bbox_head = b.list("dec_bbox_head", s.ndl, |b, _| mlp(b, s.hd, s.hd, 4, 3))?;

        Ok(move |r: &mut Run, x: &Value| {
            let maps = call_levels(r, &project, &x.tensors()?)?;
            let mut sizes = Vec::with_capacity(maps.len());
            let mut tokens = Vec::with_capacity(maps.len());
            for &map in &maps {
                let [.., h, w] = map.bchw()?;
                sizes.push([h, w]);
                let pixels = r.flatten(map, 2, -1)?;
                tokens.push(r.permute(pixels, &[0, 2, 1])?);
            }
            let tokens = r.cat(&tokens, 1)?;
            let (batch, anchors) = (tokens.dim(0)?, tokens.dim(1)?);

            let x = r.mul(Shape::new(&[1, anchors, 1]), tokens)?;
            let x = enc_output.call(r, x)?;
            enc_score_head.call(r, x)?;
            let queries = s.nq.min(anchors);
            let embed = Shape::new(&[batch, queries, s.hd]);
            let boxes = enc_bbox_head.call(r, embed)?;
            let boxes = r.add(boxes, Shape::new(&[1, queries, 4]))?;
            let enc_boxes = r.elementwise("sigmoid", boxes);

            let features = Features { tokens, sizes: &sizes };
            let mut embed = embed;
            let mut boxes = r.within(decoder, |r| r.elementwise("sigmoid", boxes));
            let mut decoded = None;
            for (i, layer) in layers.iter().enumerate() {
                let pos = query_pos_head.call(r, boxes)?;
                embed = layer.call(r, embed, boxes, &features, pos)?;
                let refined = dec_bbox_head[i].call(r, embed)?;
                boxes = r.within(decoder, |r| refine(r, refined, boxes))?;
                if i as f64 == s.eval_idx {
                    decoded = Some((boxes, dec_score_head[i].call(r, embed)?));
                    break;
                }
            }
            let (boxes, scores) = decoded.ok_or_else(|| {
                Fault::value(message!("eval-idx", index = s.eval_idx, count = s.ndl)).at_param("eval_idx")
            })?;
            let level = |x: Shape| Value::Tensor(Shape::new(&[1, batch, queries, x.dims()[2]]));
            let all = Value::tuple([
                level(boxes),
                level(scores),
                Value::Tensor(enc_boxes),
                Value::Tensor(Shape::new(&[batch, queries, s.nc])),
            ]);
            if r.training {
                return Ok(all);
            }
            r.elementwise("sigmoid", scores);
            let kept = s.nq.min(queries.saturating_mul(s.nc));
            Ok(Value::tuple([Value::Tensor(Shape::new(&[batch, kept, 6])), all]))
        })
    })
}

/// Moves boxes by what a layer predicts, as logits.
fn refine(r: &mut Run, predicted: Shape, boxes: Shape) -> Result<Shape> {
    for name in ["clamp", "clamp", "clamp"] {
        r.elementwise(name, boxes);
    }
    let ratio = r.div(boxes, boxes)?;
    let logits = r.elementwise("log", ratio);
    let moved = r.add(predicted, logits)?;
    Ok(r.elementwise("sigmoid", moved))
}

/// Builds `nn.Embedding(n, size)`, which is never looked up outside of training.
fn embedding(b: &mut Build, n: i64, size: i64) -> Result<()> {
    b.module(Class::of_torch("Embedding"), |b, _| b.param("weight", &[n, size]))
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "RTDETRDecoder",
    path: "ultralytics.nn.modules.head.RTDETRDecoder",
    doc: message!("doc-RTDETRDecoder"),
    params: &[
        optional("nc", T::Int, D::Int(80)),
        optional("ch", T::Ints, D::Ints(&[512, 1024, 2048])),
        optional("hd", T::Int, D::Int(256)),
        optional("nq", T::Int, D::Int(300)),
        optional("ndp", T::Int, D::Int(4)),
        optional("nh", T::Int, D::Int(8)),
        optional("ndl", T::Int, D::Int(6)),
        optional("d_ffn", T::Int, D::Int(1024)),
        optional("dropout", T::Float, D::Float(0.0)),
        optional("act", T::Any, D::None),
        optional("eval_idx", T::Int, D::Int(-1)),
        optional("nd", T::Any, D::Int(100)),
        optional("label_noise_ratio", T::Any, D::Float(0.5)),
        optional("box_noise_scale", T::Any, D::Float(1.0)),
        optional("learnt_init_query", T::Bool, D::Bool(false)),
    ],
    build: |b, a| rtdetr_decoder(b, Settings::from_args(a)?),
}];
