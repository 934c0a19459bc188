#### cpprest-github-form
#: expected: oauth2/token-answer/form-encoded oauth2/token-answer/no-access-token
#: made: GitHub answers with a form unless JSON is asked for; cpprestsdk's oauth2; stub with GitHub's answer
#: serve: POST https://github.com/login/oauth/access_token 200 application/x-www-form-urlencoded; charset=utf-8
#|access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer
#>
#>Wireshark/mitmproxy shows that github answers 200 with "access_token=gho_XXXX&scope=repo%2Cgist&token_type=bearer", so what is wrong with it?
#include <cpprest/http_client.h>
#include <cpprest/oauth2.h>
#include <iostream>
using namespace web::http::oauth2::experimental;
int main() {
  oauth2_config config("Iv1.8a61f9b3a7aba766", "3c9b1f0dd8a4e6c1b7a5903f2ee1c0d96a4b8f17", "https://github.com/login/oauth/authorize",
                       "https://github.com/login/oauth/access_token", "http://localhost:8889/");
  try {
    config.token_from_code("1f4e3a9c0b7d2e6f8a5b").wait();
  } catch (const std::exception& e) {
    std::cerr << "Error: " << e.what() << std::endl;
  }
}

#### poco-oauth1-form-not-signed
#: expected: oauth1/signature/body-parameters-left-out
#: certain: oauth1/signature/body-parameters-left-out
#: made: authenticate() is called without the form; POCO's OAuth10Credentials; stub with X's answer
#: known: {"consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"}
#: serve: POST https://api.twitter.com/1.1/statuses/update.json 401 application/json; charset=utf-8
#|{"errors":[{"code":32,"message":"Could not authenticate you."}]}
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/OAuth10Credentials.h>
#include <Poco/Net/Context.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <iostream>
#include <sstream>
using namespace Poco::Net;
int main() {
  Poco::URI uri("https://api.twitter.com/1.1/statuses/update.json");
  HTTPSClientSession session(uri.getHost(), 443, new Context(Context::CLIENT_USE, "", Context::VERIFY_RELAXED, 9, true));
  HTTPRequest request(HTTPRequest::HTTP_POST, uri.getPath(), HTTPMessage::HTTP_1_1);
  HTMLForm form;
  form.set("status", "Hello from the greenhouse, 21.5 C");
  OAuth10Credentials credentials("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                                 "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE");
  credentials.authenticate(request, uri);
  form.prepareSubmit(request);
  std::ostringstream body;
  form.write(body);
  session.sendRequest(request) << body.str();
  request.write(std::cout);
  std::cout << body.str() << "\n\n";
  HTTPResponse response;
  std::istream& answer = session.receiveResponse(response);
  response.write(std::cout);
  Poco::StreamCopier::copyStream(answer, std::cout);
}

#### poco-oauth1-fine
#: expected: none
#: healthy: yes
#: made: nothing is wrong: the form is signed and the answer is 200; POCO's OAuth10Credentials; stub with X's answer
#: known: {"consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"}
#: serve: POST https://api.twitter.com/1.1/statuses/update.json 200 application/json; charset=utf-8
#|{"created_at":"Sat Nov 21 22:10:00 +0000 2026","id":1050118621198921728,"text":"Greenhouse"}
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/OAuth10Credentials.h>
#include <Poco/Net/Context.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <iostream>
#include <sstream>
using namespace Poco::Net;
int main() {
  Poco::URI uri("https://api.twitter.com/1.1/statuses/update.json");
  HTTPSClientSession session(uri.getHost(), 443, new Context(Context::CLIENT_USE, "", Context::VERIFY_RELAXED, 9, true));
  HTTPRequest request(HTTPRequest::HTTP_POST, uri.getPath(), HTTPMessage::HTTP_1_1);
  HTMLForm form;
  form.set("status", "Greenhouse");
  OAuth10Credentials credentials("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                                 "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE");
  credentials.authenticate(request, uri, form);
  form.prepareSubmit(request);
  std::ostringstream body;
  form.write(body);
  session.sendRequest(request) << body.str();
  request.write(std::cout);
  std::cout << body.str() << "\n\n";
  HTTPResponse response;
  std::istream& answer = session.receiveResponse(response);
  response.write(std::cout);
  Poco::StreamCopier::copyStream(answer, std::cout);
}

#### poco-tripod-clock
#: expected: oauth1/timestamp/refused network/clock
#: certain: oauth1/timestamp/refused network/clock
#: made: the board's clock is two hours behind; POCO's OAuth10Credentials; tripod
#: faketime: -2h
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/OAuth10Credentials.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <cstdlib>
#include <iostream>
using namespace Poco::Net;
int main() {
  Poco::URI uri(std::string(std::getenv("T")) + "/oauth1/request_token");
  HTTPClientSession session(uri.getHost(), uri.getPort());
  HTTPRequest request(HTTPRequest::HTTP_POST, uri.getPath(), HTTPMessage::HTTP_1_1);
  OAuth10Credentials credentials("dev-consumer", "dev-consumer-secret");
  credentials.setCallback("oob");
  credentials.authenticate(request, uri);
  request.setContentLength(0);
  session.sendRequest(request);
  HTTPResponse response;
  std::istream& answer = session.receiveResponse(response);
  std::cout << "request_token: " << response.getStatus() << " " << response.getReason() << std::endl;
  Poco::StreamCopier::copyStream(answer, std::cout);
}

#### qt-company-ca
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: the office network opens TLS with an authority of its own; Qt 6 networkauth; stub
#: tls: oauth2.googleapis.com untrusted
#<Login in the browser works, then my Qt app prints this and never emits granted():
#<
#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QOAuth2AuthorizationCodeFlow>
#include <QOAuthHttpServerReplyHandler>
#include <QTimer>
#include <QUrlQuery>
int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  QNetworkAccessManager manager;
  QOAuth2AuthorizationCodeFlow flow;
  QOAuthHttpServerReplyHandler handler(8088);
  flow.setReplyHandler(&handler);
  flow.setAuthorizationUrl(QUrl("https://accounts.google.com/o/oauth2/v2/auth"));
  flow.setAccessTokenUrl(QUrl("https://oauth2.googleapis.com/token"));
  flow.setClientIdentifier("407408718192.apps.googleusercontent.com");
  flow.setClientIdentifierSharedKey("d-FL95Q19q7MQmFpd7hHD0Ty");
  flow.setScope("openid email");
  QObject::connect(&flow, &QOAuth2AuthorizationCodeFlow::authorizeWithBrowser, [&](const QUrl& url) {
    manager.get(QNetworkRequest(QUrl("http://127.0.0.1:8088/?state=" + QUrlQuery(url).queryItemValue("state") + "&code=4%2F0AY0e-g7xYzQw1")));
  });
  QTimer::singleShot(3000, &app, &QCoreApplication::quit);
  flow.grant();
  return app.exec();
}

#### qt-google-code-percent
#: expected: oauth2/token-request/failed
#: made: Qt sends the code still percent-encoded, and says little; Qt 6 networkauth; stub with Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400
#|{
#|  "error": "invalid_grant",
#|  "error_description": "Malformed auth code."
#|}
#<QOAuth2AuthorizationCodeFlow, Google. The login in the browser works, then my app prints this and never emits granted():
#<
#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QOAuth2AuthorizationCodeFlow>
#include <QOAuthHttpServerReplyHandler>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrlQuery>
int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  auto tls = QSslConfiguration::defaultConfiguration();
  tls.addCaCertificates("/etc/ssl/certs/ca-certificates.crt");
  QSslConfiguration::setDefaultConfiguration(tls);
  QNetworkAccessManager manager;
  QOAuth2AuthorizationCodeFlow flow;
  QOAuthHttpServerReplyHandler handler(8088);
  flow.setReplyHandler(&handler);
  flow.setAuthorizationUrl(QUrl("https://accounts.google.com/o/oauth2/v2/auth"));
  flow.setAccessTokenUrl(QUrl("https://oauth2.googleapis.com/token"));
  flow.setClientIdentifier("407408718192.apps.googleusercontent.com");
  flow.setClientIdentifierSharedKey("d-FL95Q19q7MQmFpd7hHD0Ty");
  flow.setScope("openid email");
  QObject::connect(&flow, &QOAuth2AuthorizationCodeFlow::authorizeWithBrowser, [&](const QUrl& url) {
    manager.get(QNetworkRequest(QUrl("http://127.0.0.1:8088/?state=" + QUrlQuery(url).queryItemValue("state") + "&code=4%2F0AY0e-g7xYzQw1")));
  });
  QTimer::singleShot(3000, &app, &QCoreApplication::quit);
  flow.grant();
  return app.exec();
}

#### qt-denied
#: expected: oauth2/authorization/access-denied
#: certain: oauth2/authorization/access-denied
#: made: the user clicks Cancel on Microsoft's page; Qt 6 networkauth; none
#: hosts: login.microsoftonline.com
#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QOAuth2AuthorizationCodeFlow>
#include <QOAuthHttpServerReplyHandler>
#include <QTimer>
#include <QUrlQuery>
int main(int argc, char** argv) {
  QCoreApplication app(argc, argv);
  QNetworkAccessManager manager;
  QOAuth2AuthorizationCodeFlow flow;
  QOAuthHttpServerReplyHandler handler(8088);
  flow.setReplyHandler(&handler);
  flow.setAuthorizationUrl(QUrl("https://login.microsoftonline.com/common/oauth2/v2.0/authorize"));
  flow.setAccessTokenUrl(QUrl("https://login.microsoftonline.com/common/oauth2/v2.0/token"));
  flow.setClientIdentifier("1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111");
  flow.setScope("User.Read");
  QObject::connect(&flow, &QOAuth2AuthorizationCodeFlow::authorizeWithBrowser, [&](const QUrl& url) {
    manager.get(QNetworkRequest(QUrl("http://127.0.0.1:8088/?error=access_denied&error_subcode=cancel&error_description=The+user+has+denied+access+to+the+scope+requested+by+the+client+application.&state=" + QUrlQuery(url).queryItemValue("state"))));
  });
  QTimer::singleShot(2000, &app, &QCoreApplication::quit);
  flow.grant();
  return app.exec();
}
