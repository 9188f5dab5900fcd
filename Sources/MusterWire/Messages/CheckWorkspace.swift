internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks to verify, or to copy, a workspace.
public struct CheckWorkspaceRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String

  /// Names the workspace.
  public init(workspace: String) { self.workspace = workspace }
}

extension CheckWorkspaceRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CheckWorkspaceRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CheckWorkspaceRequest.self, muster__v1__check_workspace_request__get()
    ) { message throws(WireError) in
      unsafe CheckWorkspaceRequest(workspace: try message.pointee.workspace.text("workspace"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CheckWorkspaceRequest.self, muster__v1__check_workspace_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      return unsafe message
    }
  }
}

/// A message of a check: progress, then the findings, then one summary.
public enum CheckWorkspaceResponse: Sendable, Equatable {
  case progress(CheckProgress)
  case finding(CheckFinding)
  case summary(CheckSummary)
}

/// What was checked.
public struct CheckSummary: Sendable, Equatable {
  /// Members that were read.
  public var members: UInt64
  /// Imports that were read.
  public var imports: UInt64
  /// Rules that are broken; 0 for a sound store.
  public var findings: UInt64
  /// Whether the identity index in memory was compared with the file.
  public var indexCompared: Bool
  /// The name of the workspace; never empty.
  public var workspace: String
  /// The database file.
  public var store: String

  /// Sums up what a check has found.
  public init(_ report: CheckReport, workspace: String, store: String) {
    members = report.members
    imports = report.imports
    findings = UInt64(report.findings.count)
    indexCompared = report.indexCompared
    self.workspace = workspace
    self.store = store
  }
}

extension CheckWorkspaceResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CheckWorkspaceResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CheckWorkspaceResponse.self, muster__v1__check_workspace_response__get()
    ) { message throws(WireError) in
      switch unsafe message.pointee.message_case {
      case MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_PROGRESS:
        let progress = unsafe message.pointee.progress.pointee
        return unsafe .progress(
          CheckProgress(members: progress.member_count, memberTotal: progress.member_total))
      case MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_FINDING:
        return unsafe .finding(try CheckFinding(message.pointee.finding))
      case MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_SUMMARY:
        return unsafe .summary(try CheckSummary(message.pointee.summary))
      default:
        throw WireError.unknownAnswer
      }
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CheckWorkspaceResponse.self, muster__v1__check_workspace_response__init)
      switch self {
      case .progress(let progress):
        let part = unsafe try arena.make(
          Muster__V1__CheckProgress.self, muster__v1__check_progress__init)
        unsafe part.pointee.member_count = progress.members
        unsafe part.pointee.member_total = progress.memberTotal
        unsafe message.pointee.message_case = MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_PROGRESS
        unsafe message.pointee.progress = unsafe part
      case .finding(let finding):
        unsafe message.pointee.message_case = MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_FINDING
        unsafe message.pointee.finding = unsafe try finding.make(in: arena)
      case .summary(let summary):
        unsafe message.pointee.message_case = MUSTER__V1__CHECK_WORKSPACE_RESPONSE__MESSAGE_SUMMARY
        unsafe message.pointee.summary = unsafe try summary.make(in: arena)
      }
      return unsafe message
    }
  }
}

extension CheckFinding {
  init(_ message: UnsafeMutablePointer<Muster__V1__CheckFinding>) throws(WireError) {
    let message = unsafe message.pointee
    unsafe self.init(
      rule: try message.rule.text("rule"), message: try message.message.text("message"),
      count: message.count, members: numbers(message.member_ids, message.n_member_ids),
      imports: try texts(message.import_ids, message.n_import_ids, "import_ids"),
      details: try texts(message.details, message.n_details, "details"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__CheckFinding> {
    let finding = unsafe try arena.make(
      Muster__V1__CheckFinding.self, muster__v1__check_finding__init)
    unsafe finding.pointee.rule = unsafe try arena.copy(rule)
    unsafe finding.pointee.message = unsafe try arena.copy(message)
    unsafe finding.pointee.count = count
    unsafe finding.pointee.n_member_ids = members.count
    unsafe finding.pointee.member_ids = unsafe try arena.copy(members)
    unsafe finding.pointee.n_import_ids = imports.count
    unsafe finding.pointee.import_ids = unsafe try arena.copy(imports)
    unsafe finding.pointee.n_details = details.count
    unsafe finding.pointee.details = unsafe try arena.copy(details)
    return unsafe finding
  }
}

extension CheckSummary {
  init(_ message: UnsafeMutablePointer<Muster__V1__CheckSummary>) throws(WireError) {
    let message = unsafe message.pointee
    unsafe self.init(
      CheckReport(), workspace: try message.workspace.text("workspace"),
      store: try message.store.text("store"))
    unsafe members = message.member_count
    unsafe imports = message.import_count
    unsafe findings = message.finding_count
    unsafe indexCompared = message.index_compared != 0
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__CheckSummary> {
    let message = unsafe try arena.make(
      Muster__V1__CheckSummary.self, muster__v1__check_summary__init)
    unsafe message.pointee.member_count = members
    unsafe message.pointee.import_count = imports
    unsafe message.pointee.finding_count = findings
    unsafe message.pointee.index_compared = indexCompared ? 1 : 0
    unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
    unsafe message.pointee.store = unsafe try arena.copy(store)
    return unsafe message
  }
}
