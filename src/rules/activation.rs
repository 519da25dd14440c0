//! Shared by rules on the header: what was meant by an `activation` that can't be made.

use super::{File, Fix};
use crate::model::Key;
use crate::words::{Message, Value, message};

/// The fix of a name without `nn.` or in other letters, of a class that isn't called, and of a call that isn't closed.
pub(super) fn fix(file: &File<'_>, key: &Key) -> Option<Fix> {
    let written = key.value.value.as_str()?;
    let why = file.dialect().activation(written).err()?;
    let path = written.split('(').next()?.trim();
    let class = meant(&why.message).unwrap_or_else(|| format!("nn.{}", path.rsplit("nn.").next().unwrap_or(path)));
    let arguments = written.trim().strip_prefix(path)?;
    let calls =
        if arguments.is_empty() { vec!["()".to_owned()] } else { vec![arguments.to_owned(), format!("{arguments})")] };
    let known =
        calls.into_iter().map(|call| format!("{class}{call}")).find(|call| file.dialect().activation(call).is_ok())?;
    Some(Fix::doubtful(message!("write", text = known), key.value.span, known))
}

/// The class that a message names instead of what is written.
fn meant(message: &Message) -> Option<String> {
    let key = if message.id == "did-you-mean" { "name" } else { "class" };
    let value = message.values.iter().find(|(name, _)| *name == key).map(|(_, value)| value)?;
    let Value::Text(class) = value else { return None };
    Some(class.clone())
}
