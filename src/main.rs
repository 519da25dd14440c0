//! The `yolint` program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// An analysis allocates many small things, at which this is faster than what systems bring.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    yolint::cli::run()
}
