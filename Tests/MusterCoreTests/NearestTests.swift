import MusterCore
import Testing

struct NearestTests {
  @Test(
    "the nearest word is at most a third of the word and 3 edits away",
    arguments: [
      ("emial", ["phone", "email"], "email"), ("emal", ["email"], "email"),
      ("exernalid", ["external_id"], "external_id"), ("vi", ["vip"], nil), ("vop", ["vip"], "vip"),
      ("abcdefghijkl", ["abcdefgh"], nil), ("abcdefghijkl", ["abcdefghi"], "abcdefghi"),
      ("vap", ["vip", "vop"], "vip"), ("vap", ["vop", "vip"], "vip"), ("vap", [], nil),
      ("donnor", ["door", "donor"], "donor"), ("", ["a"], nil), ("vip", ["vip"], "vip"),
      ("x", ["x"], "x"), ("ca", ["ac"], nil), ("abca", ["abac"], "abac"),
    ] as [(String, [String], String?)])
  func nearestWord(_ word: String, _ known: [String], _ match: String?) {
    #expect(Nearest.match(word, among: known) == match)
  }

  @Test("long words and many candidates are bounded")
  func boundedWork() {
    #expect(Nearest.match(letters(161), among: [letters(161)]) == nil)
    let many = (0..<10_000).map { "label-\($0)-of-many" }
    #expect(Nearest.match("lable-7000-of-many", among: many) == "label-7000-of-many")
  }
}
