//! Frames: a running function, class body or module, and the blocks that it is in the middle of.
//!
//! Statements run on a stack of their own in the frame, so that a generator can stop anywhere; expressions recurse.

use std::cell::RefCell;
use std::rc::Rc;

use super::code::Code;
use super::iterate::Iteration;
use super::machine::{Machine, Trail};
use super::modules::Module;
use super::observe::{Ended, Observer};
use super::statement::Next;
use super::value::{Args, Function, Namespace, Raised, Res, Stop, Value};
use crate::python::ir::{Block, Handler, Stmt, StmtId, Variable};

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
    pub(super) handling: Vec<Raised>,
    pub(super) control: Vec<Control>,
    /// The statement that a generator has stopped at.
    pub(super) stopped_at: Option<StmtId>,
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

    /// A frame of a function.
    pub(super) fn of(function: &Rc<Function>, slots: Vec<Value>, control: Vec<Control>) -> Frame {
        let frame = Frame::new(function.code.clone(), function.module.clone());
        Frame { function: Some(function.clone()), slots, control, ..frame }
    }

    /// Puts a block on the stack.
    pub fn enter(&mut self, block: Block) {
        self.control.push(Control::Block { block, next: 0 });
    }
}

/// What a frame is in the middle of. It is looked at again when what stands above it is done.
pub(super) enum Control {
    Block { block: Block, next: usize },
    For { stmt: StmtId, iterator: Rc<Iteration>, watch: Watch },
    While(StmtId),
    Try { stmt: StmtId, part: Part },
    With { exit: Value },
    YieldFrom { iterator: Rc<Iteration>, stmt: StmtId },
}

/// Whether the rounds of a loop are watched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Watch {
    /// Its first item says.
    Undecided,
    Yes,
    No,
}

pub(super) enum Part {
    Body,
    Handler(Option<Variable>),
    Else,
    Finally(Option<Exit>),
}

/// Why a block is left before its end.
pub(super) enum Exit {
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

/// The memory of frames that ended, for the next ones.
#[derive(Default)]
pub(super) struct Spare {
    slots: Vec<Vec<Value>>,
    control: Vec<Vec<Control>>,
}

/// So much of it is kept.
const MOST_SPARE: usize = 64;

impl Spare {
    /// Slots without values.
    pub(super) fn slots(&mut self, count: usize) -> Vec<Value> {
        let mut slots = self.slots.pop().unwrap_or_default();
        slots.resize(count, Value::Unbound);
        slots
    }

    /// An empty stack of blocks.
    pub(super) fn control(&mut self) -> Vec<Control> {
        self.control.pop().unwrap_or_default()
    }

    /// Takes the memory of a frame that ended.
    pub(super) fn take(&mut self, frame: Frame) {
        let Frame { mut slots, mut control, .. } = frame;
        slots.clear();
        control.clear();
        if self.slots.len() < MOST_SPARE && slots.capacity() <= MOST_SPARE {
            self.slots.push(slots);
        }
        if self.control.len() < MOST_SPARE && control.capacity() <= MOST_SPARE {
            self.control.push(control);
        }
    }
}

impl Machine {
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
            Err(_) => Ended::Stops,
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
}
