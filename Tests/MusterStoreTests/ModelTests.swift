import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// The store against a dictionary: whatever is sent, both must tell and keep the same.
struct ModelTests {
  @Test("random imports through a store end as the model says", arguments: 0..<12)
  func randomImports(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    let directory = try TemporaryDirectory()
    let deferral = round.isMultiple(of: 2) ? DeferralRule() : .always
    var store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    for number in 1...8 {
      let rowCount = Int.random(in: 0...80, using: &random)
      let script = ImportScript.random(number: number, rowCount: rowCount, using: &random)
      let chunkRowsMax = [1, 7, 200].randomElement(using: &random) ?? 1
      try await run(
        script, id: "import-\(number)", on: store, against: &model, chunkRowsMax: chunkRowsMax,
        using: &random, comment)
      try expectSameMembers(directory.file(), model, comment)
      // A store that is opened anew knows what the one before knew.
      if .random(using: &random) {
        store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
      }
    }
  }

  @Test(
    "imports of thousands of rows end as the model says",
    arguments: [600, 30_000], [DeferralRule(), .always])
  func longImports(chunkRowsMax: Int, deferral: DeferralRule) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    let directory = try TemporaryDirectory()
    let store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    for number in 1...3 {
      var script = ImportScript.random(number: number, rowCount: 5_000, using: &random)
      script.options.faultsMax = 0
      script.spreadIdentifiers(using: &random)
      try await run(
        script, id: "import-\(number)", on: store, against: &model, chunkRowsMax: chunkRowsMax,
        using: &random, comment)
      try expectSameMembers(directory.file(), model, comment)
    }
  }

  /// Masks that leave few bits of the tag, and so make identifiers of many members look alike.
  ///
  /// The lower half stays: a fingerprint has nothing but its hash, an identifier is verified.
  @Test(
    "hashes that collide change nothing",
    arguments: [0x0000_0000_FFFF_FFFF, 0x0000_0003_FFFF_FFFF, 0x8000_0001_FFFF_FFFF] as [UInt64])
  func collidingHashes(mask: UInt64) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    for _ in 0..<6 {
      let directory = try TemporaryDirectory()
      try await makeCatalogue(in: WorkspaceStore(name: "test", path: directory.file()))
      var model = MemberModel(catalogue: ImportScript.catalogue)
      var driver: WriterDriver?
      for number in 1...6 {
        if driver == nil || random.isOnce(in: 3) {
          let hashSeed = HashSeed(first: random.next(), second: random.next(), mask: mask)
          driver = try WriterDriver(
            WorkspaceWriter(path: directory.file(), seed: hashSeed),
            chunksPerCommit: .random(in: 1...4, using: &random))
          if .random(using: &random) { driver?.writer.applier.deferral = .always }
        }
        let script = ImportScript.random(number: number, rowCount: 60, using: &random)
        try await run(
          script, id: "import-\(number)", on: #require(driver), against: &model,
          chunkRowsMax: [1, 9, 60].randomElement(using: &random) ?? 1, using: &random, comment)
        try expectSameMembers(directory.file(), model, comment)
        try expectIndexMatches(#require(driver).writer, comment)
      }
    }
  }

  @Test("the size of the chunks changes nothing")
  func chunkSizes() async throws {
    let seed = testSeed()
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    var dumps: [[[String]]] = []
    for chunkRowsMax in [1, 2, 17, 1_000] {
      var random = SeededGenerator(seed: seed)
      let scripts = (1...5).map {
        ImportScript.random(number: $0, rowCount: 120, using: &random)
      }
      let directory = try TemporaryDirectory()
      let store = try WorkspaceStore(name: "test", path: directory.file())
      try await makeCatalogue(in: store)
      var model = MemberModel(catalogue: ImportScript.catalogue)
      for script in scripts {
        try await run(
          script, id: "import-\(script.number)", on: store, against: &model,
          chunkRowsMax: chunkRowsMax, using: &random, comment)
      }
      dumps.append(
        try dump(
          directory.file(),
          """
          SELECT id, email, phone, external_id, import_seq, role_id, name, description,
            date_of_birth, labels, notify_email, notify_sms, notify_voice, forms
          FROM member ORDER BY id
          """, columns: 14)
          + dump(directory.file(), "SELECT * FROM import_fault ORDER BY 1, 2", columns: 7))
    }
    for other in dumps.dropFirst() { #expect(other == dumps[0], comment) }
  }
}

extension ImportScript {
  /// Gives every row an external id of its own people, so that there are thousands of members.
  mutating func spreadIdentifiers(using random: inout SeededGenerator) {
    let place = columns.firstIndex { if case .field(.externalID) = $0 { true } else { false } }
    for row in rows.indices where rows[row].count == columns.count {
      for (column, index) in zip(columns, columns.indices) where column.isIdentifier {
        if !random.isOnce(in: 20) { rows[row][index] = CellSamples.blank }
      }
      let id = CellSample.text("id-\(Int.random(in: 0..<3_000, using: &random))")
      if let place { rows[row][place] = id } else { rows[row].append(id) }
    }
    guard place == nil else { return }
    columns.append(.field(.externalID))
    for row in rows.indices where rows[row].count == columns.count - 1 {
      rows[row].append(CellSamples.blank)
    }
  }
}

struct ImportScriptTests {
  @Test("random imports meet every outcome and every fault that rows can have")
  func coverage() {
    var random = SeededGenerator(seed: 1)
    var sum = ImportCounts()
    var codes: Set<FaultCode> = []
    for _ in 0..<20 {
      var model = MemberModel(catalogue: ImportScript.catalogue)
      for number in 1...8 {
        let (counts, faults) = model.apply(.random(number: number, rowCount: 60, using: &random))
        sum.created += counts.created
        sum.updated += counts.updated
        sum.unchanged += counts.unchanged
        sum.repeats += counts.repeats
        sum.rejected += counts.rejected
        sum.identifierChanges += counts.identifierChanges
        sum.normalized += counts.normalized
        codes.formUnion(faults.map(\.code))
      }
    }
    for count in [
      sum.created, sum.updated, sum.unchanged, sum.repeats, sum.rejected, sum.identifierChanges,
      sum.normalized,
    ] {
      #expect(count > 50, "\(sum)")
    }
    // A wrong column refuses the import before its first row.
    #expect(codes == Set(FaultCode.allCases).subtracting([.unknownFormField]))
  }
}
