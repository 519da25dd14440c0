//! Shared by rules on what can't be built: a number or a list of numbers at the top of the file that is something else,
//! because of its quotes, its brackets, its comma or because the comment behind it lost its `#`.

use super::{File, Fix};
use crate::model::Key;
use crate::text::Span;
use crate::words::{Message, message};

/// Why a key's value isn't the number that was meant, and how it becomes one; none if it is no such value.
pub(super) fn mend(file: &File<'_>, key: &Key) -> Option<(Message, Fix)> {
    let span = key.value.span;
    let written = span.text(file.text());
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    if let [one] = key.value.items.as_slice() {
        let one = one.span.text(file.text());
        let fix = Fix::doubtful(message!("write", text = one), span, one);
        return is_number(one).then(|| (message!("value-in-brackets"), fix));
    }
    let items = key.value.items.as_slice();
    if key.name == "nc" && items.len() > 1 && items.iter().all(|item| item.value.as_str().is_some()) {
        let count = items.len().to_string();
        let fix = Fix::doubtful(message!("write", text = count), span, count);
        return Some((message!("names-for-nc"), fix));
    }
    let value = key.value.value.as_str()?;
    if written.starts_with(['"', '\'']) {
        let fix = Fix::safe(message!("remove-quotes"), span, value.trim());
        return is_number(value).then(|| (message!("row-in-quotes"), fix));
    }
    let parts: Vec<&str> = value.split(',').collect();
    let is_group = |part: &&str| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    if key.name == "nc" && is_number(parts[0]) && parts.len() > 1 && parts[1..].iter().all(is_group) {
        let whole = parts.concat();
        let fix = Fix::safe(message!("write", text = whole), span, whole);
        return Some((message!("value-with-groups"), fix));
    }
    if parts.len() > 1 && parts.iter().all(|part| is_number(part)) {
        let point = value.replace(',', ".");
        if let (2, true) = (parts.len(), value.starts_with("0,")) {
            let fix = Fix::safe(message!("write", text = point), span, point);
            return Some((message!("value-with-comma"), fix));
        }
        let list = format!("[{value}]");
        let fix = Fix::doubtful(message!("write", text = list), span, list);
        return Some((message!("value-lacks-brackets"), fix));
    }
    let (number, rest) = written.split_once(' ')?;
    let at = span.end - rest.trim_start().len() as u32;
    let fix = Fix::safe(message!("insert-hash"), Span::empty(at), "# ");
    (is_number(number) && !written.contains('\n')).then(|| (message!("value-lost-hash"), fix))
}
