//! The modules that rows can name, each with what is said of it and what is done with its arguments.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::arguments::{BASE, OTHER, Treatment, row_params, treatment};
use super::{foreign, task};
use crate::catalog;
use crate::dialect::{ModuleInfo, Param};
use crate::model::DeclaredOutput;
use crate::torch::ops::{Fault, FaultKind};
use crate::torch::{self, Spec};
use crate::words::message;

/// All modules that rows can name.
pub(super) struct Modules {
    all: Arc<[Known]>,
    by_name: Arc<HashMap<&'static str, usize>>,
    /// Outputs that settings declare for modules whose code isn't known.
    declared: BTreeMap<String, DeclaredOutput>,
}

/// A module that rows can name.
pub(super) struct Known {
    pub(super) spec: &'static Spec,
    pub(super) info: Arc<ModuleInfo>,
    pub(super) treatment: Treatment,
}

impl Modules {
    pub(super) fn new() -> Modules {
        let all: Arc<[Known]> = catalog::all().map(known).collect();
        let by_name = all.iter().enumerate().map(|(i, known)| (known.spec.name, i)).collect();
        Modules { all, by_name: Arc::new(by_name), declared: BTreeMap::new() }
    }

    /// The same modules, and those of declared outputs.
    pub(super) fn declaring(&self, declared: BTreeMap<String, DeclaredOutput>) -> Modules {
        Modules { all: self.all.clone(), by_name: self.by_name.clone(), declared }
    }

    /// The declared output of a module.
    pub(super) fn declared(&self, name: &str) -> Option<DeclaredOutput> {
        self.declared.get(name).copied()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Known> {
        self.all.iter()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Known> {
        self.by_name.get(name).map(|&i| &self.all[i])
    }

    /// The module whose name is closest to one that isn't known, if one is close. None for a module of another repository.
    pub(super) fn suggestion(&self, name: &str) -> Option<&Known> {
        if foreign::repositories(name).is_some() {
            return None;
        }
        if let Some(of_torch) = self.find(&format!("nn.{name}")) {
            return Some(of_torch);
        }
        if let Some(known) = name.strip_suffix("()").and_then(|name| self.find(name)) {
            return Some(known);
        }
        // A path of Python: `torch.nn.Upsample`, `ultralytics.nn.modules.C2f`.
        if let Some((path, last)) = name.rsplit_once('.').filter(|(path, _)| *path != "nn") {
            let of_torch = path.ends_with("nn").then(|| self.find(&format!("nn.{last}"))).flatten();
            if let Some(known) = of_torch.or_else(|| self.find(last)) {
                return Some(known);
            }
        }
        let distance = |known: &Known| {
            let [name, known] = [name, known.spec.name].map(str::to_lowercase);
            strsim::damerau_levenshtein(&name, &known)
        };
        let slips = self.all().filter(|known| is_slip(name, known.spec.name));
        slips.min_by_key(|known| distance(known))
    }

    /// Why a row can't call a module `name`.
    pub(super) fn why_unknown(&self, name: &str) -> Fault {
        let suggestion = self.suggestion(name);
        let with_hint = |message, known: Option<&Known>| match known {
            Some(known) => message!("did-you-mean", message, name = known.spec.name),
            None => message,
        };
        if name.starts_with("nn.") || name.starts_with("torchvision.ops.") {
            let mut fault = torch::why_unknown(name);
            if fault.kind == FaultKind::Module {
                fault.message = with_hint(fault.message, suggestion);
            }
            return fault;
        }
        let message = if catalog::unregistered().any(|spec| spec.name == name) {
            message!("module-not-in-tasks", name)
        } else if let Some(repositories) = foreign::repositories(name) {
            message!("module-of-repositories", name, repositories)
        } else if suggestion.is_none() {
            message!("module-unknown-here", name)
        } else {
            with_hint(message!("module-unknown", name), suggestion)
        };
        Fault::new(FaultKind::Module, message)
    }
}

/// Whether a name may be a slip of the pen where `known` was meant: case, two letters swapped, a letter written twice or
/// once too few, up to two letters of a word. Other capitals and digits make another name: `C3k3`, `AKConv` and `IDetect`
/// are no slips of `C3k2`, `AConv` and `Detect`.
fn is_slip(name: &str, known: &str) -> bool {
    if name.eq_ignore_ascii_case(known) {
        return true;
    }
    let (name, known): (Vec<char>, Vec<char>) = (name.chars().collect(), known.chars().collect());
    let start = name.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let rest = name[start..].iter().rev().zip(known[start..].iter().rev());
    let end = rest.take_while(|(a, b)| a == b).count();
    let [wrong, right] = [&name, &known].map(|text| &text[start..text.len() - end]);
    let is_neighbour = |c: char| {
        let around = [start.checked_sub(1).map(|at| known[at]), known.get(known.len() - end).copied()];
        around.contains(&Some(c))
    };
    let is_word = |letters: &[char]| letters.iter().all(char::is_ascii_lowercase);
    match (wrong, right) {
        // Written twice, or once where it belongs twice.
        (&[c], &[]) | (&[], &[c]) if is_neighbour(c) => true,
        (&[c], &[_]) if is_neighbour(c) => true,
        (&[a, b], &[c, d]) if (a, b) == (d, c) => true,
        ([], [c]) => c.is_ascii_lowercase() && known.len() >= 4,
        ([_], []) | ([_], [_]) => is_word(wrong) && is_word(right) && known.len() >= 5,
        _ => {
            let text = |letters: &[char]| letters.iter().collect::<String>();
            let distance = strsim::damerau_levenshtein(&text(wrong), &text(right));
            is_word(wrong) && is_word(right) && known.len() >= 6 && distance <= 2
        }
    }
}

fn known(spec: &'static Spec) -> Known {
    let treatment = treatment(spec.name);
    Known { spec, info: Arc::new(info(spec, treatment)), treatment }
}

/// Describes a module that rows can't name.
pub(super) fn unlisted(spec: &'static Spec) -> ModuleInfo {
    info(spec, if takes_channels(spec) { BASE } else { OTHER })
}

/// Whether a module takes the channels that it reads and those that it returns, so that it has to be listed with the
/// framework's others.
pub(super) fn takes_channels(spec: &Spec) -> bool {
    matches!(spec.params, [c1, c2, ..] if c1.name == "c1" && c2.name == "c2")
}

fn info(spec: &'static Spec, treatment: Treatment) -> ModuleInfo {
    let param = |param: &torch::Param| Param {
        name: Cow::Borrowed(param.name),
        ty: param.ty,
        default: param.default.map(torch::Default::to_arg),
        place: None,
    };
    let params: Vec<Param> = spec.params.iter().map(param).collect();
    ModuleInfo {
        name: Cow::Borrowed(spec.name),
        path: Cow::Borrowed(spec.path),
        doc: spec.doc.clone(),
        page: page(spec.path),
        row_params: row_params(&params, treatment),
        params,
        is_head: spec.path.starts_with("ultralytics.nn.modules.head."),
        has_levels: task::has_levels(spec.name),
        place: None,
    }
}

/// The page that the makers of a class wrote about it.
fn page(path: &str) -> Option<String> {
    let class = path.rsplit('.').next()?;
    if let Some(file) = path.strip_prefix("ultralytics.nn.modules.") {
        let file = file.split('.').next()?;
        return Some(format!("https://docs.ultralytics.com/reference/nn/modules/{file}/#{path}"));
    }
    if path.starts_with("torchvision.ops.") {
        return Some(format!("https://docs.pytorch.org/vision/stable/generated/torchvision.ops.{class}.html"));
    }
    path.starts_with("torch.nn.modules.")
        .then(|| format!("https://docs.pytorch.org/docs/stable/generated/torch.nn.{class}.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let modules = Modules::new();
        let page = |name: &str| modules.find(name).unwrap().info.page.clone().unwrap();
        let framework = "https://docs.ultralytics.com/reference/nn/modules";
        assert_eq!(page("C2f"), format!("{framework}/block/#ultralytics.nn.modules.block.C2f"));
        assert_eq!(page("nn.MaxPool2d"), "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html");
        let vision = "https://docs.pytorch.org/vision/stable/generated";
        assert_eq!(page("torchvision.ops.StochasticDepth"), format!("{vision}/torchvision.ops.StochasticDepth.html"));
    }
}
