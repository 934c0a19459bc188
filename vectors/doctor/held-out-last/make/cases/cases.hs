#### haskell-http-conduit-timeout
#: expected: network/timeout
#: certain: network/timeout
#: made: the firewall lets nothing back; Haskell's http-conduit; stub that is silent
#: serve: POST https://login.bank.example/as/token.oauth2 hang
{-# LANGUAGE OverloadedStrings #-}
import Network.HTTP.Simple
import Network.HTTP.Client (responseTimeoutMicro, responseTimeout)
main :: IO ()
main = do
  request <- parseRequest "POST https://login.bank.example/as/token.oauth2"
  response <- httpBS (setRequestBodyURLEncoded [("grant_type", "client_credentials")] request { responseTimeout = responseTimeoutMicro 2000000 })
  print response

#### haskell-oauth1-consumer
#: expected: oauth1/consumer-key/unknown
#: certain: oauth1/consumer-key/unknown
#: made: the app was deleted at Flickr; Haskell's authenticate-oauth; stub with Flickr's answer
#: serve: POST https://www.flickr.com/services/oauth/request_token 401 text/plain;charset=utf-8
#|oauth_problem=consumer_key_unknown
{-# LANGUAGE OverloadedStrings #-}
import Web.Authenticate.OAuth
import Network.HTTP.Client
import Network.HTTP.Client.TLS
main :: IO ()
main = do
  manager <- newManager tlsManagerSettings
  let oauth = newOAuth { oauthRequestUri = "https://www.flickr.com/services/oauth/request_token", oauthConsumerKey = "653e7a6ecc1d528c516cc8f92cf98612", oauthConsumerSecret = "a702bf51a65cb0a1", oauthCallback = Just "oob" }
  getTemporaryCredential oauth manager >>= print
