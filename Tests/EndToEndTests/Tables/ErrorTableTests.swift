import Foundation
import MusterTestSupport
import Testing

/// What goes wrong is said on standard error, with what to do next; standard output has nothing.
@Suite(.timeLimit(.minutes(3))) struct ErrorTableTests {
  private static let unknownID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func files(_ installation: Installation) throws {
    for (name, text) in [
      ("good.csv", "email\na@x.org\n"), ("bad.csv", "email\nbad\n"), ("empty.csv", ""),
      ("headless.csv", "a@x.org,Anna\n"), ("open.csv", "email\na@x.org\n\"b@x.org\nc\n"),
      ("wrong.csv", "emial,name,NAME,form.patient.idd,,zzz\n1,2,3,4,5,6\n"),
    ] { _ = try installation.write(name, text) }
    let utf16: [UInt8] = [0xFF, 0xFE] + Array("email\n".utf8).flatMap { [$0, 0] }
    try Data(utf16).write(to: URL(filePath: installation.directory + "/utf16.csv"))
  }

  @Test func `each error names what failed, on what, and what to do next`() async throws {
    try await Installation.with { installation, _ in
      try Self.files(installation)
      try await installation.run("workspace", "create", "north")
      try await installation.run("label", "create", "vip")
      try await installation.run("form", "create", "patient", "--field", "id:text", "weight:number")
      let all =
        ErrorCase.sockets + ErrorCase.names + ErrorCase.entries + ErrorCase.inputs
        + ErrorCase.outputs + ErrorCase.misuses
      for given in all { try await Self.expect(given, installation) }
      let members = CSVRecords.parse(try await installation.run("export").output)
      #expect(members.count == 1)
      #expect(try await installation.run("imports", "list").output.isEmpty)
    }
  }

  private static func expect(_ given: ErrorCase, _ installation: Installation) async throws {
    func placed(_ text: String) -> String {
      text.replacing("DIR", with: installation.directory).replacing("NOBODY", with: unknownID)
    }
    let result = await installation.result(try installation.start(given.command.map(placed)))
    let says = "\(given.command): \(result.errors)"
    #expect(result.exitCode == given.exitCode, "\(says)")
    #expect(result.output.isEmpty, "\(says) \(result.output)")
    #expect(result.errors.hasPrefix(given.exitCode == 64 ? "Error: " : "muster: "), "\(says)")
    for phrase in given.phrases.map(placed) {
      #expect(result.errors.contains(phrase), "no \(phrase) in \(says)")
    }
  }

  /// Runs words of a shell, where $1 is the command.
  private static func shell(
    _ words: String, _ installation: Installation
  ) async throws -> CommandResult {
    let process = try RunningProcess(
      "/bin/bash", ["-c", words, "bash", Binaries.muster],
      environment: [
        "MUSTER_SOCKET": installation.socketPath, "XDG_STATE_HOME": installation.directory + "/x",
      ], directory: installation.directory)
    return await installation.result(process)
  }

  @Test func `an output that takes nothing ends each command with a sentence`() async throws {
    try await Installation.with { installation, _ in
      try Self.files(installation)
      for command in [
        "import good.csv", "import good.csv --output text", "preview good.csv", "export",
        "member list", "role list", "imports list", "check", "signup email=s@x.org", "health",
        "workspace list", "export --with id", "member get --email a@x.org", "label create new",
      ] {
        for (output, reason) in [
          ("> /dev/full", "No space left on device; make room there, or name another place."),
          (">&-", "Bad file descriptor; it was closed before the command began."),
        ] {
          let result = try await Self.shell("\"$1\" \(command) \(output)", installation)
          #expect(result.exitCode == 1, "\(command) \(output): \(result.errors)")
          #expect(
            result.errors.hasPrefix("muster: Writing to standard output failed: \(reason)"),
            "\(command) \(output): \(result.errors)")
        }
      }
    }
  }

  @Test func `an import that is finished says so, though nobody can read its summary`()
    async throws
  {
    try await Installation.with { installation, _ in
      try Self.files(installation)
      let result = try await Self.shell(
        "\"$1\" import good.csv --output text > /dev/full", installation)
      let id = try #require(result.errors.split(separator: " ").last)
      #expect(result.errors.contains("is finished all the same; to see its counts: muster imports"))
      let shown = try await installation.run("imports", "show", id.filter { $0 != "\n" })
      #expect(shown.objects.first?.outcomes == [1, 0, 0, 0])
    }
  }

  @Test func `a reader that has gone ends an export with a sentence, not with a signal`()
    async throws
  {
    try await Installation.with { installation, _ in
      try Self.files(installation)
      let result = try await Self.shell(
        "mkfifo p; exec 3<>p 4>p 3<&-; \"$1\" export >&4", installation)
      #expect(result.exitCode == 1)
      #expect(
        result.errors
          == "muster: Writing to standard output failed: Broken pipe; its reader has gone.\n")
    }
  }

  @Test func `standard input that is closed is said`() async throws {
    try await Installation.with { installation, _ in
      let result = try await Self.shell("\"$1\" import - <&-", installation)
      #expect(result.exitCode == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("muster: Reading standard input failed: Bad file descriptor"))
    }
  }

  /// Another user's shell words; only root can run them.
  private static let another = Binaries.system("setpriv").map {
    "\($0) --reuid 12345 --regid 12345 --clear-groups \"$1\""
  }

  @Test(.enabled("needs root and setpriv") { geteuid() == 0 && another != nil })
  func `a file and a socket of somebody else are said to be so`() async throws {
    let another = try #require(Self.another)
    try await Installation.with { installation, _ in
      try Self.files(installation)
      unsafe chmod(installation.directory, 0o755)
      unsafe chmod(installation.directory + "/bad.csv", 0)
      let file = try await Self.shell("\(another) import bad.csv", installation)
      #expect(file.exitCode == 1 && file.output.isEmpty)
      #expect(file.errors.contains("This user may not read bad.csv; its owner can allow it"))

      let socket = try await Self.shell("\(another) export", installation)
      #expect(socket.exitCode == 1 && socket.output.isEmpty)
      #expect(
        socket.errors
          == "muster: This user may not connect to the socket \(installation.socketPath); "
          + "ask for access to it.\n")

      // Past the mode of the file stands the daemon's own look at who it is.
      unsafe chmod(installation.socketPath, 0o777)
      let peer = try await Self.shell("\(another) export", installation)
      #expect(peer.exitCode == 1 && peer.output.isEmpty)
      #expect(peer.errors.contains("No rule of the daemon's policy is about your user (uid 12345)"))
    }
  }
}
