#### java-httpclient-two-methods
#: expected: oauth2/client-authentication/two-methods
#: certain: oauth2/client-authentication/two-methods
#: made: the credentials stand in the header and in the form; Apache HttpClient 4.5 with its wire log; oidc-provider
#: java: -Dorg.apache.commons.logging.simplelog.log.org.apache.http.wire=DEBUG
import org.apache.http.client.entity.UrlEncodedFormEntity;
import org.apache.http.client.methods.*;
import org.apache.http.impl.client.*;
import org.apache.http.message.BasicNameValuePair;
import java.util.*;
public class App {
  public static void main(String[] a) throws Exception {
    HttpPost post = new HttpPost(System.getenv("OIDC") + "/token");
    post.setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString("machine:machine-secret".getBytes()));
    post.setEntity(new UrlEncodedFormEntity(List.of(new BasicNameValuePair("grant_type", "client_credentials"), new BasicNameValuePair("client_id", "machine"), new BasicNameValuePair("client_secret", "machine-secret"))));
    try (CloseableHttpClient client = HttpClients.createDefault()) { client.execute(post).close(); }
  }
}

#### java-urlconnection-token-404
#: expected: oauth2/token-answer/wrong-url
#: made: Keycloak 17 and later have no /auth in the path; HttpURLConnection; stub that has nothing there
#: hosts: sso.example.org
import java.net.*;
import java.io.*;
public class App {
  static String token() throws IOException {
    HttpURLConnection c = (HttpURLConnection) new URL("https://sso.example.org/auth/realms/main/protocol/openid-connect/token").openConnection();
    c.setRequestMethod("POST");
    c.setDoOutput(true);
    c.getOutputStream().write("grant_type=client_credentials&client_id=batch&client_secret=s".getBytes());
    return new String(c.getInputStream().readAllBytes());
  }
  public static void main(String[] a) throws Exception { System.out.println(token()); }
}

#### java-signpost-swapped
#: expected: oauth1/signature/secrets-swapped
#: certain: oauth1/signature/secrets-swapped
#: made: the two secrets stand in each other's place in the properties file; Signpost with Apache HttpClient's header log; stub with Magento's answer
#: known: {"consumer_secret": "6yhnm9wq3kq2z0v1l4x8c7b5d2f1g3h4", "token_secret": "r8t5e2w1q9y7u4i6o3p0a8s5d2f7g1h9"}
#: java: -Dorg.apache.commons.logging.simplelog.log.org.apache.http.headers=DEBUG
#: serve: GET https://shop.example.com/rest/V1/orders/12 401 application/json; charset=utf-8
#|{"message":"The signature is invalid. Verify and try again."}
import oauth.signpost.commonshttp.CommonsHttpOAuthConsumer;
import org.apache.http.client.methods.*;
import org.apache.http.impl.client.*;
import org.apache.http.util.EntityUtils;
public class App {
  public static void main(String[] a) throws Exception {
    CommonsHttpOAuthConsumer consumer = new CommonsHttpOAuthConsumer("4q1w8e5r2t7y9u3i", "r8t5e2w1q9y7u4i6o3p0a8s5d2f7g1h9");
    consumer.setTokenWithSecret("z7x4c1v8b5n2m9k6", "6yhnm9wq3kq2z0v1l4x8c7b5d2f1g3h4");
    HttpGet get = new HttpGet("https://shop.example.com/rest/V1/orders/12");
    consumer.sign(get);
    try (CloseableHttpClient client = HttpClients.createDefault(); CloseableHttpResponse answer = client.execute(get)) { System.out.println(EntityUtils.toString(answer.getEntity())); }
  }
}

#### java-tripod-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: the job runs longer than the token lives; HttpURLConnection; tripod with its fault
import java.net.*;
import java.util.regex.*;
public class App {
  public static void main(String[] a) throws Exception {
    String t = System.getenv("T");
    HttpURLConnection c = (HttpURLConnection) new URL(t + "/oauth2/token").openConnection();
    c.setDoOutput(true);
    c.setRequestProperty("Authorization", "Basic " + java.util.Base64.getEncoder().encodeToString("dev-client:dev-client-secret".getBytes()));
    c.getOutputStream().write("grant_type=client_credentials&scope=read".getBytes());
    Matcher m = Pattern.compile("\"access_token\":\"([^\"]*)").matcher(new String(c.getInputStream().readAllBytes()));
    m.find();
    HttpURLConnection api = (HttpURLConnection) new URL(t + "/api/me").openConnection();
    api.setRequestProperty("Authorization", "Bearer " + m.group(1));
    api.setRequestProperty("X-Tripod-Fault", "expired-token");
    System.out.println("GET /api/me -> " + api.getResponseCode());
    api.getHeaderFields().forEach((k, v) -> { if (!"X-Tripod-Fault-Fired".equalsIgnoreCase(k)) System.out.println("  " + k + ": " + v); });
    api.getInputStream();
  }
}

#### java-httpclient-tls-name
#: expected: network/tls-name
#: certain: network/tls-name
#: made: the load balancer shows its inner certificate; Apache HttpClient 4.5; stub
#: tls: idp.acme.example othername
#: hosts: idp.acme.example
#: tail: 24
import org.apache.http.client.methods.*;
import org.apache.http.entity.*;
import org.apache.http.impl.client.*;
public class App {
  public static void main(String[] a) throws Exception {
    HttpPost post = new HttpPost("https://idp.acme.example/oauth2/token");
    post.setEntity(new StringEntity("grant_type=client_credentials", ContentType.APPLICATION_FORM_URLENCODED));
    try (CloseableHttpClient client = HttpClients.createDefault()) { client.execute(post).close(); }
  }
}
