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

from watcher.config import PLAIN_VARIABLES, SECRETS, Settings, load, load_topics
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
    ],
)
def test_a_wrong_value_is_answered_with_what_it_should_be(tmp_path: Path, line: str, said: str) -> None:
    (fault,) = faults_of(tmp_path, line)
    assert said in fault
    assert "watcher.toml" in fault


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
