"""What changed on a task is told old beside new, with what it rests on, and to whom it may be."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from programmes import services
from programmes.changes import changes_of
from programmes.models import ExtensionRequest, LinkValue, Task, TaskDuty, TrialPeriod
from programmes.pictures import span_picture, value_picture
from tests.builders import make_organisation, standing
from tests.programmes.cast import TODAY
from tests.programmes.changing import (
    BASELINE,
    TARGET,
    a_document,
    a_ground,
    ask,
    grant,
    linked,
    refuse,
    set_value,
)
from tests.programmes.remembering import recorded_on

pytestmark = pytest.mark.usefixtures("english")
AT, DAY = dt.datetime(2026, 10, 1, 3, tzinfo=dt.UTC), dt.timedelta(days=1)
LATER = dt.date(2099, 12, 31)  # the history's own clock is the database's, which nobody sets


def told(cast, who="reviewer", on=LATER):
    task = Task.objects.select_related("programme").get(pk=cast.task.pk)
    return changes_of(task, standing(getattr(cast, who), on=TODAY), on)


def move_end(cast, ends_on):
    return services.change_period(
        period=cast.period,
        by=cast.reviewer,
        on=TODAY,
        values={
            "starts_on": cast.period.starts_on,
            "ends_on": ends_on,
            "territory": None,
        },
        ground=a_ground("Theo đề nghị của Sở"),
        seen=services.mark_of(TrialPeriod.objects.get(pk=cast.period.pk)),
    )


def join(cast, body):
    return services.add_body(
        task=cast.task,
        role="partner",
        organisation=body,
        valid_from=TODAY,
        by=cast.reviewer,
        on=TODAY,
        ground=a_ground(f"Mời {body.name}"),
    )


def test_where_nothing_changed_nothing_is_told(cast):
    linked(cast)

    assert told(cast).changes == []


def test_a_moved_last_day_is_told_with_reason_document_and_picture(cast):
    move_end(cast, dt.date(2027, 3, 31))

    (change,) = told(cast).changes

    assert change.what == "Days of trial period 1"
    assert change.before == "01/02/2026 – 31/01/2027"
    assert change.after == "01/02/2026 – 31/03/2027"
    assert (change.reason, change.document) == ("Theo đề nghị của Sở", a_document())
    assert change.old_days == (dt.date(2026, 2, 1), dt.date(2027, 1, 31))
    assert change.new_days == (dt.date(2026, 2, 1), dt.date(2027, 3, 31))


def test_an_earlier_last_day_is_told_as_an_early_end(cast):
    move_end(cast, dt.date(2026, 12, 31))

    assert told(cast).changes[0].what == "Trial period 1 ends early"


def test_days_that_become_known_were_not_known_before(cast):
    cast.period.starts_on = cast.period.ends_on = None
    cast.period.save()
    values = {"starts_on": TODAY, "ends_on": dt.date(2027, 6, 30), "territory": None}
    services.enter_dates(
        task=cast.task,
        by=cast.reviewer,
        on=TODAY,
        values=values,
        ground=a_ground(),
        seen=services.mark_of(TrialPeriod.objects.get()),
    )

    change = told(cast).changes[-1]

    assert (change.before, change.old_days) == ("not known", None)


def test_an_extension_is_told_with_the_reason_for_which_it_was_asked(cast):
    grant(cast, ask(cast))

    (change,) = told(cast).changes

    assert change.what == "Trial extended by period 2"
    assert (change.before, change.after) == (
        "01/02/2026 – 31/01/2027",
        "01/02/2027 – 30/06/2027",
    )
    assert (change.reason, change.document) == ("Cửa khẩu đóng ba tháng", a_document())


def test_the_next_lead_is_told_beside_the_one_before(cast):
    heir = make_organisation(name="Sở Tài chính")
    services.change_lead(
        task=cast.task,
        organisation=heir,
        valid_from=TODAY,
        by=cast.reviewer,
        on=TODAY,
        ground=a_ground("Chuyển chức năng"),
        seen=services.mark_of(TaskDuty.objects.get(role="lead")),
    )

    (change,) = told(cast).changes

    assert (change.what, change.before, change.after) == (
        "Lead from 21/11/2026",
        "Sở Công Thương",
        "Sở Tài chính",
    )
    assert change.reason == "Chuyển chức năng"


def test_who_joined_and_left_is_told_and_who_was_there_from_the_start_is_not(cast):
    duty = join(cast, make_organisation(name="FPT", kind="enterprise_unit"))
    services.end_body(
        duty=duty,
        last_day=TODAY,
        by=cast.reviewer,
        on=TODAY,
        ground=a_ground(),
        seen=services.mark_of(TaskDuty.objects.get(pk=duty.pk)),
    )

    joined, left = sorted(told(cast).changes, key=lambda change: change.before != "–")

    assert (joined.before, joined.after) == ("–", "FPT (enterprise)")
    assert (left.what, left.before, left.after) == (
        "Takes part until 21/11/2026",
        "FPT (enterprise)",
        "–",
    )


def test_a_changed_target_is_told_with_its_old_and_new_place_on_the_way(cast):
    link = linked(cast)
    set_value(cast, link, kind=BASELINE, value=Decimal(20))
    set_value(cast, link, value=Decimal(60))
    set_value(cast, link, value=Decimal(100))

    (change,) = told(cast).changes

    assert change.what == f"Target of trial period 1: {link.sub_indicator.name}"
    assert (change.before, change.after) == ("60% (31/01/2027)", "100% (31/01/2027)")
    assert (change.picture.end, change.picture.old, change.picture.new) == (0, 50, 100)
    assert change.who == str(cast.reviewer)


def test_changes_are_told_newest_first_and_only_those_of_the_day_asked(cast):
    with recorded_on(dt.date(2090, 11, 1)):
        move_end(cast, dt.date(2027, 2, 28))
    with recorded_on(dt.date(2090, 11, 21)):
        move_end(cast, dt.date(2027, 3, 31))

    assert [c.after[-10:] for c in told(cast).changes] == ["31/03/2027", "28/02/2027"]
    earlier = told(cast, on=dt.date(2090, 11, 2))
    assert [c.after[-10:] for c in earlier.changes] == ["28/02/2027"]
    assert told(cast, on=dt.date(2090, 10, 31)).changes == []


def test_only_today_somebody_can_ask(cast):
    assert told(cast, "staff", on=None).may_ask
    assert not told(cast, "staff", on=dt.date(2026, 11, 2)).may_ask
    assert not told(cast, "reviewer", on=None).may_ask

    ask(cast)

    assert not told(cast, "staff", on=None).may_ask


def test_a_trial_that_was_extended_already_offers_no_button_that_would_be_refused(cast):
    grant(cast, ask(cast))

    assert not told(cast, "staff", on=None).may_ask


def test_on_a_day_of_the_past_a_request_is_open_until_it_was_settled(cast):
    refuse(cast, ask(cast))
    services.withdraw_extension(request=ask(cast), by=cast.staff, on=TODAY)
    ExtensionRequest.objects.filter(state="refused").update(created_at=AT, decided_at=AT + 2 * DAY)
    ExtensionRequest.objects.filter(state="withdrawn").update(created_at=AT, updated_at=AT + DAY)
    days = [AT.date() + number * DAY for number in range(3)]

    states = [{shown.request.state for shown in told(cast, on=on).extensions} for on in days]

    assert states == [{"open"}, {"open", "withdrawn"}, {"refused", "withdrawn"}]
    assert all(not shown.decide for on in days for shown in told(cast, on=on).extensions)


def test_an_enterprise_reads_what_changed_but_not_what_offices_wrote(cast):
    move_end(cast, dt.date(2027, 3, 31))
    grant(cast, ask(cast, reason="VNPT chậm giao máy chủ", period=cast.period))

    changes = told(cast, "liaison_viettel")

    assert len(changes.changes) == 2
    assert {(c.reason, c.document, c.who) for c in changes.changes} == {("", None, "")}
    assert all(c.document for c in told(cast).changes)
    assert (changes.extensions, changes.may_ask) == ([], False)


def test_an_enterprise_is_not_told_that_its_rival_joined_or_left(cast):
    rival = TaskDuty.objects.get(organisation=cast.vnpt)
    services.end_body(
        duty=rival,
        last_day=TODAY,
        by=cast.reviewer,
        on=TODAY,
        ground=a_ground("VNPT rút"),
        seen=services.mark_of(rival),
    )

    assert len(told(cast).changes) == len(told(cast, "liaison_vnpt").changes) == 1
    assert told(cast, "liaison_viettel").changes == []


def test_without_the_filter_the_rival_would_be_told(cast, monkeypatch):
    monkeypatch.setattr(
        "programmes.changes._seen_by", lambda events, standing: list(events), raising=True
    )

    with pytest.raises(AssertionError):
        test_an_enterprise_is_not_told_that_its_rival_joined_or_left(cast)


def test_more_changes_cost_no_more_queries(cast, django_assert_num_queries):
    link = linked(cast)
    set_value(cast, link)
    task = Task.objects.prefetch_related("duties", "programme__duties", "trial_periods").get()
    ask(cast)
    for count in (1, 10):
        while LinkValue.objects.count() <= count:
            value = Decimal(LinkValue.objects.count())
            set_value(cast, link, value=value)
            move_end(cast, dt.date(2027, 2, 1) + dt.timedelta(days=int(value)))
            TrialPeriod.objects.update(document=a_document(f"qd-{value}"))
        join(cast, make_organisation(kind="enterprise_unit"))
        mine = standing(cast.reviewer, on=TODAY)
        with django_assert_num_queries(6):
            changes_of(task, mine, LATER)


def test_the_partial_tells_old_and_new_in_words_and_draws_them(cast):
    link = linked(cast)
    set_value(cast, link, kind=BASELINE, value=Decimal(20))
    set_value(cast, link)
    set_value(cast, link, kind=TARGET, value=Decimal(75))
    move_end(cast, dt.date(2027, 3, 31))

    page = render_to_string("programmes/partials/_changes.html", {"changes": told(cast)})

    assert "<s>60% (31/01/2027)</s>" in page
    assert "<strong>75% (31/01/2027)</strong>" in page
    assert page.count('role="img"') == 2
    assert 'class="plot-was"' in page
    assert "style=" not in page


def test_both_spans_lie_on_one_axis():
    old = (dt.date(2026, 1, 1), dt.date(2026, 1, 30))
    new = (dt.date(2026, 1, 11), dt.date(2026, 4, 10))

    drawn = span_picture(old, new)

    assert drawn.old == (0, 30)
    assert drawn.new == (10, 100)
    assert span_picture(None, new).old is None


@pytest.mark.parametrize(
    ("kind", "old", "new", "end", "places"),
    [
        (TARGET, 60, 80, 40, (50, 100, 0)),
        (TARGET, 20, 10, 30, (50, 100, 0)),
        (BASELINE, 10, 20, 30, (0, 50, 100)),
        (BASELINE, 30, 20, 10, (0, 50, 100)),
        (TARGET, 5, 7, None, (0, 100, None)),
        (TARGET, 5, 5, 5, (50, 50, 50)),
    ],
)
def test_the_baseline_lies_left_of_the_target_whichever_way_is_better(kind, old, new, end, places):
    drawn = value_picture(
        kind, old=Decimal(old), new=Decimal(new), end=None if end is None else Decimal(end)
    )

    assert (drawn.old, drawn.new, drawn.end) == places
