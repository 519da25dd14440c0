//! What each statement does.

use std::rc::Rc;

use super::class::Type;
use super::code::Code;
use super::frame::{Control, Exit, Frame, Part, Watch};
use super::machine::Machine;
use super::symbol;
use super::value::{Args, Raised, Res, Stop, Value};
use crate::python::ir::{Expr, ExprId, Stmt, StmtId, Variable};
use crate::words::message;

/// What follows a statement.
pub(super) enum Next {
    Go,
    Exit(Exit),
    Yield(Value),
}

impl Machine {
    pub(super) fn statement(&mut self, code: &Rc<Code>, frame: &mut Frame, id: StmtId) -> Res<Next> {
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
            Stmt::For { .. } if self.number_pairs(code, frame, id)? => {}
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
            Stmt::Unreadable => return Err(self.unknown(message!("syntax-error"))),
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
            Err(_) => self.unknown_value(message!("an-annotation")),
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
