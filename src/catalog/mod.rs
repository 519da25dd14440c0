//! The framework's own modules, one file a family: what each is called with, how it is built and how it runs.
//!
//! Rows can name torch's and torchvision's layers as well; [`find`] knows all.

pub mod activation;
pub mod block;
pub mod conv;
pub mod elsewhere;
pub mod head;
#[cfg(test)]
mod testing;
pub mod transformer;

use std::collections::HashMap;
use std::sync::LazyLock;

use conv::Act;

use crate::torch::ops::{Fault, FaultKind, Result};
use crate::torch::{self, Activation, Build, ClassAttribute, Spec, nn, torchvision_ops};

/// A build in which the framework's classes have their attributes: convolutions end with `act`.
pub fn build(act: &Activation) -> Result<Build> {
    let mut b = Build::default();
    let silu = Activation::silu();
    for (path, act) in [(Act::OF_CONV, act), (Act::OF_CONV_TRANSPOSE, &silu), (Act::OF_REP_CONV, &silu)] {
        let act = nn::activation(&mut b, act)?;
        b.set_class_attribute(path, ClassAttribute::Module(act));
    }
    Ok(b)
}

/// The module that a row calls `name`, where it is a built-in one.
pub fn find(name: &str) -> Option<&'static Spec> {
    static INDEX: LazyLock<HashMap<&str, &Spec>> = LazyLock::new(|| all().map(|spec| (spec.name, spec)).collect());
    INDEX.get(name).copied()
}

/// Why a row can't call a module `name`.
pub fn why_unknown(name: &str) -> Fault {
    if !name.starts_with("nn.") && !name.starts_with("torchvision.ops.") {
        return Fault::new(FaultKind::Module, unknown(name));
    }
    let mut fault = torch::why_unknown(name);
    if fault.kind == FaultKind::Module {
        fault.message += &did_you_mean(name);
    }
    fault
}

fn unknown(name: &str) -> String {
    if unregistered().any(|spec| spec.name == name) {
        return format!(
            "`{name}` is a module of the framework, but parse_model can't find it: it isn't imported in \
             ultralytics/nn/tasks.py"
        );
    }
    if let Some(repositories) = elsewhere::repositories(name) {
        return format!("`{name}` is a module of {repositories}; Ultralytics 8.4.190 doesn't have it");
    }
    match did_you_mean(name) {
        hint if hint.is_empty() => format!("unknown module `{name}`: Ultralytics 8.4.190 doesn't have it"),
        hint => format!("unknown module `{name}`{hint}"),
    }
}

/// The end of a sentence about a name that isn't known.
fn did_you_mean(name: &str) -> String {
    suggestion(name).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default()
}

/// The module whose name is closest to one that isn't known, where one is close. None for a module of another repository.
pub fn suggestion(name: &str) -> Option<&'static str> {
    if elsewhere::repositories(name).is_some() {
        return None;
    }
    if let Some(of_torch) = find(&format!("nn.{name}")) {
        return Some(of_torch.name);
    }
    let distance = |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let (closest, distance) = all().map(|spec| (spec.name, distance(spec.name))).min_by_key(|(_, d)| *d)?;
    (distance * 3 <= closest.len()).then_some(closest)
}

/// All built-in modules.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    [torchvision_ops::SPECS, transformer::SPECS]
        .into_iter()
        .chain(conv::SPECS.iter().copied())
        .chain(nn::SPECS.iter().copied())
        .chain(block::SPECS.iter().copied())
        .chain(head::SPECS.iter().copied())
        .flatten()
}

/// Modules that the framework has, but that its `parse_model` can't name in a row.
pub fn unregistered() -> impl Iterator<Item = &'static Spec> {
    let families = conv::UNREGISTERED.iter().chain(block::UNREGISTERED).chain(head::UNREGISTERED).copied();
    families.flatten().chain(transformer::UNREGISTERED)
}
