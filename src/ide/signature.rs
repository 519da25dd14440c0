//! Signature help for a row's arguments.

use super::ModelFile;
use super::place::{Place, typed_at};
use crate::dialect::{ModuleInfo, RowParam};

/// The signature of a row's module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `Conv [c2, k=1, s=1, p=None, g=1, d=1, act=True]`
    pub label: String,
    /// Byte ranges of the arguments in the label.
    pub params: Vec<(u32, u32)>,
    /// The argument at the cursor; none if there are more arguments than parameters.
    pub active: Option<usize>,
    /// Description of the module in Markdown.
    pub doc: String,
}

/// Returns the signature for the arguments at `offset`.
pub fn signature(file: &ModelFile, offset: u32) -> Option<Signature> {
    let Some(Place::Arg(row, argument)) = typed_at(file, offset)?.place else { return None };
    let module = file.module_of(row)?;
    let row_params = &module.row_params;
    let mut label = format!("{} [", module.name);
    let mut params = Vec::with_capacity(row_params.len());
    for (j, param) in row_params.iter().enumerate() {
        if j > 0 {
            label.push_str(", ");
        }
        let start = label.len() as u32;
        label.push_str(&written(&module, param));
        params.push((start, label.len() as u32));
    }
    label.push(']');
    let takes_rest = row_params.last().is_some_and(|param| param.name.starts_with('*'));
    let active = if takes_rest { Some(argument.min(params.len() - 1)) } else { Some(argument) };
    let active = active.filter(|&active| active < params.len());
    Some(Signature { label, params, active, doc: format!("{}\n\n```python\n{module}\n```", file.say(&module.doc)) })
}

/// `c2`, `k=1`
fn written(module: &ModuleInfo, row_param: &RowParam) -> String {
    let param = module.param_of(row_param).filter(|param| !row_param.is_required && !param.takes_rest());
    let default = param.and_then(|param| param.default.as_ref());
    default.map_or(row_param.name.to_string(), |default| format!("{}={default}", row_param.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    /// The signature at `$0`, the active argument between bars.
    fn shown(row: &str) -> String {
        let text = format!("backbone:\n  - [-1, 1, Conv, [8]]\n  - {row}\n");
        let offset = text.find("$0").unwrap() as u32;
        let file = ModelFile::read(&text.replace("$0", ""), &Request::default(), true).unwrap();
        let Some(mut signature) = signature(&file, offset) else { return "none".to_owned() };
        if let Some((start, end)) = signature.active.map(|active| signature.params[active]) {
            signature.label.insert(end as usize, '|');
            signature.label.insert(start as usize, '|');
        }
        signature.label
    }

    #[test]
    fn the_argument_at_the_cursor() {
        for (row, expected) in [
            ("[-1, 1, Conv, [8, $03, 2]]", "Conv [c2, |k=1|, s=1, p=None, g=1, d=1, act=True]"),
            ("[-1, 1, Conv, [$0", "Conv [|c2|, k=1, s=1, p=None, g=1, d=1, act=True]"),
            ("[-1, 3, C2f, [8, True, $0", "C2f [c2, shortcut=False, |g=1|, e=0.5]"),
            ("[[-1], 1, Detect, [nc$0]]", "Detect [|nc|]"),
            ("[-1, 1, Conv$0, [8]]", "none"),
            ("[-1, 1, Unheard, [$08]]", "none"),
        ] {
            assert_eq!(shown(row), expected, "{row}");
        }
    }
}
