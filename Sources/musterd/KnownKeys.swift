internal import MusterCore

/// An object of the settings file that has keys of a list, and no other.
struct KnownKeys {
  private let values: KeyedDecodingContainer<Key>

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads the object that a decoder is at.
  ///
  /// - Parameter kind: What a key stands for, in words.
  /// - Throws: A `ConfigurationProblem` for a key that is not in the list.
  init(_ decoder: any Decoder, _ known: [String], called kind: String = "key") throws {
    values = try decoder.container(keyedBy: Key.self)
    for key in values.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
      let list = known.joined(separator: ", ")
      let near = Nearest.match(key, among: known).map { "; did you mean \"\($0)\"?" }
      let place = Configuration.place(decoder.codingPath)
      throw ConfigurationProblem(
        place.isEmpty ? "the file" : place,
        "there is no \(kind) \"\(key)\"\(near ?? "; known: \(list).")")
    }
  }

  /// The value of a key; nil if the key is not there. A null is a value, of the wrong kind.
  func value<Value: Decodable>(_ name: String) throws -> Value? {
    values.contains(Key(name)) ? try values.decode(Value.self, forKey: Key(name)) : nil
  }

  /// The value of a key that must be there.
  func required<Value: Decodable>(_ name: String) throws -> Value {
    try values.decode(Value.self, forKey: Key(name))
  }
}
