//! Sentences, taken apart into plain words.

/// A sentence without what is no statement.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// In lower case; names of programs are taken apart: `redirectUri` is two words.
    pub(crate) words: Vec<String>,
    /// Whether it says that something may be so.
    pub(crate) is_guess: bool,
    /// As it stands there.
    pub(crate) text: String,
}

/// Longer texts are pages; what counts stands at their beginning.
const MAX_OCTETS: usize = 4000;

/// More words than this no sentence has.
const MAX_WORDS: usize = 80;

/// Splits a text, and leaves out questions, conditions, advice and examples.
pub(crate) fn split(text: &str) -> Vec<Sentence> {
    let end = (0..=MAX_OCTETS.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let text = text.get(..end.unwrap_or_default()).unwrap_or_default();
    let text = without_examples(&spelled_out(text));
    pieces(&text).filter_map(sentence).collect()
}

/// Writes what is shortened in full, and quotes alike.
fn spelled_out(text: &str) -> String {
    let text = text.replace(['’', '‘', '`', '“', '”'], "'");
    let text = text.replace("can't", "can not").replace("n't", " not");
    let text = text.replace("\\\"", "\"").replace("\\n", "\n");
    text.replace('\'', "\"")
        .replace("annot ", "an not ")
        .replace(". Or ", " or ")
        .replace("OAuth", "Oauth")
}

/// Leaves out what stands there as an example: `(e.g. unknown client)`.
pub(crate) fn without_examples(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) = ["e.g.", "for example", "such as"]
        .iter()
        .filter_map(|mark| Some((rest.find(mark)?, mark)))
        .min()
    {
        kept.push_str(rest.get(..at).unwrap_or_default());
        let behind = rest.get(at + mark.len()..).unwrap_or_default();
        let end = behind.find([')', '\n']).or_else(|| behind.find(". "));
        rest = end.and_then(|end| behind.get(end..)).unwrap_or_default();
    }
    kept + rest
}

/// A sentence ends at a full stop, and where a name or a value of a program ends.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '&', '|', '!'])
        .flat_map(|line| line.split(". "))
        .flat_map(|line| line.split("\":"))
        .flat_map(|line| line.split("\","))
        .flat_map(|line| line.split("\"=>"))
        .flat_map(|line| line.split("\" =>"))
        .filter(|piece| !piece.trim().is_empty())
}

/// Words from which on nothing is stated any more.
const CONDITIONS: [&str; 20] = [
    "if", "when", "whenever", "unless", "until", "please", "ensure", "check", "see", "try", "how",
    "whether", "maybe", "perhaps", "will", "would", "suppose", "avoid", "example", "consider",
];

fn sentence(text: &str) -> Option<Sentence> {
    if text.trim_end().ends_with('?') || text.contains("? ") || is_program(text) {
        return None;
    }
    let mut words = words(text);
    words.truncate(MAX_WORDS);
    let end = words
        .iter()
        .position(|word| CONDITIONS.contains(&word.as_str()));
    words.truncate(end.unwrap_or(words.len()));
    // “Should the token be expired, …”
    if words.first().is_some_and(|word| word == "should") {
        return None;
    }
    let make_sure = words.windows(2).position(|pair| pair == ["make", "sure"]);
    words.truncate(make_sure.unwrap_or(words.len()));
    let is_guess = words.iter().any(|word| {
        ["may", "might", "could", "possibly", "probably", "likely"].contains(&word.as_str())
    });
    let text = text.trim().to_owned();
    (words.len() > 1).then_some(Sentence {
        words,
        is_guess,
        text,
    })
}

/// Tells whether it is a line of a program, which says what would be.
fn is_program(text: &str) -> bool {
    let start = text.trim_start();
    [
        "//", "#", "* ", "raise ", "throw ", "def ", "func ", "return ",
    ]
    .iter()
    .any(|mark| start.starts_with(mark))
        || ["==", "!=", "();", "if (", "if(", ") {"]
            .iter()
            .any(|mark| text.contains(mark))
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let chunk = chunk.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '/');
        if is_path(chunk) || is_code(chunk) {
            // What stands on both sides of it is not neighbours.
            words.extend(std::iter::repeat_n("…".to_owned(), 4));
            continue;
        }
        for (index, part) in chunk.split('/').enumerate() {
            if index > 0 {
                words.push("or".to_owned());
            }
            let part = part.rsplit('.').next().unwrap_or(part);
            let runs = part.split(|letter: char| !letter.is_alphanumeric());
            words.extend(runs.filter(|run| !run.is_empty()).flat_map(humps));
        }
    }
    words
}

/// Tells whether a word is an address, a file or a media type.
fn is_path(chunk: &str) -> bool {
    let is_media_type = ["application/", "text/", "multipart/"]
        .iter()
        .any(|kind| chunk.starts_with(kind));
    chunk.contains("://")
        || chunk.starts_with('/')
        || chunk.contains('/') && chunk.contains(['.', ':'])
        || is_media_type
}

/// Codes of the RFCs say less than they seem to: `invalid_client` is not an unknown one.
fn is_code(chunk: &str) -> bool {
    const VAGUE: [&str; 7] = [
        "invalidclient",
        "invalidclientid",
        "invalidgrant",
        "invalidrequest",
        "invalidscope",
        "invalidtoken",
        "unauthorizedclient",
    ];
    let name = chunk.rsplit('.').next().unwrap_or(chunk);
    // oauthlib's classes are named by the code alone: InvalidClientIdError is any bad request.
    let is_class = name.ends_with("Error") || name.ends_with("Exception");
    let name = name.to_ascii_lowercase();
    let code = name.trim_end_matches("error").trim_end_matches("exception");
    let is_snake = code.contains('_') && code != "invalid_client_id";
    (is_class || is_snake) && VAGUE.contains(&code.replace('_', "").as_str())
}

/// Takes `accessTokenExpired` apart.
fn humps(run: &str) -> Vec<String> {
    let letters: Vec<char> = run.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| letters.get(at));
        let next = letters.get(index + 1);
        let is_first = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_uppercase()
                        && next.is_some_and(|next| next.is_lowercase() && *next != 's')
            });
        if is_first {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_are_words() {
        assert_eq!(
            words("BAD_REFRESH_TOKEN redirectURIs a.b.TokenExpired access/refresh"),
            "bad refresh token redirect uris token expired access or refresh"
                .split(' ')
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn advice_and_examples_are_left_out() {
        let found = split("It failed (e.g. no token). Please log in. It may be old");
        let words: Vec<String> = found.iter().map(|it| it.words.join(" ")).collect();
        assert_eq!(words, ["it failed", "it may be old"]);
        assert!(found[1].is_guess);
    }
}
