//! The terminal, given back as it was found.

use std::fs::File;
use std::io;
use std::thread;

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Asks for what is not shown; whoever ends the program meanwhile finds a terminal that shows.
///
/// A terminal keeps its settings beyond the program that made them: one that is killed while it
/// reads a password would leave a shell in which nothing typed is seen.
///
/// # Errors
///
/// As `ask`. Of an interruption it does not come back.
pub(super) fn restored<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let Ok(terminal) = File::open("/dev/tty") else {
        return ask();
    };
    let settings = tcgetattr(&terminal)?;
    let restore = move || tcsetattr(&terminal, OptionalActions::Now, &settings);
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let handle = signals.handle();
    let watch = thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _ = restore();
            let _ = emulate_default_handler(signal);
        }
    });
    let answer = ask();
    match &answer {
        // Ctrl-C, which the library has turned into the signal: the other thread ends the program.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        _ => handle.close(),
    }
    let _ = watch.join();
    answer
}
