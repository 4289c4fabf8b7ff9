"""Who reads and writes which layer of a confidential record: one table, asked everywhere.

A role opens nothing here, nor does being a superuser: only what somebody is to the record does.
"""

from collections.abc import Mapping

from people.confidential.enums import Relation, Tier, Verb

type Right = tuple[Tier, Verb]

_OWN = frozenset((tier, verb) for tier in (Tier.SHARED, Tier.PRIVATE) for verb in Verb)
_THAT_IT_HAPPENS = frozenset({(Tier.CADENCE, Verb.READ)})
ACCESS: Mapping[Relation, frozenset[Right]] = {
    # Of the private tier everybody has their own notes only: another key seals each author's.
    Relation.PARTICIPANT: _OWN | _THAT_IT_HAPPENS,
    Relation.FORMER: frozenset((tier, Verb.READ) for tier in Tier),
    Relation.ABOVE: _THAT_IT_HAPPENS,
    Relation.BREAKING_GLASS: _THAT_IT_HAPPENS | {(Tier.SHARED, Verb.READ)},
    Relation.NONE: frozenset(),
}


def may(relation: Relation, tier: Tier, verb: Verb) -> bool:
    return (tier, verb) in ACCESS[relation]
