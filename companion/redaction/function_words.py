"""Words that carry no content: no name begins or ends with one, and none is one."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for lists that are read and written as text."""
    return frozenset(text.split())


FUNCTION_WORDS = word_set(
    """
    a about above across actually after again against ago ain't all almost along already also
    always am among an and another any anybody anyhow anyone anything anyway are aren't around
    as at away back be because been before behind being below beside between both but by bye can
    can't cannot 'cause cause come comes coming could couldn't course day days did didn't do
    does doesn't doing don't done down during each either else enough er even ever every
    everybody everyone everything exactly few for from get gets getting give gives go goes going
    gone gonna good got gotta great had hadn't has hasn't have haven't having he he'd he'll he's
    hear heard hello her here here's hers herself hey hi hiya him himself his hm hmm honestly
    how how's however i i'd i'll i'm i've if im in into is isn't it it'd it'll it's its itself
    just kind know last least less let let's like little look lot lots maybe me mean mhm might
    mine mm mm-hm more morning most much must my myself nah near need needs never new next nice
    night no nobody none nope nor not nothing now of off oh okay ok old on once one one's ones
    only onto or other others our ours out over own perhaps please put quite rather really right
    said same say saying says see seen shall she she'd she'll she's should shouldn't since so
    some somebody someone something sometimes somewhere soon sorry sort still such sure take
    taken takes talk tell than thank thanks that that'd that'll that's thats the their theirs
    them themselves then there there'll there's these they they'd they'll they're they've thing
    things think this those though thought through till time to today together told tomorrow
    tonight too took totally toward towards true two uh uh-huh um under until unless up upon us
    used very wanna want wants was wasn't way we we'd we'll we're we've well went were weren't
    what what'd what'll what's whatever when when's where where's whether which while who who's
    whoever whole whom whose why with within without won't would wouldn't y'all yeah yep yes
    yesterday yet yo you you'd you'll you're you've your yours yourself yourselves ain't ma'am
    mom mum dad sir three four five six seven eight nine ten hundred
    """
)

DETERMINERS = word_set(
    """
    a an the this that these those my your his her its our their some any no every each another
    either neither what which whose one two three four five six seven eight nine ten both all
    """
)
"""After one of these an ordinary noun is likelier than a name."""
