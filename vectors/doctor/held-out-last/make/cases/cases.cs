#### mono-webrequest-entra-parameter
#: expected: oauth2/request/parameter-missing
#: certain: oauth2/request/parameter-missing
#: made: the setting with the client id is empty; HttpWebRequest on Mono; stub with Entra's answer
#: serve: POST https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"invalid_request","error_description":"AADSTS900144: The request body must contain the following parameter: 'client_id'. Trace ID: 2f6b1d0e-5f2c-4d0b-9d35-95d1f0e52a00 Correlation ID: 0a4f5c7e-1d3b-4a68-8f7c-2f63e4b7d9a1 Timestamp: 2026-11-21 22:10:01Z","error_codes":[900144],"timestamp":"2026-11-21 22:10:01Z"}
using System; using System.IO; using System.Net; using System.Text;
class App {
  static void Main() {
    var request = (HttpWebRequest)WebRequest.Create("https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token");
    request.Method = "POST"; request.ContentType = "application/x-www-form-urlencoded";
    var data = Encoding.ASCII.GetBytes("grant_type=client_credentials&client_id=&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=x");
    using (var s = request.GetRequestStream()) s.Write(data, 0, data.Length);
    try { request.GetResponse(); }
    catch (WebException e) { Console.WriteLine(e); Console.WriteLine(new StreamReader(e.Response.GetResponseStream()).ReadToEnd()); }
  }
}

#### mono-trust-failure
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: Mono's own store lacks the company's authority; HttpClient on Mono; stub
#: tls: sso.corp.example untrusted
#: hosts: sso.corp.example
#: head: 14
using System; using System.Collections.Generic; using System.Net.Http;
class App {
  static void Main() {
    var client = new HttpClient();
    var form = new FormUrlEncodedContent(new Dictionary<string, string> { { "grant_type", "client_credentials" } });
    Console.WriteLine(client.PostAsync("https://sso.corp.example/adfs/oauth2/token", form).Result);
  }
}

#### mono-unrelated-json
#: expected: none
#: healthy: yes
#: made: nothing of OAuth: the model does not fit the API's answer; HttpClient on Mono; stub
#: serve: GET https://api.corp.example/v1/orders 200
#|[{"id":1}]
using System; using System.Collections.Generic; using System.Net.Http; using System.Web.Script.Serialization;
class App {
  static void Main() {
    var client = new HttpClient();
    client.DefaultRequestHeaders.Add("Authorization", "Bearer abc");
    var text = client.GetStringAsync("https://api.corp.example/v1/orders").Result;
    Console.WriteLine("200 OK, " + text.Length + " bytes");
    var order = (Dictionary<string, object>)new JavaScriptSerializer().DeserializeObject(text);
  }
}
