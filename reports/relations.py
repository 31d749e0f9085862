"""What a person is to an evaluation on a day."""

from organisations.rights import Relation
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


def _has_accepted(evaluation: Evaluation, standing: Standing) -> bool:
    """Whether the acceptance that stands is this person's."""
    accepted = evaluation.moves.filter(verb=Verb.ACCEPT).order_by("at", "pk").last()
    return accepted is not None and accepted.user_id == standing.user_id
