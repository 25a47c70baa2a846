"""English wording: what blames people in a postmortem, and the question that takes its place.

Sources: Dekker, The Field Guide to Understanding Human Error, chapter 5 (counterfactuals);
Bergström, three analytical traps in accident investigation (judgement); Allspaw, The Infinite Hows.
"""

from typing import Final

from events.wording.language import Language, Phrases, Rule, RuleName, Subject

NOT_SEEN: Final = (
    *("notice", "see", "check", "follow", "realise", "realize", "read", "look", "test", "verify"),
    *("think", "know", "understand", "escalate", "ask", "tell", "bother", "pay"),
)
ARTICLES: Final = frozenset({"a", "an", "the", "to", "no", "more", "one", "two", "any", "some"})

COUNTERFACTUAL: Final = Rule(
    name=RuleName.COUNTERFACTUAL,
    why="It tells of what did not happen, and explains nothing of what did.",
    question="What did they see at the time that made this sensible?",
    not_in=frozenset({"lessons_learned"}),
    phrases=(
        Phrases(
            texts=(
                *("should have", "should not have", "shouldn't have", "should've"),
                *("could have", "could've", "ought to have", "might have noticed"),
            ),
            subject=Subject.BEFORE,
            unless_before=ARTICLES,  # "we should have a canary" is a wish
        ),
        Phrases(
            texts=(
                *("failed to", "neglected to", "omitted to", "overlooked", "ignored", "missed"),
                *(f"did not {verb}" for verb in NOT_SEEN),
                *(f"didn't {verb}" for verb in NOT_SEEN),
            ),
            subject=Subject.BEFORE,
        ),
        Phrases(texts=("if only",), subject=Subject.AFTER),
    ),
)

JUDGEMENT: Final = Rule(
    name=RuleName.JUDGEMENT,
    why="It judges with what is known now, and nobody knew it then.",
    question="Say what happened; leave out how good it was.",
    phrases=(
        Phrases(
            texts=(
                *("careless", "carelessly", "carelessness", "sloppy", "sloppily", "sloppiness"),
                *("incompetent", "incompetence", "negligent", "negligence", "stupid", "stupidly"),
                *("mismanaged", "irresponsible", "lazy", "reckless", "of course", "obviously"),
            ),
            unless_before=frozenset({"loading", "load", "loaded", "evaluation", "initialization"}),
        ),
        Phrases(
            texts=(
                *("forgot", "forgets", "was not careful", "wasn't careful", "were not careful"),
                *("weren't careful", "not paying attention"),
            ),
            subject=Subject.BEFORE,
        ),
    ),
)

LABEL: Final = Rule(
    name=RuleName.LABEL,
    why="A label ends the search where it should begin.",
    question="A human error is where the question starts: what made it possible?",
    phrases=(
        Phrases(
            texts=(
                *("human error", "human errors", "human mistake", "human failure"),
                *("operator error", "operator errors", "user error", "user errors", "pilot error"),
            ),
            unless_before=frozenset(
                {"rate", "rates", "count", "counts", "budget", "message", "messages", "page"}
                | {"pages", "rose", "fell", "log", "logs", "code", "codes"}
            ),
        ),
    ),
)

NAME: Final = Rule(
    name=RuleName.NAME,
    why="With a name, a cause reads as a fault.",
    question="Say the role. Timeline, author and owners keep names.",
    only_in=frozenset({"root_cause", "contributing_factors", "could_be_improved"}),
)

WHO_AND_WHY: Final = Rule(
    name=RuleName.WHO_AND_WHY,
    why="Who and why make people defend themselves.",
    question="Ask how and what.",
    phrases=(
        Phrases(texts=("who did",), opens=True),
        Phrases(
            texts=(
                *("who did this", "who did that", "who did it", "who is to blame"),
                *("who was to blame", "who's to blame", "whose fault", "whose mistake"),
                *("who is responsible for this", "who caused"),
            ),
        ),
        Phrases(texts=("why did", "why didn't", "why would"), subject=Subject.AFTER),
    ),
)

PROMISE: Final = Rule(
    name=RuleName.PROMISE,
    why="A promise changes nothing.",
    question="What will make the right thing the easy one?",
    only_in=frozenset({"action_items"}),
    phrases=(
        Phrases(
            texts=(
                *("be more careful", "be careful", "be more vigilant", "take more care"),
                *("pay attention", "pay more attention", "pay closer attention"),
                *(
                    f"{verb} {whom}"
                    for verb in ("remind", "make sure", "train", "tell")
                    for whom in ("everybody", "everyone", "people", "the team", "engineers")
                ),
                *("double-check", "double check", "retrain"),
            ),
            unless_near=frozenset({"model", "models", "classifier", "network"}),
        ),
    ),
)

PRONOUNS: Final = frozenset(
    {"he", "she", "they", "we", "i", "you", "someone", "somebody", "nobody", "no-one", "anyone"}
    | {"anybody", "everyone", "everybody"}
)
ROLES: Final = frozenset(
    {"engineer", "engineers", "developer", "developers", "operator", "operators", "responder"}
    | {"responders", "commander", "reviewer", "reviewers", "admin", "admins", "administrator"}
    | {"administrators", "sre", "sres", "dba", "dbas", "team", "teams", "person", "people", "staff"}
    | {"employee", "employees", "manager", "managers", "lead", "scribe", "author", "human"}
    | {"humans", "colleague", "colleagues", "intern", "contractor", "on-call", "oncall"}
)

ENGLISH: Final = Language(
    tag="en",
    rules={
        rule.name: rule for rule in (COUNTERFACTUAL, JUDGEMENT, LABEL, NAME, WHO_AND_WHY, PROMISE)
    },
    persons=PRONOUNS | ROLES,
    many=frozenset({"we", "they", "nobody", "no-one", "team", "teams", "people", "staff"}),
    impersonal=frozenset({"it", "its", "which", "that", "this", "these", "those", "there"}),
    ordinary=frozenset(
        {"will", "may", "mark", "art", "bill", "sue", "drew", "rob", "pat", "jack", "hope", "chase"}
        | {
            "grant",
            "frank",
            "rich",
            "max",
            "page",
            "grace",
            "miles",
            "dawn",
            "faith",
            "joy",
            "june",
        }
        | {"april", "august", "ray", "rose", "ruby", "jasper", "iris", "penny", "victor", "ivy"}
        | {
            "pearl",
            "dean",
            "king",
            "stone",
            "case",
            "dash",
            "flint",
            "basil",
            "ace",
            "ops",
            "on-call",
        }
    ),
    openers=frozenset({"will", "may", "mark", "page", "chase", "grant", "rose", "bill", "case"}),
)
