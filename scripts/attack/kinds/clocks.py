"""Clocks that jump: nothing expires and no undo is dropped, before the clock has stood for a day."""

import json
import shutil
import uuid

import wire
from line import Skipped, attack
from peer import message
from target import IMPORT


def jump(years):
    def one(attack, line):
        if not shutil.which("faketime"):
            raise Skipped("there is no faketime here")
        target = line.target(fresh=True)
        daemon = target.daemon
        daemon.fill_catalogue()
        daemon.import_file(target.run.members(200))
        listed = target.command("imports", "list", "--output", "ndjson").stdout.splitlines()
        finished = [json.loads(text)["import_id"] for text in listed]
        name = str(uuid.uuid4())
        with target.peer(keeps=True) as peer:
            call = peer.call(IMPORT, wire.begin(["external_id"], import_id=name), ends=False)
            peer.add(call, message(wire.chunk(0, [["open1"], ["open2"]])))
            peer.pump(20, lambda: any(answer.progress.committed for answer in wire.answers(call.body)))
        line.expect(len(finished) >= 1, "no import to undo")
        daemon.stop()
        # The preload of faketime hides a program's arguments from it: they are given both ways.
        daemon.wrapper = ["faketime", "-f", f"{years:+d}y"]
        daemon.environment.update(MUSTER_SOCKET=daemon.socket, MUSTER_DATA=daemon.data)
        daemon.start()
        with target.peer(keeps=True) as peer:
            call = peer.answer(
                IMPORT,
                wire.begin(["external_id"], import_id=name),
                wire.chunk(2, [["open3"]]),
                wire.finish(3),
                seconds=20,
            )
            resumed = call.status
        undo = target.command("imports", "undo", finished[0], "--yes")
        line.sent = f"a start {years:+d} years"
        line.answer(f"the open import: {resumed} {call.said[:80]}; undo: {undo.returncode}")
        line.expect(resumed == "OK", f"an open import is {resumed}: {call.said[:200]}")
        line.expect(
            undo.returncode in (0, 2), f"an undo is {undo.returncode}: {undo.stderr.strip()[-200:]}"
        )
        daemon.stop()
        daemon.wrapper = []
        daemon.start()
        line.expect(target.command("export").returncode == 0, "back in time nothing is served")

    one.__doc__ = (
        f"a start {abs(years)} years {'later' if years > 0 else 'earlier'}, with an open import and an undo"
    )
    return one


attack("clocks-ahead", short=True)(jump(10))
attack("clocks-back")(jump(-10))
