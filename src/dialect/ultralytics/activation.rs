//! The header key `activation:`: its text is evaluated with `nn` and `torch` defined, and becomes the default of every
//! `Conv`.

use super::modules::Modules;
use crate::python::{Expr, Literal, parse_expression};
use crate::torch::ops::{Fault, FaultKind, Result};
use crate::torch::{self, Activation, Args, Default as D, Spec, nn};
use crate::words::{Message, message};

/// Evaluates `activation:` as Python would: `nn.LeakyReLU(0.1)`, `torch.nn.ReLU()`.
///
/// Any layer will do. Other expressions are unsupported.
pub(super) fn parse(modules: &Modules, text: &str) -> Result<Activation> {
    let expr = parse_expression(text).map_err(|_| Fault::new(FaultKind::Arguments, message!("not-python", text)))?;
    match expr {
        Expr::Call { name, args, kwargs } => call(find(modules, &name)?, args, kwargs),
        Expr::Literal(value) => {
            Err(Fault::new(FaultKind::Arguments, message!("not-activation", value, kind = value.type_name())))
        }
        Expr::Name(name) => {
            let spec = find(modules, &name)?;
            Err(Fault::new(FaultKind::Arguments, message!("class-not-activation", name, class = spec.name)))
        }
        Expr::Other => Err(Fault::unsupported(message!("activation-not-supported", text))),
    }
}

/// The activation that a call of a class returns.
fn call(spec: &'static Spec, args: Vec<Literal>, kwargs: Vec<(String, Literal)>) -> Result<Activation> {
    let wrong = |what: Message| {
        Err(Fault::new(FaultKind::Arguments, message!("call", module = spec.name, what, signature = spec)))
    };
    let mut given: Vec<Option<Literal>> = args.into_iter().map(Some).collect();
    for (key, value) in kwargs {
        let Some(i) = spec.params.iter().position(|p| p.name == key) else {
            if spec.name == "nn.Identity" {
                continue;
            }
            if !nn::is_activation(spec) {
                return Err(Fault::unsupported(message!("activation-not-supported", text = format!("{}", spec.name))));
            }
            return wrong(message!("call-no-parameter", name = key));
        };
        if given.len() <= i {
            given.resize(i + 1, None);
        }
        if given[i].replace(value).is_some() {
            return wrong(message!("call-twice", name = key));
        }
    }
    let mut args = Vec::with_capacity(given.len());
    for (i, arg) in given.into_iter().enumerate() {
        match arg.or_else(|| spec.params[i].default.map(D::to_arg)) {
            Some(arg) => args.push(arg),
            None => return wrong(message!("call-lacks", names = format!("`{}`", spec.params[i].name))),
        }
    }
    Activation::from_args(&Args::bind(spec, &args)?)
}

/// The class that `name` (`nn.ReLU` or `torch.nn.ReLU`) refers to in `activation:`.
fn find(modules: &Modules, name: &str) -> Result<&'static Spec> {
    let unsupported = || Fault::unsupported(message!("activation-not-supported", text = name));
    let path = name.strip_prefix("torch.").unwrap_or(name);
    let Some(class) = path.strip_prefix("nn.") else {
        return Err(undefined(name).unwrap_or_else(unsupported));
    };
    match nn::find(path) {
        Some(spec) => Ok(spec),
        None if class.contains('.') || nn::is_known_to_torch(path) => Err(unsupported()),
        None => {
            let mut fault = modules.why_unknown(path);
            // Of two layers that are called alike, the activation was meant.
            if let Some(spec) = named(class).filter(|_| fault.kind == FaultKind::Module) {
                let message =
                    if fault.message.id == "did-you-mean" { torch::why_unknown(path).message } else { fault.message };
                fault.message = message!("did-you-mean", message, name = spec.name);
            }
            Err(fault)
        }
    }
}

/// Names of papers and other frameworks, and torch's for the same function; all as plain letters.
const OTHER_NAMES: [(&str, &str); 4] =
    [("swish", "silu"), ("hswish", "hardswish"), ("hsigmoid", "hardsigmoid"), ("lrelu", "leakyrelu")];

/// The fault of a name that means an activation (`SiLU`, `relu`, `F.leaky_relu`) but isn't defined where `activation:` is
/// evaluated: of all these, only `nn` and `torch` are.
fn undefined(name: &str) -> Option<Fault> {
    let spec = named(name.strip_prefix("F.").unwrap_or(name))?;
    Some(Fault::new(FaultKind::Module, message!("name-not-defined", name, class = spec.name)))
}

/// The layer that a name means, whatever its capitals.
fn named(name: &str) -> Option<&'static Spec> {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let meant = plain(name);
    let meant = OTHER_NAMES.iter().find(|(other, _)| *other == meant).map_or(meant, |(_, class)| (*class).to_owned());
    nn::specs().find(|spec| spec.name.strip_prefix("nn.").is_some_and(|class| plain(class) == meant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torch::nn::activation;
    use crate::torch::ops::FaultKind as K;
    use crate::torch::ops::Shape;
    use crate::torch::{Build, Run};

    /// The output of `Conv(4, 4, 1)` for a 4x8x8 image with `activation:` set to `text`, and the activation's
    /// parameters.
    fn conv_with(text: &str) -> Result<(Vec<i64>, u64)> {
        let mut build = Build::default();
        let act = activation(&mut build, &parse(&Modules::new(), text)?)?;
        let y = act.call(&mut Run::silent(), Shape::image(4, 8, 8))?;
        Ok((y.dims().to_vec(), build.modules.walk().count(act.id()).params))
    }

    /// The framework's results (torch 2.15).
    #[test]
    fn activations_of_a_file() {
        for (text, output, params) in [
            ("nn.SiLU()", [1, 4, 8, 8], 0),
            (" torch.nn.ReLU() ", [1, 4, 8, 8], 0),
            ("nn.LeakyReLU(0.1, inplace=True)", [1, 4, 8, 8], 0),
            ("nn.LeakyReLU(inplace=True, negative_slope=0.2)", [1, 4, 8, 8], 0),
            ("nn.Identity(1, 2, a=3)", [1, 4, 8, 8], 0),
            ("nn.PReLU()", [1, 4, 8, 8], 1),
            ("nn.PReLU(num_parameters=4, init=0.1)", [1, 4, 8, 8], 4),
            ("nn.GLU()", [1, 4, 8, 4], 0),
            ("nn.GLU(1)", [1, 2, 8, 8], 0),
            ("nn.Softmax(dim=1)", [1, 4, 8, 8], 0),
            ("nn.Threshold(value=20, threshold=0.1)", [1, 4, 8, 8], 0),
            ("nn.GELU(approximate='tanh')", [1, 4, 8, 8], 0),
            ("nn.Mish() # comment", [1, 4, 8, 8], 0),
            ("nn.MaxPool2d(2)", [1, 4, 4, 4], 0),
            ("nn.BatchNorm2d(4)", [1, 4, 8, 8], 8),
            ("nn.Conv2d(4, 2, kernel_size=1, bias=False)", [1, 2, 8, 8], 8),
        ] {
            assert_eq!(conv_with(text), Ok((output.to_vec(), params)), "{text}");
        }
    }

    #[test]
    fn texts_that_make_no_activation() {
        for (text, kind, says) in [
            ("nn.LeakyReLU(slope=0.1)", K::Arguments, "nn.LeakyReLU has no parameter `slope`"),
            ("nn.LeakyReLU(0.1, negative_slope=0.1)", K::Arguments, "got `negative_slope` twice"),
            ("nn.ReLU(inplace=True, inplace=False)", K::Arguments, "got `inplace` twice"),
            ("nn.LeakyReLU('0.1')", K::Arguments, "must be a number, but is '0.1' (str)"),
            ("nn.LeakyReLU(0.1, True, 3)", K::Arguments, "takes at most 2 arguments"),
            ("nn.Threshold(value=20)", K::Arguments, "is missing `threshold`"),
            ("nn.ReLU", K::Arguments, "write nn.ReLU()"),
            ("SiLU()", K::Module, "the name `SiLU` is not defined; write nn.SiLU()"),
            ("nn.Foo()", K::Module, "torch.nn has no `Foo`"),
            ("Swish()", K::Module, "the name `Swish` is not defined; write nn.SiLU()"),
            ("nn.Silu()", K::Module, "torch.nn has no `Silu`; did you mean `nn.SiLU`?"),
            ("nn.Leaky_ReLU(0.1)", K::Module, "did you mean `nn.LeakyReLU`?"),
            ("nn.ReLU(", K::Arguments, "is not a Python expression"),
            ("3", K::Arguments, "3 (int) is not an activation"),
            ("nn.Hardtanh(min_val=2, max_val=1)", K::Value, "must be above"),
            ("nn.PReLU(3)", K::Channels, "a PReLU with 3 slopes expects 3 channels, but got 4"),
            ("nn.Softmax(7)", K::Shape, "dimension 7 is out of range"),
            ("torch.relu", K::Unsupported, "not supported"),
            ("nn.functional.relu", K::Unsupported, "not supported"),
            ("nn.BatchNorm2d(4, bias=False)", K::Unsupported, "not supported"),
            ("nn.BatchNorm2d(3)", K::Channels, "a batch norm of 3 features expects 3 channels, but got 4"),
            ("nn.MaxPool2d(2, 1.5)", K::Arguments, "`stride` of nn.MaxPool2d must be"),
            ("relu", K::Module, "the name `relu` is not defined; write nn.ReLU()"),
            ("F.leaky_relu", K::Module, "write nn.LeakyReLU()"),
            ("nn.ReLU(*[True])", K::Unsupported, "not supported"),
        ] {
            let fault = conv_with(text).expect_err(text);
            let message = fault.message.english();
            assert_eq!(fault.kind, kind, "{text}: {message}");
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
