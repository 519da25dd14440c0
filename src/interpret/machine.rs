//! The machine: what a run knows, and the statements.
//!
//! Statements run on a stack of their own in the frame, so that a generator can stop anywhere; expressions recurse.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::attribute::Shortcuts;
use super::class::{Class, TYPES, Type, builtin_types};
use super::code::Code;
use super::fuel::Fuel;
use super::iterate::Iteration;
use super::library::Library;
use super::modules::{Module, Sources};
use super::observe::{Ended, Observer, Tracer};
use super::rewind::{Asked, Mark};
use super::symbol::{self, Symbol, Symbols};
use super::value::{Args, Function, Instance, Namespace, Place, Raised, Res, Stop, Unknown, Value};
use crate::python::file::File;
use crate::python::ir::{Block, Expr, ExprId, FunctionId, Handler, Stmt, StmtId, Variable};

/// A running function, class body or module.
pub struct Frame {
    /// Its code.
    pub code: Rc<Code>,
    /// The module whose globals it sees.
    pub module: Rc<Module>,
    /// The function.
    pub function: Option<Rc<Function>>,
    /// Its variables.
    pub slots: Vec<Value>,
    /// The names of a class body, or the locals of an `eval`.
    pub scope: Option<Rc<RefCell<Namespace>>>,
    /// The exceptions that are being handled.
    handling: Vec<Raised>,
    control: Vec<Control>,
    /// The statement that a generator has stopped at.
    stopped_at: Option<StmtId>,
}

impl Frame {
    /// A frame that hasn't begun.
    pub fn new(code: Rc<Code>, module: Rc<Module>) -> Frame {
        Frame {
            code,
            module,
            function: None,
            slots: Vec::new(),
            scope: None,
            handling: Vec::new(),
            control: Vec::new(),
            stopped_at: None,
        }
    }

    /// Puts a block on the stack.
    pub fn enter(&mut self, block: Block) {
        self.control.push(Control::Block { block, next: 0 });
    }
}

/// What a frame is in the middle of. It is looked at again when what stands above it is done.
enum Control {
    Block { block: Block, next: usize },
    For { stmt: StmtId, iterator: Rc<Iteration>, watch: Watch },
    While(StmtId),
    Try { stmt: StmtId, part: Part },
    With { exit: Value },
    YieldFrom { iterator: Rc<Iteration>, stmt: StmtId },
}

/// Whether the rounds of a loop are watched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    /// Its first item says.
    Undecided,
    Yes,
    No,
}

enum Part {
    Body,
    Handler(Option<Variable>),
    Else,
    Finally(Option<Exit>),
}

/// Why a block is left before its end.
enum Exit {
    Return(Value),
    Break,
    Continue,
    Stop(Stop),
}

/// How a frame came to a halt.
pub enum Halt {
    /// With its last statement.
    End,
    /// With a `return`.
    Return(Value),
    /// With a `yield`.
    Yield(Value),
}

/// How a generator is woken.
pub enum Wake {
    /// With the value of the `yield`.
    Send(Value),
    /// With an exception.
    Throw(Stop),
}

/// Where a frame is, for messages.
struct Trail {
    code: Rc<Code>,
    at: u32,
    function: Option<FunctionId>,
}

/// A statement of a module's top level that could not be run.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: String,
}

/// What a library keeps for itself.
pub trait Keepsake: Any {
    /// As itself.
    fn as_any(self: Rc<Self>) -> Rc<dyn Any>;
    /// Notes its state.
    fn mark(&self);
    /// Goes back to the state that was noted.
    fn rewind(&self);
}

/// A run of a program.
pub struct Machine {
    pub(super) symbols: Symbols,
    pub(super) types: Vec<Rc<Class>>,
    pub(super) builtins: Namespace,
    pub(super) modules: FxHashMap<Rc<str>, Value>,
    pub(super) library_values: FxHashMap<Rc<str>, Value>,
    /// Names of libraries that were asked for before, by where the library's name lies; it is kept so that it stays there.
    pub(super) library_names: FxHashMap<(usize, Symbol), (Rc<str>, Value)>,
    pub(super) libraries: Vec<&'static Library>,
    pub(super) sources: Arc<dyn Sources>,
    /// What the run may still use.
    pub fuel: Fuel,
    /// Whether modules run as a whole when they are imported, as Python runs them. Otherwise what nobody asks for isn't run,
    /// so that a registry that other files fill may lack entries: an error counts only if it is one here too.
    pub eager: bool,
    /// What was printed and logged.
    pub output: String,
    /// Statements of top levels that could not be run.
    pub notes: Vec<Note>,
    /// How many imports failed because a package isn't there and the program says what holds without it.
    pub absent: usize,
    /// What watches the run.
    pub observer: Option<Rc<dyn Observer>>,
    /// What notes what statements do.
    pub tracer: Option<Rc<dyn Tracer>>,
    /// What libraries keep for themselves, by its type.
    pub(super) kept: FxHashMap<TypeId, Rc<dyn Keepsake>>,
    /// Hooks for attributes that needn't be called as functions.
    pub shortcuts: Option<Shortcuts>,
    trail: Vec<Trail>,
    pub(super) kept_classes: Vec<Weak<Class>>,
    pub(super) kept_instances: Vec<Weak<Instance>>,
    pub(super) kept_cells: Vec<Weak<RefCell<Value>>>,
    pub(super) mark: Option<Box<Mark>>,
    /// What was asked of top levels since the mark.
    pub(super) asked: Vec<Asked>,
    /// How many parts of top levels are being made, one inside the other.
    pub(super) making: u32,
    /// The paths that were looked at for modules: the file that was there, or whether there was a folder.
    pub(super) looked_at: FxHashMap<String, Option<Arc<File>>>,
    pub(super) folders: FxHashMap<String, bool>,
    pub(super) counter: i64,
}

impl Machine {
    /// A machine that reads from `sources`.
    pub fn new(sources: Arc<dyn Sources>) -> Machine {
        let mut machine = Machine {
            symbols: Symbols::new(),
            types: builtin_types(),
            builtins: Namespace::default(),
            modules: FxHashMap::default(),
            library_values: FxHashMap::default(),
            library_names: FxHashMap::default(),
            libraries: super::library::standard(),
            sources,
            fuel: Fuel::default(),
            eager: false,
            output: String::new(),
            notes: Vec::new(),
            absent: 0,
            observer: None,
            tracer: None,
            kept: FxHashMap::default(),
            shortcuts: None,
            trail: Vec::new(),
            kept_classes: Vec::new(),
            kept_instances: Vec::new(),
            kept_cells: Vec::new(),
            mark: None,
            asked: Vec::new(),
            making: 0,
            looked_at: FxHashMap::default(),
            folders: FxHashMap::default(),
            counter: 0,
        };
        machine.fill_builtins();
        machine
    }

    /// Adds a library of natives.
    pub fn add_library(&mut self, library: &'static Library) {
        self.libraries.push(library);
    }

    /// Keeps something for a library.
    pub fn keep<T: Keepsake>(&mut self, value: T) {
        self.kept.insert(TypeId::of::<T>(), Rc::new(value));
    }

    /// What a library kept.
    pub fn kept<T: 'static>(&self) -> Option<Rc<T>> {
        self.kept.get(&TypeId::of::<T>())?.clone().as_any().downcast().ok()
    }

    // Names.

    /// The symbol of a text.
    pub fn symbol(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    /// The text of a symbol.
    pub fn text(&self, symbol: Symbol) -> Rc<str> {
        self.symbols.text(symbol)
    }

    /// A builtin type's class.
    pub fn builtin(&self, kind: Type) -> Rc<Class> {
        self.types[kind as usize].clone()
    }

    pub(super) fn builtin_named(&self, name: &str) -> Option<Rc<Class>> {
        TYPES.iter().position(|t| t.1 == name && t.2 == "builtins").map(|i| self.types[i].clone())
    }

    pub(super) fn keep_class(&mut self, class: &Rc<Class>) {
        self.kept_classes.push(Rc::downgrade(class));
    }

    /// A new instance of a class.
    pub fn instance(&mut self, class: &Rc<Class>, base: Value) -> Rc<Instance> {
        let instance = Rc::new(Instance {
            class: RefCell::new(class.clone()),
            attributes: RefCell::default(),
            base: RefCell::new(base),
            extra: RefCell::new(None),
        });
        self.kept_instances.push(Rc::downgrade(&instance));
        instance
    }

    pub(super) fn cell(&mut self, value: Value) -> Rc<RefCell<Value>> {
        let cell = Rc::new(RefCell::new(value));
        self.kept_cells.push(Rc::downgrade(&cell));
        cell
    }

    /// The code of a file.
    pub fn code(&mut self, file: Arc<File>) -> Rc<Code> {
        Rc::new(Code::new(file, &self.symbols))
    }

    // Failures.

    /// Where the machine is.
    pub fn place(&self) -> Option<Place> {
        let trail = self.trail.last()?;
        let line = trail.code.file.line(trail.at);
        let function = match trail.function {
            Some(id) => self.text(trail.code.symbols[trail.code.file.program.function(id).name.index()]),
            None => "<module>".into(),
        };
        Some(Place { file: trail.code.file.path.clone(), line, function })
    }

    /// Whether a module's top level imports at this place what it can do without.
    pub(super) fn is_optional_import(&self) -> bool {
        self.trail.last().is_some_and(|trail| trail.function.is_none() && trail.code.file.program.is_optional(trail.at))
    }

    /// Whether the program may catch what is raised now: it is in the middle of a `try` that has handlers.
    pub fn is_guarded(&self) -> bool {
        self.trail.iter().any(|trail| trail.code.file.program.is_guarded(trail.at))
    }

    pub(super) fn at(&mut self, code: &Code, expr: ExprId) {
        if let Some(trail) = self.trail.last_mut() {
            trail.at = code.file.program.expr_span(expr).start;
        }
    }

    /// Something that isn't known was needed.
    pub fn unknown(&self, reason: impl AsRef<str>) -> Stop {
        Stop::Unknown(Rc::new(Unknown { reason: reason.as_ref().into(), path: None, place: self.place() }))
    }

    /// A value that isn't known.
    pub fn unknown_value(&self, reason: impl AsRef<str>) -> Value {
        Value::Unknown(Rc::new(Unknown { reason: reason.as_ref().into(), path: None, place: self.place() }))
    }

    /// What an import or a name would give if it were known.
    pub fn opaque(&self, path: &str) -> Value {
        let reason = format!("`{path}` isn't known");
        Value::Unknown(Rc::new(Unknown { reason: reason.into(), path: Some(path.into()), place: self.place() }))
    }

    /// An exception of a builtin type.
    pub fn error(&mut self, kind: Type, message: impl AsRef<str>) -> Stop {
        self.error_with(kind, vec![Value::str(message.as_ref())])
    }

    /// An exception of a builtin type with arguments.
    pub fn error_with(&mut self, kind: Type, args: Vec<Value>) -> Stop {
        let class = self.builtin(kind);
        let exception = Value::Instance(self.instance(&class, Value::tuple(args)));
        Stop::Raise(Box::new(Raised::new(exception)))
    }

    /// A `TypeError`.
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Stop {
        self.error(Type::TypeError, message)
    }

    /// A `ValueError`.
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Stop {
        self.error(Type::ValueError, message)
    }

    // Frames.

    /// Runs a frame until it ends, returns or yields.
    pub(super) fn run(&mut self, frame: &mut Frame) -> Res<Halt> {
        self.within(frame, |machine, frame| machine.statements(frame, None))
    }

    /// Goes on with a generator's frame.
    pub(super) fn wake(&mut self, frame: &mut Frame, wake: Wake) -> Res<Halt> {
        self.within(frame, |machine, frame| {
            let stopped_at = frame.stopped_at.take();
            let exit = match wake {
                wake if let (None, Some(&Control::YieldFrom { ref iterator, stmt })) =
                    (stopped_at, frame.control.last()) =>
                {
                    let iterator = iterator.clone();
                    let woken = match wake {
                        Wake::Send(Value::None) => machine.next(&iterator),
                        wake => machine.wake_generator(&iterator, wake),
                    };
                    match woken {
                        Ok(Some(value)) => return Ok(Halt::Yield(value)),
                        Ok(None) => {
                            frame.control.pop();
                            let code = frame.code.clone();
                            machine.finish_yield(&code, frame, stmt, iterator.result()).err().map(Exit::Stop)
                        }
                        Err(stop) => Some(Exit::Stop(stop)),
                    }
                }
                Wake::Throw(stop) => Some(Exit::Stop(stop)),
                Wake::Send(value) => {
                    let code = frame.code.clone();
                    let sent = stopped_at.map_or(Ok(()), |stmt| machine.finish_yield(&code, frame, stmt, value));
                    sent.err().map(Exit::Stop)
                }
            };
            machine.statements(frame, exit)
        })
    }

    /// The value of a `yield` goes to where its statement wants it.
    fn finish_yield(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId, value: Value) -> Res<()> {
        if let Stmt::Assign { targets, .. } = code.file.program.stmt(stmt) {
            for &target in code.file.program.list(targets) {
                self.store(code, frame, target, value.clone())?;
            }
        }
        Ok(())
    }

    /// Does something with a frame on the stack.
    pub(super) fn within<T>(
        &mut self,
        frame: &mut Frame,
        run: impl FnOnce(&mut Machine, &mut Frame) -> Res<T>,
    ) -> Res<T> {
        let function = frame.function.as_ref().map(|f| f.id);
        self.trail.push(Trail { code: frame.code.clone(), at: 0, function });
        let mut result = self.nested(|machine| run(machine, frame));
        if let Err(Stop::Raise(raised)) = &mut result {
            self.note_frame(raised);
            raised.noted = false;
        }
        self.trail.pop();
        result
    }

    /// Puts the present frame among those that an exception passed, unless it is there.
    fn note_frame(&self, raised: &mut Raised) {
        if !raised.noted && raised.frames.len() < 64 {
            raised.frames.extend(self.place());
        }
        raised.noted = true;
    }

    /// Runs a statement, and has it noted.
    fn traced(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId) -> Res<Next> {
        let Some(tracer) = self.tracer.clone() else { return self.statement(code, frame, stmt) };
        let Some(mark) = tracer.begins(self, &code.file) else { return self.statement(code, frame, stmt) };
        let result = self.statement(code, frame, stmt);
        let ended = match &result {
            Ok(Next::Exit(Exit::Return(value))) => Ended::Returns(value),
            Ok(_) => Ended::Goes,
            Err(stop) => Ended::Stops(stop),
        };
        tracer.ends(self, frame, stmt, mark, ended);
        result
    }

    fn statements(&mut self, frame: &mut Frame, mut exit: Option<Exit>) -> Res<Halt> {
        let code = frame.code.clone();
        let program = &code.file.program;
        loop {
            if let Some(reason) = exit.take()
                && let Some(halt) = self.unwind(&code, frame, reason)
            {
                return halt;
            }
            let result = match frame.control.last_mut() {
                None => return Ok(Halt::End),
                Some(Control::Block { block, next }) => match block.get(*next) {
                    Some(stmt) => {
                        *next += 1;
                        if let Some(trail) = self.trail.last_mut() {
                            trail.at = program.stmt_span(stmt).start;
                        }
                        match self.traced(&code, frame, stmt) {
                            Ok(Next::Go) => continue,
                            Ok(Next::Exit(reason)) => {
                                exit = Some(reason);
                                continue;
                            }
                            Ok(Next::Yield(value)) => {
                                frame.stopped_at = Some(stmt);
                                return Ok(Halt::Yield(value));
                            }
                            Err(stop) => Err(stop),
                        }
                    }
                    None => {
                        frame.control.pop();
                        continue;
                    }
                },
                Some(Control::For { stmt, iterator, watch }) => {
                    let (stmt, iterator, watch) = (*stmt, iterator.clone(), *watch);
                    self.next_round(&code, frame, stmt, &iterator, watch)
                }
                Some(Control::While(stmt)) => {
                    let stmt = *stmt;
                    self.next_test(&code, frame, stmt)
                }
                Some(Control::Try { .. }) => match frame.control.pop() {
                    Some(Control::Try { stmt, part }) => {
                        exit = self.part_done(&code, frame, stmt, part);
                        continue;
                    }
                    _ => continue,
                },
                Some(Control::With { exit }) => {
                    let exit = exit.clone();
                    frame.control.pop();
                    self.leave(&exit, None).map(|_| ())
                }
                Some(Control::YieldFrom { iterator, stmt }) => {
                    let (iterator, stmt) = (iterator.clone(), *stmt);
                    match self.next(&iterator) {
                        Ok(Some(value)) => return Ok(Halt::Yield(value)),
                        Ok(None) => {
                            frame.control.pop();
                            let value = iterator.result();
                            self.finish_yield(&code, frame, stmt, value)
                        }
                        Err(stop) => Err(stop),
                    }
                }
            };
            exit = result.err().map(Exit::Stop);
        }
    }

    fn next_round(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        stmt: StmtId,
        iterator: &Rc<Iteration>,
        watch: Watch,
    ) -> Res<()> {
        let Stmt::For { target, body, orelse, .. } = code.file.program.stmt(stmt) else { return Ok(()) };
        if let Some(trail) = self.trail.last_mut() {
            trail.at = code.file.program.stmt_span(stmt).start;
        }
        let item = self.next(iterator)?;
        if let Some(observer) = self.observer.clone()
            && self.is_watched(&*observer, frame, watch, item.as_ref())
        {
            observer.round(self, frame, item.as_ref());
        }
        match item {
            Some(value) => {
                self.store(code, frame, target, value)?;
                frame.enter(body);
            }
            None => {
                frame.control.pop();
                frame.enter(orelse);
            }
        }
        Ok(())
    }

    fn is_watched(&mut self, observer: &dyn Observer, frame: &mut Frame, watch: Watch, item: Option<&Value>) -> bool {
        let (Watch::Undecided, Some(item)) = (watch, item) else { return watch == Watch::Yes };
        let is_watched = observer.watches(self, frame, item);
        if let Some(Control::For { watch, .. }) = frame.control.last_mut() {
            *watch = if is_watched { Watch::Yes } else { Watch::No };
        }
        is_watched
    }

    /// Whether a stop ends only a round of a watched loop.
    fn ends_round(&mut self, frame: &mut Frame, control: &Control, stop: &Stop) -> bool {
        let (Control::For { watch: Watch::Yes, .. }, Some(observer)) = (control, self.observer.clone()) else {
            return false;
        };
        let mut stop = stop.clone();
        if let Stop::Raise(raised) = &mut stop {
            self.note_frame(raised);
        }
        observer.stopped(self, frame, &stop);
        true
    }

    fn next_test(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId) -> Res<()> {
        let Stmt::While(test, body, orelse) = code.file.program.stmt(stmt) else { return Ok(()) };
        let value = self.eval(code, frame, test)?;
        if self.truth(&value)? {
            frame.enter(body);
        } else {
            frame.control.pop();
            frame.enter(orelse);
        }
        Ok(())
    }

    /// What follows a part of a `try` statement that ran to its end.
    fn part_done(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId, part: Part) -> Option<Exit> {
        let Stmt::Try { orelse, finally, .. } = code.file.program.stmt(stmt) else { return None };
        match part {
            Part::Body => {
                frame.control.push(Control::Try { stmt, part: Part::Else });
                frame.enter(orelse);
                return None;
            }
            Part::Handler(target) => self.handled(code, frame, target),
            Part::Else => {}
            Part::Finally(exit) => return exit,
        }
        frame.control.push(Control::Try { stmt, part: Part::Finally(None) });
        frame.enter(finally);
        None
    }

    /// At the end of a handler its exception is forgotten, also by the variable that `as` named.
    fn handled(&mut self, code: &Rc<Code>, frame: &mut Frame, target: Option<Variable>) {
        frame.handling.pop();
        if let Some(target) = target {
            let _ = self.delete_variable(code, frame, target);
        }
    }

    /// Leaves blocks until one takes the reason. Returns how the frame halts if none does.
    fn unwind(&mut self, code: &Rc<Code>, frame: &mut Frame, mut exit: Exit) -> Option<Res<Halt>> {
        if let Exit::Stop(stop @ Stop::Unknown(_)) = exit {
            // What isn't known ends everything: handlers and `finally` might or might not run.
            while let Some(control) = frame.control.pop() {
                if self.ends_round(frame, &control, &stop) {
                    frame.control.push(control);
                    return None;
                }
            }
            return Some(Err(stop));
        }
        while let Some(control) = frame.control.pop() {
            match control {
                Control::Block { .. } | Control::YieldFrom { .. } => {}
                Control::For { .. } | Control::While(_) => match &exit {
                    Exit::Break => return None,
                    Exit::Continue => {
                        frame.control.push(control);
                        return None;
                    }
                    Exit::Stop(stop) if self.ends_round(frame, &control, stop) => {
                        frame.control.push(control);
                        return None;
                    }
                    _ => {}
                },
                Control::With { exit: leave } => {
                    let raised = match &exit {
                        Exit::Stop(Stop::Raise(raised)) => Some(&**raised),
                        _ => None,
                    };
                    match self.leave(&leave, raised) {
                        Ok(true) => return None,
                        Ok(false) => {}
                        Err(stop @ Stop::Unknown(_)) => return self.unwind(code, frame, Exit::Stop(stop)),
                        Err(stop) => exit = Exit::Stop(stop),
                    }
                }
                Control::Try { stmt, part } => {
                    let Stmt::Try { handlers, finally, .. } = code.file.program.stmt(stmt) else { continue };
                    if let Exit::Stop(Stop::Raise(raised)) = &mut exit {
                        self.note_frame(raised);
                    }
                    match part {
                        Part::Body => {
                            if let Exit::Stop(Stop::Raise(raised)) = &exit {
                                let raised = raised.clone();
                                match self.handler(code, frame, handlers, &raised) {
                                    Ok(Some(handler)) => {
                                        frame.control.push(Control::Try { stmt, part: Part::Handler(handler.target) });
                                        if let Some(target) = handler.target {
                                            let stored =
                                                self.store_variable(code, frame, target, raised.exception.clone());
                                            if let Err(stop) = stored {
                                                return self.unwind(code, frame, Exit::Stop(stop));
                                            }
                                        }
                                        frame.handling.push(*raised);
                                        frame.enter(handler.body);
                                        return None;
                                    }
                                    Ok(None) => {}
                                    Err(stop @ Stop::Unknown(_)) => return self.unwind(code, frame, Exit::Stop(stop)),
                                    Err(stop) => exit = Exit::Stop(stop),
                                }
                            }
                        }
                        Part::Handler(target) => self.handled(code, frame, target),
                        Part::Else => {}
                        Part::Finally(_) => continue,
                    }
                    frame.control.push(Control::Try { stmt, part: Part::Finally(Some(exit)) });
                    frame.enter(finally);
                    return None;
                }
            }
        }
        Some(match exit {
            Exit::Return(value) => Ok(Halt::Return(value)),
            Exit::Stop(stop) => Err(stop),
            Exit::Break | Exit::Continue => Ok(Halt::End),
        })
    }

    /// Calls `__exit__`; true if it swallows the exception.
    pub(super) fn leave(&mut self, exit: &Value, raised: Option<&Raised>) -> Res<bool> {
        let args = match raised {
            Some(raised) => {
                let traceback =
                    Value::native("traceback", |m, _, _| Err(m.type_error("'traceback' object is not callable")));
                vec![Value::Class(self.class_of(&raised.exception)?), raised.exception.clone(), traceback]
            }
            None => vec![Value::None, Value::None, Value::None],
        };
        let swallows = self.call(exit, Args::of(args))?;
        Ok(raised.is_some() && self.truth(&swallows)?)
    }

    /// The `except` clause that handles an exception.
    fn handler(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        handlers: crate::python::ir::Run,
        raised: &Raised,
    ) -> Res<Option<Handler>> {
        for &handler in &code.file.program.handlers[handlers.range()] {
            let Some(kind) = handler.kind else { return Ok(Some(handler)) };
            self.at(code, kind);
            let kind = self.eval(code, frame, kind)?;
            if self.catches(&kind, &raised.exception)? {
                return Ok(Some(handler));
            }
        }
        Ok(None)
    }

    /// Whether `except kind` handles an exception.
    pub(super) fn catches(&mut self, kind: &Value, exception: &Value) -> Res<bool> {
        match kind {
            Value::Class(class) => {
                let own = self.class_of(exception)?;
                Ok(own.derives(class))
            }
            Value::Tuple(kinds) => {
                let mut unknown = None;
                for kind in &kinds.items {
                    match self.nested(|machine| machine.catches(kind, exception)) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(stop @ Stop::Unknown(_)) => unknown = Some(stop),
                        Err(stop) => return Err(stop),
                    }
                }
                unknown.map_or(Ok(false), Err)
            }
            Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
            _ => Err(self.type_error("catching classes that do not inherit from BaseException is not allowed")),
        }
    }

    fn statement(&mut self, code: &Rc<Code>, frame: &mut Frame, id: StmtId) -> Res<Next> {
        self.spend(1)?;
        let program = &code.file.program;
        match program.stmt(id) {
            Stmt::Expr(value) => match program.expr(value) {
                Expr::Yield(value) => return self.yielded(code, frame, value),
                Expr::YieldFrom(value) => return self.delegate(code, frame, id, value),
                _ => {
                    self.eval(code, frame, value)?;
                }
            },
            Stmt::Assign { targets, value } => match program.expr(value) {
                Expr::Yield(value) => return self.yielded(code, frame, value),
                Expr::YieldFrom(value) => return self.delegate(code, frame, id, value),
                _ => {
                    let value = self.eval(code, frame, value)?;
                    match program.list(targets) {
                        [target] => self.store(code, frame, *target, value)?,
                        targets => {
                            for &target in targets {
                                self.store(code, frame, target, value.clone())?;
                            }
                        }
                    }
                }
            },
            Stmt::AugAssign(op, target, value) => self.augmented(code, frame, op, target, value)?,
            Stmt::AnnAssign { target, annotation, value } => {
                if let Some(value) = value {
                    let value = self.eval(code, frame, value)?;
                    self.store(code, frame, target, value)?;
                }
                self.annotate(code, frame, target, annotation);
            }
            Stmt::Return(value) => {
                let value = value.map_or(Ok(Value::None), |v| self.eval(code, frame, v))?;
                return Ok(Next::Exit(Exit::Return(value)));
            }
            Stmt::Delete(targets) => {
                for &target in program.list(targets) {
                    self.delete(code, frame, target)?;
                }
            }
            Stmt::Raise(exception, cause) => return Err(self.raise(code, frame, exception, cause)),
            Stmt::Assert(test, message) => {
                let value = self.eval(code, frame, test)?;
                if !self.truth(&value)? {
                    let args = match message {
                        Some(message) => vec![self.eval(code, frame, message)?],
                        None => Vec::new(),
                    };
                    return Err(self.error_with(Type::AssertionError, args));
                }
            }
            Stmt::Pass => {}
            Stmt::Break => return Ok(Next::Exit(Exit::Break)),
            Stmt::Continue => return Ok(Next::Exit(Exit::Continue)),
            Stmt::If(test, body, orelse) => {
                let value = self.eval(code, frame, test)?;
                frame.enter(if self.truth(&value)? { body } else { orelse });
            }
            Stmt::While(..) => frame.control.push(Control::While(id)),
            Stmt::For { iter, .. } => {
                let iterable = self.eval(code, frame, iter)?;
                let iterator = self.iter(&iterable)?;
                frame.control.push(Control::For { stmt: id, iterator, watch: Watch::Undecided });
            }
            Stmt::With { manager, target, body } => {
                let manager = self.eval(code, frame, manager)?;
                let (enter, exit) = self.context_manager(&manager)?;
                let value = self.call(&enter, Args::default())?;
                frame.control.push(Control::With { exit });
                if let Some(target) = target {
                    self.store(code, frame, target, value)?;
                }
                frame.enter(body);
            }
            Stmt::Try { body, .. } => {
                frame.control.push(Control::Try { stmt: id, part: Part::Body });
                frame.enter(body);
            }
            Stmt::Match(subject, cases) => {
                let subject = self.eval(code, frame, subject)?;
                for case in &program.cases[cases.range()] {
                    if !self.matches(code, frame, case.pattern, &subject)? {
                        continue;
                    }
                    let taken = match case.guard {
                        Some(guard) => {
                            let value = self.eval(code, frame, guard)?;
                            self.truth(&value)?
                        }
                        None => true,
                    };
                    if taken {
                        frame.enter(case.body);
                        break;
                    }
                }
            }
            Stmt::Import { module, renamed, target } => {
                let name = self.text(code.symbols[module.index()]);
                let value = self.import(&name)?;
                let value = match name.split_once('.') {
                    Some((first, _)) if !renamed => self.import(first)?,
                    _ => value,
                };
                self.store_variable(code, frame, target, value)?;
            }
            Stmt::ImportFrom { module, level, name, target } => {
                let module = self.text(code.symbols[module.index()]);
                let name = code.symbols[name.index()];
                let value = self.import_from(&frame.module.clone(), &module, level, name)?;
                self.store_variable(code, frame, target, value)?;
            }
            Stmt::ImportStar { module, level } => {
                let module = self.text(code.symbols[module.index()]);
                self.import_star(&frame.module.clone(), &module, level)?;
            }
            Stmt::Function { function, decorators, target } => {
                let decorators = self.decorators(code, frame, decorators)?;
                let mut value = self.make_function(code, frame, function)?;
                for decorator in decorators.iter().rev() {
                    value = self.decorate(decorator, value)?;
                }
                self.store_variable(code, frame, target, value)?;
            }
            Stmt::Class { class, decorators, target } => {
                let decorators = self.decorators(code, frame, decorators)?;
                let mut value = self.make_class(code, frame, class)?;
                for decorator in decorators.iter().rev() {
                    value = self.decorate(decorator, value)?;
                }
                self.store_variable(code, frame, target, value)?;
            }
            Stmt::Unreadable => return Err(self.unknown("a syntax error")),
        }
        Ok(Next::Go)
    }

    fn decorators(&mut self, code: &Rc<Code>, frame: &mut Frame, run: crate::python::ir::Run) -> Res<Vec<Value>> {
        code.file.program.list(run).iter().map(|&d| self.eval(code, frame, d)).collect()
    }

    fn yielded(&mut self, code: &Rc<Code>, frame: &mut Frame, value: Option<ExprId>) -> Res<Next> {
        Ok(Next::Yield(value.map_or(Ok(Value::None), |v| self.eval(code, frame, v))?))
    }

    fn delegate(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId, value: ExprId) -> Res<Next> {
        let iterable = self.eval(code, frame, value)?;
        let iterator = self.iter(&iterable)?;
        frame.control.push(Control::YieldFrom { iterator, stmt });
        Ok(Next::Go)
    }

    /// A class's annotations are kept for dataclasses and the like, as far as they are known.
    fn annotate(&mut self, code: &Rc<Code>, frame: &mut Frame, target: ExprId, annotation: ExprId) {
        let (Some(scope), Expr::Variable(Variable::Scoped(name, _))) =
            (frame.scope.clone(), code.file.program.expr(target))
        else {
            return;
        };
        let value = match self.eval(code, frame, annotation) {
            Ok(value) => value,
            Err(_) => self.unknown_value("an annotation"),
        };
        let annotations = scope.borrow().get(&symbol::ANNOTATIONS).cloned();
        let annotations = match annotations {
            Some(Value::Dict(d)) => d,
            _ => {
                let Value::Dict(d) = Value::dict(Default::default()) else { return };
                scope.borrow_mut().insert(symbol::ANNOTATIONS, Value::Dict(d.clone()));
                d
            }
        };
        let key = super::key::Key::str(&self.text(code.symbols[name.index()]));
        annotations.entries.borrow_mut().insert(key, value);
    }

    fn raise(&mut self, code: &Rc<Code>, frame: &mut Frame, exception: Option<ExprId>, cause: Option<ExprId>) -> Stop {
        let Some(exception) = exception else {
            return match frame.handling.last() {
                Some(raised) => Stop::Raise(Box::new(raised.clone())),
                None => self.error(Type::RuntimeError, "No active exception to reraise"),
            };
        };
        let raised = self.eval(code, frame, exception).and_then(|value| self.as_exception(&value));
        let value = match raised {
            Ok(value) => value,
            Err(stop) => return stop,
        };
        if let Some(cause) = cause {
            match self.eval(code, frame, cause) {
                Ok(cause) => {
                    if let Value::Instance(i) = &value {
                        i.attributes.borrow_mut().insert(symbol::CAUSE, cause);
                    }
                }
                Err(stop) => return stop,
            }
        }
        let mut raised = Raised::new(value);
        if let Some(handled) = frame.handling.iter().find(|h| h.exception.is(&raised.exception)) {
            raised.frames = handled.frames.clone();
        }
        Stop::Raise(Box::new(raised))
    }

    /// The exception that `raise value` raises.
    pub(super) fn as_exception(&mut self, value: &Value) -> Res {
        let value = match value {
            Value::Class(class) if class.is(Type::BaseException) => self.call(value, Args::default())?,
            _ => value.clone(),
        };
        match &value {
            Value::Instance(i) if i.class.borrow().is(Type::BaseException) => Ok(value),
            Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
            _ => Err(self.type_error("exceptions must derive from BaseException")),
        }
    }

    /// `__enter__` and `__exit__`, bound.
    pub(super) fn context_manager(&mut self, manager: &Value) -> Res<(Value, Value)> {
        if let Value::Unknown(u) = manager {
            return Err(Stop::Unknown(u.clone()));
        }
        let class = self.class_of(manager)?;
        let both = (self.special(manager, symbol::ENTER)?, self.special(manager, symbol::EXIT)?);
        match both {
            (Some(enter), Some(exit)) => Ok((enter, exit)),
            _ => {
                let text = format!("'{}' object does not support the context manager protocol", class.name);
                Err(self.type_error(text))
            }
        }
    }
}

/// What follows a statement.
enum Next {
    Go,
    Exit(Exit),
    Yield(Value),
}

impl Drop for Machine {
    /// Objects that know each other would never be freed.
    fn drop(&mut self) {
        self.mark = None;
        let mut garbage: Vec<Value> = Vec::new();
        for module in self.modules.values() {
            if let Value::Module(module) = module {
                garbage.extend(module.names.take().into_values());
            }
        }
        self.break_circles([0; 5], &mut garbage);
    }
}
