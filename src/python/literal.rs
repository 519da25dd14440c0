//! Python expressions, as far as `ast.literal_eval` and an `activation:` call need them.
//!
//! The framework passes each string argument of a row through `ast.literal_eval` and swallows only `ValueError`: what is
//! an expression but no literal (`nearest`, `nn.SiLU()`) stays a string, what isn't an expression at all (`3x3`) is a
//! `SyntaxError` that ends the build. So the difference matters, and this parser is for telling it.

use super::Arg;

/// How deep brackets may nest.
const MAX_DEPTH: u32 = 64;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A literal, or a list or tuple of literals.
    Literal(Arg),
    /// A dotted name: `nn.SiLU`.
    Name(String),
    /// A call of a dotted name with literal arguments, positional ones first.
    Call {
        /// The dotted name.
        name: String,
        /// Positional arguments.
        args: Vec<Arg>,
        /// Keyword arguments.
        kwargs: Vec<(String, Arg)>,
    },
    /// Any other expression; its value isn't followed.
    Other,
}

impl Expr {
    /// What `ast.literal_eval` returns, or none where it raises `ValueError`.
    pub fn literal(self) -> Option<Arg> {
        match self {
            Expr::Literal(value) => Some(value),
            _ => None,
        }
    }
}

/// The text isn't a Python expression (`SyntaxError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnExpression;

type Parsed<T> = Result<T, NotAnExpression>;

/// Parses a whole text as one Python expression.
pub fn parse_expression(text: &str) -> Parsed<Expr> {
    let mut p = Parser { rest: text.trim_start_matches([' ', '\t']), depth: 0 };
    let first = p.expression()?;
    p.space();
    let expr = if p.rest.starts_with(',') { p.tuple_tail(first)? } else { first };
    p.space();
    if p.rest.trim_start_matches(['\n', '\r', ' ', '\t']).is_empty() || p.rest.starts_with('#') {
        Ok(expr)
    } else {
        Err(NotAnExpression)
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: u32,
}

const KEYWORDS: [&str; 31] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with",
];

const OPERATORS: [&str; 19] =
    ["**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "@", "&", "|", "^", "<", ">"];

impl<'a> Parser<'a> {
    /// Skips blanks; inside brackets newlines are blanks too.
    fn space(&mut self) {
        let inside = self.depth > 0;
        self.rest = self.rest.trim_start_matches(|c| c == ' ' || c == '\t' || (inside && (c == '\n' || c == '\r')));
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn word(&mut self) -> Option<&'a str> {
        self.space();
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        word.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(word)
    }

    fn eat_word(&mut self, keyword: &str) -> bool {
        let found = self.word() == Some(keyword);
        if found {
            self.rest = &self.rest[keyword.len()..];
        }
        found
    }

    fn expression(&mut self) -> Parsed<Expr> {
        self.depth_guard(|p| {
            let mut expr = p.operand()?;
            loop {
                let mut sum = false;
                if let Some(op) = p.operator() {
                    sum = op == "+" || op == "-";
                    p.rest = &p.rest[op.len()..];
                } else if p.eat_word("and") || p.eat_word("or") || p.eat_word("in") {
                } else if p.eat_word("is") {
                    p.eat_word("not");
                } else if p.eat_word("not") {
                    if !p.eat_word("in") {
                        return Err(NotAnExpression);
                    }
                } else if p.eat_word("if") {
                    p.expression()?;
                    if !p.eat_word("else") {
                        return Err(NotAnExpression);
                    }
                } else {
                    return Ok(expr);
                }
                let right = p.operand()?;
                // The one sum that is a literal is a complex number.
                expr = match (&expr, right) {
                    (Expr::Literal(Arg::Int(_) | Arg::Float(_)), Expr::Literal(Arg::Other(c)))
                        if sum && c.ends_with(['j', 'J']) =>
                    {
                        Expr::Literal(Arg::Other(c))
                    }
                    _ => Expr::Other,
                };
            }
        })
    }

    fn operator(&mut self) -> Option<&'static str> {
        self.space();
        OPERATORS.into_iter().find(|op| self.rest.starts_with(op))
    }

    fn depth_guard<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(NotAnExpression);
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn operand(&mut self) -> Parsed<Expr> {
        if self.eat_word("not") || self.eat("~") {
            self.depth_guard(Self::operand)?;
            return Ok(Expr::Other);
        }
        let negative = self.eat("-");
        if negative || self.eat("+") {
            self.space();
            // Of two signs in a row `ast.literal_eval` makes no number.
            let signed = self.rest.starts_with(['-', '+', '~']);
            return Ok(match self.depth_guard(Self::operand)? {
                _ if signed => Expr::Other,
                Expr::Literal(Arg::Int(i)) => match if negative { i.checked_neg() } else { Some(i) } {
                    Some(i) => Expr::Literal(Arg::Int(i)),
                    None => Expr::Other,
                },
                Expr::Literal(Arg::Float(f)) => Expr::Literal(Arg::Float(if negative { -f } else { f })),
                Expr::Literal(Arg::Other(o)) => Expr::Literal(Arg::Other(o)),
                _ => Expr::Other,
            });
        }
        self.primary()
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let mut expr = self.atom()?;
        loop {
            if self.eat("(") {
                let (args, kwargs, literal) = self.arguments()?;
                expr = match expr {
                    Expr::Name(name) if literal => Expr::Call { name, args, kwargs },
                    _ => Expr::Other,
                };
            } else if self.eat("[") {
                self.bracketed(']')?;
                expr = Expr::Other;
            } else if self.rest.trim_start_matches([' ', '\t']).starts_with('.') && self.eat(".") {
                let word = self.word().ok_or(NotAnExpression)?;
                self.rest = &self.rest[word.len()..];
                expr = match expr {
                    Expr::Name(name) => Expr::Name(format!("{name}.{word}")),
                    _ => Expr::Other,
                };
            } else {
                return Ok(expr);
            }
        }
    }

    fn atom(&mut self) -> Parsed<Expr> {
        if self.eat("(") {
            let (items, comma) = self.bracketed(')')?;
            return Ok(match items {
                Some(mut items) if items.len() == 1 && !comma => Expr::Literal(items.remove(0)),
                Some(items) => Expr::Literal(Arg::Tuple(items)),
                None => Expr::Other,
            });
        }
        if self.eat("[") {
            let (items, _) = self.bracketed(']')?;
            return Ok(items.map_or(Expr::Other, |items| Expr::Literal(Arg::List(items))));
        }
        if self.eat("{") {
            return self.braces();
        }
        if self.eat("...") {
            return Ok(Expr::Literal(Arg::Other("Ellipsis".to_owned())));
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number();
        }
        if let Some((raw, bytes, prefix)) = self.string_prefix() {
            self.rest = &self.rest[prefix..];
            return self.string(raw, bytes);
        }
        let word = self.word().ok_or(NotAnExpression)?;
        if KEYWORDS.contains(&word) {
            return Err(NotAnExpression);
        }
        self.rest = &self.rest[word.len()..];
        Ok(match word {
            "None" => Expr::Literal(Arg::None),
            "True" => Expr::Literal(Arg::Bool(true)),
            "False" => Expr::Literal(Arg::Bool(false)),
            name => Expr::Name(name.to_owned()),
        })
    }

    /// The items up to a closing bracket (none where one isn't a literal), and whether a comma followed the last.
    fn bracketed(&mut self, close: char) -> Parsed<(Option<Vec<Arg>>, bool)> {
        self.depth_guard(|p| {
            let mut items = Some(Vec::new());
            let mut comma = false;
            loop {
                p.space();
                if let Some(rest) = p.rest.strip_prefix(close) {
                    p.rest = rest;
                    return Ok((items, comma));
                }
                if !comma && items.as_ref().is_none_or(|i| !i.is_empty()) {
                    return if p.eat_word("for") || p.eat_word("async") || p.eat(":") {
                        p.skip_to(close)
                    } else {
                        Err(NotAnExpression)
                    };
                }
                p.eat("*");
                let item = p.expression()?.literal();
                items = items.zip(item).map(|(mut items, item)| {
                    items.push(item);
                    items
                });
                comma = p.eat(",");
            }
        })
    }

    /// Skips a comprehension or a slice.
    fn skip_to(&mut self, close: char) -> Parsed<(Option<Vec<Arg>>, bool)> {
        let end = self.rest.rfind(close).ok_or(NotAnExpression)?;
        self.rest = &self.rest[end + 1..];
        Ok((None, false))
    }

    fn braces(&mut self) -> Parsed<Expr> {
        let start = self.rest;
        self.depth_guard(|p| {
            let mut literal = true;
            loop {
                if p.eat("}") {
                    let text = &start[..start.len() - p.rest.len()];
                    return Ok(if literal { Expr::Literal(Arg::Other(format!("{{{text}"))) } else { Expr::Other });
                }
                literal &= p.expression()?.literal().is_some();
                if p.eat(":") {
                    literal &= p.expression()?.literal().is_some();
                }
                if !p.eat(",") && !p.rest.starts_with('}') {
                    return Err(NotAnExpression);
                }
            }
        })
    }

    #[allow(clippy::type_complexity, reason = "only `primary` sees it")]
    fn arguments(&mut self) -> Parsed<(Vec<Arg>, Vec<(String, Arg)>, bool)> {
        self.depth_guard(|p| {
            let (mut args, mut kwargs, mut literal) = (Vec::new(), Vec::new(), true);
            loop {
                if p.eat(")") {
                    return Ok((args, kwargs, literal));
                }
                let starred = p.eat("**") || p.eat("*");
                let keyword = p.keyword();
                let value = p.expression()?.literal();
                literal &= value.is_some() && !starred;
                match (keyword, value) {
                    (Some(name), Some(value)) => kwargs.push((name, value)),
                    (None, Some(value)) if kwargs.is_empty() => args.push(value),
                    (None, Some(_)) => return Err(NotAnExpression),
                    _ => {}
                }
                if !p.eat(",") && !p.rest.starts_with(')') {
                    return Err(NotAnExpression);
                }
            }
        })
    }

    /// A keyword argument's name, where one and its `=` come next.
    fn keyword(&mut self) -> Option<String> {
        let word = self.word()?;
        let after = self.rest[word.len()..].trim_start_matches([' ', '\t']);
        if !after.starts_with('=') || after.starts_with("==") || KEYWORDS.contains(&word) {
            return None;
        }
        self.rest = &after[1..];
        Some(word.to_owned())
    }

    fn tuple_tail(&mut self, first: Expr) -> Parsed<Expr> {
        let mut items = first.literal().map(|v| vec![v]);
        while self.eat(",") {
            self.space();
            if self.rest.is_empty() {
                break;
            }
            let item = self.expression()?.literal();
            items = items.zip(item).map(|(mut items, item)| {
                items.push(item);
                items
            });
        }
        Ok(items.map_or(Expr::Other, |items| Expr::Literal(Arg::Tuple(items))))
    }

    fn number(&mut self) -> Parsed<Expr> {
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        let radix = match bytes.get(1).map(u8::to_ascii_lowercase) {
            Some(b'x') if bytes[0] == b'0' => 16,
            Some(b'o') if bytes[0] == b'0' => 8,
            Some(b'b') if bytes[0] == b'0' => 2,
            _ => 10,
        };
        if radix != 10 {
            end = 2;
        }
        while let Some(&c) = bytes.get(end) {
            let exponent_sign = radix == 10 && matches!(c, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E');
            if !(c.is_ascii_alphanumeric() || c == b'_' || (radix == 10 && c == b'.') || exponent_sign) {
                break;
            }
            end += 1;
        }
        let token = &self.rest[..end];
        self.rest = &self.rest[end..];
        let underscores_fit = !token.ends_with('_') && !token.contains("__");
        let digits: String = token.chars().filter(|&c| c != '_').collect();
        if !underscores_fit {
            return Err(NotAnExpression);
        }
        if radix != 10 {
            return match i64::from_str_radix(&digits[2..], radix) {
                Ok(i) => Ok(Expr::Literal(Arg::Int(i))),
                Err(_) if digits.len() > 2 && digits[2..].chars().all(|c| c.is_digit(radix)) => {
                    Ok(Expr::Literal(Arg::Other(token.to_owned())))
                }
                Err(_) => Err(NotAnExpression),
            };
        }
        if let Some(imaginary) = digits.strip_suffix(['j', 'J']) {
            return imaginary
                .parse::<f64>()
                .map(|_| Expr::Literal(Arg::Other(token.to_owned())))
                .map_err(|_| NotAnExpression);
        }
        if digits.bytes().all(|c| c.is_ascii_digit()) {
            if digits.starts_with('0') && digits.bytes().any(|c| c != b'0') {
                return Err(NotAnExpression);
            }
            let value = digits.parse().map_or_else(|_| Arg::Other(digits.clone()), Arg::Int);
            return Ok(Expr::Literal(value));
        }
        if !digits.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'E' | b'+' | b'-')) {
            return Err(NotAnExpression);
        }
        digits.parse().map(|f| Expr::Literal(Arg::Float(f))).map_err(|_| NotAnExpression)
    }

    /// Whether a string starts here: raw, bytes, and the length of its prefix.
    fn string_prefix(&mut self) -> Option<(bool, bool, usize)> {
        self.space();
        let quote = self.rest.find(['\'', '"'])?;
        let prefix = self.rest[..quote].to_ascii_lowercase();
        matches!(prefix.as_str(), "" | "r" | "u" | "b" | "br" | "rb" | "f" | "fr" | "rf")
            .then(|| (prefix.contains('r'), prefix.contains('b') || prefix.contains('f'), quote))
    }

    fn string(&mut self, raw: bool, opaque: bool) -> Parsed<Expr> {
        let quote = self.rest.chars().next().ok_or(NotAnExpression)?;
        let triple: String = [quote; 3].iter().collect();
        let close = if self.rest.starts_with(&triple) { triple } else { quote.to_string() };
        self.rest = &self.rest[close.len()..];
        let mut value = String::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix(close.as_str()) {
                self.rest = rest;
                break;
            }
            let mut chars = self.rest.chars();
            match chars.next().ok_or(NotAnExpression)? {
                '\\' => {
                    let escaped = chars.next().ok_or(NotAnExpression)?;
                    match (raw, escaped) {
                        (false, 'n') => value.push('\n'),
                        (false, 't') => value.push('\t'),
                        (false, 'r') => value.push('\r'),
                        (false, '\\' | '\'' | '"') => value.push(escaped),
                        (false, '\n') => {}
                        _ => value.extend(['\\', escaped]),
                    }
                }
                '\n' if close.len() == 1 => return Err(NotAnExpression),
                c => value.push(c),
            }
            self.rest = chars.as_str();
        }
        if opaque {
            return Ok(Expr::Other);
        }
        self.space();
        if let Some((raw, opaque, prefix)) = self.string_prefix() {
            self.rest = &self.rest[prefix..];
            return Ok(match self.string(raw, opaque)? {
                Expr::Literal(Arg::Str(more)) => Expr::Literal(Arg::Str(value + &more)),
                _ => Expr::Other,
            });
        }
        Ok(Expr::Literal(Arg::Str(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ast.literal_eval` of CPython 3.11 returns.
    #[test]
    fn literals() {
        for (text, expected) in [
            ("None", "None"),
            ("True", "True"),
            (" 3", "3"),
            ("-3", "-3"),
            ("1e-3", "0.001"),
            ("0x1F", "31"),
            ("1_000", "1000"),
            ("[1, 2]", "[1, 2]"),
            ("(1,)", "(1,)"),
            ("()", "()"),
            ("(1)", "1"),
            ("1, 2", "(1, 2)"),
            ("'a' \"b\"", "'ab'"),
            ("5.", "5.0"),
            (".5", "0.5"),
            ("1e5", "100000.0"),
        ] {
            let value = parse_expression(text).unwrap_or_else(|_| panic!("{text}: SyntaxError")).literal();
            assert_eq!(value.map(|v| v.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    /// Where `ast.literal_eval` raises `ValueError`: the string stays as it is.
    #[test]
    fn expressions_that_are_no_literals() {
        for text in ["nearest", "nn.SiLU()", "nearest-exact", "yolo11n.pt", "1+2", "a[0]", "not x", "-True", "nn.A(b)"]
        {
            assert_eq!(parse_expression(text).map(Expr::literal), Ok(None), "{text}");
        }
    }

    /// Where it raises `SyntaxError`: the build ends.
    #[test]
    fn no_expressions() {
        for text in ["3x3", "", "a b", "640x480", "nn.", "[1", "in", "08", "/a/b", "a:b", "1__0", "f(a=1, 2)", "'a"] {
            assert_eq!(parse_expression(text), Err(NotAnExpression), "{text}");
        }
    }

    #[test]
    fn calls() {
        let Ok(Expr::Call { name, args, kwargs }) = parse_expression("nn.LeakyReLU(0.1, inplace=True)") else {
            panic!("not a call");
        };
        assert_eq!((name.as_str(), args), ("nn.LeakyReLU", vec![Arg::Float(0.1)]));
        assert_eq!(kwargs, [("inplace".to_owned(), Arg::Bool(true))]);
    }
}
