//! The shape of a tensor.

use std::fmt;

use super::{Fault, Result};
use crate::words::{message, printed};

/// The highest number of dimensions that is followed. The framework's modules stay at six and below, windows over volumes
/// take eight.
pub const MAX_RANK: usize = 8;

/// The sizes of a tensor's dimensions, outermost first: `[batch, channels, height, width]` for an image.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    rank: u8,
    dims: [i64; MAX_RANK],
}

impl Shape {
    /// A shape from its sizes.
    ///
    /// # Panics
    /// When there are more than [`MAX_RANK`] of them; use [`Shape::try_new`] where the number comes from a file.
    pub fn new(sizes: &[i64]) -> Shape {
        let mut dims = [0; MAX_RANK];
        dims[..sizes.len()].copy_from_slice(sizes);
        Shape { rank: sizes.len() as u8, dims }
    }

    /// A shape from its sizes, or a fault when it has more dimensions than are followed.
    pub fn try_new(sizes: &[i64]) -> Result<Shape> {
        if sizes.len() > MAX_RANK {
            return Err(Fault::unsupported(message!("too-many-dimensions", count = sizes.len())));
        }
        Ok(Shape::new(sizes))
    }

    /// A batch of matrices.
    pub const fn matrix(batch: i64, rows: i64, columns: i64) -> Shape {
        Shape { rank: 3, dims: [batch, rows, columns, 0, 0, 0, 0, 0] }
    }

    /// An image batch of one: `[1, channels, height, width]`.
    pub fn image(channels: i64, height: i64, width: i64) -> Shape {
        Shape::new(&[1, channels, height, width])
    }

    /// The number of dimensions.
    #[inline]
    pub fn rank(&self) -> usize {
        self.rank as usize
    }

    /// All sizes, outermost first.
    #[inline]
    pub fn dims(&self) -> &[i64] {
        &self.dims[..self.rank()]
    }

    /// The size of dimension `dim`; a negative `dim` counts from the last, as in torch.
    pub fn dim(&self, dim: isize) -> Result<i64> {
        Ok(self.dims[self.axis(dim)?])
    }

    /// The position of `dim`, which may be negative, or torch's complaint about one out of range.
    pub fn axis(&self, dim: isize) -> Result<usize> {
        let rank = self.rank() as isize;
        let axis = if dim < 0 { dim + rank } else { dim };
        if (0..rank).contains(&axis) {
            return Ok(axis as usize);
        }
        let message = message!("dimension-out-of-range", dim, shape = self, rank);
        Err(Fault::shape(message).raising("IndexError"))
    }

    /// This shape with dimension `axis` (counted from the first) set to `size`.
    #[inline]
    pub fn with(mut self, axis: usize, size: i64) -> Shape {
        self.set(axis, size);
        self
    }

    /// Sets dimension `axis`, counted from the first.
    #[inline]
    pub fn set(&mut self, axis: usize, size: i64) {
        self.dims[axis] = size;
    }

    /// This shape without dimension `axis`, counted from the first.
    pub fn without(mut self, axis: usize) -> Shape {
        self.dims[axis..].rotate_left(1);
        self.dims[MAX_RANK - 1] = 0;
        self.rank -= 1;
        self
    }

    /// The number of elements, or a fault where it is beyond what torch can count (64 bits).
    pub fn numel(&self) -> Result<i64> {
        self.dims()
            .iter()
            .try_fold(1i64, |n, &d| n.checked_mul(d))
            .ok_or_else(|| Fault::too_large(message!("elements-overflow", shape = self)))
    }

    /// The four sizes `[batch, channels, height, width]`, or a fault where the tensor isn't an image batch.
    pub fn bchw(&self) -> Result<[i64; 4]> {
        match *self.dims() {
            [b, c, h, w] => Ok([b, c, h, w]),
            _ => Err(Fault::shape(message!("four-dimensions", shape = self))),
        }
    }
}

printed!(Shape);

/// Written as torch writes a size: `[1, 64, 80, 80]`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.dims())
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
