"""The command line as a technician uses it: processes, exit codes, words on the right stream, signals."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.terminal import PLAIN, ROOT, bot
from watcher import __version__
from watcher.feeds.opml import read as read_opml
from watcher.models import Button, Card, Piece, Section
from watcher.shell import as_typed_here
from watcher.streams import errors, print_card, say


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the shipped config/, but with no feed to poll and none of the network."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "feeds.opml").unlink()
    return tmp_path


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The bot as a service would run it: no terminal, and nothing on its input."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "run", *words],
        cwd=home,
        env=PLAIN,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_alive(home: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(150):
        if bot(home, "check", "--alive").returncode == 0:
            return
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.2)
    pytest.fail("the bot never came to life")


def test_check_finds_nothing_wrong_with_what_is_shipped(tmp_path: Path) -> None:
    done = bot(ROOT, "check", "--no-polls", DATABASE_URL=str(tmp_path / "watcher.db"))
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout


def test_check_tells_every_fault_with_file_line_and_remedy(home: Path) -> None:
    (home / "config" / "watcher.toml").write_text('[pol]\n\n[store]\nkeep = "soon"\n')
    done = bot(home, "check", "--no-polls")
    assert done.returncode == 3
    assert "config/watcher.toml:1: There is no section [pol]. Did you mean [poll]?" in done.stdout
    assert "config/watcher.toml:4: store.keep is a time such as" in done.stdout


def test_check_reads_the_queries_of_topics(home: Path) -> None:
    (home / "config" / "topics.toml").write_text('\n[[topic]]\nname = "a"\nquery = "kim AND"\n')
    done = bot(home, "check", "--no-polls", "--json")
    assert done.returncode == 3
    wrong = [row for row in json.loads(done.stdout) if not row["ok"]]
    assert any(row["where"] == "config/topics.toml:2" for row in wrong)


def test_check_looks_at_everything_whatever_else_is_wrong(home: Path) -> None:
    config = home / "config"
    (config / "watcher.toml").write_text('[feeds]\nallow = ["no host"]\n[poll]\nconcurrency = 0\n')
    (config / "names.toml").write_text('[putin]\nkind = "person"\nen = "Putin"\n')
    (config / "owners.toml").write_text('[reuters]\nnames = "Reuters"\n[ap]\nnames = ["AP"]\n')
    (config / "topics.toml").write_text(
        '[[topic]]\nname = "a"\nquery = "kim AND"\n[[topic]]\nname = "b c/"\nquery = "x"\n'
    )
    (config / "feeds.opml").mkdir()
    done = bot(home, "check", "--json")
    assert (done.returncode, done.stderr) == (3, "")
    wrong = {row["where"] for row in json.loads(done.stdout) if not row["ok"]}
    assert wrong >= {
        "config/watcher.toml:2",
        "config/watcher.toml:4",
        "config/names.toml:3",
        "config/owners.toml:1",
        "config/topics.toml:1",
        "config/topics.toml:4",
        "config/feeds.opml",
    }


@pytest.mark.parametrize("name", ["names.toml", "owners.toml", "topics.toml", "watcher.toml"])
def test_a_file_that_is_not_utf_8_is_refused_in_a_sentence_that_names_it(home: Path, name: str) -> None:
    (home / "config" / name).write_bytes(b"# caf\xe9\n")
    done = bot(home, "run", "--once")
    assert done.returncode == 1
    assert done.stderr.strip() == f"config/{name}: It is not UTF-8 (byte 5). Save it as UTF-8."


def test_a_wrong_value_stops_run_and_replay_before_anything_is_made(home: Path) -> None:
    (home / "config" / "watcher.toml").write_text('[desk]\ntimes = ["25:99"]\n')
    for words in (["run", "--once"], ["replay", "x.jsonl", "--topics", "config/topics.toml"]):
        done = bot(home, *words)
        assert done.returncode == 1
        assert done.stderr.startswith("config/watcher.toml:2: desk.times is wrong: I cannot read '25:99'")
    assert not (home / "data").exists()


def test_the_bot_starts_with_the_topics_that_read_and_says_which_do_not(home: Path) -> None:
    (home / "config" / "topics.toml").write_text(
        '[[topic]]\nname = "bad"\nquery = "kim ("\n[[topic]]\nname = "good"\nquery = "volcano"\n'
    )
    done = bot(home, "run", stdin="/watch topic list\n")
    assert done.returncode == 0, done.stderr
    assert "volcano" in done.stdout
    said = " ".join(done.stderr.split())
    assert "config/topics.toml:1: The query of bad:" in said
    assert "left out" in said


def test_a_wrong_setting_stops_every_command_with_a_sentence_and_exit_1(home: Path) -> None:
    done = bot(home, "topics", "list", WATCHER_STORE_KEPE="1d")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Did you mean WATCHER_STORE_KEEP?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_topics_live_through_the_command_line(home: Path) -> None:
    added = bot(home, "topics", "add", "volcano", 'volcano OR "lava flow"')
    assert added.returncode == 0, added.stdout + added.stderr
    assert "volcano" in bot(home, "topics", "list").stdout
    wrong = bot(home, "topics", "add", "bad", "kim (putin")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "bracket opened at 5" in wrong.stderr.replace("\n", " ")
    assert bot(home, "topics", "remove", "volcano").returncode == 0
    assert "lava" not in bot(home, "topics", "list").stdout


@pytest.mark.slow
def test_feeds_are_exported_as_they_were_imported(home: Path) -> None:
    opml = home / "mine.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="World">'
        '<outline type="rss" text="Post" xmlUrl="https://post.example/feed.xml"/></outline></body></opml>'
    )
    done = bot(home, "feeds", "import", str(opml))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "post.example" in bot(home, "feeds", "list").stdout
    written = bot(home, "feeds", "export")
    assert (written.returncode, written.stderr.strip()) == (0, "1 feed as OPML.")
    assert read_opml(written.stdout.encode()).feeds == read_opml(opml.read_bytes()).feeds
    assert bot(home, "feeds", "export", "out.opml").stdout == ""
    assert (home / "out.opml").read_text() == written.stdout
    assert bot(home, "feeds", "export", "none/out.opml").returncode == 1


@pytest.mark.slow
def test_a_list_of_feeds_that_breaks_off_is_taken_as_far_as_it_goes_with_exit_3(home: Path) -> None:
    (home / "mine.opml").write_text(
        '<opml version="2.0"><body>\n<outline type="rss" text="Post" xmlUrl="https://post.example/feed.xml"/>\n<out'
    )
    done = bot(home, "feeds", "import", "mine.opml")
    assert done.returncode == 3
    assert "Left out" in done.stdout
    assert bot(home, "feeds", "import", "none.opml").returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ("digest", "nosuch"),
        pytest.param(("digest", "--window", "soonish"), marks=pytest.mark.slow),
        pytest.param(("feeds", "remove", "nosuch"), marks=pytest.mark.slow),
        ("topics", "test", "kim (putin"),
    ],
)
def test_wrong_words_are_exit_2_and_said_on_stderr(home: Path, words: tuple[str, ...]) -> None:
    done = bot(home, *words)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr


def test_a_feed_that_does_not_answer_is_exit_1(home: Path) -> None:
    done = bot(home, "feeds", "test", "http://127.0.0.1:9/")
    assert (done.returncode, done.stdout) == (1, "")
    assert "allow it in watcher.toml" in " ".join(done.stderr.split())


def test_a_digest_can_be_read_by_a_program(home: Path) -> None:
    done = bot(home, "digest", "--window", "3d", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["title"].startswith("Nothing was heard of")


@pytest.mark.slow
def test_what_is_suggested_on_the_command_line_is_typed_there(home: Path) -> None:
    listed = bot(home, "feeds", "list").stdout
    assert "bot.py feeds add lemonde.fr" in listed
    unknown = bot(home, "topics", "show", "NOSUCH").stderr
    assert "bot.py topics list" in unknown
    assert "/watch" not in listed + unknown
    mistyped = bot(home, "digest", "kim-putin-sumit", "--window", "since 08:00").stderr
    assert "bot.py digest kim-putin-summit --window 'since 08:00'" in mistyped
    assert "bot.py digest --window today" in bot(home, "digest", "todya").stderr
    button = Button("Undo", '/watch topic add volcano (lava OR "lava flow") -film')
    (shown,) = as_typed_here(Card("Gone", buttons=(button,))).buttons
    assert bot(home, *shlex.split(shown.command)[1:]).returncode == 0
    assert shown.command == """bot.py topics add -- volcano '(lava OR "lava flow")' -film"""


def test_a_suggested_query_is_in_one_pair_of_quotes_and_its_options_are_apart() -> None:
    button = Button("Add", "/watch topic add kim-putin kim (summit OR meet*) --without rt.com --title Kim*")
    (shown,) = as_typed_here(Card("", buttons=(button,))).buttons
    assert shown.command == (
        "bot.py topics add kim-putin kim '(summit OR meet*)' --without rt.com --title 'Kim*'"
    )


@pytest.mark.slow
def test_a_single_round_leaves_a_sign_of_life(home: Path) -> None:
    bot(home, "feeds", "list")
    before = bot(home, "check", "--alive")
    assert (before.returncode, "start it with bot.py run" in " ".join(before.stderr.split())) == (1, True)
    assert bot(home, "run", "--once").returncode == 0
    after = bot(home, "check", "--alive")
    assert (after.returncode, "Last sign of life" in after.stderr) == (0, True), after.stderr


@pytest.mark.slow
def test_answers_tell_the_time_by_the_clock_of_the_desk(home: Path) -> None:
    bot(home, "run", stdin="/watch settings time-zone Asia/Kathmandu\n/watch oncall set ada\n")
    said = bot(home, "run", stdin="/watch oncall take until 8:00\n").stdout
    assert "You are on call until 08:00 +0545" in said
    assert "08:00 · terminal took it" in said


def test_an_answer_on_the_command_line_has_the_times_of_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    at = Piece("03:00 UTC", "time", at=datetime(2026, 9, 14, 3, tzinfo=UTC))
    print_card(Card("It comes", sections=(Section(((at,),)),)), zone="Asia/Tokyo")
    assert capsys.readouterr().out == "▪ It comes\n  12:00\n"


def test_a_word_that_does_not_exist_is_exit_2_and_says_the_nearest(home: Path) -> None:
    done = bot(home, "topics", "lst")
    assert done.returncode == 2
    assert "list" in done.stderr


def test_commands_on_standard_input_are_answered_and_the_bot_ends_with_them(home: Path) -> None:
    done = bot(home, "run", stdin="/help\n/watch topic list\n/digset\n")
    assert done.returncode == 0, done.stderr
    assert "kim-putin-summit" in done.stdout
    assert "/digest" in done.stdout


@pytest.mark.slow
def test_only_one_bot_runs_on_a_database_and_the_second_says_which_does(home: Path) -> None:
    with running(home) as first:
        wait_until_alive(home, first)
        second = bot(home, "run", stdin="/help\n")
        assert second.returncode == 1
        assert f"process {first.pid}" in second.stderr
        assert bot(home, "topics", "list").returncode == 0


@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_the_bot_ends_soon_and_quietly_when_told_to(home: Path, how: signal.Signals) -> None:
    with running(home) as process:
        wait_until_alive(home, process)
        process.send_signal(how)
        _, stderr = process.communicate(timeout=10)
    assert process.returncode == 0, stderr
    lines = stderr.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+ ", line) for line in lines), stderr
    assert lines[-2].endswith(f"Watcher {__version__} is at work: 0 feeds on data/watcher.db.")
    assert lines[-1].endswith("here. docs/discord.md and docs/slack.md say how to get one.")
    assert bot(home, "topics", "list").returncode == 0


def test_a_broken_database_is_said_in_a_sentence(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "watcher.db").write_bytes(b"this is no database at all" * 500)
    done = bot(home, "run", "--once")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "watcher.db" in done.stderr


def test_a_backup_is_written_to_the_file_that_is_named_or_set(home: Path) -> None:
    done = bot(home, "backup", "safe.db")
    assert (done.returncode, "There is no database at data/watcher.db" in done.stderr) == (1, True)
    done = bot(home, "backup")
    assert (done.returncode, "Name a file" in done.stderr) == (2, True)
    bot(home, "topics", "list")
    done = bot(home, "backup", WATCHER_STORE_BACKUP="nights/last.db")
    assert (done.returncode, "whole in nights/last.db" in done.stderr) == (0, True)
    assert (home / "nights" / "last.db").exists()


@pytest.mark.slow
def test_piping_into_head_is_no_failure(home: Path) -> None:
    rows = [json.dumps({"id": str(n), "title": f"Kim Jong Un meets Putin {n}"}) for n in range(200)]
    (home / "stories.jsonl").write_text("\n".join(rows))
    asked = "(echo status; sleep 60) |"
    for typed, words in (
        ("", "--help"),
        ("", "topics list"),
        ("", "replay stories.jsonl --topics config/topics.toml"),
        ("", "demo"),
        (asked, "run"),
    ):
        line = f"{typed} {sys.executable} {ROOT / 'bot.py'} {words} | true; exit ${{PIPESTATUS[-2]}}"
        done = subprocess.run(["bash", "-c", line], cwd=home, env=PLAIN, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    wrong = f"{sys.executable} {ROOT / 'bot.py'} nonsense 2>&1 | true; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", wrong], cwd=home, env=PLAIN, check=False).returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device to write to")
def test_a_stdout_that_is_closed_or_full_is_no_traceback(home: Path) -> None:
    full = b"Standard output takes nothing: No space left"
    for words, code, said in (
        ("topics list >&-", 0, b""),
        ("topics list <&- 2>&-", 0, b""),
        ("topics list >/dev/full", 1, full),
        ("run >/dev/full", 1, full),
    ):
        line = f"{sys.executable} {ROOT / 'bot.py'} {words}"
        done = subprocess.run(
            ["bash", "-c", line], cwd=home, env=PLAIN, input=b"status\n", capture_output=True, check=False
        )
        assert done.returncode == code
        assert said in done.stderr
        assert b"Traceback" not in done.stderr


def test_words_on_stderr_that_nobody_reads_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stderr = os.fdopen(writer, "w")
    monkeypatch.setattr(errors, "quiet", False)
    monkeypatch.setattr(sys, "stderr", stderr)
    say("It is tried again.")
    assert errors.quiet
    say("And again.")
    with suppress(BrokenPipeError):
        stderr.close()
