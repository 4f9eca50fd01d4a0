"""Addresses: whose they are, and when two of them are one article."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.feeds.addresses import absolute_link, canonical_link, clean_link, outlet_of, split_address


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.lemonde.fr/international/", "lemonde.fr"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://news.abs.net.au", "abs.net.au"),
        ("https://harbour.blogspot.com/feeds", "harbour.blogspot.com"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1:8080"),
        ("http://127.0.0.1/feed", "127.0.0.1:80"),
        ("https://[2606:4700::1]/feed", "[2606:4700::1]:443"),
        ("http://localhost:99/feed", "localhost:99"),
        ("https://WWW.Example.ORG.", "example.org"),
        ("https://xn--80aswg.xn--p1ai/", "сайт.рф"),
        ("https://новости.сайт.рф/", "сайт.рф"),
        ("mailto:desk@paper.example", ""),
        ("nonsense", ""),
        ("http://[broken", ""),
        ("http://a:99999/", ""),
    ],
)
def test_an_outlet_is_the_registrable_domain(url: str, outlet: str) -> None:
    assert outlet_of(url) == outlet


@pytest.mark.parametrize(
    "twin",
    [
        "http://paper.example/a/b?id=7&lang=fr",
        "https://www.paper.example/a/b?id=7&lang=fr",
        "https://m.paper.example/a/b?id=7&lang=fr",
        "https://paper.example/a/b/?lang=fr&id=7",
        "https://paper.example:443/a/b?id=7&lang=fr#comments",
        "https://paper.example/a/b?utm_source=rss&id=7&utm_medium=feed&lang=fr&fbclid=x",
        "https://PAPER.example/a/%62?id=7&lang=fr&at_medium=RSS&CMP=share",
        "https://paper.example/a/b/amp?id=7&lang=fr",
        "https://paper.example/a/b?id=7&lang=fr&amp=1",
    ],
)
def test_what_does_not_choose_the_article_makes_no_difference(twin: str) -> None:
    assert canonical_link(twin) == "https://paper.example/a/b?id=7&lang=fr"


def test_what_does_choose_the_article_makes_one() -> None:
    links = [
        "https://paper.example/a?id=7",
        "https://paper.example/a?id=8",
        "https://paper.example/A?id=7",
        "https://paper.example/a",
        "https://other.example/a",
        "https://paper.example:8443/a",
    ]
    assert len({canonical_link(link) for link in links}) == len(links)


def test_a_path_in_its_own_letters_and_percent_encoded_is_one() -> None:
    raw = "https://paper.example/новости/встреча"
    assert canonical_link(raw) == canonical_link(
        "https://paper.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%d0%b2%d1%81%d1%82%d1%80%d0%b5%d1%87%d0%b0"
    )


def test_a_link_for_people_loses_its_trackers_and_nothing_else() -> None:
    given_link = "http://www.Paper.example/a/?b=1&utm_campaign=x&c=%20d#part"
    assert clean_link(given_link) == "http://www.Paper.example/a/?b=1&c=%20d#part"
    assert clean_link("https://paper.example/a#xtor=RSS-1") == "https://paper.example/a"
    assert clean_link("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("/b", "https://paper.example/b"),
        ("//cdn.example/c", "https://cdn.example/c"),
        (" https://other.example/d\n", "https://other.example/d"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("https://paper.example/a b", ""),
        ("http://[broken", ""),
    ],
)
def test_a_link_is_made_whole_or_left_out(link: str, whole: str) -> None:
    assert absolute_link("https://paper.example/a", link) == whole


@given(st.text())
@example(" &")
def test_no_text_whatever_makes_an_address_function_raise(text: str) -> None:
    for url in (text, f"https://{text}", f"https://paper.example/{text}", f"https://paper.example/?{text}"):
        canonical = canonical_link(url)
        assert canonical_link(canonical) == canonical
        assert isinstance(outlet_of(url), str)
        clean = clean_link(url)
        assert bool(clean) == (split_address(url) is not None)
        absolute_link("https://paper.example/", url)
