"""Runs the proofs of the promises and puts their figures into docs/trust.md.

Each proof is a command that prints Markdown rows with --table; it stands on its own, and anyone
can run it without this.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "trust.md"
HEAD = "| what | how | figure | target |\n|---|---|---|---|\n"
PROOFS: dict[str, tuple[str, ...]] = {
    "audit": ("scripts/in-venv", "companion", "audit", "--table"),
    "bleed": ("scripts/bench_bleed", "--table"),
    "headset": ("scripts/bench_headset", "--table"),
    "survival": ("scripts/prove_survival", "--table"),
    "fuzz": ("scripts/fuzz", "--seconds", "20", "--table"),
}


def rows_of(name: str) -> str:
    """The rows that a proof prints. Raises: CalledProcessError where it found something."""
    print(f"trust: {' '.join(PROOFS[name])}", file=sys.stderr, flush=True)
    done = subprocess.run(PROOFS[name], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    if not rows:
        raise ValueError(f"{name} printed no rows")
    return "".join(f"{row}\n" for row in rows)


def with_table(page: str, name: str, rows: str, on: date) -> str:
    """The page with the table of one proof replaced, and its day.

    Raises: ValueError where the page has no place for it.
    """
    begin, end = f"<!-- table:{name} -->\n", f"<!-- /table:{name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"docs/trust.md has no place for {name}")
    return f"{before}{begin}{HEAD}{rows}\nMeasured on {on.isoformat()}.\n{end}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Run the proofs that were named, or all; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="scripts/trust", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROOFS))
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/trust.md")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(PROOFS)
    if unknown:
        parser.error(f"no proof is called {sorted(unknown)[0]!r}; choose from {', '.join(PROOFS)}")
    failed = []
    for name in options.names or PROOFS:
        try:
            rows = rows_of(name)
        except (subprocess.CalledProcessError, ValueError, OSError) as error:
            failed.append(name)
            print(f"trust: {name} failed: {error}", file=sys.stderr)
            continue
        print(f"{HEAD}{rows}", flush=True)
        if options.write:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(with_table(page, name, rows, date.today()), "utf-8", newline="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
