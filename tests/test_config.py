"""Settings: what is written is taken, and every fault is named with its file, line and remedy."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config import PLAIN_VARIABLES, SECRETS, Settings, load, load_topics, look_at_topics
from watcher.toml import ConfigError

SHIPPED = Path(__file__).parent.parent / "config"


def faults_of(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    file = tmp_path / "watcher.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, environ or {})
    return [str(fault).replace(str(file), "watcher.toml") for fault in caught.value.faults]


def test_the_shipped_settings_are_the_defaults() -> None:
    assert load(SHIPPED / "watcher.toml", {}) == Settings()


def test_every_setting_stands_commented_in_the_shipped_file_with_its_default() -> None:
    text = (SHIPPED / "watcher.toml").read_text(encoding="utf-8")
    uncommented = re.sub(r"^# ?(?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    written = tomllib.loads(uncommented)
    for section in dataclasses.fields(Settings):
        kind = type(getattr(Settings(), section.name))
        wanted = {f.name for f in dataclasses.fields(kind)} - {
            key for name, key in SECRETS if name == section.name
        }
        assert set(written[section.name]) == wanted, section.name


def test_the_shipped_file_with_every_comment_taken_off_says_the_defaults(tmp_path: Path) -> None:
    text = (SHIPPED / "watcher.toml").read_text(encoding="utf-8")
    file = tmp_path / "watcher.toml"
    file.write_text(re.sub(r"^# ?(?=[a-z_]+ = )", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert load(file, {}) == Settings()


def test_what_is_written_is_taken_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    file.write_text('[poll]\nconcurrency = 8\n[store]\nkeep = "30d"\n', encoding="utf-8")
    settings = load(file, {"WATCHER_POLL_CONCURRENCY": "16", "DISCORD_TOKEN": "secret"})
    assert (settings.poll.concurrency, settings.store.keep) == (16, timedelta(days=30))
    assert settings.discord.token == "secret"


def test_each_fault_is_named_with_file_line_and_the_nearest_right_word(tmp_path: Path) -> None:
    text = "[pol]\nx = 1\n[poll]\nconcurency = 8\n[store]\nkeep = 30\n"
    assert faults_of(tmp_path, text) == [
        "watcher.toml:1: There is no section [pol]. Did you mean [poll]?",
        "watcher.toml:4: There is no setting concurency. Did you mean concurrency?",
        'watcher.toml:6: store.keep is a time such as "90s", "15m", "6h" or "4d", not 30.',
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[poll]\nconcurrency = "many"', "is a whole number"),
        ("[poll]\nconcurrency = true", "is a whole number"),
        ("[poll]\nconcurrency = -1", "less than nothing"),
        ("[poll]\nconcurrency = 1.5", "is a whole number"),
        ("[feeds]\nallow = 5", "is a list of texts"),
        ("[feeds]\nallow = [1]", "is a list of texts"),
        ("[feeds]\nfile = 1", "is a text in quotes"),
        ('[log]\nlevel = "loud"', "is one of debug, info, warning, error"),
        ('[poll]\nmax_bytes = "big"', "is a size such as"),
        ('[store]\nkeep = "soon"', "is a time such as"),
        ('[store]\nkeep = "3 months"', "is a time such as"),
        ("poll = 3", "is a section"),
        ("[poll", "not valid TOML"),
        ('[discord]\ntoken = "abc"', "Tokens belong in the environment"),
        ('[desk]\ntimes = ["25:99"]', "cannot read '25:99' as a time of day"),
        ("[desk]\ntimes = []", 'write ["08:00"]'),
        ('[desk]\ntime_zone = "Warsaw"', "Europe/Warsaw"),
        ('[desk]\nlanguage = "french"', "Write fr for French"),
        ('[desk]\nlanguage = "xx"', "no language that is known"),
        ("[poll]\nconcurrency = 0", "is between 1 and 5,000, not 0"),
        ("[poll]\nconcurrency = 1" + "0" * 400, "can be counted to"),
        ("[poll]\nconcurrency = 1" + "0" * 5000, "cannot be read"),
        ("[poll]\ntotal_seconds = nan", "can be counted to"),
        ("[poll]\ntotal_seconds = inf", "can be counted to"),
        ("[poll]\ntotal_seconds = 1" + "0" * 400, "can be counted to"),
        ('[poll]\nfloor = "0s"', "is between 10s and 30d, not 0s"),
        ('[poll]\nfloor = "9h"', "the floor, 9h, is above the ceiling, 6h"),
        ('[poll]\nmax_bytes = "0 MiB"', "is between 1 KiB and 1024 MiB"),
        ('[poll]\nmax_bytes = "1' + "0" * 400 + ' GiB"', "is a size such as"),
        ('[feeds]\nallow = ["10.0.0.0/8", "not a host"]', "no host, address or network"),
        ("[feeds]\nparse_workers = 0", "is between 1 and 64"),
        ('[group]\nvectors = "bert"', "is one of use, not 'bert'"),
        ('[store]\nkeep = "0s"', "is between 1d and 3650d, not 0s"),
        ('[store]\nkeep = "99999999999999d"', "is too long"),
        ('[store]\nurl = ""', "cannot be empty"),
        (
            '[store]\nurl = "mysql://u:secret@db/x"',
            "store.url is the path of an SQLite file, as in data/watcher.db, or the address of a PostgreSQL "
            "database, as in postgresql://watcher@localhost/watcher; mysql is not supported.",
        ),
        (
            '[store]\nurl = "postgresql//u@db/x"',
            "as in postgresql://watcher@localhost/watcher: mind the :// between the kind and the rest.",
        ),
        ('[store]\nurl = "sqlite://watcher.db"', "three slashes for SQLite: write sqlite:///watcher.db."),
        ("[slack]\nport = 99999999", "is between 1 and 65,535, not 99,999,999."),
        ('[log]\nlevel = "info"\nlevel = "debug"', "watcher.toml:3: It is not valid TOML: Cannot overwrite"),
        ('[alerts]\nping_url = "hc-ping.com/x"', "begins with http or https://"),
        ('[topics]\nwikidata = "wikidata"', "begins with http or https://"),
        ('[deliver]\nfollow_pause = "0s"', "is between 1s and 1d, not 0s"),
        ('[store]\nbackup = "./data/watcher.db"', "is the database itself"),
        ("[slack]\nport = 70000", "is between 1 and 65,535"),
        ('[alerts]\ntrusted = ["Reuters"]', "write a domain, as in reuters.com"),
    ],
)
def test_a_wrong_value_is_answered_with_what_it_should_be(tmp_path: Path, line: str, said: str) -> None:
    (fault,) = faults_of(tmp_path, line)
    assert said in fault
    assert "watcher.toml" in fault
    assert "secret" not in fault


def test_trusted_outlets_may_be_written_as_any_address_of_theirs(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    file.write_text('[alerts]\ntrusted = ["https://www.Reuters.com/world", "feeds.bbci.co.uk"]')
    assert load(file, {}).alerts.trusted == ("reuters.com", "bbci.co.uk")


def test_every_fault_of_a_kind_or_value_is_found_at_once_with_its_line(tmp_path: Path) -> None:
    text = '[poll]\nconcurrency = 0\nfloor = "soon"\n[desk]\ntimes = ["25:99"]\ntime_zone = "Mars"\n'
    found = faults_of(tmp_path, text, {"WATCHER_STORE_KEEP": "0s"})
    assert {fault.split(" ")[0] for fault in found} == {
        "watcher.toml:2:",
        "watcher.toml:3:",
        "watcher.toml:5:",
        "watcher.toml:6:",
        "environment:",
    }


def test_a_mistyped_variable_is_named_too(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "", {"WATCHER_POLL_CONCURENCY": "8"})
    assert (
        fault
        == "environment: There is no variable WATCHER_POLL_CONCURENCY. Did you mean WATCHER_POLL_CONCURRENCY?"
    )


def test_a_file_that_is_missing_or_not_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml", {})
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(tmp_path / "latin.toml", {})


@given(text=st.text(max_size=200))
def test_no_text_whatever_makes_anything_but_settings_or_faults(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8", errors="replace")
    try:
        found: object = load(file, {})
    except ConfigError as error:
        found = error.faults
    assert isinstance(found, Settings) or found


def test_plain_variables_lead_to_settings_that_exist() -> None:
    for section, key in PLAIN_VARIABLES.values():
        assert hasattr(getattr(Settings(), section), key)


# --------------------------------------------------------------------------------------- topics


def test_the_shipped_topics_are_four_with_the_summit_first() -> None:
    topics = load_topics(SHIPPED / "topics.toml")
    assert len(topics) >= 4
    assert topics[0].name == "kim-putin-summit"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[topic]]\nname = "a"', 'needs a query: add query = "…"'),
        ('[[topic]]\nquery = "a"', 'needs a name: add name = "…"'),
        ('[[topic]]\nname = "a"\nquery = "a"\nsensitivity = "high"', "is one of strict, normal, wide"),
        ('[[topic]]\nname = "a"\nquery = "a"\nquerry = "b"', "Did you mean query?"),
        ('[[topic]]\nname = "a"\nquery = 1', "is a text in quotes"),
        ('[[topic]]\nname = "a"\nquery = "a"\n[[topic]]\nname = "a"\nquery = "b"', "two topics named a"),
        ('[topic]\nname = "a"', "Write [[topic]]"),
        ('[[topics]]\nname = "a"', "Only [[topic]] is known"),
        ("topic = [1, 2]", "Write [[topic]]"),
        ('[[topic]]\nname = "b c/"\nquery = "a"', 'write name = "b-c"'),
        ('[[topic]]\nname = "7d"\nquery = "a"', "cannot be a topic's name"),
        ('[[topic]]\nname = "a"\nquery = "kim ("', "The query of a:"),
        (
            '[[topic]]\nname = "a"\nquery = "kim lang:french"',
            "The query of a: No story is known by lang:french",
        ),
        (
            '[[topic]]\nname = "a"\nquery = "b"\nexcluded_outlets = ["RT"]',
            "leaves out 'RT', which is no outlet",
        ),
    ],
)
def test_a_wrong_topic_is_answered_with_file_line_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_topics(file)
    (fault,) = caught.value.faults
    assert said in fault.message
    assert fault.line > 0


def test_a_topic_that_cannot_be_read_hides_no_fault_of_another(tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    bad = '[[topic]]\nname = "a"\nquery = "kim ("\n[[topic]]\nname = "b"\nquerry = "x"\n'
    text = bad + '[[topic]]\nname = "c"\nquery = "x"\n'
    file.write_text(text, encoding="utf-8")
    topics, faults = look_at_topics(file)
    assert [topic.name for topic in topics] == ["c"]
    assert [fault.line for fault in faults] == [1, 4, 4]


def test_topics_that_are_not_there_are_asked_for_by_the_setting_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Set topics\.file"):
        load_topics(tmp_path / "none.toml")
