//! Commands: what is switched for one file, for as long as the server runs, and what edits other files.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri};

use super::register;
use crate::config::{self, Config};
use crate::cost::Convention;
use crate::ide::ModelFile;
use crate::ide::lens::{Switch, channels};
use crate::ide::status::IMAGE_SIZES;
use crate::server::capabilities::{self, REGISTER, SHAPES};
use crate::server::state::State;
use crate::words::Message;

/// Switches to a value, back to the settings (`null`), or on to what comes after what is shown (none).
fn switch(
    session: &mut Config,
    switch: Switch,
    value: Option<&Value>,
    file: &ModelFile,
) -> std::result::Result<(), Message> {
    let read = match value {
        None => next(switch, file),
        Some(Value::Null) => Config::default(),
        Some(value) => {
            let (read, problems) = config::read(&json!({ switch.setting(): value }));
            if let Some(problem) = problems.into_iter().next() {
                return Err(problem.message);
            }
            read
        }
    };
    match switch {
        Switch::Scale => session.scale = read.scale,
        Switch::ImageSize => session.imgsz = read.imgsz,
        Switch::Channels => session.channels = read.channels,
        Switch::Convention => session.convention = read.convention,
    }
    Ok(())
}

/// The choice after the current one; the first after the last.
fn next(switch: Switch, file: &ModelFile) -> Config {
    let active = file.at_active_scale();
    let mut next = Config::default();
    match switch {
        Switch::Scale => {
            let letters: Vec<&str> = file.model.scales().map(|(letter, ..)| letter).collect();
            next.scale = following(&letters, &active.scale.as_str()).map(|letter| (*letter).to_owned());
        }
        Switch::ImageSize => next.imgsz = following(&IMAGE_SIZES.map(|size| [size, size]), &active.imgsz).copied(),
        Switch::Channels => next.channels = following(&channels(file), &active.channels).copied(),
        Switch::Convention => next.convention = following(Convention::ALL, &active.convention).copied(),
    }
    next
}

fn following<'a, T: PartialEq>(all: &'a [T], current: &T) -> Option<&'a T> {
    let next = all.iter().position(|item| item == current).map_or(0, |at| at + 1);
    all.get(next).or(all.first())
}

/// An answer that says why a command can't be run; editors show it.
fn refused(state: &State, why: &Message) -> Error {
    Error::invalid_params(state.language().say(why))
}

fn no_uri() -> Error {
    Error::invalid_params("the first argument must be the URI of a document")
}

/// Runs a command.
pub(super) fn execute(state: &mut State, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let name = params.command.as_str();
    // A lens that only says something has no command.
    if name.is_empty() {
        return Ok(None);
    }
    let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse::<Uri>().ok());
    if name == SHAPES {
        let named = params.arguments.get(1);
        let line = named.and_then(|named| u32::try_from(named["line"].as_u64()?).ok());
        let row = match (&uri, line) {
            (Some(uri), Some(line)) => state.row_at_line(uri, line),
            _ => named.and_then(Value::as_u64).map(|row| row as usize),
        };
        state.switch_shapes(uri.zip(row));
        return Ok(None);
    }
    if name == REGISTER {
        let uri = uri.ok_or_else(no_uri)?;
        return register::register(state, &uri, params.arguments.get(1))
            .map(|()| None)
            .map_err(|why| refused(state, &why));
    }
    let switch = Switch::ALL.into_iter().find(|&switch| capabilities::command(switch) == name);
    let switch = switch.ok_or_else(|| Error::invalid_params(format!("unknown command `{name}`")))?;
    let uri = uri.ok_or_else(no_uri)?;
    let mut session = state.session(&uri);
    let Some((file, _)) = state.file(&uri) else {
        return Err(Error::invalid_params("the document isn't open or isn't a model file"));
    };
    let switched = self::switch(&mut session, switch, params.arguments.get(1), file);
    switched.map_err(|why| refused(state, &why))?;
    state.set_session(uri, session);
    Ok(None)
}
