"""Sentences from postmortems as people write them: thirty that blame, and thirty that do not.

Written before the rules were; the innocent ones have the same phrases, said of machines.
"""

from typing import Final

PEOPLE: Final = ("grace", "Grace Hopper", "will", "Will Byers", "j.doe")

BLAMING: Final = (
    ("summary", "The on-call engineer should have rolled back at once."),
    ("summary", "Grace failed to check the dashboard before the deploy."),
    ("summary", "He did not notice that the pool was full."),
    ("summary", "The outage was caused by human error."),
    ("summary", "A careless change to the routing table took checkout down."),
    ("impact", "We could have spared half of these customers."),
    ("impact", "Obviously, nobody had tested it."),
    ("timeline", "14:22 The developer forgot to run the migration."),
    ("timeline", "The operator neglected to drain the node first."),
    ("root_cause", "Grace pushed the configuration without a review."),
    ("root_cause", "The deploy by @j.doe removed the index."),
    ("root_cause", "User error: the wrong cluster was chosen."),
    ("root_cause", "The responder shouldn't have restarted the primary."),
    ("root_cause", "Will Byers changed the limit by hand."),
    ("root_cause", "Operator error during the failover."),
    ("root_cause", "The reviewer **should\nhave** seen the missing index."),
    ("contributing_factors", "The team did not follow the runbook."),
    ("contributing_factors", "Of course the alert was ignored for an hour."),
    ("contributing_factors", "Review of this code was sloppy."),
    ("contributing_factors", "If only somebody had read the alert."),
    ("contributing_factors", "The change was mismanaged from the beginning."),
    ("could_be_improved", "Whose fault was the missing alert?"),
    ("could_be_improved", "Why did the engineer not page the second level?"),
    ("could_be_improved", "Who did the last deploy on a Friday?"),
    ("could_be_improved", "They ought to have known that the replica lags."),
    ("could_be_improved", "The commander wasn't careful enough with the failover."),
    ("action_items", "Remind everybody to look at the dashboard"),
    ("action_items", "Be more careful with migrations"),
    ("action_items", "Double-check every change before it goes out"),
    ("lessons_learned", "Incompetent handling of the failover made it worse."),
)

INNOCENT: Final = (
    ("summary", "The load balancer failed to drain its connections."),
    ("summary", "Payments could have been lost, had the queue not held them."),
    ("summary", "The replica did not notice that its primary was gone."),
    ("summary", "The on-call engineer rolled back eight minutes after the page."),
    ("summary", "The health check should have taken the node out, and its threshold was 60 s."),
    ("summary", "Grace was paged at 14:20 and answered at 14:22."),
    ("impact", "30 % of payment requests failed to complete."),
    ("impact", "Customers who did not retry saw an error page."),
    ("impact", "Of the course materials, 12 pages were not served."),
    ("timeline", "14:30 j.doe saw that the errors began with the deploy."),
    ("timeline", "14:35 Grace Hopper began the rollback."),
    ("timeline", "14:41 `kubectl: he failed to get pods` was in the log."),
    ("root_cause", "The deploy had a query that scanned the full table instead of its index."),
    ("root_cause", "The client did not time out, so its threads piled up."),
    ("root_cause", "The garbage collector could not keep up, and pods will restart when it fails."),
    ("root_cause", "The user error rate rose to 28 %, since a token had expired."),
    ("root_cause", "Nothing in CI would have shown the missing index."),
    ("root_cause", "The job that should have rotated the certificate was disabled in March."),
    ("root_cause", "The cache forgot its keys after the restart."),
    ("contributing_factors", "Query was tested but not at production scale."),
    ("contributing_factors", "If only one replica is left, writes stop."),
    ("contributing_factors", "No query performance monitoring in CI"),
    ("went_well", "Fast detection (5 minutes), quick correlation with the deploy."),
    ("could_be_improved", "Detection could have been faster with better metrics."),
    ("could_be_improved", "The runbook should have a step for a full pool."),
    ("could_be_improved", "What made the wrong cluster look like the right one?"),
    ("action_items", "Add query performance tests to the pipeline of checkout"),
    ("action_items", "Retrain the ranking model with the new data"),
    ("lessons_learned", "We should have a canary for each database change."),
    ("lessons_learned", "Connection pool exhaustion is a common failure mode."),
)
