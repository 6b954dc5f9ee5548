"""The page of proofs takes the rows that the commands print, and has a place for each."""

from __future__ import annotations

from datetime import date

import pytest

from scripts.trust_tables import PAGE, PROOFS, rows_of, with_table

DAY = date(2026, 5, 1)
ROW = "| planted bytes found | `companion audit` | 0 | 0 |\n"


@pytest.mark.parametrize("name", PROOFS)
def test_trust_tables_every_proof_has_its_place(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    renewed = with_table(page, name, ROW, DAY)
    assert ROW in renewed
    assert "Measured on 2026-05-01." in renewed
    assert with_table(renewed, name, ROW, DAY) == renewed, "rows pile up"
    assert renewed.count("<!-- table:") == page.count("<!-- table:")


def test_trust_tables_a_page_without_the_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for audit"):
        with_table("# Proofs\n", "audit", ROW, DAY)


def test_trust_tables_only_rows_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROOFS, "audit", ("printf", "loading\n| a | b | 1 | 0 |\ndone\n"))
    assert rows_of("audit") == "| a | b | 1 | 0 |\n"
    monkeypatch.setitem(PROOFS, "audit", ("printf", "nothing\n"))
    with pytest.raises(ValueError, match="no rows"):
        rows_of("audit")
