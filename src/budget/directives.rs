//! Budgets in a file: `# yolint: budget gflops<=6.5 params<=3M`.
//!
//! After a scale they are for that scale, after a row for that row, elsewhere for the model at each scale.

use super::{Budget, Limit, Scope, parse};
use crate::model::{Model, ReadFile};
use crate::text::{LineIndex, Span};
use crate::words::{Message, message};

/// Returns the budgets of a file, those of a scale first; invalid ones are skipped.
pub fn in_file(file: &ReadFile) -> Vec<Budget> {
    let mut found: Vec<Budget> = read(file).into_iter().filter_map(Result::ok).collect();
    found.sort_by_key(|budget| budget.scale.is_none());
    found
}

/// Returns the places of invalid budgets in a file, each with a message.
pub fn problems(file: &ReadFile) -> Vec<(Span, Message)> {
    read(file).into_iter().filter_map(Result::err).collect()
}

fn read(file: &ReadFile) -> Vec<Result<Budget, (Span, Message)>> {
    let mut found = Vec::new();
    for directive in &file.model.directives {
        let Some(budgets) = directive.text.strip_prefix("budget") else { continue };
        if budgets.starts_with(|c: char| c.is_alphanumeric() || c == '-') {
            continue;
        }
        let comment = directive.span.text(file.text());
        // The directive's text is the end of its comment, so the last match is the right one.
        let start = directive.span.start as usize + comment.rfind(budgets).unwrap_or_default();
        let place = Place::of(&file.model, directive.span, file.lines());
        let parsed = parse(budgets);
        if parsed.is_empty() {
            found.push(Err((directive.span, message!("budget-needs-limits"))));
        }
        found.extend(parsed.into_iter().map(|parsed| match parsed {
            Ok(budget) => place.budget(Budget { span: Some(directive.span), ..budget }),
            Err(problem) => {
                let [from, to] = [problem.range.start, problem.range.end].map(|at| (start + at) as u32);
                Err((Span::new(from, to), problem.message))
            }
        }));
    }
    found
}

/// What a comment follows.
enum Place<'m> {
    Scale(&'m str),
    Row(usize),
    Elsewhere,
}

impl<'m> Place<'m> {
    fn of(model: &'m Model, comment: Span, lines: &LineIndex) -> Place<'m> {
        let line = lines.line(comment.start);
        let is_before = |span: Span| span.end <= comment.start && lines.line(span.end) == line;
        let mut scales = model.scales().filter(|(.., cell)| is_before(cell.span));
        match (scales.next(), scales.next()) {
            (Some((letter, ..)), None) => return Place::Scale(letter),
            (Some(_), Some(_)) => return Place::Elsewhere,
            (None, _) => {}
        }
        model.rows.iter().rposition(|row| is_before(row.span)).map_or(Place::Elsewhere, Place::Row)
    }

    fn budget(&self, mut budget: Budget) -> Result<Budget, (Span, Message)> {
        match *self {
            Place::Scale(letter) if budget.scale.is_none() => budget.scale = Some(letter.to_owned()),
            Place::Row(i) if budget.scope == Scope::Model => {
                if matches!(budget.limit, Limit::Relative(_)) {
                    return Err((budget.span.unwrap_or_default(), message!("row-budget-relative")));
                }
                budget.scope = Scope::Row(i);
            }
            _ => {}
        }
        Ok(budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_they_stand_says_what_they_are_for() {
        let text = "\
# yolint: budget gflops<=20 head.params<=1M
scales:
  n: [0.5, 0.25, 1024] # 2.6M params # yolint: budget gflops<=6.5
  s: [0.5, 0.50, 1024] # yolint: budget n: layers<=10
backbone:
  - [-1, 1, Conv, [64, 3, 2]] # 0 # yolint: budget params<=2k
head: # yolint: budget layers<=+5%
  - [-1, 1, Classify, [10]] # yolint: budget params<=+5% head.layers<=3
  # yolint: budgets
  # yolint: budget
  # yolint: budget é gflops<6 fast
";
        let file = ReadFile::new(text);
        let budgets = in_file(&file);
        let budgets: Vec<String> = budgets.iter().map(Budget::to_string).collect();
        let expected = [
            "n: gflops<=6.5",
            "n: layers<=10",
            "gflops<=20",
            "head.params<=1M",
            "row[0].params<=2k",
            "layers<=+5%",
            "head.layers<=3",
            "gflops<6",
        ];
        assert_eq!(budgets, expected);
        let problems = problems(&file);
        let problems: Vec<_> = problems
            .iter()
            .map(|(span, message)| (span.text(text), message.english().chars().take(16).collect::<String>()))
            .collect();
        let expected = [
            ("# yolint: budget params<=+5% head.layers<=3", "a row's budget c".to_owned()),
            ("# yolint: budget", "`budget` needs l".to_owned()),
            ("é", "`é` is not a bud".to_owned()),
            ("fast", "`fast` is not a ".to_owned()),
        ];
        assert_eq!(problems, expected);
    }
}
