//! torch's functions and tensor methods on shapes, against what torch itself said of the calls in `tests/golden/ops.txt`:
//! an accepted call has torch's sizes, types and order in memory, a refused one is refused.
//!
//! What the elements decide, and what isn't followed, is counted apart and must stay rare.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use yolint::internals::torch::DType;
use yolint::internals::torch::Run;
use yolint::internals::torch::natives::{Layout, Tensor, Value, find};
use yolint::internals::torch::{FaultKind, Result, Shape};

#[test]
fn natives_do_to_shapes_what_torch_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ops.txt");
    let text = fs::read_to_string(path).expect("the golden file");
    let (mut accepted, mut refused) = (0, 0);
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in text.lines() {
        let (call, said) = line.rsplit_once(" -> ").expect("a call and what torch said");
        let got = Reader { rest: call }.value();
        match (&got, said.strip_prefix('!')) {
            (Err(fault), _) if fault.kind == FaultKind::Unsupported => {
                *unsupported.entry(fault.message.english()).or_default() += 1;
            }
            (Err(_), Some(_)) => refused += 1,
            (Ok(value), None) if agrees(value, &Reader { rest: said }.value().expect("a value")) => accepted += 1,
            _ => wrong.push(format!("{line}\n    got {got:?}")),
        }
    }
    let silent: usize = unsupported.values().sum();
    println!("{accepted} calls accepted, {refused} refused, {silent} not followed: {unsupported:#?}");
    assert!(wrong.is_empty(), "{} calls differ from torch:\n{}", wrong.len(), wrong.join("\n"));
    assert!(accepted + refused > 9000 && silent < 100, "{accepted} accepted, {refused} refused, {silent} not followed");
}

#[test]
fn in_place_methods_are_found_by_their_plain_name() {
    let name = |of: &str| find(of).map(|function| (function.name(), function.is_in_place()));
    assert_eq!(name("Tensor.add_"), Some(("Tensor.add", true)));
    assert_eq!(name("Tensor.zero_"), Some(("Tensor.zero_", false)));
    assert_eq!(name("torch.nn.functional.interpolate"), Some(("F.interpolate", false)));
    assert_eq!(name("Tensor.__add__"), Some(("Tensor.__add__", false)));
    assert_eq!(name("torch.quux"), None);
}

/// Whether a result is what torch said. Elements aren't compared, and an order in memory that isn't followed is no claim.
fn agrees(got: &Value, said: &Value) -> bool {
    match (got, said) {
        (Value::Tensor(got), Value::Tensor(said)) => {
            let order = match got.layout {
                Layout::Unknown => true,
                Layout::Contiguous => said.layout == Layout::Contiguous,
                Layout::Strided(_) => said.layout != Layout::Contiguous,
            };
            order && got.shape == said.shape && got.dtype == said.dtype
        }
        _ => match (got.items(), said.items()) {
            (Some(got), Some(said)) => {
                got.len() == said.len() && got.iter().zip(said).all(|(got, said)| agrees(got, said))
            }
            _ => got == said,
        },
    }
}

/// Reads and runs the calls of the file; `tests/oracle/ops.py` says how they are written.
struct Reader<'a> {
    rest: &'a str,
}

/// Arguments by position and by keyword.
type Arguments<'a> = (Vec<Value>, Vec<(&'a str, Value)>);

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Value> {
        if self.take("[") {
            return Ok(Value::List(self.items("]")?.0));
        }
        if self.take("(") {
            return Ok(Value::Tuple(self.items(")")?.0));
        }
        if self.take("...") {
            return Ok(Value::Ellipsis);
        }
        if self.take("'") {
            let (text, rest) = self.rest.split_once('\'').expect("the end of a string");
            self.rest = rest;
            return Ok(Value::Str(text.into()));
        }
        let word = self.word();
        if self.take("(") {
            let (args, kwargs) = self.items(")")?;
            return match word {
                "slice" => Ok(slice(&args)),
                _ if word.len() == 1 => self.tensor(word, &args, &kwargs),
                _ => {
                    let function = find(word).unwrap_or_else(|| panic!("no native {word}"));
                    function.call(&mut Run::silent(), &args, &kwargs)
                }
            };
        }
        Ok(match word {
            "None" => Value::None,
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            "NotImplemented" => Value::NotImplemented,
            _ => match (word.strip_prefix("torch."), word.parse(), word.parse()) {
                (Some(name), ..) => Value::DType(DType::named(name).expect("a type")),
                (_, Ok(int), _) => Value::Int(int),
                (_, _, Ok(float)) => Value::Float(float),
                _ => panic!("{word:?} before {:?}", self.rest),
            },
        })
    }

    fn items(&mut self, close: &str) -> Result<Arguments<'a>> {
        let (mut args, mut kwargs) = (Vec::new(), Vec::new());
        while !self.take(close) {
            let before = self.rest;
            let word = self.word();
            if !word.is_empty() && self.take("=") {
                kwargs.push((word, self.value()?));
            } else {
                self.rest = before;
                args.push(self.value()?);
            }
            self.take(",");
        }
        Ok((args, kwargs))
    }

    fn tensor(&mut self, letter: &str, sizes: &[Value], elements: &[(&str, Value)]) -> Result<Value> {
        let sizes: Vec<i64> = sizes.iter().map(Value::as_int).collect::<Result<_>>()?;
        let mut tensor = Tensor::new(Shape::try_new(&sizes)?, dtype(letter));
        if let [(_, elements)] = elements {
            tensor.elements = elements.items().map(|all| all.iter().map(number).collect());
        }
        if self.take("~") {
            tensor.layout = Layout::Unknown;
        }
        Ok(tensor.into())
    }

    fn word(&mut self) -> &'a str {
        let inside = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start_matches(' ');
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

fn dtype(letter: &str) -> DType {
    match letter {
        "b" => DType::Bool,
        "u" => DType::UInt8,
        "o" => DType::Int8,
        "s" => DType::Int16,
        "j" => DType::Int32,
        "i" => DType::Int64,
        "h" => DType::Float16,
        "e" => DType::BFloat16,
        "f" => DType::Float32,
        "d" => DType::Float64,
        "c" => DType::Complex64,
        "z" => DType::Complex128,
        _ => panic!("no type is written {letter}"),
    }
}

fn slice(bounds: &[Value]) -> Value {
    let bound = |i: usize| match bounds[i] {
        Value::Int(i) => Some(i),
        _ => None,
    };
    Value::Slice(Box::new([bound(0), bound(1), bound(2)]))
}

fn number(value: &Value) -> f64 {
    match *value {
        Value::Int(x) => x as f64,
        Value::Float(x) => x,
        Value::Bool(x) => f64::from(u8::from(x)),
        _ => panic!("{value:?} is no element"),
    }
}
