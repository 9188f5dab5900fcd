"""Stock grpcio does everything that our own client does, with nothing but proto/ to go by.

Run: pip install -r requirements.txt; MUSTER_BIN_DIR=.build/debug pytest Tests/Python
"""

import csv
import pathlib
import queue

import endurance
import grpc
import pytest

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "EndToEndTests" / "Fixtures"
IMPORT_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
# Generous: the machine may be loaded.
DEADLINE_SECONDS = 60


def read_csv(name):
  with open(FIXTURES / name, newline="", encoding="utf-8") as file:
    columns, *rows = csv.reader(file)
  return columns, rows


class Client:
  """The four stubs and short ways to say what a test says often."""

  def __init__(self, stubs, channel):
    self.messages = stubs["import"]
    self.rows = stubs["rows"]
    self.workspace = stubs["workspace"]
    self.member = stubs["member"]
    self.health = stubs["health"]
    self.imports = stubs["import_grpc"].ImportServiceStub(channel)
    self.members = stubs["member_grpc"].MemberServiceStub(channel)
    self.workspaces = stubs["workspace_grpc"].WorkspaceServiceStub(channel)
    self.healths = stubs["health_grpc"].HealthStub(channel)

  def begin(self, columns, **more):
    begin = self.messages.BeginImport(columns=columns, **more)
    return self.messages.ImportMembersRequest(begin=begin)

  def chunk(self, first_row, rows):
    rows = [self.rows.Row(cells=[cell.encode() for cell in row]) for row in rows]
    chunk = self.rows.RowChunk(first_row=first_row, rows=rows)
    return self.messages.ImportMembersRequest(chunk=chunk)

  def finish(self, row_count):
    return self.messages.ImportMembersRequest(
      finish=self.messages.FinishImport(row_count=row_count))

  def run(self, *messages):
    """The daemon's answers to these messages."""
    return list(self.imports.ImportMembers(iter(messages), timeout=DEADLINE_SECONDS))

  def refusal(self, *messages):
    """The status that the daemon ends these messages with."""
    with pytest.raises(grpc.RpcError) as raised:
      self.run(*messages)
    return raised.value

  def import_rows(self, columns, rows, size=1000, **more):
    chunks = [self.chunk(at, rows[at:at + size]) for at in range(0, len(rows), size)]
    return self.run(self.begin(columns, **more), *chunks, self.finish(len(rows)))

  def export(self, **more):
    """The columns and the rows of an export."""
    request = self.member.ExportMembersRequest(**more)
    header, *chunks = self.members.ExportMembers(request, timeout=DEADLINE_SECONDS)
    assert header.WhichOneof("message") == "header"
    rows = []
    for message in chunks:
      assert message.WhichOneof("message") == "chunk"
      assert message.chunk.first_row == len(rows)
      rows += [[cell.decode() for cell in row.cells] for row in message.chunk.rows]
    return list(header.header.columns), rows

  def make_guide_catalogue(self):
    messages = self.workspace
    self.workspaces.CreateLabels(messages.CreateLabelsRequest(slugs=["vip", "premium"]))
    fields = [
      messages.FormField(slug="medical_id", type=messages.FORM_FIELD_TYPE_TEXT),
      messages.FormField(
        slug="blood_type", type=messages.FORM_FIELD_TYPE_CHOICE, choices=["A+", "B+", "O+", "O-"]),
    ]
    self.workspaces.CreateForm(
      messages.CreateFormRequest(form=messages.Form(slug="patient", fields=fields)))


@pytest.fixture
def client(stubs, channel):
  return Client(stubs, channel)


def outcomes(counts):
  assert counts.received == sum(
    [counts.created, counts.updated, counts.unchanged, counts.rejected])
  return [counts.created, counts.updated, counts.unchanged, counts.rejected]


def test_the_guide_imports_as_the_guide_says(client):
  client.make_guide_catalogue()
  columns, rows = read_csv("members-guide.csv")
  for wanted in [[4, 1, 0, 0], [0, 2, 3, 0]]:
    answers = client.import_rows(columns, rows)
    assert answers[0].WhichOneof("message") == "accepted"
    assert answers[0].accepted.limits.rows_per_import == 10_000
    assert answers[-1].WhichOneof("message") == "summary"
    summary = answers[-1].summary
    assert outcomes(summary.counts) == wanted
    assert summary.counts.committed == 5
    assert summary.import_id == answers[0].accepted.import_id
    assert summary.store.endswith("/workspaces/default.db")


def test_an_export_imports_again_and_changes_nothing(client):
  client.make_guide_catalogue()
  client.import_rows(*read_csv("members-guide.csv"))
  ids = [client.member.EXPORT_COLUMN_ID, client.member.EXPORT_COLUMN_ROLE]
  columns, rows = client.export(**{"with": ids})
  assert columns[:3] == ["_id", "_role", "email"]
  assert [row[2] for row in rows] == ["alice@example.com", "bob@example.com", "", ""]
  assert {row[1] for row in rows} == {"user"}
  assert outcomes(client.import_rows(columns, rows)[-1].summary.counts) == [0, 0, 4, 0]
  assert client.export(**{"with": ids}) == (columns, rows)


def test_faults_come_with_their_rows_and_texts(client):
  rows = [["a@example.com", "A"], ["bad", "B"], [""], ["", "C"]]
  answers = client.import_rows(["email", "name"], rows)
  faults = [fault for answer in answers for fault in answer.faults.faults]
  assert [(fault.row, fault.column, fault.message) for fault in faults] == [
    (2, "email", "Invalid email format"), (3, "", "Wrong number of cells"),
    (4, "", "No identifier provided"),
  ]
  assert faults[0].value == b"bad" and faults[0].code == "invalid_email"
  assert outcomes(answers[-1].summary.counts) == [1, 0, 0, 3]
  assert answers[-1].summary.fault_count == 3


def test_a_gap_is_refused_with_the_row_expected(client):
  error = client.refusal(
    client.begin(["external_id"]), client.chunk(0, [["u0"]]), client.chunk(2, [["u2"]]))
  assert error.code() == grpc.StatusCode.OUT_OF_RANGE
  assert "row 1 is expected" in error.details()


def test_a_second_begin_is_refused(client):
  error = client.refusal(client.begin(["external_id"]), client.begin(["external_id"]))
  assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
  assert "second begin" in error.details()


def test_a_stream_that_ends_without_finish_stays_open_and_goes_on(client):
  begin = client.begin(["external_id"], import_id=IMPORT_ID)
  error = client.refusal(begin, client.chunk(0, [["u0"], ["u1"]]))
  assert error.code() == grpc.StatusCode.ABORTED
  request = client.messages.GetImportRequest(import_id=IMPORT_ID)
  record = client.imports.GetImport(request, timeout=DEADLINE_SECONDS)
  assert record.state == client.messages.IMPORT_STATE_OPEN
  assert record.counts.committed == 2
  answers = client.run(begin, client.chunk(2, [["u2"]]), client.finish(3))
  assert answers[0].accepted.next_row == 2
  assert outcomes(answers[-1].summary.counts) == [3, 0, 0, 0]
  record = client.imports.GetImport(request, timeout=DEADLINE_SECONDS)
  assert record.state == client.messages.IMPORT_STATE_FINISHED


def test_a_client_that_waits_for_each_answer_gets_it(client):
  """Request by request, as a person would write it: no answer depends on the next request."""
  waiting = queue.Queue()
  answers = client.imports.ImportMembers(iter(waiting.get, None), timeout=DEADLINE_SECONDS)
  waiting.put(client.begin(["external_id"]))
  assert next(answers).accepted.next_row == 0
  for number in range(5):
    waiting.put(client.chunk(number, [[f"u{number}"]]))
    while True:
      progress = next(answers).progress
      assert progress.committed <= progress.received
      if progress.committed == number + 1:
        break
  waiting.put(client.finish(5))
  waiting.put(None)
  assert list(answers)[-1].summary.counts.created == 5


def test_header_refusals_name_every_column(client):
  error = client.refusal(client.begin(["emial", "name", "name"]))
  assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
  for phrase in ['"emial" (column 1); did you mean "email"?', "there twice", "No identifier"]:
    assert phrase in error.details()


def test_over_4_mib_is_resource_exhausted_and_the_daemon_serves_on(client):
  rows = [["x" * 60_000]] * 80
  error = client.refusal(client.begin(["external_id"]), client.chunk(0, rows))
  assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
  assert outcomes(client.import_rows(["external_id"], [["u"]])[-1].summary.counts) == [1, 0, 0, 0]


def test_a_cancelled_import_goes_on(client):
  waiting = queue.Queue()
  answers = client.imports.ImportMembers(iter(waiting.get, None), timeout=DEADLINE_SECONDS)
  waiting.put(client.begin(["external_id"], import_id=IMPORT_ID))
  waiting.put(client.chunk(0, [["u0"]]))
  while next(answers).progress.committed < 1:
    pass
  answers.cancel()
  waiting.put(None)
  begin = client.begin(["external_id"], import_id=IMPORT_ID)
  while True:
    try:
      done = client.run(begin, client.finish(1))
      break
    except grpc.RpcError as error:
      # The daemon may hear of the cancellation a little later.
      assert error.code() == grpc.StatusCode.ABORTED
  assert done[0].accepted.next_row == 1
  assert outcomes(done[-1].summary.counts) == [1, 0, 0, 0]


def test_labels_roles_forms_and_workspaces_are_listed(client):
  client.make_guide_catalogue()
  messages = client.workspace
  labels = client.workspaces.ListLabels(messages.ListLabelsRequest())
  assert list(labels.slugs) == ["premium", "vip"]
  roles = client.workspaces.ListRoles(messages.ListRolesRequest())
  assert [role.slug for role in roles.roles] == ["manager", "user"]
  forms = client.workspaces.ListForms(messages.ListFormsRequest()).forms
  assert [(field.slug, list(field.choices)) for field in forms[0].fields] == [
    ("medical_id", []), ("blood_type", ["A+", "B+", "O+", "O-"])]
  client.workspaces.CreateWorkspace(messages.CreateWorkspaceRequest(name="acme"))
  listed = client.workspaces.ListWorkspaces(messages.ListWorkspacesRequest()).workspaces
  assert [workspace.name for workspace in listed] == ["acme", "default"]
  with pytest.raises(grpc.RpcError) as raised:
    client.workspaces.ListRoles(messages.ListRolesRequest(workspace="nowhere"))
  assert raised.value.code() == grpc.StatusCode.NOT_FOUND


def test_health_is_checked_and_watched(client):
  request = client.health.HealthCheckRequest
  serving = client.health.HealthCheckResponse.SERVING
  assert client.healths.Check(request(), timeout=DEADLINE_SECONDS).status == serving
  with pytest.raises(grpc.RpcError) as raised:
    client.healths.Check(request(service="no.Such"), timeout=DEADLINE_SECONDS)
  assert raised.value.code() == grpc.StatusCode.NOT_FOUND
  watch = client.healths.Watch(request(service="muster.v1.ImportService"))
  assert next(watch).status == serving
  watch.cancel()


def test_an_unknown_method_is_unimplemented(channel):
  call = channel.unary_unary("/muster.v1.ImportService/NoSuchMethod")
  with pytest.raises(grpc.RpcError) as raised:
    call(b"", timeout=DEADLINE_SECONDS)
  assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_bytes_that_are_no_message_are_refused(channel, client):
  call = channel.stream_stream("/muster.v1.ImportService/ImportMembers")
  with pytest.raises(grpc.RpcError) as raised:
    list(call(iter([b"\xff\xff"]), timeout=DEADLINE_SECONDS))
  assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
  assert outcomes(client.import_rows(["email"], [["a@x.org"]])[-1].summary.counts) == [1, 0, 0, 0]


def test_an_export_of_a_million_rows_arrives_whole(stubs, unlimited_channel):
  """Through default options: windows of 64 KiB at first, messages of at most 4 MiB."""
  client = Client(stubs, unlimited_channel)
  row_count, size = 1_000_000, 20_000

  def messages():
    yield client.begin(["external_id", "name"])
    for first in range(0, row_count, size):
      yield client.chunk(first, [[f"u{row}", "n"] for row in range(first, first + size)])
    yield client.finish(row_count)

  *_, last = client.imports.ImportMembers(messages(), timeout=4 * DEADLINE_SECONDS)
  assert outcomes(last.summary.counts) == [row_count, 0, 0, 0]
  request = client.member.ExportMembersRequest()
  header, *chunks = client.members.ExportMembers(request, timeout=4 * DEADLINE_SECONDS)
  place = list(header.header.columns).index("external_id")
  rows = (row.cells[place] for message in chunks for row in message.chunk.rows)
  assert all(cell == b"u%d" % row for row, cell in enumerate(rows))
  last_chunk = chunks[-1].chunk
  assert last_chunk.first_row + len(last_chunk.rows) == row_count


def test_progress_comes_for_more_than_thirty_seconds(half_a_minute):
  seen = half_a_minute.result()
  assert outcomes(seen.summary.counts) == [0, 0, 0, seen.sent]
  assert seen.answers >= endurance.ANSWERS_MIN
  assert seen.longest_gap_seconds < 5


def signup(client, options=None, **values):
  """What becomes of a signup; a column with dots has __ for them."""
  values = [
    client.member.SignupValue(column=column.replace("__", "."), value=value.encode())
    for column, value in values.items()]
  request = client.member.CreateSignupRequest(values=values, options=options)
  return client.members.CreateSignup(request, timeout=DEADLINE_SECONDS)


def test_one_member_is_signed_up_found_listed_and_deleted(client):
  client.make_guide_catalogue()
  member = client.member
  values = {
    "email": "Dana@Example.org", "name": "Dana M\u00fcller", "labels": "vip,premium",
    "notify_sms": "FALSE", "form__patient__blood_type": "O-", "form__patient__medical_id": "M-1",
  }
  answer = signup(client, **values)
  assert answer.WhichOneof("outcome") == "signup"
  assert (answer.signup.created, answer.signup.changed) == (True, True)
  made = answer.signup.member
  assert (made.id, made.role, made.email, made.name) == (
    1, "user", "Dana@Example.org", "Dana M\u00fcller")
  assert list(made.labels) == ["premium", "vip"]
  assert made.notify_email == member.NOTIFY_SETTING_UNSPECIFIED
  assert made.notify_sms == member.NOTIFY_SETTING_OFF
  assert [(value.form, value.field, value.value) for value in made.form_values] == [
    ("patient", "blood_type", "O-"), ("patient", "medical_id", "M-1")]
  again = signup(client, **values).signup
  assert (again.created, again.changed, again.member) == (False, False, made)
  for key in [{"id": 1}, {"email": "DANA@example.org"}]:
    found = client.members.GetMember(member.GetMemberRequest(**key), timeout=DEADLINE_SECONDS)
    assert found.member == made
  manager = member.SignupOptions(role="manager", normalize=True)
  assert signup(client, manager, phone="+1 (555) 555-0123").signup.member.phone == "+15555550123"
  for conditions, ids in [
    ({}, [1, 2]), ({"role": "manager"}, [2]), ({"labels": ["vip"]}, [1]), ({"text": "dana"}, [1]),
    ({"text": "5550123"}, [2]), ({"labels": ["vip"], "role": "manager"}, []),
  ]:
    page = client.members.ListMembers(
      member.ListMembersRequest(**conditions), timeout=DEADLINE_SECONDS)
    assert [one.id for one in page.members] == ids and page.next_page_token == ""
  page = client.members.ListMembers(member.ListMembersRequest(page_size=1))
  assert page.next_page_token
  page = client.members.ListMembers(
    member.ListMembersRequest(page_size=1, page_token=page.next_page_token))
  assert [one.id for one in page.members] == [2]
  request = member.DeleteMemberRequest(email="dana@example.org")
  assert client.members.DeleteMember(request, timeout=DEADLINE_SECONDS).id == 1
  with pytest.raises(grpc.RpcError) as raised:
    client.members.DeleteMember(request, timeout=DEADLINE_SECONDS)
  assert raised.value.code() == grpc.StatusCode.NOT_FOUND
  assert "dana" not in raised.value.details().lower()


def test_a_signup_tells_its_faults_in_its_answer(client):
  answer = signup(client, email="bad", phone="5")
  assert answer.WhichOneof("outcome") == "faults"
  assert [(fault.row, fault.column, fault.code) for fault in answer.faults.faults] == [
    (1, "email", "invalid_email"), (1, "phone", "invalid_phone")]
  with pytest.raises(grpc.RpcError) as raised:
    signup(client, emial="x")
  assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
  with pytest.raises(grpc.RpcError) as raised:
    client.members.GetMember(client.member.GetMemberRequest(), timeout=DEADLINE_SECONDS)
  assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_compressed_call_is_refused_with_its_status_each_time(stubs, daemon):
  with grpc.insecure_channel(f"unix:{daemon}", compression=grpc.Compression.Gzip) as channel:
    client = Client(stubs, channel)
    rows = [[f"m{number}", f"m{number}@example.org"] for number in range(2_000)]
    for _ in range(40):
      refused = client.refusal(client.begin(["external_id", "email"]), client.chunk(0, rows))
      assert refused.code() == grpc.StatusCode.UNIMPLEMENTED, refused.details()
      assert "compress" in refused.details()


def test_a_message_that_is_too_long_is_refused_with_its_status_each_time(client):
  too_long = client.chunk(0, [["x" * (17 << 20)]])
  for _ in range(20):
    refused = client.refusal(client.begin(["external_id"]), too_long)
    assert refused.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, refused.details()
    assert "4194304" in refused.details()
  request = client.workspace.CreateLabelsRequest(slugs=["x" * (17 << 20)])
  with pytest.raises(grpc.RpcError) as raised:
    client.workspaces.CreateLabels(request, timeout=DEADLINE_SECONDS)
  assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
