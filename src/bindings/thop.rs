//! `thop.profile`, which frameworks call for the FLOPs of their summary line.

use super::state::torch;
use super::{graph, module};
use crate::cost::{Convention, Counter};
use crate::interpret::{Args, Counts, Library, Machine, Native, NativeFn, Res, Taken, Value};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["thop"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find: super::said,
    others: &["thop.clever_format"],
};

const FUNCTIONS: &[(&str, NativeFn)] = &[("thop.profile", profile)];

/// Returns multiply-accumulates and parameters of a forward pass, which leaves no trace.
fn profile(m: &mut Machine, _: &Native, args: Args) -> Res {
    let verbose = m.symbol("verbose");
    let args = Args { keywords: args.keywords.into_iter().filter(|k| k.0 != verbose).collect(), ..args };
    let mut taken = Taken::new("profile", args);
    let model = taken.required(m, "model")?;
    let inputs = taken.required(m, "inputs")?;
    let inputs = match &inputs {
        Value::Tuple(inputs) => inputs.items.clone(),
        Value::List(inputs) => inputs.borrow().clone(),
        _ => return Err(m.unknown(message!("thop-inputs"))),
    };
    if !module::is_module(m, &model) {
        return Err(m.unknown(message!("thop-of")));
    }
    let torch = torch(m);
    let mut modes = Vec::new();
    for module in module::below(m, &model)? {
        if let Value::Instance(instance) = module {
            modes.push((module::is_training(&torch, &instance), instance));
        }
    }
    let eval = m.symbol("eval");
    let eval = m.get_attribute(&model, eval)?;
    m.call(&eval, Args::default())?;
    let start = torch.run.borrow().len();
    let watched = torch.watched.take();
    let result = m.call(&model, Args::of(inputs));
    torch.watched.replace(watched);
    for (mode, instance) in modes {
        module::set_training(&torch, &instance, mode);
    }
    let calls = torch.run.borrow_mut().split_off(start);
    result?;
    let root = graph(m, &model)?;
    let modules = &torch.build.borrow().modules;
    match Counter::new(Convention::Ultralytics, modules, root).total(&calls) {
        Ok(ops) => {
            let params = modules.walk().count(root).params;
            Ok(Value::tuple(vec![Value::Float(ops as f64), Value::Float(params as f64)]))
        }
        Err(why) => Err(m.unknown(why)),
    }
}
