/// The form values of one member, read from the JSON in its record.
public struct FormDocument: Sendable, Equatable {
  /// One value; a member has at most one for each form and field.
  public struct Entry: Sendable, Equatable {
    /// The form's slug.
    public var form: [UInt8]
    /// The field's slug within the form.
    public var field: [UInt8]
    /// The value as UTF-8 text, whatever the field's type.
    public var value: [UInt8]
  }

  /// In the byte order of form and field.
  public private(set) var entries: [Entry] = []

  /// A document without values.
  public init() {}

  /// Reads what ``encoded(in:)`` wrote; no bytes are no values.
  ///
  /// - Throws: `RecordDamage` for anything else.
  public init(_ json: CellBytes) throws(RecordDamage) {
    guard unsafe json.count > 0 else { return }
    var reader = unsafe JSONReader(json)
    try reader.readForms { form, field, value in
      entries.append(Entry(form: form, field: field, value: value))
    }
    // Muster writes them in order, and they are looked for by it.
    let isOrdered = zip(entries, entries.dropFirst()).allSatisfy {
      Self.precedes($0, $1.form, $1.field)
    }
    if !isOrdered { entries.sort { Self.precedes($0, $1.form, $1.field) } }
  }

  /// The value of a field, or nil.
  ///
  /// - Complexity: O(log `entries.count`) comparisons.
  public func value(form: some Sequence<UInt8>, field: some Sequence<UInt8>) -> [UInt8]? {
    let place = place(form: form, field: field)
    guard place < entries.count, entries[place].form.elementsEqual(form),
      entries[place].field.elementsEqual(field)
    else { return nil }
    return entries[place].value
  }

  /// Whether any field of a form has a value.
  ///
  /// - Complexity: O(log `entries.count`) comparisons.
  func hasValues(ofForm form: [UInt8]) -> Bool {
    let place = place(form: form, field: [])
    return place < entries.count && entries[place].form == form
  }

  /// Where the value of a field is, or would be.
  private func place(form: some Sequence<UInt8>, field: some Sequence<UInt8>) -> Int {
    var range = 0..<entries.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if Self.precedes(entries[middle], form, field) {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }

  /// Sets a value, or takes it away.
  ///
  /// - Returns: Whether that changed anything.
  public mutating func set(form: [UInt8], field: [UInt8], to value: [UInt8]?) -> Bool {
    let place = place(form: form, field: field)
    let exists =
      place < entries.count && entries[place].form == form && entries[place].field == field
    switch (exists, value) {
    case (true, let value?):
      if entries[place].value == value { return false }
      entries[place].value = value
    case (true, nil): entries.remove(at: place)
    case (false, let value?):
      entries.insert(Entry(form: form, field: field, value: value), at: place)
    case (false, nil): return false
    }
    return true
  }

  private static func precedes(
    _ entry: Entry, _ form: some Sequence<UInt8>, _ field: some Sequence<UInt8>
  ) -> Bool {
    if entry.form.elementsEqual(form) { return entry.field.lexicographicallyPrecedes(field) }
    return entry.form.lexicographicallyPrecedes(form)
  }

  /// The JSON that the record keeps; blank if there are no values.
  public func encoded(in scratch: ByteScratch) -> CellBytes {
    guard !entries.isEmpty else { return unsafe .blank }
    let bytesMax = entries.reduce(2) {
      $0 + $1.form.count + $1.field.count + 16 + $1.value.count * 6
    }
    var out = unsafe JSONWriter(scratch.allocate(bytesMax))
    var form: [UInt8]? = nil
    for entry in entries {
      if form == entry.form {
        out.comma()
      } else {
        if form != nil { out.closeForm() }
        out.openForm(entry.form)
        form = entry.form
      }
      let value = unsafe scratch.copy(entry.value)
      unsafe out.pair(entry.field, value)
    }
    out.closeForm()
    return unsafe out.finish()
  }
}

/// A record that no version of Muster wrote; another tool did, or the file is damaged.
public struct RecordDamage: Error, Sendable, Equatable {
  /// Makes the error; it carries nothing, since whoever catches it knows the record.
  public init() {}
}
