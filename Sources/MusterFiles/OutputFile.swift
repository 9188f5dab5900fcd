internal import Glibc
internal import MusterFaults

/// Where a command's output goes that a user has named: a new file, or something that is written
/// through: standard output (`-`), an open descriptor, a terminal, another device, a pipe.
///
/// ``TargetRule`` decides. A new file replaces what is there only when it is complete.
package struct OutputFile: ~Copyable {
  /// How long a pipe may be without a reader, in steps of ``pipePauseMicroseconds``: 2 seconds.
  private static let pipeTriesMax = 200
  private static let pipePauseMicroseconds: UInt32 = 10_000
  private static let linksMax = 40

  /// Where the bytes are written.
  package let descriptor: Int32
  private let path: FileName
  private let rule: TargetRule
  private var file: NewFile?
  /// The directory and name that a new file gets.
  private let directory: Directory?
  private let name: FileName
  private let ownsDescriptor: Bool

  /// Opens it, and refuses what is not written to.
  package init(_ path: FileName, _ rule: TargetRule) throws(FileFailure) {
    if let open = Self.openDescriptor(path) {
      guard FoundFile.of(descriptor: open) != nil else {
        throw .refused("\(path.shown) is not open; name a file, or - for standard output.")
      }
      self.init(path, rule, descriptor: open, ownsDescriptor: false)
      return
    }
    let place = try Self.place(path, rule)
    if place.step == .writeThrough {
      self.init(path, rule, descriptor: try Self.opened(place, path), ownsDescriptor: true)
      return
    }
    let new: NewFile
    do throws(FileFailure) {
      new =
        Mutant.makesFilesByName.isOn
        ? try NewFile(guessable: place.name, in: place.directory)
        : try NewFile(in: place.directory)
    } catch {
      throw error.code == nil
        ? error : .system("Writing \(path.shown) failed", code: error.code ?? 0)
    }
    self.init(path, rule, new, at: place)
  }

  private init(
    _ path: FileName, _ rule: TargetRule, descriptor: Int32, ownsDescriptor: Bool
  ) {
    self.path = path
    self.rule = rule
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
    directory = nil
    name = path
    file = nil
  }

  private init(_ path: FileName, _ rule: TargetRule, _ new: consuming NewFile, at place: Place) {
    self.path = path
    self.rule = rule
    descriptor = new.descriptor
    ownsDescriptor = false
    directory = place.directory
    name = place.name
    file = consume new
  }

  deinit { if ownsDescriptor { close(descriptor) } }

  /// Whether it is a file that appears when it is complete.
  package var isNewFile: Bool { directory != nil && !ownsDescriptor }

  /// Looks whether it could be opened, without opening it.
  package static func check(_ path: FileName, _ rule: TargetRule) throws(FileFailure) {
    guard openDescriptor(path) == nil else { return }
    let place = try place(path, rule)
    let mayWrite = unsafe faccessat(place.directory.descriptor, ".", W_OK, AT_EACCESS) == 0
    guard place.step == .writeThrough || mayWrite else {
      throw .system("Writing \(path.shown) will not be possible")
    }
  }

  /// Gives a new file its name, once all its bytes are written; what is written through needs it
  /// not.
  package mutating func complete() throws(FileFailure) {
    guard file != nil, let directory else { return }
    let step = rule.step(found: directory.found(name), user: geteuid())
    switch step {
    case .create, .replace: break
    // What others have put there meanwhile.
    case .refuse(let refusal) where !Mutant.makesFilesByName.isOn:
      throw .refused(refusal.sentence(path.shown))
    default: break
    }
    do throws(FileFailure) {
      try file?.complete(as: name, replaces: rule.replacesOwn || step == .replace)
    } catch {
      if error.code == EEXIST { throw .refused(TargetRule.Refusal.exists.sentence(path.shown)) }
      throw error.code == nil
        ? error : .system("Writing \(path.shown) failed", code: error.code ?? 0)
    }
  }
}

extension OutputFile {
  private struct Place {
    var directory: Directory
    var name: FileName
    var step: TargetRule.Step
  }

  /// Where a path leads, and what is done there.
  private static func place(_ path: FileName, _ rule: TargetRule) throws(FileFailure) -> Place {
    guard !path.last.isNoFile else { throw refusal(.directory, path) }
    var directory: Directory
    do throws(FileFailure) {
      directory = try Directory(path.directory, follows: rule.follows)
    } catch {
      throw error.code == nil
        ? error : .system("Writing \(path.shown) failed", code: error.code ?? 0)
    }
    var name = path.last
    for _ in 0...linksMax {
      let step = rule.step(
        found: directory.found(name), user: geteuid(), isAmongDevices: directory.isDevices)
      switch step {
      case .create, .replace, .writeThrough:
        return Place(directory: directory, name: name, step: step)
      case .refuse(let reason):
        if Mutant.makesFilesByName.isOn {
          return Place(directory: directory, name: name, step: .replace)
        }
        throw refusal(reason, path)
      case .follow:
        guard let target = directory.target(of: name), !target.last.isNoFile else {
          throw refusal(.directory, path)
        }
        directory = try Directory(target.directory, from: directory, follows: true)
        name = target.last
      }
    }
    throw .system("Writing \(path.shown) failed", code: ELOOP)
  }

  private static func refusal(_ refusal: TargetRule.Refusal, _ path: FileName) -> FileFailure {
    .refused(refusal.sentence(path.shown))
  }

  /// Opens a device or pipe; one without a reader is waited for a moment, and no longer.
  private static func opened(_ place: Place, _ path: FileName) throws(FileFailure) -> Int32 {
    let flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
    for _ in 0..<pipeTriesMax {
      let opened = unsafe place.name.withCString {
        unsafe openat(place.directory.descriptor, $0, flags)
      }
      guard opened < 0 else { return try checked(opened, path) }
      guard errno == ENXIO else { throw .system("Writing \(path.shown) failed") }
      usleep(pipePauseMicroseconds)
    }
    throw .refused(
      "\(path.shown) is a pipe that nobody reads; start its reader first, or name a file.")
  }

  /// Makes sure that what was opened is what was seen.
  private static func checked(_ opened: Int32, _ path: FileName) throws(FileFailure) -> Int32 {
    let found = FoundFile.of(descriptor: opened)
    guard TargetRule().step(found: found, user: geteuid()) == .writeThrough else {
      close(opened)
      throw .refused("\(path.shown) has changed while it was opened; run the command again.")
    }
    // From here on a write waits, as one to standard output does.
    _ = fcntl(opened, F_SETFL, fcntl(opened, F_GETFL) & ~O_NONBLOCK)
    return opened
  }

  /// The descriptor of this process that a path stands for, whatever it leads to.
  ///
  /// It is written to as it is: opening it again would start at the beginning of a regular file.
  private static func openDescriptor(_ path: FileName) -> Int32? {
    let text = String(decoding: path.bytes, as: UTF8.self)
    switch text {
    case "-", "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(prefix.count)
      return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int32(digits) : nil
    }
    return nil
  }
}
