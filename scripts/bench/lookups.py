"""Lookups of single members at a steady rate, and whether each answer was right."""
import concurrent.futures
import threading
import time

from mix import BORN, HEADER, IDENTIFIERS, NAME, NOTE, NOTIFY, TAGS, cells_of

LOOKUPS_PER_SECOND = 100
# Calls under way at once; while all are, those that are due wait, and that counts as their time.
CALLS_MAX = 16
KEYS = ["id", *(HEADER[column] for column in IDENTIFIERS)]


class Lookups:
    """100 calls a second, say, of members by number, email, phone and external id in turn.

    All but every tenth are of members that are there from the beginning; the tenth is of one that
    is imported meanwhile, and may not be there yet. Answers are compared at the end.
    """

    def __init__(self, stub, messages, there, coming):
        self.stub = stub
        self.wire = messages.members
        self.there = there
        self.coming = coming
        self.seconds = []
        self.answers = []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        begun = time.perf_counter()
        number = 0
        with concurrent.futures.ThreadPoolExecutor(CALLS_MAX) as pool:
            due = begun
            while not self.ending.wait(max(0, due - time.perf_counter())):
                pool.submit(self.look_up, number, due)
                number += 1
                due = begun + number / LOOKUPS_PER_SECOND

    def look_up(self, number, due):
        import grpc

        # Spread over all, the same ones in every run.
        index = number * 7_919 % self.there
        if number % 10 == 9:
            index = self.there + number * 7_919 % self.coming
        cells = cells_of(index)
        key = KEYS[number % 4]
        value = index + 1 if key == "id" else cells[HEADER.index(key)]
        if not value:
            key, value = "id", index + 1
        try:
            answer = self.stub.GetMember(self.wire.GetMemberRequest(**{key: value})).member
        except grpc.RpcError as error:
            answer = error
        self.seconds.append(time.perf_counter() - due)
        self.answers.append((index, cells, answer))

    def end(self):
        """Ends them: how many there were, how many of them were wrong, and how many too early."""
        import grpc

        self.ending.set()
        self.thread.join()
        wrong = early = 0
        for index, cells, answer in self.answers:
            if isinstance(answer, grpc.RpcError):
                is_early = index >= self.there and answer.code() == grpc.StatusCode.NOT_FOUND
                early += is_early
                wrong += not is_early
            else:
                wrong += answer != self.member(index, cells, answer)
        return len(self.answers), wrong, early

    def member(self, index, cells, answer):
        """What the member must be; only its times are taken from the answer."""
        values = {name: cells[HEADER.index(name)] for name in ("email", "phone", "external_id")}
        settings = {"": 0, "false": 1, "0": 1, "true": 2, "1": 2}
        for column in NOTIFY:
            values[HEADER[column]] = settings[cells[column]]
        forms = [
            self.wire.FormValue(form="survey", field=name.split(".")[-1], value=cell)
            for name, cell in zip(HEADER, cells) if name.startswith("form.") and cell]
        return self.wire.Member(
            id=index + 1, role="user", created_at=answer.created_at, updated_at=answer.created_at,
            name=cells[NAME], description=cells[NOTE], date_of_birth=cells[BORN],
            labels=list(filter(None, cells[TAGS].split(","))), form_values=forms, **values)
