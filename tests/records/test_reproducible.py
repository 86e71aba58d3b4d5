"""The same catalogue gives the same bytes, wherever, whenever and in whatever order it is read."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
import datetime, json, os, sys, time
from dataclasses import replace
from pathlib import Path

folder, day, order = sys.argv[1:]
moment = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)

class Then(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return moment.astimezone(tz)

class ThatDay(datetime.date):
    @classmethod
    def today(cls):
        return moment.astimezone().date()

datetime.datetime, datetime.date = Then, ThatDay
time.time = moment.timestamp

from concertino.cli.options import today
from concertino.cli.records_writing import rendered_records
from concertino.cli.session import Session
from concertino.revision import open_snapshot

assert today() == day, "the clock is not the one of this run"
sort = {"bytes": str, "without case": str.casefold, "backwards": lambda path: [-ord(one) for one in path]}[order]
snapshot = open_snapshot(Path(folder), environment=os.environ)
entries = dict(sorted(snapshot.entries.items(), key=lambda item: sort(item[0])))
ordered = lambda paths: dict(sorted(snapshot.read(paths).items(), key=lambda item: sort(item[0])))
session = Session(Path(folder), replace(snapshot, entries=entries, read=ordered))
json.dump({file.path: file.text for file in rendered_records(session).files}, sys.stdout)
"""
RUNS = [
    ("0", "UTC", "2026-06-30", "bytes"),
    ("1", "Pacific/Kiritimati", "2031-01-01", "without case"),
    ("4711", "America/Los_Angeles", "2026-06-30", "backwards"),
]


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """The reference portfolio with a folder of earlier records, and files whose order depends on who sorts them."""
    for name in ("catalogue", "policies", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tests/records/adr/docs", tmp_path / "docs")
    configuration = (ROOT / "concertino.yaml").read_text(encoding="utf-8")
    (tmp_path / "concertino.yaml").write_text(f"{configuration}\nadr: [docs/adr]\n", encoding="utf-8")
    decisions = tmp_path / "catalogue/decisions"
    for number, name in ((9001, "Zebra"), (9002, "apple"), (9003, "Émile")):
        text = (decisions / "0006-inventory-for-all.yaml").read_text(encoding="utf-8")
        text = text.replace("name: inventory-for-all", f"name: inventory-{number}").replace(
            "number: 6", f"number: {number}"
        )
        (decisions / f"{name}.yaml").write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


@pytest.mark.slow
def test_neither_seed_day_time_zone_nor_the_order_of_files_changes_a_byte(portfolio: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(portfolio), day, order],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
        )
        for seed, zone, day, order in RUNS
    ]
    outputs = [run.communicate()[0] for run in started]

    assert [run.returncode for run in started] == [0, 0, 0]
    assert len(set(outputs)) == 1
    files = json.loads(outputs[0])
    assert {path.rpartition("/")[2] for path in files} >= {
        "README.md",
        "9001-inventory-9001.md",
        "0031-storefront-tidewater-front.md",
    }
    assert "Earlier records" in files["catalogue/records/README.md"]
