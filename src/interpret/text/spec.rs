//! Format specifications: `>8.2f` and the like, applied to text and numbers.

use crate::python::Literal;

/// A format specification.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) fill: char,
    pub(super) align: Option<char>,
    pub(super) sign: Option<char>,
    pub(super) alternate: bool,
    pub(super) zero: bool,
    pub(super) width: usize,
    pub(super) group: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

impl Default for Spec {
    fn default() -> Self {
        Spec {
            fill: ' ',
            align: None,
            sign: None,
            alternate: false,
            zero: false,
            width: 0,
            group: None,
            precision: None,
            kind: None,
        }
    }
}

impl Spec {
    pub(super) fn parse(text: &str) -> Option<Spec> {
        let mut spec = Spec::default();
        let chars: Vec<char> = text.chars().collect();
        let mut i = 0;
        let aligns = |c: Option<&char>| c.is_some_and(|c| matches!(c, '<' | '>' | '=' | '^'));
        if aligns(chars.get(1)) {
            (spec.fill, spec.align) = (chars[0], Some(chars[1]));
            i = 2;
        } else if aligns(chars.first()) {
            spec.align = Some(chars[0]);
            i = 1;
        }
        if let Some(&sign) = chars.get(i).filter(|c| matches!(c, '+' | '-' | ' ')) {
            spec.sign = Some(sign);
            i += 1;
        }
        if chars.get(i) == Some(&'#') {
            spec.alternate = true;
            i += 1;
        }
        if chars.get(i) == Some(&'0') {
            spec.zero = true;
            if spec.align.is_none() {
                (spec.fill, spec.align) = ('0', Some('='));
            }
            i += 1;
        }
        let digits = |i: &mut usize| -> Option<usize> {
            let start = *i;
            while chars.get(*i).is_some_and(char::is_ascii_digit) {
                *i += 1;
            }
            (*i > start).then(|| chars[start..*i].iter().collect::<String>().parse().unwrap_or(usize::MAX))
        };
        spec.width = digits(&mut i).unwrap_or(0);
        if let Some(&group) = chars.get(i).filter(|c| matches!(c, ',' | '_')) {
            spec.group = Some(group);
            i += 1;
        }
        if chars.get(i) == Some(&'.') {
            i += 1;
            spec.precision = Some(digits(&mut i)?);
        }
        if let Some(&kind) = chars.get(i) {
            spec.kind = Some(kind);
            i += 1;
        }
        (i == chars.len()).then_some(spec)
    }

    pub(super) fn pad(&self, text: &str, sign: &str, default: char) -> String {
        let len = text.chars().count() + sign.len();
        let missing = self.width.saturating_sub(len);
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align.unwrap_or(default) {
            '<' => format!("{sign}{text}{}", fill(missing)),
            '^' => format!("{}{sign}{text}{}", fill(missing / 2), fill(missing - missing / 2)),
            '=' => format!("{sign}{}{text}", fill(missing)),
            _ => format!("{}{sign}{text}", fill(missing)),
        }
    }

    fn sign_of(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        }
    }

    pub(super) fn integer(&self, i: i64) -> String {
        let magnitude = i.unsigned_abs();
        let (digits, prefix, every) = match self.kind {
            Some('b') => (format!("{magnitude:b}"), "0b", 4),
            Some('o') => (format!("{magnitude:o}"), "0o", 4),
            Some('x') => (format!("{magnitude:x}"), "0x", 4),
            Some('X') => (format!("{magnitude:X}"), "0X", 4),
            Some('c') => {
                let c = u32::try_from(i).ok().and_then(char::from_u32).map(String::from).unwrap_or_default();
                return self.pad(&c, "", '<');
            }
            _ => (magnitude.to_string(), "", 3),
        };
        // `%.5d`: at least so many digits.
        let digits = match self.precision {
            Some(least) if digits.len() < least => "0".repeat(least - digits.len()) + &digits,
            _ => digits,
        };
        let sign = format!("{}{}", self.sign_of(i < 0), if self.alternate { prefix } else { "" });
        self.pad(&self.grouped(&digits, every, &sign), &sign, '>')
    }

    /// Digits in groups; zeros that fill the width are grouped too.
    fn grouped(&self, number: &str, every: usize, sign: &str) -> String {
        let Some(separator) = self.group else { return number.to_owned() };
        let (whole, rest) = number.split_at(number.find(['.', 'e', 'E', '%']).unwrap_or(number.len()));
        let mut digits = whole.to_owned();
        let grouped = |digits: &str| -> String {
            let mut out = String::new();
            for (i, c) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(every) {
                    out.push(separator);
                }
                out.push(c);
            }
            out
        };
        if self.fill == '0' && self.align == Some('=') {
            while grouped(&digits).len() + rest.len() + sign.len() < self.width {
                let longer = format!("0{digits}");
                if grouped(&longer).len() + rest.len() + sign.len() > self.width
                    && grouped(&longer).len() - grouped(&digits).len() > 1
                {
                    digits = longer;
                    break;
                }
                digits = longer;
            }
        }
        grouped(&digits) + rest
    }

    pub(super) fn float(&self, f: f64) -> String {
        let sign = self.sign_of(f.is_sign_negative() && !f.is_nan());
        let magnitude = f.abs();
        let upper = matches!(self.kind, Some('E' | 'F' | 'G'));
        let text = if f.is_nan() || f.is_infinite() {
            let text = if f.is_nan() { "nan" } else { "inf" };
            text.to_owned() + if self.kind == Some('%') { "%" } else { "" }
        } else {
            match self.kind {
                Some('f' | 'F') => fixed(magnitude, self.precision.unwrap_or(6), self.alternate),
                Some('%') => fixed(magnitude * 100.0, self.precision.unwrap_or(6), self.alternate) + "%",
                Some('e' | 'E') => exponent(magnitude, self.precision.unwrap_or(6)),
                Some(_) => general(magnitude, self.precision.unwrap_or(6), self.alternate),
                None => match self.precision {
                    // As `repr`, but with so many digits, and always with a digit behind the point.
                    Some(precision) => general_with_point(magnitude, precision),
                    None => Literal::Float(magnitude).to_string(),
                },
            }
        };
        let text = if upper { text.to_uppercase() } else { text };
        self.pad(&self.grouped(&text, 3, sign), sign, '>')
    }
}

fn fixed(f: f64, precision: usize, point: bool) -> String {
    let text = format!("{f:.precision$}");
    if point && precision == 0 { text + "." } else { text }
}

fn exponent(f: f64, precision: usize) -> String {
    let text = format!("{f:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |e| ("-", e));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn general(f: f64, precision: usize, alternate: bool) -> String {
    if alternate {
        return general_digits(f, precision.max(1), false);
    }
    general_digits(f, precision.max(1), true)
}

fn general_digits(f: f64, precision: usize, strip: bool) -> String {
    let scientific = exponent(f, precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let cut = |text: String| -> String {
        if strip && text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    if (-4..precision as i32).contains(&power) {
        return cut(format!("{f:.*}", (precision as i32 - 1 - power).max(0) as usize));
    }
    let (digits, rest) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
    format!("{}e{rest}", cut(digits.to_owned()))
}

/// Like `g`, but with a digit behind the point, which counts before it changes to exponents.
fn general_with_point(f: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let scientific = exponent(f, precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    if power >= precision as i32 - 1 {
        let (digits, rest) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{rest}");
    }
    let text = general_digits(f, precision, true);
    if text.contains(['.', 'e']) { text } else { text + ".0" }
}
