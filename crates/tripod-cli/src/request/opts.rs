use std::path::PathBuf;

use clap::Args;

use crate::profiles::Home;

/// Call an API as the user of a profile; the options are curl's.
#[derive(Args)]
#[command(
    disable_help_flag = false,
    after_help = "\
Examples:
  tripod request GET https://api.github.com/user -p work
  tripod request POST https://api.example.com/items -p erp --json '{\"name\":\"x\"}'
  tripod request POST https://api.flickr.com/services/upload -p photos -F photo=@cat.jpg
  tripod request GET https://api.example.com/export -p erp -o export.csv --fail
Without --fail any status is a success; with it, 400 and above end with exit code 7."
)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub(crate) struct Opts {
    /// The method, as GET
    #[arg(value_name = "METHOD")]
    pub(super) method: String,

    /// The address
    #[arg(value_name = "URL")]
    pub(super) url: String,

    /// The profile
    #[arg(short, long, value_name = "PROFILE", env = "TRIPOD_PROFILE")]
    pub(super) profile: String,

    #[command(flatten)]
    pub(super) home: Home,

    /// Send a form: `a=1`, or @FILE, or @- for standard input; joined by & if it repeats
    #[arg(short, long, value_name = "DATA", conflicts_with_all = ["json", "form"])]
    pub(super) data: Vec<String>,

    /// Send this as it is: @FILE, or @- for standard input as it comes
    #[arg(long, value_name = "DATA", conflicts_with_all = ["data", "json", "form"])]
    pub(super) data_binary: Option<String>,

    /// Send JSON: text, @FILE, or @- for standard input
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    pub(super) json: Option<String>,

    /// Send a form with files: `name=value` or `name=@FILE`; may repeat
    #[arg(short = 'F', long = "form", value_name = "NAME=VALUE")]
    pub(super) form: Vec<String>,

    /// Send a header: `Name: value`; may repeat
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(super) headers: Vec<String>,

    /// Print the head of the answer, too
    #[arg(short, long)]
    pub(super) include: bool,

    /// Say on standard error what is sent and what is answered, secrets masked
    #[arg(short, long)]
    pub(super) verbose: bool,

    /// Write the body to a file
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// End with exit code 7 if the status is 400 or above; the body is still written
    #[arg(short, long)]
    pub(super) fail: bool,

    /// Follow redirects; the token goes to the same origin only
    #[arg(short = 'L', long)]
    pub(super) location: bool,

    /// How many seconds all of it may take
    #[arg(short = 'm', long, value_name = "SECONDS")]
    pub(super) max_time: Option<u64>,
}
