//! `yolint completions` and `yolint man`: files that packages install beside the program.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::{Failure, Outcome, help};

/// Arguments of `yolint completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// Shell to print completions for
    shell: Shell,
}

/// Prints the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    // The generator panics if a write fails, which happens when the reader closes the pipe.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(usize::MAX), "yolint", &mut text);
    out.write_all(&text)?;
    Ok(Outcome::Clean)
}

/// Prints the man page, including all commands and their flags.
pub(super) fn man(out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut command = help::command(usize::MAX);
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone());
        writeln!(page, ".SH YOLINT {}", sub.get_name().to_uppercase())?;
        man.render_description_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    let page = String::from_utf8_lossy(&page);
    out.write_all(help::headings_of_manual(&page).as_bytes())?;
    Ok(Outcome::Clean)
}
