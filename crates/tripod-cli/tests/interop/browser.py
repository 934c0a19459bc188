"""A person at a browser: opens pages, fills in their forms, presses buttons."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


class Page(HTMLParser):
    """The forms of a page, and the text of its outcome."""

    def __init__(self, answer):
        super().__init__()
        self.url, self.status, self.forms = answer.url, answer.status_code, []
        self.outcome, self._depth, self._form = None, 0, None
        self.text = answer.text
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if self._depth and tag not in ("br", "input", "meta", "link", "hr", "img"):
            self._depth += 1
        if attributes.get("id") == "outcome":
            self._depth, self.outcome = 1, ""
        if tag == "form":
            action = urljoin(self.url, attributes.get("action") or self.url)
            method = (attributes.get("method") or "get").lower()
            self._form = {"action": action, "method": method, "fields": {}, "buttons": []}
            self.forms.append(self._form)
        elif self._form is not None and tag == "input":
            if attributes.get("name"):
                self._form["fields"][attributes["name"]] = attributes.get("value") or ""
        elif self._form is not None and tag == "button" and attributes.get("name"):
            self._form["buttons"].append((attributes["name"], attributes.get("value") or ""))

    def handle_endtag(self, tag):
        if self._depth:
            self._depth -= 1
        if tag == "form":
            self._form = None

    def handle_data(self, data):
        if self._depth:
            self.outcome += data


class Browser:
    """Signs in as a user, and stops before it would leave for the client."""

    def __init__(self, provider, username="alice", password="alice-password"):
        self.provider, self.username, self.password = provider, username, password
        self.session = requests.Session()

    def open(self, url):
        return self._follow(self.session.get(url, allow_redirects=False))

    def submit(self, page, form, **fields):
        chosen = {**form["fields"], **fields}
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        if form["method"] == "get":
            answer = self.session.get(
                form["action"], params=chosen, headers=headers, allow_redirects=False
            )
        else:
            answer = self.session.post(
                form["action"], data=chosen, headers=headers, allow_redirects=False
            )
        return self._follow(answer)

    def decide(self, url, decision="allow"):
        """Goes from the authorization page to where the client is told, or to the last page."""
        place = self.open(url)
        for _ in range(6):
            if isinstance(place, str) or place.outcome is not None:
                return place
            place = self._answer(place, decision)
        raise AssertionError(f"no end at {place.url}")

    def _answer(self, page, decision):
        assert page.status == 200, (page.status, page.text)
        for form in page.forms:
            if "password" in form["fields"]:
                return self.submit(
                    page, form, username=self.username, password=self.password
                )
            if any(name == "decision" for name, _ in form["buttons"]):
                return self.submit(page, form, decision=decision)
        raise AssertionError(f"no form to answer on {page.url}: {page.text}")

    def device(self, url, user_code, decision="allow"):
        place = self.open(url)
        for _ in range(8):
            if isinstance(place, str) or place.outcome is not None:
                return place
            typed = [
                form
                for form in place.forms
                if "user_code" in form["fields"] and not form["buttons"]
            ]
            if typed:
                place = self.submit(place, typed[0], user_code=user_code)
            else:
                place = self._answer(place, decision)
        raise AssertionError(f"no end at {place.url}")

    def _follow(self, answer):
        for _ in range(10):
            if not answer.is_redirect:
                return Page(answer)
            target = urljoin(answer.url, answer.headers["location"])
            if not target.startswith(self.provider):
                return target
            answer = self.session.get(target, allow_redirects=False)
        raise AssertionError("the pages redirect in a circle")
