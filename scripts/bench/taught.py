"""Twenty examples as a trainer might add them, each with another way to say about the same.

Made up for this measurement; none is an example of the shipped rap or of the training text.
"""

from __future__ import annotations

TAUGHT: tuple[tuple[str, str, str], ...] = (
    (
        "make_space",
        "I'm the one who waters the planters by the bus stop, we've nodded at each other.",
        "I'm the guy who waters the planters outside, I think we've nodded a few times.",
    ),
    (
        "make_space",
        "Put me on speaker if you're folding laundry, I don't mind the noise.",
        "You can put me on speaker while you fold the laundry.",
    ),
    (
        "make_space",
        "My camera's off because my hair is a disaster, hope that's fine.",
        "I've got my camera off, my hair is a disaster today.",
    ),
    ("make_space", "Your accent, is that the coast?", "Is that a coast accent I'm hearing?"),
    (
        "what_moves_you",
        "So the freezer alarm goes all night and nobody comes.",
        "The freezer alarm went again all night and nobody came.",
    ),
    (
        "what_moves_you",
        "And you mopped that flood yourself, barefoot, at midnight?",
        "You mopped up the flood yourself, barefoot?",
    ),
    (
        "what_moves_you",
        "Which of those keeps coming back to you when the day is over?",
        "Which one keeps coming back to you when your day is over?",
    ),
    (
        "what_moves_you",
        "Having to beg for a bathroom key, I can't get over that.",
        "Begging for the bathroom key, I can't get over it.",
    ),
    (
        "connect",
        "The bank that holds the note on the building, that's who signs.",
        "It's the bank holding the note on your building that signs.",
    ),
    (
        "connect",
        "Her office is on the sixth floor and she reads every invoice.",
        "She sits on the sixth floor and reads each invoice herself.",
    ),
    (
        "connect",
        "My cousin's laundry got its fans after everyone stood in the doorway together.",
        "At my cousin's laundry they all stood in the doorway together and got fans.",
    ),
    (
        "connect",
        "If she wanted to, one phone call from her and the heat is on by noon.",
        "One phone call from her and the heat would be on by noon.",
    ),
    (
        "plan",
        "Picture forty of us carrying the same orange bucket into that lobby.",
        "Picture us all carrying an orange bucket into the lobby.",
    ),
    (
        "plan",
        "First the petition on the door, then the reporters, then the walk to city hall.",
        "First there's the petition on the door, later the walk to city hall.",
    ),
    (
        "plan",
        "They'll send a man with donuts and a smile, that's how it starts.",
        "They will send somebody with donuts and a smile, it always starts like that.",
    ),
    (
        "plan",
        "Every floor has its own captain, so no one has to knock alone.",
        "Each floor has a captain so nobody knocks alone.",
    ),
    (
        "ask",
        "Would you carry the bucket with your name on it?",
        "Would you carry a bucket with your own name on it?",
    ),
    (
        "ask",
        "Can I write you down as captain for the fourth floor?",
        "May I write you down as the captain for floor four?",
    ),
    (
        "ask",
        "Then Wednesday at the laundromat, half past six, you bring the chalk.",
        "So it's Wednesday, half past six at the laundromat, and you bring chalk.",
    ),
    (
        "ask",
        "What would have to be true for you to knock on that one door?",
        "What would have to be true before you knock on that door?",
    ),
)
"""(step, an example of it, the variant)."""
