"""The words around a name: what announces one, and what shows that a word is just a word."""

from __future__ import annotations

from companion.redaction.function_words import DETERMINERS, word_set

TITLES = word_set("mr mrs ms mister missus mx dr")
"""Whatever follows is a name."""
SOFT_TITLES = word_set(
    """
    miss doctor professor coach judge father pastor deacon sister brother uncle auntie aunt
    reverend rev officer senator councilman councilwoman councillor councilmember mayor governor
    captain sergeant rabbi imam madam don doña tía tío tia tio mama papa nana granny advocate
    bishop principal superintendent commissioner supervisor nurse sir lady chief cousin elder
    sis bro mum mom grandma grandpa
    """
)
"""Titles that are words by themselves: they need a name after them."""
GREETINGS = word_set(
    """
    hi hello hey hiya yo bye goodbye thanks cheers morning evening
    """
)
GREETING_PAIRS = frozenset(
    {
        ("thank", "you"),
        ("good", "morning"),
        ("good", "afternoon"),
        ("good", "evening"),
        ("good", "night"),
        ("bye", "bye"),
        ("take", "care"),
        ("see", "you"),
        ("talk", "soon"),
        ("all", "right"),
    }
)
GREETED = word_set(
    """
    there everyone everybody folks friend friends neighbor neighbour honey love dear man girl
    guys again all team people y'all buddy kids ladies sweetheart darling sweetie hon sir ma'am
    stranger brother sister comrade mate pal boss gang sunshine beautiful gorgeous dude bud son
    """
)
"""Whom people greet without a name."""
AFTER_GREETED = word_set(
    """
    it's its it this i'm im i it's how how's hows is are you we we're what thanks thank good
    sorry can could do did have my from glad calling hope hey hi oh so and okay yeah no yes nice
    great
    """
)
INTRODUCING = frozenset(
    {
        ("this", "is"),
        ("name", "is"),
        ("is", "this"),
        ("is", "that"),
        ("it", "is"),
        ("that", "is"),
        ("i", "am"),
    }
)
INTRODUCING_WORDS = word_set("it's its i'm im that's")
NAMING = word_set("named called name's nicknamed")
AFTER_INTRODUCED = word_set(
    """
    from here calling with at over again down up in on speaking and who i the your we that's
    that
    """
)
SPEAKING_TO = word_set(
    """
    to with told tell tells telling ask asks asked asking call calls called calling text texts
    texted met meet meets know knows knew saw see sees help helps helped thank email emailed
    phone phoned ring rang invite invited bring brings brought remind reminded about from for
    remember remembers like love loves trust trusts fired fire hired hire between by and or than
    not because when if that but so while until is was are were does did has have had can could
    would should will where's how's who's what's says said of
    """
)
"""Verbs and small words that a person's name follows."""
SPEAKING_TO_STRONGLY = word_set(
    """
    told tell ask asked text texted met remind reminded phoned invite invited emailed thank
    """
)
DEALINGS = (
    *("talk", "spoke", "speak", "said", "listen", "gave", "met", "meet", "sit", "sat", "heard"),
    *("goes", "went", "gone", "call", "work", "chat", "see"),
)
"""How words begin that somebody has to do with somebody by: "spoke to", "meeting with"."""
NAME_DOES = word_set(
    """
    said says told tells asked asks called calls texted thinks thought wants wanted knows knew
    works worked lives lived got gets went goes came comes gave gives took takes left signed
    signs joined quit brings brought uses used keeps kept runs ran made makes put saw sees heard
    hears felt feels needs needed has had was is will would can could should does did doesn't
    didn't isn't wasn't won't wouldn't can't couldn't and's is lost started starts showed shows
    stood stands sits sat talked talks spoke speaks wrote writes paid pays hates loves likes
    bought sent sends found finds
    """
)
"""What a person does right after their name; in the third person, past or present."""
NAME_DOES_STRONGLY = NAME_DOES - word_set(
    """
    will would can could should is was has had did put left felt found saw does used needs made
    takes runs comes gets goes makes shows lost stands starts uses gives took kept keeps
    """
)
SUBJECTS = word_set(
    """
    i we they you he she it who to don't didn't never gonna i'll we'll you'll they'll let's
    please just can't won't couldn't i'd we'd they'd
    """
)
"""After one of these comes a verb: "they chase", "to mark", "we hope"."""
MONTH_BEFORE = word_set("in since until till last next early late mid during every each end")
BEFORE_DATES = word_set(
    "on by until till from to of the for before after between friday monday "
    "tuesday wednesday thursday saturday sunday"
)
ORDINALS = word_set(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty thirty
    thirtieth
    """
)
DAYS_OF_MONTHS = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
MONTH_NAMES = word_set("may april june august")
MODALS = frozenset({"will", "may"})
BEFORE_MODAL = word_set(
    """
    i we they you he she it who that this there which these those what where how nobody somebody
    everybody everyone anybody anyone someone people none some all both one things nothing
    something everything others folks neither either
    """
)
AFTER_MODAL = word_set(
    """
    you we they he she it i be not have do get take go come make never also still just always
    even only probably need say tell want give keep help work see the this that there your my
    his her their our these those anybody anyone someone people look feel call send try know put
    let meet
    """
)

# Each word's own company, where it is no name: words right before it, and words right after it.
_ARTICLES = DETERMINERS | {"any", "some", "no", "such", "much", "more", "of", "same", "good", "own"}
COMPANY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    word: (frozenset(before.split()), frozenset(after.split()))
    for word, before, after in (
        (
            "will",
            "",
            "you we they he she be not talk bring sign come call speak ask think stay join help",
        ),
        ("may", "", "i we you be not"),
        ("grace", "saving good amazing", "period periods day days note"),
        (
            "hope",
            "i really any have lose lost still with high give gives no",
            "so not that to you we it they he she i this for the your all everything and",
        ),
        (
            "mark",
            "question check high low exclamation to halfway hour",
            "my your the it that this down up on off a them of where",
        ),
        (
            "bill",
            "electric water light phone gas hospital medical power heating dollar senate house "
            "rent utility pay grocery",
            "collector for them due comes came",
        ),
        (
            "rose",
            "prices rent costs rents it they who that we temperature",
            "up to from by above again bush bushes garden",
        ),
        (
            "chase",
            "to gonna cut high wild won't",
            "after down them him her it that the up people you around bank us me",
        ),
        (
            "art",
            "martial fine modern of clip street state",
            "class classes teacher show school work gallery supplies project museum of",
        ),
        ("joy", "of pure with full bring brings", "of in ride"),
        ("frank", "be being been very perfectly quite really honest too to", "about conversation"),
        ("pat", "a me stand", "on down yourself them me him answer"),
        ("sue", "to can could gonna and might would", "them us him you the for over me somebody"),
        ("drew", "she he they we who straws", "up the a on out straws blood attention my"),
        (
            "grant",
            "federal state to block",
            "us them the you money writer proposal program funding a application permission",
        ),
        ("jack", "car phone", "up it the of"),
        ("ray", "x death", "of tube"),
        ("faith", "good have in bad keep of", "in based community leaders that"),
        ("dawn", "at before till crack until by", "on of"),
        ("rich", "get the filthy so too being are", "people folks and in man guys enough"),
        ("gene", "", "pool therapy"),
        ("crystal", "", "clear ball"),
        ("amber", "", "light alert"),
        ("angel", "an guardian", "investor"),
        ("charity", "of for to", "event work drive"),
        ("buck", "a quick the", "stops"),
        ("don", "", "t"),
        ("nick", "of the", "of"),
        ("rod", "fishing lightning", ""),
        ("gay", "", "people man men woman couple marriage rights bar"),
        ("penny", "every a single", ""),
        ("sunny", "it's is so was", "day days side out"),
        ("cliff", "a the", "edge"),
        ("chuck", "to", "it them that out"),
        ("merry", "", "christmas"),
        ("dusty", "so too all it's", "floor air in"),
        ("rusty", "a so it's", "pipe nail"),
        ("dot", "polka the", "com"),
        ("kit", "first aid a", ""),
        ("robin", "round", ""),
        ("king", "", "size bed"),
        (
            "miles",
            "ten twenty thirty forty fifty hundred thousand few many square",
            "away per a an from to of",
        ),
        ("guy", "this that some new a", "who with in from at"),
        ("van", "", ""),
        ("summer", "all last next this every in the", "job camp school"),
        ("chance", "a any every no fat", "to of that"),
        ("major", "", "problem issue change part"),
        ("carol", "christmas", ""),
        ("dean", "the", "of"),
        ("sage", "", "green"),
        ("olive", "", "oil oils green"),
        ("ginger", "", "ale tea snap"),
        ("sally", "", ""),
        ("lance", "free", ""),
    )
}
ARTICLES = frozenset(_ARTICLES)
