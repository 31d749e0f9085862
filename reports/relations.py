"""What a person is to an evaluation on a day."""

from organisations.rights import Relation
from organisations.selectors import Standing
from programmes.relations import task_relations
from reports.models import Evaluation


def evaluation_relations(evaluation: Evaluation, standing: Standing) -> frozenset[Relation]:
    """The relations to its task, and whether the person took part in writing it.

    Reviewer ≠ author holds by person, also when both sit in one department (decisions of day one).
    """
    relations = task_relations(evaluation.trial_period.task, standing)
    if standing.user_id in {author.pk for author in evaluation.authors.all()}:
        relations |= {Relation.AUTHOR}
    return relations
