"""Addresses, places and employers that are made of ordinary words, cased or not.

"forty one elm street apartment four b", "the elm street building", "green valley foods", "lot 12".
A last word that gives the kind away (street, valley, foods) and what stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from companion.redaction.function_words import DETERMINERS, FUNCTION_WORDS, word_set
from companion.redaction.numbers import is_number
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Kind, Word, norm_at

IsOrdinary = Callable[[Word], bool]

_STREETS = word_set(
    """
    street avenue ave road rd boulevard blvd terrace highway hwy parkway pkwy crescent turnpike
    pike interstate expressway freeway
    """
)
# A street, a mountain or a shop, if what stands before it could be the name of one.
_SITES = word_set(
    """
    drive lane court circle place way square plaza row rise close alley trail loop heights hill
    hills valley ridge grove creek spring springs falls lake park village gardens manor estates
    tower towers bay harbor harbour beach point bend view mesa oaks pines meadows crossing
    landing county city center centre hall house island junction mill mills bridge field fields
    corner glen canyon river pond woods acres commons bluff cove hollow run township parish
    """
)
_FIRMS = word_set(
    """
    foods market markets logistics hospital medical clinic elementary academy college university
    bank motors insurance industries manufacturing distribution staffing transit transportation
    freight farms farm dairy diner hotel inn suites casino resort brothers sons associates
    partners systems solutions energy chemical chemicals plastics steel electric apartments
    school schools high preschool daycare church chapel temple mission ministries pharmacy
    produce poultry packing textiles furniture seating supply supplies services landscaping
    landscape construction cafe café bakery grill tavern lounge fitness salon spa nursery
    cleaners laundry linens communications wireless telecom airlines airways cargo shipping
    trucking express delivery packaging recycling waste power gas oil refinery mining lumber
    paper mutual savings financial credit fidelity trust properties realty management homes
    rehab rehabilitation hospice healthcare care living senior nursing memorial general regional
    skillet rooster star lantern
    """
)
# The first word of many a street, village or firm.
_NAMESAKES = word_set(
    """
    acorn alder apple arrow ash aspen autumn bay bayside beach bear beaver beech big birch black
    blossom blue bluebird bluff bright brook brookside brown buck buckeye canyon cardinal castle
    cedar central cherry chestnut church clear clearwater clover coastal copper coral cotton
    cottage country creek crescent crest crown crystal cypress dawn deer diamond dogwood dove
    duke eagle east eastern eastgate eastside edge elk elm emerald evergreen fair fairview
    falcon falls farm fern first five forest forge fort four fox franklin front frontier garden
    gateway glen gold golden grand granite grassy great green greenfield grove gulf harbor hawk
    hawthorn hazel heather heritage hickory high highland hill hilltop holly honey hope horizon
    huckleberry hunter independence indian iron island ivy jefferson juniper king kings lake
    lakeshore lakeside lakeview laurel lexington liberty lighthouse lilac lily lincoln lion
    little locust lone long lotus low lower madison magnolia main maple market marsh meadow
    meadows midtown midway mill mission mockingbird moon moss mount mountain mulberry myrtle
    north northern northgate northside northwest oak oaks ocean olive orange orchard otter
    overlook owl pacific palm paradise park peach peachtree pear pearl pebble pecan pepper
    pheasant pilgrim pine pines pioneer plain pleasant plum pond poplar port prairie premier
    prince prospect quail quarry queen queens railroad rainbow raven red redwood ridge ridgeview
    river riverside riverview robin rock rocky rose ruby rustic saddle sage saint salt san sandy
    santa sandstone sapphire scenic second shady shore short sierra silver sixth sky south
    southern southgate southside southwest sparrow spring springs spruce star state station
    stone stonegate stony straight strawberry sugar summer summit sun sunflower sunny sunnyside
    sunrise sunset sunshine swan sweet sycamore third thorn three thunder tidewater tiger timber
    tollgate tower trinity tulip tupelo turtle twin two union unity upper valley victory village
    vine vineyard vista walnut washington water waterfront waterside west western westgate
    westside wheat whispering white wild wildwood willow wilson wind winding windmill winter
    wolf wood woodland woods yellow fourth fifth seventh eighth ninth tenth eleventh twelfth
    twentieth thirtieth michigan tin high mesa brick bell canal carriage mercy providence grace
    faith harvest cornerstone compass beacon anchor keystone evergreen patriot alliance allied
    united national american metro tri titan apex vanguard bluegrass
    """
)
# Before a street or a firm these make it any street, any firm.
_GENERIC = word_set(
    """
    high heart soup union church town dining mess
    back busy cross dead empty main-line middle public private local home house health
    high-school state-run night nursing grocery community charter elementary whole wrong right
    quiet nearby parking bus train city county our off side one-way dirt gravel open closed big
    small long corner front same other service access toll grade law trade driving summer night
    sunday catholic city-run trauma urgent primary child day elder foster patient client
    personal skin hair customer intensive acute palliative quality direct respite better good
    bad medical dental food super flea farmers stock job labor labour housing real main-street
    power water electric natural solar crude motor phone cell night-shift wash hand paper toilet
    copy time senior junior assisted independent living cost stop turn yard play
    """
)
_HOUSING = word_set(
    """
    apartment apt unit suite room rm lot space trailer flat bed cubicle pier
    """
)
_NUMBERED = word_set("building box ward floor hall cell wing pod pool tower block")
_SIDES = word_set(
    """
    north south east west northeast northwest southeast southwest
    """
)
_PLACE_CUES = word_set(
    """
    in at near from to off on outside by over past for with called
    """
)
# "At our father's mission", "for good home care": adjectives that employers' names begin with.
_PRAISE = word_set("new good great little old our all best first one true")
_BEFORE_PRAISE = word_set("at for from with by near called the of")
# Two of these in a row are a name by themselves: "at blue heron", "the silver spruce".
_PAIRED = _NAMESAKES - word_set(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth two three four
    five big long great little park station market high low state summer winter farm lower upper
    county country mill water rock field front edge central grand short fair clear plain hope north
    south east west northern southern eastern western indian american national united walk wood
    """
)
_LONGEST_NAME = 3
_HOUSE_NUMBER_WORDS = 6
# What comes before a street's or a firm's name, beside function words: it is no part of it.
_NEVER_IN_A_NAME = word_set(
    """
    live lives lived living work works worked working meet meets met meeting walk walks drive
    drives drove corner block house home office building shift place store shop people workers
    folks side end middle across along down behind called named stop street bus new old same
    whole january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    """
)


def places(words: Sequence[Word], ordinary: IsOrdinary) -> Iterator[Found]:
    """Streets with their house numbers, sites, firms, and numbered rooms.

    Args:
        words: the text.
        ordinary: whether a word may be read; what is not is likely a part of a name.
    """
    for at, word in enumerate(words):
        norm = word.norm.removesuffix("'s")
        if norm in _STREETS:
            yield from _street(words, at, ordinary)
        elif norm in _SITES or norm in _FIRMS:
            yield from _site(words, at, ordinary)
        if word.norm in _PAIRED and at and words[at - 1].norm in _PAIRED and not word.marks:
            yield Found(at - 1, at + 1, SpanType.ORG)
        if norm in _HOUSING or norm in _NUMBERED or norm == "number":
            yield from _numbered(words, at)
        if norm_at(words, at - 1) in ("on", "off", "near"):
            if norm in _ORDINALS and not _dated(words, at):
                yield Found(at, at + 1, SpanType.LOCATION)
            elif word.norm in _TENS and norm_at(words, at + 1) in _ORDINALS | _ORDINALS_TO_NINE:
                yield Found(at, at + 2, SpanType.LOCATION)


_ORDINALS_TO_NINE = word_set("first second third fourth fifth sixth seventh eighth ninth")
_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = word_set(
    """
    fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
    """
)


def _dated(words: Sequence[Word], at: int) -> bool:
    return norm_at(words, at + 1) in ("of", "at", "and", "then") or bool(
        {norm_at(words, at - 2), norm_at(words, at - 3)} & _NEVER_IN_A_NAME
    )


def _street(words: Sequence[Word], at: int, ordinary: IsOrdinary) -> Iterator[Found]:
    first = _name_begins(words, at, ordinary)
    if first == at or (
        first == at - 1 and words[first].norm in _GENERIC and ordinary(words[first])
    ):
        # "interstate 80", "highway nine": the number is the name
        if at + 1 < len(words) and is_number(words[at + 1]) and words[at].norm != "street":
            yield Found(at, at + 2, SpanType.LOCATION)
        return
    end = at + 1
    while end < len(words) and words[end].norm in _SIDES and not words[end].stop_before:
        end += 1
    yield Found(_house_number(words, first), end, SpanType.LOCATION)


def _site(words: Sequence[Word], at: int, ordinary: IsOrdinary) -> Iterator[Found]:
    first = _name_begins(words, at, ordinary)
    if first == at:
        return
    head = words[first]
    before = words[at - 1]
    plain = before.norm in _GENERIC and ordinary(before)
    if words[at].norm in _FIRMS:
        likely = head.norm in _NAMESAKES or not ordinary(head) or not ordinary(before)
        if norm_at(words, first - 1) in _PRAISE and norm_at(words, first - 2) in _BEFORE_PRAISE:
            first -= 1
        announced = norm_at(words, first - 1) in _PLACE_CUES and at - first >= 2
        if (likely and not (plain and first == at - 1)) or (announced and not plain):
            yield Found(first, at + 1, SpanType.ORG)
        return
    if plain or before.norm in DETERMINERS:
        return
    if not ordinary(before):
        yield Found(at, at + 1, SpanType.LOCATION)
    elif before.norm in _NAMESAKES:
        cue = norm_at(words, at - 2)
        if first < at - 1 and words[first].norm not in _NAMESAKES and ordinary(words[first]):
            first = at - 1
        if cue not in ("a", "an", "any", "some", "every", "each", "my", "your"):
            yield Found(_house_number(words, first), at + 1, SpanType.LOCATION)
    elif first > 0 and is_number(words[first - 1]):
        number = _house_number(words, first)
        if number < first - 1 or words[first - 1].kind is Kind.DIGITS:
            yield Found(number, at + 1, SpanType.LOCATION)


def _name_begins(words: Sequence[Word], at: int, ordinary: IsOrdinary) -> int:
    """The first of up to three words before a street or a firm that can be a part of its name."""
    first = at
    while first > 0 and at - first < _LONGEST_NAME:
        if words[first].marks not in ("", "-", "'", "."):
            break
        word = words[first - 1]
        if words[first].marks == "." and len(word.norm) > 2:
            break
        if word.norm in _ORDINALS | _ORDINALS_TO_NINE:
            first -= 1
            if norm_at(words, first - 1) in _TENS:
                first -= 1
            break
        if is_number(word):
            break
        if ordinary(word) and (word.norm in FUNCTION_WORDS or word.norm in _NEVER_IN_A_NAME):
            break
        if ordinary(word) and word.norm.endswith(("ing", "ly", "n't")) and first < at:
            break
        first -= 1
    return first


def _house_number(words: Sequence[Word], first: int) -> int:
    """Takes in the number before a street's name."""
    number = first
    while number > 0 and first - number < _HOUSE_NUMBER_WORDS:
        before = words[number - 1]
        spoken = is_number(before) or before.norm in ("hundred", "oh", "thousand")
        joined = before.norm == "and" and norm_at(words, number - 2) == "hundred"
        side = before.norm in _SIDES and number == first
        if not (spoken or joined or side):
            break
        number -= 1
    return number


def _cut(words: Sequence[Word], at: int) -> bool:
    return at >= len(words) or bool(words[at].marks)


def _numbered(words: Sequence[Word], at: int) -> Iterator[Found]:
    """ "apartment four b", "room 12", "box 9": the word, the number and a letter after it."""
    end = at + 1
    if norm_at(words, end) in ("number", "no"):
        end += 1
    number = end
    while end < len(words) and not words[end].stop_before and words[end].marks in ("", "-", "#"):
        word = words[end]
        letter = word.kind is Kind.LETTERS and len(word.norm) == 1
        coded = word.kind is Kind.STRANGE and any(c.isdigit() for c in word.norm)
        if letter and word.norm in ("a", "i") and end == number and not word.capital:
            break
        if not (is_number(word) or letter or coded or word.norm in ("oh", "hundred")):
            break
        if letter and end > number and word.norm in ("i", "a"):
            follows = "" if _cut(words, end + 1) else norm_at(words, end + 1)
            if word.norm == "i" or (follows and follows not in FUNCTION_WORDS):
                break
        end += 1
        if end - number > _HOUSE_NUMBER_WORDS:
            break
    first = at
    if words[at].norm == "number":
        if norm_at(words, at - 1) not in _HOUSING | _NUMBERED:
            return
        return
    if end > number and (
        end - number > 1
        or norm_at(words, number) not in ("one", "two", "three")
        or words[at].norm not in ("room", "space", "bed")
        or norm_at(words, end) in ("", "and", "on")
    ):
        yield Found(first, end, SpanType.LOCATION)
