Java: google-oauth-client, signpost, java.net.http.

#### java-google-wrong-secret
#: expected: oauth2/client-authentication/refused oauth2/token-request/failed
#: made: the secret of another app, and HttpURLConnection drops the body of a 401; google-oauth-client; a stub with Google's answer
#< oauth2.googleapis.com /token 401 application/json;charset=utf-8
#| {
#|   "error": "invalid_client",
#|   "error_description": "The provided client secret is invalid."
#| }
    public static void main(String[] args) throws Exception {
        TokenResponse answer = new AuthorizationCodeTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://oauth2.googleapis.com/token"), "4/0AbCdEf")
            .setRedirectUri("https://app.example/Callback")
            .setClientAuthentication(new ClientParametersAuthentication("1234.apps.googleusercontent.com", "GOCSPX-wrong")).execute();
    }

#### java-google-revoked-log
#: expected: oauth2/refresh/google-expired-or-revoked
#: certain: oauth2/refresh/google-expired-or-revoked
#: made: the app is in testing, its refresh token is eight days old; google-oauth-client in a java.util.logging log; a stub with Google's answer
#: wrap: k8s
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {
#|   "error": "invalid_grant",
#|   "error_description": "Token has been expired or revoked."
#| }
    static final java.util.logging.Logger LOG = java.util.logging.Logger.getLogger("com.acme.sheets.SyncJob");
    public static void main(String[] args) throws Exception {
        try {
            new RefreshTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://oauth2.googleapis.com/token"), "1//0gAbC")
                .setClientAuthentication(new ClientParametersAuthentication("1234.apps.googleusercontent.com", "GOCSPX-right")).execute();
        } catch (Exception e) { LOG.log(java.util.logging.Level.SEVERE, "Nightly sync failed for tenant 42", e); }
    }

#### java-google-debug-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; google-http-client logs at CONFIG; tripod serve --dev
#: secrets: dev-client-secret
    public static void main(String[] args) throws Exception {
        var log = java.util.logging.Logger.getLogger(HttpTransport.class.getName());
        log.setLevel(java.util.logging.Level.CONFIG);
        var handler = new java.util.logging.ConsoleHandler();
        handler.setLevel(java.util.logging.Level.CONFIG);
        log.addHandler(handler);
        new ClientCredentialsTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("http://127.0.0.1:9090/oauth2/token"))
            .setScopes(List.of("read")).setClientAuthentication(new BasicAuthentication("dev-client", "dev-client-secret")).execute();
    }

#### java-signpost-alone
#: expected: oauth1/request/failed oauth1/signature/mismatch oauth1/consumer-key/unknown
#: made: a wrong consumer key; signpost; a stub that says nothing
#< api.tripit.com /oauth/request_token 401 text/html
#| Unauthorized
    public static void main(String[] args) throws Exception {
        OAuthConsumer consumer = new DefaultOAuthConsumer("5dbf3484", "3c9e2b");
        OAuthProvider provider = new DefaultOAuthProvider("https://api.tripit.com/oauth/request_token", "https://api.tripit.com/oauth/access_token", "https://www.tripit.com/oauth/authorize");
        String url = provider.retrieveRequestToken(consumer, OAuth.OUT_OF_BAND);
    }

#### java-signpost-timestamp
#: expected: oauth1/timestamp/refused
#: certain: oauth1/timestamp/refused
#: made: the clock of a virtual machine is 40 minutes behind; signpost; a stub with the answer of OAuth Problem Reporting
#: faketime: -40m
#: after: same code runs fine on my laptop, fails on the VM only
#< api.projectplace.com /initiate 401 application/x-www-form-urlencoded
#| oauth_problem=timestamp_refused&oauth_acceptable_timestamps={PAST}-{FUTURE}
    public static void main(String[] args) throws Exception {
        OAuthConsumer consumer = new DefaultOAuthConsumer("5dbf3484", "3c9e2b");
        OAuthProvider provider = new DefaultOAuthProvider("https://api.projectplace.com/initiate", "https://api.projectplace.com/token", "https://api.projectplace.com/authorize");
        try { provider.retrieveRequestToken(consumer, "https://app.example/cb"); }
        catch (oauth.signpost.exception.OAuthNotAuthorizedException e) { e.printStackTrace(); System.out.println("body: " + e.getResponseBody()); }
    }

#### java-signpost-form-unsigned
#: expected: oauth1/signature/body-parameters-left-out
#: certain: oauth1/signature/body-parameters-left-out
#: made: signpost's DefaultOAuthConsumer does not see the form that is written to the connection; signpost; a stub with X's answer
#: known: {"consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"}
#: before: GET requests work with the same keys, POST gives 401. I dump everything:
#< api.twitter.com /1.1/* 401 application/json;charset=utf-8
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
    public static void main(String[] args) throws Exception {
        OAuthConsumer consumer = new DefaultOAuthConsumer("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw");
        consumer.setTokenWithSecret("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE");
        String body = "status=Hello%20from%20the%20bot&trim_user=1";
        HttpURLConnection c = (HttpURLConnection) new URL("https://api.twitter.com/1.1/statuses/update.json").openConnection();
        c.setRequestMethod("POST");
        c.setDoOutput(true);
        String[] header = {""};
        consumer.setSigningStrategy((signature, request, parameters) -> header[0] = new oauth.signpost.signature.AuthorizationHeaderSigningStrategy().writeSignature(signature, request, parameters));
        consumer.sign(c);
        System.out.println("POST " + c.getURL().getPath() + " HTTP/1.1\nHost: " + c.getURL().getHost() + "\nContent-Type: application/x-www-form-urlencoded");
        System.out.println("Authorization: " + header[0] + "\nContent-Length: " + body.length() + "\n\n" + body + "\n");
        c.getOutputStream().write(body.getBytes());
        System.out.println(c.getHeaderField(0));
        System.out.println(new String(c.getErrorStream().readAllBytes()));
    }

#### java-google-oauth1-invalid-consumer
#: expected: oauth1/consumer-key/unknown
#: certain: oauth1/consumer-key/unknown
#: made: a wrong consumer key; google-oauth-client; a stub with Discogs' answer
#: cut: 4 1
#< api.discogs.com /oauth/request_token 401 application/json
#| {"message": "Invalid consumer."}
    public static void main(String[] args) throws Exception {
        OAuthGetTemporaryToken request = new OAuthGetTemporaryToken("https://api.discogs.com/oauth/request_token");
        OAuthHmacSigner signer = new OAuthHmacSigner();
        signer.clientSharedSecret = "pCOGfVxXzbCNcLMrYdTwQyVcVpSVHDaN";
        request.signer = signer;
        request.consumerKey = "LcOaXsxVncyKdIzvLVWs";
        request.callback = "https://app.example/discogs";
        request.transport = new NetHttpTransport();
        request.execute();
    }

#### java-http-graph-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: a token of yesterday; java.net.http; a stub with Microsoft Graph's answer
#: before: Calling Graph from our Java batch. It used to work in the morning.
#< graph.microsoft.com /v1.0/* 401 application/json | WWW-Authenticate: Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"
#| {"error":{"code":"InvalidAuthenticationToken","message":"Lifetime validation failed, the token is expired.","innerError":{"date":"2026-11-21T09:14:33","request-id":"5b5e9f7a-1f0c-4f8e-9d2a-6f4c5a0b1c2d","client-request-id":"5b5e9f7a-1f0c-4f8e-9d2a-6f4c5a0b1c2d"}}}
    public static void main(String[] args) throws Exception {
        var answer = HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create("https://graph.microsoft.com/v1.0/me/messages")).header("Authorization", "Bearer eyJ0eXAiOiJKV1QiLCJub25jZSI6Ijl4").build(), BodyHandlers.ofString());
        System.out.println(answer);
        System.out.println(answer.headers().map());
        System.out.println(answer.body());
    }

#### java-pkix
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: the SSO server of a company has a certificate of its own; java.net.http; a stub whose certificate nobody trusts
#: head: 14
#< sso.corp.example /* 200 application/json
#| {}
    public static void main(String[] args) throws Exception {
        HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create("https://sso.corp.example/oauth2/token")).POST(java.net.http.HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")).build(), BodyHandlers.ofString());
    }

#### java-https-to-http-port
#: expected: network/tls
#: certain: network/tls
#: made: https for a port that speaks http; google-oauth-client; tripod serve --dev
#: cut: 3 9
    public static void main(String[] args) throws Exception {
        new ClientCredentialsTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://127.0.0.1:9090/oauth2/token"))
            .setClientAuthentication(new BasicAuthentication("dev-client", "dev-client-secret")).execute();
    }

#### java-google-html
#: expected: oauth2/token-answer/not-json
#: made: a firewall's page came in place of the token; google-oauth-client; a stub
#: cut: 4 4
#< login.vendor.example /oauth2/token 200 application/json;charset=utf-8
#| <!DOCTYPE html><html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 1830571243</body></html>
    public static void main(String[] args) throws Exception {
        new ClientCredentialsTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://login.vendor.example/oauth2/token"))
            .setClientAuthentication(new BasicAuthentication("reporting", "s3cr3t")).execute();
    }

#### java-ebay-refresh
#: expected: oauth2/refresh/other-client oauth2/refresh/refused oauth2/refresh/expired
#: made: the refresh token of the sandbox at production; java.net.http; a stub with eBay's answer
#: wrap: compose
#< api.ebay.com /identity/v1/oauth2/token 400 application/json
#| {"error":"invalid_grant","error_description":"the provided authorization refresh token is invalid or was issued to another client","error_uri":null}
    record TokenException(int status) { }
    public static void main(String[] args) throws Exception {
        var answer = HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create("https://api.ebay.com/identity/v1/oauth2/token")).header("Content-Type", "application/x-www-form-urlencoded")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&refresh_token=v%5E1.1%23i")).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException("eBay token refresh: HTTP " + answer.statusCode() + " " + answer.body());
    }

#### java-npe
#: expected: none
#: healthy: 1
#: made: a bug that has nothing to do with OAuth; Java; no server
    static class SecurityConfig { static Map<String, String> roles = new HashMap<>(); static int level(String user) { return roles.get(user).length(); } }
    public static void main(String[] args) { System.out.println(SecurityConfig.level("alice")); }

#### java-tripod-code-twice
#: expected: oauth2/code/used-twice
#: certain: oauth2/code/used-twice
#: made: the code is redeemed twice; google-oauth-client; tripod serve --dev
#: head: 6
    public static void main(String[] args) throws Exception {
        var url = "http://127.0.0.1:9090/oauth2/authorize?client_id=dev-client&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=read&state=x1y2z3w4&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        var answer = HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        var code = new AuthorizationCodeResponseUrl(answer.headers().firstValue("location").get()).getCode();
        for (int i = 0; i < 2; i++)
            new AuthorizationCodeTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("http://127.0.0.1:9090/oauth2/token"), code)
                .setRedirectUri("http://127.0.0.1:8000/callback").set("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                .setClientAuthentication(new BasicAuthentication("dev-client", "dev-client-secret")).execute();
    }

#### java-google-502
#: expected: oauth2/server/unavailable
#: certain: oauth2/server/unavailable
#: made: Keycloak restarts behind nginx; google-oauth-client; a stub
#: wrap: compose
#< kc.public.example /realms/shop/protocol/openid-connect/token 502 text/html
#| <html>
#| <head><title>502 Bad Gateway</title></head>
#| <body>
#| <center><h1>502 Bad Gateway</h1></center>
#| <hr><center>nginx</center>
#| </body>
#| </html>
    public static void main(String[] args) throws Exception {
        new ClientCredentialsTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://kc.public.example/realms/shop/protocol/openid-connect/token"))
            .setClientAuthentication(new BasicAuthentication("reporting", "s3cr3t")).execute();
    }

#### java-gitlab-doorkeeper
#: expected: oauth2/token-request/invalid-grant
#: certain: oauth2/token-request/invalid-grant
#: made: the code was redeemed by another pod; google-oauth-client; a stub with GitLab's answer
#: head: 6
#< gitlab.example /oauth/token 400 application/json;charset=utf-8
#| {"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."}
    public static void main(String[] args) throws Exception {
        new AuthorizationCodeTokenRequest(new NetHttpTransport(), new GsonFactory(), new GenericUrl("https://gitlab.example/oauth/token"), "5f0c")
            .setRedirectUri("https://app.example/cb").setClientAuthentication(new ClientParametersAuthentication("app", "s")).execute();
    }

#### java-connection-refused
#: expected: network/refused network/failed
#: made: localhost in a container is the container; java.net.http; no server
#: wrap: compose
#: head: 12
    public static void main(String[] args) throws Exception {
        HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create("http://localhost:8180/realms/shop/.well-known/openid-configuration")).build(), BodyHandlers.ofString());
    }
