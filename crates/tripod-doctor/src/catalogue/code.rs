use super::{Entry, Section, certain, likely, possible};

const CODE: Section = Section::CodeAndPkce;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(CODE, "oauth2/code/used-twice", "The code was sent twice")
        .meaning("A code can be redeemed once. Here it was sent again: by a library that tries two ways to authenticate, by a callback that ran twice, or by a retry.")
        .words(&[
            likely("aadsts54005"),
            likely("code was already redeemed"),
            likely("code has already been used"),
            likely("code already used"),
            likely("authorization code … used"),
            likely("code … already been redeemed"),
            likely("code … already been exchanged"),
            likely("authorization code has already been used"),
            likely("error=code_already_used"),
            likely("authorization code has been used"),
            likely("code has been redeemed"),
            likely("code was already used"),
            likely("authcode has already been used"),
        ])
        .fix("Look at the answer to the first attempt: that is the real error. Set the authentication method explicitly, never send a code again, and make the callback run once.")
        .source("RFC 6749 §4.1.2; golang/oauth2#786"),
    Entry::new(CODE, "oauth2/code/expired-or-unknown", "The code has expired or is not known")
        .meaning("The server does not know the code: it lives for minutes at most, is cut or changed, or belongs to another client.")
        .words(&[
            likely("bad_verification_code"),
            likely("code passed is incorrect or expired"),
            likely("code is invalid or expired"),
            likely("code has expired"),
            likely("authorization code … expired"),
            likely("aadsts70008"),
            likely("code not valid"),
            likely("error=invalid_code"),
            likely("invalid_code"),
            likely("invalid authorization code"),
            likely("invalid \"code\""),
            likely("incorrect code"),
            possible("malformed auth code"),
            likely("error=bad_auth_code"),
            likely("missing or unknown auth code"),
            likely("authorization code was not found or was already used"),
            likely("authorization code not found"),
            likely("authorization code has expired"),
            likely("authorization code is invalid"),
            likely("this authorization code has expired"),
            likely("authorization code is not valid"),
            likely("auth code is invalid"),
            likely("error=invalid_authorization_code"),
            likely("code is expired"),
            likely("code doesn't exist"),
            likely("code does not exist"),
            likely("error validating verification code"),
            likely("invalid verification code"),
            likely("matching code was not found"),
            likely("error=expired_code"),
            likely("error=code_expired"),
            likely("provided value for the 'code' parameter is not valid"),
        ])
        .fix("Redeem the code at once and once. Take it from the callback decoded (`%2F` is `/`), whole, and redeem it as the client that asked for it.")
        .source("RFC 6749 §4.1.2; docs.github.com, “Troubleshooting OAuth app access token request errors”"),
    Entry::new(CODE, "oauth2/code/altered", "The code was changed on its way")
        .meaning("The code in the token request is not the one in the callback: decoded once too often or too rarely, or cut.")
        .words(&[
            likely("malformed auth code"),
        ])
        .fix("Decode the query of the callback once, and form-encode the code once in the token request.")
        .source("RFC 6749 §4.1.3"),
    Entry::new(CODE, "oauth2/pkce/required", "The server wants PKCE")
        .meaning("The authorization request has no `code_challenge`, and the server does not do without.")
        .words(&[
            certain("missing parameter: code_challenge"),
            certain("must include a code_challenge"),
            certain("code challenge required"),
            certain("code_challenge … required"),
            certain("code_challenge … missing"),
            certain("missing \"code_challenge\""),
            certain("pkce is required"),
            certain("pkce required"),
            certain("requires pkce"),
            certain("proof key for code exchange is required"),
            certain("aadsts9002325"),
            certain("clients must include a code_challenge"),
            likely("code_challenge … must be"),
            certain("code_challenge is required"),
            certain("missing 'code_challenge'"),
        ])
        .fix("Send `code_challenge` and `code_challenge_method=S256`, and `code_verifier` with the code.")
        .source("RFC 7636 §4.3; RFC 9700 §2.1.1"),
    Entry::new(CODE, "oauth2/pkce/verification-failed", "The PKCE verifier does not fit the challenge")
        .meaning("The verifier that was sent with the code is not the one of which the challenge was made, or one of the two was made wrongly.")
        .words(&[
            certain("pkce verification failed"),
            certain("code_verifier … does not match"),
            certain("code verifier … does not match"),
            certain("code challenge failed"),
            certain("invalid code_verifier"),
            certain("invalid \"code_verifier\""),
            certain("pkce code challenge … fail"),
            certain("code_challenge … mismatch"),
            certain("code mismatch"),
            certain("aadsts501481"),
            certain("pkce … mismatch"),
            certain("code_verifier\" does not yield"),
            likely("code verifier … invalid"),
            certain("code_verifier is invalid"),
            certain("failed to verify code verifier"),
            certain("pkce code verifier is invalid"),
            certain("invalid pkce verifier"),
            certain("the pkce code challenge did not match"),
            certain("transformed code verifier does not match"),
            certain("code verifier is invalid"),
            certain("failed to verify code_verifier"),
            likely("value passed for the code verifier was invalid"),
        ])
        .fix("Show the authorization request and the verifier: then the two are recomputed. Keep the verifier of the attempt to which the code belongs.")
        .source("RFC 7636 §4.6"),
    Entry::new(CODE, "oauth2/pkce/challenge-malformed", "The PKCE challenge was made wrongly")
        .meaning("The challenge is made of this verifier, but not as S256 makes it: base64url without padding, of the SHA-256 digest of the ASCII verifier.")
        .fix("Compute `BASE64URL(SHA256(ASCII(code_verifier)))` without `=` at its end.")
        .source("RFC 7636 §4.2"),
    Entry::new(CODE, "oauth2/pkce/method-mismatch", "The PKCE method is not the one by which the challenge was made")
        .meaning("`code_challenge_method` says something else than how the challenge was made; without it, `plain` is meant.")
        .words(&[
            certain("unsupported code_challenge_method"),
            certain("transform algorithm not supported"),
            certain("code_challenge_method … not supported"),
            certain("invalid parameter: code_challenge_method"),
        ])
        .fix("Send `code_challenge_method=S256` beside a challenge that was made by S256.")
        .source("RFC 7636 §4.3"),
    Entry::new(CODE, "oauth2/pkce/verifier-altered", "The PKCE verifier was changed on its way")
        .meaning("The challenge was made of this verifier in another form: with a line break or padding, decoded or encoded.")
        .fix("Hash and send the very same text.")
        .source("RFC 7636 §4.1"),
    Entry::new(CODE, "oauth2/pkce/verifier-of-another-attempt", "The PKCE verifier belongs to another attempt")
        .meaning("The challenge was not made of this verifier in any way that is known: each attempt makes a new pair, and two got mixed up.")
        .fix("Keep the verifier by `state`, one for each attempt; look for a second tab, a reload or a second process.")
        .source("RFC 7636 §4.1"),
    Entry::new(CODE, "oauth2/pkce/verifier-missing", "The PKCE verifier was not sent")
        .meaning("The authorization request had a challenge, and the token request has no verifier.")
        .words(&[
            certain("missing \"code_verifier\""),
            certain("code_verifier … required"),
            certain("code_verifier … missing"),
            certain("missing parameter: code_verifier"),
            certain("pkce code verifier not specified"),
            certain("code verifier … required"),
            certain("aadsts50148"),
            certain("code verifier should be"),
            likely("requires … code_verifier"),
            certain("must include … code_verifier"),
        ])
        .fix("Send `code_verifier` in the token request.")
        .source("RFC 7636 §4.5"),
    Entry::new(CODE, "oauth2/pkce/challenge-missing", "A PKCE verifier was sent without a challenge before")
        .meaning("The token request has a verifier, and the authorization request had no challenge.")
        .words(&[
            certain("code_verifier … unexpected"),
            certain("code_verifier … no code_challenge"),
        ])
        .fix("Send `code_challenge` and its method in the authorization request.")
        .source("RFC 9700 §2.1.1"),
    Entry::new(CODE, "oauth2/pkce/verifier-malformed", "The PKCE verifier is not well-formed")
        .meaning("A verifier has 43 to 128 characters, all of them letters, digits or `-._~`.")
        .words(&[
            certain("code_verifier … 43"),
            certain("code verifier … length"),
            certain("invalid code verifier"),
        ])
        .fix("Draw 32 random octets and write them in base64url without padding: that makes 43 characters.")
        .source("RFC 7636 §4.1"),
];
