import MusterCore
import MusterTestSupport
import Testing

struct FormDocumentTests {
  /// Texts with everything that JSON escapes, and much that it does not.
  static func randomText(using random: inout SeededGenerator) -> String {
    let pieces = [
      "\"", "\\", "/", "\n", "\r", "\t", "\u{1}", "\u{1F}", "\u{7F}", "é", "e\u{308}", "名",
      "\u{10FFFF}", "\u{2028}", "{", "}", "[", ":", ",", " ", "a", "\\u0041", "\u{FEFF}",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      text.unicodeScalars.append(
        contentsOf: (pieces.randomElement(using: &random) ?? "a").unicodeScalars)
    }
    return text
  }

  static func document(_ json: [UInt8]) throws -> FormDocument {
    let scratch = ByteScratch()
    return unsafe try FormDocument(scratch.copy(json))
  }

  @Test("values come back from the record as they were sent")
  func roundTrip() throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let forms = ["a", "a-b", "a_b", "b0"].map { form in
      Form(
        slug: form, fields: ["x", "x-y", "x_y", "z"].map { FormField(slug: $0, type: .text) })
    }
    let catalogue = Catalogue(forms: forms)
    let names = forms.flatMap { form in form.fields.map { "form.\(form.slug).\($0.slug)" } }
    for _ in 0..<300 {
      let columns = names.shuffled(using: &random).prefix(
        .random(in: 1...names.count, using: &random))
      let values = columns.map { _ in
        Int.random(in: 0..<3, using: &random) == 0 ? "" : Self.randomText(using: &random)
      }
      let checking = try Checking(["external_id"] + columns, catalogue: catalogue)
      let chunk = checking.check([["e"] + values])
      #expect(chunk.faults == [])
      let json = unsafe chunk.row(0).pointee.forms.bytes()
      let comment: Comment = "MUSTER_TEST_SEED=\(seed) \(String(decoding: json, as: UTF8.self))"
      let document = try Self.document(json)
      let expected = zip(columns, values).filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }
      #expect(document.entries.count == expected.count, comment)
      for (column, value) in expected {
        let parts = column.split(separator: ".")
        #expect(
          document.value(form: parts[1].utf8, field: parts[2].utf8) == Array(value.utf8), comment)
      }
      let order = document.entries.map { [$0.form, $0.field] }
      #expect(
        order.elementsEqual(
          order.sorted { left, right in
            left[0] == right[0]
              ? left[1].lexicographicallyPrecedes(right[1])
              : left[0].lexicographicallyPrecedes(right[0])
          }), comment)
    }
  }

  @Test("no bytes are no values, and other spellings of JSON are read")
  func reading() throws {
    #expect(try Self.document([]).entries == [])
    #expect(try Self.document(Array("{}".utf8)).entries == [])
    #expect(try Self.document(Array("{\"a\":{}}".utf8)).entries == [])
    let text = #" { "a" : { "b" : "\u00e9\ud83d\ude42\/\b\f\n\r\t\"\\" , "c":"" } } "#
    let document = try Self.document(Array(text.utf8))
    #expect(document.entries.count == 2)
    #expect(
      document.value(form: "a".utf8, field: "b".utf8)
        == Array("é🙂/\u{8}\u{C}\n\r\t\"\\".utf8))
    #expect(document.value(form: "a".utf8, field: "d".utf8) == nil)
    #expect(document.value(form: "b".utf8, field: "b".utf8) == nil)
  }

  @Test(
    "anything else is damage",
    arguments: [
      "x", "{", "}", "[]", "null", "\"a\"", "{}x", "{}{}", "{\"a\"}", "{\"a\":1}", "{\"a\":\"b\"}",
      "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":null}}", "{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":\"c\"}",
      "{\"a\":{\"b\":\"c\"}},", "{\"a\":{\"b\":\"c\",}}", "{,}",
      "{\"a\":{\"b\":\"c\" \"d\":\"e\"}}",
      "{\"a\":{\"b\":\"", "{\"a\":{\"b\":\"\\", "{\"a\":{\"b\":\"\\x\"}}",
      "{\"a\":{\"b\":\"\\u12\"}}",
      "{\"a\":{\"b\":\"\\u12g4\"}}", "{\"a\":{\"b\":\"\\ud800\"}}", "{\"a\":{\"b\":\"\\udc00\"}}",
      "{\"a\":{\"b\":\"a\nb\"}}", "{\"a\":{\"b\":\"\\ud800\\u0041\"}}", "{a:{b:c}}",
    ])
  func damage(text: String) {
    #expect(throws: RecordDamage.self) { try Self.document(Array(text.utf8)) }
  }

  @Test("every cut of a document is damage, and no flipped byte traps")
  func cutsAndFlips() throws {
    let text = Array(#"{"a":{"b":"\u00e9x","c":"\\"},"d":{"e":"é"}}"#.utf8)
    #expect(try Self.document(text).entries.count == 3)
    for end in 1..<text.count {
      #expect(throws: RecordDamage.self) { try Self.document(Array(text[..<end])) }
    }
    for place in text.indices {
      for bit in 0..<8 {
        var other = text
        other[place] ^= 1 << UInt8(bit)
        _ = try? Self.document(other)
      }
    }
  }
}
