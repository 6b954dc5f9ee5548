"""The first schema: two groups of members, the shared calls, and who may do what with them.

What guards the rows:

- The column `organizer` is filled by the server with the name that logged in (`session_user`,
  which `SET ROLE` does not change), and no member has the right to write it.
- Row-level security, forced on the owner as well: an organizer reads and writes their own rows;
  a coordinator reads every row, and writes their own.
- A record is taken only in the one form in which companion writes it: every key, every kind of
  value and every length is checked, so that no client can hide other text in it.
- Nobody else has any right in this database.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Frozen here on purpose: what the program's own checks say may move on.
# The form of a record, from its smallest parts. Records are ASCII, so a letter of another
# alphabet is written as \uXXXX; control characters are refused.
_ESCAPED = r"\\u(?:[1-9a-f][0-9a-f]{3}|0[1-9a-f][0-9a-f]{2}|00[a-f][0-9a-f])"
_COUNT = r"(?:0|[1-9][0-9]{0,7})"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ID = rf"(?:[A-Za-z0-9_ ./-]|{_ESCAPED})+"
_VERSION = rf"(?:[A-Za-z0-9_ ./+:()-]|{_ESCAPED})+"
_STRING = rf'"(?:[ !#-Z^-~]|[[]|[]]|\\["\\]|{_ESCAPED})*"'
_ORIGIN = r'"origin": "(?:heard|tapped|typed)"'
_FACT = rf'[{{]{_ORIGIN}, "value": "{_ID}"[}}]'
_TEXT = rf'[{{]"kept": [[](?:{_STRING}(?:, {_STRING})*)?[]], "text": {_STRING}[}}]'
_CONSENT = (
    rf'[{{]"at": "{_DAY}T[0-9:]{{8}}(?:[.][0-9]{{1,6}})?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})", '
    r'"how": "(?:spoken|written|earlier)", "scope": "summary"[}]'
)
_STEP = (
    rf'[{{]"confirmed": (?:true|false), "detail": (?:null|{_TEXT}), {_ORIGIN}, '
    rf'"what": (?:null|"{_ID}"), "when": (?:null|"{_DAY}(?:T[0-9]{{2}}:[0-9]{{2}})?"), '
    r'"who": (?:null|"them"|"organizer"|"both")[}]'
)
_PROVENANCE = (
    rf'[{{]"companion": "{_VERSION}", "engine": "{_VERSION}", "rap": "{_VERSION}", '
    rf'"rap_sha256": "[0-9a-f]{{64}}", "rap_version": "{_VERSION}"[}}]'
)
_PARTS = (
    ("ask", rf"(?:null|{_FACT})"),
    ("call_date", rf'"{_DAY}"'),
    ("closed_count", _COUNT),
    ("commitment", rf"(?:null|{_FACT})"),
    ("consent", rf"(?:null|{_CONSENT})"),
    ("decision_maker", rf"(?:null|{_FACT})"),
    ("duration_s", _COUNT),
    ("follow_up", rf"(?:null|{_FACT})"),
    ("follow_up_detail", rf"(?:null|{_TEXT})"),
    ("form", "1"),
    ("goals_met", rf'[[](?:"{_ID}"(?:, "{_ID}")*)?[]]'),
    ("issues", rf"[[](?:{_FACT}(?:, {_FACT})*)?[]]"),
    ("listening_share", r"(?:null|[01]|0[.][0-9]{1,17}|1[.]0)"),
    ("next_step", rf"(?:null|{_STEP})"),
    ("note", rf"(?:null|{_TEXT})"),
    ("open_count", _COUNT),
    ("provenance", _PROVENANCE),
    ("self_care", rf"(?:null|{_FACT})"),
    ("steps_reached", r"[[](?:[1-5](?:, [1-5])*)?[]]"),
    ("unheard_s", _COUNT),
)
_RECORD = "^[{]" + ", ".join(f'"{name}": {form}' for name, form in _PARTS) + "[}]$"

_GROUPS = """
DO $$
BEGIN
  EXECUTE format('CREATE ROLE %I NOLOGIN', current_database() || '_organizer');
  EXECUTE format('CREATE ROLE %I NOLOGIN', current_database() || '_coordinator');
END
$$
"""

_FUNCTIONS = (
    """
CREATE FUNCTION companion.issues_of(record jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT coalesce(string_agg('|' || (item ->> 'value'), '' ORDER BY place), '') || '|'
  FROM jsonb_array_elements(record -> 'issues') WITH ORDINALITY AS each (item, place)
$$
""",
    """
CREATE FUNCTION companion.is_agreed(record jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT coalesce((step ->> 'confirmed')::boolean, false)
    AND step ->> 'who' IS NOT NULL
    AND step ->> 'when' IS NOT NULL
    AND (step ->> 'what' IS NOT NULL OR step ->> 'detail' IS NOT NULL)
  FROM (SELECT record -> 'next_step') AS of (step)
$$
""",
    """
CREATE FUNCTION companion.is_short(record jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT coalesce(bool_and(char_length(part.words) <= part.most), true)
  FROM (
    VALUES
      (record #>> '{note,text}', 400),
      (record #>> '{follow_up_detail,text}', 400),
      (record #>> '{next_step,detail,text}', 400),
      (record #>> '{note,kept}', 400),
      (record #>> '{follow_up_detail,kept}', 400),
      (record #>> '{next_step,detail,kept}', 400),
      (record #>> '{next_step,what}', 40),
      (record #>> '{ask,value}', 40),
      (record #>> '{decision_maker,value}', 40),
      (record #>> '{follow_up,value}', 40),
      (record #>> '{self_care,value}', 40),
      (record #>> '{provenance,companion}', 80),
      (record #>> '{provenance,engine}', 80),
      (record #>> '{provenance,rap}', 80),
      (record #>> '{provenance,rap_version}', 80)
    UNION ALL
      SELECT item ->> 'value', 40 FROM jsonb_array_elements(record -> 'issues') AS issue (item)
    UNION ALL
      SELECT item, 40 FROM jsonb_array_elements_text(record -> 'goals_met') AS goal (item)
  ) AS part (words, most)
$$
""",
    f"""
CREATE FUNCTION companion.fits(
  record text, call_date date, commitment text, issues text, agreed boolean
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $fits$
DECLARE
  known jsonb;
BEGIN
  IF record IS NULL OR octet_length(record) > 16000 OR record !~ $form${_RECORD}$form$ THEN
    RETURN false;
  END IF;
  known := record::jsonb;
  RETURN companion.is_short(known)
    AND coalesce(known #>> '{{commitment,value}}', 'yes') IN ('yes', 'no', 'maybe', 'not_asked')
    AND commitment IS NOT DISTINCT FROM known #>> '{{commitment,value}}'
    AND call_date = (known ->> 'call_date')::date
    AND issues = companion.issues_of(known)
    AND agreed = companion.is_agreed(known);
EXCEPTION WHEN data_exception THEN
  RETURN false;
END
$fits$
""",
)

_TABLE = r"""
CREATE TABLE companion.shared_call (
  deletion_digest varchar(64) NOT NULL CONSTRAINT pk_shared_call PRIMARY KEY,
  organizer varchar(63) NOT NULL DEFAULT session_user,
  code varchar(24) NOT NULL,
  record text NOT NULL,
  approved_at varchar(32) NOT NULL,
  edited_at varchar(32),
  call_date date NOT NULL,
  commitment varchar(40),
  issues text NOT NULL,
  agreed boolean NOT NULL,
  shared_at timestamptz NOT NULL DEFAULT date_trunc('minute', now()),
  CONSTRAINT ck_shared_call_digest CHECK (deletion_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT ck_shared_call_code
    CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(code) >= 3),
  CONSTRAINT ck_shared_call_approved_at CHECK (
    approved_at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}[+]00:00$'
  ),
  CONSTRAINT ck_shared_call_edited_at CHECK (
    edited_at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}[+]00:00$'
  ),
  CONSTRAINT ck_shared_call_record
    CHECK (companion.fits(record, call_date, commitment, issues, agreed))
)
"""

_RIGHTS = """
DO $$
DECLARE
  organizer text := current_database() || '_organizer';
  coordinator text := current_database() || '_coordinator';
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  REVOKE ALL ON SCHEMA companion FROM PUBLIC;
  REVOKE ALL ON ALL TABLES IN SCHEMA companion FROM PUBLIC;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA companion FROM PUBLIC;

  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %I',
    current_database(), organizer, coordinator);
  EXECUTE format('GRANT USAGE ON SCHEMA companion TO %I, %I', organizer, coordinator);
  EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA companion TO %I', organizer);
  EXECUTE format('GRANT SELECT ON companion.alembic_version TO %I, %I', organizer, coordinator);

  EXECUTE format('GRANT SELECT ON companion.shared_call TO %I, %I', organizer, coordinator);
  EXECUTE format('GRANT DELETE ON companion.shared_call TO %I', organizer);
  EXECUTE format('GRANT INSERT (deletion_digest, code, record, approved_at, edited_at, call_date, '
    'commitment, issues, agreed) ON companion.shared_call TO %I', organizer);
  EXECUTE format('GRANT UPDATE (code, record, approved_at, edited_at, call_date, commitment, '
    'issues, agreed) ON companion.shared_call TO %I', organizer);

  ALTER TABLE companion.shared_call ENABLE ROW LEVEL SECURITY;
  ALTER TABLE companion.shared_call FORCE ROW LEVEL SECURITY;
  EXECUTE format('CREATE POLICY own_read ON companion.shared_call FOR SELECT TO %I '
    'USING (organizer = session_user)', organizer);
  EXECUTE format('CREATE POLICY own_share ON companion.shared_call FOR INSERT TO %I '
    'WITH CHECK (organizer = session_user)', organizer);
  EXECUTE format('CREATE POLICY own_change ON companion.shared_call FOR UPDATE TO %I '
    'USING (organizer = session_user) WITH CHECK (organizer = session_user)', organizer);
  EXECUTE format('CREATE POLICY own_take_back ON companion.shared_call FOR DELETE TO %I '
    'USING (organizer = session_user)', organizer);
  EXECUTE format('CREATE POLICY coordinator_read ON companion.shared_call FOR SELECT TO %I '
    'USING (true)', coordinator);
END
$$
"""


def upgrade() -> None:
    """Make the groups, the functions, the table, and every right."""
    connection = op.get_bind().execution_options(no_parameters=True)
    for statement in (
        _GROUPS,
        *_FUNCTIONS,
        _TABLE,
        "CREATE INDEX ix_shared_call_call_date "
        "ON companion.shared_call (call_date, deletion_digest)",
        "CREATE INDEX ix_shared_call_organizer ON companion.shared_call (organizer)",
        _RIGHTS,
    ):
        connection.exec_driver_sql(statement)
