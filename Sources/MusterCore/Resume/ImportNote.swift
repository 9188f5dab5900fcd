/// What a command writes down of an import before its first row is sent, to go on with it later.
package struct ImportNote: Equatable, Sendable {
  /// What must be the same for an import to be the same one.
  package struct Subject: Equatable, Sendable {
    /// The daemon: its socket's path, or a private daemon's data directory.
    package var daemon: String
    /// The workspace.
    package var workspace: String
    /// The fingerprint of the file's bytes.
    package var digest: String
    /// The columns and options, in a form that is the same for the same ones.
    package var settings: String

    /// Makes a subject.
    package init(daemon: String, workspace: String, digest: String, settings: String) {
      self.daemon = daemon
      self.workspace = workspace
      self.digest = digest
      self.settings = settings
    }
  }

  /// The import's id.
  package var importID: String
  /// What it imports, and where to.
  package var subject: Subject
  /// The file's path, which only helps to say what is wrong.
  package var path: String

  /// Bytes of a note: a thousand columns with names of a few hundred bytes.
  package static let bytesMax = 512 * 1024

  private static let title = "muster import 1"

  /// Makes a note.
  package init(importID: String, subject: Subject, path: String) {
    self.importID = importID
    self.subject = subject
    self.path = path
  }

  /// Reads a note's text; nil if it is none, or not a whole one.
  package init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 8, lines.removeFirst() == Self.title, lines.removeLast().isEmpty else {
      return nil
    }
    var values: [String] = []
    for (line, name) in zip(lines, Self.names) {
      guard line.hasPrefix(name + " "), let value = Self.plain(line.dropFirst(name.count + 1))
      else { return nil }
      values.append(value)
    }
    importID = values[0]
    subject = Subject(
      daemon: values[1], workspace: values[2], digest: values[3], settings: values[4])
    path = values[5]
  }

  /// The note as it is written: a title, then a name and a value on each line.
  package var text: String {
    let values = [
      importID, subject.daemon, subject.workspace, subject.digest, subject.settings, path,
    ]
    return zip(Self.names, values).reduce(into: Self.title + "\n") { text, line in
      text += "\(line.0) \(Self.escaped(line.1))\n"
    }
  }

  private static let names = ["import", "daemon", "workspace", "digest", "settings", "path"]

  /// A text on one line: percent signs and control characters become `%` and two digits.
  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") {
        bytes.append(UInt8(ascii: "%"))
        bytes += Array((byte < 0x10 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func plain(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(number)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
