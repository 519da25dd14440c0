//! The framework's transformers: `ultralytics.nn.modules.transformer`.

use crate::python::Literal;
use crate::torch::nn::{Activation, MultiheadAttention, activation, identity, layer_norm, linear, multihead_attention};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{Args, Build, Class, Default as D, Layer, ModuleId, Net, Param, Run, Spec, Type as T, Value};
use crate::torch::{layer, net, optional, required};
use crate::words::message;

/// Builds `nn.Dropout(p)`, which does nothing once a model is trained.
fn dropout(b: &mut Build, p: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&p) {
        return Err(Fault::value(message!("dropout-between", p)).at_param("dropout"));
    }
    b.module(Class::of_torch("Dropout"), |_, _| Ok(()))
}

/// Argument `i` as an activation: a row can only leave it out.
fn act(a: &Args<'_>, i: usize) -> Result<()> {
    match a.get(i) {
        Literal::None => Ok(()),
        arg => Err(Fault::new(FaultKind::Arguments, message!("act-no-module", arg)).at_param("act")),
    }
}

/// The arguments of `TransformerEncoderLayer(c1, cm, num_heads, dropout, act, normalize_before)`.
struct Encoder {
    c1: i64,
    cm: i64,
    num_heads: i64,
    dropout: f64,
    normalize_before: bool,
}

impl Encoder {
    fn from_args(a: &Args<'_>) -> Result<Encoder> {
        act(a, 4)?;
        Ok(Encoder {
            c1: a.plain_int(0)?,
            cm: a.plain_int(1)?,
            num_heads: a.int(2)?,
            dropout: a.float(3)?,
            normalize_before: a.bool(5),
        })
    }
}

/// Builds the children of a `TransformerEncoderLayer`; what it returns runs on tokens `[batch, tokens, features]` and
/// their positions.
fn encoder_init(
    b: &mut Build,
    e: &Encoder,
) -> Result<impl Fn(&mut Run, Shape, Option<Shape>) -> Result<Shape> + use<>> {
    let ma = multihead_attention(b.at("ma"), e.c1, e.num_heads, true).map_err(|f| f.at_param("num_heads"))?;
    let fc1 = linear(b.at("fc1"), e.c1, e.cm, true)?;
    let fc2 = linear(b.at("fc2"), e.cm, e.c1, true)?;
    let norm1 = layer_norm(b.at("norm1"), e.c1)?;
    let norm2 = layer_norm(b.at("norm2"), e.c1)?;
    for name in ["dropout", "dropout1", "dropout2"] {
        dropout(b.at(name), e.dropout)?;
    }
    let act = activation(b.at("act"), &Activation::gelu())?;
    let before = e.normalize_before;
    let attend = move |r: &mut Run, x: Shape, pos: Option<Shape>| {
        let query = match pos {
            Some(pos) => r.add(x, pos)?,
            None => x,
        };
        ma.call_by_keyword(r, query, query, x)
    };
    let feed_forward = move |r: &mut Run, x: Shape| {
        let y = fc1.call(r, x)?;
        let y = act.call(r, y)?;
        fc2.call(r, y)
    };
    Ok(move |r: &mut Run, x: Shape, pos: Option<Shape>| {
        if before {
            let y = norm1.call(r, x)?;
            let y = attend(r, y, pos)?;
            let x = r.add(x, y)?;
            let y = norm2.call(r, x)?;
            let y = feed_forward(r, y)?;
            return r.add(x, y);
        }
        let y = attend(r, x, pos)?;
        let x = r.add(x, y)?;
        let x = norm1.call(r, x)?;
        let y = feed_forward(r, x)?;
        let x = r.add(x, y)?;
        norm2.call(r, x)
    })
}

/// Builds `AIFI`: an encoder layer over the pixels of a map, with their positions as sines and cosines.
fn aifi(b: &mut Build, e: &Encoder) -> Result<Net> {
    net(b, "AIFI", |b| {
        let encoder = encoder_init(b, e)?;
        Ok(move |r: &mut Run, x: Shape| {
            let [_, c, h, w] = x.bchw()?;
            let positions = position_embedding(r, c, h, w)?;
            let pixels = r.flatten(x, 2, -1)?;
            let tokens = r.permute(pixels, &[0, 2, 1])?;
            let tokens = encoder(r, tokens, Some(positions))?;
            let pixels = r.permute(tokens, &[0, 2, 1])?;
            r.view(pixels, &[-1, c, h, w])
        })
    })
}

/// Sines and cosines of rows and columns, `[1, height·width, channels]`.
fn position_embedding(r: &mut Run, c: i64, h: i64, w: i64) -> Result<Shape> {
    if c % 4 != 0 {
        return Err(Fault::value(message!("encode-positions", c)));
    }
    let pixels = Shape::new(&[h, w]).numel()?;
    let (grid, omega) = (Shape::new(&[pixels, 1]), Shape::new(&[1, c / 4]));
    let mut waves = Vec::with_capacity(4);
    let columns = r.matmul(grid, omega)?;
    let rows = r.matmul(grid, omega)?;
    for angles in [rows, columns] {
        waves.push(r.elementwise("sin", angles));
        waves.push(r.elementwise("cos", angles));
    }
    let embedding = r.cat(&waves, 1)?;
    Ok(Shape::new(&[1, pixels, embedding.dim(1)?]))
}

/// Builds `MLP(input_dim, hidden_dim, output_dim, num_layers)`: linear layers with `ReLU`s between them.
pub(super) fn mlp(b: &mut Build, input: i64, hidden: i64, output: i64, num_layers: usize) -> Result<Net> {
    net(b, "MLP", |b| {
        let sizes: Vec<i64> = std::iter::once(input)
            .chain(std::iter::repeat_n(hidden, num_layers.saturating_sub(1)))
            .chain([output])
            .collect();
        let layers = b.list("layers", num_layers as i64, |b, i| linear(b, sizes[i], sizes[i + 1], true))?;
        let act = activation(b.at("act"), &Activation::relu())?;
        let out_norm = identity(b.at("out_norm"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let mut x = x;
            for (i, layer) in layers.iter().enumerate() {
                x = layer.call(r, x)?;
                if i + 1 < layers.len() {
                    x = act.call(r, x)?;
                }
            }
            out_norm.call(r, x)
        })
    })
}

/// Feature maps as a decoder reads them.
pub(super) struct Features<'a> {
    /// All pixels of all levels, `[batch, pixels, features]`.
    pub(super) tokens: Shape,
    /// Height and width of each level.
    pub(super) sizes: &'a [[i64; 2]],
}

/// The arguments of `DeformableTransformerDecoderLayer`.
#[derive(Clone, Copy)]
pub(super) struct DecoderSettings {
    pub(super) d_model: i64,
    pub(super) n_heads: i64,
    pub(super) d_ffn: i64,
    pub(super) dropout: f64,
    pub(super) n_levels: i64,
    pub(super) n_points: i64,
}

/// A built `DeformableTransformerDecoderLayer`.
pub(super) struct DecoderLayer {
    id: ModuleId,
    self_attn: MultiheadAttention,
    norms: [Net; 3],
    cross_attn: DeformableAttention,
    linear1: Net,
    act: Net,
    linear2: Net,
}

impl DecoderLayer {
    /// Builds it, with a `ReLU`.
    pub(super) fn build(b: &mut Build, s: DecoderSettings) -> Result<DecoderLayer> {
        b.module("DeformableTransformerDecoderLayer", |b, id| {
            let self_attn =
                multihead_attention(b.at("self_attn"), s.d_model, s.n_heads, false).map_err(|f| f.at_param("nh"))?;
            dropout(b.at("dropout1"), s.dropout)?;
            let norm1 = layer_norm(b.at("norm1"), s.d_model)?;
            let cross_attn = DeformableAttention::build(b.at("cross_attn"), s)?;
            dropout(b.at("dropout2"), s.dropout)?;
            let norm2 = layer_norm(b.at("norm2"), s.d_model)?;
            let linear1 = linear(b.at("linear1"), s.d_model, s.d_ffn, true)?;
            let act = activation(b.at("act"), &Activation::relu())?;
            dropout(b.at("dropout3"), s.dropout)?;
            let linear2 = linear(b.at("linear2"), s.d_ffn, s.d_model, true)?;
            dropout(b.at("dropout4"), s.dropout)?;
            let norm3 = layer_norm(b.at("norm3"), s.d_model)?;
            Ok(DecoderLayer { id, self_attn, norms: [norm1, norm2, norm3], cross_attn, linear1, act, linear2 })
        })
    }

    /// Runs it on queries `[batch, queries, features]`, their boxes `[batch, queries, 4]` and their positions.
    pub(super) fn call(
        &self,
        r: &mut Run,
        embed: Shape,
        boxes: Shape,
        features: &Features<'_>,
        pos: Shape,
    ) -> Result<Shape> {
        r.within(self.id, |r| {
            let query = r.add(embed, pos)?;
            let (q, v) = (r.transpose(query, 0, 1)?, r.transpose(embed, 0, 1)?);
            let y = self.self_attn.call(r, q, q, v)?;
            let y = r.transpose(y, 0, 1)?;
            let embed = r.add(embed, y)?;
            let embed = self.norms[0].call(r, embed)?;

            let query = r.add(embed, pos)?;
            let y = self.cross_attn.call(r, query, boxes, features)?;
            let embed = r.add(embed, y)?;
            let embed = self.norms[1].call(r, embed)?;

            let y = self.linear1.call(r, embed)?;
            let y = self.act.call(r, y)?;
            let y = self.linear2.call(r, y)?;
            let embed = r.add(embed, y)?;
            self.norms[2].call(r, embed)
        })
    }
}

/// A built `MSDeformAttn`: each query samples a few points of each level around its box.
struct DeformableAttention {
    id: ModuleId,
    settings: DecoderSettings,
    sampling_offsets: Net,
    attention_weights: Net,
    value_proj: Net,
    output_proj: Net,
}

impl DeformableAttention {
    fn build(b: &mut Build, s: DecoderSettings) -> Result<DeformableAttention> {
        let points = s.n_heads.checked_mul(s.n_levels).and_then(|n| n.checked_mul(s.n_points));
        let points = points
            .filter(|n| n.checked_mul(2).is_some())
            .ok_or_else(|| Fault::too_large(message!("too-many-points", heads = s.n_heads, points = s.n_points)))?;
        b.module("MSDeformAttn", |b, id| {
            Ok(DeformableAttention {
                id,
                settings: s,
                sampling_offsets: linear(b.at("sampling_offsets"), s.d_model, 2 * points, true)?,
                attention_weights: linear(b.at("attention_weights"), s.d_model, points, true)?,
                value_proj: linear(b.at("value_proj"), s.d_model, s.d_model, true)?,
                output_proj: linear(b.at("output_proj"), s.d_model, s.d_model, true)?,
            })
        })
    }

    fn call(&self, r: &mut Run, query: Shape, boxes: Shape, features: &Features<'_>) -> Result<Shape> {
        let DecoderSettings { d_model, n_heads, n_points, n_levels, .. } = self.settings;
        if n_points == 0 && n_levels > 1 {
            return Err(Fault::value(message!("decoder-points")).at_param("ndp"));
        }
        r.within(self.id, |r| {
            let (batch, queries, tokens) = (query.dim(0)?, query.dim(1)?, features.tokens.dim(1)?);
            let (depth, points) = (d_model / n_heads, n_levels * n_points);
            let value = self.value_proj.call(r, features.tokens)?;
            r.view(value, &[batch, tokens, n_heads, depth])?;
            let offsets = self.sampling_offsets.call(r, query)?;
            let offsets = r.view(offsets, &[batch, queries, n_heads, points, 2])?;
            let weights = self.attention_weights.call(r, query)?;
            let weights = r.view(weights, &[batch, queries, n_heads, points])?;
            let weights = r.functional_softmax(weights, -1)?;

            let corner = Shape::new(&[boxes.dim(0)?, boxes.dim(1)?, 1, 1, 2]);
            let scaled = r.mul(offsets, corner)?;
            r.add(corner, scaled)?;

            let grid = Shape::new(&[batch * n_heads, queries, n_points, 2]);
            let mut sampled = Vec::with_capacity(features.sizes.len());
            for &[h, w] in features.sizes {
                sampled.push(r.grid_sample(Shape::new(&[batch * n_heads, depth, h, w]), grid)?);
            }
            let sampled = r.cat(&sampled, -1)?;
            let weights = r.permute(weights, &[0, 2, 1, 3])?;
            let weights = r.view(weights, &[batch * n_heads, 1, queries, points])?;
            r.mul(sampled, weights)?;
            r.reduce("sum", sampled, -1, false)?;
            self.output_proj.call(r, Shape::new(&[batch, queries, n_heads * depth]))
        })
    }
}

const ENCODER_PARAMS: &[Param] = &[
    required("c1", T::Int),
    optional("cm", T::Int, D::Int(2048)),
    optional("num_heads", T::Int, D::Int(8)),
    optional("dropout", T::Float, D::Float(0.0)),
    optional("act", T::Any, D::None),
    optional("normalize_before", T::Bool, D::Bool(false)),
];

/// The transformers that a row can name.
pub static SPECS: &[Spec] = &[Spec {
    name: "AIFI",
    path: "ultralytics.nn.modules.transformer.AIFI",
    doc: message!("doc-AIFI"),
    params: ENCODER_PARAMS,
    build: |b, a| Ok(aifi(b, &Encoder::from_args(a)?)?.into_layer()),
}];

/// Transformers that the framework has, but that no row can name.
pub static UNREGISTERED: &[Spec] = &[Spec {
    name: "TransformerEncoderLayer",
    path: "ultralytics.nn.modules.transformer.TransformerEncoderLayer",
    doc: message!("doc-TransformerEncoderLayer"),
    params: ENCODER_PARAMS,
    build: |b, a| transformer_encoder_layer(b, &Encoder::from_args(a)?),
}];

/// Builds `TransformerEncoderLayer`, as a row would run it: without positions.
fn transformer_encoder_layer(b: &mut Build, e: &Encoder) -> Result<Layer> {
    layer(b, "TransformerEncoderLayer", |b| {
        let encoder = encoder_init(b, e)?;
        Ok(move |r: &mut Run, x: &Value| Ok(Value::Tensor(encoder(r, x.tensor()?, None)?)))
    })
}
