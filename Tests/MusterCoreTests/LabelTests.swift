import MusterCore
import MusterTestSupport
import Testing

struct LabelTests {
  @Test("labels are stored in byte order, each once, however the cell is written")
  func canonical() throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let labels = [
      "0", "a", "a-b", "a0", "a_b", "ab", "b", "vip", String(repeating: "z", count: 64),
    ]
    let checking = try Checking(
      ["external_id", "labels"], catalogue: Catalogue(labels: labels.shuffled()))
    let separators = [",", ";", " , ", ";;", ",\t", " ;, "]
    for _ in 0..<500 {
      let chosen = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
        labels.randomElement(using: &random)
      }
      var cell = Bool.random(using: &random) ? "" : " ,"
      for label in chosen { cell += label + (separators.randomElement(using: &random) ?? ",") }
      if Bool.random(using: &random) {
        cell = chosen.joined(separator: ",")
      }
      let chunk = checking.check([["e", cell]])
      #expect(chunk.faults == [])
      let expected = Set(chosen).sorted().joined(separator: ",")
      #expect(
        chunk.text(0, .labels) == (expected.isEmpty ? nil : expected),
        "MUSTER_TEST_SEED=\(seed), cell \(cell)")
    }
  }

  @Test("a label is found among thousands, and its neighbours are not")
  func manyLabels() throws {
    let labels = (0..<9_999).map { "label-\($0)" }
    let checking = try Checking(
      ["external_id", "labels"], catalogue: Catalogue(labels: labels))
    let rows = stride(from: 0, to: 9_999, by: 101).map { ["e", "label-\($0)"] }
    #expect(checking.check(rows).faults == [])
    for unknown in ["label-", "label-9999", "label-00", "label-1 2", "abel-1", "label-1,LABEL-2"] {
      #expect(checking.check([["e", unknown]]).faults.map(\.code) == [.unknownLabel], "\(unknown)")
    }
  }
}
