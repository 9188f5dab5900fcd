"""One import whose messages come twice, late, overlapping, with gaps or not at all; and its model."""
import time
import uuid

from stock import Stream
from verdict import Failed, expect

COLUMNS = ["external_id", "email", "name"]
OUTCOMES = ["created", "updated", "unchanged", "rejected"]
# How a stream ends; a stream that has sent all its rows may also finish.
ENDS = ["cut", "cancel", "half-close", "gap", "wrong finish", "second begin"]
STEPS = ["next"] * 6 + ["repeat", "overlap", "empty", "delay", "rival"]
# What else may happen in a stream.
STARTS = ["early start", "other options"]
# Until the daemon has noticed that a connection is gone, its import is running. Generous: the machine
# may be loaded.
RETRY_SECONDS_MAX = 60


class People:
    """The members as a dictionary: what they must be after every import, and what it must count."""

    def __init__(self):
        self.names = {}

    def apply(self, rows):
        """Applies an import: the counts that its summary must have."""
        counts = dict.fromkeys([*OUTCOMES, "repeats"], 0)
        touched = set()
        for person, email, name in rows:
            if email:
                counts["rejected"] += 1
                continue
            counts["repeats"] += person in touched
            before = self.names.get(person)
            outcome = "created" if before is None else "updated" if before != name else "unchanged"
            counts[outcome] += 1
            if outcome != "unchanged":
                touched.add(person)
                self.names[person] = name
        return counts


def make_rows(random, prefix):
    """Rows of few people: most come again under another name, and some are wrong."""
    count = random.randint(1, 300)
    return [(f"{prefix}{random.randrange(max(1, count // 2))}",
             "nobody" if random.random() < 0.05 else "", f"n{random.randrange(1000)}")
            for _ in range(count)]


class Schedule:
    """Sends one import to its end, over as many streams as that takes."""

    def __init__(self, messages, channel, cutter, random, people, prefix, owed):
        """owed: what must still happen once: it happens as soon as it can, and is taken away then."""
        self.messages = messages
        self.stub = messages.services.ImportServiceStub(channel)
        self.cutter = cutter
        self.random = random
        self.rows = make_rows(random, prefix)
        self.people = people
        self.import_id = str(uuid.UUID(int=random.getrandbits(128), version=4))
        self.owed = owed
        self.committed = 0
        self.broken = None
        self.happened = {}

    def run(self):
        streams_max = self.random.randint(1, 6)
        for left in range(streams_max, -1, -1):
            if self.stream(is_last=left == 0):
                break
        self.check_end()

    def note(self, what):
        self.happened[what] = self.happened.get(what, 0) + 1
        self.owed.discard(what)

    def comes_now(self, what, chance):
        return what in self.owed or self.random.random() < chance

    def choose(self, choices):
        """One of the choices, first of all those that are owed."""
        return self.random.choice([what for what in choices if what in self.owed] or choices)

    # What is said

    def begin(self, **changes):
        fields = dict(columns=COLUMNS, import_id=self.import_id)
        return self.messages.begin(**dict(fields, **changes))

    def true_rows(self, first, end):
        return self.messages.chunk(first, self.rows[first:end])

    def wrong_rows(self, first, end):
        """Rows that were sent already, with other names: applied again, they would show."""
        other = [(person, email, "wrong") for person, email, _ in self.rows[first:end]]
        return self.messages.chunk(first, other)

    def mixed_rows(self, first, middle, end):
        """Wrong rows that must be skipped, then right ones."""
        other = [(person, email, "wrong") for person, email, _ in self.rows[first:middle]]
        return self.messages.chunk(first, other + self.rows[middle:end])

    # What is heard

    def heard(self, answer):
        kind = answer.WhichOneof("message")
        counts = {"progress": lambda: answer.progress, "accepted": lambda: answer.accepted.counts,
                  "summary": lambda: answer.summary.counts}.get(kind, lambda: None)()
        if counts is None or self.broken:
            return
        if counts.received != sum(getattr(counts, name) for name in OUTCOMES):
            self.broken = f"the counts of {kind} do not add up: {counts}"
        if counts.committed < self.committed or counts.committed > counts.received:
            self.broken = f"committed was {self.committed}, and {kind} says {counts.committed}"
        self.committed = counts.committed

    # Streams

    def open(self):
        """A stream that the daemon has accepted."""
        end = time.monotonic() + RETRY_SECONDS_MAX
        while True:
            stream = Stream(self.stub, self.begin(), self.heard)
            if stream.wait_for_accepted():
                return stream
            code, text = stream.wait_for_end()
            # After a cut the connection may be missing for a moment, or the daemon not know of it.
            expect(code in ("ABORTED", "UNAVAILABLE"), f"begin again: {code} {text}")
            expect(time.monotonic() < end, f"the import cannot be gone on with: {code} {text}")
            self.note("retry")
            time.sleep(0.02)

    def stream(self, is_last):
        """One stream; True once the import is finished."""
        if self.committed > 0 and self.comes_now("other options", 0.2):
            self.try_other_import()
        stream = self.open()
        accepted = stream.answers[0].accepted
        place = accepted.next_row
        expect(place == accepted.counts.received, f"row {place} after {accepted.counts}")
        if place > 0 and self.comes_now("early start", 0.5):
            self.note("early start")
            # Not from row 0 on: rows that are sent again from there are compared (Promises, P27).
            first = self.random.randint(1, place)
            stream.send(self.wrong_rows(first, place))
        ending = "finish" if is_last else self.choose([*ENDS, "finish"])
        steps = None if ending == "finish" else self.random.randint(0, 8)
        while place < len(self.rows) and steps != 0:
            place = self.step(stream, place)
            steps = steps and steps - 1
        getattr(self, "end_with_" + ending.replace(" ", "_").replace("-", "_"))(stream, place)
        self.note(ending)
        if self.broken:
            raise Failed(self.broken)
        return ending == "finish"

    def step(self, stream, place):
        """Sends one message, or waits; the row that is expected then."""
        step = self.choose(STEPS)
        end = min(place + self.random.randint(1, 40), len(self.rows))
        self.note(step)
        if step == "next":
            stream.send(self.true_rows(place, end))
            return end
        first = self.random.randint(min(1, place), place)
        if step == "overlap":
            stream.send(self.mixed_rows(first, place, end))
            return end
        if step == "repeat":
            stream.send(self.wrong_rows(first, self.random.randint(first, place)))
        elif step == "empty":
            stream.send(self.messages.chunk(first, []))
        elif step == "delay":
            time.sleep(self.random.random() * 0.01)
        else:
            self.try_rival(stream)
        return place

    def try_rival(self, stream):
        """A second stream on the running import."""
        rival = Stream(self.stub, self.begin())
        code, text = rival.wait_for_end()
        if stream.status is None:
            expect(code == "ABORTED" and "try again" in text, f"a second stream: {code} {text}")

    def try_other_import(self):
        """Begins with the id of this import and something else."""
        change = self.random.choice([
            dict(columns=[*COLUMNS, "phone"]), dict(columns=COLUMNS[::-1]),
            dict(options=self.messages.wire.ImportOptions(strict_identity=True))])
        end = time.monotonic() + RETRY_SECONDS_MAX
        while True:
            code, text = Stream(self.stub, self.begin(**change)).wait_for_end()
            if code not in ("ABORTED", "UNAVAILABLE") or time.monotonic() > end:
                break
            time.sleep(0.02)
        expect(code == "FAILED_PRECONDITION" and "other columns or options" in text,
               f"another import with the same id: {code} {text}")
        self.note("other options")

    # How streams end

    def end_with_cut(self, stream, place):
        time.sleep(self.random.random() * 0.005)
        self.cutter.cut()
        stream.wait_for_end()

    def end_with_cancel(self, stream, place):
        stream.cancel()
        stream.wait_for_end()

    def expect_refused(self, stream, place, code, *phrases):
        """The stream is refused in words, and all rows before that are kept."""
        ended, text = stream.wait_for_end()
        expect(ended == code and all(phrase in text for phrase in phrases), f"{ended} {text}")
        progress = stream.last("progress")
        expect(progress is not None and progress.committed == place,
               f"after {code} at row {place} the last progress is: {progress}")

    def end_with_half_close(self, stream, place):
        stream.half_close()
        self.expect_refused(stream, place, "ABORTED", f"goes on at row {place}.")

    def end_with_gap(self, stream, place):
        first = place + self.random.randint(1, 50)
        stream.send(self.messages.chunk(first, [("gap", "", "gap")]))
        # What comes after it must not be applied either.
        stream.send(self.messages.chunk(place, [("gap", "", "gap")]))
        # A daemon that takes the gap would wait for more.
        stream.half_close()
        self.expect_refused(
            stream, place, "OUT_OF_RANGE", f"begins at row {first}", f"row {place} is expected")

    def end_with_wrong_finish(self, stream, place):
        count = self.random.choice([place + 1, place + 100, max(0, place - 1) or 7])
        if count == place:
            count += 1
        stream.send(self.messages.finish(count))
        self.expect_refused(stream, place, "OUT_OF_RANGE", f"says {count} rows", f"{place} have")

    def end_with_second_begin(self, stream, place):
        stream.send(self.begin())
        self.expect_refused(stream, place, "INVALID_ARGUMENT", "second begin")

    def end_with_finish(self, stream, place):
        stream.send(self.messages.finish(len(self.rows)))
        is_late = self.random.random() < 0.2
        if is_late:
            stream.send(self.wrong_rows(0, 1))
        stream.half_close()
        code, text = stream.wait_for_end()
        expect(stream.last("summary") is not None, f"no summary: {code} {text}")
        expected = "INVALID_ARGUMENT" if is_late else "OK"
        expect(code == expected, f"finish was answered {code} {text}")

    def check_end(self):
        """What the import has counted, and that beginning it again changes nothing."""
        expected = self.people.apply(self.rows)
        again = Stream(self.stub, self.begin(), self.heard)
        code, text = again.wait_for_end()
        expect(code == "OK" and again.last("summary") is not None,
               f"beginning a finished import again: {code} {text}")
        counts = again.last("summary").counts
        found = {name: getattr(counts, name) for name in expected}
        expect(found == expected, f"counted {found}, right is {expected}")
        expect(counts.committed == counts.received == len(self.rows), f"not all durable: {counts}")
        if self.broken:
            raise Failed(self.broken)
