//! Element types, and how they combine.

use std::fmt;

use crate::words::printed;

/// An element type of torch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DType {
    Bool,
    UInt8,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,
    Complex64,
    Complex128,
}

/// The kind of an element: the later the kind, the more values it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Bool,
    Int,
    Float,
    Complex,
}

/// All types by their names in `torch`, aliases included.
const NAMES: [(&str, DType); 20] = [
    ("bool", DType::Bool),
    ("uint8", DType::UInt8),
    ("int8", DType::Int8),
    ("int16", DType::Int16),
    ("int32", DType::Int32),
    ("int64", DType::Int64),
    ("float16", DType::Float16),
    ("bfloat16", DType::BFloat16),
    ("float32", DType::Float32),
    ("float64", DType::Float64),
    ("complex64", DType::Complex64),
    ("complex128", DType::Complex128),
    ("short", DType::Int16),
    ("int", DType::Int32),
    ("long", DType::Int64),
    ("half", DType::Float16),
    ("float", DType::Float32),
    ("double", DType::Float64),
    ("cfloat", DType::Complex64),
    ("cdouble", DType::Complex128),
];

impl DType {
    /// The type called `torch.NAME`.
    pub fn named(name: &str) -> Option<DType> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, dtype)| *dtype)
    }

    /// The kind of its elements.
    pub fn kind(self) -> Kind {
        match self {
            DType::Bool => Kind::Bool,
            DType::UInt8 | DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64 => Kind::Int,
            DType::Complex64 | DType::Complex128 => Kind::Complex,
            _ => Kind::Float,
        }
    }

    /// Bytes of an element.
    pub fn bytes(self) -> i64 {
        match self {
            DType::Bool | DType::UInt8 | DType::Int8 => 1,
            DType::Int16 | DType::Float16 | DType::BFloat16 => 2,
            DType::Int32 | DType::Float32 => 4,
            DType::Int64 | DType::Float64 | DType::Complex64 => 8,
            DType::Complex128 => 16,
        }
    }

    /// The smallest type that holds the values of both (`promote_types`).
    pub fn promote(self, other: DType) -> DType {
        let (low, high) = if self <= other { (self, other) } else { (other, self) };
        match (low, high) {
            (DType::UInt8, DType::Int8) => DType::Int16,
            (DType::Float16, DType::BFloat16) => DType::Float32,
            (DType::Float64, DType::Complex64) => DType::Complex128,
            _ => high,
        }
    }

    /// The type that a function of floats returns for elements of this type.
    pub fn floating(self) -> DType {
        if self.kind() < Kind::Float { DType::Float32 } else { self }
    }

    /// The type of an absolute value or of a real part.
    pub fn real(self) -> DType {
        match self {
            DType::Complex64 => DType::Float32,
            DType::Complex128 => DType::Float64,
            _ => self,
        }
    }

    /// The type of a complex number of such parts.
    pub fn complex(self) -> DType {
        if matches!(self, DType::Float64 | DType::Complex128) { DType::Complex128 } else { DType::Complex64 }
    }

    /// The type of a sum: integers and bools are counted in 64 bits.
    pub fn summed(self) -> DType {
        if self.kind() < Kind::Float { DType::Int64 } else { self }
    }
}

printed!(DType);

/// Written as Python prints it: `torch.float32`.
impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, dtype)| dtype == self).map_or("", |(name, _)| name);
        write!(f, "torch.{name}")
    }
}
