"""What test, compare and gate take where nothing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion import locations
from companion.cli.app import run
from companion.cli.rap_ground import ground_of, named_rap, usual_baseline
from companion.errors import InputError

STORIES = """schema: 1
rap: our-rap
stories:
  - name: "An open question"
    lines:
      - say: "What do you like about the orchard?"
        expect: {{goals: {goal}}}
"""


@pytest.fixture
def own() -> Path:
    """A rap of one's own."""
    assert run(["rap", "new", "our-rap"]) == 0
    return locations.user_config()


def _own_stories(config: Path, goal: str) -> None:
    (config / "stories").mkdir()
    text = STORIES.format(goal=goal)
    (config / "stories" / "our-rap.yaml").write_text(text, encoding="utf-8")


def test_rap_ground_without_names_is_what_ships(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    ground = ground_of(*named_rap("our-rap"), None, None)
    assert len(ground.calls) > 20
    assert ground.story_count > 40
    out, err = capsys.readouterr()
    assert out == ""
    assert f"On the {len(ground.calls)} practice calls" in err
    assert "(one-on-one.en)" in err


def test_rap_ground_takes_stories_of_the_raps_own_name_first(own: Path) -> None:
    _own_stories(own, "space.person")
    ground = ground_of(*named_rap("our-rap"), None, None)
    assert ground.story_count == 1
    assert ground.calls


def test_rap_ground_stories_that_do_not_fit_say_where_to_change_them(own: Path) -> None:
    _own_stories(own, "space.persn")
    with pytest.raises(InputError, match=r"space\.persn") as told:
        ground_of(*named_rap("our-rap"), None, None)
    assert str(own / "stories" / "our-rap.yaml") in str(told.value)
    # Comparing takes stories of either rap, whatever they name.
    assert ground_of(*named_rap("our-rap"), None, None, strict=False).story_count == 1


def test_rap_ground_takes_nothing_more_where_something_is_named(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    ground = ground_of(*named_rap("our-rap"), None, "one-on-one.en")
    assert (len(ground.calls), ground.story_count > 40) == (0, True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("named", "name"),
    [
        (None, "one-on-one.en"),
        ("our-rap", "our-rap"),
        (str(Path("configs", "raps", "one-on-one.es.yaml")), "one-on-one.es"),
    ],
)
def test_rap_ground_names_a_rap_shortly(own: Path, named: str | None, name: str) -> None:
    given = str(locations.shipped(named)) if named and named.endswith(".yaml") else named
    assert named_rap(given)[1] == name


def test_rap_ground_baseline_is_ones_own_and_else_the_one_that_ships(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rap, name = named_rap("our-rap")
    shipped = usual_baseline(rap, name, to_pin=False)
    assert shipped == locations.shipped("configs", "baselines", "one-on-one.en.json")
    assert "Held against what one-on-one.en reaches" in capsys.readouterr().err
    mine = usual_baseline(rap, name, to_pin=True)
    assert mine == own / "baselines" / "our-rap.json"
    mine.parent.mkdir()
    mine.write_text("{}", encoding="utf-8")
    assert usual_baseline(rap, name, to_pin=False) == mine


def test_rap_ground_without_any_baseline_says_how_to_pin_one(own: Path) -> None:
    rap = named_rap("our-rap")[0].model_copy(update={"language": "qq"})
    with pytest.raises(InputError, match="no baseline of our-rap was pinned"):
        usual_baseline(rap, "our-rap", to_pin=False)
