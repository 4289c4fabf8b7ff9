"""The SQL that folds the entries of a table into what its rows must be, and pairs it with history.

Each query is one statement and so sees one snapshot: an entry is in the outbox or in the ledger,
never in both or neither. Values are rendered as the capture triggers render them and stay in the
database; what comes out names keys, entries and columns.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.triggers import Capture

RENDERED = (
    "SET LOCAL \"TimeZone\" = 'UTC'; SET LOCAL \"DateStyle\" = 'ISO, YMD';"
    " SET LOCAL \"IntervalStyle\" = 'iso_8601'; SET LOCAL extra_float_digits = 1;"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL work_mem = '64MB'"
)
"""The settings of the capture functions (`audit.triggers`), and memory to sort in."""

_TOLD = """told AS MATERIALIZED (
        SELECT key, entry, index, operation, before, after, secret IS NULL AS is_erased
          FROM audit_ledgerentry WHERE relation = %(relation)s {among}
         UNION ALL
        SELECT key, id, NULL, operation, before, after, false
          FROM audit_outboxentry WHERE relation = %(relation)s {among}
)"""

# The last whole image, with every later change laid over it. A column that nobody told keeps away.
_FOLDED = """folded AS (
        SELECT key, max(entry) AS entry, (array_agg(index ORDER BY entry DESC))[1] AS index,
               (array_agg(operation ORDER BY entry DESC))[1] AS last,
               bool_or(is_erased) AS is_erased, audit_merged(after ORDER BY entry) AS state
          FROM told WHERE operation IN ('I', 'U', 'D', 'B') GROUP BY key
)"""

STATE = """
    WITH {told}, {folded}
    SELECT coalesce(f.key, r.key), f.entry, f.index, f.last, r.key IS NOT NULL, ARRAY(
               SELECT n.key FROM jsonb_each(r.state) n
                WHERE f.state -> n.key IS DISTINCT FROM n.value
                  AND (f.state ? n.key OR NOT f.is_erased)
                ORDER BY 1
           )
      FROM folded f FULL JOIN (
               SELECT t."{pk}"::text AS key, to_jsonb(t) AS state
                 FROM (SELECT {columns} FROM "{table}") t
           ) r USING (key)
     WHERE f.key IS NULL
        OR (f.last = 'D') = (r.key IS NOT NULL)
        OR f.state || r.state <> f.state
     ORDER BY 1
"""

# Columns that were added, removed or rewritten since are not compared before the baseline that says
# so. The n-th entry of a row belongs to the n-th row of its history.
HISTORY = """
    WITH {told},
    leaves AS (
        SELECT key, entry, index, operation, is_erased,
               CASE WHEN entry < %(since)s THEN said - %(rewritten)s::text[] ELSE said END AS said,
               row_number() OVER (PARTITION BY key ORDER BY entry) AS n
          FROM (SELECT *, coalesce(CASE operation WHEN 'D' THEN before ELSE after END, '{{}}')
                           AS said
                  FROM told WHERE operation IN ('I', 'U', 'D')) AS changes
    ),
    kept AS (
        SELECT h."{pk}"::text AS key, h.history_id, h.history_type, to_jsonb(h) AS state,
               row_number() OVER (PARTITION BY h."{pk}"::text ORDER BY h.history_id) AS n
          FROM "{history}" h
    )
    SELECT DISTINCT ON (key) key, entry, index, history_id, entry_rows, history_rows, ARRAY(
               SELECT said.key FROM jsonb_each(pairs.said) said
                WHERE pairs.state -> said.key IS DISTINCT FROM said.value
                ORDER BY 1
           )
      FROM (SELECT coalesce(l.key, k.key) AS key, coalesce(l.n, k.n) AS n, l.entry, l.index,
                   l.operation, l.said, l.is_erased, k.history_id, k.history_type, k.state,
                   count(l.entry) OVER (PARTITION BY coalesce(l.key, k.key)) AS entry_rows,
                   count(k.key) OVER (PARTITION BY coalesce(l.key, k.key)) AS history_rows
              FROM leaves l FULL JOIN kept k ON k.key = l.key AND k.n = l.n) AS pairs
     WHERE entry IS NULL
        OR (history_id IS NULL AND NOT is_erased)
        OR history_type <> translate(operation, 'IUD', '+~-')
        OR state || said <> state
     ORDER BY key, n
"""


# The next rows by key, and a baseline for each that the ledger does not know, or that differs in
# nothing but columns which a migration rewrote.
BATCH_OF_BASELINES = """
    WITH part AS MATERIALIZED (
        SELECT t."{pk}" AS pk, t."{pk}"::text AS key, to_jsonb(t) AS state
          FROM (SELECT {columns} FROM "{table}") t WHERE %(last)s IS NULL OR t."{pk}" > %(last)s
         ORDER BY t."{pk}" LIMIT %(batch)s
    ), {told}, {folded},
    differing AS (
        SELECT p.key, p.state, f.key IS NULL AS is_unknown, ARRAY(
                   SELECT n.key FROM jsonb_each(p.state) n
                    WHERE f.state -> n.key IS DISTINCT FROM n.value
               ) AS columns
          FROM part p LEFT JOIN folded f USING (key)
         WHERE f.key IS NULL OR (f.last <> 'D' AND f.state || p.state <> f.state)
    ),
    written AS (
        INSERT INTO audit_outboxentry (relation, operation, key, after, context, restricted)
        SELECT %(relation)s, 'B', key, state, %(context)s::jsonb, %(restricted)s FROM differing
         WHERE CASE WHEN is_unknown THEN %(is_new)s ELSE columns <@ %(changed)s::text[] END
        RETURNING 1
    )
    SELECT (SELECT pk FROM part ORDER BY pk DESC LIMIT 1), (SELECT count(*) FROM part),
           (SELECT count(*) FROM written)
"""

SUMMARY = """
    WITH {told}, {folded}
    SELECT (SELECT count(*) FROM "{table}"),
           (SELECT encode(sha256(string_agg(sha256(convert_to(
                       t."{pk}"::text || to_jsonb(t)::text, 'UTF8'
                   )), '' ORDER BY t."{pk}"::text COLLATE "C")), 'hex')
              FROM (SELECT {columns} FROM "{table}") t),
           (SELECT encode(sha256(string_agg(sha256(convert_to(key || state::text, 'UTF8')),
                       '' ORDER BY key COLLATE "C")), 'hex') FROM folded WHERE last <> 'D')
"""


@dataclass(frozen=True)
class Tracked:
    """A tracked table: what its capture trigger records, and where."""

    table: str
    pk: str
    history: str
    columns: tuple[str, ...]
    restricted: bool

    @classmethod
    def of(cls, model: type[models.Model], capture: Capture) -> "Tracked":
        return cls(
            table=model._meta.db_table,
            pk=model._meta.pk.column,
            history=capture.history_table,
            columns=tuple(sorted(capture.columns)),
            restricted=capture.restricted,
        )

    def query(self, sql: str, *, among: str = "") -> str:
        """One of this module's queries for this table."""
        return sql.format(
            table=self.table,
            history=self.history,
            pk=self.pk,
            columns=", ".join(f'"{column}"' for column in self.columns),
            told=_TOLD.format(among=among),
            folded=_FOLDED,
        )

    def values(self, **more: Any) -> dict[str, Any]:
        """Its parameters."""
        return {"relation": self.table, **more}
