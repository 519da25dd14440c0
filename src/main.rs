//! The `yolint` program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// An analysis allocates many small things, at which this is faster than glibc's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    yolint::run()
}
