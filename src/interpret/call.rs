//! Calls: arguments meet parameters, classes make instances.

use std::cell::RefCell;
use std::rc::Rc;

use super::class::{Class, Header, Type, inherited_metaclass};
use super::code::Code;
use super::frame::{Frame, Halt};
use super::iterate::{Iteration, State};
use super::key::Key;
use super::machine::Machine;
use super::symbol::{self, Symbol};
use super::value::{Args, Entries, Function, Method, Namespace, Res, Stop, Super, Value};
use crate::python::ir::{Body, ClassId};
use crate::words::message;

impl Machine {
    /// A call.
    pub fn call(&mut self, callee: &Value, mut args: Args) -> Res {
        match callee {
            Value::Function(function) => self.call_function(function, args),
            Value::Method(method) => {
                args.positional.insert(0, method.receiver.clone());
                match &method.function {
                    Value::Function(function) => self.call_function(function, args),
                    function => self.nested(|machine| machine.call(function, args)),
                }
            }
            Value::Native(native) => {
                let texts = args.positional.iter().filter_map(Value::as_str).map(|text| text.len() as u64 / 16);
                self.spend(2 + texts.sum::<u64>())?;
                self.nested(|machine| (native.call)(machine, native, args))
            }
            Value::Class(class) => {
                self.spend(2)?;
                self.nested(|machine| machine.construct(class, args))
            }
            Value::Partial(partial) => {
                self.copied(partial.args.positional.len() + partial.args.keywords.len())?;
                let mut all = partial.args.clone();
                all.positional.append(&mut args.positional);
                for (name, value) in args.keywords {
                    match all.keywords.iter_mut().find(|k| k.0 == name) {
                        Some(keyword) => keyword.1 = value,
                        None => all.keywords.push((name, value)),
                    }
                }
                self.nested(|machine| machine.call(&partial.function, all))
            }
            Value::StaticMethod(function) => self.nested(|machine| machine.call(function, args)),
            Value::Instance(instance) => {
                let class = instance.class();
                match self.special(callee, symbol::CALL)? {
                    Some(method) => self.nested(|machine| machine.call(&method, args)),
                    None => match &class.unknown {
                        Some(u) => Err(Stop::Unknown(u.clone())),
                        None => Err(self.type_error(format!("'{}' object is not callable", class.name))),
                    },
                }
            }
            Value::Foreign(foreign) => match foreign.clone().call(self, args)? {
                Some(value) => Ok(value),
                None => {
                    let name = self.type_name(callee);
                    Err(self.type_error(format!("'{name}' object is not callable")))
                }
            },
            Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
            _ => {
                let name = self.type_name(callee);
                Err(self.type_error(format!("'{name}' object is not callable")))
            }
        }
    }

    /// A call from a frame, which some builtins look into.
    pub(super) fn call_in(&mut self, frame: &mut Frame, callee: &Value, args: Args) -> Res {
        match callee {
            Value::Native(native) if matches!(native.data.first(), Some(Value::Unbound)) => {
                self.call_frame_builtin(frame, &native.name, args)
            }
            Value::Class(class) if class.builtin == Some(Type::Super) && args.positional.is_empty() => {
                self.bare_super(frame)
            }
            _ => self.call(callee, args),
        }
    }

    /// `super()` without arguments: the class whose body the function stands in, and its first parameter.
    fn bare_super(&mut self, frame: &mut Frame) -> Res {
        let Some(function) = frame.function.clone() else {
            return Err(self.error(Type::RuntimeError, "super(): no arguments"));
        };
        let program = &function.code.file.program;
        let ir = program.function(function.id);
        let named = |slot: &&(u32, u32)| function.code.symbols[ir.slots[slot.1 as usize].index()] == symbol::CLASS;
        let class = ir.free.iter().find(named).and_then(|&(_, slot)| match &frame.slots[slot as usize] {
            Value::Cell(cell) => Some(cell.borrow().clone()),
            _ => None,
        });
        let receiver = match frame.slots.first() {
            Some(Value::Cell(cell)) => cell.borrow().clone(),
            Some(value) => value.clone(),
            None => Value::Unbound,
        };
        match (class, receiver) {
            (_, Value::Unbound) => Err(self.error(Type::RuntimeError, "super(): no arguments")),
            (Some(Value::Class(class)), receiver) => Ok(Value::Super(Rc::new(Super { class, receiver }))),
            _ => Err(self.error(Type::RuntimeError, "super(): __class__ cell not found")),
        }
    }

    /// Calls a function of the program.
    pub(super) fn call_function(&mut self, function: &Rc<Function>, args: Args) -> Res {
        self.spend(4)?;
        let code = function.code.clone();
        let ir = code.file.program.function(function.id);
        let mut slots = self.slots(ir, &function.cells);
        self.bind(function, ir, args, &mut slots)?;
        self.wrap_cells(ir, &mut slots);
        let mut frame = Frame::of(function, slots, self.spare.control());
        let result = match &ir.body {
            Body::Expr(value) => {
                let value = *value;
                self.within(&mut frame, |machine, frame| machine.eval(&code, frame, value))
            }
            Body::Block(block) => {
                frame.enter(*block);
                if ir.generator {
                    return Ok(Value::Iterator(Iteration::new(State::Generator(Box::new(frame)))));
                }
                self.run(&mut frame).map(|halt| match halt {
                    Halt::Return(value) => value,
                    Halt::End | Halt::Yield(_) => Value::None,
                })
            }
            Body::Comprehension { .. } => Ok(Value::None),
        };
        self.spare.take(frame);
        result
    }

    /// Puts arguments into the slots of the parameters.
    fn bind(
        &mut self,
        function: &Function,
        ir: &crate::python::ir::Function,
        args: Args,
        slots: &mut [Value],
    ) -> Res<()> {
        let code = &function.code;
        let positional = ir.positional as usize;
        let named = positional + ir.keyword_only as usize;
        let given = args.positional.len();
        let mut extra = Vec::new();
        for (i, value) in args.positional.into_iter().enumerate() {
            if i < positional {
                slots[i] = value;
            } else {
                extra.push(value);
            }
        }
        let mut more = Entries::default();
        for (name, value) in args.keywords {
            let range = ir.positional_only as usize..named;
            let found = range.clone().find(|&i| code.symbols[ir.parameters[i].name.index()] == name);
            match found {
                Some(i) if matches!(slots[i], Value::Unbound) => slots[i] = value,
                Some(_) => {
                    let message =
                        format!("{}() got multiple values for argument '{}'", self.qualname(function), self.text(name));
                    return Err(self.type_error(message));
                }
                None if ir.double_star => {
                    more.insert(Key::str(&self.text(name)), value);
                }
                None => {
                    let callee = self.qualname(function);
                    let by_position = ir.parameters[..ir.positional_only as usize].iter();
                    if by_position.clone().any(|p| code.symbols[p.name.index()] == name) {
                        let message = format!(
                            "{callee}() got some positional-only arguments passed as keyword arguments: '{}'",
                            self.text(name)
                        );
                        return Err(self.type_error(message));
                    }
                    let message = format!("{callee}() got an unexpected keyword argument '{}'", self.text(name));
                    return Err(self.type_error(message));
                }
            }
        }
        if !extra.is_empty() && !ir.star {
            return Err(self.too_many(function, ir, given));
        }
        let defaults = function.defaults.borrow();
        let mut defaults = defaults.iter();
        let mut missing: [Vec<Rc<str>>; 2] = [Vec::new(), Vec::new()];
        for (i, parameter) in ir.parameters[..named].iter().enumerate() {
            let default = parameter.default.and_then(|_| defaults.next());
            if !matches!(slots[i], Value::Unbound) {
                continue;
            }
            match default {
                Some(value) => slots[i] = value.clone(),
                None => missing[usize::from(i >= positional)].push(self.text(code.symbols[parameter.name.index()])),
            }
        }
        for (names, kind) in missing.iter().zip(["positional", "keyword-only"]) {
            if !names.is_empty() {
                let plural = if names.len() == 1 { "" } else { "s" };
                let message = format!(
                    "{}() missing {} required {kind} argument{plural}: {}",
                    self.qualname(function),
                    names.len(),
                    listed(names)
                );
                return Err(self.type_error(message));
            }
        }
        if ir.star {
            slots[named] = Value::tuple(extra);
        }
        if ir.double_star {
            slots[named + usize::from(ir.star)] = Value::dict(more);
        }
        Ok(())
    }

    fn qualname(&self, function: &Function) -> Rc<str> {
        let ir = function.code.file.program.function(function.id);
        self.text(function.code.symbols[ir.qualname.index()])
    }

    fn too_many(&mut self, function: &Function, ir: &crate::python::ir::Function, given: usize) -> Stop {
        let positional = ir.positional as usize;
        let optional = ir.parameters[..positional].iter().filter(|p| p.default.is_some()).count();
        let takes = if optional > 0 {
            format!("from {} to {positional}", positional - optional)
        } else {
            positional.to_string()
        };
        let plural = if positional == 1 && optional == 0 { "" } else { "s" };
        let was = if given == 1 { "was" } else { "were" };
        let callee = self.qualname(function);
        self.type_error(format!("{callee}() takes {takes} positional argument{plural} but {given} {was} given"))
    }

    /// Makes an instance.
    pub(super) fn construct(&mut self, class: &Rc<Class>, args: Args) -> Res {
        if let Some(kind) = class.builtin {
            return self.construct_builtin(kind, class, args);
        }
        if let Some(unknown) = &class.unknown {
            return Err(Stop::Unknown(unknown.clone()));
        }
        if class.is(Type::Enum) {
            return self.enum_member(class, args);
        }
        if class.is(Type::Type) {
            return self.construct_class(class, args);
        }
        if let Some(call) = class.metaclass.as_ref().and_then(|m| m.lookup_own(symbol::CALL)) {
            let mut args = args;
            args.positional.insert(0, Value::Class(class.clone()));
            return self.call(&call, args);
        }
        self.instance_of(class, args)
    }

    /// `type.__call__`.
    pub(super) fn instantiate(&mut self, class: &Rc<Class>, args: Args) -> Res {
        let value = match class.lookup_own(symbol::NEW) {
            Some(new) => {
                let new = match new {
                    Value::StaticMethod(f) => (*f).clone(),
                    other => other,
                };
                let mut with_class = args.clone();
                with_class.positional.insert(0, Value::Class(class.clone()));
                let value = self.call(&new, with_class)?;
                if !self.class_of(&value)?.derives(class) {
                    return Ok(value);
                }
                value
            }
            None => self.plain_instance(class, &args)?,
        };
        if let Some(init) = class.lookup_own(symbol::INIT) {
            let mut args = args;
            args.positional.insert(0, value.clone());
            let result = self.call(&init, args)?;
            if !result.is_none() {
                let name = self.type_name(&result);
                return Err(self.type_error(format!("__init__() should return None, not '{name}'")));
            }
        } else if class.nearest_builtin() == Type::Object
            && class.lookup_own(symbol::NEW).is_none()
            && !(args.positional.is_empty() && args.keywords.is_empty())
        {
            return Err(self.type_error(format!("{}() takes no arguments", class.name)));
        }
        Ok(value)
    }

    /// What `object.__new__`, or that of a builtin type, makes.
    pub fn plain_instance(&mut self, class: &Rc<Class>, args: &Args) -> Res {
        let kind = class.nearest_builtin();
        let own_init = class.lookup_own(symbol::INIT).is_some();
        let base = match kind {
            Type::Object => Value::Unbound,
            _ if class.is(Type::BaseException) => Value::tuple(args.positional.clone()),
            Type::Tuple => {
                return self.construct_tuple(class, args.clone());
            }
            Type::List
            | Type::Dict
            | Type::OrderedDict
            | Type::DefaultDict
            | Type::Set
            | Type::Counter
            | Type::Deque
                if own_init =>
            {
                let builtin = self.builtin(kind);
                self.construct_builtin(kind, &builtin, Args::default())?
            }
            Type::Int | Type::Float | Type::Str | Type::FrozenSet | Type::Bool | Type::Bytes if own_init => {
                let builtin = self.builtin(kind);
                let first = args.positional.first().cloned().into_iter().collect();
                self.construct_builtin(kind, &builtin, Args::of(first))?
            }
            _ => {
                let builtin = self.builtin(kind);
                self.construct_builtin(kind, &builtin, args.clone())?
            }
        };
        Ok(Value::Instance(self.instance(class, base)))
    }

    /// The class object of a class statement.
    pub(super) fn make_class(&mut self, code: &Rc<Code>, frame: &mut Frame, id: ClassId) -> Res {
        let program = &code.file.program;
        let ir = program.class(id);
        let args = self.eval_arguments(code, frame, ir.arguments, None, None)?;
        let cells = self.shared(frame, &ir.free);
        let mut slots = vec![Value::Unbound; ir.slots.len()];
        for (&(_, inner), cell) in ir.free.iter().zip(cells) {
            slots[inner as usize] = Value::Cell(cell);
        }
        let class_cell = ir.class_cell.map(|slot| {
            let cell = self.cell(Value::Unbound);
            slots[slot as usize] = Value::Cell(cell.clone());
            cell
        });
        let module_name = frame.module.name.clone();
        let scope = Rc::new(RefCell::new(Namespace::default()));
        scope.borrow_mut().insert(symbol::MODULE, Value::Str(module_name.clone()));
        let qualname = self.text(code.symbols[ir.qualname.index()]);
        scope.borrow_mut().insert(symbol::QUALNAME, Value::Str(qualname.clone()));
        if let Some(doc) = ir.doc {
            scope.borrow_mut().insert(symbol::DOC, code.constants[doc.index()].clone());
        }
        let mut body = Frame::new(code.clone(), frame.module.clone());
        body.slots = slots;
        body.scope = Some(scope.clone());
        body.enter(ir.body);
        self.run(&mut body)?;
        let (mut metaclass, mut keywords) = (None, Vec::new());
        for (name, value) in args.keywords {
            if name == symbol::METACLASS {
                metaclass = Some(value);
            } else {
                keywords.push((name, value));
            }
        }
        let mut namespace = scope.take();
        let name = self.text(code.symbols[ir.name.index()]);
        let bases = self.class_bases(args.positional)?;
        let metaclass = match metaclass {
            None => inherited_metaclass(&bases),
            // Those of the library do nothing that is modelled here.
            Some(Value::Class(class)) if class.is(Type::Type) => {
                class.order().iter().any(|c| is_of_program(c)).then_some(class)
            }
            Some(_) => return Err(self.unknown(message!("a-metaclass"))),
        };
        if let Some(metaclass) = metaclass {
            let names = namespace.iter().map(|(name, value)| (Key::str(&self.text(*name)), value.clone())).collect();
            let positional = vec![Value::Str(name), Value::tuple(bases), Value::dict(names)];
            let class = self.construct_class(&metaclass, Args { positional, keywords })?;
            if let (Some(cell), Value::Class(_)) = (class_cell, &class) {
                cell.replace(class.clone());
            }
            return Ok(class);
        }
        namespace.shift_remove(&symbol::QUALNAME);
        let special = bases.iter().find_map(|b| match b {
            Value::Native(n) if &*n.name == "typing.NamedTuple" => Some(()),
            _ => None,
        });
        if special.is_some() {
            return self.named_tuple_class(&name, namespace);
        }
        let header = Header { name, qualname, module: module_name, metaclass: None, bases, keywords };
        let class = self.new_class(header, namespace)?;
        if class.is(Type::Enum) {
            self.fill_enum(&class)?;
        }
        if let Some(cell) = class_cell {
            cell.replace(Value::Class(class.clone()));
        }
        Ok(Value::Class(class))
    }

    /// The bases of a class, without those that matter to type checkers only.
    fn class_bases(&mut self, bases: Vec<Value>) -> Res<Vec<Value>> {
        let mut kept = Vec::new();
        for base in bases {
            match &base {
                Value::Library(path) if path.starts_with("typing.") => {}
                Value::Native(n) if n.name.starts_with("typing.") && &*n.name != "typing.NamedTuple" => {}
                _ => kept.push(base),
            }
        }
        Ok(kept)
    }

    /// What a decorator makes of a function or class.
    pub(super) fn decorate(&mut self, decorator: &Value, value: Value) -> Res {
        self.call(decorator, Args::of(vec![value]))
    }

    /// A function as a method of `receiver`, where it was found in the class `owner`.
    pub(super) fn bind_to(&mut self, found: Value, receiver: &Value, class: &Rc<Class>) -> Res {
        Ok(match &found {
            Value::Function(_) => bound(found, receiver.clone()),
            Value::Native(n) if n.binds => bound(found, receiver.clone()),
            Value::StaticMethod(function) => (**function).clone(),
            Value::ClassMethod(function) => bound((**function).clone(), Value::Class(class.clone())),
            Value::Property(property) => {
                let getter = property.get.clone();
                self.call(&getter, Args::of(vec![receiver.clone()]))?
            }
            Value::Instance(descriptor) => match descriptor.class().lookup_own(symbol::GET) {
                Some(get) => {
                    let args = vec![found.clone(), receiver.clone(), Value::Class(class.clone())];
                    self.call(&get, Args::of(args))?
                }
                None => found,
            },
            _ => found,
        })
    }
}

/// Whether a class comes from a class statement.
fn is_of_program(class: &Class) -> bool {
    class.builtin.is_none() && !matches!(&*class.module, "abc" | "enum")
}

/// A bound method.
pub(super) fn bound(function: Value, receiver: Value) -> Value {
    Value::Method(Rc::new(Method { function, receiver }))
}

/// Names in quotes, as Python lists them: `'a', 'b', and 'c'`.
pub(super) fn listed<T: std::fmt::Display>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    }
}

/// Reads a native function's arguments: in order, or by name.
pub struct Taken<'a> {
    args: Args,
    position: usize,
    function: &'a str,
}

impl<'a> Taken<'a> {
    /// The arguments of a call of `function`.
    pub fn new(function: &'a str, args: Args) -> Self {
        Taken { args, position: 0, function }
    }

    /// The next argument, by position or by name.
    pub fn optional(&mut self, machine: &mut Machine, name: &str) -> Res<Option<Value>> {
        let by_name = match self.args.keywords.is_empty() {
            true => None,
            false => machine.symbols.find(name).and_then(|s| self.args.keywords.iter().position(|k| k.0 == s)),
        };
        if let Some(value) = self.args.positional.get(self.position) {
            self.position += 1;
            if by_name.is_some() {
                let message = format!(
                    "argument for {}() given by name ('{name}') and position ({})",
                    self.function, self.position
                );
                return Err(machine.type_error(message));
            }
            return Ok(Some(value.clone()));
        }
        Ok(by_name.map(|i| self.args.keywords.remove(i).1))
    }

    /// The next argument, which must be there.
    pub fn required(&mut self, machine: &mut Machine, name: &str) -> Res {
        match self.optional(machine, name)? {
            Some(value) => Ok(value),
            None => {
                let position = self.position + 1;
                let message = format!("{}() missing required argument '{name}' (pos {position})", self.function);
                Err(machine.type_error(message))
            }
        }
    }

    /// The next argument, or what stands for it.
    pub fn or(&mut self, machine: &mut Machine, name: &str, default: Value) -> Res {
        Ok(self.optional(machine, name)?.unwrap_or(default))
    }

    /// A keyword argument.
    pub fn keyword(&mut self, name: Symbol) -> Option<Value> {
        let i = self.args.keywords.iter().position(|k| k.0 == name)?;
        Some(self.args.keywords.remove(i).1)
    }

    /// The arguments by position that weren't taken.
    pub fn rest(&mut self) -> Vec<Value> {
        let rest = self.args.positional.split_off(self.position.min(self.args.positional.len()));
        self.position = self.args.positional.len();
        rest
    }

    /// The same with other arguments by position.
    pub fn with(mut self, positional: Vec<Value>) -> Self {
        (self.args.positional, self.position) = (positional, 0);
        self
    }

    /// Checks that nothing is left.
    pub fn done(self, machine: &mut Machine) -> Res<()> {
        if self.args.positional.len() > self.position {
            let (most, given) = (self.position, self.args.positional.len());
            let plural = if most == 1 { "" } else { "s" };
            let message = match most {
                0 => format!("{}() takes no arguments ({given} given)", self.function),
                _ => format!("{}() takes at most {most} argument{plural} ({given} given)", self.function),
            };
            return Err(machine.type_error(message));
        }
        match self.args.keywords.first() {
            Some(&(name, _)) => {
                let message =
                    format!("{}() got an unexpected keyword argument '{}'", self.function, machine.text(name));
                Err(machine.type_error(message))
            }
            None => Ok(()),
        }
    }
}
