//! Shared by rules on what can't be built: a number at the top of the file that is text, because of its quotes or because
//! the comment behind it lost its `#`.

use super::{File, Fix};
use crate::model::Key;
use crate::text::Span;
use crate::words::{Message, message};

/// Why a key's number is text, and how it becomes one; none if it is no such text.
pub(super) fn mend(file: &File<'_>, key: &Key) -> Option<(Message, Fix)> {
    let span = key.value.span;
    let (written, value) = (span.text(file.text()), key.value.value.as_str()?);
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if written.starts_with(['"', '\'']) {
        let fix = Fix::safe(message!("remove-quotes"), span, value.trim());
        return is_number(value.trim()).then(|| (message!("row-in-quotes"), fix));
    }
    let (number, rest) = written.split_once(' ')?;
    let at = span.end - rest.trim_start().len() as u32;
    let fix = Fix::safe(message!("insert-hash"), Span::empty(at), "# ");
    (is_number(number) && !written.contains('\n')).then(|| (message!("value-lost-hash"), fix))
}
