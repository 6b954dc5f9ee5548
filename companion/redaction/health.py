"""Health and immigration terms about a person; the issues themselves ("health care") stay.

Illnesses and treatments are masked wherever they stand. Parts of the body that ordinary phrases
are full of ("back", "hands") are masked only where something is said to be wrong with them, or
where somebody's is spoken of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.redaction.function_words import word_set
from companion.redaction.numbers import TENS, is_number
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Word, norm_at

_CONDITIONS = word_set(
    """
    injury injuries injured pain pains painkillers dizzy

    pill pills meds medication medications medicine prescription prescriptions diagnosis diagnosed
    disease diseases illness illnesses disability disabled allergy allergies allergic anxiety
    therapy therapist sober sobriety addiction addict overdose overdosed alcoholic crutches brace
    sling bandage bandages bandaged sore sores swollen numb numbness burn burns scar scars
    hospitalized icu wheelchair amputated bruise bruises bruised poisoning sugar ulcerative hospice
    abscess adhd alzheimer's amputation anemia aneurysm angina anorexia apnea appendicitis
    arrhythmia arthritis asthma asthmatic ataxia autism autistic biopsy bipolar bleeding blister
    blisters blind blindness bloated bronchitis bulimia bunion bunions burnout bursitis cancer
    cancers cataract cataracts celiac chemo chemotherapy cholesterol clot clots colitis
    concussed concussion copd cough coughing coughs covid cramps crohn's cyst cysts deaf
    dehydration dementia depressed depression diabetes diabetic dialysis diarrhea disc discs
    dizziness dizzy earache eczema edema embolism emphysema endometriosis epilepsy epileptic
    epipen faint fainted fainting fever fevers fibroids fibromyalgia flu fracture fractured
    fractures gallbladder gallstones gastritis glaucoma gout headache headaches hepatitis hernia
    hernias herniated hiv hives hypertension hypothermia hysterectomy implant incontinence
    infection infections infertility inflammation inhaler inhalers insomnia insulin jaundice
    leukemia limp lump lumps lupus lymphoma mastectomy melanoma meningitis menopause migraine
    migraines miscarriage miscarried miscarriages mold-sick mri mumps nausea nauseous nebulizer
    neuropathy nosebleed nosebleeds oncologist oncology osteoporosis oxygen pacemaker palsy
    parkinson's paralyzed pneumonia pregnancies pregnancy pregnant premature prosthesis
    psoriasis psychosis ptsd rash rashes relapse rehab schizophrenia sciatica scoliosis seizure
    seizures sepsis shingles sinusitis spasm spasms sprain sprained stillborn stitches stroke
    strokes suicidal surgeries surgery tendinitis tendonitis thyroid tinnitus tonsils transplant
    tremor tremors trimester tuberculosis tumor tumors tumour ulcer ulcers ultrasound vertigo
    wheeze wheezing wheezes whiplash x-ray
    """
)
_PAIRS = frozenset(
    tuple(pair.split())
    for pair in [
        "anxiety attack",
        "anxiety attacks",
        "blood clot",
        "blood clots",
        "blood pressure",
        "blood sugar",
        "blood test",
        "blood tests",
        "blood thinner",
        "blood thinners",
        "bloody nose",
        "bloody noses",
        "broken arm",
        "broken collarbone",
        "broken leg",
        "broken wrist",
        "burn unit",
        "carpal tunnel",
        "cerebral palsy",
        "c section",
        "down syndrome",
        "head injury",
        "hearing aid",
        "hearing aids",
        "hearing loss",
        "heart attack",
        "heart attacks",
        "heart condition",
        "heart disease",
        "heart failure",
        "heart problem",
        "heart problems",
        "heat exhaustion",
        "heat stroke",
        "high blood",
        "kidney stones",
        "long covid",
        "long haul",
        "mental breakdown",
        "nervous breakdown",
        "numb fingers",
        "numb hands",
        "panic attack",
        "panic attacks",
        "pink eye",
        "pins and",
        "rotator cuff",
        "sickle cell",
        "sleep apnea",
        "slipped disc",
        "trigger finger",
        "white finger",
        "oxygen tank",
        "breathing treatment",
        "breathing treatments",
        "bad lungs",
        "black lung",
        "brown lung",
    ]
)
# Few sayings hold one of these.
_PARTS = word_set(
    """
    arm arms blood bones chest ear ears eye eyes finger fingers foot heart jaw joints leg legs
    lip lips muscle muscles neck nerves nose skin stomach teeth throat belly scalp eyesight
    ankle ankles bladder bowel bowels calf collarbone cornea elbow elbows forearm gallbladder
    gums hamstring hip hips kidney kidneys knee knees knuckle knuckles ligament liver lung lungs
    meniscus ovary pancreas pelvis prostate rib ribs shin shoulder shoulders sinus sinuses spine
    tendon tendons thigh thighs thumb thumbs toe toes tooth uterus vertebra vertebrae womb wrist
    wrists
    """
)
# Sayings are full of these.
_COMMON_PARTS = word_set("back hand hands head feet face pressure breathing hearing sight")
# Somebody's own back or teeth are named mostly because something is wrong with them.
_TELLING_IF_OWN = word_set("back feet pressure breathing hearing sight")
_OWN = word_set(
    """
    back blood chest ears eyes feet legs lungs neck skin stomach sugar teeth throat nerves
    joints pressure breathing hearing sight eyesight jaw
    """
)
_OWN = word_set("my your his her their the that those own")
_OWNED = _OWN - {"the", "that", "those"}
_WRONG_BEFORE = word_set(
    """
    bad bum busted broke broken hurt hurting injured sore stiff numb swollen torn tore pulled
    sprained strained twisted wrecked ruined messed blew threw smashed crushed burned burnt
    bandaged aching painful blown weak fused replaced cracked cut pinched bleeding itchy
    """
)
_WRONG_AFTER = word_set(
    """
    hurt hurts hurting ache aches aching pain pains problem problems surgery injury injuries
    trouble swell swells swelled swelling swollen numb bleeding bled broke broken burns burning
    burn itch itches tingles tingling cramp cramps cramping killing acting seized locked injured
    operation rash condition cracked cracking peeling peeled infection replacement replaced
    fixed giving
    """
)
_WHICH = word_set("left right lower upper frozen both high low chronic severe breast type early")
_TROUBLES = word_set(
    "injury injuries surgery pain pains problem problems trouble attack attacks condition disease "
    "test tests failure infection replacement syndrome"
)
_SICK_AFTER = word_set("is was got get gets getting been are were be felt feel fell")
_BETWEEN = word_set(
    """
    is are was were been 's started starts keep keeps kept still been gets got so all really up
    has have had would
    """
)
_HOW = frozenset({"how's", "hows", "how", "about", "with", "for"})

_STATUS = word_set(
    """
    passport passports citizen sponsorship detained detention migra guestworker guestworkers illegal
    documented overstayed sponsored smuggled

    papers permit permits residency undocumented
    visa visas asylum asylee undocumented deport deported deportation deporting daca dreamer
    dreamers refugee refugees tps citizenship naturalized naturalization h1b h2a h2b i94 ead
    uscis parolee h-2a h-1b j1 f1
    """
)
_STATUS_PAIRS = frozenset(
    tuple(pair.split())
    for pair in [
        "green card",
        "green cards",
        "work permit",
        "work permits",
        "work visa",
        "settled status",
        "immigration status",
        "immigration case",
        "immigration hearing",
        "immigration court",
        "immigration lawyer",
        "asylum interview",
        "asylum case",
        "protected status",
        "no papers",
        "without papers",
        "illegal status",
        "legal status",
        "expired visa",
        "removal hearing",
        "removal order",
        "refugee status",
        "residence permit",
        "leave to",
        "ankle monitor",
        "got papers",
        "have papers",
        "citizenship test",
        "overstayed visa",
    ]
) - {("leave", "to")}
_STATUS_OF = word_set(
    """
    my your his her their our those these parents' husband's wife's
    """
)
_BEFORE_VISAS = word_set("the a an my your his her their on")
_VISA_LETTERS = word_set("f h j o l u t b")
_VISA_NUMBERS = word_set("1 2 1b 2a 2b one two")


def health_and_status(words: Sequence[Word]) -> Iterator[Found]:
    """Terms that say how somebody's health is, or under which papers they live here."""
    for at, word in enumerate(words):
        norm = word.norm.removesuffix("'s")
        pair = (word.norm, norm_at(words, at + 1).removesuffix("'s"))
        if pair in _PAIRS:
            yield Found(at, at + 2, SpanType.HEALTH)
        elif norm in _CONDITIONS or norm in _PARTS or _something_is_wrong(words, at):
            yield Found(_described_from(words, at), _described_to(words, at), SpanType.HEALTH)
        elif norm in ("sick", "ill", "hurt") and _is_sick(words, at):
            yield Found(at, at + 1, SpanType.HEALTH)
        if pair in _STATUS_PAIRS:
            yield Found(at, at + 2, SpanType.IMMIGRATION)
        elif norm in _STATUS or (norm in ("papers", "status") and _somebodys_status(words, at)):
            yield Found(at, at + 1, SpanType.IMMIGRATION)
        elif word.norm in _VISA_LETTERS and norm_at(words, at + 1) in _VISA_NUMBERS:
            joined = words[at + 1].marks == "-" or norm_at(words, at - 1) in _BEFORE_VISAS
            if joined and not words[at + 1].stop_before:
                yield Found(at, at + 2, SpanType.IMMIGRATION)


def _described_from(words: Sequence[Word], at: int) -> int:
    """Takes in what is said to be wrong: "frozen shoulder", "eight months pregnant"."""
    before = norm_at(words, at - 1)
    if before in ("months", "weeks") and at >= 2 and is_number(words[at - 2]):
        tens = at >= 3 and words[at - 3].norm in TENS
        return at - (3 if tens else 2)
    return at - 1 if before in _WRONG_BEFORE | _WHICH else at


def _described_to(words: Sequence[Word], at: int) -> int:
    after = norm_at(words, at + 1)
    return at + 2 if after in _TROUBLES and not words[at + 1].stop_before else at + 1


def _is_sick(words: Sequence[Word], at: int) -> bool:
    """ "He got sick", not "sick days"."""
    before, after = norm_at(words, at - 1), norm_at(words, at + 1)
    said = before in _SICK_AFTER or before.endswith(("'s", "'re", "'m"))
    return said and after not in ("of", "day", "days", "leave", "time", "pay", "call", "and")


def _something_is_wrong(words: Sequence[Word], at: int) -> bool:
    part, before, earlier = words[at].norm.removesuffix("'s"), norm_at(words, at - 1), at - 2
    if part not in _COMMON_PARTS:
        return False
    if before in _WRONG_BEFORE:
        return True
    if before in _OWN and norm_at(words, earlier) in _WRONG_BEFORE | {"out", "up"}:
        return True
    if before in _OWN and norm_at(words, earlier) in _HOW and part != "head":
        at_end = at + 1 >= len(words) or bool(words[at + 1].marks)
        if norm_at(words, earlier) in ("how's", "hows") or (at_end and before != "your"):
            return True
    how_is = norm_at(words, earlier - 1) == "how" and norm_at(words, earlier) in ("is", "are")
    if before in _OWN and how_is:
        return True
    owned = before in _OWNED | {"husbands", "wifes"} or before.endswith("'s")
    if owned and part in _TELLING_IF_OWN:
        return True
    after = at + 1
    while norm_at(words, after) in _BETWEEN and after < at + 4:
        after += 1
    if norm_at(words, after) in _WRONG_AFTER and not words[after].stop_before:
        return before in _OWN or after == at + 1 or before.endswith("'s")
    # "The hands." "That back, …": nothing else in the sentence.
    closed = at + 1 >= len(words) or words[at + 1].stop_before
    return closed and before in ("the", "that") and at >= 1 and words[at - 1].opens


def _somebodys_status(words: Sequence[Word], at: int) -> bool:
    before = norm_at(words, at - 1)
    return before in _STATUS_OF or before.endswith("'s")
