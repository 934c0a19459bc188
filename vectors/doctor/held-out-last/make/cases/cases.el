#### emacs-entra-pkce
#: expected: oauth2/pkce/verification-failed
#: certain: oauth2/pkce/verification-failed
#: made: the verifier is made anew for the token request; Emacs' url-retrieve-synchronously; stub with Entra's answer
#: serve: POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token 400 application/json; charset=utf-8
#+ Cache-Control: no-store, no-cache
#+ x-ms-request-id: 5c0e2f6b-1a55-4fd0-bd72-c6a4a7d31c00
#|{"error":"invalid_grant","error_description":"AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request. Trace ID: 5c0e2f6b-1a55-4fd0-bd72-c6a4a7d31c00 Correlation ID: 4d3a0c7f-52c1-4f6a-8a9d-1c0b2e3f4a5b Timestamp: 2026-11-21 22:12:00Z","error_codes":[501481],"timestamp":"2026-11-21 22:12:00Z"}
(require 'url)
(setq gnutls-trustfiles '("/etc/ssl/certs/ca-certificates.crt"))
(let ((url-request-method "POST")
      (url-request-extra-headers '(("Content-Type" . "application/x-www-form-urlencoded")))
      (url-request-data "client_id=1f4a1b7e&grant_type=authorization_code&code=0.AX&code_verifier=abc"))
  (with-current-buffer (url-retrieve-synchronously "https://login.microsoftonline.com/organizations/oauth2/v2.0/token")
    (princ (buffer-string))))

#### emacs-backtrace-nil
#: expected: none
#: healthy: yes
#: made: nothing of OAuth is shown: a void variable in the user's init file; Emacs; none
(setq debug-on-error t)
(defun my/oauth-calendar () (message "%s" (plist-get my-calendar-token :access_token)))
(my/oauth-calendar)
