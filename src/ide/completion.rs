//! Completion of modules, `from` entries, arguments, top-level keys and activations.

use super::ModelFile;
use super::place::{Place, Typed, typed_at};
use crate::analysis::{Status, analyse};
use crate::cost::units;
use crate::dialect::{self, ModuleInfo};
use crate::model::{Cell, Model, Row};
use crate::python::Literal;
use crate::text::Span;
use crate::torch::{Type, Value};
use crate::words::message;

/// Completions at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Completions {
    /// The word that an item replaces.
    pub span: Span,
    /// The items, best first.
    pub items: Vec<Item>,
}

/// Kind of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A module.
    Module,
    /// The index of a row.
    Row,
    /// A value.
    Value,
    /// The name of a top-level key.
    Key,
}

/// A completion item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Text to show and to insert.
    pub label: String,
    pub kind: Kind,
    /// One-line description.
    pub detail: String,
    /// Longer description, in Markdown.
    pub doc: String,
    /// Text to insert for clients that support snippets, if it differs.
    pub snippet: Option<String>,
}

impl Item {
    fn new(label: impl Into<String>, kind: Kind, detail: impl Into<String>) -> Item {
        Item { label: label.into(), kind, detail: detail.into(), doc: String::new(), snippet: None }
    }
}

/// The modes of nn.Upsample that work on images.
const MODES: [&str; 5] = ["nearest", "nearest-exact", "bilinear", "bicubic", "area"];

/// Returns the completions at `offset`; none if nothing is known there.
pub fn completions(file: &ModelFile, offset: u32) -> Option<Completions> {
    let Typed { place, depth, word: span } = typed_at(file, offset)?;
    let items = match place {
        None => keys(file, span),
        Some(Place::Key(key)) if file.model.keys[key].name == "activation" => activations(file),
        Some(Place::From(row, entry)) if depth <= 2 => sources(file, row, entry, span),
        Some(Place::Module(row)) => modules(file, row, span),
        Some(Place::Arg(row, argument)) if depth == 2 => arguments(file, row, argument),
        Some(_) => Vec::new(),
    };
    (!items.is_empty()).then_some(Completions { span, items })
}

/// Returns the modules, first those that the file uses.
fn modules(file: &ModelFile, row: usize, span: Span) -> Vec<Item> {
    let name_of = |row: &Row| row.module_name().map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    // The nearest use is the best example.
    let others = file.model.rows[..row].iter().rev().chain(&file.model.rows[row + 1..]);
    for name in others.filter_map(name_of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let used = names.len();
    let mut rest = file.dialect().modules();
    rest.retain(|module| !names.contains(&module.name.to_string()));
    // A person's own modules come first: those that the built-in framework doesn't have.
    let builtin = dialect::builtin();
    let is_own = |module: &ModuleInfo| module.place.is_some() && builtin.module(&module.name).is_none();
    rest.sort_by_key(|module| (!is_own(module), module.name.contains('.'), module.name.to_lowercase()));
    names.extend(rest.iter().map(|module| module.name.to_string()));
    let behind = Span::new(span.end, file.lines().line_span(file.text(), file.lines().line(span.end)).end);
    let takes_args = !behind.text(file.text()).trim_start().starts_with(',');
    let module = |(i, name): (usize, String)| {
        let known = file.module(&name);
        let known = known.as_deref();
        let detail = known.map_or_else(|| file.say(&message!("not-in-framework")), ModuleInfo::to_string);
        let args = if i < used { example(file, row, &name) } else { None };
        let args = args.map(|args| format!("${{1:{}}}", escaped(&args)));
        let args = args.or_else(|| known.map(required_args)).filter(|_| takes_args);
        Item {
            doc: known.map_or(String::new(), |known| file.say(&known.doc)),
            snippet: args.map(|args| format!("{}, [{args}]", escaped(&name))),
            ..Item::new(name, Kind::Module, detail)
        }
    };
    names.into_iter().enumerate().map(module).collect()
}

/// Returns the arguments with which the file uses a module, preferably above this row.
fn example(file: &ModelFile, row: usize, name: &str) -> Option<String> {
    let is_use = |row: &&Row| row.complete && row.module_name() == Some(name);
    let (above, below) = (&file.model.rows[..row], &file.model.rows[row + 1..]);
    let found = above.iter().rev().chain(below).find(is_use)?;
    let args = found.args()?.span.text(file.text());
    let args = args.strip_prefix('[')?.strip_suffix(']')?.trim();
    (!args.contains(['\n', '\r', '#'])).then(|| args.to_owned())
}

/// Returns the required arguments as snippet placeholders.
fn required_args(module: &ModuleInfo) -> String {
    let required = module.row_params.iter().take_while(|param| param.is_required);
    let places = required.enumerate().map(|(j, param)| format!("${{{}:{}}}", j + 1, param.name));
    places.collect::<Vec<_>>().join(", ")
}

/// Escapes a text for use in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// Returns the rows that `from`, or item `item` of it, can name: first those that the row works with, nearest first.
fn sources(file: &ModelFile, row: usize, item: Option<usize>, span: Span) -> Vec<Item> {
    let analysis = file.at_active_scale();
    let is_negative = span.text(file.text()).starts_with('-');
    // Only a candidate's output decides whether the row works with it, so equal outputs are tried once.
    let mut tried: Vec<(Option<&Value>, bool)> = Vec::new();
    let mut works = |j: usize| {
        let output = analysis.rows[j].output.as_ref();
        if let Some((_, works)) = tried.iter().find(|(other, _)| *other == output) {
            return *works;
        }
        let works = output.is_some() && works_with(file, row, item, j);
        tried.push((output, works));
        works
    };
    let above: Vec<usize> = (0..row.min(analysis.rows.len())).rev().collect();
    let mut ranked: Vec<(bool, Item)> = Vec::new();
    for (distance, &j) in above.iter().enumerate() {
        let (detail, works) = (described(file, j), works(j));
        if distance == 0 || is_negative {
            ranked.push((!works, Item::new(format!("-{}", distance + 1), Kind::Row, detail.clone())));
        }
        if !is_negative {
            ranked.push((!works, Item::new(j.to_string(), Kind::Row, detail)));
        }
    }
    if row == 0 {
        ranked.push((false, Item::new("-1", Kind::Row, file.say(&message!("the-image")))));
    }
    ranked.sort_by_key(|(fails, _)| *fails);
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// `128×40×40 · stride 16 · C3k2`
fn described(file: &ModelFile, j: usize) -> String {
    let output = file.at_active_scale().rows[j].output.as_ref();
    let shape = output.and_then(Value::first_tensor);
    let mut parts = vec![shape.as_ref().map_or("?".to_owned(), units::shape)];
    let map = shape.and_then(|shape| shape.bchw().ok());
    if let Some(stride) = map.and_then(|[.., height, width]| file.at_active_scale().stride([height, width])) {
        parts.push(file.say(&message!("stride", stride)));
    }
    let module = file.model.rows[j].module_name();
    parts.extend(module.map(str::to_owned));
    parts.join(" · ")
}

/// Whether a row can be built and run if its `from`, or an item of it, names row `j`.
fn works_with(file: &ModelFile, row: usize, item: Option<usize>, j: usize) -> bool {
    let Some(from) = file.model.rows[row].from() else { return false };
    let named = Cell { value: Literal::Int(j as i64), items: Vec::new(), names: Vec::new(), ..from.clone() };
    let mut tried = from.clone();
    match item {
        None => tried = named,
        Some(item) => {
            match tried.items.get_mut(item) {
                Some(cell) => *cell = named,
                None => tried.items.push(named),
            }
            tried.value = Literal::List(tried.items.iter().map(|cell| cell.value.clone()).collect());
        }
    }
    let mut model = Model { sections: Vec::new(), rows: file.model.rows[..=row].to_vec(), ..file.model.clone() };
    model.rows[row].cells[0] = tried;
    let analysis = file.at_active_scale();
    matches!(
        analyse(&model, &analysis.scale, &analysis.options()).rows[row].status,
        Status::Exact | Status::Uncounted(_)
    )
}

/// Returns values for argument `j` of a row.
fn arguments(file: &ModelFile, row: usize, j: usize) -> Vec<Item> {
    let name = file.model.rows[row].module_name();
    let Some(module) = name.and_then(|name| file.module(name)) else { return names(file) };
    let Some(param) = module.row_params.get(j).and_then(|param| module.param_of(param)) else { return Vec::new() };
    let value = |label: &str| {
        let default = param.default.as_ref().map(Literal::to_string);
        let is_default = default.is_some_and(|default| default.trim_matches('\'') == label);
        let name = &param.name;
        let detail = if is_default { file.say(&message!("is-the-default", name)) } else { name.to_string() };
        Item::new(label, Kind::Value, detail)
    };
    let mut items: Vec<Item> = match param.ty {
        Type::Any if matches!(param.default, Some(Literal::Bool(_))) => ["True", "False"].map(value).into(),
        Type::Bool | Type::Act => ["True", "False"].map(value).into(),
        Type::Str if param.name == "mode" && module.name.starts_with("nn.Upsampl") => MODES.map(value).into(),
        _ => Vec::new(),
    };
    let takes_none = matches!(param.ty, Type::OptInt | Type::OptSize) || param.default == Some(Literal::None);
    if takes_none {
        items.push(value("None"));
    }
    if matches!(param.ty, Type::Int | Type::OptInt | Type::Ints | Type::Any) {
        let mut names = names(file);
        names.sort_by_key(|item| item.label != param.name);
        items.extend(names);
    }
    items
}

/// Returns the top-level keys whose names `parse_model` replaces by their values.
fn names(file: &ModelFile) -> Vec<Item> {
    let named = ["nc", "kpt_shape", "reg_max", "end2end"].into_iter().filter_map(|name| file.model.key(name));
    named.map(|key| Item::new(key.name.as_str(), Kind::Key, key.value.value.to_string())).collect()
}

/// Returns the top-level keys that the file doesn't have.
fn keys(file: &ModelFile, span: Span) -> Vec<Item> {
    let is_there = |name: &str| file.model.keys.iter().any(|key| key.name == name && !key.span.touches(span.start));
    let missing = file.dialect().keys().iter().filter(|key| key.is_offered && !is_there(key.name));
    let item = |key: &dialect::Key| Item {
        snippet: Some(format!("{}: ", key.name)),
        ..Item::new(key.name, Kind::Key, file.say(&key.brief))
    };
    missing.map(item).collect()
}

/// Returns the activations as constructor calls.
fn activations(file: &ModelFile) -> Vec<Item> {
    let modules = file.dialect().modules();
    let activations = modules.iter().filter(|module| module.path.starts_with("torch.nn.modules.activation."));
    activations
        .filter(|module| module.name != "nn.MultiheadAttention")
        .map(|module| {
            let required = module.params.iter().filter(|param| param.default.is_none()).enumerate();
            let args: Vec<String> = required.map(|(i, param)| format!("${{{}:{}}}", i + 1, param.name)).collect();
            let mut item = Item::new(format!("{}()", module.name), Kind::Module, module.to_string());
            item.doc = file.say(&module.doc);
            item.snippet = (!args.is_empty()).then(|| format!("{}({})", module.name, args.join(", ")));
            item
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    const HEADER: &str = "\
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, MyBlock, [32]]
  - [1, 1, nn.Upsample, [None, 2, nearest]]
head:
";

    /// The first items at `$0`: `label: detail -> snippet`.
    fn items(line: &str, most: usize) -> Vec<String> {
        let text = format!("{HEADER}{line}\n");
        let offset = text.find("$0").unwrap() as u32;
        let file = ModelFile::read(&text.replace("$0", ""), &Request::default(), true).unwrap();
        let items = completions(&file, offset).map_or(Vec::new(), |c| c.items).into_iter().take(most);
        items
            .map(|item| {
                let snippet = item.snippet.map(|s| format!(" -> {s}")).unwrap_or_default();
                format!("{}: {}{snippet}", item.label, item.detail)
            })
            .collect()
    }

    #[test]
    fn modules_of_the_file_come_first() {
        let expected = [
            "nn.Upsample: nn.Upsample(size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None) -> nn.Upsample, [${1:None, 2, nearest}]",
            "MyBlock: not in the framework -> MyBlock, [${1:32}]",
            "Conv: Conv(c1, c2, k=1, s=1, p=None, g=1, d=1, act=True) -> Conv, [${1:32, 3, 2}]",
            "A2C2f: A2C2f(c1, c2, n=1, a2=True, area=1, residual=False, mlp_ratio=2.0, e=0.5, g=1, shortcut=True) -> A2C2f, [${1:c2}]",
        ];
        assert_eq!(items("  - [-1, 1, $0]", 4), expected);
        // What follows already is left as it is.
        assert_eq!(items("  - [-1, 1, C$0, [8]]", 3)[2], expected[2].split(" -> ").next().unwrap());
    }

    #[test]
    fn rows_that_work_come_first() {
        let expected = [
            "-1: 32×320×320 · stride 2 · nn.Upsample",
            "3: 32×320×320 · stride 2 · nn.Upsample",
            "0: 16×320×320 · stride 2 · Conv",
            "2: ? · MyBlock",
            "1: 32×160×160 · stride 4 · Conv",
        ];
        assert_eq!(items("  - [[0, $0], 1, Concat, [1]]", 9), expected);
        let expected = ["-1: 32×320×320 · stride 2 · nn.Upsample", "-3: 32×160×160 · stride 4 · Conv"];
        assert_eq!(items("  - [-$0, 1, Conv, [8]]", 2), expected);
    }

    #[test]
    fn arguments_by_their_type() {
        assert_eq!(items("  - [-1, 1, C2f, [8, $0]]", 9), ["True: shortcut", "False: shortcut (the default)"]);
        assert_eq!(items("  - [[0], 1, Detect, [$0", 9), ["nc: 3"]);
        assert_eq!(items("  - [-1, 1, nn.Upsample, [$0]]", 1), ["None: size (the default)"]);
        assert_eq!(items("  - [-1, 1, nn.Upsample, [None, 2, $0]]", 1), ["nearest: mode (the default)"]);
    }

    #[test]
    fn keys_and_activations() {
        assert_eq!(
            items("  - [-1, 1, Conv, [8]]\n$0", 1),
            ["scales: letter: [depth, width, max_channels] -> scales: "]
        );
        assert_eq!(items("  - [-1, 1, Conv, [8]]\nactivation: $0", 1), ["nn.ReLU(): nn.ReLU(inplace=False)"]);
        assert_eq!(items("  - [-1, 1, Conv, [8]] # $0", 1), [""; 0]);
    }
}
