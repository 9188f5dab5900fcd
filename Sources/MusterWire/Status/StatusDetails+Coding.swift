internal import CMusterProto
internal import CProtobufC
public import GRPCCore
internal import MusterCore

/// The types of details that we write and read; others are passed over.
private enum DetailType: String {
  case errorInfo = "type.googleapis.com/google.rpc.ErrorInfo"
  case badRequest = "type.googleapis.com/google.rpc.BadRequest"
  case retryInfo = "type.googleapis.com/google.rpc.RetryInfo"
}

extension StatusDetails: WireMessage {
  public static func unpack(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> StatusDetails {
    unsafe try unpacked(bytes, Muster__Status__Status.self, muster__status__status__get()) {
      message throws(WireError) in
      let sent = unsafe message.pointee
      var details = unsafe StatusDetails(code: sent.code, message: try sent.message.text("message"))
      _ = unsafe try list(sent.details, sent.n_details) { detail throws(WireError) in
        let value = unsafe UnsafeRawBufferPointer(detail.pointee.value.buffer)
        unsafe try details.read(
          value, DetailType(rawValue: detail.pointee.type_url.text("type_url")))
      }
      return details
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(Muster__Status__Status.self, muster__status__status__init)
      unsafe message.pointee.code = code
      unsafe message.pointee.message = unsafe try arena.copy(self.message)
      let details = try self.details()
      unsafe message.pointee.n_details = details.count
      unsafe message.pointee.details = unsafe try arena.makeList(details) {
        detail throws(WireError) in
        let any = unsafe try arena.make(Muster__Status__Any.self, muster__status__any__init)
        unsafe any.pointee.type_url = unsafe try arena.copy(detail.type.rawValue)
        unsafe any.pointee.value = unsafe try arena.copy(detail.bytes)
        return unsafe any
      }
      return unsafe message
    }
  }

  /// The bytes of each detail: what the others depend on comes first.
  private func details() throws(WireError) -> [(type: DetailType, bytes: [UInt8])] {
    var details: [(DetailType, [UInt8])] = [(.errorInfo, try packedErrorInfo())]
    if !violations.isEmpty { details.append((.badRequest, try packedBadRequest())) }
    if let retryAfter { details.append((.retryInfo, try Self.packedRetryInfo(retryAfter))) }
    return details
  }
}

// MARK: Writing

extension StatusDetails {
  private func packedErrorInfo() throws(WireError) -> [UInt8] {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__Status__ErrorInfo.self, muster__status__error_info__init)
      unsafe message.pointee.reason = unsafe try arena.copy(reason)
      unsafe message.pointee.domain = unsafe try arena.copy(domain)
      let facts = facts.sorted { $0.key < $1.key }
      unsafe message.pointee.n_metadata = facts.count
      unsafe message.pointee.metadata = unsafe try arena.makeList(facts) { fact throws(WireError) in
        let entry = unsafe try arena.make(Muster__Status__Fact.self, muster__status__fact__init)
        unsafe entry.pointee.key = unsafe try arena.copy(fact.key)
        unsafe entry.pointee.value = unsafe try arena.copy(fact.value)
        return unsafe entry
      }
      return unsafe message
    }
  }

  private func packedBadRequest() throws(WireError) -> [UInt8] {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__Status__BadRequest.self, muster__status__bad_request__init)
      unsafe message.pointee.n_field_violations = violations.count
      unsafe message.pointee.field_violations = unsafe try arena.makeList(violations) {
        violation throws(WireError) in
        let sent = unsafe try arena.make(
          Muster__Status__FieldViolation.self, muster__status__field_violation__init)
        unsafe sent.pointee.field = unsafe try arena.copy(violation.field)
        unsafe sent.pointee.description = unsafe try arena.copy(violation.description)
        return unsafe sent
      }
      return unsafe message
    }
  }

  private static func packedRetryInfo(_ delay: Duration) throws(WireError) -> [UInt8] {
    unsafe try packed { arena throws(WireError) in
      let duration = unsafe try arena.make(
        Muster__Status__Duration.self, muster__status__duration__init)
      unsafe duration.pointee.seconds = delay.components.seconds
      unsafe duration.pointee.nanos = Int32(delay.components.attoseconds / attosecondsPerNanosecond)
      let message = unsafe try arena.make(
        Muster__Status__RetryInfo.self, muster__status__retry_info__init)
      unsafe message.pointee.retry_delay = unsafe duration
      return unsafe message
    }
  }

  private static var attosecondsPerNanosecond: Int64 { 1_000_000_000 }
}

// MARK: Reading

extension StatusDetails {
  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, _ type: DetailType?
  ) throws(WireError) {
    switch type {
    case .errorInfo: unsafe try readErrorInfo(bytes)
    case .badRequest: violations = unsafe try Self.violations(bytes)
    case .retryInfo: retryAfter = unsafe try Self.retryDelay(bytes)
    case nil: break
    }
  }

  private mutating func readErrorInfo(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
    var read = self
    unsafe try unpacked(bytes, Muster__Status__ErrorInfo.self, muster__status__error_info__get()) {
      message throws(WireError) in
      let sent = unsafe message.pointee
      read.reason = unsafe try sent.reason.text("reason")
      read.domain = unsafe try sent.domain.text("domain")
      _ = unsafe try list(sent.metadata, sent.n_metadata) { entry throws(WireError) in
        read.facts[unsafe try entry.pointee.key.text("metadata")] =
          unsafe try entry.pointee.value.text("metadata")
      }
    }
    self = read
  }

  private static func violations(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> [FieldViolation] {
    unsafe try unpacked(bytes, Muster__Status__BadRequest.self, muster__status__bad_request__get())
    {
      message throws(WireError) in
      unsafe try list(message.pointee.field_violations, message.pointee.n_field_violations) {
        sent throws(WireError) in
        unsafe FieldViolation(
          field: try sent.pointee.field.text("field"),
          description: try sent.pointee.description.text("description"))
      }
    }
  }

  private static func retryDelay(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Duration {
    unsafe try unpacked(bytes, Muster__Status__RetryInfo.self, muster__status__retry_info__get()) {
      message throws(WireError) in
      guard let delay = unsafe message.pointee.retry_delay else { return .zero }
      return unsafe .seconds(delay.pointee.seconds) + .nanoseconds(Int64(delay.pointee.nanos))
    }
  }
}
