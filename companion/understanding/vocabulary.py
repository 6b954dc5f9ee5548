"""The fixed names that a rap may use: steps, cues, issues and decision makers' roles.

Values that are kept come from these lists and never from speech.
"""

from __future__ import annotations

from companion.domain.dialogue import Step

STEP_NAMES = {
    "make_space": Step.MAKE_SPACE,
    "what_moves_you": Step.WHAT_MOVES_YOU,
    "connect": Step.CONNECT,
    "plan": Step.PLAN,
    "ask": Step.ASK,
}

CUES = (
    "consent_asked",
    "consent_given_ack",
    "agenda",
    "reflection",
    "own_story",
    "decision_maker_named",
    "decision_maker_asked",
    "success_example",
    "plan_named",
    "inoculation",
    "hard_ask",
    "ask_declined_ack",
    "commitment_ack",
    "next_step_stated",
    "self_care",
    "coping_offered",
    "confidentiality",
    "follow_up_promised",
    "thanks_close",
    "fear_addressed",
)

ISSUES = (
    "wages",
    "hours/scheduling",
    "staffing",
    "safety",
    "harassment",
    "discrimination",
    "respect",
    "benefits/health care",
    "job security",
    "retaliation",
    "housing/repairs",
    "rent/eviction",
    "immigration",
    "workload",
    "training",
    "other",
)

ROLES = (
    "owner",
    "executive",
    "vice president",
    "president or chair",
    "director",
    "administrator",
    "regional manager",
    "district manager",
    "general manager",
    "site manager",
    "plant manager",
    "store manager",
    "operations manager",
    "manager",
    "supervisor",
    "human resources",
    "head or chief",
    "dean or provost",
    "agency or contractor",
    "landlord",
    "property manager",
    "city council",
    "mayor",
    "city manager",
    "commissioner",
    "school board",
    "superintendent",
    "principal",
    "bishop or pastor",
    "board",
    "public agency",
    "other",
)

TAPS = ("issue", "realization", "commitment", "next_step", "fear", "ready")
"""What the organizer can tap that may meet a goal."""

UNNAMED = "other"
"""The next step that no other entry of a rap describes."""

IN_TOUCH = "be in touch"
"""The follow-up that was promised without saying in which way."""
