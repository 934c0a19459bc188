use super::{Entry, Section, certain, likely, possible};

const SETUP: Section = Section::Setup;
const NETWORK: Section = Section::Network;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(SETUP, "setup/not-logged-in", "Nobody is logged in")
        .meaning("There is no token where the program keeps its own: nobody has logged in yet, or it was taken out.")
        .words(&[
            likely("empty token found"),
            likely("default credentials were not found"),
            likely("could not find default credentials"),
            likely("could not load the default credentials"),
            likely("no access, refresh token"),
            likely("no credentials found"),
            likely("you are not logged in"),
            likely("not logged in"),
            likely("no token found"),
            likely("no stored token"),
            likely("no cached token"),
            likely("run … auth login"),
            likely("no accounts … in the cache"),
            likely("please log in first"),
        ])
        .fix("Log in once; the token is kept and renewed from then on.")
        .source("RFC 6749 §1.2"),
    Entry::new(SETUP, "setup/login-over", "The login is over")
        .meaning("The access token has expired, and there is no refresh token to get a new one with.")
        .fix("Log in again, and ask for a refresh token (`offline_access`, or what the provider calls it), so that it lasts.")
        .source("RFC 6749 §6"),
    Entry::new(SETUP, "setup/invalid", "Something that is configured cannot be used")
        .meaning("A setting is missing, or not what it has to be; nothing was sent.")
        .fix("Set it right, and log in again.")
        .source("RFC 6749 §2; RFC 8414 §2"),
    Entry::new(SETUP, "setup/client-secret-missing", "There is no client secret")
        .meaning("The provider serves only clients that prove who they are by a secret, and none is stored.")
        .fix("Log in with the secret from the provider's console.")
        .source("RFC 6749 §2.3.1"),
    Entry::new(SETUP, "setup/other-endpoint", "A configured address is not the published one")
        .meaning("The provider's metadata names another address than is configured: the provider moved it, or it was mistyped.")
        .fix("Take the addresses from the metadata: configure the issuer alone.")
        .source("RFC 8414 §2"),
    Entry::new(SETUP, "setup/other-issuer", "The token is another provider's")
        .meaning("The token was issued by somebody else than the provider that is configured now.")
        .fix("Log in again: a token of one issuer is of no use at another.")
        .source("RFC 6749 §10.3; RFC 9700 §4.4"),
    Entry::new(SETUP, "oauth2/issuer/no-metadata", "The issuer publishes no metadata")
        .meaning("At none of the well-known places of this issuer are metadata: it is another issuer, a path is missing (a realm, a tenant), or the provider publishes none.")
        .words(&[
            likely("unable to retrieve openid configuration"),
            likely("unable to obtain configuration from"),
            likely("failed to discover"),
            likely("discovery failed"),
            likely("oidc: provider … 404"),
            likely("unable to get authority configuration"),
            likely("failed to fetch openid configuration"),
            likely("failed to get openid-configuration"),
            likely("idx20803"),
            likely("idx20807"),
            likely("unable to load openid connect configuration"),
            likely("could not fetch the openid configuration"),
            likely("error fetching openid configuration"),
            likely("unable to resolve the configuration"),
            likely("issuer discovery failed"),
            likely(".well-known/openid-configuration … 404"),
            likely("unable to resolve configuration"),
            likely("oidc: provider … unable to find matching target resource method"),
            likely("realm does not exist"),
            likely("404 … /.well-known/openid-configuration"),
            likely("/.well-known/openid-configuration … 404"),
            likely("could not retrieve metadata"),
            likely("discovery document failed"),
            likely("issuer.discover "),
            likely("discovery document … 404"),
            likely("failed to fetch discovery"),
            likely("failed to retrieve … metadata"),
            likely("unable to retrieve metadata"),
            likely("metadata … 404"),
            likely("openid-configuration … failed"),
            likely("issuer metadata … failed"),
            likely("error discovering"),
            likely("discovery error"),
            likely("failed to download … discovery"),
        ])
        .fix("Give the issuer as the provider documents it, with its path; or give the endpoints themselves.")
        .source("RFC 8414 §3; OpenID Connect Discovery §4"),
    Entry::new(NETWORK, "network/name-unknown", "The host name is not known")
        .meaning("The name could not be resolved: it is mistyped, known inside another network alone, or there is no network.")
        .words(&[
            certain("could not resolve host"),
            certain("name or service not known"),
            certain("getaddrinfo enotfound"),
            certain("nodename nor servname provided"),
            certain("no such host is known"),
            certain("temporary failure in name resolution"),
            certain("failed to resolve \""),
            certain("failed to resolve host"),
            likely("no address associated with hostname"),
            likely("no such host"),
            certain("could not resolve proxy"),
            certain("unknownhostexception"),
            certain("unresolvedaddressexception"),
            likely("nxdomain"),
            certain("name does not resolve"),
            certain("enotfound"),
            likely("eai_again"),
            certain("getaddrinfo failed"),
            certain("failed to lookup address information"),
            certain("the remote name could not be resolved"),
            certain("hostname could not be found"),
            likely("curl error 6"),
            likely("bad hostname"),
            likely("host not found"),
            likely("unknown host"),
            likely("nameresolutionerror"),
            likely("name resolution failed"),
            likely("host name could not be resolved"),
            likely(":nxdomain"),
            likely("could not resolve"),
        ])
        .fix("Check the name letter by letter, and the network: a name of a container or of a company is known there alone.")
        .source("RFC 1035 §4.1.1"),
    Entry::new(NETWORK, "network/refused", "Nobody listens there")
        .meaning("The host answered that nothing listens on this port: the server is down, or the port is another one.")
        .words(&[
            certain("connection refused"),
            certain("econnrefused"),
            certain("actively refused it"),
            certain("couldn't connect to server"),
            likely("java.net.connectexception"),
            likely("curl error 7"),
            likely("failed to connect to … port"),
            likely("could not connect to the server"),
            likely("connect: cannot assign requested address"),
            likely("err_connection_refused"),
            likely("winerror 10061"),
            likely("(os error 111)"),
            likely("errno 111"),
            likely(":econnrefused"),
            likely("no route to host"),
        ])
        .fix("Check the port, and whether the server runs. In a container, `localhost` is the container itself.")
        .source("RFC 9293 §3.10.7.1"),
    Entry::new(NETWORK, "network/timeout", "The server does not answer")
        .meaning("Nothing came back in time: a firewall, a proxy that is not configured, or a server that hangs.")
        .words(&[
            likely("connection timed out"),
            likely("connect timeout"),
            likely("etimedout"),
            likely("read timed out"),
            likely("operation timed out"),
            likely("context deadline exceeded"),
            likely("net::readtimeout"),
            likely("net::opentimeout"),
            likely("faraday::timeouterror"),
            likely("execution expired (net::"),
            likely("sockettimeoutexception"),
            likely("httptimeoutexception"),
            likely("connecttimeoutexception"),
            likely("request timed out"),
            likely("the request timed out"),
            likely("timed out waiting for … response"),
            likely("timeout was reached"),
            likely("curl error 28"),
            likely("connecttimeouterror"),
            likely("headerstimeouterror"),
            likely("headers timeout error"),
            likely("body timeout error"),
            likely("deadline has elapsed"),
            likely("client.timeout exceeded"),
            likely("i/o timeout"),
            likely("tls handshake timeout"),
            likely("httpx.readtimeout"),
            likely("httpx.connecttimeout"),
            likely("connection to … timed out"),
            likely("timeout of … exceeded"),
            likely("httpclient.timeout"),
            likely("err_connection_timed_out"),
            likely("504 gateway time"),
            likely("gateway timeout"),
            likely("serverdisconnectederror: timeout"),
            likely("{:error, :timeout}"),
            likely("{error,timeout}"),
            likely("{error, timeout}"),
            likely("connect_timeout"),
            likely("recv_timeout"),
            likely("reason: :timeout"),
            likely("timeout was reached:"),
            likely("the operation has timed out"),
            likely("operation timeout"),
            likely("deadline exceeded"),
            likely("requesttimeout"),
            likely("request timeout"),
            likely("upstream timed out"),
            likely("connection timeout"),
            likely("timeout expired"),
            likely("timeouterror:"),
        ])
        .fix("Try `curl -v` from the same place; set `HTTPS_PROXY` where there is a proxy.")
        .source("RFC 9293 §3.8.3"),
    Entry::new(NETWORK, "network/closed", "The connection broke off")
        .meaning("The server, or something in between, closed the connection before the answer was there, or in the middle of it.")
        .words(&[
            possible("connection reset by peer"),
            possible("econnreset"),
            possible("socket hang up"),
            possible("remote end closed connection without response"),
            possible("empty reply from server"),
            possible("other side closed"),
            possible("incompleteread"),
            possible("transfer closed with"),
            possible("premature close"),
            possible("unexpected eof"),
            possible("end of file reached"),
            possible("eoferror"),
            possible("unexpected end of file from server"),
            possible("connection closed before message completed"),
            possible("connection closed before full header"),
            possible("server closed connection"),
            possible("server disconnected"),
            possible("connection was closed"),
            possible("connection aborted"),
            possible("response ended prematurely"),
            possible("nohttpresponseexception"),
            possible("failed to respond"),
            possible("err_empty_response"),
            possible("err_connection_reset"),
            possible("broken pipe"),
            possible("connection reset"),
            possible("the network connection was lost"),
            possible("{error,socket_closed_remotely}"),
            possible("socket_closed_remotely"),
        ])
        .fix("Check that the scheme is right (http at a port for https is closed like this), then what stands in between. The request may have been carried out: a code or a refresh token may be spent.")
        .source("RFC 9112 §9.6"),
    Entry::new(NETWORK, "network/tls-untrusted", "The certificate is by nobody who is trusted here")
        .meaning("The server's certificate does not lead to a certificate authority that this machine trusts: one of a company, one that signed itself, or somebody in between.")
        .words(&[
            certain("unable to get local issuer certificate"),
            certain("self-signed certificate"),
            certain("self signed certificate"),
            certain("certificate signed by unknown authority"),
            certain("invalid peer certificate: unknownissuer"),
            certain("unable to verify the first certificate"),
            certain("depth_zero_self_signed_cert"),
            certain("pkix path building failed"),
            possible("certificate verify failed"),
            possible("certificate_verify_failed"),
            certain("unable to find valid certification path"),
            certain("signed by unknown authority"),
            likely("unknownissuer"),
            likely("unknown_ca"),
            likely("unknown ca"),
            likely("remotecertificatechainerrors"),
            likely("the certificate for this server is invalid"),
            likely("err_cert_authority_invalid"),
            likely("self_signed_cert_in_chain"),
            likely("unable_to_verify_leaf_signature"),
            likely("unable to verify leaf signature"),
            likely("issuer certificate is invalid"),
            likely("the remote certificate is invalid"),
            likely("tls_alert,{unknown_ca"),
            likely("certificate is not trusted"),
            likely("self-signed"),
            likely("peer certificate cannot be authenticated"),
            likely("issuer is unknown"),
            likely("certificate's signature is unknown"),
            likely("the certificate's issuer"),
            likely("issuer certificate … could not be found"),
            likely("trustfailure"),
            likely("certificate is not trusted by"),
            likely("root certificate … not trusted"),
            likely("untrusted certificate"),
            likely("certificate chain … not trusted"),
            likely("unable to get issuer certificate"),
            likely("partialchain"),
            likely("untrustedroot"),
            likely("sec_error_unknown_issuer"),
            likely("not trusted by the trust provider"),
            likely("unacceptable tls certificate"),
        ])
        .fix("Trust the authority by its certificate (`--ca-file`), never by not looking: who is in between would get the secrets.")
        .source("RFC 5280 §6; RFC 9325 §3.1"),
    Entry::new(NETWORK, "network/tls-name", "The certificate is for another host")
        .meaning("The certificate does not name the host that was asked: another name of the server, an address in place of a name, or somebody in between.")
        .words(&[
            certain("no alternative certificate subject name matches"),
            certain("hostname mismatch"),
            certain("certificate is valid for … not"),
            certain("err_tls_cert_altname_invalid"),
            certain("doesn't match certificate's altnames"),
            certain("certificate not valid for name"),
            certain("no subject alternative dns name matching"),
            certain("no subject alternative names"),
            certain("no name matching"),
            certain("doesn't contain any ip sans"),
            certain("does not match the server certificate"),
            certain("remotecertificatenamemismatch"),
            certain("certificate subject name … does not match"),
            likely("hostname_check_failed"),
            certain("err_cert_common_name_invalid"),
            certain("no certificate subject alternative name matches"),
            certain("doesn't match either of"),
            likely("certificate is not valid for"),
            likely("hostname verification failed"),
            likely("ip address mismatch"),
            likely("certificate name mismatch"),
            certain("doesn't match any of the subject alternative names"),
            certain("sslpeerunverifiedexception"),
            likely("did not match any of the valid hosts"),
            likely("host name did not match"),
            likely("does not match any subject alternative"),
            likely("does not match the host"),
            likely("hostname not verified"),
        ])
        .fix("Call the server by a name that its certificate has.")
        .source("RFC 9525 §6"),
    Entry::new(NETWORK, "network/tls-expired", "The certificate has expired")
        .meaning("The certificate's time is over or has not begun, by the clock of this machine.")
        .words(&[
            certain("certificate has expired"),
            certain("cert_has_expired"),
            certain("certificate is not yet valid"),
            certain("invalid peer certificate: expired"),
            certain("certificate has expired or is not yet valid"),
            certain("certificateexpiredexception"),
            certain("certificate_expired"),
            certain("err_cert_date_invalid"),
            certain("certificatenotyetvalidexception"),
            likely("notafter: "),
        ])
        .fix("Check the clock of this machine first; then the server's owner has to renew it.")
        .source("RFC 5280 §4.1.2.5"),
    Entry::new(NETWORK, "network/tls", "TLS could not be agreed on")
        .meaning("Something answered, and it does not speak TLS as this program does: a port for http, an old server, or a proxy.")
        .words(&[
            likely("wrong version number"),
            likely("ssl_error_rx_record_too_long"),
            likely("tlsv1 alert"),
            likely("handshake failure"),
            likely("received corrupt message of type invalidcontenttype"),
            likely("packet length too long"),
            likely("eproto"),
            likely("unsupported or unrecognized ssl message"),
            likely("first record does not look like a tls handshake"),
            likely("server gave http response to https client"),
            certain("client sent an http request to an https server"),
            certain("plain http request was sent to https port"),
            likely("wrong_version_number"),
            likely("unknown protocol"),
            likely("packet_length_too_long"),
            likely("sslv3 alert"),
            likely("tls alert"),
            likely("err_ssl_protocol_error"),
            likely("a secure connection to the server cannot be made"),
            likely("invalidcontenttype"),
            likely("record layer failure"),
            likely("unsupported_protocol"),
            likely("handshake_failure"),
            likely("no protocols available"),
            likely("tls_alert"),
        ])
        .fix("Check that https is spoken at this port, and TLS 1.2 or later.")
        .source("RFC 8446 §4.1; RFC 9325 §3.1.1"),
    Entry::new(NETWORK, "network/failed", "The server cannot be reached")
        .meaning("The connection failed for a reason that has no page of its own.")
        .fix("Try `curl -v` from the same place, and compare.")
        .source("RFC 9110 §7.3")
        .generic(),
    Entry::new(NETWORK, "network/clock", "The clock of this machine is off")
        .meaning("The clock here and that of the server differ by more than signatures, assertions and tokens forgive.")
        .fix("Set the clock by NTP; in a virtual machine or a container, that of the host.")
        .source("RFC 5849 §3.3; RFC 7519 §4.1.4"),
];
