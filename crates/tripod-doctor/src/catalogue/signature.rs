use super::{Entry, Section, certain, likely, possible};

const fn entry(code: &'static str, title: &'static str) -> Entry {
    Entry::new(Section::Signature, code, title)
}

pub(super) const ENTRIES: &[Entry] = &[
    entry("oauth1/signature/mismatch", "The signature does not belong to the request")
        .meaning("Client and server computed different signatures: from different base strings, or with different secrets.")
        .words(&[
            likely("signature_invalid"),
            likely("invalid_signature"),
            likely("invalid signature"),
            likely("signature is invalid"),
            likely("oauth_signature does not match"),
            likely("signature does not match"),
            likely("failed to validate oauth signature"),
            likely("could not authenticate you"),
            likely("invalidsignature"),
            likely("signature mismatch"),
            likely("signature verification failed"),
        ])
        .fix("Give both secrets and the request as it was sent (URL, method, headers, form body): then the mistake itself can be named. Check that none of the secrets belongs to another app or environment.")
        .source("RFC 5849 §3.4")
        .generic(),
    entry("oauth1/signature/fits-the-request", "The signature is right for the request as shown")
        .meaning("With the secrets that are known, the request as it is shown yields exactly the signature that was sent.")
        .fix("Look at what the server sees instead: scheme, host and port behind a proxy; a body or query that something rewrote; and whether the server has the same secrets.")
        .source("RFC 5849 §3.4.1.2"),
    entry("oauth1/signature/base-strings-differ", "Server and request have different base strings")
        .meaning("The server showed the base string from which it computed the signature, and the request gives another one.")
        .words(&[
            likely("debug_sbs"),
            likely("expected signature base string"),
        ])
        .fix("Make the parts that differ the same: sign what is sent, and send what is signed.")
        .source("RFC 5849 §3.4.1; seen at Flickr, Discogs and python-oauth2 servers"),
    entry("oauth1/signature/secrets-differ", "The base strings agree, so the keys do not")
        .meaning("The server showed its base string, and it is the one that the request gives. What is left is the key: a secret differs, or the client signed something else than it sent.")
        .fix("Compare both secrets with those that the provider shows; a token secret belongs to one token, and each renewal brings a new one.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/query-parameters-left-out", "The query is not signed")
        .meaning("The parameters in the query of the URL were left out of the base string.")
        .fix("Collect the parameters of the query, decoded, together with those of the header.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/body-parameters-left-out", "The form body is not signed")
        .meaning("The body is `application/x-www-form-urlencoded`, and its parameters were left out of the base string.")
        .fix("Collect the parameters of a form body too; look at the media type alone, whatever follows it (`; charset=UTF-8`).")
        .source("RFC 5849 §3.4.1.3.1; dghubble/oauth1, Kong/insomnia#1854"),
    entry("oauth1/signature/body-wrongly-included", "A body that is no form is signed")
        .meaning("The body is JSON, multipart or other data; its contents went into the base string, where they do not belong.")
        .fix("Sign header and query alone when the body is no form; use `oauth_body_hash` where the provider asks for it.")
        .source("RFC 5849 §3.4.1.3.1; oauthlib/oauthlib#101"),
    entry("oauth1/signature/realm-included", "`realm` is signed")
        .meaning("`realm` stands in the header but is no parameter; it went into the base string.")
        .fix("Leave `realm` out of the base string.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/signature-included", "`oauth_signature` is signed")
        .meaning("`oauth_signature` itself went into the base string.")
        .fix("Leave `oauth_signature` out of the base string, even when it is empty.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/parameter-left-out", "A parameter is sent but not signed")
        .meaning("A parameter that was sent is not in the base string.")
        .fix("Sign every parameter of header, query and form, those without a value included.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/parameter-added", "A parameter is signed but not sent")
        .meaning("The base string has a parameter that was not sent.")
        .fix("Send what is signed: leave out empty protocol parameters in both places, or send them.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/duplicates-dropped", "Repeated parameters are signed once")
        .meaning("A parameter occurs several times, and the base string has it once, as when parameters pass through a map.")
        .fix("Keep parameters in a list, not in a map: each occurrence is signed, in the order of its values.")
        .source("RFC 5849 §3.4.1.3.2; dghubble/oauth1"),
    entry("oauth1/signature/parameters-twice", "Parameters are signed twice")
        .meaning("Parameters of query or body went into the base string twice.")
        .fix("Add the parameters of query and body once, not both as part of the URL and as data.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/stamp-made-twice", "Timestamp or nonce are made twice")
        .meaning("The base string has another timestamp or nonce than the header: each was made anew for both.")
        .fix("Make timestamp and nonce once for a request, and use the same in base string and header.")
        .source("RFC 5849 §3.3; scribejava/scribejava#497"),
    entry("oauth1/signature/parameters-unsorted", "The parameters are not sorted")
        .meaning("The parameters went into the base string in the order in which they were sent.")
        .fix("Sort the encoded parameters by name, then by value.")
        .source("RFC 5849 §3.4.1.3.2"),
    entry("oauth1/signature/parameters-missorted", "The parameters are sorted wrongly")
        .meaning("The parameters were sorted, but not by encoded name and then by encoded value, octet by octet.")
        .fix("Encode first, then sort by name and, where names are equal, by value, by octets.")
        .source("RFC 5849 §3.4.1.3.2"),
    entry("oauth1/signature/not-encoded", "Parameters are not percent-encoded")
        .meaning("A part of the base string was not percent-encoded.")
        .fix("Encode each name and value, and then URL and parameters as a whole.")
        .source("RFC 5849 §3.4.1.1"),
    entry("oauth1/signature/encoded-twice", "Parameters are encoded once too often")
        .meaning("Names and values were encoded twice, or taken from the URL without decoding them first.")
        .fix("Decode what comes from a URL or a form, and encode it once.")
        .source("RFC 5849 §3.4.1.3.1"),
    entry("oauth1/signature/plus-for-space", "`+` and space are mixed up")
        .meaning("A space became `+` in the base string, or a `+` that stands for a space was signed as a plus sign.")
        .fix("Encode a space as `%20` in the base string, with a percent-encoder and not with one for forms.")
        .source("RFC 5849 §3.6"),
    entry("oauth1/signature/lower-case-escapes", "Escapes have lower-case digits")
        .meaning("Escapes in the base string have lower-case hexadecimal digits.")
        .fix("Write escapes in upper case: `%2F`, not `%2f`.")
        .source("RFC 5849 §3.6"),
    entry("oauth1/signature/reserved-characters-raw", "`!*'()` or `~` are encoded wrongly")
        .meaning("`!`, `*`, `'`, `(` and `)` were not encoded, as by JavaScript's `encodeURIComponent`, or `~` was.")
        .fix("Encode all but letters, digits, `-`, `.`, `_` and `~`.")
        .source("RFC 5849 §3.6"),
    entry("oauth1/signature/other-charset", "Text is not in UTF-8 as it was sent")
        .meaning("Letters outside of ASCII were signed in another encoding or Unicode form than they were sent in.")
        .fix("Sign the octets that are sent: UTF-8, with no normalisation in between.")
        .source("RFC 5849 §3.6"),
    entry("oauth1/signature/other-scheme", "Signed for the other scheme")
        .meaning("The base string says `http` where `https` was called, or the other way round.")
        .fix("Sign the URL that the client calls; behind a proxy that ends TLS, tell the server its public scheme.")
        .source("RFC 5849 §3.4.1.2"),
    entry("oauth1/signature/port", "The port in the base string is wrong")
        .meaning("The base string has the default port, or lacks one that is not the default.")
        .fix("Leave out port 80 of `http` and 443 of `https`, and keep every other.")
        .source("RFC 5849 §3.4.1.2; dghubble/oauth1"),
    entry("oauth1/signature/other-host", "Signed for another host")
        .meaning("The host in the base string is not the one in the `Host` header, in lower case.")
        .words(&[
            possible("woocommerce_rest_authentication_error … signature"),
        ])
        .fix("Sign the host that is sent: with `www.` if the shop redirects there, in lower case, and with the public name behind a proxy.")
        .source("RFC 5849 §3.4.1.2; woocommerce/woocommerce#11410"),
    entry("oauth1/signature/query-in-url", "Query or fragment are in the URL of the base string")
        .meaning("The URL in the base string has a query, a fragment or user information.")
        .fix("Cut the URL before `?` and `#`; the parameters of the query belong among the parameters.")
        .source("RFC 5849 §3.4.1.2"),
    entry("oauth1/signature/path", "The path in the base string is another one")
        .meaning("The path was changed on its way into the base string: a slash at its end, decoding, another case.")
        .fix("Sign the path octet for octet as it is sent; an empty one is `/`.")
        .source("RFC 5849 §3.4.1.2"),
    entry("oauth1/signature/method", "Signed for another method")
        .meaning("The method in the base string is not the one that was sent, in upper case.")
        .fix("Sign the method that goes over the wire, in upper case; with an override, the one in the request line.")
        .source("RFC 5849 §3.4.1.1"),
    entry("oauth1/signature/key-separator", "The key lacks its `&`")
        .meaning("The key is both secrets with `&` between them; it stands there even when a secret is empty.")
        .fix("Join the encoded secrets by `&`, also without a token: `consumersecret&`.")
        .source("RFC 5849 §3.4.2; ddo/oauth-1.0a#33"),
    entry("oauth1/signature/token-secret-left-out", "The token secret is not in the key")
        .meaning("The signature was made with the consumer secret alone, though a token was sent.")
        .fix("Put the token's secret behind the `&`; while exchanging temporary credentials that is their secret.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/consumer-secret-left-out", "The consumer secret is not in the key")
        .meaning("The signature was made with an empty consumer secret.")
        .fix("Put the consumer secret before the `&`; look whether the variable that holds it is set.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/secrets-swapped", "The secrets are mixed up")
        .meaning("Consumer secret and token secret are in each other's place.")
        .fix("The consumer secret comes first, then `&`, then the token secret.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/identifier-as-secret", "A key or token stands in place of its secret")
        .meaning("The signature was made with an identifier (consumer key or token) where its secret belongs.")
        .fix("Take the secrets: those that are never sent.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/secret-encoding", "A secret is encoded wrongly")
        .meaning("A secret went into the key unencoded, encoded twice, decoded or in another case.")
        .fix("Percent-encode each secret once, as it was issued, and join them by `&`.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/stray-characters-in-secret", "Something sticks to a secret")
        .meaning("A line break, a space or quotes around a secret went into the key, as when it is read from a file or a variable.")
        .fix("Trim the secret where it is read; write files without a line break at the end (`printf %s`).")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/signature/other-hash", "Signed with another hash than named")
        .meaning("The length of the signature is that of another hash than `oauth_signature_method` names.")
        .fix("Use the hash that the method names, or name the one that is used, if the provider accepts it.")
        .source("RFC 5849 §3.4"),
    entry("oauth1/signature/encoding", "The signature is written wrongly")
        .meaning("The digest is right but written wrongly: hexadecimal, URL-safe, without padding, or escaped once too often or too rarely.")
        .fix("Write the digest in base64 with padding, and percent-encode that once.")
        .source("RFC 5849 §3.4.2"),
    entry("oauth1/body-hash/mismatch", "The body hash is not that of the body")
        .meaning("`oauth_body_hash` is not the hash of the body that was sent, by the hash of the signature method.")
        .words(&[
            certain("oauth_body_hash … does not match"),
            certain("body hash … invalid"),
            certain("invalid body hash"),
        ])
        .fix("Hash the octets of the body as sent, with the hash of the signature method, in base64.")
        .source("OAuth Request Body Hash 1.0 draft 4 §3.2"),
];
