import GRPCCore
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterWire

/// What the reflection service tells, against what there is.
@Suite struct DescriptorTests {
  private let files = DescriptorFiles.embedded

  /// The names of files, as their descriptors have them.
  private func names(_ files: [[UInt8]]?) -> [String]? {
    files?.map { DescriptorFields.text(1, of: $0[...]) }
  }

  @Test func `the services that are described are those that are served`() {
    #expect(Set(files.services) == Set(MusterServices.all.map(\.fullyQualifiedService)))
    #expect(files.services == files.services.sorted())
    #expect(files.services.count == MusterServices.all.count)
  }

  @Test func `every method that is described has its access, and no other`() {
    #expect(files.methods == Set(MethodAccess.table.keys))
  }

  @Test func `a file comes first, and brings what it needs, once`() {
    let member = names(files.file(named: "muster/v1/member.proto"))
    #expect(member?.first == "muster/v1/member.proto")
    #expect(member?.contains("muster/v1/rows.proto") == true)
    #expect(Set(member ?? []).count == member?.count)
    #expect(names(files.file(named: "muster/v1/rows.proto")) == ["muster/v1/rows.proto"])
    for name in ["", "rows.proto", "/muster/v1/rows.proto", "muster/v1/rows.prot"] {
      #expect(files.file(named: name) == nil)
    }
  }

  @Test(arguments: [
    ("muster.v1.ImportService", "import"), ("muster.v1.ImportService.ImportMembers", "import"),
    ("muster.v1.RowChunk", "rows"), ("muster.v1.RowChunk.first_row", "rows"),
    ("muster.v1.FormFieldType", "workspace"), ("muster.v1.FORM_FIELD_TYPE_TEXT", "workspace"),
    ("muster.v1.ImportMembersRequest.message", "import"),
  ])
  func `what has a full name is found by it`(_ symbol: String, _ file: String) {
    #expect(names(files.file(defining: symbol))?.first == "muster/v1/\(file).proto")
  }

  @Test func `nested names are found, and what has no full name is not`() {
    let health = ["grpc/health/v1/health.proto"]
    let state = "grpc.health.v1.HealthCheckResponse"
    #expect(names(files.file(defining: "\(state).ServingStatus")) == health)
    #expect(names(files.file(defining: "\(state).SERVING")) == health)
    for name in [
      "", "muster.v1", "RowChunk", ".muster.v1.RowChunk", "\(state).ServingStatus.SERVING",
      "muster.v1.rowchunk",
    ] {
      #expect(files.file(defining: name) == nil, "\(name)")
    }
    #expect(files.isMessage("muster.v1.RowChunk") && !files.isMessage("muster.v1.ImportService"))
  }

  @Test func `a set that is cut off anywhere, or mutated, is read as far as it goes`() {
    let whole = files.file(named: "muster/v1/rows.proto")?.first ?? []
    let set = ProtoBytes.field(1, whole)
    #expect(DescriptorFiles(set: set).file(defining: "muster.v1.Row") != nil)
    for end in 0..<set.count { _ = DescriptorFiles(set: Array(set[..<end])) }
    let seed = testSeed()
    print("DescriptorTests: MUSTER_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      var mutated = set
      mutated[Int.random(in: 0..<set.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      _ = DescriptorFiles(set: mutated)
    }
  }
}
