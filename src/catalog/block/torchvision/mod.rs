//! TorchVision: a model of `torchvision.models`, whole or cut, as one row. One file an architecture.
//!
//! Source: `torchvision.models` of torchvision 0.29.

mod convnext;
mod efficientnet;
mod mobilenet;
mod models;
mod parts;
mod regnet;
mod resnet;
mod vgg;

use models::Model;

use crate::python::Literal;
use crate::torch::nn::identity;
use crate::torch::ops::{Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Run, Spec, Type as T, Value, in_turn, layer, net, optional, required,
};
use crate::words::message;

/// `nn.Sequential`
const SEQUENTIAL: Class = Class::of_torch("Sequential");

/// Builds a child of a model.
type Part = Box<dyn Fn(&mut Build) -> Result<Net>>;

/// A model: its children in order, and what it does with them.
struct Architecture {
    class: &'static str,
    /// The first child, where that is a `Sequential` (or a subclass) whose own children a cut model is made of.
    first: Option<First>,
    /// The other children with their names.
    rest: Vec<(&'static str, Part)>,
    /// The ops of a whole model before its last child.
    before_last: BeforeLast,
}

/// A first child that is unwrapped.
struct First {
    name: &'static str,
    class: Class,
    parts: Vec<Part>,
}

/// The ops of a model between its features and its classifier.
#[derive(Clone, Copy)]
enum BeforeLast {
    Nothing,
    Flatten,
    PoolAndFlatten,
}

/// Boxes a builder.
fn part(build: impl Fn(&mut Build) -> Result<Net> + 'static) -> Part {
    Box::new(build)
}

fn torch_vision(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let name = a.str(0)?.to_lowercase();
    let model = models::find(&name).map_err(|fault| fault.at_param("model"))?;
    check_weights(a, model)?;
    let architecture = (model.architecture)();
    layer(b, "TorchVision", |b| {
        if !a.bool(2) {
            let whole = whole(b.at("m"), architecture)?;
            return Ok(
                Box::new(move |r: &mut Run, x: &Value| Ok(Value::Tensor(whole.call(r, x.tensor()?)?))) as Forward
            );
        }
        let (cut, id) = cut(b.at("m"), architecture, a)?;
        let split = a.bool(4);
        Ok(Box::new(move |r: &mut Run, x: &Value| {
            let x = x.tensor()?;
            if !split {
                return Ok(Value::Tensor(r.within(id, |r| in_turn(r, &cut, x))?));
            }
            let mut y = vec![x];
            super::chain(r, &cut, &mut y)?;
            Ok(Value::tuple(y.into_iter().map(Value::Tensor).collect::<Vec<_>>()))
        }) as Forward)
    })
}

type Forward = Box<dyn Fn(&mut Run, &Value) -> Result<Value>>;

/// The weights must be some that the model has; which ones makes no difference to its size.
fn check_weights(a: &Args<'_>, model: &Model) -> Result<()> {
    let arg = a.get(1);
    let Literal::Str(given) = &arg else { return Ok(()) };
    let prefix = format!("{}_weights.", model.name);
    let bare = match given.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(&prefix) => &given[prefix.len()..],
        _ => given,
    };
    if matches!(bare, "DEFAULT" | "legacy") || model.weights.contains(&bare) {
        return Ok(());
    }
    let known = model.weights.join(", ");
    Err(a.invalid(1, message!("no-weights", model = model.name, given, known)))
}

/// Builds the `Sequential` of all children but the last ones.
fn cut(b: &mut Build, architecture: Architecture, a: &Args<'_>) -> Result<(Vec<Net>, crate::torch::ModuleId)> {
    let first = architecture.first.into_iter().flat_map(|first| first.parts);
    let parts: Vec<Part> = first.chain(architecture.rest.into_iter().map(|(_, part)| part)).collect();
    let kept = kept(parts.len(), a)?;
    b.module(SEQUENTIAL, |b, id| {
        let nets = parts[..kept].iter().enumerate().map(|(i, part)| part(b.at(i))).collect::<Result<_>>()?;
        Ok((nets, id))
    })
}

/// How many of `n` children `layers[:-truncate]` keeps.
fn kept(n: usize, a: &Args<'_>) -> Result<usize> {
    if !a.bool(3) {
        return Ok(n);
    }
    let (n, end) = (n as i64, -a.int(3)?);
    Ok(if end < 0 { n + end } else { end }.clamp(0, n) as usize)
}

/// Builds the model as it is. The framework adds an `Identity` under two names, which nothing calls.
fn whole(b: &mut Build, architecture: Architecture) -> Result<Net> {
    let Architecture { class, first, rest, before_last } = architecture;
    net(b, class, |b| {
        let mut nets = Vec::with_capacity(1 + rest.len());
        if let Some(First { name, class, parts }) = first {
            nets.push(net(b.at(name), class, |b| {
                let nets = parts.iter().enumerate().map(|(i, part)| part(b.at(i))).collect::<Result<Vec<_>>>()?;
                Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
            })?);
        }
        for (name, part) in rest {
            nets.push(part(b.at(name))?);
        }
        let unused = b.apart(identity)?;
        for name in ["head", "heads"] {
            b.at(name).hold(&unused);
        }
        Ok(move |r: &mut Run, x: Shape| {
            let Some((last, features)) = nets.split_last() else { return Ok(x) };
            let mut x = in_turn(r, features, x)?;
            if let BeforeLast::PoolAndFlatten = before_last {
                x = r.adaptive_avg_pool(x, &[Some(1); 2])?;
            }
            if !matches!(before_last, BeforeLast::Nothing) {
                x = r.flatten(x, 1, -1)?;
            }
            last.call(r, x)
        })
    })
}

/// The block.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "TorchVision",
    path: "ultralytics.nn.modules.block.TorchVision",
    doc: message!("doc-TorchVision"),
    params: &[
        required("model", T::Str),
        optional("weights", T::Any, D::Str("DEFAULT")),
        optional("unwrap", T::Bool, D::Bool(true)),
        optional("truncate", T::Int, D::Int(2)),
        optional("split", T::Bool, D::Bool(false)),
    ],
    build: torch_vision,
}];

#[cfg(test)]
mod tests {
    use super::models;
    use crate::catalog::testing::{assert_figures, measure};
    use crate::python::Literal;
    use crate::torch::Value;
    use crate::torch::ops::{FaultKind, Shape};

    /// Figures said by torch and torchvision.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 3, 64, 64],
            &[
                ("TorchVision('resnet18')", "11176512 params, 50 layers, [[1, 512, 2, 2]]"),
                ("TorchVision('resnext50_32x4d', None, False)", "25028904 params, 127 layers, [[1, 1000]]"),
                (
                    "TorchVision('resnet50', 'DEFAULT', True, 8, True)",
                    "9536 params, 2 layers, [[1, 3, 64, 64], [1, 64, 32, 32], [1, 64, 32, 32]]",
                ),
                ("TorchVision('vgg11_bn', None, True, 3)", "9225984 params, 28 layers, [[1, 512, 4, 4]]"),
                ("TorchVision('mobilenet_v2', None, True, 1)", "2223872 params, 139 layers, [[1, 1280, 2, 2]]"),
                ("TorchVision('mobilenet_v3_small')", "927008 params, 136 layers, [[1, 576, 2, 2]]"),
                ("TorchVision('efficientnet_b0')", "4007548 params, 227 layers, [[1, 1280, 2, 2]]"),
                ("TorchVision('efficientnet_v2_s')", "20177488 params, 482 layers, [[1, 1280, 2, 2]]"),
                ("TorchVision('convnext_tiny')", "27818592 params, 152 layers, [[1, 768, 2, 2]]"),
                ("TorchVision('regnet_y_400mf')", "3903144 params, 235 layers, [[1, 440, 2, 2]]"),
            ],
        );
    }

    #[test]
    fn all_models_can_be_built_and_run() {
        let image = Value::Tensor(Shape::image(3, 64, 64));
        for name in models::names() {
            let args = [Literal::Str(name.to_owned()), Literal::None, Literal::Bool(false)];
            let m = measure("TorchVision", &args, &image).unwrap();
            assert_eq!(m.output, Value::Tensor(Shape::new(&[1, 1000])), "{name}");
        }
    }

    #[test]
    fn models_and_weights_must_exist() {
        let kind = |model: &str, weights: &str| {
            let args = [model, weights].map(|text| Literal::Str(text.to_owned()));
            measure("TorchVision", &args, &Value::Tensor(Shape::image(3, 64, 64))).err().map(|fault| fault.kind)
        };
        assert_eq!(kind("ResNet18", "ResNet18_Weights.IMAGENET1K_V1"), None);
        assert_eq!(kind("resnet18", "IMAGENET1K_V2"), Some(FaultKind::Value));
        assert_eq!(kind("resnet19", "DEFAULT"), Some(FaultKind::Value));
        assert_eq!(kind("swin_t", "DEFAULT"), Some(FaultKind::Unsupported));
    }
}
