import Foundation
import MusterTestSupport
import Synchronization

/// A process that a test has started, and ends.
final class RunningProcess: Sendable {
  let output = PipeReader()
  let errors = PipeReader()
  private let process = Process()
  private let input: Pipe?
  private let exits: AsyncStream<Int32>

  /// What a process reads from standard input.
  enum Input {
    case nothing
    case file(String)
    case pipe
  }

  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    input: Input = .nothing, directory: String? = nil
  ) throws {
    // A process that ends early must not end the tests with it.
    signal(SIGPIPE, SIG_IGN)
    let (exits, exit) = AsyncStream<Int32>.makeStream()
    self.exits = exits
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/bin:/bin", "TMPDIR": "/tmp", "TERM": "xterm", "HOME": "/nowhere",
    ]
    .merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    process.standardOutput = output.pipe
    process.standardError = errors.pipe
    switch input {
    case .nothing:
      self.input = nil
      process.standardInput = FileHandle.nullDevice
    case .file(let path):
      self.input = nil
      process.standardInput = FileHandle(forReadingAtPath: path)
    case .pipe:
      let pipe = Pipe()
      self.input = pipe
      process.standardInput = pipe
    }
    process.terminationHandler = { process in
      let isSignal = process.terminationReason == .uncaughtSignal
      exit.yield(isSignal ? -process.terminationStatus : process.terminationStatus)
      exit.finish()
    }
    try process.run()
  }

  /// Writes to its standard input; false once it does not read any more.
  @discardableResult func write(_ text: String) -> Bool {
    guard let input else { return false }
    do {
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      return true
    } catch {
      return false
    }
  }

  func closeInput() { try? input?.fileHandleForWriting.close() }

  var processIdentifier: Int32 { process.processIdentifier }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Its exit code; a negative signal number if it was killed. Kills it when the test is cancelled.
  func exitCode() async -> Int32 {
    await withTaskCancellationHandler {
      for await code in exits { return code }
      return -SIGKILL
    } onCancel: {
      send(SIGKILL)
    }
  }

  /// Ends it, whatever it does, and waits until it is gone.
  func end() {
    if process.isRunning { send(SIGKILL) }
    process.waitUntilExit()
  }
}

/// What became of a command.
struct CommandResult: Sendable {
  var exitCode: Int32
  var output: String
  var errors: String

  /// The objects that it printed, one a line.
  var objects: [[String: any Sendable]] { output.split(separator: "\n").compactMap(Self.object) }

  /// The one object of a type.
  func object(_ type: String) throws -> [String: any Sendable] {
    guard let object = objects.last(where: { $0["type"] as? String == type }) else {
      throw TestFailure("No \(type) in: \(output)\n\(errors)")
    }
    return object
  }

  static func object(_ line: some StringProtocol) -> [String: any Sendable]? {
    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: any Sendable]
  }
}

extension [String: any Sendable] {
  /// A number of the object; -1 if there is none.
  func count(_ key: String) -> Int { (self[key] as? NSNumber)?.intValue ?? -1 }

  /// created, updated, unchanged, rejected.
  var outcomes: [Int] { ["created", "updated", "unchanged", "rejected"].map(count) }
}
