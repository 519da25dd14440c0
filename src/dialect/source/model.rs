//! A run of a framework's source for one file: the class of model is chosen, constructed and called.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::ends::{self, Ends};
use super::rows::{Row, Rows};
use super::tracer::RowTracer;
use super::{SourceDialect, yaml};
use crate::bindings::{self, Torch, Watched};
use crate::dialect::{Dataset, ModuleInfo, Noted, Outcome, PythonClass, Ran, RanRow, Scaling, Traced};
use crate::interpret::value::Entries;
use crate::interpret::{self, Args, Class, Machine, Module, Res, Sources, Stop, Tracer, Value};
use crate::model::{Model, Source};
use crate::python::Literal;
use crate::python::ir::{ClassId, Stmt, Variable};
use crate::torch::ops::Shape;
use crate::torch::{Activation, Call, Choice, ModuleId, Trace};
use crate::words::message;

/// The most choices that are tried where elements that aren't known decide.
const MOST_CHOICES: i64 = 8;

/// Builds the model of a file at a scale, and runs it.
///
/// A name that isn't in a registry may be put there by a file that nobody asks for: it counts as missing only if it is so
/// where files run as a whole. Registries of other packages raise what they like.
pub(super) fn run(dialect: &SourceDialect, model: &Model, scale: &str, dataset: &Dataset, imgsz: [i64; 2]) -> Ran {
    let mut run = Run::new(dialect, model, dataset, false);
    let (mut ran, _) = run.ran(scale, imgsz, None);
    let choice = bindings::choice(&run.m);
    run.end();
    let open = |ran: &Ran| ran.rows.iter().filter(|row| matches!(row.outcome, Outcome::Unknown(_))).count();
    if let Choice::Open(elements @ 1..) = choice
        && open(&ran) > 0
    {
        let chosen = |first| {
            let mut run = Run::new(dialect, model, dataset, false);
            bindings::choose(&mut run.m, Choice::From(first));
            let (ran, _) = run.ran(scale, imgsz, None);
            run.end();
            ran
        };
        let one = chosen(0);
        if open(&one) < open(&ran) {
            // Each element is chosen once; of more than that only the first ones and the last.
            let firsts =
                (1..elements.min(MOST_CHOICES)).chain([elements - 1].into_iter().filter(|&last| last >= MOST_CHOICES));
            let one = with_reasons(&ran, one);
            ran = firsts.fold(one, |agreed, first| agreeing(&ran, agreed, &chosen(first)));
        }
    }
    let is_lookup = |row: &RanRow| {
        let Outcome::Failed(fault) = &row.outcome else { return false };
        let place = fault.place.as_ref().map(|place| place.file.path.to_string_lossy().replace('\\', "/"));
        let others = place.as_deref().and_then(|path| path.rsplit_once("-packages/"));
        let is_others = others.is_some_and(|(_, rest)| rest.split('/').next() != Some(dialect.package()));
        fault.fault.exception() == "KeyError" || is_others
    };
    if ran.rows.iter().any(is_lookup) {
        let mut eager = Run::new(dialect, model, dataset, true);
        let (again, _) = eager.ran(scale, imgsz, None);
        let is_imported = eager.is_imported;
        eager.end();
        if is_imported {
            return again;
        }
        for row in ran.rows.iter_mut().filter(|row| is_lookup(row)) {
            row.outcome = ends::unknown(message!("registry-holds"));
        }
    }
    ran
}

/// What comes out whichever elements are chosen where values decide, such as which experts run.
fn agreeing(open: &Ran, mut one: Ran, other: &Ran) -> Ran {
    for (i, (row, another)) in one.rows.iter_mut().zip(&other.rows).enumerate() {
        let (calls, others) = (&one.trace.calls[row.calls.clone()], &other.trace.calls[another.calls.clone()]);
        let agrees = match (&row.outcome, &another.outcome) {
            (Outcome::Returned(one), Outcome::Returned(two)) => {
                let seen = |call: &Call| (call.op.clone(), call.input, call.output, call.seen);
                one == two && calls.iter().map(seen).eq(others.iter().map(seen))
            }
            (Outcome::Returned(_), _) => false,
            (Outcome::Failed(_), _) => matches!(open.rows[i].outcome, Outcome::Failed(_)),
            _ => true,
        };
        let is_same_module = parameters(&one.trace, row) == parameters(&other.trace, another);
        if !is_same_module {
            row.module = None;
        }
        if !agrees || !is_same_module {
            row.outcome = ends::unknown(message!("values-choose"));
        }
    }
    one
}

/// What comes out of a choice, with the reasons of the run without one where a row isn't known in either.
fn with_reasons(open: &Ran, mut one: Ran) -> Ran {
    for (row, before) in one.rows.iter_mut().zip(&open.rows) {
        if let (Outcome::Unknown(unknown), Outcome::Unknown(before)) = (&mut row.outcome, &before.outcome) {
            *unknown = before.clone();
        }
    }
    one
}

/// How many modules a row has, and its parameters.
fn parameters(trace: &Trace, row: &RanRow) -> Option<(usize, Vec<(String, Shape)>)> {
    let named = trace.modules.named_parameters(row.module?);
    let parameters = named.into_iter().map(|(name, tensor)| (name, tensor.shape)).collect();
    Some((trace.modules.below(row.module?).count(), parameters))
}

/// Runs a model, and notes what the source did for a row.
pub(super) fn traced(
    dialect: &SourceDialect,
    model: &Model,
    scale: &str,
    dataset: &Dataset,
    imgsz: [i64; 2],
    row: usize,
) -> (Ran, Traced) {
    let mut run = Run::new(dialect, model, dataset, false);
    let (ran, traced) = run.ran(scale, imgsz, Some(row));
    run.end();
    (ran, traced.unwrap_or_else(|| Traced { files: Vec::new(), branch: None }))
}

/// The text that the framework prints while it builds the model of a file called `name`; none if it can't be built.
pub(super) fn printed(
    dialect: &SourceDialect,
    model: &Model,
    scale: &str,
    dataset: &Dataset,
    name: &str,
) -> Option<String> {
    let mut run = Run::new(dialect, model, dataset, false);
    let printed = run.printed(scale, name);
    run.end();
    printed
}

/// One run of the framework for a file.
struct Run<'a> {
    dialect: &'a SourceDialect,
    model: &'a Model,
    dataset: &'a Dataset,
    m: Machine,
    /// Whether a class of model was found.
    is_imported: bool,
}

/// The results of a run.
struct Left {
    /// Calls of rows while the model was built.
    built: Vec<Watched>,
    /// Calls of rows while it ran.
    ran: Vec<Watched>,
    /// Calls of ops while it ran.
    calls: Vec<Call>,
    /// The model among the modules.
    root: Option<ModuleId>,
    /// The reason why the constructor ended early, besides rows.
    constructed: Option<Stop>,
    /// The reason why the call of the model ended early, besides rows.
    called: Option<Stop>,
}

impl<'a> Run<'a> {
    fn new(dialect: &'a SourceDialect, model: &'a Model, dataset: &'a Dataset, eager: bool) -> Run<'a> {
        Run { dialect, model, dataset, m: dialect.machine(eager), is_imported: false }
    }

    fn end(self) {
        self.dialect.keep(self.m);
    }

    fn ran(&mut self, scale: &str, imgsz: [i64; 2], traced: Option<usize>) -> (Ran, Option<Traced>) {
        let (config, lists) = yaml::load(&mut self.m, self.model);
        let rows = Rc::new(Rows::new(&mut self.m, &lists));
        self.m.observer = Some(rows.clone());
        let tracer = traced.map(|row| Rc::new(RowTracer::new(row, rows.clone())));
        self.m.tracer = tracer.clone().map(|tracer| tracer as Rc<dyn Tracer>);
        let left = self.left(&rows, config, scale, imgsz, tracer.as_deref());
        self.m.tracer = None;
        let Left { built, ran, calls, root, constructed, called } = left.unwrap_or_else(|stop| Left {
            built: Vec::new(),
            ran: Vec::new(),
            calls: Vec::new(),
            root: None,
            constructed: Some(self.unknown(stop)),
            called: None,
        });
        let done = rows.rows.take();
        // Where a row is missing, the framework would never have come to what was raised.
        let is_missing = done.iter().any(|row| row.stop.is_some()) || built.iter().any(|call| call.result.is_err());
        let is_cut = is_missing || ran.iter().any(|call| call.result.is_err());
        let stops = [(&constructed, is_missing), (&called, is_cut)]
            .map(|(stop, is_cut)| stop.as_ref().filter(|stop| !is_cut || matches!(stop, Stop::Unknown(_))));
        let raised = |row: usize| {
            let raises = |call: &Watched| call.key == row && matches!(call.result, Err(Stop::Raise(_)));
            matches!(done[row].stop, Some(Stop::Raise(_))) || built.iter().any(raises)
        };
        let is_ended_by_row = match &constructed {
            Some(Stop::Unknown(unknown)) => rows.behind(unknown).is_some_and(raised),
            _ => false,
        };
        let mut ends = Ends::new(&mut self.m, self.dialect, self.model, &rows, stops, is_ended_by_row);
        let mut ran_rows: Vec<RanRow> = Vec::with_capacity(done.len());
        for (i, (row, from)) in done.iter().zip(reads(&done)).enumerate() {
            let in_ran = ran.iter().rfind(|call| call.key == i);
            let outcome = ends.outcome(i, row, &from, built.iter().rfind(|call| call.key == i), in_ran);
            ran_rows.push(RanRow {
                info: info(ends.m, self.model, i, row),
                from,
                repeats: match row.repeats {
                    Some(Value::Int(n)) => n,
                    _ => 1,
                },
                args: ends.args(i, row),
                module: row.layer.as_ref().filter(|_| root.is_some()).and_then(bindings::module_id),
                outcome,
                calls: in_ran.map_or(0..0, |call| call.calls.clone()),
                noted: Noted {
                    class: row.class.as_ref().and_then(|class| python_class(ends.m, class)),
                    booked: row.booked,
                    index: row.index,
                },
            });
        }
        let header = ends.header();
        let traced = tracer.map(|tracer| tracer.traced());
        let torch = self.m.kept::<Torch>().expect("torch was installed");
        let mut modules = std::mem::take(&mut torch.build.borrow_mut().modules);
        // What the model doesn't hold in the end, as its constructor wasn't followed to there, has no figures.
        if let Some(root) = root {
            let held: BTreeSet<ModuleId> = modules.walk().below(root).collect();
            ran_rows.iter_mut().for_each(|row| row.module = row.module.filter(|module| held.contains(module)));
        }
        let root = root.unwrap_or_else(|| modules.add("Module".into()));
        let one = Literal::Int(1);
        let ran = Ran {
            rows: ran_rows,
            trace: Trace { modules, root, calls },
            header: header.into_iter().collect(),
            channels: rows.channels(self.dataset),
            scaling: Scaling { depth: one.clone(), width: one, max_channels: Literal::Float(f64::INFINITY) },
            default_act: Activation::silu(),
        };
        (ran, traced)
    }

    fn printed(&mut self, scale: &str, name: &str) -> Option<String> {
        let (config, _) = yaml::load(&mut self.m, self.model);
        let (class, config) = self.chosen(config, scale, name).ok()?;
        // A class that is told a path keeps the file's name; this one is told what is in the file.
        let named = self.m.symbol("yaml_file");
        class.namespace.borrow_mut().entry(named).or_insert(Value::str(name));
        let before = self.m.output.len();
        let (_, constructed) = construct(&mut self.m, &class, config, self.dataset.channels, true);
        constructed.ok()?;
        Some(self.m.output.split_off(before))
    }

    /// The class of the model, and what its constructor is given for a file called `name`.
    fn chosen(&mut self, mut config: Entries, scale: &str, name: &str) -> Res<(Rc<Class>, Value)> {
        let m = &mut self.m;
        for (key, value) in self.dataset.keys() {
            if let Some(own) = config.get_mut(&yaml::text_key(key)) {
                *own = yaml::value_of(m, &value);
            }
        }
        let tasks = m.import(&self.dialect.entry)?;
        for path in &self.dialect.modules {
            add_classes(m, &self.dialect.sources, path, &tasks);
        }
        let last = self.model.rows.last().and_then(|row| row.module_name()).unwrap_or_default();
        let has_tasks = !self.dialect.entry.ends_with("models.yolo") && has(m, &tasks, "guess_model_task");
        if has_tasks {
            config.insert(yaml::text_key("scale"), Value::str(scale));
            config.insert(yaml::text_key("yaml_file"), Value::str(name));
        }
        let config = Value::dict(config);
        let class = if has_tasks { class(m, &tasks, last, &config)? } else { plain_class(m, &tasks, last)? };
        self.is_imported = true;
        Ok((class, config))
    }

    /// Constructs the model and calls it.
    fn left(
        &mut self,
        rows: &Rows,
        config: Entries,
        scale: &str,
        imgsz: [i64; 2],
        trace: Option<&RowTracer>,
    ) -> Res<Left> {
        let (class, config) = self.chosen(config, scale, "model.yaml")?;
        let m = &mut self.m;
        // Where something is chosen, constructors make something else.
        if let Choice::Open(_) = bindings::choice(m) {
            m.begin();
        }
        let (instance, constructed) = construct(m, &class, config, self.dataset.channels, false);
        let built = note(m, rows, &constructed);
        bindings::take_calls(m);
        let mut left = Left {
            built,
            ran: Vec::new(),
            calls: Vec::new(),
            root: None,
            constructed: constructed.err(),
            called: None,
        };
        let Some(instance) = instance else { return Ok(left) };
        let since = bindings::modules_so_far(m);
        let image = bindings::input(m, &[1, rows.channels(self.dataset), imgsz[0], imgsz[1]]);
        if let Some(trace) = trace {
            trace.runs();
        }
        let ran = call(m, &instance, "eval", Args::default()).and_then(|_| m.call(&instance, Args::of(vec![image])));
        left.ran = note(m, rows, &ran);
        left.calls = bindings::take_calls(m);
        left.called = ran.err();
        match bindings::graph(m, &instance) {
            Ok(root) => {
                bindings::unhook(m, &mut left.calls, root, since);
                left.root = Some(root);
            }
            Err(stop) => left.constructed = left.constructed.or(Some(stop)),
        }
        Ok(left)
    }

    /// A framework that can't be read is no fault of the file.
    fn unknown(&mut self, stop: Stop) -> Stop {
        match stop {
            Stop::Unknown(_) => stop,
            Stop::Raise(raised) => {
                let place = raised.frames.first().cloned();
                let reason = self.m.describe(&raised);
                Stop::Unknown(Rc::new(interpret::Unknown { reason: reason.into(), path: None, place }))
            }
        }
    }
}

/// The calls of rows so far. The substitute for a value that a row didn't return is noted with the row. An exception
/// that the program caught isn't a fault of the row, as it didn't end it.
fn note<T>(m: &mut Machine, rows: &Rows, end: &Res<T>) -> Vec<Watched> {
    let ended_it = |call: &Watched| match (&call.result, end) {
        (Err(Stop::Raise(raised)), Err(Stop::Raise(last))) => raised.exception.identity() == last.exception.identity(),
        _ => false,
    };
    let mut calls = bindings::watched(m);
    calls.retain(|call| call.result.is_ok() || call.stands_for.is_some() || ended_it(call));
    for call in &calls {
        if let Some(unknown) = &call.stands_for {
            rows.stands_for(unknown.clone(), call.key);
        }
    }
    calls
}

fn has(m: &mut Machine, module: &Value, name: &str) -> bool {
    let name = m.symbol(name);
    matches!(m.find_attribute(module, name), Ok(Some(_)))
}

fn call(m: &mut Machine, value: &Value, method: &str, args: Args) -> Res {
    let name = m.symbol(method);
    let method = m.get_attribute(value, name)?;
    m.call(&method, args)
}

/// A class of a module, if the module has it.
fn named(m: &mut Machine, tasks: &Value, name: &str) -> Res<Option<Rc<Class>>> {
    let symbol = m.symbol(name);
    // A star import that may bring any name isn't taken to bring this one.
    let is_written = |tasks: &Module| tasks.code.as_ref().is_none_or(|code| !code.file.touching(name).is_empty());
    match m.find_attribute(tasks, symbol)? {
        Some(Value::Class(class)) => Ok(Some(class)),
        Some(Value::Unknown(_)) if matches!(tasks, Value::Module(tasks) if !is_written(tasks)) => Ok(None),
        Some(Value::Unknown(unknown)) => Err(Stop::Unknown(unknown)),
        _ => Ok(None),
    }
}

/// Puts the classes of a file among those of the module with `parse_model`. Nothing else of the file runs.
pub(super) fn add_classes(m: &mut Machine, sources: &Arc<dyn Sources>, path: &str, tasks: &Value) {
    let (Value::Module(tasks), Some(file)) = (tasks, sources.file(path)) else { return };
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).trim_end_matches(".py");
    let known = m.module_by_name(name).filter(|known| known.code.as_ref().is_some_and(|c| Arc::ptr_eq(&c.file, &file)));
    let module = Value::Module(known.unwrap_or_else(|| m.module_of(name, file.clone())));
    for stmt in file.program.body.statements() {
        let Stmt::Class { target: Variable::Global(name), .. } = file.program.stmt(stmt) else { continue };
        let name = m.symbol(file.program.name(name));
        if let Ok(Some(class @ Value::Class(_))) = m.find_attribute(&module, name) {
            tasks.names.borrow_mut().insert(name, class);
        }
    }
}

/// The first class of these that a module has.
fn first_of(m: &mut Machine, tasks: &Value, names: &[&str]) -> Res<Rc<Class>> {
    for name in names {
        if let Some(class) = named(m, tasks, name)? {
            return Ok(class);
        }
    }
    Err(m.unknown(message!("no-model-class", names = names.join(" or "))))
}

/// The class of model that a framework with tasks makes of a file, by the last row's module or by what it guesses itself.
fn class(m: &mut Machine, tasks: &Value, last: &str, config: &Value) -> Res<Rc<Class>> {
    let special = match last {
        _ if last.contains("RTDETRDecoder") => Some("RTDETRDetectionModel"),
        _ if last.contains("World") => Some("WorldModel"),
        _ if last.starts_with("YOLOESeg") => Some("YOLOESegModel"),
        "YOLOEDetect" => Some("YOLOEModel"),
        "v10Detect" => Some("YOLOv10DetectionModel"),
        _ => None,
    };
    if let Some(special) = special
        && let Some(class) = named(m, tasks, special)?
    {
        return Ok(class);
    }
    let guessed = call(m, tasks, "guess_model_task", Args::of(vec![config.clone()]));
    let task = match guessed {
        Ok(Value::Str(task)) => task.to_string(),
        Err(stop @ Stop::Unknown(_)) => return Err(stop),
        // Nobody asks the framework to guess where a head is its own: the task is given with the file.
        _ => {
            let last = last.to_lowercase();
            let by_name = [("pose", "pose"), ("obb", "obb"), ("seg", "segment"), ("classify", "classify")];
            let found = by_name.iter().find(|(word, _)| last.contains(word));
            found.map_or("detect", |(_, task)| task).to_owned()
        }
    };
    let name = match task.as_str() {
        "segment" => "SegmentationModel",
        "pose" => "PoseModel",
        "obb" => "OBBModel",
        "classify" => "ClassificationModel",
        "semantic" => "SemanticSegmentationModel",
        _ => "DetectionModel",
    };
    first_of(m, tasks, &[name, "DetectionModel"])
}

/// The class of model of a framework of YOLOv5's line.
fn plain_class(m: &mut Machine, tasks: &Value, last: &str) -> Res<Rc<Class>> {
    match last.contains("Seg") {
        true => first_of(m, tasks, &["SegmentationModel", "DetectionModel", "Model"]),
        false => first_of(m, tasks, &["DetectionModel", "Model"]),
    }
}

/// Constructs a model, which may print its cost. The instance exists even if the constructor doesn't finish.
fn construct(
    m: &mut Machine,
    class: &Rc<Class>,
    config: Value,
    channels: i64,
    prints: bool,
) -> (Option<Value>, Res<()>) {
    let (info, ch, verbose) = (m.symbol("info"), m.symbol("ch"), m.symbol("verbose"));
    let mut keywords = vec![(ch, Value::Int(channels)), (verbose, Value::Bool(prints))];
    loop {
        let instance = match m.plain_instance(class, &Args::default()) {
            Ok(instance) => instance,
            Err(stop) => return (None, Err(stop)),
        };
        if let Value::Instance(instance) = &instance
            && !prints
            && class.lookup(info).is_some()
        {
            let says_nothing = Value::native("info", |_, _, _| Ok(Value::None));
            instance.attributes.borrow_mut().insert(info, says_nothing);
        }
        let args = Args { positional: vec![config.clone()], keywords: keywords.clone() };
        let result = call(m, &instance, "__init__", args).map(|_| ());
        if let Err(Stop::Raise(raised)) = &result
            && keywords.len() == 2
        {
            let message = m.describe(raised);
            if message.starts_with("TypeError") && message.contains("'verbose'") {
                keywords.pop();
                continue;
            }
        }
        return (Some(instance), result);
    }
}

/// The rows that each row reads: a row that is several layers has their indices.
fn reads(rows: &[Row]) -> Vec<Vec<Source>> {
    let indices: Vec<i64> = rows.iter().enumerate().map(|(i, row)| row.index.unwrap_or(i as i64)).collect();
    let row_at = |index: i64| indices.iter().position(|&own| index >= 0 && own >= index).map(Source::Row);
    let source = |i: usize, from: &Value| match from {
        Value::Int(-1) if i == 0 => Some(Source::Image),
        Value::Int(from) if *from < 0 => row_at(indices.get(i.checked_sub(1)?)? + 1 + from),
        Value::Int(from) => row_at(*from),
        _ => None,
    };
    let entries = |i: usize, row: &Row| match &row.from {
        Some(Value::List(list)) => list.borrow().iter().filter_map(|from| source(i, from)).collect(),
        Some(Value::Tuple(list)) => list.items.iter().filter_map(|from| source(i, from)).collect(),
        Some(from) => source(i, from).into_iter().collect(),
        None => Vec::new(),
    };
    rows.iter().enumerate().map(|(i, row)| entries(i, row)).collect()
}

/// The place of a class; none if it isn't the program's.
fn python_class(m: &mut Machine, class: &Rc<Class>) -> Option<PythonClass> {
    let name = m.symbol("__init__");
    let constructor = match class.lookup(name) {
        Some(Value::Function(function)) if !function.code.file.path.starts_with('<') => {
            Some((function.code.file.clone(), function.id))
        }
        _ => None,
    };
    let file = m.module_by_name(&class.module)?.code.as_ref()?.file.clone();
    let program = &file.program;
    let mut found = None;
    for (i, known) in program.classes.iter().enumerate().filter(|(_, c)| *program.name(c.qualname) == *class.qualname) {
        let is_its = constructor
            .as_ref()
            .is_none_or(|(of, id)| !Arc::ptr_eq(of, &file) || known.span.contains_span(program.function(*id).span));
        if is_its || found.is_none() {
            found = Some(ClassId(i as u32));
        }
    }
    let class = found.filter(|_| !file.path.starts_with('<'))?;
    Some(PythonClass { class, constructor, file })
}

/// Describes a row's module.
fn info(m: &mut Machine, model: &Model, i: usize, row: &Row) -> Option<std::sync::Arc<ModuleInfo>> {
    let layer = row.layer.as_ref()?;
    let name = m.symbol("type");
    let path = match m.find_attribute(layer, name) {
        Ok(Some(Value::Str(path))) => path.to_string(),
        _ => m.class_of(layer).ok()?.full_name(),
    };
    Some(std::sync::Arc::new(ModuleInfo {
        name: model.rows[i].module_name().unwrap_or_default().to_owned().into(),
        path: path.into(),
        doc: "".into(),
        page: None,
        params: Vec::new(),
        row_params: Vec::new(),
        is_head: i + 1 == model.rows.len(),
        place: None,
        has_levels: false,
    }))
}
