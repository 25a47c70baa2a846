"""Group rules: which roles and teams a person has by the groups that others name.

What no rule names is nobody's business here: an admin gives and takes it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from events.configuration.api_key import ApiScope
from events.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """What everybody in one of the provider's groups has, for as long as they are in it."""

    group: str
    roles: frozenset[ApiScope] = frozenset()
    teams: Mapping[TeamId, bool] = field(default_factory=dict)  # True: as a manager


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRules:
    """What the groups of the organisation's directory (SCIM) are worth; others become teams."""

    roles: frozenset[ApiScope] = frozenset({ApiScope.RESPONDER})  # of everybody it names
    rules: tuple[GroupRule, ...] = ()

    def is_team(self, group: str) -> bool:
        """Say whether a group is a team, because no rule says what else it is."""
        return all(rule.group != group for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a person has by a provider's word, out of what that provider decides about."""

    roles: frozenset[ApiScope]
    roles_decided: frozenset[ApiScope]
    teams: Mapping[TeamId, bool]  # True: as a manager
    teams_decided: Mapping[TeamId, bool]  # True: about their managers, too

    def with_others(self, roles: Iterable[ApiScope]) -> tuple[ApiScope, ...]:
        """Return the roles after a sign-in, of somebody who had these before."""
        kept = frozenset(roles) - self.roles_decided
        return tuple(sorted(kept | self.roles))


def worth(
    rules: Iterable[GroupRule], everybodys: frozenset[ApiScope], groups: Collection[str]
) -> Granted:
    """Return what groups are worth by some rules, to whom everybody's roles are given, too."""
    rules = tuple(rules)
    met = [rule for rule in rules if rule.group in groups]
    return Granted(
        roles=everybodys.union(*(rule.roles for rule in met)),
        roles_decided=everybodys.union(*(rule.roles for rule in rules)),
        teams=_teams_of(met),
        teams_decided=_teams_of(rules),
    )


def _teams_of(rules: Iterable[GroupRule]) -> Mapping[TeamId, bool]:
    """Return the teams that the rules name, and whether one of them makes managers there."""
    teams: dict[TeamId, bool] = {}
    for rule in rules:
        for team, manager in rule.teams.items():
            teams[team] = manager or teams.get(team, False)
    return teams
