"""Background work: made once however often it is asked for, taken over from the dead, tried again, given up aloud."""

import datetime as dt
import threading
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction

from institution import clock, jobs
from institution.checks import known_workers
from institution.models import Job, User
from tests.constraints import refused

pytestmark = pytest.mark.django_db

WHY = "Falta una pieza en el servidor."


@pytest.fixture
def workshop(monkeypatch):
    """What the handlers of these tests did: the keys in order. A key says what becomes of its job."""
    done = []
    lock = threading.Lock()

    def work(running):
        with lock:
            done.append(running.job.key)
        running.tell(40, "A la mitad")
        if running.job.key.startswith("hopeless"):
            raise jobs.JobFailed(WHY)
        if running.job.key.startswith("broken"):
            raise RuntimeError("algo inesperado")

    monkeypatch.setitem(jobs._handlers, "work", work)
    return done


@pytest.fixture
def external(settings):
    """Nobody works here: jobs wait until a test takes them."""
    settings.PMH_WORKERS = "external"


def ask(key="once", **kw) -> Job:
    with transaction.atomic():
        return jobs.enqueue(kind="work", key=key, payload={"n": 1}, by=User.objects.system(), **kw)


def later(job: Job) -> Job:
    """The wait, or the lease, is over."""
    Job.objects.filter(pk=job.pk).update(next_attempt_at=clock.real_now() - dt.timedelta(seconds=1))
    return Job.objects.get(pk=job.pk)


def left_by_the_dead(job: Job, attempts: int = 1) -> Job:
    """A worker took it and was killed: nothing is undone, and nobody renews its lease."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=attempts, progress=40, step="A la mitad")
    return later(job)


class TestAsking:
    def test_begins_once_the_transaction_has_succeeded(self, workshop, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            job = ask()
            assert (workshop, job.state) == ([], Job.State.WAITING)
        job.refresh_from_db()
        assert (workshop, job.state, job.progress, job.attempts) == (["once"], Job.State.DONE, 100, 1)
        assert job.next_attempt_at is None
        assert job.ended_at is not None

    @pytest.mark.django_db(transaction=True)
    def test_leaves_nothing_behind_where_the_act_is_undone(self, workshop):
        def act():
            with transaction.atomic():
                ask()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            act()
        assert (workshop, Job.objects.count()) == ([], 0)

    def test_the_same_key_is_the_same_job_whatever_became_of_it(self, workshop, external):
        job = ask()
        assert ask() == job
        left_by_the_dead(job)
        assert ask() == job
        jobs.work_off()
        assert ask() == job
        assert jobs.work_off() == 0
        assert workshop == ["once"]

    def test_a_kind_that_nobody_does_is_a_mistake_of_ours(self):
        with pytest.raises(KeyError):
            jobs.enqueue(kind="unheard", key="x", payload={}, by=User.objects.system())
        assert not Job.objects.exists()

    def test_the_database_keeps_state_and_times_together(self, workshop, external):
        job = ask()
        refused(lambda: Job.objects.filter(pk=job.pk).update(state=Job.State.DONE))
        refused(lambda: Job.objects.filter(pk=job.pk).update(next_attempt_at=None))
        refused(lambda: Job.objects.filter(pk=job.pk).update(progress=101))


class TestFailing:
    def test_says_why_in_the_words_of_the_user_and_is_not_tried_by_itself(self, workshop, external):
        job = ask("hopeless")
        assert jobs.work_off() == 1
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == (Job.State.FAILED, WHY, 1)
        assert jobs.work_off() == 0

    def test_what_may_pass_by_itself_is_tried_again_and_then_given_up(self, workshop, external, caplog):
        job = ask("broken")
        for attempt in range(1, jobs.MAX_ATTEMPTS):
            jobs.work_off()
            job.refresh_from_db()
            assert (job.state, job.attempts, job.error) == (Job.State.WAITING, attempt, "")
            assert job.next_attempt_at > clock.real_now()
            later(job)
        jobs.work_off()
        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.FAILED, jobs.MAX_ATTEMPTS)
        # What exactly it was is for the log: it may name files of the server.
        assert "inesperado. Quedó anotado" in job.error
        assert "algo inesperado" not in job.error
        assert "algo inesperado" in caplog.text

    def test_is_retried_when_somebody_asks_for_it(self, workshop, external):
        job = ask("hopeless")
        jobs.work_off()
        job = jobs.retry(job=job)
        assert (job.state, job.attempts, job.error, job.ended_at) == (Job.State.WAITING, 0, "", None)
        assert jobs.work_off() == 1
        assert workshop == ["hopeless", "hopeless"]

    def test_only_what_was_given_up_is_retried(self, workshop, external):
        job = ask()
        jobs.work_off()
        assert jobs.retry(job=job).state == Job.State.DONE
        assert jobs.work_off() == 0


class TestLease:
    def test_what_a_dead_worker_left_is_taken_up_once_its_lease_is_over(self, workshop, external):
        job = ask()
        left_by_the_dead(job)
        Job.objects.update(next_attempt_at=clock.real_now() + jobs.LEASE)
        assert jobs.work_off() == 0  # perhaps it lives
        later(job)
        assert jobs.work_off() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.DONE, 2)

    def test_one_that_kills_its_workers_is_given_up(self, workshop, external):
        job = left_by_the_dead(ask(), attempts=jobs.MAX_ATTEMPTS)
        jobs.work_off()
        job.refresh_from_db()
        assert (workshop, job.state) == ([], Job.State.FAILED)
        assert "interrumpió" in job.error

    def test_whoever_lost_the_job_changes_nothing_any_more(self, workshop, external):
        job = ask()
        assert jobs._claim(job)
        slow = jobs.Running(Job.objects.get(pk=job.pk))
        assert jobs._claim(later(job))
        slow.tell(90, "Ya casi")
        jobs._end(slow, Job.State.FAILED, error="tarde")
        job.refresh_from_db()
        assert (job.state, job.attempts, job.progress, job.error) == (Job.State.RUNNING, 2, 0, "")

    def test_telling_how_far_it_is_renews_the_lease(self, workshop, external):
        job = ask()
        assert jobs._claim(job)
        later(job)
        jobs.Running(job).tell(60, "Componiendo")
        job.refresh_from_db()
        assert (job.progress, job.step) == (60, "Componiendo")
        assert job.next_attempt_at > clock.real_now() + jobs.LEASE / 2

    def test_a_database_that_does_not_answer_once_costs_no_lease(self, workshop, external, monkeypatch, caplog):
        job = ask()
        assert jobs._claim(job)
        tried = []

        class Deaf:
            def update(self, **fields):
                tried.append(fields)
                raise DatabaseError("database is locked")

        class Twice:
            """Says twice that the work is not over yet."""

            def wait(self, seconds):
                return len(tried) == 2

        monkeypatch.setattr(jobs, "_mine", lambda running: Deaf())
        monkeypatch.setattr(jobs, "connection", type("Open", (), {"close": staticmethod(lambda: None)}))
        monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
        jobs._keep_lease(jobs.Running(job), Twice())
        assert len(tried) == 2
        assert "could not be renewed" in caplog.text

    def test_a_job_that_hangs_keeps_its_lease_for_so_long_and_no_longer(self, workshop, external, monkeypatch):
        job = ask()
        assert jobs._claim(job)
        later(job)
        monkeypatch.setattr(jobs, "LONGEST", dt.timedelta(0))
        monkeypatch.setattr(jobs, "connection", type("Open", (), {"close": staticmethod(lambda: None)}))
        jobs._keep_lease(jobs.Running(job), type("Never", (), {"wait": lambda self, seconds: False})())
        job.refresh_from_db()
        assert job.next_attempt_at < clock.real_now()


class TestWorkers:
    def test_the_command_does_what_is_there_and_says_how_much(self, workshop, external):
        for key in ("one", "two", "hopeless"):
            ask(key)
        out = StringIO()
        call_command("work", once=True, stdout=out)
        assert out.getvalue().strip() == "Trabajos hechos: 3."
        assert workshop == ["one", "two", "hopeless"]

    def test_work_of_another_release_is_left_to_it(self, workshop, external, monkeypatch):
        job = ask()
        Job.objects.update(kind="of_tomorrow")
        assert jobs.work_off() == 0
        job.refresh_from_db()
        assert job.state == Job.State.WAITING

    @pytest.mark.django_db(transaction=True)
    def test_several_workers_do_each_job_once(self, workshop, external):
        """On SQLite they wait for one another, on PostgreSQL they do not: each job once all the same."""
        keys = [f"job-{n}" for n in range(12)]
        for key in keys:
            ask(key)
        together = threading.Barrier(3)

        def worker():
            try:
                together.wait(10)
                jobs.work_off()
            finally:
                connection.close()

        workers = [threading.Thread(target=worker) for _ in range(3)]
        for each in workers:
            each.start()
        for each in workers:
            each.join(60)
        assert sorted(workshop) == sorted(keys)
        assert set(Job.objects.values_list("state", "attempts")) == {(Job.State.DONE, 1)}

    def test_a_database_that_is_away_ends_no_worker(self, workshop, external, monkeypatch, caplog):
        """Nobody would begin it again: where no other worker is left, everything asked for would wait for ever."""
        ask()
        stop, look = threading.Event(), jobs.work_off
        looks = []

        def away_at_first():
            looks.append(None)
            if len(looks) == 1:
                raise OperationalError("the database system is shutting down")
            look()
            stop.set()

        monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0)
        monkeypatch.setattr(jobs, "work_off", away_at_first)
        monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # the test's own transaction is in it
        jobs.work(stop)
        assert workshop == ["once"]
        assert "could not look for work" in caplog.text

    def test_a_web_process_works_only_where_the_setting_says_so(self, monkeypatch, settings):
        begun = []

        class NotBegun:
            def __init__(self, **kw):
                begun.append(kw)

            def start(self):
                pass

        monkeypatch.setattr(jobs.threading, "Thread", NotBegun)
        for setting in ("external", "inline", "embedded"):
            settings.PMH_WORKERS = setting
            jobs.serve()
        (told,) = begun
        assert (told["target"], told["daemon"]) == (jobs.work, True)

    def test_tests_work_at_once(self):
        assert django_settings.PMH_WORKERS == "inline"


@pytest.mark.parametrize(
    ("said", "problems"), [("embedded", 0), ("external", 0), ("inline", 0), ("embeded", 1), ("", 1)]
)
def test_who_works_has_to_be_somebody(settings, said, problems):
    settings.PMH_WORKERS = said
    found = known_workers()
    assert len(found) == problems
    assert all("embedded, external, inline" in each.hint for each in found)
