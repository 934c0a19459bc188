"""Visits a page as its user, and prints where that ends: an address, or what the page says."""

import argparse

from browser import Browser

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("provider")
options.add_argument("url")
options.add_argument("user_code", nargs="?")
options.add_argument("--decision", default="allow")
asked = options.parse_args()

browser = Browser(asked.provider)
if asked.user_code:
    place = browser.device(asked.url, asked.user_code, asked.decision)
else:
    place = browser.decide(asked.url, asked.decision)
print(place if isinstance(place, str) else place.outcome)
