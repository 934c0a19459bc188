use super::{Entry, Section};

pub(super) const TOO_LITTLE: Entry = Entry::new(
    Section::Doctor,
    "doctor/too-little-evidence",
    "There is too little to go by",
)
.meaning("Nothing in the evidence says what failed.")
.fix("Add the request and the whole answer: status, headers and body, as `curl -v` prints them or as a HAR file.")
.source("tripod explain --help")
.generic();

pub(super) const ENTRIES: &[Entry] = &[
    TOO_LITTLE,
    Entry::new(Section::Doctor, "doctor/body-not-shown", "The body that was sent is not shown")
        .meaning("The request had a body, which the evidence does not hold: `curl -v` prints heads alone.")
        .fix("Put the curl command itself in the line before its output: then its parameters are looked at too.")
        .source("tripod explain --help")
        .generic(),
    Entry::new(Section::Doctor, "doctor/nothing-to-read", "There is nothing to read")
        .meaning("The input is empty.")
        .fix("Give a file, or paste a request, an answer, a URL, a header, a token or an error text.")
        .source("tripod explain --help")
        .generic(),
    Entry::new(Section::Doctor, "doctor/unexplained", "It failed, and nothing says why")
        .meaning("A step failed, and neither the answer nor anything that is known says why.")
        .fix("Look at the answer itself, and at the logs of the provider.")
        .source("RFC 6749 §5.2")
        .generic(),
    Entry::new(Section::Doctor, "oauth2/server/unavailable", "The server failed")
        .meaning("The server answered with an error of its own; nothing in the request has to be wrong.")
        .words(&[
            super::likely("error=server_error"),
            super::likely("error=temporarily_unavailable"),
            super::likely("bad gateway"),
            super::likely("service unavailable"),
            super::likely("gateway time-out"),
            super::likely("internal server error"),
        ])
        .fix("Try again later with growing pauses, and honour `Retry-After`. Do not discard tokens because of it.")
        .source("RFC 6749 §4.1.2.1")
        .generic(),
    Entry::new(Section::Doctor, "oauth2/server/too-many-requests", "Too many requests")
        .meaning("The server limits how often it may be asked.")
        .words(&[
            super::certain("error=too_many_requests"),
            super::certain("rate limit exceeded"),
            super::certain("too many requests"),
            super::likely("status 429"),
        ])
        .fix("Wait as long as `Retry-After` says, and cache tokens in place of asking for new ones.")
        .source("RFC 6585 §4"),
];
