"""Tools that have no definitions learn them from the daemon, by either name of the service.

Run: pip install -r requirements.txt; MUSTER_BIN_DIR=.build/debug pytest Tests/Python
"""

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_reflection.v1alpha import proto_reflection_descriptor_database, reflection_pb2
from grpc_reflection.v1alpha import reflection_pb2_grpc

DEADLINE_SECONDS = 60
SERVICES = {
  "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection", "muster.v1.ImportService",
  "muster.v1.MemberService", "muster.v1.WorkspaceService",
}


@pytest.fixture(params=["v1", "v1alpha"])
def ask(request, stubs, channel):
  """Asks questions on one stream, by one of the names: the messages' module and the answers."""
  if request.param == "v1":
    messages, stub = stubs["reflection"], stubs["reflection_grpc"].ServerReflectionStub(channel)
  else:
    messages, stub = reflection_pb2, reflection_pb2_grpc.ServerReflectionStub(channel)

  def answers(*questions):
    requests = [messages.ServerReflectionRequest(**question) for question in questions]
    found = list(stub.ServerReflectionInfo(iter(requests), timeout=DEADLINE_SECONDS))
    assert [answer.original_request for answer in found] == requests
    return found

  return answers


def test_a_tool_without_definitions_makes_calls(channel):
  database = proto_reflection_descriptor_database.ProtoReflectionDescriptorDatabase(channel)
  assert SERVICES <= set(database.get_services())
  pool = descriptor_pool.DescriptorPool(database)
  service = pool.FindServiceByName("muster.v1.WorkspaceService")

  def call(name, **fields):
    method = service.FindMethodByName(name)
    request = message_factory.GetMessageClass(method.input_type)(**fields)
    answer = message_factory.GetMessageClass(method.output_type)
    return channel.unary_unary(
      f"/{service.full_name}/{name}", request_serializer=lambda message: message.SerializeToString(),
      response_deserializer=answer.FromString)(request, timeout=DEADLINE_SECONDS)

  assert list(call("CreateLabels", slugs=["vip"]).created) == ["vip"]
  assert list(call("ListLabels").slugs) == ["vip"]
  assert [role.slug for role in call("ListRoles").roles] == ["manager", "user"]


def test_every_service_and_every_name_in_it_leads_to_files_that_fit_together(ask):
  [listing] = ask({"list_services": "*"})
  names = [service.name for service in listing.list_services_response.service]
  assert SERVICES <= set(names) and names == sorted(names)
  for name in names:
    [answer] = ask({"file_containing_symbol": name, "host": "here"})
    assert answer.valid_host == "here"
    files = [descriptor_pb2.FileDescriptorProto.FromString(file)
             for file in answer.file_descriptor_response.file_descriptor_proto]
    pool = descriptor_pool.DescriptorPool()
    # The file asked for comes first; what it needs has to be there before it.
    for file in reversed(files):
      pool.Add(file)
    service = pool.FindServiceByName(name)
    symbols = [f"{name}.{method.name}" for method in service.methods]
    symbols += [message for method in service.methods
                for message in (method.input_type.full_name, method.output_type.full_name)]
    for answer in ask(*({"file_containing_symbol": symbol} for symbol in symbols)):
      assert answer.WhichOneof("message_response") == "file_descriptor_response"
    [same] = ask({"file_by_filename": files[0].name})
    assert same.file_descriptor_response.file_descriptor_proto[0] == files[0].SerializeToString()


def test_what_is_not_there_is_an_answer_and_the_stream_goes_on(ask):
  answers = ask(
    {"file_by_filename": "no.proto"}, {"file_containing_symbol": "muster.v1.Nothing"},
    {"file_containing_extension": {"containing_type": "muster.v1.Row", "extension_number": 7}},
    {"all_extension_numbers_of_type": "muster.v1.Nothing"},
    {"all_extension_numbers_of_type": "muster.v1.Row"})
  for answer in answers[:4]:
    assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
    assert answer.error_response.error_message
  numbers = answers[4].all_extension_numbers_response
  assert numbers.base_type_name == "muster.v1.Row" and not numbers.extension_number


def test_a_message_that_asks_nothing_ends_the_stream(ask):
  with pytest.raises(grpc.RpcError) as raised:
    ask({"host": "here"})
  assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
