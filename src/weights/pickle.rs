//! Pickles read as data: what a pickle would build is noted as values, and nothing that it names is looked up or called.
//! One that asks for more than building data is refused.

use crate::words::{Message, message};

/// A value of a pickle: its position in [`Pickle`].
pub(super) type Id = usize;

/// What a pickle builds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Nothing that is looked at: `None`, numbers with a point, bytes, storages.
    Plain,
    /// `None`.
    None,
    /// A number.
    Int(i64),
    /// Text.
    Text(String),
    /// A list, tuple or set.
    List(Vec<Id>),
    /// A dict, or what is derived from one.
    Dict(Vec<(Id, Id)>),
    /// A class or function, by its module and name.
    Named(String, String),
    /// An instance: what makes it, with which arguments, and its state.
    Object {
        /// The class or function.
        maker: Id,
        /// The arguments.
        args: Vec<Id>,
        /// Its attributes.
        state: Option<Id>,
        /// Its items, if it is a dict too.
        items: Vec<(Id, Id)>,
    },
}

/// What was read of a pickle.
#[derive(Debug, Default)]
pub(super) struct Pickle {
    nodes: Vec<Node>,
}

/// Packages whose classes checkpoints hold.
const KNOWN: [&str; 14] = [
    "torch",
    "torchvision",
    "collections",
    "numpy",
    "ultralytics",
    "models",
    "nn",
    "utils",
    "pathlib",
    "datetime",
    "argparse",
    "copyreg",
    "_codecs",
    "__main__",
];

/// Builtins that only make data.
const DATA: [&str; 13] = [
    "set",
    "frozenset",
    "bytearray",
    "complex",
    "slice",
    "range",
    "list",
    "dict",
    "tuple",
    "object",
    "int",
    "float",
    "bool",
];

impl Pickle {
    /// Reads a pickle.
    ///
    /// # Errors
    /// A sentence, without the file's name, that says why it isn't read.
    pub(super) fn read(bytes: &[u8]) -> Result<(Pickle, Id), Message> {
        let mut reader =
            Reader { bytes, at: 0, pickle: Pickle::default(), stack: Vec::new(), marks: Vec::new(), memo: Vec::new() };
        let root = reader.run()?;
        Ok((reader.pickle, root))
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// The text of a value.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a dict whose keys are text.
    pub(super) fn entries(&self, id: Id) -> Vec<(&str, Id)> {
        let items = match self.node(id) {
            Node::Dict(items) => items.as_slice(),
            Node::Object { items, .. } => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(|&(key, value)| Some((self.text(key)?, value))).collect()
    }

    /// An entry of a dict; the last one of that name.
    pub(super) fn get(&self, id: Id, name: &str) -> Option<Id> {
        self.entries(id).into_iter().rev().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// An attribute of an instance.
    pub(super) fn attribute(&self, id: Id, name: &str) -> Option<Id> {
        let Node::Object { state: Some(state), .. } = self.node(id) else { return None };
        match self.node(*state) {
            // The state of a class with slots: attributes, then slots.
            Node::List(parts) => self.get(*parts.first()?, name),
            _ => self.get(*state, name),
        }
    }

    /// The items of a list or tuple.
    pub(super) fn items(&self, id: Id) -> &[Id] {
        match self.node(id) {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The name of what makes an instance, with its arguments.
    pub(super) fn made(&self, id: Id) -> Option<(&str, &[Id])> {
        let Node::Object { maker, args, .. } = self.node(id) else { return None };
        match self.node(*maker) {
            Node::Named(_, name) => Some((name, args)),
            _ => None,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    pickle: Pickle,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: Vec<Option<Id>>,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<Id, Message> {
        loop {
            match self.byte()? {
                b'.' => return self.pop(),
                b'\x80' => _ = self.byte()?,
                b'\x95' => _ = self.take(8)?,
                b'(' => self.marks.push(self.stack.len()),
                b'0' => _ = self.pop()?,
                b'1' => _ = self.marked()?,
                b'2' => {
                    let top = self.pop()?;
                    self.stack.extend([top, top]);
                }
                b'N' => self.push(Node::None),
                b'\x88' => self.push(Node::Int(1)),
                b'\x89' => self.push(Node::Int(0)),
                b'I' | b'L' => {
                    let line = self.line()?;
                    let line = line.trim_end_matches('L');
                    let number = line.parse().map_err(|_| wrong("number", self.at))?;
                    self.push(Node::Int(number));
                }
                b'J' => {
                    let bytes = self.array::<4>()?;
                    self.push(Node::Int(i32::from_le_bytes(bytes).into()));
                }
                b'K' => {
                    let number = self.byte()?.into();
                    self.push(Node::Int(number));
                }
                b'M' => {
                    let number = u16::from_le_bytes(self.array()?).into();
                    self.push(Node::Int(number));
                }
                b'\x8a' => {
                    let length = self.byte()?.into();
                    self.long(length)?;
                }
                b'\x8b' => {
                    let length = self.length4()?;
                    self.long(length)?;
                }
                b'F' => {
                    self.line()?;
                    self.push(Node::Plain);
                }
                b'G' => {
                    self.take(8)?;
                    self.push(Node::Plain);
                }
                code @ (b'U' | b'\x8c' | b'C') => {
                    let length = self.byte()?.into();
                    self.text(length, code == b'C')?;
                }
                code @ (b'T' | b'X' | b'B') => {
                    let length = self.length4()?;
                    self.text(length, code == b'B')?;
                }
                code @ (b'\x8d' | b'\x8e' | b'\x96') => {
                    let length =
                        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| wrong("length", self.at))?;
                    self.text(length, code != b'\x8d')?;
                }
                b'V' | b'S' => {
                    let line = self.line()?.trim_matches(['\'', '"']).to_owned();
                    self.push(Node::Text(line));
                }
                b']' | b')' | b'\x8f' => self.push(Node::List(Vec::new())),
                b'}' => self.push(Node::Dict(Vec::new())),
                b'l' | b't' | b'\x91' => {
                    let items = self.marked()?;
                    self.push(Node::List(items));
                }
                b'\x85' => self.tuple(1)?,
                b'\x86' => self.tuple(2)?,
                b'\x87' => self.tuple(3)?,
                b'd' => {
                    let items = self.marked()?;
                    self.push(Node::Dict(pairs(&items)));
                }
                b'a' => {
                    let item = self.pop()?;
                    self.append(&[item])?;
                }
                b'e' | b'\x90' => {
                    let items = self.marked()?;
                    self.append(&items)?;
                }
                b's' => {
                    let (value, key) = (self.pop()?, self.pop()?);
                    self.set(&[(key, value)])?;
                }
                b'u' => {
                    let items = self.marked()?;
                    self.set(&pairs(&items))?;
                }
                b'c' => {
                    let (module, name) = (self.line()?.to_owned(), self.line()?.to_owned());
                    self.named(module, name)?;
                }
                b'\x93' => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let text = |id: Id| self.pickle.text(id).map(str::to_owned).ok_or_else(|| wrong("name", self.at));
                    let (module, name) = (text(module)?, text(name)?);
                    self.named(module, name)?;
                }
                b'R' | b'\x81' => {
                    let (args, maker) = (self.pop()?, self.pop()?);
                    self.make(maker, args)?;
                }
                b'\x92' => {
                    let (_, args, maker) = (self.pop()?, self.pop()?, self.pop()?);
                    self.make(maker, args)?;
                }
                b'b' => {
                    let state = self.pop()?;
                    let &top = self.stack.last().ok_or_else(|| wrong("value", self.at))?;
                    if let Node::Object { state: own, .. } = &mut self.pickle.nodes[top] {
                        *own = Some(state);
                    }
                }
                b'Q' => {
                    self.pop()?;
                    self.push(Node::Plain);
                }
                b'\x94' => self.put(self.memo.len())?,
                code @ (b'q' | b'r' | b'p') => {
                    let at = self.place_in_memo(code)?;
                    self.put(at)?;
                }
                code @ (b'h' | b'j' | b'g') => {
                    let at = self.place_in_memo(code)?;
                    self.recall(at)?;
                }
                other => return Err(message!("pickle-instruction", code = format!("{other:#04x}"))),
            }
        }
    }

    /// The place in the memo that an instruction names: in one byte, in four, or in a line of digits.
    fn place_in_memo(&mut self, code: u8) -> Result<usize, Message> {
        match code {
            b'q' | b'h' => self.byte().map(usize::from),
            b'r' | b'j' => self.length4(),
            _ => self.line()?.parse().map_err(|_| wrong("number", self.at)),
        }
    }

    fn push(&mut self, node: Node) {
        self.pickle.nodes.push(node);
        self.stack.push(self.pickle.nodes.len() - 1);
    }

    fn pop(&mut self) -> Result<Id, Message> {
        let floor = self.marks.last().copied().unwrap_or_default();
        if self.stack.len() <= floor {
            return Err(wrong("value", self.at));
        }
        self.stack.pop().ok_or_else(|| wrong("value", self.at))
    }

    /// What was pushed since the last mark.
    fn marked(&mut self) -> Result<Vec<Id>, Message> {
        let mark = self.marks.pop().ok_or_else(|| wrong("mark", self.at))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn tuple(&mut self, n: usize) -> Result<(), Message> {
        let mut items = (0..n).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.push(Node::List(items));
        Ok(())
    }

    fn append(&mut self, items: &[Id]) -> Result<(), Message> {
        let &top = self.stack.last().ok_or_else(|| wrong("list", self.at))?;
        if let Node::List(list) = &mut self.pickle.nodes[top] {
            list.extend(items);
        }
        Ok(())
    }

    fn set(&mut self, new: &[(Id, Id)]) -> Result<(), Message> {
        let &top = self.stack.last().ok_or_else(|| wrong("dict", self.at))?;
        if let Node::Dict(items) | Node::Object { items, .. } = &mut self.pickle.nodes[top] {
            items.extend(new);
        }
        Ok(())
    }

    fn named(&mut self, module: String, name: String) -> Result<(), Message> {
        let package = module.split('.').next().unwrap_or_default();
        let is_builtin = package == "builtins" || package == "__builtin__";
        let is_data = if is_builtin { DATA.contains(&name.as_str()) } else { KNOWN.contains(&package) };
        // `nn.Module` names classes only; what runs code in these packages is under other names.
        let runs = ["eval", "exec", "system", "load", "compile", "runstring"].contains(&name.as_str());
        if !is_data || runs {
            return Err(message!("pickle-names", module, name));
        }
        self.push(Node::Named(module, name));
        Ok(())
    }

    /// What is called with arguments, or constructed: noted, not done.
    fn make(&mut self, maker: Id, args: Id) -> Result<(), Message> {
        let args = self.pickle.items(args).to_vec();
        let is_ordered = matches!(self.pickle.node(maker), Node::Named(_, name) if name == "OrderedDict");
        let items = match args.first().filter(|_| is_ordered) {
            Some(&pairs) => self
                .pickle
                .items(pairs)
                .iter()
                .filter_map(|&pair| match self.pickle.items(pair) {
                    &[key, value] => Some((key, value)),
                    _ => None,
                })
                .collect(),
            None => Vec::new(),
        };
        if !matches!(self.pickle.node(maker), Node::Named(..)) {
            return Err(message!("pickle-calls"));
        }
        self.push(Node::Object { maker, args, state: None, items });
        Ok(())
    }

    fn put(&mut self, at: usize) -> Result<(), Message> {
        let &top = self.stack.last().ok_or_else(|| wrong("value", self.at))?;
        // Every place that is remembered was written by an instruction.
        if at > self.bytes.len() {
            return Err(wrong("place", self.at));
        }
        if self.memo.len() <= at {
            self.memo.resize(at + 1, None);
        }
        self.memo[at] = Some(top);
        Ok(())
    }

    fn recall(&mut self, at: usize) -> Result<(), Message> {
        let id = self.memo.get(at).copied().flatten().ok_or_else(|| wrong("place", self.at))?;
        self.stack.push(id);
        Ok(())
    }

    fn long(&mut self, length: usize) -> Result<(), Message> {
        let bytes = self.take(length)?;
        let mut whole = [if bytes.last().is_some_and(|&last| last >= 0x80) { 0xff } else { 0 }; 8];
        match length {
            0..=8 => {
                whole[..length].copy_from_slice(bytes);
                self.push(Node::Int(i64::from_le_bytes(whole)));
            }
            _ => self.push(Node::Plain),
        }
        Ok(())
    }

    fn text(&mut self, length: usize, is_bytes: bool) -> Result<(), Message> {
        let bytes = self.take(length)?;
        let node = if is_bytes { Node::Plain } else { Node::Text(String::from_utf8_lossy(bytes).into_owned()) };
        self.push(node);
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Message> {
        Ok(self.array::<1>()?[0])
    }

    fn length4(&mut self) -> Result<usize, Message> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Message> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| wrong("number", at))
    }

    fn take(&mut self, length: usize) -> Result<&[u8], Message> {
        let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| message!("pickle-ends"))?;
        let bytes = &self.bytes[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    fn line(&mut self) -> Result<&str, Message> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| message!("pickle-ends"))?;
        self.at += length + 1;
        std::str::from_utf8(&rest[..length]).map_err(|_| message!("pickle-name"))
    }
}

fn pairs(items: &[Id]) -> Vec<(Id, Id)> {
    items.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What to say where something is missing: a `number`, a `name`, ….
fn wrong(what: &str, at: usize) -> Message {
    message!("pickle-damaged", what, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read() {
        // pickle.dumps({"a": [1, (2, 300)], "b": None}, protocol=2)
        let bytes =
            b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02M,\x01\x86q\x03eX\x01\x00\x00\x00bq\x04Nu.";
        let (pickle, root) = Pickle::read(bytes).unwrap();
        let list = pickle.items(pickle.get(root, "a").unwrap());
        assert_eq!(pickle.node(list[0]), &Node::Int(1));
        assert_eq!(pickle.node(pickle.items(list[1])[1]), &Node::Int(300));
        assert_eq!(pickle.node(pickle.get(root, "b").unwrap()), &Node::None);
    }

    #[test]
    fn code_is_refused() {
        for (bytes, named) in [
            (&b"cos\nsystem\n(S'echo'\ntR."[..], "os.system"),
            (&b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x00x\x85R."[..], "__builtin__.eval"),
            (&b"\x80\x04\x8c\x02nt\x8c\x06system\x93."[..], "nt.system"),
            (&b"\x80\x02cbuiltins\ngetattr\n."[..], "builtins.getattr"),
        ] {
            let why = Pickle::read(bytes).unwrap_err().english();
            assert!(why.starts_with(&format!("its pickle names `{named}`")), "{why}");
        }
        assert!(
            Pickle::read(b"\x80\x02(i.").unwrap_err().english().contains("instruction"),
            "an instruction that makes instances"
        );
    }

    #[test]
    fn damage_is_told() {
        let bytes =
            b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02M,\x01\x86q\x03eX\x01\x00\x00\x00bq\x04Nu.";
        for length in 0..bytes.len() {
            assert!(Pickle::read(&bytes[..length]).is_err(), "{length}");
        }
        for byte in 0..=255u8 {
            for at in 0..bytes.len() {
                let mut damaged = bytes.to_vec();
                damaged[at] = byte;
                let _ = Pickle::read(&damaged);
            }
        }
    }
}
