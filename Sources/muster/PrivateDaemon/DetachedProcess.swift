internal import Glibc
internal import MusterCore

/// A program that outlives this one: in a session of its own, with no descriptor of ours but its
/// standard error.
struct DetachedProcess {
  let processID: pid_t

  /// Linux' POSIX_SPAWN_SETSID, which Swift does not see.
  private static let newSession: Int32 = 0x80

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: Variables that it gets besides ours.
  ///   - errors: The descriptor of its standard error; standard input and output are /dev/null.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], errors: Int32
  ) throws {
    Self.closeOthersOnStart()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What this command ignores or blocks is no business of the daemon's.
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    let flags = Self.newSession | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var processID: pid_t = 0
    let code = unsafe Self.withCStrings([program] + arguments) { argv in
      unsafe Self.withCStrings(Self.variables(environment)) { envp in
        unsafe posix_spawn(&processID, program, &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else {
      throw CommandFailure.system("The program \(program) cannot be started", code: code)
    }
    self.processID = processID
  }

  /// Whether it has ended; this process is its parent until it ends itself.
  func hasEnded() -> Bool { waitpid(processID, nil, WNOHANG) != 0 }

  /// Lets go of it: when it ends before this process does, nothing of it is left.
  func letGo() {
    signal(SIGCHLD, SIG_IGN)
    _ = hasEnded()
  }

  /// Descriptors that this process was given by whoever started it go no further.
  private static func closeOthersOnStart() {
    guard let directory = unsafe opendir("/proc/self/fd") else { return }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }
  }

  /// The environment as `NAME=value`, ours with changes.
  private static func variables(_ changes: [String: String]) -> [String] {
    var result = changes.map { "\($0)=\($1)" }
    var place = unsafe environ
    while let entry = unsafe place.pointee {
      let text = unsafe String(cString: entry)
      if !changes.keys.contains(where: { text.hasPrefix($0 + "=") }) { result.append(text) }
      unsafe place += 1
    }
    return result
  }

  /// Calls a closure with strings as C has them, with a nil at their end.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for place in unsafe copies.indices { unsafe free(copies[place]) } }
    return unsafe body(copies + [nil])
  }
}
