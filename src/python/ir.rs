//! A Python program in compact form: an arena of statements and expressions, names interned, variables resolved.
//!
//! Nothing here borrows the text or names the parser, so a program is kept and shared between threads.

use crate::text::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// Its index in the arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An interned name: an index into [`Program::names`].
    Name
    /// An expression of a program.
    ExprId
    /// A statement of a program.
    StmtId
    /// A function, lambda or comprehension of a program.
    FunctionId
    /// A class of a program.
    ClassId
    /// A constant of a program.
    ConstId
    /// A `match` pattern of a program.
    PatternId
}

/// A run of neighbours in one of a program's pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    start: u32,
    len: u32,
}

impl Run {
    /// The run that starts at `start` and ends at the pool's present length `end`.
    pub fn new(start: usize, end: usize) -> Run {
        Run { start: start as u32, len: (end - start) as u32 }
    }

    /// The indices of the pool.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// The number of neighbours.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Statements that follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block(pub Run);

impl Block {
    /// The statements, in order.
    pub fn statements(self) -> impl DoubleEndedIterator<Item = StmtId> + ExactSizeIterator {
        self.0.range().map(|i| StmtId(i as u32))
    }

    /// The statement at `index`.
    pub fn get(self, index: usize) -> Option<StmtId> {
        (index < self.0.len()).then(|| StmtId((self.0.range().start + index) as u32))
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// An integer that fits into 64 bits.
    Int(i64),
    /// A wider integer, by its digits.
    Wide(Box<str>),
    /// A float.
    Float(f64),
    /// The imaginary part of a complex number.
    Imaginary(f64),
    /// A string.
    Str(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
}

/// A place that a value is loaded from, stored to or deleted from by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// A slot of the frame: a local variable, or one of an enclosing function.
    Local(u32),
    /// A name of the module, then of the builtins.
    Global(Name),
    /// A name of the class body or of `eval`'s locals; then the slot where an enclosing function has it; then global.
    Scoped(Name, Option<u32>),
}

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expr {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `...`.
    Ellipsis,
    /// Any other constant.
    Const(ConstId),
    /// A variable.
    Variable(Variable),
    /// `value.name`.
    Attribute(ExprId, Name),
    /// `value[index]`.
    Subscript(ExprId, ExprId),
    /// `lower:upper:step`: an index into [`Program::slices`].
    Slice(u32),
    /// A call with a run of [`Program::arguments`].
    Call(ExprId, Run),
    /// `a, b`: a run of [`Program::items`].
    Tuple(Run),
    /// `[a, b]`.
    List(Run),
    /// `{a, b}`.
    Set(Run),
    /// `{k: v}`: a run of [`Program::pairs`].
    Dict(Run),
    /// A unary operation.
    Unary(Unary, ExprId),
    /// A binary operation.
    Binary(Binary, ExprId, ExprId),
    /// A chain of comparisons: the first operand and a run of [`Program::comparisons`].
    Compare(ExprId, Run),
    /// `a and b`.
    And(Run),
    /// `a or b`.
    Or(Run),
    /// `body if test else orelse`.
    If {
        /// The condition.
        test: ExprId,
        /// The value if it holds.
        body: ExprId,
        /// The value if it doesn't.
        orelse: ExprId,
    },
    /// A lambda.
    Lambda(FunctionId),
    /// A comprehension or generator expression, and its first iterable, which the enclosing scope evaluates.
    Comprehension(FunctionId, ExprId),
    /// `target := value`.
    Named(ExprId, ExprId),
    /// An f-string: a run of [`Program::parts`].
    Format(Run),
    /// `*value` in a call, a display or a target.
    Starred(ExprId),
    /// `yield value`.
    Yield(Option<ExprId>),
    /// `yield from value`.
    YieldFrom(ExprId),
    /// `await value`.
    Await(ExprId),
    /// Nested too deeply, or damaged.
    Unreadable,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `value`.
    Positional(ExprId),
    /// `*value`.
    Star(ExprId),
    /// `name=value`.
    Keyword(Name, ExprId),
    /// `**value`.
    DoubleStar(ExprId),
}

/// A part of an f-string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(ConstId),
    /// `{value!conversion:spec}`.
    Value {
        /// The value.
        value: ExprId,
        /// How it is made a string before it is formatted: `s`, `r` or `a`.
        conversion: Option<char>,
        /// The format, an f-string itself.
        spec: Option<ExprId>,
    },
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `not`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
    /// `~`.
    Invert,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Sub,
    Mult,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMult,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// A statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stmt {
    /// An expression for its effect.
    Expr(ExprId),
    /// `targets[0] = targets[1] = value`.
    Assign {
        /// A run of [`Program::items`].
        targets: Run,
        /// The value.
        value: ExprId,
    },
    /// `target op= value`.
    AugAssign(Binary, ExprId, ExprId),
    /// `target: annotation = value`.
    AnnAssign {
        /// The variable.
        target: ExprId,
        /// Its type.
        annotation: ExprId,
        /// Its value.
        value: Option<ExprId>,
    },
    /// `return value`.
    Return(Option<ExprId>),
    /// `del` of a run of [`Program::items`].
    Delete(Run),
    /// `raise exception from cause`.
    Raise(Option<ExprId>, Option<ExprId>),
    /// `assert test, message`.
    Assert(ExprId, Option<ExprId>),
    /// `pass`, and what has no effect.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `if`.
    If(ExprId, Block, Block),
    /// `while` and its `else`.
    While(ExprId, Block, Block),
    /// `for` and its `else`.
    For {
        /// What each element is stored to.
        target: ExprId,
        /// The iterable.
        iter: ExprId,
        /// The body.
        body: Block,
        /// The `else` block.
        orelse: Block,
    },
    /// `with` of one context manager.
    With {
        /// The context manager.
        manager: ExprId,
        /// What `as` names.
        target: Option<ExprId>,
        /// The body.
        body: Block,
    },
    /// `try`; the handlers are a run of [`Program::handlers`].
    Try {
        /// The body.
        body: Block,
        /// The `except` clauses.
        handlers: Run,
        /// The `else` block.
        orelse: Block,
        /// The `finally` block.
        finally: Block,
    },
    /// `match`; the cases are a run of [`Program::cases`].
    Match(ExprId, Run),
    /// `import module as target`.
    Import {
        /// The dotted name.
        module: Name,
        /// Whether `as` binds the module itself instead of its first package.
        renamed: bool,
        /// The variable that is bound.
        target: Variable,
    },
    /// `from module import name as target`.
    ImportFrom {
        /// The dotted name behind the dots; empty if there is none.
        module: Name,
        /// The number of dots.
        level: u32,
        /// The name.
        name: Name,
        /// The variable that is bound.
        target: Variable,
    },
    /// `from module import *`.
    ImportStar {
        /// The dotted name behind the dots.
        module: Name,
        /// The number of dots.
        level: u32,
    },
    /// `def`; the decorators are a run of [`Program::items`].
    Function {
        /// The function.
        function: FunctionId,
        /// Its decorators, in the order of the text.
        decorators: Run,
        /// The variable that is bound.
        target: Variable,
    },
    /// `class`; the decorators are a run of [`Program::items`].
    Class {
        /// The class.
        class: ClassId,
        /// Its decorators, in the order of the text.
        decorators: Run,
        /// The variable that is bound.
        target: Variable,
    },
    /// A statement with a syntax error.
    Unreadable,
}

/// An `except` clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The exceptions that it handles; all if absent.
    pub kind: Option<ExprId>,
    /// What `as` names.
    pub target: Option<Variable>,
    /// The body.
    pub body: Block,
}

/// A `case` clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The pattern.
    pub pattern: PatternId,
    /// The condition behind `if`.
    pub guard: Option<ExprId>,
    /// The body.
    pub body: Block,
}

/// A `match` pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Equal to a value.
    Value(ExprId),
    /// `None`, `True` or `False` itself.
    Singleton(ExprId),
    /// A sequence.
    Sequence(Vec<PatternId>),
    /// `*name` in a sequence.
    Star(Option<Variable>),
    /// A mapping: keys with patterns, and what `**` names.
    Mapping(Vec<(ExprId, PatternId)>, Option<Variable>),
    /// An instance of a class: positional and keyword patterns.
    Class(ExprId, Vec<PatternId>, Vec<(Name, PatternId)>),
    /// `pattern as name`, `name` or `_`.
    As(Option<PatternId>, Option<Variable>),
    /// One of several.
    Or(Vec<PatternId>),
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; its slot is its index.
    pub name: Name,
    /// The default value, evaluated by the enclosing scope.
    pub default: Option<ExprId>,
}

/// The body of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Statements.
    Block(Block),
    /// The value of a lambda.
    Expr(ExprId),
    /// The clauses of a comprehension; the first iterable is the only parameter.
    Comprehension {
        /// What it makes.
        kind: Comprehension,
        /// Its `for` clauses.
        clauses: Vec<Clause>,
        /// The element, or the value of a dict.
        element: ExprId,
        /// The key of a dict.
        key: Option<ExprId>,
    },
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comprehension {
    List,
    Set,
    Dict,
    Generator,
}

/// A `for` clause of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What each element is stored to.
    pub target: ExprId,
    /// The iterable; none for the first clause.
    pub iter: Option<ExprId>,
    /// The conditions.
    pub ifs: Vec<ExprId>,
}

/// A function, lambda or comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name, `<lambda>`, `<listcomp>` and so on.
    pub name: Name,
    /// Its name with those of the classes and functions around it.
    pub qualname: Name,
    /// The parameters in slot order: positional-only, positional, keyword-only, `*args`, `**kwargs`.
    pub parameters: Vec<Parameter>,
    /// The number of positional-only parameters.
    pub positional_only: u32,
    /// The number of parameters that can be given by position.
    pub positional: u32,
    /// The number of keyword-only parameters.
    pub keyword_only: u32,
    /// Whether there is `*args`.
    pub star: bool,
    /// Whether there is `**kwargs`.
    pub double_star: bool,
    /// The names of all slots.
    pub slots: Vec<Name>,
    /// Slots that functions inside read too.
    pub cells: Vec<u32>,
    /// Slots of the enclosing scope and the slots here that share them.
    pub free: Vec<(u32, u32)>,
    /// Whether it holds a `yield`.
    pub generator: bool,
    /// Whether it is `async`.
    pub is_async: bool,
    /// The docstring.
    pub doc: Option<ConstId>,
    /// The body.
    pub body: Body,
    /// All expressions in it, those of functions inside included: a run of [`Program::exprs`].
    pub exprs: Run,
    /// The whole statement or expression, without decorators.
    pub span: Span,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Name,
    /// Its name with those of the classes and functions around it.
    pub qualname: Name,
    /// The bases and keywords: a run of [`Program::arguments`].
    pub arguments: Run,
    /// The body.
    pub body: Block,
    /// The names of its slots: variables of enclosing functions, and `__class__`.
    pub slots: Vec<Name>,
    /// Slots of the enclosing scope and the slots here that share them.
    pub free: Vec<(u32, u32)>,
    /// The slot that methods find the class in, if any of them asks for it.
    pub class_cell: Option<u32>,
    /// The docstring.
    pub doc: Option<ConstId>,
    /// All expressions of its body, those of its methods included: a run of [`Program::exprs`].
    pub exprs: Run,
    /// The whole statement, without decorators.
    pub span: Span,
}

/// A whole program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The top level.
    pub body: Block,
    /// The docstring of the top level.
    pub doc: Option<ConstId>,
    /// Interned names.
    pub names: Vec<Box<str>>,
    /// Constants.
    pub constants: Vec<Const>,
    /// Expressions.
    pub exprs: Vec<Expr>,
    /// The spans of expressions.
    pub expr_spans: Vec<Span>,
    /// Statements; those of a block are neighbours.
    pub stmts: Vec<Stmt>,
    /// The spans of statements.
    pub stmt_spans: Vec<Span>,
    /// Elements of displays, targets and decorators.
    pub items: Vec<ExprId>,
    /// Arguments of calls.
    pub arguments: Vec<Argument>,
    /// Keys and values of dict displays; no key stands for `**value`.
    pub pairs: Vec<(Option<ExprId>, ExprId)>,
    /// Operators and operands of comparisons.
    pub comparisons: Vec<(Compare, ExprId)>,
    /// Bounds and steps of slices.
    pub slices: Vec<[Option<ExprId>; 3]>,
    /// Parts of f-strings.
    pub parts: Vec<Part>,
    /// `except` clauses.
    pub handlers: Vec<Handler>,
    /// The bodies of `try`s that have handlers, and those.
    pub guarded: Vec<(Span, Run)>,
    /// `case` clauses.
    pub cases: Vec<Case>,
    /// `match` patterns.
    pub patterns: Vec<Pattern>,
    /// Functions, lambdas and comprehensions.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
}

impl Program {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        &self.names[name.index()]
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> Expr {
        self.exprs[id.index()]
    }

    /// A statement.
    pub fn stmt(&self, id: StmtId) -> Stmt {
        self.stmts[id.index()]
    }

    /// A constant.
    pub fn constant(&self, id: ConstId) -> &Const {
        &self.constants[id.index()]
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// A class.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// The span of an expression.
    pub fn expr_span(&self, id: ExprId) -> Span {
        self.expr_spans[id.index()]
    }

    /// The span of a statement.
    pub fn stmt_span(&self, id: StmtId) -> Span {
        self.stmt_spans[id.index()]
    }

    /// Whether a byte offset stands in the body of a `try` that has handlers.
    pub fn is_guarded(&self, at: u32) -> bool {
        self.guards(at).next().is_some()
    }

    /// Whether a byte offset stands in the body of a `try` that handles packages which aren't there.
    pub fn is_optional(&self, at: u32) -> bool {
        let handles = |kind: ExprId| match self.expr(kind) {
            Expr::Variable(Variable::Global(name) | Variable::Scoped(name, _)) => {
                matches!(self.name(name), "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
            }
            _ => false,
        };
        self.guards(at).flatten().any(|handler| match handler.kind.map(|kind| (kind, self.expr(kind))) {
            None => true,
            Some((_, Expr::Tuple(kinds))) => self.list(kinds).iter().any(|&kind| handles(kind)),
            Some((kind, _)) => handles(kind),
        })
    }

    /// The handlers of each `try` in whose body a byte offset stands.
    fn guards(&self, at: u32) -> impl Iterator<Item = &[Handler]> {
        let guarding = self.guarded.iter().filter(move |(body, _)| (body.start..body.end).contains(&at));
        guarding.map(|(_, handlers)| &self.handlers[handlers.range()])
    }

    /// A run of elements.
    pub fn list(&self, run: Run) -> &[ExprId] {
        &self.items[run.range()]
    }
}
