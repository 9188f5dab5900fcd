// Stock gRPC for C++ against a daemon: what a service in C++ would do, with nothing of ours to go
// by but proto/. Tests/Python/test_cpp_client.py makes the daemon, runs this, and reads what it
// prints: one line of JSON, or a sentence on standard error and exit code 1.
//
//   client SOCKET faults            an import of a good and two bad rows
//   client SOCKET resume            an import whose stream breaks, and goes on
//   client SOCKET progress SECONDS ANSWERS
//   client SOCKET export ROWS       imports so many rows, and reads them back

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "muster/v1/import.grpc.pb.h"
#include "muster/v1/member.grpc.pb.h"

namespace {

namespace wire = ::muster::v1;
using Clock = std::chrono::steady_clock;
using Stream = grpc::ClientReaderWriter<wire::ImportMembersRequest, wire::ImportMembersResponse>;

const char import_id[] = "0f0e0d0c-0b0a-4908-8706-050403020100";
const auto deadline = std::chrono::minutes(4);

void expect(bool holds, const std::string& sentence) {
  if (!holds) throw std::runtime_error(sentence);
}

// One import: a call and its stream.
class Import {
 public:
  Import(wire::ImportService::Stub& service, std::vector<std::string> columns, bool keeps_id) {
    context_.set_deadline(std::chrono::system_clock::now() + deadline);
    stream_ = service.ImportMembers(&context_);
    wire::ImportMembersRequest request;
    auto* begin = request.mutable_begin();
    for (const auto& column : columns) begin->add_columns(column);
    if (keeps_id) begin->set_import_id(import_id);
    send(request);
    expect(stream_->Read(&answer) && answer.has_accepted(), "The first answer is not accepted.");
  }

  void send(const wire::ImportMembersRequest& request) {
    if (!stream_->Write(request)) throw std::runtime_error(end().error_message());
  }

  void chunk(uint64_t first_row, const std::vector<std::vector<std::string>>& rows) {
    wire::ImportMembersRequest request;
    request.mutable_chunk()->set_first_row(first_row);
    for (const auto& cells : rows) {
      auto* row = request.mutable_chunk()->add_rows();
      for (const auto& cell : cells) row->add_cells(cell);
    }
    send(request);
  }

  bool read() { return stream_->Read(&answer); }

  void wait_for_committed(uint64_t row_count) {
    while (read()) {
      if (answer.has_faults()) fault_count += answer.faults().faults_size();
      if (answer.has_progress() && answer.progress().committed() >= row_count) return;
    }
    throw std::runtime_error("The stream ended before all was committed.");
  }

  // Says that there are no more rows, and reads to the summary.
  wire::ImportCounts finish(uint64_t row_count) {
    wire::ImportMembersRequest request;
    request.mutable_finish()->set_row_count(row_count);
    send(request);
    stream_->WritesDone();
    wire::ImportCounts counts;
    bool has_summary = false;
    while (read()) {
      if (answer.has_faults()) fault_count += answer.faults().faults_size();
      if (answer.has_summary()) counts = answer.summary().counts(), has_summary = true;
    }
    const auto status = end();
    expect(status.ok(), status.error_message());
    expect(has_summary, "No summary came.");
    return counts;
  }

  grpc::Status end() { return stream_->Finish(); }
  // Breaks the call off; the import stays open.
  void cancel() {
    context_.TryCancel();
    while (read()) {
    }
    end();
  }

  wire::ImportMembersResponse answer;
  int fault_count = 0;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<Stream> stream_;
};

void print(const wire::ImportCounts& counts, const std::string& more) {
  std::cout << "{\"created\": " << counts.created() << ", \"rejected\": " << counts.rejected()
            << ", \"committed\": " << counts.committed() << ", " << more << "}\n";
}

void faults(wire::ImportService::Stub& service) {
  Import import(service, {"email", "name"}, false);
  import.chunk(0, {{"a@example.org", "A"}, {"no address", "B"}, {"", "C"}});
  const auto counts = import.finish(3);
  print(counts, "\"faults\": " + std::to_string(import.fault_count));
}

void resume(wire::ImportService::Stub& service) {
  {
    Import first(service, {"external_id"}, true);
    first.chunk(0, {{"u0"}, {"u1"}, {"u2"}});
    first.wait_for_committed(3);
    first.cancel();
  }
  // The daemon may hear of the cancellation a little later; until then the import is running.
  for (const auto start = Clock::now();;) {
    try {
      Import second(service, {"external_id"}, true);
      const auto next_row = second.answer.accepted().next_row();
      second.chunk(next_row, {{"u" + std::to_string(next_row)}});
      const auto counts = second.finish(next_row + 1);
      return print(counts, "\"next_row\": " + std::to_string(next_row));
    } catch (const std::runtime_error&) {
      if (Clock::now() - start > std::chrono::seconds(60)) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

// Each chunk of a faulty row is answered by its fault, each round at last by progress.
void progress(wire::ImportService::Stub& service, int seconds, int answers_min) {
  Import import(service, {"email"}, false);
  const auto start = Clock::now();
  auto last = start;
  auto longest = Clock::duration::zero();
  uint64_t sent = 0;
  int answers = 0;
  while (Clock::now() - start < std::chrono::seconds(seconds) || answers < answers_min) {
    for (int number = 0; number < 8; number++) import.chunk(sent++, {{"no address"}});
    for (uint64_t committed = 0; committed < sent;) {
      expect(import.read(), "The stream ended too early.");
      answers++;
      if (import.answer.has_progress()) committed = import.answer.progress().committed();
    }
    longest = std::max(longest, Clock::now() - last);
    last = Clock::now();
  }
  const auto counts = import.finish(sent);
  const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(longest).count();
  print(counts, "\"sent\": " + std::to_string(sent) + ", \"answers\": " + std::to_string(answers)
    + ", \"longest_gap_ms\": " + std::to_string(gap));
}

void export_all(
    wire::ImportService::Stub& imports, wire::MemberService::Stub& members,
    uint64_t row_count) {
  const uint64_t rows_per_chunk = 20'000;
  Import import(imports, {"external_id", "name"}, false);
  for (uint64_t first = 0; first < row_count; first += rows_per_chunk) {
    std::vector<std::vector<std::string>> rows;
    for (auto row = first; row < std::min(first + rows_per_chunk, row_count); row++)
      rows.push_back({"u" + std::to_string(row), "n"});
    import.chunk(first, rows);
  }
  const auto counts = import.finish(row_count);

  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  auto reader = members.ExportMembers(&context, wire::ExportMembersRequest());
  wire::ExportMembersResponse message;
  expect(reader->Read(&message) && message.has_header(), "The export began without a header.");
  int place = 0;
  while (message.header().columns(place) != "external_id") place++;
  uint64_t exported = 0;
  while (reader->Read(&message)) {
    expect(message.chunk().first_row() == exported, "A chunk of the export is out of order.");
    for (const auto& row : message.chunk().rows())
      expect(row.cells(place) == "u" + std::to_string(exported++), "A row is another one.");
  }
  const auto status = reader->Finish();
  expect(status.ok(), status.error_message());
  print(counts, "\"exported\": " + std::to_string(exported));
}

}  // namespace

int main(int count, char** words) {
  try {
    expect(count >= 3, "usage: client SOCKET faults|resume|progress|export ...");
    const std::string what = words[2];
    const auto number = [&](int place) {
      expect(count > place, "A number is missing.");
      return std::atoll(words[place]);
    };
    // The target that the documents name, and no option but the one that says: no TLS.
    auto channel =
        grpc::CreateChannel(std::string("unix:") + words[1], grpc::InsecureChannelCredentials());
    auto imports = wire::ImportService::NewStub(channel);
    auto members = wire::MemberService::NewStub(channel);
    if (what == "faults") {
      faults(*imports);
    } else if (what == "resume") {
      resume(*imports);
    } else if (what == "progress") {
      progress(*imports, number(3), number(4));
    } else if (what == "export") {
      export_all(*imports, *members, number(3));
    } else {
      expect(false, "There is no test " + what + ".");
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
