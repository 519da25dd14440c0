//! Arguments of calls, as they are written: by position, by name, spread.

use std::rc::Rc;

use super::code::Code;
use super::frame::Frame;
use super::machine::Machine;
use super::symbol::Symbol;
use super::value::{Args, Res, Stop, Value};
use crate::python::ir::{Argument, Run};
use crate::words::message;

impl Machine {
    pub(super) fn eval_arguments(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        arguments: Run,
        callee: Option<&Value>,
        receiver: Option<Value>,
    ) -> Res<Args> {
        let arguments = &code.file.program.arguments[arguments.range()];
        let mut args = Args::default();
        args.positional.reserve(arguments.len() + 1);
        args.positional.extend(receiver);
        for argument in arguments {
            match *argument {
                Argument::Positional(value) => args.positional.push(self.eval(code, frame, value)?),
                Argument::Star(value) => {
                    let value = self.eval(code, frame, value)?;
                    let items = match self.iter(&value) {
                        Ok(_) => self.collect(&value)?,
                        Err(Stop::Raise(_)) => return Err(self.bad_spread(callee, "* must be an iterable", &value)),
                        Err(stop) => return Err(stop),
                    };
                    self.copied(items.len() * 4)?;
                    args.positional.extend(items);
                }
                Argument::Keyword(name, value) => {
                    let value = self.eval(code, frame, value)?;
                    self.add_keyword(callee, &mut args, code.symbols[name.index()], value)?;
                }
                Argument::DoubleStar(value) => {
                    let value = self.eval(code, frame, value)?;
                    let entries = match self.mapping_entries(&value) {
                        Ok(entries) => entries,
                        Err(Stop::Raise(_)) => return Err(self.bad_spread(callee, "** must be a mapping", &value)),
                        Err(stop) => return Err(stop),
                    };
                    for (key, value) in entries {
                        let Value::Str(key) = key else {
                            return Err(self.type_error("keywords must be strings"));
                        };
                        let name = self.symbol(&key);
                        self.add_keyword(callee, &mut args, name, value)?;
                    }
                }
            }
        }
        Ok(args)
    }

    fn add_keyword(&mut self, callee: Option<&Value>, args: &mut Args, name: Symbol, value: Value) -> Res<()> {
        if args.keywords.iter().any(|k| k.0 == name) {
            let Some(name_of_callee) = self.callee_name(callee) else {
                return Err(self.unknown(message!("keyword-twice")));
            };
            let message = format!("{name_of_callee}() got multiple values for keyword argument '{}'", self.text(name));
            return Err(self.type_error(message));
        }
        args.keywords.push((name, value));
        Ok(())
    }

    fn bad_spread(&mut self, callee: Option<&Value>, what: &str, value: &Value) -> Stop {
        let name = self.type_name(value);
        match self.callee_name(callee) {
            Some(callee) => self.type_error(format!("{callee}() argument after {what}, not {name}")),
            None => self.unknown(message!("call-spreads")),
        }
    }

    /// A function's name as messages about its arguments say it.
    fn callee_name(&self, callee: Option<&Value>) -> Option<String> {
        match callee? {
            Value::Function(f) => {
                let ir = f.code.file.program.function(f.id);
                Some(format!("{}.{}", f.module.name, self.text(f.code.symbols[ir.qualname.index()])))
            }
            Value::Class(class) => Some(class.full_name()),
            Value::Native(n) if !n.binds => Some(n.name.to_string()),
            _ => None,
        }
    }
}
