"""What a person is to an evaluation on a day."""

import datetime as dt

from organisations.models import Delegation, Membership, Organisation, User
from organisations.relations import coordinator_relations
from organisations.rights import Relation, allowed
from organisations.selectors import Standing
from programmes.relations import task_relations
from reports.choices import EvaluationState, Verb
from reports.models import Evaluation


def evaluation_relations(evaluation: Evaluation, standing: Standing) -> frozenset[Relation]:
    """The relations to its task, and whether the person wrote in it or accepted it.

    Reviewer ≠ author holds by person, also when both sit in one department (decisions of day one).
    So does acceptor ≠ who reopens.
    """
    relations = task_relations(evaluation.trial_period.task, standing)
    if standing.user_id in {author.pk for author in evaluation.authors.all()}:
        relations |= {Relation.AUTHOR}
    if evaluation.state == EvaluationState.ACCEPTED and _has_accepted(evaluation, standing):
        relations |= {Relation.ACCEPTOR}
    return relations


def reviewers(evaluation: Evaluation, coordinator: Organisation, *, on: dt.date) -> list[User]:
    """Who of the coordinating body may accept the evaluation that day, once it is submitted."""
    authors = set(evaluation.authors.values_list("pk", flat=True))
    delegations = Delegation.objects.current(on=on).filter(organisation=coordinator)
    delegates = set(delegations.values_list("delegate", flat=True))

    def relations(member: Membership) -> frozenset[Relation]:
        own = {Relation.AUTHOR} if member.user_id in authors else set()
        own |= {Relation.SERVICE} if member.user.is_service else set()
        is_delegate = member.user_id in delegates
        return coordinator_relations(member.position, is_delegate=is_delegate) | own

    members = Membership.objects.current(on=on).filter(organisation=coordinator)
    return [
        member.user
        for member in members.select_related("user")
        if allowed(Verb.ACCEPT, relations(member), EvaluationState.SUBMITTED)
    ]


def reviews_for(organisation_id: int, standing: Standing) -> bool:
    """Whether the person decides on submitted drafts where a body coordinates."""
    relations = coordinator_relations(
        standing.position_in(organisation_id), is_delegate=organisation_id in standing.delegated
    )
    return bool(allowed(Verb.ACCEPT, relations, EvaluationState.SUBMITTED))


def _has_accepted(evaluation: Evaluation, standing: Standing) -> bool:
    """Whether the acceptance that stands is this person's."""
    accepted = evaluation.moves.filter(verb=Verb.ACCEPT).order_by("at", "pk").last()
    return accepted is not None and accepted.user_id == standing.user_id
