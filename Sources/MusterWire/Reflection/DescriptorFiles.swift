internal import CMusterProto

/// The definitions of `proto/`, as a reflection service tells them: files, and what each defines.
public struct DescriptorFiles: Sendable {
  /// One file of definitions.
  private struct File {
    var name: String
    /// The bytes of its `google.protobuf.FileDescriptorProto`.
    var bytes: [UInt8]
    var dependencies: [String]
  }

  private var files: [File] = []
  /// For each full name the place of the file that defines it.
  private var symbols: [String: Int] = [:]
  /// The full names of all messages: those that could have extensions.
  private var messages: Set<String> = []
  /// The full names of all services, in byte order.
  public private(set) var services: [String] = []
  /// The full names of all methods, as `SERVICE/METHOD`.
  public private(set) var methods: Set<String> = []

  /// The definitions that this library was generated from.
  public static let embedded = DescriptorFiles(
    set: unsafe Array(
      UnsafeBufferPointer(
        start: muster_descriptor_set_start(), count: muster_descriptor_set_size)))

  /// Reads a `google.protobuf.FileDescriptorSet`.
  ///
  /// - Complexity: O(bytes).
  init(set: [UInt8]) {
    for file in DescriptorFields.all(1, of: set[...]) { add(file) }
    services.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The file of a name with all that it needs, itself first; nil if there is none.
  public func file(named name: String) -> [[UInt8]]? {
    guard let place = files.firstIndex(where: { $0.name == name }) else { return nil }
    var found = [place]
    var next = 0
    while next < found.count {
      for dependency in files[found[next]].dependencies {
        guard let place = files.firstIndex(where: { $0.name == dependency }) else { continue }
        if !found.contains(place) { found.append(place) }
      }
      next += 1
    }
    return found.map { files[$0].bytes }
  }

  /// The file that defines a full name, with all that it needs; nil if none does.
  public func file(defining symbol: String) -> [[UInt8]]? {
    symbols[symbol].flatMap { file(named: files[$0].name) }
  }

  /// Whether a full name is that of a message.
  public func isMessage(_ name: String) -> Bool { messages.contains(name) }

  // MARK: Reading

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    let package = DescriptorFields.text(2, of: bytes)
    for message in DescriptorFields.all(4, of: bytes) { add(message: message, in: package) }
    for list in DescriptorFields.all(5, of: bytes) { add(enumeration: list, in: package) }
    for service in DescriptorFields.all(6, of: bytes) {
      let name = add(service, in: package)
      services.append(name)
      for method in DescriptorFields.all(2, of: service) {
        add(method, in: name)
        methods.insert("\(name)/\(DescriptorFields.text(1, of: method))")
      }
    }
    files.append(
      File(
        name: DescriptorFields.text(1, of: bytes), bytes: Array(bytes),
        dependencies: DescriptorFields.all(3, of: bytes).map {
          String(decoding: $0, as: UTF8.self)
        }))
  }

  private mutating func add(message: ArraySlice<UInt8>, in scope: String) {
    let name = add(message, in: scope)
    messages.insert(name)
    for field in DescriptorFields.all(2, of: message) { add(field, in: name) }
    for nested in DescriptorFields.all(3, of: message) { add(message: nested, in: name) }
    for list in DescriptorFields.all(4, of: message) { add(enumeration: list, in: name) }
    for choice in DescriptorFields.all(8, of: message) { add(choice, in: name) }
  }

  /// The values of an enum are named beside it, not in it.
  private mutating func add(enumeration: ArraySlice<UInt8>, in scope: String) {
    add(enumeration, in: scope)
    for value in DescriptorFields.all(2, of: enumeration) { add(value, in: scope) }
  }

  /// Everything that has a name has it in its first field.
  @discardableResult
  private mutating func add(_ named: ArraySlice<UInt8>, in scope: String) -> String {
    let name = DescriptorFields.text(1, of: named)
    let whole = scope.isEmpty ? name : "\(scope).\(name)"
    symbols[whole] = files.count
    return whole
  }
}
