//! Patterns of Python as those of the library.

/// A pattern as the library has it, and what its meaning depends on.
pub(super) struct Translated {
    pub(super) text: String,
    /// Whether its meaning depends on which characters are letters, digits or spaces.
    pub(super) asks_classes: bool,
    /// Whether it asks for the end of the text.
    pub(super) asks_end: bool,
}

/// Translates a pattern; none if the library doesn't have something like it.
pub(super) fn translate(pattern: &str, verbose: bool) -> Option<Translated> {
    let mut out = Translated { text: String::new(), asks_classes: false, asks_end: false };
    let mut rest = pattern;
    let (mut in_class, mut class_start) = (false, false);
    // How many signs of repetition stand before: `a+`, then `a+?`.
    let mut repeats = 0;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let repeated = std::mem::take(&mut repeats);
        rest = behind;
        match c {
            '\\' => {
                let c = behind.chars().next()?;
                rest = &behind[c.len_utf8()..];
                match c {
                    'A' if !in_class => out.text.push_str("\\A"),
                    'Z' if !in_class => out.text.push_str("\\z"),
                    'b' if in_class => out.text.push_str("\\x08"),
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' => {
                        out.asks_classes = true;
                        out.text.extend(['\\', c]);
                    }
                    'n' | 'r' | 't' | 'f' | 'v' | 'a' | 'x' | 'u' | 'U' => out.text.extend(['\\', c]),
                    c if c.is_ascii_alphanumeric() => return None,
                    c if c.is_ascii_punctuation() && c != '_' && c != '<' && c != '>' => out.text.extend(['\\', c]),
                    c if c.is_ascii_whitespace() && verbose => out.text.push_str(&format!("\\x{:02x}", c as u32)),
                    c => out.text.push(c),
                }
                class_start = false;
            }
            ']' if in_class && !class_start => {
                in_class = false;
                out.text.push(']');
            }
            _ if in_class => {
                match c {
                    '^' if class_start && out.text.ends_with('[') => {
                        out.text.push('^');
                        continue;
                    }
                    '[' | ']' | '&' | '~' | '^' | '#' => out.text.extend(['\\', c]),
                    c if c.is_ascii_whitespace() => out.text.push_str(&format!("\\x{:02x}", c as u32)),
                    c => out.text.push(c),
                }
                class_start = false;
            }
            '[' => {
                (in_class, class_start) = (true, true);
                out.text.push('[');
            }
            '(' if behind.starts_with('?') => {
                let known = ["?P<", "?:", "?i", "?m", "?s", "?x"];
                if !known.iter().any(|k| behind.starts_with(k)) {
                    return None;
                }
                out.text.push('(');
                // The question mark doesn't repeat anything.
                out.text.push('?');
                rest = &behind[1..];
            }
            '{' => match quantifier(behind) {
                Some((from, to, len)) if repeated == 0 => {
                    out.text.push_str(&match to {
                        Some(to) => format!("{{{from},{to}}}"),
                        None => format!("{{{from},}}"),
                    });
                    rest = &behind[len..];
                    repeats = 1;
                }
                Some(_) => return None,
                None => out.text.push_str("\\{"),
            },
            '}' => out.text.push_str("\\}"),
            '?' if repeated == 1 => {
                out.text.push('?');
                repeats = 2;
            }
            '*' | '+' | '?' => {
                if repeated > 0 {
                    return None;
                }
                out.text.push(c);
                repeats = 1;
            }
            c => {
                out.asks_end |= c == '$';
                out.text.push(c);
            }
        }
    }
    (!in_class).then_some(out)
}

/// The bounds of `{2,3}` behind its brace, and its length; none if the brace stands for itself.
fn quantifier(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (inside, _) = text.split_once('}')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let len = inside.len() + 1;
    match inside.split_once(',') {
        None if digits(inside) => {
            let count = inside.parse().ok()?;
            Some((count, Some(count), len))
        }
        Some((from, to)) if (digits(from) || from.is_empty()) && (digits(to) || to.is_empty()) && inside != "," => {
            let from = if from.is_empty() { 0 } else { from.parse().ok()? };
            Some((from, if to.is_empty() { None } else { Some(to.parse().ok()?) }, len))
        }
        _ => None,
    }
}
