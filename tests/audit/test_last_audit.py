"""What is remembered of audits, for `companion doctor`."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from companion import locations
from companion.audit.last_audit import LastAudit, keep_last, read_last

FULL = LastAudit(datetime(2026, 11, 22, 14, tzinfo=timezone.utc), "0.1.0", "clean", quick=False)
LATER = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)


def test_last_audit_is_none_before_the_first() -> None:
    assert read_last() is None


@pytest.mark.parametrize(
    ("after", "replaces"),
    [
        (LastAudit(LATER, "0.1.0", "clean", quick=False), True),
        (LastAudit(LATER, "0.1.0", "found", quick=False), True),
        (LastAudit(LATER, "0.1.0", "found", quick=True), True),
        (LastAudit(LATER, "0.2.0", "clean", quick=True), True),
        (LastAudit(LATER, "0.1.0", "clean", quick=True), False),
    ],
)
def test_last_audit_a_quick_one_without_a_find_does_not_replace_a_full_one(
    after: LastAudit, replaces: bool
) -> None:
    keep_last(FULL)
    keep_last(after)
    assert read_last() == (after if replaces else FULL)


def test_last_audit_a_folder_that_cannot_be_written_is_no_error() -> None:
    locations.user_data().parent.mkdir(parents=True)
    locations.user_data().write_text("a file where a folder should be")
    keep_last(FULL)
    assert read_last() is None
