"""What somebody would take in place of Muster, for the measurements: each does the same work."""
import csv
import os
import shutil
import subprocess
import sys
import tempfile

from engines import HERE, digest, run, stop

# Where bench.sh installs what requirements.txt names.
PYTHON = os.path.join(os.path.dirname(os.path.dirname(HERE)), ".build-bench-python", "bin", "python")
OUTCOMES = {"new": 0, "changed": 1, "unchanged": 2, "scattered": 1}
# What sqlite_import.sql leaves, as an export of Muster's has it.
MEMBERS_SQL = """
SELECT email, phone, external_id, name, description, date_of_birth, labels,
  CASE notify_email WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  CASE notify_sms WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  CASE notify_voice WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  form_survey_color, form_survey_size FROM member
"""


class Competitor:
    """A program that imports a file into a database of its own, and ends."""

    def __init__(self, binaries, directory):
        self.directory = tempfile.mkdtemp(dir=directory)
        self.database = os.path.join(self.directory, "members.db")

    def import_file(self, path, rows, scenario):
        seconds, cpu, peak, output = self.run_import(path)
        counts = [0, 0, 0, 0]
        counts[OUTCOMES[scenario]] = rows
        if output.splitlines()[-1] != "|".join(map(str, counts)):
            stop(f"{self.name} did not count {rows} rows as {scenario}: {output.splitlines()[-1]}")
        return {
            "seconds": seconds, "client cpu": 0, "server cpu": cpu, "client peak": 0,
            "server peak": peak,
        }

    def run_import(self, path):
        return run(self.command(path))

    def members(self):
        command = self.export_command()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            return digest(csv.reader(process.stdout))

    def close(self):
        shutil.rmtree(self.directory)


class SQLite(Competitor):
    """The sqlite3 shell, with sqlite_import.sql, which reads members.csv beside its database."""

    name = "sqlite3"

    def run_import(self, path):
        link = os.path.join(self.directory, "members.csv")
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(path, link)
        with open(os.path.join(HERE, "sqlite_import.sql")) as script:
            return run(["sqlite3", "members.db"], stdin=script, cwd=self.directory)

    def export_command(self):
        return ["sqlite3", "-csv", self.database, MEMBERS_SQL]


class DuckDB(Competitor):
    """DuckDB, in Python, which only hands it statements: duckdb_import.py."""

    name = "duckdb"
    program = [PYTHON, os.path.join(HERE, "duckdb_import.py")]

    def command(self, path):
        return [*self.program, self.database, path]

    def export_command(self):
        return [*self.program, self.database]


class PythonScript(DuckDB):
    """A script with csv, re and sqlite3: python_import.py."""

    name = "python"
    program = [sys.executable, os.path.join(HERE, "python_import.py")]


COMPETITORS = {each.name: each for each in (SQLite, DuckDB, PythonScript)}
