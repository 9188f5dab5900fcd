import MusterTestSupport
import MusterWire
import Testing

/// No bytes crash the decoder; what it takes, it can write again.
@Suite struct MutationTests {
  private func survive<Message: WireMessage>(
    _ type: Message.Type, _ golden: [UInt8], _ random: inout SeededGenerator
  ) throws {
    for length in 0..<golden.count { try attempt(type, Array(golden.prefix(length)), random.seed) }
    for _ in 0..<2_000 {
      var bytes = golden
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      try attempt(type, bytes, random.seed)
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 4: bytes[place] = 0xFF
    default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
    }
  }

  /// Reads the bytes; a message that comes out of them is looked at in full and comes back the same
  /// when it is written and read once more.
  private func attempt<Message: WireMessage>(
    _ type: Message.Type, _ bytes: [UInt8], _ seed: UInt64
  ) throws {
    guard let message = try? unpack(type, bytes) else { return }
    let comment: Comment = "MUSTER_TEST_SEED=\(seed) \(type) \(hex(bytes))"
    do {
      let once = try wireBytes(message)
      let twice = try repacked(type, once)
      #expect(once == twice, comment)
    } catch {
      Issue.record(error, comment)
    }
  }

  @Test func `mutated and cut messages give an error or a message`() throws {
    var random = SeededGenerator(seed: testSeed())
    print("mutation: MUSTER_TEST_SEED=\(random.seed)")
    try survive(ImportRequest.self, Golden.beginBytes, &random)
    try survive(ImportRequest.self, Golden.chunkBytes, &random)
    try survive(ImportRequest.self, Golden.finishBytes, &random)
    try survive(ImportResponse.self, Golden.acceptedBytes, &random)
    try survive(ImportResponse.self, Golden.progressBytes, &random)
    try survive(ImportResponse.self, Golden.faultsBytes, &random)
    try survive(ImportResponse.self, Golden.summaryBytes, &random)
    try survive(ImportResponse.self, Golden.changesBytes, &random)
    try survive(ExportResponse.self, Golden.headerBytes, &random)
    try survive(ExportResponse.self, Golden.chunkBytes, &random)
    try survive(ExportMembersRequest.self, Golden.exportRequestBytes, &random)
    try survive(GetImportResponse.self, Golden.recordBytes, &random)
    try survive(CreateFormRequest.self, Golden.formRequestBytes, &random)
    try survive(ListRolesResponse.self, bytes(hex: "0a0808011204757365720a00"), &random)
    try survive(ListWorkspacesResponse.self, bytes(hex: "0a060a016112012f"), &random)
    try survive(CreateLabelsResponse.self, bytes(hex: "0a0161120162"), &random)
    try survive(HealthCheckRequest.self, bytes(hex: "0a0161"), &random)
    try survive(HealthCheckResponse.self, bytes(hex: "0801"), &random)
  }

  @Test func `every cut of a chunk but the whole is refused or has fewer bytes of cells`() throws {
    let whole = Golden.chunkBytes
    for length in 1..<whole.count {
      #expect(
        refusal(ImportRequest.self, Array(whole.prefix(length)))?.code == .malformed,
        "cut at \(length)")
    }
  }
}
