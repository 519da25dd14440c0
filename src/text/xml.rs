//! Text in XML and HTML.

/// Escapes text for XML and HTML, between tags and in quoted attributes. Characters that XML 1.0 doesn't allow are replaced.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            // As they are, an attribute would have spaces for them.
            '\t' => escaped += "&#9;",
            '\n' => escaped += "&#10;",
            '\r' => escaped += "&#13;",
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_escaped() {
        let escaped = super::escaped("a<b> & \"c\"\u{1}\n");
        assert_eq!(escaped, "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd}&#10;");
    }
}
