use super::{Entry, Section, certain, likely};

const ISSUER: Section = Section::IssuerAndTime;
const DPOP: Section = Section::Dpop;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(ISSUER, "oauth2/issuer/mismatch", "The issuer is another one")
        .meaning("The issuer is compared octet for octet; here it differs: by a slash at the end, http for https, an internal host name, or another version of the endpoint.")
        .words(&[
            certain("did not match the requested issuer"),
            certain("unexpected issuer"),
            certain("invalid token issuer"),
            certain("invalid issuer"),
            certain("issuer … is invalid"),
            certain("issuer did not match"),
            certain("issuer … does not match"),
            certain("issuer mismatch"),
            certain("jwt issuer invalid"),
            certain("\"iss\" … claim value"),
            certain("\"issuer\" property does not match"),
            certain("idx10205"),
            likely("issuer invalid"),
            likely("wrong issuer"),
            likely("wrong iss"),
            likely("invalidissuererror"),
            likely("the claim 'iss' value doesn't match"),
            likely("issued by a different provider"),
            likely("not issued by the given issuers"),
            likely("jwt iss claim"),
            likely("the iss claim is not valid"),
            likely("invalidissuer"),
            likely("issuer uri mismatch"),
            likely("unexpected 'iss'"),
            likely("'iss' … doesn't match"),
            likely("unexpected iss"),
            likely("iss claim … not"),
            likely("incorrect \"iss\""),
            likely("claim \"iss\""),
            likely("iss mismatch"),
            likely("invalid iss "),
        ])
        .fix("Configure the issuer exactly as the metadata and the token spell it; give a server in a container its public host name.")
        .source("RFC 8414 §3.3; OpenID Connect Core §3.1.3.7")
        .vague(),
    Entry::new(ISSUER, "oauth2/issuer/entra-template", "The issuer is a template (Entra)")
        .meaning("The metadata of `/common` and `/organizations` has `{tenantid}` in its issuer; each token has the tenant in its place.")
        .words(&[
            certain("issuer … login.microsoftonline.com/{tenantid}"),
            certain("{tenantid}"),
            certain("%7btenantid%7d"),
        ])
        .fix("Put the token's `tid` in place of `{tenantid}` before comparing, and accept known tenants alone.")
        .source("kilork/openid#70; learn.microsoft.com, “Access token claims”"),
    Entry::new(ISSUER, "oauth2/id-token/audience", "The ID token is for another client")
        .meaning("`aud` of the ID token has to hold the client id; further audiences have to be trusted.")
        .words(&[
            certain("is not a trusted audience"),
            certain("unexpected \"aud\""),
            certain("wrong recipient"),
            certain("invalid audiences"),
            certain("unexpected jwt \"aud\""),
            likely("invalidaudienceerror"),
            likely("token has wrong audience"),
            likely("invalid audience"),
            likely("audience doesn't match"),
            likely("audience does not match"),
            likely("expected audience"),
            likely("unexpected 'aud'"),
            likely("invalidauderror"),
            likely("invalidaudience"),
            likely("jwt audience invalid"),
            likely("jwt aud claim"),
            likely("doesn't contain the required audience"),
            likely("not allowed to be used by this audience"),
            likely("required audience is missing"),
            likely("validation failed, invalid audience"),
            likely("wrong audience"),
            likely("bad audience"),
            likely("audience … not accepted"),
            likely("audience mismatch"),
            likely("must contain … audience"),
            likely("incorrect \"aud\""),
            likely("\"aud\" … claim … expected"),
            likely("aud claim … expected"),
            likely("audience … expected"),
            likely("claim \"aud\""),
            likely("aud mismatch"),
            likely("invalid aud "),
            likely("unacceptable audience"),
        ])
        .fix("Check the client id; where the provider adds audiences of its own (Zitadel: the project), trust them by name.")
        .source("OpenID Connect Core §3.1.3.7; olivierlambert/calrs#144"),
    Entry::new(ISSUER, "oauth2/jwt/unknown-key", "The key of the token is not known")
        .meaning("The token's `kid` is not among the keys: the issuer rotated them, or it is another issuer.")
        .words(&[
            certain("unknown kid"),
            certain("unable to find a signing key"),
            certain("no matching key"),
            certain("unable to find a matching key"),
            certain("no applicable key found"),
            certain("no applicable keys found"),
            certain("signing key not found"),
            certain("kid … not found"),
            certain("idx10501"),
            certain("idx10503"),
            certain("invalid jwk kid"),
            certain("no key … kid"),
            likely("could not find public key for kid"),
            likely("no pem found for envelope"),
            likely("certificate for key id … not found"),
            likely("no matching key(s) found"),
            likely("no_matching_key"),
            likely("unable to lookup correct key"),
            likely("unknown key id"),
            likely("no key found"),
            likely("key … not found in jwks"),
            likely("unable to find jwk"),
            likely("unable to match … key"),
            likely("failed to verify signature: no keys"),
            likely("unable to find a key"),
            likely("no suitable key"),
            likely("could not find a key"),
            likely("idx10500"),
            likely("unrecognized kid"),
            likely("kid did not match"),
        ])
        .fix("Fetch the keys again when a `kid` is not known, once and with a pause; do not keep them forever.")
        .source("OpenID Connect Core §10.1.1; sentinel-hub/titiler-openeo#372"),
    Entry::new(ISSUER, "oauth2/jwt/signature", "The token's signature does not verify")
        .meaning("The token was not signed by this key, or was changed.")
        .words(&[
            certain("jwt signature is invalid"),
            certain("bad_signature"),
            certain("jwt signature verification failed"),
            certain("signature verification failed … jwt"),
            certain("invalid jwt signature"),
            certain("idx10511"),
            likely("invalidsignatureerror"),
            likely("badsignatureerror"),
            likely("jwssignatureverificationfailed"),
            likely("jwt::verificationerror"),
            likely("signature verification failed"),
            likely("could not verify token signature"),
            likely("invalid token signature"),
            likely("failed to verify id token signature"),
            likely("failed to verify signature"),
            likely("does not match locally computed signature"),
            likely("signature resulted invalid"),
            likely("signed jwt rejected: invalid signature"),
            likely("token signature is invalid"),
            likely("token signature mismatch"),
            likely("error in cryptographic primitive"),
            likely("signatureinvalidexception"),
            likely("invalidsignature"),
            likely("jsonwebtokenerror: invalid signature"),
            likely("jwt signature does not match"),
            likely("crypto/rsa: verification error"),
            likely("signature_error"),
            likely("jwt … signature … failed"),
            likely("jwt … invalid signature"),
            likely("token … signature … invalid"),
        ])
        .fix("Check that the keys are those of the token's issuer, and that the token arrives whole.")
        .source("RFC 7515 §5.2"),
    Entry::new(ISSUER, "oauth2/jwt/algorithm", "The token is signed by an algorithm that is not expected")
        .meaning("`alg` of the token is not the one that is registered or that the key is for.")
        .words(&[
            certain("unexpected jwt \"alg\""),
            certain("unexpected jwt alg"),
            certain("invalid algorithm"),
            certain("unsupported alg"),
            certain("alg … not allowed"),
            certain("algorithm … not allowed"),
            certain("idx10696"),
            likely("unexpected signing method"),
            likely("expected a different algorithm"),
            likely("incorrectalgorithm"),
            likely("another algorithm expected"),
            likely("invalidalgorithm"),
            likely("alg value is not allowed"),
            likely("algorithm not allowed"),
            likely("algorithm not supported"),
            likely("signing method … is invalid"),
            likely("id token signed with unsupported algorithm"),
            likely("unexpected signature algorithm"),
        ])
        .fix("Register the algorithm that the issuer uses (`id_token_signed_response_alg`); never accept `none`.")
        .source("RFC 8725 §3.1"),
    Entry::new(ISSUER, "oauth2/jwt/expired", "The token has expired")
        .meaning("`exp` of the token lies in the past.")
        .words(&[
            likely("signature has expired"),
            likely("expired_token: the token is expired"),
            likely("\"exp\" claim timestamp check failed"),
            likely("expiredsignatureerror"),
            likely("id token expired"),
            likely("unexpected jwt \"exp\""),
            likely("jwt::expiredsignature"),
            likely("expiredexception"),
            likely("expired jwt"),
            likely("jwt expired"),
            likely("jwt is expired"),
            likely("token expired, "),
            likely("token used too late"),
            likely("expiredsignature"),
            likely("oidc: token is expired"),
            likely("idx10223"),
            likely("'exp' claim expired"),
            likely("token is expired by"),
            likely("the token has expired on"),
            likely("token is expired (exp)"),
            likely("unexpected 'exp'"),
            likely("tokenexpirederror"),
            likely("expired jwt rejected"),
            likely("jwt expired, now"),
            likely("jwt expired at"),
            likely("jwtexpired"),
            likely("jwt … expired"),
            likely("token expiration"),
        ])
        .fix("Get a new one. If it was made just now, one of the clocks is off.")
        .source("RFC 7519 §4.1.4"),
    Entry::new(ISSUER, "oauth2/id-token/clock", "The clocks of issuer and client differ")
        .meaning("The token was made in the future, or is over when it arrives: one of the clocks is off.")
        .words(&[
            certain("used too early"),
            certain("issued in the future"),
            certain("token is not yet valid"),
            certain("jwt not active"),
            certain("\"iat\" claim timestamp check failed"),
            certain("\"nbf\" claim timestamp check failed"),
            certain("the token is not valid yet"),
            certain("immaturesignatureerror"),
            certain("unexpected jwt \"nbf\""),
            certain("unexpected jwt \"iat\""),
            likely("clock skew"),
            likely("jwt::invalidiaterror"),
            likely("invalid iat"),
            likely("jwt::immaturesignature"),
            likely("signature nbf has not been reached"),
            likely("immaturesignature"),
            likely("cannot handle token prior to"),
            likely("token used before issued"),
            likely("token is not valid yet"),
            likely("not valid yet (nbf)"),
            likely("jwt before use time"),
            likely("jwt premature"),
            likely("prematurejwt"),
            likely("cannot be used before"),
            likely("idx10222"),
            likely("the token was issued in the future"),
            likely("issued in the future (iat)"),
            likely("can't be used before"),
            likely("token is not yet valid (iat)"),
        ])
        .fix("Set the clocks by NTP, and allow some seconds of difference.")
        .source("OpenID Connect Core §3.1.3.7; RFC 7519 §4.1.5"),
    Entry::new(ISSUER, "oauth2/id-token/nonce", "The nonce of the ID token is another one")
        .meaning("`nonce` binds the ID token to the login that asked for it; here it differs or is missing.")
        .words(&[
            certain("unexpected id token \"nonce\""),
            certain("invalid nonce"),
            certain("nonce mismatch"),
            certain("nonce does not match"),
            certain("nonce did not match"),
            certain("missing \"nonce\""),
        ])
        .fix("Keep the nonce with the state of the login, and compare it once; look for a second tab.")
        .source("OpenID Connect Core §3.1.3.7"),
    Entry::new(DPOP, "oauth2/dpop/nonce-required", "The server wants a nonce in the DPoP proof")
        .meaning("The server gives a nonce in the header `DPoP-Nonce` and wants it in the next proof. That is no failure if the client tries again.")
        .words(&[
            certain("error=use_dpop_nonce"),
            certain("use_dpop_nonce"),
            certain("requires nonce in dpop proof"),
        ])
        .fix("Make a new proof with `nonce` from the `DPoP-Nonce` header and a fresh `jti`, once; keep the nonce of every answer, refusals included, per server.")
        .source("RFC 9449 §8, §9"),
    Entry::new(DPOP, "oauth2/dpop/proof-for-another-request", "The DPoP proof is for another request")
        .meaning("`htm` and `htu` of the proof have to be method and URI of the request, without query and fragment.")
        .words(&[
            certain("htu … mismatch"),
            certain("htm … mismatch"),
            certain("dpop … htu"),
            certain("dpop … htm"),
        ])
        .fix("Make a proof for each request, with the URI that the server sees (its public host, behind a proxy).")
        .source("RFC 9449 §4.3"),
    Entry::new(DPOP, "oauth2/dpop/access-token-hash", "The DPoP proof is not for this access token")
        .meaning("`ath` of the proof has to be the hash of the access token that is sent beside it.")
        .words(&[certain("dpop … ath"), certain("ath … mismatch")])
        .fix("Set `ath` to the base64url of the SHA-256 of the access token, for each call of an API.")
        .source("RFC 9449 §4.2"),
    Entry::new(DPOP, "oauth2/dpop/other-key", "The DPoP proof is by another key than the token is bound to")
        .meaning("The token is bound to the thumbprint of one key (`cnf.jkt`), and the proof carries another.")
        .words(&[certain("dpop … key binding"), certain("jkt … mismatch"), certain("dpop … thumbprint")])
        .fix("Keep the key with the token: a new key needs a new token.")
        .source("RFC 9449 §6.1"),
    Entry::new(DPOP, "oauth2/dpop/bearer-scheme", "A token that is bound to a key was sent as Bearer")
        .meaning("The token is bound to a key, and is sent with the scheme `DPoP` and a proof.")
        .fix("Send `Authorization: DPoP TOKEN` and the header `DPoP` with a proof.")
        .source("RFC 9449 §7.1"),
    Entry::new(DPOP, "oauth2/dpop/time", "The time of the DPoP proof is off")
        .meaning("`iat` of the proof lies too far from the server's clock: the clock is off, or the proof was reused.")
        .words(&[certain("dpop … iat"), certain("dpop proof … expired"), certain("dpop proof … too old")])
        .fix("Set the clock by NTP, and make a proof for each request.")
        .source("RFC 9449 §4.3"),
    Entry::new(DPOP, "oauth2/dpop/proof-malformed", "The DPoP proof is not well-formed")
        .meaning("A proof has `typ` `dpop+jwt`, an asymmetric `alg`, the public `jwk`, and `jti`, `htm`, `htu` and `iat`.")
        .words(&[
            likely("error=invalid_dpop_proof"),
            likely("invalid_dpop_proof"),
        ])
        .fix("Show the request with its `DPoP` header: then each claim is compared with what it must be.")
        .source("RFC 9449 §4.2")
        .generic(),
    Entry::new(DPOP, "oauth2/dpop/signature", "The DPoP proof's signature does not verify")
        .meaning("The proof carries the public key in its header (`jwk`), and that key did not sign it.")
        .words(&[
            certain("dpop … signature"),
        ])
        .fix("Sign with the private half of the key whose public half stands in `jwk`, over header and claims as they are sent; ECDSA signatures as R and S, not in DER.")
        .source("RFC 9449 §4.3; RFC 7518 §3.4"),
    Entry::new(DPOP, "oauth2/dpop/proof-used-twice", "A DPoP proof was used twice")
        .meaning("The same `jti` was sent twice; each proof is for one request.")
        .words(&[certain("dpop … replay"), certain("proof was used before"), certain("jti … already"), certain("dpop proof … reused")])
        .fix("Make a new proof with a fresh `jti` for each request, retries included.")
        .source("RFC 9449 §11.1"),
];
