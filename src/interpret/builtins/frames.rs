//! Builtin functions that look into the frame that calls them, and `dir`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::interpret::class::Type;
use crate::interpret::frame::Frame;
use crate::interpret::key::Key;
use crate::interpret::machine::Machine;
use crate::interpret::symbol;
use crate::interpret::value::{Args, Entries, Names, Namespace, Res, Stop, Value};
use crate::python::file::File;
use crate::python::parse;
use crate::words::message;

/// Builtin functions that look into the frame that calls them.
pub(super) const FRAME_FUNCTIONS: &[&str] = &["locals", "globals", "vars", "dir", "eval", "exec"];

impl Machine {
    pub(in crate::interpret) fn dir(&mut self, value: &Value) -> Res {
        let mut names: Vec<Rc<str>> = Vec::new();
        match value {
            Value::Instance(i) => {
                names.extend(i.attributes.borrow().keys().map(|&k| self.text(k)));
                for class in i.class().order() {
                    names.extend(class.namespace.borrow().keys().map(|&k| self.text(k)));
                }
            }
            Value::Class(class) => {
                for class in class.order() {
                    names.extend(class.namespace.borrow().keys().map(|&k| self.text(k)));
                }
            }
            Value::Module(module) => {
                self.force_all(module)?;
                names.extend(module.names.borrow().keys().map(|&k| self.text(k)));
            }
            Value::Library(path) => {
                let path = path.clone();
                names.extend(self.library_names(&path).into_iter().map(Rc::from));
            }
            _ => return Err(self.unknown(message!("dir-of"))),
        }
        names.sort();
        names.dedup();
        Ok(Value::list(names.into_iter().map(Value::Str).collect()))
    }

    /// `locals()` as a snapshot.
    fn locals(&mut self, frame: &Frame) -> Value {
        let mut entries = Entries::default();
        if let Some(scope) = &frame.scope {
            for (name, value) in scope.borrow().iter() {
                entries.insert(Key::str(&self.text(*name)), value.clone());
            }
            return Value::dict(entries);
        }
        let Some(function) = &frame.function else {
            return Value::Names(Rc::new(Names::Module(frame.module.clone())));
        };
        let ir = function.code.file.program.function(function.id);
        for (name, value) in ir.slots.iter().zip(&frame.slots) {
            let value = match value {
                Value::Cell(cell) => cell.borrow().clone(),
                other => other.clone(),
            };
            let symbol = function.code.symbols[name.index()];
            if !matches!(value, Value::Unbound) && symbol != symbol::CLASS {
                entries.insert(Key::str(&self.text(symbol)), value);
            }
        }
        Value::dict(entries)
    }

    /// A builtin function that looks into the frame that calls it.
    pub(in crate::interpret) fn call_frame_builtin(&mut self, frame: &mut Frame, name: &str, args: Args) -> Res {
        match name {
            "locals" => Ok(self.locals(frame)),
            "globals" => Ok(Value::Names(Rc::new(Names::Module(frame.module.clone())))),
            "vars" => match args.positional.first() {
                None => Ok(self.locals(frame)),
                Some(value) => self.get_attribute(value, symbol::DICT),
            },
            "dir" => match args.positional.first() {
                None => {
                    let locals = self.locals(frame);
                    let mut names = self.collect(&locals)?;
                    names = self.sorted(names, &Value::None, false)?;
                    Ok(Value::list(names))
                }
                Some(value) => self.dir(&value.clone()),
            },
            _ => self.run_text(frame, name, &args),
        }
    }

    /// `eval` and `exec` of a text that the program made.
    fn run_text(&mut self, frame: &mut Frame, name: &str, args: &Args) -> Res {
        let text = match args.positional.first().map(Value::unwrapped) {
            Some(Value::Str(text)) => text,
            Some(Value::Unknown(u)) => return Err(Stop::Unknown(u)),
            _ => return Err(self.unknown(message!("of-no-text", name))),
        };
        let globals = args.positional.get(1).cloned().filter(|v| !v.is_none());
        let locals = args.positional.get(2).cloned().filter(|v| !v.is_none());
        let module = match &globals {
            None => frame.module.clone(),
            Some(Value::Names(names)) => match &**names {
                Names::Module(module) => module.clone(),
                _ => return Err(self.unknown(message!("with-globals", name))),
            },
            // Names of a dict are as good as locals.
            Some(_) => frame.module.clone(),
        };
        let snapshot = match (&locals, &globals) {
            (Some(locals), _) => locals.clone(),
            (None, Some(Value::Dict(_))) => globals.clone().unwrap_or(Value::None),
            (None, Some(_)) => Value::dict(Entries::default()),
            (None, None) => self.locals(frame),
        };
        let mut scope = Namespace::default();
        if let Value::Dict(_) = snapshot {
            for (key, value) in self.mapping_entries(&snapshot)? {
                if let Value::Str(key) = key {
                    scope.insert(self.symbol(&key), value);
                }
            }
        }
        self.spend(200 + text.len() as u64 * 4)?;
        if let Some(refusal) = parse::refusal(&text) {
            return Err(self.unknown(message!("text-refused", why = refusal.message)));
        }
        let program = if name == "eval" {
            parse::parse_expression(text.trim_start_matches([' ', '\t'])).map(|(program, id)| (program, Some(id)))
        } else {
            parse::parse_exec(&text).map(|program| (program, None))
        };
        let (program, id) = match program {
            Ok(parsed) => parsed,
            Err(error) => {
                let message = Value::str(&format!("invalid syntax: {}", error.message));
                return Err(self.error_with(Type::SyntaxError, vec![message]));
            }
        };
        let body = program.body;
        let file = std::sync::Arc::new(File::of_program("<string>", &text, program));
        let code = self.code(file);
        let mut inner = Frame::new(code.clone(), module);
        let scope = Rc::new(RefCell::new(scope));
        inner.scope = Some(scope.clone());
        if let Some(id) = id {
            return self.within(&mut inner, |machine, inner| machine.eval(&code, inner, id));
        }
        let known: Namespace = scope.borrow().clone();
        inner.enter(body);
        self.run(&mut inner)?;
        // What `exec` binds goes to the dict that it was given, or to the module's names.
        let target = locals.or(globals);
        for (name, value) in scope.take() {
            if known.get(&name).is_some_and(|old| old.is(&value)) {
                continue;
            }
            match &target {
                Some(target) => {
                    let key = Value::Str(self.text(name));
                    self.set_item(target, &key, value)?;
                }
                None if frame.function.is_none() && frame.scope.is_none() => {
                    self.set_global(&frame.module.clone(), name, value);
                }
                None => {}
            }
        }
        Ok(Value::None)
    }
}
