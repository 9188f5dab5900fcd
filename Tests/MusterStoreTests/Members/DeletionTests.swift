import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What goes with a member that is deleted, and what signups and deletions leave of an undo.
@Suite(.timeLimit(.minutes(2))) struct DeletionTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private static let columns = ["external_id", "name"]

  private func names() throws -> [[String]] {
    try dump(directory.file(), "SELECT external_id, name FROM member ORDER BY id", columns: 2)
  }

  private func count(_ table: String) throws -> Int64 {
    let connection = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    return try connection.integer("SELECT count(*) FROM \(table)")
  }

  /// Whether a before-image holds a text.
  private func imagesHold(_ text: String) throws -> Bool {
    let connection = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    return try connection.integer(
      "SELECT count(*) FROM import_image WHERE instr(images, CAST('\(text)' AS BLOB)) > 0") > 0
  }

  @Test("an undo keeps what a signup has changed since")
  func signupAfterImport() async throws {
    try await store.importRows("first", Self.columns, [["p0", "old"], ["p1", "old"]])
    try await store.importRows(
      "second", Self.columns, [["p0", "new"], ["p1", "new"], ["p2", "n"]])
    #expect(try await store.signUp(["external_id": "p1", "name": "mine"]).word == "updated")
    #expect(try await store.signUp(["external_id": "p2", "name": "mine"]).word == "updated")
    #expect(try await store.signUp(["external_id": "p0", "name": "new"]).word == "unchanged")
    let undone = try await store.undo("second")
    #expect(
      undone.kept.sorted { $0.member < $1.member } == [
        KeptField(member: 2, column: "name", reason: "it has changed since"),
        KeptField(member: 3, column: nil, reason: "it has changed since"),
      ])
    #expect(
      try names() == [["'p0'", "'old'"], ["'p1'", "'mine'"], ["'p2'", "'mine'"]])
    // The fingerprints are those of what is stored now.
    #expect(try await store.signUp(["external_id": "p0", "name": "old"]).word == "unchanged")
    #expect(try await store.signUp(["external_id": "p0", "name": "new"]).word == "updated")
  }

  @Test("an import undone after a signup gives back what the signup wrote")
  func importAfterSignup() async throws {
    let made = try await store.signUp(["external_id": "p0", "name": "mine"])
    #expect(made.word == "created")
    try await store.importRows("i", Self.columns, [["p0", "theirs"]])
    #expect(try await store.undo("i").kept == [])
    #expect(try names() == [["'p0'", "'mine'"]])
    #expect(try dump(directory.file(), "SELECT import_seq FROM member", columns: 1) == [["'0'"]])
  }

  @Test("a deleted member's before-images are gone, and the others' are not")
  func beforeImages() async throws {
    try await store.importRows(
      "first", Self.columns, [["p0", "secret-old"], ["p1", "other-old"]])
    try await store.importRows(
      "second", Self.columns, [["p0", "new"], ["p1", "new"], ["p2", "n"]])
    #expect(try imagesHold("secret-old") && imagesHold("other-old"))
    #expect(try await store.deleteMember(.externalID("p0")) == 1)
    #expect(try !imagesHold("secret-old") && imagesHold("other-old"))
    #expect(try count("erasure") == 0)
    let undone = try await store.undo("second")
    #expect(undone.kept == [] && undone.progress.restored == 1 && undone.progress.deleted == 1)
    #expect(try names() == [["'p1'", "'other-old'"]])
    #expect(try await store.undo("first").progress.deleted == 1)
    #expect(try count("member") == 0)
  }

  @Test("many blobs lose what they held of a member, at once for many deletions")
  func manyBlobs() async throws {
    let text = String(repeating: "x", count: 600)
    for round in 0..<3 {
      try await store.importRows(
        "i\(round)", Self.columns, (0..<2_000).map { ["p\($0)", "\(text)-\(round)-p\($0)."] })
    }
    let blobs = try count("import_image")
    #expect(blobs > 20)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in stride(from: 0, to: 40, by: 2) {
        group.addTask { [store] in _ = try await store.deleteMember(.externalID("p\(number)")) }
      }
      try await group.waitForAll()
    }
    for number in 0..<40 {
      #expect(try imagesHold("-1-p\(number).") == !number.isMultiple(of: 2), "\(number)")
    }
    let undone = try await store.undo("i2")
    #expect(undone.kept == [] && undone.progress.restored == 1_980)
  }

  @Test("what a killed daemon had not erased, the next one does")
  func restart() async throws {
    let other = try TemporaryDirectory()
    do {
      let store = try WorkspaceStore(name: "test", path: other.file())
      try await store.importRows("first", Self.columns, [["p0", "secret-old"]])
      try await store.importRows("second", Self.columns, [["p0", "new"]])
    }
    do {
      let writer = try WorkspaceWriter(path: other.file())
      #expect(try writer.delete(.externalID("p0")) == 1)
    }
    let connection = try Connection(path: other.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(try connection.integer("SELECT count(*) FROM erasure") == 1)
    let store = try WorkspaceStore(name: "test", path: other.file())
    try await store.eraseImages()
    #expect(try connection.integer("SELECT count(*) FROM erasure") == 0)
    #expect(
      try connection.integer(
        "SELECT count(*) FROM import_image WHERE instr(images, CAST('secret-old' AS BLOB)) > 0")
        == 0)
    // Its number is nobody's, also in a store that is opened anew.
    #expect(try await store.signUp(["external_id": "p0"]).member?.id == 2)
  }

  @Test("the faults of rows about a member go with it, and no others")
  func faults() async throws {
    try await store.importRows(
      "first", ["external_id", "email"], [["p0", "a@x.org"], ["p1", ""]])
    let rows = try definition("bad", columns: ["external_id", "email", "phone"])
    let start = try await store.begin(rows) { _ in }
    store.apply(
      rows.chunk(
        seed: start.seed,
        [
          ["p0", "secret@", ""], ["p1", "other@", "5"], ["p2", "nobody@", ""],
          ["p1", "a@x.org", ""], ["", "A@x.org", "77"],
        ]), importID: "bad")
    _ = try await store.finish(importID: "bad", rowCount: 5)
    _ = await store.release(importID: "bad")
    func rowsOfFaults() async throws -> [UInt64] {
      try await store.faults(of: "bad", from: 0).elements.map(\.row)
    }
    #expect(try await rowsOfFaults() == [1, 2, 2, 3, 4, 5])
    _ = try await store.deleteMember(.externalID("p0"))
    #expect(try await rowsOfFaults() == [2, 2, 3])
    _ = try await store.deleteMember(.externalID("p1"))
    #expect(try await rowsOfFaults() == [3])
    #expect(try await store.importRecord("bad").progress.counts.faults == 6)
  }

  @Test("a failed commit takes a signup back, and says so")
  func failedCommit() throws {
    let writer = try WorkspaceWriter(path: directory.file("w.db"))
    let rows = try definition("", columns: Self.columns)
    let answers = SignupAnswers()
    try writer.signUp(rows.chunk(seed: writer.seed, [["p0", "a"]]), rows, done: answers.add)
    #expect(answers.all.isEmpty)
    _ = writer.fail(StoreError(.resourceExhausted, "The disk is full."))
    #expect(answers.all == [.failure(StoreError(.resourceExhausted, "The disk is full."))])
    try writer.signUp(rows.chunk(seed: writer.seed, [["p0", "b"]]), rows, done: answers.add)
    #expect(answers.all.count == 1)
    #expect(writer.commit() == nil)
    let outcome = try answers.all[1].get()
    #expect(outcome.word == "created" && outcome.member?.name == "b" && outcome.member?.id == 1)
    try expectIndexMatches(writer, "after a failed commit")
  }

  @Test("a scan of before-images skips what an unpacker reads", arguments: 0..<20)
  func scan(round: Int) throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let log = UndoLog(nextPlace: 0)
    let scratch = ByteScratch()
    func record(_ text: String, _ form: String) -> UnsafeMutablePointer<CellBytes> {
      let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
      unsafe record.initialize(repeating: .blank, count: MemberRecord.slotCount)
      unsafe record[3] = unsafe scratch.copy(Array(text.utf8))
      var document = FormDocument()
      _ = document.set(form: Array("f".utf8), field: Array("x".utf8), to: Array(form.utf8))
      unsafe record[MemberRecord.forms] = unsafe document.encoded(in: scratch)
      return unsafe record
    }
    for member in 1...40 as ClosedRange<UInt32> {
      if random.isOnce(in: 3) {
        log.add(created: member)
        continue
      }
      let old = unsafe record("old \(member)", "v")
      let new = unsafe record("new", random.isOnce(in: 2) ? "v" : "w")
      defer {
        unsafe old.deallocate()
        unsafe new.deallocate()
      }
      unsafe try log.add(changed: member % 7, importSeq: 1_000, old: old, new: new)
    }
    let blob = log.take().blobs.flatMap { $0 }
    let records = try UndoUnpacker.records(of: blob).map(\.record)
    for members in [[1, 2, 3, 4, 5, 6, 0], [1], [9]] as [Set<UInt32>] {
      let isOf = { (record: UndoRecord) in
        if case .changed(let image) = record { members.contains(image.member) } else { false }
      }
      #expect(try UndoScan.hasImages(of: members, in: blob) == records.contains(where: isOf))
      let rest = try UndoScan.rest(of: blob, without: members)
      #expect(try UndoUnpacker.records(of: rest).map(\.record) == records.filter { !isOf($0) })
    }
    #expect(throws: RecordDamage.self) { try UndoScan.rest(of: blob + [7], without: []) }
    #expect(throws: RecordDamage.self) { try UndoScan.rest(of: blob.dropLast() + [], without: []) }
  }
}

/// What a writer answered signups with.
private final class SignupAnswers: @unchecked Sendable {
  private(set) var all: [Result<SignupOutcome, StoreError>] = []

  /// Called on the thread of the test.
  @Sendable func add(_ answer: Result<SignupOutcome, StoreError>) { all.append(answer) }
}
