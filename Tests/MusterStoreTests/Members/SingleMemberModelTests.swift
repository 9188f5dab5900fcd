import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Signups, deletions and lookups between imports, against a dictionary.
struct SingleMemberModelTests {
  @Test("signups, deletions and lookups end as the model says", arguments: 0..<8)
  func randomWork(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    let directory = try TemporaryDirectory()
    let deferral = round.isMultiple(of: 2) ? DeferralRule() : .always
    var store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    for number in 1...6 {
      let script = ImportScript.random(number: number, rowCount: 30, using: &random)
      try await run(
        script, id: "import-\(number)", on: store, against: &model, chunkRowsMax: 20,
        using: &random, comment)
      try await signUp(.random(number: 0, rowCount: 20, using: &random), store, &model, comment)
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        guard let victim = model.members.keys.sorted().randomElement(using: &random) else { break }
        let key = try #require(
          model.keys(of: victim).sorted { "\($0)" < "\($1)" }.randomElement(using: &random))
        #expect(try await store.deleteMember(key) == UInt64(victim), comment)
        model.delete(victim)
        await expectNotFound(key, store, comment)
      }
      if .random(using: &random) {
        store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
      }
      try expectSameMembers(directory.file(), model, comment)
      try await expectSameLookups(store, model, comment)
    }
  }

  /// Signs up with each row of a script.
  private func signUp(
    _ sent: ImportScript, _ store: WorkspaceStore, _ model: inout MemberModel, _ comment: Comment
  ) async throws {
    var script = sent
    script.options.rejectsRepeats = false
    script.options.faultsMax = 0
    let definition = try script.definition(id: "", catalogue: ImportScript.catalogue)
    let checker = definition.checker(seed: store.hashSeed)
    for row in script.rows {
      script.rows = [row]
      let (counts, faults) = model.apply(script)
      let chunk = checker.check(TestRows([row.map(\.bytes)]))
      let outcome = try await store.signUp(chunk, definition)
      switch outcome {
      case .accepted(let member, let isCreated, let isChanged):
        #expect(isCreated == (counts.created == 1), comment)
        #expect(isChanged == (counts.created + counts.updated == 1), comment)
        let wanted = model.members[Int(member.id)]?.exported(
          number: Int(member.id), catalogue: model.catalogue)
        #expect(member.exported(catalogue: model.catalogue) == wanted, comment)
      case .rejected(let found):
        let codes = found.map { MemberModel.Fault(row: $0.row, column: $0.column, code: $0.code) }
        #expect(codes.sorted() == faults, comment)
      }
      #expect((outcome.member == nil) == (counts.rejected == 1), comment)
    }
  }

  private func expectNotFound(
    _ key: MemberKey, _ store: WorkspaceStore, _ comment: Comment
  ) async {
    let error = await #expect(throws: StoreError.self, comment) { try await store.member(key) }
    #expect(error == key.notFound, comment)
  }

  /// Looks every member up by every name, and some that nobody has; lists all of them.
  private func expectSameLookups(
    _ store: WorkspaceStore, _ model: MemberModel, _ comment: Comment
  ) async throws {
    for number in model.members.keys {
      for key in model.keys(of: number) {
        let found = try await store.member(key)
        #expect(found.id == UInt64(number), comment)
      }
    }
    for key: MemberKey in [.id(0), .id(9_999), .email("x@y.zz"), .phone("anna@x.org")] {
      await expectNotFound(key, store, comment)
    }
    var query = MemberQuery(countMax: 7)
    var listed: [[[UInt8]]] = []
    repeat {
      let page = try await store.members(query)
      #expect(page.members.count <= 7, comment)
      listed += page.members.map { $0.exported(catalogue: model.catalogue) }
      query.after = page.next
    } while query.after != 0
    #expect(listed == model.exported(), comment)
  }
}

extension MemberModel {
  /// Every name of a member.
  func keys(of number: Int) -> [MemberKey] {
    guard let member = members[number] else { return [] }
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    return [MemberKey.id(UInt64(number))] + (member.email.map { [.email(text($0))] } ?? [])
      + (member.phone.map { [.phone(text($0))] } ?? [])
      + (member.externalID.map { [.externalID(text($0))] } ?? [])
  }
}
