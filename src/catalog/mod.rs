//! The built-in modules, one file a family: what each is called with, how it is built, and how it runs on `ops`.
//!
//! A module is built by a function that registers its children and parameters with [`Build`] and returns what runs:
//! a [`Net`] (one tensor in, one out) or, where a row passes lists, a [`Layer`]. A [`Spec`] makes it nameable in a row.

pub mod block;
mod build;
pub mod conv;
pub mod elsewhere;
pub mod head;
mod net;
pub mod nn;
mod signature;
#[cfg(test)]
mod testing;
pub mod torchvision_ops;
pub mod transformer;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::ops::{Fault, FaultKind};
pub use crate::python::Arg;
pub use build::{Build, MAX_MODULES, SharedKey};
pub use net::{Layer, Net, Value, repeated_layer};
pub use nn::Activation;
pub use signature::{Args, Default, Param, Spec, Type};

/// The module that a row calls `name`, where it is a built-in one.
pub fn find(name: &str) -> Option<&'static Spec> {
    static INDEX: LazyLock<HashMap<&str, &Spec>> = LazyLock::new(|| all().map(|spec| (spec.name, spec)).collect());
    INDEX.get(name).copied()
}

/// Why a row can't call a module `name`.
pub fn why_unknown(name: &str) -> Fault {
    if name.starts_with("nn.") {
        nn::why_unknown(name)
    } else if name.starts_with("torchvision.ops.") {
        torchvision_ops::why_unknown(name)
    } else {
        Fault::new(FaultKind::Module, unknown(name))
    }
}

fn unknown(name: &str) -> String {
    if unregistered().any(|spec| spec.name == name) {
        return format!(
            "`{name}` is a module of the framework, but its parse_model can't name it: it isn't imported in \
             ultralytics/nn/tasks.py"
        );
    }
    if let Some(repositories) = elsewhere::repositories(name) {
        return format!("`{name}` is a module of {repositories}; Ultralytics 8.4.190 has none of that name");
    }
    match did_you_mean(name) {
        hint if hint.is_empty() => format!("there is no module `{name}` in Ultralytics 8.4.190"),
        hint => format!("there is no module `{name}`{hint}"),
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

/// Numbers that divide both `a` and `b`, as the end of a sentence: `: 1, 2 or 4 would do`.
fn divisors(a: i64, b: i64) -> String {
    const MOST: i64 = 64;
    let divisors: Vec<String> =
        (1..=a.min(b).min(MOST)).filter(|d| a % d == 0 && b % d == 0).map(|d| d.to_string()).collect();
    match divisors.as_slice() {
        [] => String::new(),
        [one] => format!(": {one} would do"),
        [most @ .., last] => format!(": {} or {last} would do", most.join(", ")),
    }
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
