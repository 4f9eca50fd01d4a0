"""Benchmarks are run by hand, and seldom: that each of them can still be started is all that is held here."""

from importlib import import_module
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in HOME.glob("*.py") if path.stem != "__init__"))
def test_a_benchmark_finds_all_that_it_is_made_of(name: str) -> None:
    assert import_module(f"benchmarks.{name}").__doc__
