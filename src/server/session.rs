//! Code lens, and the commands behind it: what is switched for one file, for as long as the server runs.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, ExecuteCommandParams, Range, Uri};

use super::convert;
use super::state::State;
use crate::config::{self, Config};
use crate::cost::Convention;
use crate::ide::ModelFile;
use crate::ide::lens::{self, Switch};

/// The commands. Each takes a document's URI and a value as the setting of that name has it: `null` goes back to the
/// settings, no value at all goes on to the next one.
pub(super) const COMMANDS: [&str; 3] = ["yolint.scale", "yolint.imgsz", "yolint.convention"];

/// The sizes of an image that are gone through.
const IMAGE_SIZES: [i64; 5] = [320, 480, 640, 960, 1280];

/// Switches to a value, back to the settings (`null`), or on to what comes after what is shown (none).
fn switch(
    session: &mut Config,
    switch: Switch,
    value: Option<&Value>,
    file: &ModelFile,
) -> std::result::Result<(), String> {
    let name = setting(switch);
    let read = match value {
        None => next(switch, file),
        Some(Value::Null) => Config::default(),
        Some(value) => {
            let (read, problems) = config::read(&json!({ name: value }));
            if !problems.is_empty() {
                return Err(problems.join("; "));
            }
            read
        }
    };
    match switch {
        Switch::Scale => session.scale = read.scale,
        Switch::ImageSize => session.imgsz = read.imgsz,
        Switch::Convention => session.convention = read.convention,
    }
    Ok(())
}

/// What comes after what is shown, the first after the last.
fn next(switch: Switch, file: &ModelFile) -> Config {
    let shown = file.shown();
    let mut next = Config::default();
    match switch {
        Switch::Scale => {
            let letters: Vec<&str> = file.model.scales().map(|(letter, ..)| letter).collect();
            next.scale = following(&letters, &shown.scale.as_str()).map(|letter| (*letter).to_owned());
        }
        Switch::ImageSize => next.imgsz = following(&IMAGE_SIZES.map(|size| [size, size]), &shown.imgsz).copied(),
        Switch::Convention => next.convention = following(Convention::ALL, &shown.convention).copied(),
    }
    next
}

fn following<'a, T: PartialEq>(all: &'a [T], current: &T) -> Option<&'a T> {
    let next = all.iter().position(|item| item == current).map_or(0, |at| at + 1);
    all.get(next).or(all.first())
}

/// The setting that a command switches.
fn setting(switch: Switch) -> &'static str {
    match switch {
        Switch::Scale => "scale",
        Switch::ImageSize => "imgsz",
        Switch::Convention => "convention",
    }
}

/// The lenses of a document.
pub(super) fn lenses(state: &mut State, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    let stem = state.stem(uri)?;
    let (file, encoding) = state.file(uri)?;
    let lens = |lens: lens::Lens| {
        let place = convert::position(file, lens.offset, encoding);
        // A command without a name is how a lens says something and does nothing.
        let command = lens.switches.map(|switch| format!("yolint.{}", setting(switch))).unwrap_or_default();
        let arguments = lens.switches.map(|_| vec![json!(uri)]);
        CodeLens {
            range: Range::new(place, place),
            command: Some(Command { title: lens.title, command, arguments }),
            data: None,
        }
    };
    Some(lens::lenses(file, &stem).into_iter().map(lens).collect())
}

/// Runs a command.
pub(super) fn execute(state: &mut State, params: &ExecuteCommandParams) -> Result<Option<Value>> {
    let switch = match params.command.as_str() {
        "yolint.scale" => Switch::Scale,
        "yolint.imgsz" => Switch::ImageSize,
        "yolint.convention" => Switch::Convention,
        // The lens that only says something.
        "" => return Ok(None),
        name => return Err(Error::invalid_params(format!("there is no command `{name}`"))),
    };
    let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse::<Uri>().ok());
    let uri = uri.ok_or_else(|| Error::invalid_params("the first argument must be the URI of a document"))?;
    let mut session = state.session(&uri);
    let Some((file, _)) = state.file(&uri) else {
        return Err(Error::invalid_params("the document isn't open, or is no model file"));
    };
    self::switch(&mut session, switch, params.arguments.get(1), file).map_err(Error::invalid_params)?;
    state.set_session(uri, session);
    Ok(None)
}
