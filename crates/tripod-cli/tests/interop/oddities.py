"""What servers answer instead of what RFC 6749 says, each under its name."""

import json
from urllib.parse import urlencode

from flask import Response

ERROR = {"error": "invalid_grant", "error_description": "it is over"}
PAGE = "<!DOCTYPE html><title>Login</title><p>Something went wrong"


def form(token, media_type="application/x-www-form-urlencoded"):
    return Response(urlencode(token), content_type=media_type)


def text(body, status=200, media_type="application/json"):
    return Response(body, status, content_type=media_type)


def members(token, /, **changed):
    """The token with other members; those that are `...` are left out."""
    changed = {**token, **changed}
    return text(json.dumps({name: value for name, value in changed.items() if value is not ...}))


def renamed(token, **names):
    return members({names.get(name, name): value for name, value in token.items()})


UNDERSTOOD = {
    "a-form": form,
    "a-form-as-text": lambda token: form(token, "text/plain; charset=UTF-8"),
    "byte-order-mark": lambda token: text("\ufeff" + json.dumps(token)),
    "error-empty": lambda token: members(token, error="", error_description=None),
    "expires-in-empty": lambda token: members(token, expires_in=""),
    "expires-in-float": lambda token: members(token, expires_in=3600.5),
    "expires-in-missing": lambda token: members(token, expires_in=...),
    "expires-in-null": lambda token: members(token, expires_in=None),
    "expires-in-text": lambda token: members(token, expires_in="3600"),
    "json-as-page": lambda token: text(json.dumps(token), media_type="text/html; charset=utf-8"),
    "json-of-no-type": lambda token: text(json.dumps(token), media_type="application/octet-stream"),
    "members-of-its-own": lambda token: members(token, ok=True, user={"id": 7}, refresh_token_expires_in="9"),
    "scope-list": lambda token: members(token, scope=token["scope"].split()),
    "scope-null": lambda token: members(token, scope=None),
    "scope-with-commas": lambda token: members(token, scope=token["scope"].replace(" ", ",")),
    "status-201": lambda token: text(json.dumps(token), 201),
    "token-type-missing": lambda token: members(token, token_type=...),
    "token-type-null": lambda token: members(token, token_type=None),
    "token-type-in-capitals": lambda token: members(token, token_type="BEARER"),
    "token-type-in-lower-case": lambda token: members(token, token_type="bearer"),
    "white-space": lambda token: text("\r\n  " + json.dumps(token, indent=4) + "\n\n"),
}

OF_A_PRESET = {
    "camel-case": lambda token: renamed(
        token, access_token="accessToken", token_type="tokenType", expires_in="expiresIn"
    ),
    "milliseconds": lambda token: members(token, expires_in=3_600_000),
    "nested": lambda token: text(json.dumps({"ok": True, "authed_user": token})),
    "other-names": lambda token: renamed(token, access_token="token", expires_in="expires"),
    "other-token-type": lambda token: members(token, token_type="User Access Token"),
    "endless": lambda token: members(token, expires_in=0),
}

REFUSED = {
    "error-as-form": lambda _: form({"error": "bad_verification_code", "error_description": "it is over"}),
    "error-as-list": lambda _: text('{"errors":[{"errorType":"invalid_grant","message":"it is over"}]}', 400),
    "error-as-number": lambda _: text('{"errcode":40029,"errmsg":"invalid code"}'),
    "error-as-object": lambda _: text(
        '{"error":{"message":"it is over","type":"OAuthException","code":100}}', 400
    ),
    "error-unnamed": lambda _: text('{"message":"it is over"}', 401),
    "error-with-status-200": lambda _: text(json.dumps(ERROR)),
    "error-beside-a-token": lambda token: members(token, **ERROR),
}

NOT_UNDERSTOOD = {
    "access-token-missing": lambda token: members(token, access_token=...),
    "cut-short": lambda token: text(json.dumps(token)[:-9]),
    "empty": lambda _: text(""),
    "expires-in-words": lambda token: members(token, expires_in="an hour"),
    "list": lambda token: text(json.dumps([token])),
    "page": lambda _: text(PAGE, media_type="text/html"),
    "page-of-a-proxy": lambda _: text(PAGE, 502, "text/html"),
    "redirect": lambda _: Response("", 302, {"Location": "/token"}),
    "repeated": lambda token: text(json.dumps(token)[:-1] + ',"access_token":"another"}'),
    "token-type-of-its-own": lambda token: members(token, token_type="mac"),
}

ODDITIES = {**UNDERSTOOD, **OF_A_PRESET, **REFUSED, **NOT_UNDERSTOOD}


def odd(name, answer):
    """Writes a token response as the oddity has it; a refusal stays what it is."""
    return ODDITIES[name](answer.get_json(force=True)) if answer.status_code == 200 else answer
