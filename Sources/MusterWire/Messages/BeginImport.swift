internal import CMusterProto
internal import CProtobufC
public import MusterCore

/// The first message of an import.
public struct BeginImport: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace = ""
  /// The columns' names as sent; ``ColumnPlan`` judges them.
  public var columns: [[UInt8]] = []
  /// How the rows are to be applied.
  public var options = ImportOptions()
  /// A UUID that the client chose; empty lets the daemon choose.
  public var importID = ""
  /// How much will come, if the client knows.
  public var totals: DeclaredTotals? = nil

  /// Begins an import of no columns into the default workspace, with default options.
  public init() {}
}

extension BeginImport {
  init(_ message: Muster__V1__BeginImport) throws(WireError) {
    workspace = unsafe try message.workspace.text("workspace")
    importID = unsafe try message.import_id.text("import_id")
    columns.reserveCapacity(unsafe message.n_columns)
    for place in unsafe 0..<message.n_columns {
      columns.append(unsafe message.columns[place].bytes)
    }
    if let sent = unsafe message.options { options = unsafe try ImportOptions(sent.pointee) }
    if let sent = unsafe message.totals {
      totals = unsafe DeclaredTotals(rows: sent.pointee.rows, cellBytes: sent.pointee.cell_bytes)
    }
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__BeginImport> {
    let message = unsafe try arena.make(
      Muster__V1__BeginImport.self, muster__v1__begin_import__init)
    unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    let list = unsafe try arena.allocate(ProtobufCBinaryData.self, count: columns.count)
    for (place, name) in columns.enumerated() { unsafe list[place] = unsafe try arena.copy(name) }
    unsafe message.pointee.columns = unsafe list
    unsafe message.pointee.n_columns = columns.count
    unsafe message.pointee.options = unsafe try options.make(in: arena)
    if let totals {
      let sent = unsafe try arena.make(
        Muster__V1__DeclaredTotals.self, muster__v1__declared_totals__init)
      unsafe sent.pointee.rows = totals.rows
      unsafe sent.pointee.cell_bytes = totals.cellBytes
      unsafe message.pointee.totals = unsafe sent
    }
    return unsafe message
  }
}

extension ImportOptions {
  init(_ message: Muster__V1__ImportOptions) throws(WireError) {
    self.init()
    let sentRole = unsafe try message.role.text("options.role")
    if !sentRole.isEmpty { role = sentRole }
    labels = unsafe try LabelMode(message.label_mode)
    normalizes = unsafe message.normalize != 0
    let token = unsafe message.clear_token.bytes
    clearToken = token.isEmpty ? nil : token
    strictIdentity = unsafe message.strict_identity != 0
    rejectsRepeats = unsafe message.reject_repeats != 0
    ignoresUnknownColumns = unsafe message.ignore_unknown_columns != 0
    faultsMax = unsafe message.max_faults
    mode = unsafe try Mode(message.mode)
    isAllOrNothing = unsafe message.all_or_nothing != 0
    changesMax = unsafe message.max_changes
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportOptions> {
    let message = unsafe try arena.make(
      Muster__V1__ImportOptions.self, muster__v1__import_options__init)
    unsafe message.pointee.role = unsafe try arena.copy(role)
    unsafe message.pointee.label_mode = labels.wireMode
    unsafe message.pointee.normalize = normalizes ? 1 : 0
    unsafe message.pointee.clear_token = unsafe try arena.copy(clearToken ?? [])
    unsafe message.pointee.strict_identity = strictIdentity ? 1 : 0
    unsafe message.pointee.reject_repeats = rejectsRepeats ? 1 : 0
    unsafe message.pointee.ignore_unknown_columns = ignoresUnknownColumns ? 1 : 0
    unsafe message.pointee.max_faults = faultsMax
    unsafe message.pointee.mode =
      mode == .preview
      ? MUSTER__V1__IMPORT_MODE__IMPORT_MODE_PREVIEW : MUSTER__V1__IMPORT_MODE__IMPORT_MODE_APPLY
    unsafe message.pointee.all_or_nothing = isAllOrNothing ? 1 : 0
    unsafe message.pointee.max_changes = changesMax
    return unsafe message
  }
}
