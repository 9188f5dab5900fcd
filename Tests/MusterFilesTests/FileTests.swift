import Foundation
import MusterFiles
import Testing

/// Files as they are made and opened.
@Suite struct FileTests {
  private static func write(_ text: String, to descriptor: Int32) {
    unsafe Array(text.utf8).withUnsafeBytes {
      #expect(unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) == $0.count)
    }
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private static func names(_ directory: Scratch) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test(arguments: [true, false])
  func `a file appears when it is complete, with and without a name before`(
    _ isNameless: Bool
  ) throws {
    let directory = try Scratch()
    for text in ["first", "second"] {
      var file = try NewFile(in: Directory(FileName(directory.path)), isNameless: isNameless)
      Self.write(text, to: file.descriptor)
      #expect(try !Self.names(directory).contains("x") || text == "second")
      try file.complete(as: FileName("x"), replaces: true)
      #expect(try Self.names(directory) == ["x"])
      #expect(try Self.text(directory.file("x")) == text)
    }
  }

  @Test(arguments: [true, false])
  func `a file that is not complete leaves nothing`(_ isNameless: Bool) throws {
    let directory = try Scratch()
    do { _ = try NewFile(in: Directory(FileName(directory.path)), isNameless: isNameless) }
    #expect(try Self.names(directory) == [])
  }

  @Test(arguments: [true, false])
  func `a file that is not to be replaced stays`(_ isNameless: Bool) throws {
    let directory = try Scratch()
    try Data("old".utf8).write(to: URL(filePath: directory.file("x")))
    let opened = try Directory(FileName(directory.path))
    do {
      var file = try NewFile(in: opened, isNameless: isNameless)
      #expect(throws: FileFailure.self) { try file.complete(as: FileName("x"), replaces: false) }
    }
    #expect(try Self.text(directory.file("x")) == "old")
    #expect(try Self.names(directory) == ["x"])
  }

  @Test func `a name that is not UTF-8 is used byte by byte`() throws {
    let directory = try Scratch()
    let path = FileName(bytes: Array((directory.path + "/").utf8) + [0xFF, 0x78])
    var file = try OutputFile(path, TargetRule())
    Self.write("text", to: file.descriptor)
    try file.complete()
    #expect(KeptFile.read(path, bytesMax: 10) == Array("text".utf8))
    #expect(path.shown.hasSuffix("/\\x{FF}x"))
  }

  @Test func `links are followed to their end where that is asked for, and stay`() throws {
    let directory = try Scratch()
    let inner = directory.file("inner")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("one"), withDestinationPath: "inner/two")
    try FileManager.default.createSymbolicLink(
      atPath: inner + "/two", withDestinationPath: "../end")
    let path = FileName(directory.file("one"))
    #expect(throws: FileFailure.self) { _ = try OutputFile(path, TargetRule()) }
    var file = try OutputFile(path, TargetRule(follows: true))
    Self.write("text", to: file.descriptor)
    try file.complete()
    #expect(try Self.text(directory.file("end")) == "text")
    #expect(try Self.names(directory) == ["end", "inner", "one"])
  }

  @Test func `links in a circle end`() throws {
    let directory = try Scratch()
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("x"), withDestinationPath: "x")
    #expect(throws: FileFailure.self) {
      _ = try OutputFile(FileName(directory.file("x")), TargetRule(follows: true))
    }
    #expect(throws: FileFailure.self) {
      _ = try OutputFile(FileName(directory.file("x/y")), TargetRule())
    }
  }

  @Test func `a kept file is made once, and is none of what else may stand there`() throws {
    let directory = try Scratch()
    let path = directory.file("lock")
    for _ in 0..<2 {
      let descriptor = try KeptFile.open(FileName(path), .readWrite)
      close(descriptor)
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    try FileManager.default.linkItem(atPath: path, toPath: directory.file("hard"))
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: path)
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("dangling"), withDestinationPath: directory.file("none"))
    #expect(unsafe mkfifo(directory.file("pipe"), 0o600) == 0)
    for name in ["hard", "link", "dangling", "pipe", "."] {
      #expect(throws: FileFailure.self, "\(name)") {
        close(try KeptFile.open(FileName(directory.file(name)), .readWrite))
      }
    }
    #expect(try !Self.names(directory).contains("none"))
    #expect(KeptFile.read(FileName(directory.file("pipe")), bytesMax: 10) == nil)
  }
}

/// A directory that goes with the test.
private final class Scratch {
  let path = FileManager.default.temporaryDirectory.path + "/muster-files-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}
