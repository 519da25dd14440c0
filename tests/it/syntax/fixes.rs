//! Fixes: what each kind of damage is called, what mends it, and that the mended file loads and says what it said before.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use yolint::internals::syntax::{SyntaxError, SyntaxErrorKind, SyntaxFix, parse};

use super::show::{MODELS, flat, line_of};
use crate::common;

fn fixed(text: &str, fix: &SyntaxFix) -> String {
    format!("{}{}{}", &text[..fix.span.start as usize], fix.replacement, &text[fix.span.end as usize..])
}

/// What is said of a text with one error, and the text mended.
fn mended(text: &str) -> (SyntaxErrorKind, bool, String) {
    let errors = parse(text).errors;
    let [error] = errors.as_slice() else { panic!("{errors:#?} in\n{text}") };
    let fix = error.fix.as_ref().unwrap_or_else(|| panic!("no fix of {error:?} in\n{text}"));
    let mended = fixed(text, fix);
    assert_eq!(parse(&mended).errors, [], "in\n{mended}");
    (error.kind, fix.safe, mended)
}

/// Rows between two good ones: as they are damaged, what that is, whether its fix is safe, as they are mended.
fn rows(before: &str, after: &str, rows: &[(&str, SyntaxErrorKind, bool, &str)]) {
    for (row, kind, safe, good) in rows {
        let (found, is_safe, text) = mended(&format!("{before}{row}{after}"));
        assert_eq!((found, is_safe), (*kind, *safe), "{row}");
        assert_eq!(text, format!("{before}{good}{after}"));
    }
}

#[test]
#[rustfmt::skip]
fn rows_behind_dashes() {
    use SyntaxErrorKind::*;
    let (before, after) = ("b:\n  - [-1, 1, A, [1]] # 0\n", "\n  - [-1, 1, Z, [2]] # 2\nh:\n  - [-1, 1, H, [3]]\n");
    rows(before, after, &[
        ("  - [-1, 1, Conv [64]]", MissingComma, true, "  - [-1, 1, Conv, [64]]"),
        ("  - [-1, 1, 'Conv'[64]] # 1", MissingComma, true, "  - [-1, 1, 'Conv', [64]] # 1"),
        ("  - [-1, 1, Conv, [64]],", TrailingComma, true, "  - [-1, 1, Conv, [64]]"),
        ("  - [-1, 1,, Conv, [64]]", UnexpectedComma, true, "  - [-1, 1, Conv, [64]]"),
        ("  - [-1, 1, Conv, [64, 3] # 1", UnclosedBracket, true, "  - [-1, 1, Conv, [64, 3]] # 1"),
        ("  - [-1, 1, Conv, [64, 3", UnclosedBracket, true, "  - [-1, 1, Conv, [64, 3]]"),
        ("  - [[-1, 6, 1, Concat, [1]]", UnclosedBracket, true, "  - [[-1, 6], 1, Concat, [1]]"),
        ("  - [-1, 1, nn.Upsample, [None, [2, 2, nearest]]", UnclosedBracket, false, "  - [-1, 1, nn.Upsample, [None, [2, 2, nearest]]]"),
        ("  - [-1, 6], 1, Concat, [1]]", ExtraBracket, true, "  - [[-1, 6], 1, Concat, [1]]"),
        ("  - [-1, 1, Conv, [64, 3]]]", ExtraBracket, true, "  - [-1, 1, Conv, [64, 3]]"),
        ("  - [-1, 1, Conv], [64, 3]]", ExtraBracket, true, "  - [-1, 1, Conv, [64, 3]]"),
        ("  - [-1, 1, Conv, 64, 3]]", ExtraBracket, true, "  - [-1, 1, Conv, [64, 3]]"),
        ("  -[-1, 1, Conv, [64]]", MissingSpace, true, "  - [-1, 1, Conv, [64]]"),
        ("  [-1, 1, Conv, [64]]", MissingDash, true, "  - [-1, 1, Conv, [64]]"),
        ("  – [-1, 1, Conv, [64]]", MissingDash, true, "  - [-1, 1, Conv, [64]]"),
        ("+  - [-1, 1, Conv, [64]]", ForeignLine, false, "  - [-1, 1, Conv, [64]]"),
        ("    [-1, 1, Conv, [64]]", MissingDash, true, "  - [-1, 1, Conv, [64]]"),
        ("   - [-1, 1, Conv, [64]]", BadIndentation, true, "  - [-1, 1, Conv, [64]]"),
        (" - [-1, 1, Conv, [64]]", BadIndentation, true, "  - [-1, 1, Conv, [64]]"),
        ("\t- [-1, 1, Conv, [64]]", Tab, true, "  - [-1, 1, Conv, [64]]"),
        ("  -\t[-1, 1, Conv, [64]]", Tab, true, "  - [-1, 1, Conv, [64]]"),
        ("\t# a comment", Tab, true, "  # a comment"),
        ("\t", Tab, true, ""),
        ("  - [-1,\t1, Conv, [64]]", TabSeparation, true, "  - [-1, 1, Conv, [64]]"),
        ("  - [-1, 1, Co\tnv, [64]]", TabSeparation, false, "  - [-1, 1, Co nv, [64]]"),
        ("  - [-1, 1, 'Conv, [64]]", UnclosedQuote, false, "  - [-1, 1, 'Conv', [64]]"),
        ("  - [-1, 1, \"C\\onv\", [64]]", InvalidEscape, false, "  - [-1, 1, \"C\\\\onv\", [64]]"),
        ("  - [-1, 1, Conv, [64]] downsamples", Unexpected, false, "  - [-1, 1, Conv, [64]] # downsamples"),
        ("  - [-1, 1, @Conv, [64]]", NotAllowedCharacter, false, "  - [-1, 1, '@Conv', [64]]"),
        ("  - [-1, 1, *Conv, [64]]", UndefinedAlias, false, "  - [-1, 1, '*Conv', [64]]"),
        ("  - [-1, 1, Conv, [2024-13-01]]", InvalidValue, false, "  - [-1, 1, Conv, ['2024-13-01']]"),
        ("  - [-1, 1, Co\u{0}nv, [64]]", ControlCharacter, true, "  - [-1, 1, Conv, [64]]"),
    ]);
}

#[test]
#[rustfmt::skip]
fn rows_in_brackets() {
    use SyntaxErrorKind::*;
    let (before, after) = ("b:\n  [[-1, 1, A, [1]], # 0\n", "\n   [-1, 1, Z, [2]], # 2\n  ]\nh:\n  - [-1, 1, H, [3]]\n");
    rows(before, after, &[
        ("   [-1, 1, Conv [64]],", MissingComma, true, "   [-1, 1, Conv, [64]],"),
        ("   [-1, 1, Conv, [64]]", MissingComma, true, "   [-1, 1, Conv, [64]],"),
        ("   [-1, 1, Conv, [64]],,", UnexpectedComma, false, "   [-1, 1, Conv, [64]],"),
        ("   [-1, 1, Conv, [64],", UnclosedBracket, true, "   [-1, 1, Conv, [64]],"),
        ("   [-1, 1, Conv, [64, 3, # 1", UnclosedBracket, true, "   [-1, 1, Conv, [64, 3]], # 1"),
        ("   [-1, 6], 1, Concat, [1]],", ExtraBracket, true, "   [[-1, 6], 1, Concat, [1]],"),
        ("   [-1, 1, Conv, [64]]],", ExtraBracket, true, "   [-1, 1, Conv, [64]],"),
    ]);
}

#[test]
fn what_is_no_yaml() {
    use SyntaxErrorKind::*;
    for (text, kind, good) in [
        ("```yaml\nb: 1\n", ForeignLine, "\nb: 1\n"),
        ("/*\r\n two\r\n*/\r\nb: 1\r\n", LostComment, "#\r\n# two\r\n#\r\nb: 1\r\n"),
        ("a: 1\n\'\'\'\nit\'s\n\'\'\'\nb: 1\n", LostComment, "a: 1\n#\n# it\'s\n#\nb: 1\n"),
        ("a：1\nb:\n  c: 2\n", MissingColon, "a: 1\nb:\n  c: 2\n"),
        ("b:\n  - [1]\n\u{a0} - [2]\n  - [3]\n", Tab, "b:\n  - [1]\n  - [2]\n  - [3]\n"),
    ] {
        assert_eq!(mended(text), (kind, true, good.to_owned()));
    }
}

#[test]
#[rustfmt::skip]
fn keys() {
    use SyntaxErrorKind::*;
    rows("nc: 3\n", "\nb:\n  - [-1, 1, A, [1]]\n", &[
        ("ch:4", MissingColon, true, "ch: 4"),
        ("ch 4", MissingColon, false, "ch: 4"),
        ("ch = 4", MissingColon, false, "ch: 4"),
        ("ch", MissingColon, false, "ch:"),
        ("h\n  - [-1, 1, B, [1]]", MissingColon, true, "h:\n  - [-1, 1, B, [1]]"),
        (" ch: 4", BadIndentation, true, "ch: 4"),
        ("\tch: 4", Tab, true, "ch: 4"),
        ("name: a: b", MappingInValue, false, "name: 'a: b'"),
        ("h: - [-1, 1, B, [1]]", SequenceInValue, false, "h:\n  - [-1, 1, B, [1]]"),
        ("h: - [-1, 1, B, [1]]\n   - [-1, 1, B, [1]]", SequenceInValue, false, "h:\n   - [-1, 1, B, [1]]\n   - [-1, 1, B, [1]]"),
        ("h: [\n  [-1, 1, B, [1]],\n  - [-1, 1, B, [2]]\n ]", ExtraDash, true, "h: [\n  [-1, 1, B, [1]],\n  [-1, 1, B, [2]]\n ]"),
        ("a: &x 1\nc: &x 2", DuplicateAnchor, false, "a: &x 1\nc:  2"),
        ("---", SecondDocument, false, ""),
    ]);
}

/// The framework's files, and models in the layouts that people write.
static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let official = common::model_files();
    let official = official.iter().map(|path| fs::read_to_string(path).expect("the wheel's YAML can be read"));
    MODELS.iter().map(|text| (*text).to_owned()).chain(official).collect()
});

/// What people do to a row.
#[derive(Clone, Copy, Debug)]
enum Damage {
    NoComma,
    CommaBehind,
    LosesBracket,
    GainsBracket,
    Tab,
    Shifted,
    NoDash,
    NoSpace,
    Control,
}

const DAMAGES: [Damage; 9] = {
    use Damage::*;
    [NoComma, CommaBehind, LosesBracket, GainsBracket, Tab, Shifted, NoDash, NoSpace, Control]
};

impl Damage {
    /// The damaged line; none where it can't be damaged so.
    fn of(self, line: &str, at: Index) -> Option<String> {
        let code = line.split(" #").next()?.trim_end();
        let is_block = code.trim_start().starts_with("- [");
        let places = |wanted: &[char]| code.match_indices(wanted).map(|(at, _)| at).collect::<Vec<usize>>();
        let put = |range: std::ops::Range<usize>, with: &str| {
            Some(format!("{}{with}{}", &line[..range.start], &line[range.end..]))
        };
        match self {
            Damage::NoComma => {
                let comma =
                    code.rfind(", [").filter(|at| code[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))?;
                put(comma..comma + 1, "")
            }
            Damage::CommaBehind if is_block => put(code.len()..code.len(), ","),
            Damage::LosesBracket => {
                let brackets = places(&['[', ']']);
                let lost = *brackets.get(at.index(brackets.len().max(1)))?;
                // Without its first bracket a row is text, which YAML allows.
                let is_first = code[..lost].trim_start().trim_start_matches("- ").is_empty();
                let is_text = is_first && !code[lost + 1..].trim_start().starts_with('[');
                if is_text { None } else { put(lost..lost + 1, "") }
            }
            Damage::GainsBracket => put(code.len()..code.len(), "]"),
            Damage::Tab if is_block => put(0..code.find('-')?, "\t"),
            Damage::Shifted if is_block => {
                let indentation = code.find('-')?;
                put(0..0, " ").filter(|_| indentation < 3)
            }
            Damage::NoDash if is_block => put(code.find('-')?..code.find('[')?, ""),
            Damage::NoSpace if is_block => put(code.find("- ")? + 1..code.find('[')?, ""),
            Damage::Control => {
                let at = at.index(code.len() + 1);
                code.is_char_boundary(at).then(|| put(at..at, "\u{8}"))?
            }
            _ => None,
        }
    }

    /// What may be said about it.
    fn is_told_as(self, kind: SyntaxErrorKind) -> bool {
        use SyntaxErrorKind::*;
        match self {
            Damage::NoComma => kind == MissingComma,
            Damage::CommaBehind => kind == TrailingComma,
            Damage::LosesBracket | Damage::GainsBracket => matches!(kind, UnclosedBracket | ExtraBracket),
            Damage::Tab => kind == Tab,
            Damage::Shifted => kind == BadIndentation,
            Damage::NoDash => kind == MissingDash,
            Damage::NoSpace => kind == MissingSpace,
            Damage::Control => kind == ControlCharacter,
        }
    }
}

/// What a text says, its layout apart.
fn meaning(text: &str) -> String {
    let parse = parse(text);
    parse.tree.root.as_ref().map(|root| flat(&parse.tree, root)).unwrap_or_default()
}

fn is_mended_by_its_fix(text: &str, row: usize, damage: Damage, at: Index) -> Result<(), TestCaseError> {
    let is_row = |line: &&str| matches!(line.trim_start(), line if line.starts_with("- [") || line.starts_with('['));
    let lines: Vec<&str> = text.split('\n').collect();
    let rows: Vec<usize> = (0..lines.len()).filter(|&i| is_row(&lines[i])).collect();
    let number = rows[row % rows.len()];
    let line = lines[number].trim_end_matches('\r');
    // A row that shares its line with the bracket of its list has the list's brackets, too.
    let code = line.split(" #").next().unwrap_or_default();
    let balance = code.matches('[').count() == code.matches(']').count();
    let Some(damaged) = damage.of(line, at).filter(|_| balance) else { return Ok(()) };
    let mut edited = lines.clone();
    edited[number] = &damaged;
    let edited = edited.join("\n");
    let errors: Vec<SyntaxError> = parse(&edited).errors;
    // The only row of its list can stand in any column, and without its dash, or the space behind it, it is the list or text.
    let may_be_alone = matches!(damage, Damage::Shifted | Damage::NoDash | Damage::NoSpace);
    if may_be_alone && errors.is_empty() {
        return Ok(());
    }
    let [error] = errors.as_slice() else {
        prop_assert!(false, "{:#?}\n{:?} of line {}: {}", errors, damage, number + 1, damaged);
        return Ok(());
    };
    prop_assert_eq!(line_of(&edited, error.span), number + 1);
    prop_assert!(damage.is_told_as(error.kind), "{:?} is told as {:?}: {}", damage, error.kind, damaged);
    let Some(fix) = &error.fix else {
        prop_assert!(false, "no fix of {:?} in {}", error, damaged);
        return Ok(());
    };
    let mended = fixed(&edited, fix);
    prop_assert_eq!(parse(&mended).errors, [], "{} was mended to\n{}", damaged, mended);
    let loaded = serde_yaml::from_str::<serde_yaml::Value>(&mended);
    prop_assert!(loaded.is_ok(), "{:?}", loaded);
    if fix.safe {
        prop_assert_eq!(meaning(&mended), meaning(text), "{}", damaged);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_row_is_mended(
        text in select(FILES.as_slice()),
        row in any::<usize>(),
        damage in select(&DAMAGES[..]),
        at in any::<Index>(),
    ) {
        is_mended_by_its_fix(&text, row, damage, at)?;
    }
}
